"""Which column is which field where no known export is recognised: headers, values, relations."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from analytics import schema
from analytics.errors import AmbiguousMappingError
from analytics.intake import guessing, money_columns, relations
from analytics.intake.activity_words import event_of
from analytics.intake.fields import EXACT, Reading, reading
from analytics.intake.headers import read_header
from analytics.intake.identities import CHAIN
from analytics.intake.patterns import PATTERNS
from analytics.intake.profiles import Profile
from analytics.intake.proposals import SURE, Proposal, best_of
from analytics.intake.value_tests import OTHER_DATES, fitted, is_time
from analytics.notes import Note

MONEY_FIELDS = ("amount", "order_total", "price")
_SHARED = frozenset({"paid_at", "created_at"})  # may be the same column as another field
_BY_DATES, _BY_EMAILS, _CLOSE, _TIED = 0.4, 0.45, 0.1, 0.005
_FITS, _HALF = 0.6, 0.5
_FIRM = 0.9
_BARE = frozenset({"id", "number", "code"})
_ACTION = re.compile(r"^\$?[a-z]+(?:_[a-z]+)+$")
_OTHERS = frozenset(
    ["seller", "staff", "affiliate", "vendor", "merchant", "company", "producer", "teacher"]
)


def propose(table: str, samples: Mapping[str, Profile]) -> list[Proposal]:
    """Propose columns for the fields of a table, the surest first.

    Parameters
    ----------
    table
        A canonical table.
    samples
        Column to the profile of its first cells.

    Returns
    -------
    list of Proposal
        Several for one field where several columns fit; each column may appear for several fields.
    """
    found = [
        proposal
        for column, profile in samples.items()
        for field in PATTERNS[table]
        if (proposal := _by_header(table, field, column, profile))
    ]
    found += _by_value(table, found, samples)
    if table == "order_lines":
        found = _related(found, samples)
    elif table == "events":
        found = _events_checked(_customers_checked(found, samples), samples)
    elif "customer_id" in PATTERNS[table]:
        found = _customers_checked(found, samples)
    found += guessing.guesses(table, found, samples)
    fields = {field: index for index, field in enumerate(PATTERNS[table])}
    columns = {column: index for index, column in enumerate(samples)}
    return sorted(found, key=lambda one: (-one.confidence, fields[one.field], columns[one.column]))


def _by_header(table: str, field: str, column: str, profile: Profile) -> Proposal | None:
    said = reading(table, field, column)
    if not said.confidence:
        return None
    confidence = round(fitted(field, said, profile), 3)
    return Proposal(field, column, confidence, _why(column, said)) if confidence > 0 else None


def _why(column: str, said: Reading) -> Note:
    if said.confidence == EXACT:
        return Note("header_known", "{column} is a known name for it", column=column)
    words = " + ".join(said.pattern)
    return Note("header_part", "{column} contains {part}", column=column, part=words)


def _by_value(
    table: str, found: Sequence[Proposal], profiles: Mapping[str, Profile]
) -> list[Proposal]:
    """Propose columns of dates and of addresses whose headers say nothing about it."""
    proposed = {(one.field, one.column) for one in found}
    guessed = []
    dates = [one for one in schema.required_fields(table) if is_time(one)]
    for column, profile in profiles.items():
        ideas = read_header(column).all
        for field in dates:
            if (
                (field, column) not in proposed
                and profile.dates >= _FITS
                and not profile.is_birth
                and not ideas & OTHER_DATES
            ):
                note = Note("values_are_dates", "its values are dates")
                guessed.append(Proposal(field, column, _BY_DATES, note))
        has_addresses = profile.emails >= _FITS and not ideas & _OTHERS
        if "email" in PATTERNS[table] and ("email", column) not in proposed and has_addresses:
            note = Note("values_are_emails", "its values are e-mail addresses")
            guessed.append(Proposal("email", column, _BY_EMAILS, note))
    return guessed


def _customers_checked(
    found: Sequence[Proposal], profiles: Mapping[str, Profile]
) -> list[Proposal]:
    """Drop ids of which one has several e-mail addresses."""
    email = best_of(found, "email")
    if email is None:
        return list(found)
    return [
        one
        for one in found
        if one.field != "customer_id"
        or not (
            (email.confidence > _FIRM and read_header(one.column).all == {"username"})
            or relations.is_no_customer(profiles[one.column], profiles[email.column])
        )
    ]


def _bare_names(found: Sequence[Proposal], profiles: Mapping[str, Profile]) -> list[Proposal]:
    """Take a column called only name for the event where its words are those of actions."""
    note = Note("values_are_events", "its values are names of actions")
    return [
        Proposal("event", column, _FIRM, note)
        for column, profile in profiles.items()
        if read_header(column).all == {"name"}
        and profile.share(lambda value: event_of(value) or _ACTION.match(value)) > _HALF
    ] + _objects(found, profiles)


def _objects(found: Sequence[Proposal], profiles: Mapping[str, Profile]) -> list[Proposal]:
    """Take the only column of JSON for the details of the event, whatever it is called."""
    columns = [column for column, profile in profiles.items() if profile.json > _FIRM]
    if len(columns) != 1 or best_of(found, "properties"):
        return []
    return [Proposal("properties", columns[0], _FITS, Note("values_are_json", "it holds JSON"))]


def _events_checked(found: Sequence[Proposal], profiles: Mapping[str, Profile]) -> list[Proposal]:
    """Prefer the name of an event to what is only called event, which may be its type."""
    found = [*found, *_bare_names(found, profiles)]
    has_name = any(
        one.field == "event" and {"event", "name"} <= read_header(one.column).all for one in found
    )
    return [
        replace(one, confidence=_FIRM)
        if has_name and one.field == "event" and read_header(one.column).all == {"event"}
        else one
        for one in found
    ]


def _related(found: Sequence[Proposal], profiles: Mapping[str, Profile]) -> list[Proposal]:
    found = _customers_checked(found, profiles)
    found = _orders_checked(found, profiles)
    found = _currencies_checked(money_columns.checked(found, profiles))
    if relations.is_about_deals(profiles):
        found = [
            replace(one, confidence=_FIRM)
            if one.field == "ordered_at" and "close" in read_header(one.column).all
            else one
            for one in found
        ]
    return found


def _currencies_checked(found: Sequence[Proposal]) -> list[Proposal]:
    """Drop columns of currencies where the money's own header names one: they tell of another."""
    money = [one for one in found if one.field in MONEY_FIELDS]
    best = max(money, key=lambda one: one.confidence, default=None)
    if best is None or read_header(best.column).currency is None:
        return list(found)
    return [one for one in found if one.field != "currency"]


