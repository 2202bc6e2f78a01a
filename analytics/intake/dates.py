"""Dates and times as exports write them, turned into UTC by DuckDB.

What a column holds is read off the shapes of its values: the steps that tidy them, the formats that
then read them, their zones. What no shape tells (day or month first) is decided from all values.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb

from analytics.intake import date_shapes
from analytics.intake.looks import Look
from analytics.intake.shapes import Shape, Shapes, shapes_of
from analytics.intake.zones import minutes_east
from analytics.notes import Note
from analytics.quoting import identifier, literal

_HALF_DAYS = re.compile(r"(?i)\d\s?[ap]\.?m\b")
DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day-first", "month-first", "year-first"
_PLAIN = r"\d{4}-\d\d?-\d\d?([ T]\d\d?:\d\d(:\d\d(\.\d+)?)?)?"
_PARTS = r"^(\d{1,2}[/.\-]\d{1,2})[/.\-]\d"
_EARLIEST, _LATEST = "1900-01-01", "2200-01-01"
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
_MONTHS_PER_YEAR, _DAYS_PER_MONTH = 12, 31
_MOST_FORMATS = 12
_ROWS_FOR_ORDER = 50_000


@dataclass(frozen=True)
class DatePlan:
    """How one column of dates is read.

    `zone` is the zone of times that carry none; `is_doubtful` says that nothing tells the day from
    the month, of which `example` is one; `steps` tidy a value and `formats` read it where a plain
    cast does not; `zone_names` are those behind the times; `offset_width` is that of the offset
    that all values end with, 0 where they differ; the flags say what else it holds.
    """

    zone: str
    order: str = DAY_FIRST
    is_doubtful: bool = False
    example: str = ""
    steps: tuple[date_shapes.Step, ...] = ()
    formats: tuple[str, ...] = ()
    zone_names: tuple[str, ...] = ()
    has_offsets: bool = False
    offset_width: int = 0
    has_epochs: bool = False
    has_serials: bool = False
    has_naive: bool = False
    has_utc_header: bool = False
    is_castable: bool = True

    @property
    def is_proven(self) -> bool:
        """Whether the values, or the user, tell the day from the month."""
        in_numbers = any(
            form.startswith(("%d/%m", "%m/%d", "%d-%m", "%m-%d")) for form in self.formats
        )
        return in_numbers and not self.is_doubtful


def plan_dates(
    con: duckdb.DuckDBPyConnection,
    field: str,
    *,
    zone: str,
    look: Look | None = None,
    wanted: str | None = None,
    expected: str | None = None,
) -> DatePlan:
    """Decide from all values of a column how they are read, and whether 3/4/2024 is in April.

    A first part above 12 proves day first, a second part above 12 month first; points between the
    parts are day first. Where nothing proves it, `expected` wins, then the reading under which the
    rows run in order, then the one that spans fewer days, then month first where the clock has
    AM and PM. Own definition.

    Parameters
    ----------
    con
        With the table `cells`.
    field
        Name of its column.
    zone
        IANA name for times without zone.
    look
        What is known of all cells of the column.
    wanted
        "day-first", "month-first" or "year-first" where the user chose.
    expected
        The same where the export is known to write so.
    """
    found = shapes_of(con, field, _PLAIN, look)
    plan, shapes = _kinds(found, zone)
    untidy = [shape for shape in shapes if not date_shapes.is_castable(shape.text)]
    plan = replace(
        plan,
        is_castable=found.plain > 0 or len(untidy) < len(shapes),
        steps=date_shapes.steps_for([shape.text for shape in untidy]),
    )
    tidy = [replace(shape, text=date_shapes.apply(shape.text, plan.steps)) for shape in untidy]
    if any(date_shapes.is_numeric(shape.text) for shape in tidy):
        plan = _ordered(con, field, plan, tidy, wanted=wanted, expected=expected)
    return replace(plan, formats=_formats(tidy, plan.order))


def _kinds(found: Shapes, zone: str) -> tuple[DatePlan, list[Shape]]:
    """Part the shapes of a column: what is an epoch or a serial number, and times without zone."""
    epochs, serials, offsets, naive = 0, 0, 0, found.plain
    names: set[str] = set()
    shapes = []
    for shape in found.odd:
        if date_shapes.is_epoch(shape.text):
            epochs += 1
        elif date_shapes.is_serial(shape.text):
            serials += 1
        else:
            local, of_zone = date_shapes.zone_of_shape(shape.text)
            offsets += of_zone == "offset"
            naive += of_zone is None
            names |= {of_zone} if of_zone and of_zone != "offset" else set()
            shapes.append(replace(shape, text=local))
    plan = DatePlan(
        zone,
        zone_names=tuple(sorted(names)),
        has_offsets=offsets > 0,
        offset_width=date_shapes.offset_width([shape.text for shape in found.odd])
        if not found.plain
        else 0,
        has_epochs=epochs > 0,
        has_serials=serials > 0,
        has_naive=naive + serials > 0,
    )
    return plan, shapes


def _formats(shapes: list[Shape], order: str) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for shape in shapes:
        if form := date_shapes.format_of(shape.text, order):
            counts[form] = counts.get(form, 0) + shape.n
    return tuple(sorted(counts, key=lambda form: (-counts[form], form))[:_MOST_FORMATS])


def _ordered(
    con: duckdb.DuckDBPyConnection,
    field: str,
    plan: DatePlan,
    shapes: list[Shape],
    *,
    wanted: str | None,
    expected: str | None,
) -> DatePlan:
    """Decide the order of day and month from the parts of all values."""
    if wanted:
        return replace(plan, order=wanted)
    parts = con.execute(
        f"SELECT regexp_extract({_tidy(_local(identifier(field), plan), plan.steps)}, "
        f"'{_PARTS}', 1) AS parts, count(*), min({identifier(field)}) FROM cells GROUP BY 1"
    ).fetchall()
    days, months, years, dotted, example = 0, 0, 0, 0, ""
    for text, n, value in parts:
        if text:
            first, second = (
                int(part) for part in text.replace(".", "/").replace("-", "/").split("/")
            )
            days += n * (_MONTHS_PER_YEAR < first <= _DAYS_PER_MONTH)
            months += n * (second > _MONTHS_PER_YEAR >= first)
            years += n * (first > _DAYS_PER_MONTH)
            dotted += n * ("." in text)
            example = value if first != second and (not example or value < example) else example
    if years > days + months:
        return replace(plan, order=YEAR_FIRST)
    if days != months:
        return replace(plan, order=DAY_FIRST if days > months else MONTH_FIRST)
    if expected or dotted or not example:
        return replace(plan, order=expected or DAY_FIRST)
    plan = replace(plan, is_doubtful=True, example=example)
    return replace(plan, order=_likelier_order(con, field, plan, shapes))


def _likelier_order(
    con: duckdb.DuckDBPyConnection, field: str, plan: DatePlan, shapes: list[Shape]
) -> str:
    """Return the order of parts under which the rows run more steadily and span fewer days."""
    scores = {}
    for order in (DAY_FIRST, MONTH_FIRST):
        one = replace(plan, order=order, formats=_formats(shapes, order))
        up, down, span = con.execute(
            f"WITH read AS (SELECT source_row, {_naive(_local(identifier(field), one), one)} AS t "
            f"FROM (SELECT * FROM cells ORDER BY source_row LIMIT {_ROWS_FOR_ORDER})), "
            "steps AS (SELECT t, lag(t) OVER (ORDER BY source_row) AS before FROM read "
            "WHERE t IS NOT NULL) "
            "SELECT count(*) FILTER (t < before), count(*) FILTER (t > before), "
            "coalesce(date_diff('day', min(t), max(t)), 0) FROM steps"
        ).fetchall()[0]
        scores[order] = (min(up, down), span)
    if scores[MONTH_FIRST] == scores[DAY_FIRST]:
        return MONTH_FIRST if _HALF_DAYS.search(plan.example) else DAY_FIRST
    return MONTH_FIRST if scores[MONTH_FIRST] < scores[DAY_FIRST] else DAY_FIRST


def dated(
    relation: str, plans: Mapping[str, DatePlan], zones: Mapping[str, str] | None = None
) -> str:
    """Return a query that adds to a relation the UTC time of each column of dates.

    Parameters
    ----------
    relation
        A table or a query in brackets, with the cleaned texts.
    plans
        Column to how it is read; its time, TIMESTAMP without zone, is named `COLUMN__at` and is
        null where the text means none.
    zones
        Words of a column `time_zone` and the IANA names they mean; other words take the plan's.
    """
    naive = [
        f"{_naive(_local(identifier(field), plan), plan)} AS {identifier(f'{field}__naive')}"
        for field, plan in plans.items()
    ]
    utc = [
        f"{_utc(field, plan, zones)} AS {identifier(f'{field}__utc')}"
        for field, plan in plans.items()
    ]
    bounded = [_bounded(field) for field in plans]
    query = relation
    for layer in (naive, utc, bounded):
        query = f"(SELECT {', '.join(['*', *layer])} FROM {query})"
    return f"SELECT * FROM {query}"


def _local(column: str, plan: DatePlan) -> str:
    """The time without its zone."""
    offset, name = date_shapes.zone_patterns(plan.zone_names)
    text = column
    if plan.offset_width:
        return f"rtrim(left({text}, -{plan.offset_width}))"
    if plan.has_offsets:
        text = f"regexp_replace({text}, {literal(offset)}, '\\1\\3')"
    if plan.zone_names == ("Z",) and not plan.has_naive:
        return f"rtrim({text}, 'Z')"
    return f"regexp_replace({text}, {literal(name)}, '\\1\\3')" if plan.zone_names else text


def _tidy(text: str, steps: tuple[date_shapes.Step, ...]) -> str:
    for pattern, replacement in steps:
        text = f"regexp_replace({text}, {literal(pattern)}, {literal(replacement)}, 'g')"
    return text


def _naive(text: str, plan: DatePlan) -> str:
    """SQL of the time as it stands on the clock of its zone."""
    parts = [f"try_cast({text} AS TIMESTAMP)"] if plan.is_castable else []
    if plan.has_serials:
        days = f"try_cast({text} AS DOUBLE)"
        parts.append(
            f"CASE WHEN regexp_full_match({text}, '{date_shapes.SERIAL}') AND {days} BETWEEN "
            f"{_FIRST_SERIAL} AND {_LAST_SERIAL} THEN TIMESTAMP '1899-12-30' + "
            f"to_seconds(CAST(round({days} * 86400) AS BIGINT)) END"
        )
    if plan.formats:
        formats = "[" + ", ".join(literal(form) for form in plan.formats) + "]"
        parts.append(f"try_strptime({_tidy(text, plan.steps)}, {formats})")
    return f"coalesce({', '.join(parts)})" if parts else "CAST(NULL AS TIMESTAMP)"


def _utc(field: str, plan: DatePlan, zones: Mapping[str, str] | None) -> str:
    column, naive = identifier(field), identifier(f"{field}__naive")
    utc = _to_utc(naive, plan.zone, zones)
    offset, name = date_shapes.zone_patterns(plan.zone_names)
    if plan.zone_names == ("Z",) and not plan.has_naive:
        utc = naive
    elif plan.zone_names:
        cases = " ".join(_of_name(one, naive, plan.zone) for one in plan.zone_names)
        utc = f"CASE regexp_extract({column}, {literal(name)}, 2) {cases} ELSE {utc} END"
    if plan.offset_width:
        return f"{naive} - {_offset_at_end(column, plan.offset_width)}"
    if plan.has_offsets:
        utc = (
            f"CASE WHEN regexp_matches({column}, {literal(offset)}) "
            f"THEN {naive} - {_offset(f'regexp_extract({column}, {literal(offset)}, 2)')} "
            f"ELSE {utc} END"
        )
    if plan.has_epochs:
        is_epoch = f"regexp_full_match({column}, '{date_shapes.EPOCH}')"
        utc = f"CASE WHEN {is_epoch} THEN {_epoch(column)} ELSE {utc} END"
    return utc


def _of_name(name: str, naive: str, zone: str) -> str:
    if "/" in name:
        return f"WHEN {literal(name)} THEN {_to_utc(naive, name, None)}"
    return f"WHEN {literal(name)} THEN {naive} - to_minutes({minutes_east(name, zone)})"


def _bounded(field: str) -> str:
    """Make null what lies outside of the years in which anybody sold anything."""
    utc = identifier(f"{field}__utc")
    return (
        f"CASE WHEN {utc} BETWEEN TIMESTAMP '{_EARLIEST}' AND TIMESTAMP '{_LATEST}' "
        f"THEN {utc} END AS {identifier(f'{field}__at')}"
    )


def _epoch(text: str) -> str:
    return (
        f"make_timestamp(CAST(try_cast({text} AS DOUBLE) * "
        f"CASE length(split_part({text}, '.', 1)) WHEN 9 THEN 1000000 WHEN 10 THEN 1000000 "
        "WHEN 13 THEN 1000 WHEN 16 THEN 1 ELSE 0.001 END AS BIGINT))"
    )


def _offset_at_end(text: str, width: int) -> str:
    hours, minutes = f"left(right({text}, {width}), 3)", f"right({text}, 2)"
    sign = f"CASE WHEN starts_with({hours}, '-') THEN -1 ELSE 1 END"
    return (
        f"to_minutes(try_cast({hours} AS INTEGER) * 60 + {sign} * try_cast({minutes} AS INTEGER))"
    )


def _offset(text: str) -> str:
    hours, minutes = (
        f"regexp_extract({text}, '([+-]\\d{{1,2}}):?(\\d{{2}})?$', {part})" for part in (1, 2)
    )
    sign = f"CASE WHEN starts_with({hours}, '-') THEN -1 ELSE 1 END"
    hours, minutes = (f"coalesce(try_cast({part} AS INTEGER), 0)" for part in (hours, minutes))
    return f"to_minutes({hours} * 60 + {sign} * {minutes})"


def _to_utc(naive: str, zone: str, zones: Mapping[str, str] | None) -> str:
    fixed = naive if zone == "UTC" else f"timezone('UTC', timezone({literal(zone)}, {naive}))"
    if not zones:
        return fixed
    cases = " ".join(
        f"WHEN {literal(word)} THEN timezone('UTC', timezone({literal(name)}, {naive}))"
        for word, name in sorted(zones.items())
    )
    return f"CASE time_zone {cases} ELSE {fixed} END"


def doubt_note(column: str, plan: DatePlan) -> Note:
    """Say that the order of day and month was guessed, with an example, and the remedy."""
    first, second = date_shapes.readings(plan.example)
    is_day_first = plan.order == DAY_FIRST
    return Note(
        "date_order_doubtful",
        "Nothing in {column} tells the day from the month: {example} was read as {read}, not as "
        "{other}. If that is wrong, set the date order to {order}.",
        column=column,
        example=plan.example,
        read=first if is_day_first else second,
        other=second if is_day_first else first,
        order=MONTH_FIRST if is_day_first else DAY_FIRST,
    )
