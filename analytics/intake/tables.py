"""The queries that type the rows of every table but order lines."""

from collections.abc import Callable, Collection

from analytics import schema
from analytics.intake.billing import counted_sql, term_amount_sql
from analytics.intake.dates import dated
from analytics.intake.decisions import Decisions
from analytics.intake.identities import contact_sql, customer_sql
from analytics.intake.numbers import number_sql
from analytics.intake.properties import value_sql
from analytics.quoting import identifier, literal

_SECONDS_PER_MINUTE = _MINUTES_PER_HOUR = 60
_ATTENDED = "view"  # what a list of who stayed for how long tells
_BAD = {"TIMESTAMP": "bad_date", "DOUBLE": "bad_number"}


def table_sql(table: str, fields: Collection[str], decisions: Decisions) -> str:
    """Return the query over `cells` that gives the typed rows of a table and their faults.

    A required cell that is empty or means nothing is a fault of the row; an optional one is null.

    Parameters
    ----------
    table
        events, customers, items, ratings or subscriptions.
    fields
        Mapped fields.
    decisions
        What was decided from the values.

    Returns
    -------
    str
        Columns: source_row, those of the canonical table, fault_reason, fault_field, fault_value.
    """
    columns = schema.CANONICAL[table]
    typed = ", ".join(
        f"{_typed(table, column, fields, decisions)} AS {identifier(f'{column.name}__out')}"
        for column in columns
    )
    renamed = ", ".join(
        f"{identifier(f'{column.name}__out')} AS {identifier(column.name)}" for column in columns
    )
    rows = f"SELECT *, {typed} FROM ({dated('cells', decisions.dates, decisions.zones)})"
    return f"SELECT source_row, {renamed}, {_fault(table, fields)} FROM ({rows})"


def _typed(table: str, column: schema.Column, fields: Collection[str], decisions: Decisions) -> str:
    if table == "subscriptions" and column.name in _BILLED:
        return _BILLED[column.name](fields, decisions)
    return _value(table, column, fields, decisions)


def _value(table: str, column: schema.Column, fields: Collection[str], decisions: Decisions) -> str:
    name = column.name
    special = _SPECIAL.get((table, name)) or _ALWAYS.get(name)
    if special and (name in fields or name in _ALWAYS):
        return special(name, decisions)
    if (table, name) == ("events", "event") and name not in fields:
        return literal(_ATTENDED)
    if name not in fields:
        return _from_json(name, decisions) or f"CAST(NULL AS {column.dtype})"
    if column.dtype == "TIMESTAMP":
        return identifier(f"{name}__at")
    if column.dtype in {"DOUBLE", schema.MONEY}:
        return f"CAST({number_sql(identifier(name), decisions.numbers[name])} AS {column.dtype})"
    return identifier(name)


def _from_json(name: str, decisions: Decisions) -> str | None:
    """SQL of what the JSON beside an event says, where no column does."""
    places = decisions.places
    if name == "item_id" and (place := places.get("item_id") or places.get("item_name")):
        return value_sql(place)
    if name == "duration_s" and "duration_s" in places:
        return f"try_cast({value_sql(places['duration_s'])} AS DOUBLE)"
    if name == "duration_s" and "duration_ms" in places:
        return f"try_cast({value_sql(places['duration_ms'])} AS DOUBLE) / 1000"
    if name == "progress" and "progress" in places:
        text = value_sql(places["progress"])
        return _share(f"try_cast(rtrim({text}, '% ') AS DOUBLE)", text)
    return None


def _customer(_: str, decisions: Decisions) -> str:
    people = decisions.people
    return customer_sql(
        people.kinds, people.nobody, named=people.named, ignores_weak=people.ignores_weak
    )[0]


def _extras(*_: object) -> str:
    return "CASE WHEN extras <> '{}' THEN extras END"


def _word(name: str, decisions: Decisions) -> str:
    return f"coalesce({decisions.words[name].sql()}, {identifier(name)})"


def _progress(name: str, decisions: Decisions) -> str:
    """Progress from 0 to 1; percents are those with a sign, and all of a column that passes 1."""
    number = f"CAST({number_sql(name, decisions.numbers[name])} AS DOUBLE)"
    return _share(number, name)


def _share(number: str, text: str) -> str:
    return (
        f"CASE WHEN contains({text}, '%') OR max({number}) OVER () > 1 "
        f"THEN {number} / 100 ELSE {number} END"
    )


