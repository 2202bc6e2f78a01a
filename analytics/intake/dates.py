"""Dates and times as exports write them, turned into UTC by DuckDB.

A ladder of shapes is tried for every value, the commonest first; what depends on the column as a
whole (day or month first) is decided from all its values.
"""

from dataclasses import dataclass, replace
from itertools import product

import duckdb

from analytics.notes import Note
from analytics.quoting import identifier, literal

DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
_ZONED = r":\d{2}(?:\.\d+)?\s*(Z|z|UTC|GMT|[+-]\d{2}:?(?:\d{2})?)$"
_NUMERIC = r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:[\sT,]+(.*)|$)"
_NUMERIC_LONG = r"^\d{1,2}.\d{1,2}.\d{4}"
_YEAR_FIRST = r"^(\d{4})[年.](\d{1,2})[月.](\d{1,2})[日号號]?[\sT]*(.*)$"
_COMPACT = r"^(19|20)\d{6}(\d{4,6}|[ T]\d{1,2}:\d{2}.*)?$"
_EPOCH = r"^\d{10}(?:\.\d+)?$|^\d{13}$|^\d{16}$"
_MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_TIMES = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", " %H:%M:%S.%f")
_EARLIEST, _LATEST = "1900-01-01", "2200-01-01"
_MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class DatePlan:
    """How one column of dates is read.

    `zone` is the zone of times that carry none; `is_doubtful` says that nothing in the column
    tells the day from the month; the flags say which kinds of values the column holds.
    """

    zone: str
    order: str = DAY_FIRST
    is_doubtful: bool = False
    has_zones: bool = False
    has_epochs: bool = False
    has_naive: bool = False
    has_utc_header: bool = False


def plan_dates(
    con: duckdb.DuckDBPyConnection, field: str, *, zone: str, wanted: str | None = None
) -> DatePlan:
    """Decide from all values of a column whether 3/4/2024 is in April or in March.

    A first part above 12 proves day first, a second part above 12 month first. Where neither is
    seen, the reading under which the rows run in order wins, then the one that spans fewer days.
    Own definition.

    Parameters
    ----------
    con
        With the table `cells`.
    field
        Name of its column.
    zone
        IANA name for times without zone.
    wanted
        "day-first", "month-first" or "year-first" where the user chose.
    """
    column = identifier(field)
    first, second = (
        f"try_cast(regexp_extract({column}, '{_NUMERIC}', {part}) AS INTEGER)" for part in (1, 2)
    )
    is_numeric = (
        f"CASE WHEN try_cast({column} AS TIMESTAMP) IS NULL "
        f"THEN regexp_matches({column}, '{_NUMERIC}') ELSE false END"
    )
    zoned, epochs, n, numeric, days_first, months_first = con.execute(
        f"SELECT count(*) FILTER (regexp_matches({column}, '{_ZONED}')), "
        f"count(*) FILTER (regexp_matches({column}, '{_EPOCH}')), count({column}), "
        f"count(*) FILTER ({is_numeric}), "
        f"count(CASE WHEN {is_numeric} AND {first} > {_MONTHS_PER_YEAR} THEN 1 END), "
        f"count(CASE WHEN {is_numeric} AND {second} > {_MONTHS_PER_YEAR} THEN 1 END) FROM cells"
    ).fetchall()[0]
    plan = DatePlan(zone, DAY_FIRST, False, zoned > 0, epochs > 0, zoned + epochs < n)  # noqa: FBT003
    if wanted in {DAY_FIRST, MONTH_FIRST}:
        return replace(plan, order=wanted)
    if not numeric:
        return plan
    if days_first != months_first:
        return replace(plan, order=DAY_FIRST if days_first > months_first else MONTH_FIRST)
    return replace(plan, order=_likelier_order(con, column), is_doubtful=True)