def _orders_checked(found: Sequence[Proposal], profiles: Mapping[str, Profile]) -> list[Proposal]:
    """Drop ids of orders of which one has several customers."""
    who = [
        profiles[best.column] for field in CHAIN[:3] if (best := best_of(found, field)) is not None
    ]
    best_time = best_of(found, "ordered_at")
    when = profiles[best_time.column] if best_time else None
    checked = []
    for one in found:
        if one.field == "order_id":
            is_bare = not {"order", "invoice", "receipt"} & read_header(one.column).all
            if relations.id_faults(profiles[one.column], who, when, is_bare=is_bare):
                continue
            may_count = when is not None and who and read_header(one.column).all <= _BARE
            if may_count and when and relations.counts_lines(profiles[one.column], who[0], when):
                continue
        checked.append(one)
    checked = _references_checked(checked, profiles)
    numbers = best_of(checked, "order_id")
    return [
        one
        for one in checked
        if one.field != "refund_of"
        or (
            numbers is not None
            and one.column != numbers.column
            and relations.is_within(profiles[one.column], profiles[numbers.column])
        )
    ]


def _references_checked(
    found: Sequence[Proposal], profiles: Mapping[str, Profile]
) -> list[Proposal]:
    """Prefer an id of its own in every row to what is only called a reference, if that is too."""
    has_id = any(
        one.field == "order_id"
        and read_header(one.column).all == {"id"}
        and profiles[one.column].n_distinct == profiles[one.column].n
        for one in found
    )
    return [
        replace(one, confidence=_HALF)
        if has_id
        and one.field == "order_id"
        and read_header(one.column).all == {"reference"}
        and profiles[one.column].n_distinct == profiles[one.column].n
        else one
        for one in found
    ]


