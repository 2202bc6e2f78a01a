"""Which table a file is, where no known export says so."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.errors import MissingColumnsError, NoCustomersError
from analytics.intake import matching
from analytics.intake.activity_words import EVENTS
from analytics.intake.fields import mappable_fields
from analytics.intake.guessing import GUESS
from analytics.intake.headers import read_header
from analytics.intake.identities import CHAIN
from analytics.intake.matching import MONEY_FIELDS
from analytics.intake.profiles import Profile
from analytics.intake.proposals import SURE, Proposal
from analytics.intake.relations import snapshot_columns
from analytics.intake.words import word_key
from analytics.notes import Note

Samples = Mapping[str, Profile]

# What a table must have (any of each group), in the order in which tables are tried.
_NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "ratings": (CHAIN, ("item_id",), ("rating",)),
    "events": (CHAIN, ("event", "duration_s", "progress"), ("occurred_at",)),
    "subscriptions": (
        CHAIN,
        ("started_at",),
        ("plan", "interval", "canceled_at", "ended_at", "trial_ends_at"),
    ),
    "order_lines": (CHAIN, ("ordered_at",), MONEY_FIELDS),
    "items": (("item_id",), ("item_name", "category", "price", "teacher")),
    "customers": (
        CHAIN,
        ("signed_up_at", "customer_name", "country", "city", "gender", "age", "channel"),
    ),
}
_NAME_HINTS = (
    ("ratings", ("rating", "review", "评分", "评价")),
    ("events", ("event", "behavio", "行为", "clickstream", "log")),
    ("subscriptions", ("subscription", "订阅", "abonn")),
    (
        "order_lines",
        ("order", "sale", "payment", "transaction", "purchase", "订单", "交易", "流水"),
    ),
    ("items", ("item", "product", "course", "goods", "catalog", "商品", "课程")),
    ("customers", ("user", "customer", "member", "subscriber", "用户", "客户", "会员", "学员")),
)
_DESCRIBING = frozenset({"signed_up_at", "country", "city", "gender", "age"})
_TERMS = ("plan", "interval", "canceled_at", "ended_at", "trial_ends_at")
_FIRM, _WEAK, _CLEAR = 0.7, 0.6, 0.9
_TWO = 2
_FEW_TERMS = 3
_PIECES = 0.85
_ITEM_DATES = frozenset({"publish", "create", "update"})
_SOME_EVENTS = 0.3
_OF_ITEMS = frozenset({"item", "content", "sku"})
_OF_PAYOUTS = frozenset({"when", "id", "number"})
_NO_SUM = re.compile(r".*%\s*$|^\d+(?:\.\d+){3}$")  # shares, addresses of computers


@dataclass(frozen=True)
class TableChoice:
    """The table that a file is taken for, why, and what is doubtful about it."""

    table: str
    reason: Note
    warnings: tuple[Note, ...] = ()


@dataclass(frozen=True)
class _Fit:
    """What one table would be given: field to column, and how sure each is."""

    mapping: Mapping[str, str]
    confidence: Mapping[str, float]

    def sure(self, *fields: str, least: float = _FIRM) -> bool:
        """Whether one of these fields is filled with at least this confidence."""
        return any(self.confidence.get(field, 0.0) >= least for field in fields)

    def strength(self, needs: Sequence[Sequence[str]]) -> float:
        """Confidence of the least sure thing needed, 0 where one is missing."""
        return min(max(self.confidence.get(field, 0.0) for field in group) for group in needs)

    def met(self, needs: Sequence[Sequence[str]]) -> int:
        """Number of things needed that it has."""
        return sum(any(field in self.mapping for field in group) for group in needs)


def choose_table(
    file: str, samples: Samples, wanted: Mapping[str, str | None] | None = None
) -> TableChoice:
    """Say which table a file is, by the fields it can fill and, where several fit, by its name.

    Parameters
    ----------
    file
        Its name.
    samples
        Column to its first cells.
    wanted
        Field to the column that the user gives it.

    Raises
    ------
    NoCustomersError
        If it clearly tells of sales but of nobody who bought.
    MissingColumnsError
        If it can fill no table; the sentence names what it lacks for the nearest.
    """
    proposals = {table: matching.propose(table, samples) for table in _NEEDS}
    for least in (SURE, 0.0):  # names first, values only where no name helps
        fits = {
            table: _fit(table, found, least, samples, wanted or {})
            for table, found in proposals.items()
        }
        fitting = [table for table in _NEEDS if _fits(table, fits, samples)]
        if least and fitting in ([], ["items"]):
            _refuse_without_customers(file, fits["order_lines"], samples)
        if fitting:
            return _chosen(file, fitting, fits, samples)
    if fits["customers"].sure("email", "phone") and not _may_sell(samples, fits["customers"]):
        return _chosen(file, ["customers"], fits, samples, is_weak=True)
    nearest = max(_NEEDS, key=lambda one: (fits[one].met(_NEEDS[one]), one == "order_lines"))
    lacking = matching.missing(nearest, fits[nearest].mapping)
    raise MissingColumnsError(
        file,
        lacking or ["signed_up_at" if nearest == "customers" else "item_name"],
        samples,
        table=nearest,
        candidates=candidates(lacking, samples, fits[nearest].mapping),
    )


def _may_sell(samples: Samples, people: _Fit) -> bool:
    """Whether a list of people by its names is one of sales by its values.

    Someone comes several times, each time with a date and with money.
    """
    who = [samples[people.mapping[one]] for one in ("email", "phone") if one in people.mapping]
    has_dates = any(one.dates >= _FIRM for one in samples.values())
    has_money = any(one.cents >= SURE or _is_marked_money(one) for one in samples.values())
    return has_dates and has_money and any(one.n_distinct < _FIRM * one.n for one in who)


def _is_marked_money(one: Profile) -> bool:
    """Whether a column holds numbers with marks of money or thousands, such as 4,500円."""
    return one.numbers >= _FIRM and one.integers < SURE and max(one.phones, one.dates) < SURE


def candidates(
    fields: Sequence[str], samples: Samples, mapping: Mapping[str, str]
) -> dict[str, list[str]]:
    """Rank for each field the unused columns whose values could be it, whatever their names say."""
    used = {*mapping.values()}
    profiles = {column: one for column, one in samples.items() if column not in used}
    found = {}
    for field in fields:
        test = _BY_VALUES.get(field)
        scored = [(test(one), column) for column, one in profiles.items() if one.n] if test else []
        best = sorted(((score, column) for score, column in scored if score > SURE), reverse=True)
        if best:
            found[field] = [column for _, column in best[:3]]
    return found


def _fit(
    table: str,
    found: Sequence[Proposal],
    least: float,
    samples: Samples,
    wanted: Mapping[str, str | None],
) -> _Fit:
    mapping = matching.assign(
        [one for one in found if one.confidence > least],
        keeps_names=table == "customers",
        samples=samples,
    )
    sure = {(one.field, one.column): one.confidence for one in found}
    confidence = {field: sure[field, column] for field, column in mapping.items()}
    told = {
        field: column
        for field, column in wanted.items()
        if column is not None and column in samples and field in mappable_fields(table)
    }
    return _Fit({**mapping, **told}, {**confidence, **dict.fromkeys(told, 1.0)})


def _fits(table: str, fits: Mapping[str, _Fit], samples: Samples) -> bool:
    one = fits[table]
    if one.met(_NEEDS[table]) < len(_NEEDS[table]):
        return False
    if not _is_likely(one, _NEEDS[table]):
        return False
    veto = _VETOES.get(table)
    return veto is None or not veto(fits, samples)


def _is_likely(one: _Fit, needs: Sequence[Sequence[str]]) -> bool:
    """Whether no more than one thing needed rests on values alone, unless columns have no names."""
    likely = [max(one.confidence.get(field, 0.0) for field in group) for group in needs]
    if any(confidence == GUESS for confidence in likely):
        return True
    return sum(confidence < _FIRM for confidence in likely) < _TWO


def _sells(fits: Mapping[str, _Fit]) -> bool:
    """Whether the file has orders for certain: their number or pieces, their time, their money."""
    orders = fits["order_lines"]
    return (
        orders.met(_NEEDS["order_lines"]) == len(_NEEDS["order_lines"])
        and orders.sure(*MONEY_FIELDS)
        and orders.sure("order_id", "quantity")
        and orders.sure("ordered_at")
    )


def _is_no_rating(fits: Mapping[str, _Fit], _: Samples) -> bool:
    is_note = "rating" not in read_header(fits["ratings"].mapping.get("rating", "")).all
    if is_note and fits["order_lines"].sure(*MONEY_FIELDS):
        return True
    return _sells(fits) and fits["order_lines"].sure("order_id")


def _is_no_event(fits: Mapping[str, _Fit], samples: Samples) -> bool:
    column = fits["events"].mapping.get("event")
    if column is None:  # who stayed for how long, in a report that names no action
        return (
            fits["order_lines"].sure(*MONEY_FIELDS)
            or fits["subscriptions"].sure("plan", "interval")
            or not fits["events"].sure("duration_s", "progress")
            or not fits["events"].sure("occurred_at")
        )
    is_bare = "event" not in read_header(column).all and fits["order_lines"].sure(*MONEY_FIELDS)
    if is_bare and fits["order_lines"].sure("order_id"):
        return True
    if not is_bare and not _sells(fits):
        return False
    return samples[column].known(lambda word: word_key(word) in EVENTS) < _SOME_EVENTS


def _is_no_subscription(fits: Mapping[str, _Fit], samples: Samples) -> bool:
    found = {field for field in _TERMS if field in fits["subscriptions"].mapping}
    if found == {"ended_at"}:
        return True  # an appointment ends too
    if _are_payments(fits, samples):
        return True
    terms = len(found)
    starts = fits["subscriptions"].sure("started_at", least=_CLEAR)
    if terms < _TWO and (not starts or snapshot_columns(list(samples))):
        return True
    return _sells(fits) and fits["order_lines"].sure("order_id") and terms < _FEW_TERMS


def _are_payments(fits: Mapping[str, _Fit], samples: Samples) -> bool:
    """Whether each row is a payment for one term: numbered, with money, several of a customer."""
    orders = fits["order_lines"]
    number, who = orders.mapping.get("order_id"), fits["subscriptions"].mapping.get("customer_id")
    if not number or not who or not orders.sure(*MONEY_FIELDS):
        return False
    is_numbered = bool({"transaction", "invoice", "order", "receipt"} & read_header(number).all)
    ids, people = samples[number], samples[who]
    return is_numbered and ids.n_distinct == ids.n and people.n_distinct < people.n


def _are_no_orders(fits: Mapping[str, _Fit], samples: Samples) -> bool:
    return bool(snapshot_columns(list(samples))) and not fits["order_lines"].sure("order_id")


def _are_no_items(fits: Mapping[str, _Fit], _: Samples) -> bool:
    names, ids = (fits["items"].mapping.get(one, "") for one in ("item_name", "item_id"))
    if "fullname" in read_header(names).all and not read_header(ids).all & _OF_ITEMS:
        return True
    return fits["customers"].sure("email", "phone") or (
        fits["order_lines"].sure(*CHAIN[:1]) and fits["order_lines"].sure("ordered_at", "order_id")
    )


def _are_no_customers(fits: Mapping[str, _Fit], samples: Samples) -> bool:
    orders, people = fits["order_lines"], fits["customers"].mapping
    if not any(field in people for field in CHAIN[:3]) and not (
        _DESCRIBING & {*people} and fits["customers"].sure("customer_name")
    ):
        return True  # a column of names alone is not a list of customers
    if _may_sell(samples, fits["customers"]) and not snapshot_columns(list(samples)):
        return True
    return _sells(fits) or (orders.sure("order_id") and orders.sure(*MONEY_FIELDS))


_VETOES = {
    "ratings": _is_no_rating,
    "events": _is_no_event,
    "subscriptions": _is_no_subscription,
    "order_lines": _are_no_orders,
    "items": _are_no_items,
    "customers": _are_no_customers,
}


def _refuse_without_customers(file: str, orders: _Fit, samples: Samples) -> None:
    """Refuse sales that say when, what and for how much, but not who."""
    listed = ", ".join(list(samples)[:8])
    ideas = [read_header(column).all for column in samples]
    if any("ads" in one for one in ideas) and not orders.sure(*CHAIN[:3]):
        raise NoCustomersError(file, f"it counts advertising, not customers ({listed}, …)")
    if any("payout" in one and one & _OF_PAYOUTS for one in ideas) and not orders.sure(*CHAIN):
        raise NoCustomersError(file, f"it tells of payouts, not of sales ({listed}, …)")
    who = any(field in orders.mapping for field in CHAIN)
    is_sales = (
        orders.sure("ordered_at")
        and orders.sure("amount", "order_total", "price")
        and (orders.sure("order_id", "quantity") or any("orders" in one for one in ideas))
    )
    has_pieces = orders.sure("quantity", least=_PIECES) and any(
        profile.dates > _FIRM and not read_header(column).all & _ITEM_DATES
        for column, profile in samples.items()
    )
    if who or not (is_sales or has_pieces):
        return
    if any(profile.emails > SURE for profile in samples.values()):
        return
    raise NoCustomersError(file, f"its sales name no customer in any column ({listed}, …)")


def _chosen(
    file: str,
    fitting: Sequence[str],
    fits: Mapping[str, _Fit],
    samples: Samples,
    *,
    is_weak: bool = False,
) -> TableChoice:
    hinted = [
        table
        for table, words in _NAME_HINTS
        if table in fitting and any(word in file.lower() for word in words)
    ]
    terms = sum(field in fits["subscriptions"].mapping for field in _TERMS)
    if fitting[0] == "subscriptions" and (
        terms >= _FEW_TERMS or fits["subscriptions"].sure("started_at", least=_CLEAR)
    ):
        hinted = []  # a list of members that says when each began and ends
    if hinted == ["customers"] and not _is_one_each(fits["customers"], samples):
        hinted = []
    table = hinted[0] if hinted else fitting[0]
    columns = ", ".join(sorted({*fits[table].mapping.values()}))
    reason = (
        Note("table_by_name", "its columns fit and its name says so")
        if hinted and len(fitting) > 1
        else Note("table_by_columns", "it has {columns}", columns=columns)
    )
    if not is_weak and fits[table].strength(_NEEDS[table]) >= _WEAK:
        return TableChoice(table, reason)
    doubt = Note(
        "table_doubtful",
        "The file was read as {table} on weak evidence ({columns}); if it is something else, "
        "import it with --as.",
        table=table,
        columns=columns,
    )
    return TableChoice(table, reason, (doubt,))


def _is_one_each(people: _Fit, samples: Samples) -> bool:
    """Whether nearly every row is another person."""
    who = next((samples[people.mapping[one]] for one in CHAIN if one in people.mapping), None)
    return who is not None and who.n_distinct >= _FIRM * who.n


_BY_VALUES = {
    "customer_id": lambda one: max(
        one.emails, one.phones * (one.cents < SURE), one.parted_names * 0.9
    ),
    "ordered_at": lambda one: one.dates,
    "occurred_at": lambda one: one.dates,
    "started_at": lambda one: one.dates,
    "amount": lambda one: (one.cents or (one.numbers - one.dates) * 0.9) * (1 - one.share(_NO_SUM)),
    "rating": lambda one: one.numbers - one.dates,
}