def _likelier_order(con: duckdb.DuckDBPyConnection, column: str) -> str:
    """Return the order of parts under which the rows run more steadily and span fewer days."""
    scores = {}
    for order in (DAY_FIRST, MONTH_FIRST):
        up, down, span = con.execute(
            f"WITH read AS (SELECT source_row, {_numeric(column, order)} AS t FROM cells), "
            "steps AS (SELECT t, lag(t) OVER (ORDER BY source_row) AS before FROM read "
            "WHERE t IS NOT NULL) "
            "SELECT count(*) FILTER (t < before), count(*) FILTER (t > before), "
            "coalesce(date_diff('day', min(t), max(t)), 0) FROM steps"
        ).fetchall()[0]
        scores[order] = (min(up, down), span)
    return MONTH_FIRST if scores[MONTH_FIRST] < scores[DAY_FIRST] else DAY_FIRST


def dated(relation: str, plans: dict[str, DatePlan], zones: dict[str, str] | None = None) -> str:
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
    local = [_local(identifier(field), field, plan) for field, plan in plans.items()]
    naive = [
        f"{_ladder(identifier(f'{field}__local'), plan.order)} AS {identifier(f'{field}__naive')}"
        for field, plan in plans.items()
    ]
    utc = [
        f"{_utc(field, plan, zones)} AS {identifier(f'{field}__utc')}"
        for field, plan in plans.items()
    ]
    bounded = [_bounded(field) for field in plans]
    query = f"SELECT {', '.join(['*', *local])} FROM {relation}"
    for layer in (naive, utc, bounded):
        query = f"SELECT {', '.join(['*', *layer])} FROM ({query})"
    return query


def _local(column: str, field: str, plan: DatePlan) -> str:
    zone = "\\s*(Z|z|UTC|GMT|[+-]\\d{2}:?(\\d{2})?)$"
    bare = (
        f"CASE WHEN regexp_matches({column}, '{_ZONED}') "
        f"THEN regexp_replace({column}, '{zone}', '') ELSE {column} END"
    )
    return f"{bare if plan.has_zones else column} AS {identifier(f'{field}__local')}"


def _utc(field: str, plan: DatePlan, zones: dict[str, str] | None) -> str:
    column, naive = identifier(field), identifier(f"{field}__naive")
    utc = _to_utc(naive, plan.zone, zones)
    if plan.has_zones:
        utc = (
            f"CASE WHEN regexp_matches({column}, '{_ZONED}') "
            f"THEN {naive} - {_offset(column)} ELSE {utc} END"
        )
    if plan.has_epochs:
        utc = f"CASE WHEN regexp_matches({column}, '{_EPOCH}') THEN {_epoch(column)} ELSE {utc} END"
    return utc


def _bounded(field: str) -> str:
    """Make null what lies outside of the years in which anybody sold anything."""
    utc = identifier(f"{field}__utc")
    return (
        f"CASE WHEN {utc} BETWEEN TIMESTAMP '{_EARLIEST}' AND TIMESTAMP '{_LATEST}' "
        f"THEN {utc} END AS {identifier(f'{field}__at')}"
    )


def _ladder(text: str, order: str) -> str:
    return (
        f"coalesce(try_cast({text} AS TIMESTAMP), {_year_first(text)}, "
        f"{_compact(text)}, {_numeric(text, order)}, {_named(text)})"
    )


def _year_first(text: str) -> str:
    """Dates such as 2024年1月31日 8:05 and 2024.01.31, rearranged so that a cast reads them."""
    clock = f"translate({text}, '时時点分秒', ':::: ')"
    tidy = f"regexp_replace({clock}, '{_YEAR_FIRST}', '\\1-\\2-\\3 \\4')"
    return (
        f"CASE WHEN regexp_matches({text}, '{_YEAR_FIRST}') "
        f"THEN try_cast(rtrim({tidy}, ' :') AS TIMESTAMP) END"
    )


def _formats(days: tuple[str, ...], times: tuple[str, ...] = _TIMES) -> str:
    return "[" + ", ".join(literal(day + time) for day, time in product(days, times)) + "]"