def assign(
    proposals: Sequence[Proposal],
    *,
    keeps_names: bool = False,
    samples: Mapping[str, Profile] | None = None,
) -> dict[str, str]:
    """Give each field its best column and each column to one field.

    Fields that only help (`paid_at`, `created_at`) may share a column with another. A name
    identifies a customer only where the file has nothing better; `keeps_names` is for the table of
    customers, where it is data. With `samples`, a time of day is dropped where the date has one.
    """
    mapping: dict[str, str] = {}
    sure = {one.field for one in proposals if one.confidence > SURE}
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
    if samples and "time_of_day" in mapping and _has_clock(mapping, samples):
        del mapping["time_of_day"]
    return mapping


def _has_clock(mapping: Mapping[str, str], samples: Mapping[str, Profile]) -> bool:
    column = next((mapping[one] for one in ("ordered_at", "occurred_at") if one in mapping), None)
    if column is None:
        return True
    return samples[column].share(lambda value: ":" in value) > _HALF


def missing(table: str, mapping: Mapping[str, str]) -> list[str]:
    """Return the required fields that nothing is mapped to.

    >>> missing("order_lines", {"email": "Email", "price": "Price"})
    ['ordered_at']
    """
    return [
        field
        for field in schema.required_fields(table)
        if not any(name in mapping for name in (field, *stand_ins(table, field)))
    ]


def stand_ins(table: str, field: str) -> tuple[str, ...]:
    """Return the fields that can fill a required one which has no column of its own.

    >>> stand_ins("order_lines", "amount"), stand_ins("events", "event")
    (('order_total', 'price'), ('duration_s', 'progress'))
    """
    groups = {"customer_id": CHAIN, "event": ("event", "duration_s", "progress")}
    if table == "order_lines":
        groups["amount"] = MONEY_FIELDS
    return tuple(name for name in groups.get(field, ()) if name != field)


def required_columns(table: str, mapping: Iterable[str]) -> list[str]:
    """Return the mapped fields whose cells every real row has: they tell totals from rows."""
    required = {*schema.required_fields(table)}
    who = next((field for field in CHAIN if field in mapping), None)
    return [field for field in mapping if field in required | {who} and field != "amount"]


def _rivals(
    field: str,
    proposals: Sequence[Proposal],
    mapping: Mapping[str, str],
    samples: Mapping[str, Profile],
    *,
    within: float,
) -> list[Proposal]:
    """Return proposals nearly as good as the one taken that no other field uses."""
    own = [one for one in proposals if one.field == field]
    best = next((one.confidence for one in own if one.column == mapping[field]), None)
    if best is None:
        return []
    used = {column for name, column in mapping.items() if name not in _SHARED}
    return [
        one
        for one in own
        if one.column not in used
        and best - one.confidence <= within
        and relations.differs(samples[one.column], samples[mapping[field]])
    ]


def check_ties(
    file: str,
    table: str,
    proposals: Sequence[Proposal],
    mapping: Mapping[str, str],
    samples: Mapping[str, Profile],
) -> None:
    """Raise if two columns with different values fit a required field equally well.

    Raises
    ------
    AmbiguousMappingError
        With the `--map` to use.
    """
    for field in schema.required_fields(table):
        if field == "amount" and "order_total" in mapping:
            continue
        if field in mapping and (tied := _rivals(field, proposals, mapping, samples, within=_TIED)):
            columns = sorted({mapping[field], *(one.column for one in tied)})
            raise AmbiguousMappingError(file, field, columns)


def close_calls(
    proposals: Sequence[Proposal],
    mapping: Mapping[str, str],
    samples: Mapping[str, Profile],
) -> list[Note]:
    """Name the fields for which another column fits nearly as well as the one taken."""
    notes = []
    for field, column in mapping.items():
        rivals = _rivals(field, proposals, mapping, samples, within=_CLOSE)
        sure = [one for one in rivals if one.confidence > SURE]
        if sure and field not in _SHARED:
            notes.append(
                Note(
                    "close_call",
                    "{field} was read from {column}; {rival} fits nearly as well. If that is "
                    "right, use --map {field}={rival}.",
                    field=field,
                    column=column,
                    rival=sure[0].column,
                )
            )
    return notes
