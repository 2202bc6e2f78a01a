"""What is decided from the values of the mapped columns: zones, decimal marks, currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from analytics.intake import cells, matching, money, numbers
from analytics.intake.dates import DatePlan, doubt_note, plan_dates
from analytics.intake.identities import CHAIN, damaged_sql, identity_kind, zeros_that_are_nobody
from analytics.intake.recogniser import Platform
from analytics.intake.statuses import read_vocabulary
from analytics.intake.vocabulary import Words
from analytics.intake.zones import zone_words
from analytics.notes import Note
from analytics.quoting import identifier
from analytics.settings import UNKNOWN_CURRENCY, ImportSettings

_YUAN = ("(元)", "（元）", "(rmb)", "（rmb）", "(cny)")
_ROW_IDS = ("order_id", "item_id", "session_id", *CHAIN)


@dataclass(frozen=True)
class Decisions:
    """Findings that the typing of the rows follows; `cells` was prepared along the way."""

    dates: dict[str, DatePlan] = field(default_factory=dict)
    decimals: dict[str, str] = field(default_factory=dict)
    zone: str = "UTC"
    zones: dict[str, str] = field(default_factory=dict)
    currency: str = UNKNOWN_CURRENCY
    signs: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    zeros: dict[str, tuple[str, ...]] = field(default_factory=dict)
    words: dict[str, Words] = field(default_factory=dict)
    shape: money.MoneyShape = field(default_factory=money.MoneyShape)
    spends_below_zero: bool = False
    warnings: tuple[Note, ...] = ()


def decide(
    con: duckdb.DuckDBPyConnection,
    table: str,
    indices: Mapping[str, int],
    columns: Sequence[str],
    *,
    settings: ImportSettings,
    platform: Platform | None,
) -> Decisions:
    """Make the table `cells` from the view `raw` and decide what its values decide.

    Parameters
    ----------
    con
        With the view `raw`.
    table
        The canonical table to fill.
    indices
        Field to position of its column.
    columns
        Names of all columns.
    settings
        Corrections by the user.
    platform
        The known export, if it is one.
    """
    warnings = _prepare_cells(con, table, indices, columns)
    names = {name: columns[index] for name, index in indices.items()}
    warnings += _drop_damaged(con, [name for name in _ROW_IDS if name in indices])
    dates = _dates(con, names, settings, platform)
    decimals = numbers.plan_decimals(con, [name for name in indices if matching.is_number(name)])
    zones = zone_words(con) if "time_zone" in indices else {}
    kinds = {name: identity_kind(names[name]) for name in CHAIN if name in indices}
    zeros = {name: zeros_that_are_nobody(con, name) for name in kinds}
    words = read_vocabulary(con, names, settings=settings, platform=platform)
    shape = (
        money.money_shape(con, indices, decimals, words=words, platform=platform)
        if table == "order_lines"
        else money.MoneyShape()
    )
    signed = [name for name in ("amount", "order_total", "price") if name in indices]
    chosen = settings.currency.upper() if settings.currency else None
    found = numbers.signs_in(con, signed[0]) if signed else ()
    signs = numbers.sign_codes(found, chosen)
    warnings += [doubt_note(names[name], plan) for name, plan in dates.items() if plan.is_doubtful]
    warnings += _zone_warnings(dates, settings, platform)
    return Decisions(
        dates=dates,
        decimals=decimals,
        zone=_main_zone(dates, settings),
        zones=zones,
        currency=_currency(con, names, signs, settings, platform),
        signs=signs,
        kinds=kinds,
        zeros=zeros,
        words=words,
        shape=shape,
        spends_below_zero=bool(platform and platform.spends_below_zero),
        warnings=(*warnings, *shape.warnings),
    )


def _prepare_cells(
    con: duckdb.DuckDBPyConnection, table: str, indices: Mapping[str, int], columns: Sequence[str]
) -> list[Note]:
    used = set(indices.values())
    extras = {
        name: index
        for index, name in enumerate(columns)
        if table == "customers" and index not in used
    }
    cells.make_cells(con, indices, matching.required_columns(table, indices), extras)
    if "time_of_day" in indices:
        time = "ordered_at" if table == "order_lines" else "occurred_at"
        con.execute(f"UPDATE cells SET {time} = {time} || ' ' || coalesce(time_of_day, '')")
    headers = cells.drop_repeated_headers(con, indices, columns)
    totals = cells.drop_totals(con)
    notes = []
    if totals:
        notes.append(
            Note(
                "totals",
                "{n:,} lines of totals or footnotes are not rows and were skipped.",
                n=totals,
            )
        )
    if headers:
        notes.append(
            Note("repeated_headers", "{n:,} lines repeat the header and were skipped.", n=headers)
        )
    return notes


def _drop_damaged(con: duckdb.DuckDBPyConnection, fields: Sequence[str]) -> list[Note]:
    """Empty the ids that a spreadsheet turned into numbers like 5.11E+18, and say how many."""
    notes = []
    for name in fields:
        column = identifier(name)
        example = con.execute(
            f"SELECT count(*), min({column}) FROM cells WHERE {damaged_sql(column)}"
        ).fetchall()[0]
        if example[0]:
            con.execute(f"UPDATE cells SET {column} = NULL WHERE {damaged_sql(column)}")
            notes.append(
                Note(
                    "damaged_ids",
                    "{n:,} values of {field} were destroyed by a spreadsheet ({example}) and can't "
                    "be told apart; they count as missing. Export again without opening the file.",
                    n=example[0],
                    field=name,
                    example=example[1],
                )
            )
    return notes


def _dates(
    con: duckdb.DuckDBPyConnection,
    names: Mapping[str, str],
    settings: ImportSettings,
    platform: Platform | None,
) -> dict[str, DatePlan]:
    zone = settings.timezone or "UTC"
    plans = {}
    for name, column in names.items():
        if matching.is_time(name):
            is_utc = _says_utc(column) or bool(platform and platform.is_utc)
            plan = plan_dates(con, name, zone="UTC" if is_utc else zone, wanted=settings.date_order)
            if plan.is_doubtful and platform and platform.date_order:
                plan = replace(plan, order=platform.date_order, is_doubtful=False)
            plans[name] = replace(plan, has_utc_header=is_utc)
    return plans


def _says_utc(column: str) -> bool:
    words = column.lower().replace("(", " ").replace(")", " ").replace("_", " ").split()
    return "utc" in words or "gmt" in words


def _main_zone(dates: Mapping[str, DatePlan], settings: ImportSettings) -> str:
    zones = [plan.zone for plan in dates.values()]
    return zones[0] if zones else settings.timezone or "UTC"


def _zone_warnings(
    dates: Mapping[str, DatePlan], settings: ImportSettings, platform: Platform | None
) -> list[Note]:
    naive = [plan for plan in dates.values() if plan.has_naive and not plan.has_utc_header]
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


def _currency(
    con: duckdb.DuckDBPyConnection,
    names: Mapping[str, str],
    signs: Mapping[str, str],
    settings: ImportSettings,
    platform: Platform | None,
) -> str:
    """Currency of rows that do not say theirs."""
    money_columns = [names[name] for name in matching.MONEY_FIELDS if name in names]
    if any(mark in column.lower() for column in money_columns for mark in _YUAN):
        return "CNY"
    if platform and platform.currency:
        return platform.currency
    if "currency" in names:
        code = numbers.currency_sql(column="currency", amount=None, signs={}, fallback="")
        codes = con.execute(
            f"SELECT DISTINCT {code} AS code FROM cells WHERE currency IS NOT NULL "
            "ORDER BY 1 LIMIT 2"
        ).fetchall()
        if len(codes) == 1 and codes[0][0]:
            return str(codes[0][0])
    if settings.currency:
        return settings.currency.upper()
    found = sorted(set(signs.values()))
    return found[0] if len(found) == 1 else UNKNOWN_CURRENCY
