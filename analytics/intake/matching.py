"""Which column is which field, and which table a file is, where no known export is recognised."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analytics import schema
from analytics.errors import AmbiguousMappingError, MissingColumnsError
from analytics.intake.headers import FIELDS, normalise_header
from analytics.intake.identities import CHAIN
from analytics.notes import Note

MONEY_FIELDS = ("amount", "order_total", "price")
_SHARED = frozenset({"paid_at", "created_at"})  # may be the same column as another field
_DATE = re.compile(
    r"^\s*(\d{4}[-/.年]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2}|(19|20)\d{6}\b|\d{10}(\.\d+)?$|\d{13}$"
    r"|\d{16}$|(\w+,\s*)?\d{1,2}[ -][A-Za-z]{3}|[A-Za-z]{3,9} \d{1,2},)"
)
_NUMBER = re.compile(r"^[\s'(+\-−¥￥$€£A-Z]*\d[\d.,'\s]*\)?\s*[-%元€]?(\s*[A-Z]{3})?([(（].*)?$")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-zà-ÿ]+|\d+")
_WRITTEN_AS = {"email": re.compile("@"), "time_of_day": re.compile(r"^\d{1,2}:\d{2}")}
_RANK_STEP, _PART, _BY_VALUE, _FIRM = 0.06, 0.5, 0.4, 0.95
_ENOUGH, _SOME = 0.6, 0.2  # share of values that fit, for a doubtful and for a known name
_MIN_PART = 4

# What a table must have (any of each group), in the order in which tables are tried.
_SIGNATURES: dict[str, tuple[tuple[str, ...], ...]] = {
    "ratings": (CHAIN, ("item_id",), ("rating",)),
    "events": (CHAIN, ("event",), ("occurred_at",)),
    "subscriptions": (
        CHAIN,
        ("started_at",),
        ("plan", "interval", "canceled_at", "ended_at", "trial_ends_at"),
    ),
    "order_lines": (CHAIN, ("ordered_at",), MONEY_FIELDS),
    "items": (("item_id",), ("item_name", "category", "price", "content_type", "teacher")),
    "customers": (
        CHAIN,
        ("signed_up_at", "customer_name", "country", "city", "gender", "age", "channel"),
    ),
}
_NAME_HINTS = (
    ("ratings", ("rating", "评分")),
    ("events", ("event", "behavio", "行为", "clickstream", "log")),
    ("subscriptions", ("subscription", "订阅")),
    (
        "order_lines",
        ("order", "sale", "payment", "transaction", "purchase", "订单", "交易", "流水"),
    ),
    ("items", ("item", "product", "course", "goods", "catalog", "商品", "课程")),
    ("customers", ("user", "customer", "member", "subscriber", "用户", "客户", "会员", "学员")),
)
_TIMES = frozenset(
    column.name
    for columns in schema.CANONICAL.values()
    for column in columns
    if column.dtype == "TIMESTAMP"
) | {"created_at", "paid_at"}
_NUMBERS = frozenset(
    column.name
    for columns in schema.CANONICAL.values()
    for column in columns
    if column.dtype in {schema.MONEY, "DOUBLE"} and column.name != "duration_s"
) | {"discount", "gross"}


@dataclass(frozen=True)
class Proposal:
    """A column proposed for a field, with a confidence from 0 to 1 and the reason."""

    field: str
    column: str
    confidence: float
    reason: Note


def is_time(field: str) -> bool:
    """Whether a field holds a date or a time."""
    return field in _TIMES


def is_number(field: str) -> bool:
    """Whether a field holds a number."""
    return field in _NUMBERS


def propose(table: str, samples: Mapping[str, Sequence[str]]) -> list[Proposal]:
    """Propose columns for the fields of a table, the surest first.

    Parameters
    ----------
    table
        A canonical table.
    samples
        Column to some of its values, empty ones left out.

    Returns
    -------
    list of Proposal
        Several for one field where several columns fit; each column may appear for several fields.
    """
    found = [
        proposal
        for column, values in samples.items()
        for field in FIELDS[table]
        if (proposal := _proposal(table, field, column, values))
    ]
    order = {field: index for index, field in enumerate(FIELDS[table])}
    return sorted(found, key=lambda one: (-one.confidence, order[one.field], one.column))


def _proposal(table: str, field: str, column: str, values: Sequence[str]) -> Proposal | None:
    confidence, reason = _by_header(table, field, column)
    if (test := _WRITTEN_AS.get(field)) and not _mostly(test, values):
        return None
    if is_time(field) or is_number(field):
        pattern = _DATE if is_time(field) else _NUMBER
        fitting = sum(bool(pattern.match(value)) for value in values)
        share = fitting / len(values) if values else 1.0
        if share < (_ENOUGH if confidence <= _PART else _SOME):
            return None
        if not confidence and is_time(field) and values and _is_required(table, field):
            confidence, reason = _BY_VALUE, Note("values_are_dates", "its values are dates")
    return Proposal(field, column, confidence, reason) if confidence else None


def _mostly(pattern: re.Pattern[str], values: Sequence[str]) -> bool:
    return 2 * sum(bool(pattern.search(value)) for value in values) >= len(values)


def _by_header(table: str, field: str, column: str) -> tuple[float, Note]:
    header = normalise_header(column.removesuffix(" (2)").removesuffix(" (3)"))
    ranks = FIELDS[table][field]
    for index, rank in enumerate(ranks):
        if header in rank:
            note = Note("header_known", "{column} is a known name for it", column=column)
            return _FIRM - _RANK_STEP * index, note
    parts = [name for name in ranks[0] if _is_part(name, column, header)]
    if parts:
        part = max(parts, key=len)
        note = Note("header_part", "{column} contains {part}", column=column, part=part)
        return _PART, note
    return 0.0, Note("no_reason", "")


def _is_part(name: str, column: str, header: str) -> bool:
    """Whether a known name is made of whole words of a header, or is Chinese and within it."""
    if not name.isascii():
        return len(name) > 1 and name in header
    if len(name) < _MIN_PART:
        return False
    words = [word.lower() for word in _WORDS.findall(column)]
    runs = {
        "".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    }
    return name in runs


def _is_required(table: str, field: str) -> bool:
    return field in schema.required_fields(table)


def assign(proposals: Sequence[Proposal], *, keeps_names: bool = False) -> dict[str, str]:
    """Give each field its best column and each column to one field.

    Fields that only help (`paid_at`, `created_at`) may share a column with another. A name
    identifies a customer only where the file has nothing better; `keeps_names` is for the table of
    customers, where it is data.
    """
    mapping: dict[str, str] = {}
    sure = {one.field for one in proposals if one.confidence > _PART}
    # a doubtful id would part people whom their address keeps together
    identified = bool({"customer_id", "email", "phone"} & sure)
    has_better = "customer_id" not in sure and bool({"email", "phone"} & sure)
    for proposal in proposals:
        if proposal.field == "customer_id" and has_better:
            continue
        if proposal.field == "customer_name" and identified and not keeps_names:
            continue
        taken = {column for field, column in mapping.items() if field not in _SHARED}
        is_free = proposal.field in _SHARED or proposal.column not in taken
        if proposal.field not in mapping and is_free:
            mapping[proposal.field] = proposal.column
    if mapping.get("created_at") == mapping.get("ordered_at"):
        mapping.pop("created_at", None)
    return mapping


def missing(table: str, mapping: Mapping[str, str]) -> list[str]:
    """Return the required fields that nothing is mapped to.

    >>> missing("order_lines", {"email": "Email", "price": "Price"})
    ['ordered_at']
    """
    groups = {"customer_id": CHAIN, "amount": MONEY_FIELDS}
    if table != "order_lines":
        groups.pop("amount")
    return [
        field
        for field in schema.required_fields(table)
        if not any(name in mapping for name in groups.get(field, (field,)))
    ]


def required_columns(table: str, mapping: Iterable[str]) -> list[str]:
    """Return the mapped fields whose cells every real row has: they tell totals from rows."""
    required = {*schema.required_fields(table)}
    who = next((field for field in CHAIN if field in mapping), None)
    return [field for field in mapping if field in required | {who} and field != "amount"]


def guess_table(file: str, samples: Mapping[str, Sequence[str]]) -> tuple[str, Note]:
    """Say which table a file is, by the fields it can fill and, where several fit, by its name.

    Raises
    ------
    MissingColumnsError
        If it can fill none; the sentence names what it lacks for the nearest table.
    """
    proposals = {table: propose(table, samples) for table in _SIGNATURES}
    for least in (_BY_VALUE, 0.0):  # names first, values only where no name helps
        filled = {
            table: assign(
                [one for one in found if one.confidence > least], keeps_names=table == "customers"
            )
            for table, found in proposals.items()
        }
        if fitting := [table for table in _SIGNATURES if _fits(table, filled)]:
            return _choose(file, fitting, filled)
    if any(field in filled["customers"] for field in CHAIN):
        return _choose(file, ["customers"], filled)
    nearest = max(
        _SIGNATURES, key=lambda table: (_met(table, filled[table]), table == "order_lines")
    )
    raise MissingColumnsError(file, missing(nearest, filled[nearest]) or ["item_name"], samples)


def _choose(
    file: str, fitting: list[str], filled: Mapping[str, Mapping[str, str]]
) -> tuple[str, Note]:
    hinted = [
        table
        for table, words in _NAME_HINTS
        if table in fitting and any(word in file.lower() for word in words)
    ]
    if hinted:
        return hinted[0], Note("table_by_name", "its columns fit and its name says so")
    columns = ", ".join(sorted(filled[fitting[0]].values()))
    return fitting[0], Note("table_by_columns", "it has {columns}", columns=columns)


def _met(table: str, mapping: Mapping[str, str]) -> int:
    """Count what a table must have and the mapping supplies."""
    return sum(any(field in mapping for field in group) for group in _SIGNATURES[table])


def _fits(table: str, filled: Mapping[str, Mapping[str, str]]) -> bool:
    mapping, orders = filled[table], filled["order_lines"]
    if table == "items" and any(field in mapping for field in CHAIN[:3]):
        return False
    if table == "customers" and "order_id" in orders and {*MONEY_FIELDS} & {*orders}:
        return False
    return all(any(field in mapping for field in group) for group in _SIGNATURES[table])


def check_ties(
    file: str,
    table: str,
    proposals: Sequence[Proposal],
    mapping: Mapping[str, str],
    samples: Mapping[str, Sequence[str]],
) -> None:
    """Raise if two columns with different values fit a required field equally well.

    Raises
    ------
    AmbiguousMappingError
        With the `--map` to use.
    """
    required = {*schema.required_fields(table)}
    for field in required & set(mapping):
        rivals = [one for one in proposals if one.field == field]
        best = next(one.confidence for one in rivals if one.column == mapping[field])
        used = {column for name, column in mapping.items() if name != field}
        tied = [
            one.column
            for one in rivals
            if one.confidence == best
            and one.column not in used
            and list(samples[one.column]) != list(samples[mapping[field]])
        ]
        if tied:
            raise AmbiguousMappingError(file, field, [mapping[field], *tied])