def _compact(text: str) -> str:
    return (
        f"CASE WHEN regexp_matches({text}, '{_COMPACT}') "
        f"THEN try_strptime(replace({text}, 'T', ' '), "
        f"{_formats(('%Y%m%d',), ('', '%H%M%S', '%H%M', *_TIMES[1:]))}) END"
    )


def _numeric(text: str, order: str) -> str:
    """Dates such as 31/1/2024 8:05; those with AM or PM or two digits of the year take longer."""
    day, month, form = (1, 2, "%d/%m/") if order == DAY_FIRST else (2, 1, "%m/%d/")
    iso = f"regexp_replace({text}, '{_NUMERIC}', '\\3-\\{month}-\\{day} \\4')"
    plain = f"regexp_replace({text}, '{_NUMERIC}', '\\1/\\2/\\3 \\4')"
    tidy = f"trim(regexp_replace({plain}, '\\s+', ' ', 'g'))"
    return (
        f"CASE WHEN NOT regexp_matches({text}, '{_NUMERIC}') THEN NULL "
        f"WHEN regexp_matches({text}, '{_NUMERIC_LONG}') "
        f"THEN coalesce(CASE WHEN regexp_matches({text}, '\\d$') "
        f"THEN try_cast(trim({iso}) AS TIMESTAMP) END, "
        f"try_strptime({tidy}, {_formats((form + '%Y',))})) "
        f"ELSE try_strptime({tidy}, {_formats((form + '%y',))}) END"
    )


def _named(text: str) -> str:
    """Dates with the month's name: 30-Apr-25, Nov 1, 2019, Mon, 23 Sep 2024 14:21:24."""
    tidy = (
        f"regexp_replace(regexp_replace(regexp_replace({text}, '^[A-Za-z]+,\\s*', ''), "
        "'([A-Za-z]{3})[a-z]*\\.?', '\\1'), '[\\s,\\-]+', ' ', 'g')"
    )
    four, two = ("%d %b %Y", "%b %d %Y", "%Y %b %d"), ("%d %b %y", "%b %d %y")
    return (
        f"CASE WHEN NOT regexp_matches({text}, '(?i){_MONTH}') THEN NULL "
        f"WHEN regexp_matches({text}, '\\d{{4}}') "
        f"THEN try_strptime(trim({tidy}), {_formats(four)}) "
        f"ELSE try_strptime(trim({tidy}), {_formats(two)}) END"
    )


def _epoch(text: str) -> str:
    return (
        f"make_timestamp(CAST(try_cast({text} AS DOUBLE) * "
        f"CASE length(split_part({text}, '.', 1)) WHEN 10 THEN 1000000 WHEN 13 THEN 1000 "
        "ELSE 1 END AS BIGINT))"
    )


def _offset(text: str) -> str:
    hours, minutes = (
        f"regexp_extract({text}, '([+-]\\d{{2}}):?(\\d{{2}})?$', {part})" for part in (1, 2)
    )
    sign = f"CASE WHEN starts_with({hours}, '-') THEN -1 ELSE 1 END"
    hours, minutes = (f"coalesce(try_cast({part} AS INTEGER), 0)" for part in (hours, minutes))
    return f"to_minutes({hours} * 60 + {sign} * {minutes})"


def _to_utc(naive: str, zone: str, zones: dict[str, str] | None) -> str:
    fixed = naive if zone == "UTC" else f"timezone('UTC', timezone({literal(zone)}, {naive}))"
    if not zones:
        return fixed
    cases = " ".join(
        f"WHEN {literal(word)} THEN timezone('UTC', timezone({literal(name)}, {naive}))"
        for word, name in sorted(zones.items())
    )
    return f"CASE time_zone {cases} ELSE {fixed} END"


def doubt_note(column: str, plan: DatePlan) -> Note:
    """Say that the order of day and month was guessed, and how to correct it."""
    return Note(
        "date_order_doubtful",
        "Nothing in {column} tells the day from the month; it was read {order}. "
        "Set the date order if that is wrong.",
        column=column,
        order=plan.order,
    )
