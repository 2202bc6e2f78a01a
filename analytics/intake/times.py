"""What is decided about all times of a file together: their zone, the order of day and month."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import duckdb

from analytics.intake.dates import DatePlan, doubt_note, plan_dates
from analytics.intake.looks import Look
from analytics.intake.recogniser import Platform
from analytics.intake.zones import is_ambiguous, minutes_east, zone_words
from analytics.notes import Note
from analytics.settings import ImportSettings

_SHOWN = 5
_MINUTES_PER_HOUR = 60
_WHOLE = r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T]\d{1,2}:"


@dataclass(frozen=True)
class Times:
    """How every column of times is read, and what to say about it.

    `zones` has the words of a column of zones and the IANA names they mean.
    """

    plans: dict[str, DatePlan] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    warnings: tuple[Note, ...] = ()


def plan_times(
    con: duckdb.DuckDBPyConnection,
    columns: Mapping[str, str],
    *,
    looks: Mapping[str, Look],
    has_zones: bool,
    settings: ImportSettings,
    platform: Platform | None,
) -> Times:
    """Decide how the columns of times are read.

    A column that leaves the order of day and month open follows one of the same file that tells it.

    Parameters
    ----------
    con
        With the table `cells`.
    columns
        Mapped field of a time to the name of its column in the file.
    looks
        Field to what is known of all its cells.
    has_zones
        Whether `cells` has a column `time_zone`.
    settings
        Zone and order that the user gave.
    platform
        Known exports may settle both.
    """
    zone = settings.timezone or "UTC"
    plans = {}
    for name, column in columns.items():
        is_utc = says_utc(column) or bool(platform and platform.is_utc)
        plan = plan_dates(
            con,
            name,
            zone="UTC" if is_utc else zone,
            look=looks.get(name),
            wanted=settings.date_order,
            expected=platform.date_order if platform else None,
        )
        plans[name] = replace(plan, has_utc_header=is_utc)
    certain = [plan.order for plan in plans.values() if plan.is_proven]
    if certain and len(set(certain)) == 1:
        doubtful = [name for name, plan in plans.items() if plan.is_doubtful]
        for name in doubtful:
            plans[name] = replace(
                plan_dates(con, name, zone=plans[name].zone, wanted=certain[0]),
                has_utc_header=plans[name].has_utc_header,
            )
    zones, unknown = zone_words(con) if has_zones else ({}, {})
    notes = [doubt_note(columns[name], plan) for name, plan in plans.items() if plan.is_doubtful]
    notes += _unknown_zones(unknown) + _ambiguous_names(plans, settings)
    notes += [] if zones else _zone_warnings(plans, settings, platform)
    return Times(plans, zones, tuple(notes))


def joined_sql(day: str, clock: str) -> str:
    """SQL of a day and a time of day in one text, whatever else a spreadsheet put into either.

    A time of day that says the day again is the whole moment.
    """
    bare = f"regexp_replace({day}, '[ T]0?0:00(:00(\\.0+)?)?$', '')"
    time = f"regexp_replace({clock}, '^(1899-12-3\\d|1900-01-0\\d)[ T]', '')"
    return (
        f"CASE WHEN contains({bare}, ':') THEN {day} "
        f"WHEN regexp_matches({time}, '{_WHOLE}') THEN {time} "
        f"ELSE {bare} || ' ' || coalesce({time}, '') END"
    )


def says_utc(column: str) -> bool:
    """Whether a header says that its times are UTC.

    >>> says_utc("Created date (UTC)"), says_utc("Date")
    (True, False)
    """
    words = column.lower().replace("(", " ").replace(")", " ").replace("_", " ").split()
    return "utc" in words or "gmt" in words


def _unknown_zones(unknown: Mapping[str, int]) -> list[Note]:
    if not unknown:
        return []
    return [
        Note(
            "unknown_zones",
            "{n:,} rows name a time zone that is not known ({words}); they took the file's.",
            n=sum(unknown.values()),
            words=", ".join(list(unknown)[:_SHOWN]),
        )
    ]


def _ambiguous_names(plans: Mapping[str, DatePlan], settings: ImportSettings) -> list[Note]:
    """Say how CST and its like were read, where no zone of the shop tells."""
    if settings.timezone:
        return []
    names = sorted({name for plan in plans.values() for name in plan.zone_names})
    return [
        Note(
            "zone_ambiguous",
            "{name} behind a time was read as UTC{hours:+g}; it means another zone elsewhere: give "
            "the time zone of the shop if that is wrong.",
            name=name,
            hours=minutes_east(name, "UTC") / _MINUTES_PER_HOUR,
        )
        for name in names
        if is_ambiguous(name)
    ]


def _zone_warnings(
    plans: Mapping[str, DatePlan], settings: ImportSettings, platform: Platform | None
) -> list[Note]:
    naive = [plan for plan in plans.values() if plan.has_naive and not plan.has_utc_header]
    if settings.timezone or not naive:
        return []
    if platform and platform.zone:
        return [
            Note(
                "no_timezone_but_known",
                "No time zone was given, so times were taken as UTC; {title} writes {zone}: "
                "import with that time zone.",
                title=platform.title,
                zone=platform.zone,
            )
        ]
    return [
        Note(
            "no_timezone",
            "No time zone was given, so times without one were taken as UTC; days shift near "
            "midnight if that is wrong.",
        )
    ]