def _duration(name: str, decisions: Decisions) -> str:
    """Seconds, also where they are written as 1:02:03 or 2:03, or the header counts minutes."""
    parts = f"string_split({name}, ':')"
    last, before, first = (f"try_cast({parts}[{index}] AS DOUBLE)" for index in (-1, -2, -3))
    minutes = f"({before} + coalesce({first}, 0) * {_MINUTES_PER_HOUR})"
    plain = f"try_cast(regexp_replace({name}, '\\s*(s|sec|seconds|秒)$', '') AS DOUBLE)"
    hours, mins, secs = (
        f"coalesce(try_cast(regexp_extract({name}, '([0-9]+) ?{unit}', 1) AS DOUBLE), 0)"
        for unit in "hms"
    )
    spelled = f"({hours} * {_MINUTES_PER_HOUR} + {mins}) * {_SECONDS_PER_MINUTE} + {secs}"
    return (
        f"CASE WHEN regexp_matches({name}, '^[0-9]+ ?(h|m(in)?( |[0-9]|$))') THEN {spelled} "
        f"WHEN contains({name}, ':') THEN {last} + {minutes} * {_SECONDS_PER_MINUTE} "
        f"ELSE {plain} * {decisions.seconds_per_unit} END"
    )


def _currency(name: str, decisions: Decisions) -> str:
    return f"coalesce(upper({name}), {literal(decisions.currency)})"


def _interval(fields: Collection[str], decisions: Decisions) -> str:
    if "interval" not in fields:
        return "CAST(NULL AS VARCHAR)"
    word = _word("interval", decisions)
    return counted_sql(word, "interval_count") if "interval_count" in fields else word


def _amount(fields: Collection[str], decisions: Decisions) -> str:
    """What a term costs for all seats, also where only the amount a month is told."""
    found = {
        name: f"CAST({number_sql(identifier(name), decisions.numbers[name])} AS {schema.MONEY})"
        for name in ("amount", "mrr", "quantity")
        if name in fields
    }
    seats = found.pop("quantity", None)
    if seats and "amount" in found:
        found["amount"] = f"CAST({found['amount']} * coalesce({seats}, 1) AS {schema.MONEY})"
    if "mrr" in found:
        ends = [name for name in ("ended_at", "canceled_at") if name in fields]
        is_over = " OR ".join(f"{identifier(name)} IS NOT NULL" for name in ends) or "FALSE"
        term = term_amount_sql(found["mrr"], _interval(fields, decisions), is_over=is_over)
        found["mrr"] = f"CAST({term} AS {schema.MONEY})"
    return f"coalesce({', '.join(found.values())})" if found else f"CAST(NULL AS {schema.MONEY})"


_BILLED = {"interval": _interval, "amount": _amount}


def _contact(name: str, _: Decisions) -> str:
    return contact_sql(identifier(name), name)


_Special = Callable[[str, Decisions], str]
_ALWAYS: dict[str, _Special] = {"customer_id": _customer, "attributes": _extras}
_SPECIAL: dict[tuple[str, str], _Special] = {
    ("customers", "email"): _contact,
    ("customers", "phone"): _contact,
    ("events", "event"): _word,
    ("events", "progress"): _progress,
    ("events", "duration_s"): _duration,
    ("items", "content_type"): _word,
    ("subscriptions", "currency"): _currency,
}


def _fault(table: str, fields: Collection[str]) -> str:
    """SQL of the first fault: a required cell that is empty or means nothing."""
    reasons, names, values = [], [], []
    for column in schema.CANONICAL[table]:
        if column.is_required:
            test = f"{identifier(f'{column.name}__out')} IS NULL"
            written = identifier(column.name) if column.name in fields else "NULL"
            bad = f"'{_BAD.get(column.dtype, 'missing_required')}'"
            reason = f"CASE WHEN {written} IS NULL THEN 'missing_required' ELSE {bad} END"
            reasons.append(f"WHEN {test} THEN {reason}")
            names.append(f"WHEN {test} THEN {literal(column.name)}")
            values.append(f"WHEN {test} THEN {written}")
    listed = zip(("reason", "field", "value"), (reasons, names, values), strict=True)
    return ", ".join(f"CASE {' '.join(whens)} END AS fault_{name}" for name, whens in listed)
