"""What is decided from the values of the mapped columns: zones, decimal marks, currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from analytics.intake import cells, matching, money
from analytics.intake.currencies import is_in_cents
from analytics.intake.currency_choice import choose_currency
from analytics.intake.dates import DatePlan
from analytics.intake.identities import CHAIN, damaged_sql, may_be_damaged
from analytics.intake.looks import Look
from analytics.intake.numbers import NumberPlan, doubt_note, plan_numbers
from analytics.intake.people import People, look_at_people
from analytics.intake.properties import find_keys
from analytics.intake.recogniser import Platform
from analytics.intake.statuses import read_vocabulary
from analytics.intake.times import joined_sql, plan_times
from analytics.intake.value_tests import is_number, is_time, seconds_per_unit
from analytics.intake.vocabulary import Words
from analytics.notes import Note
from analytics.quoting import identifier
from analytics.settings import UNKNOWN_CURRENCY, ImportSettings

_ROW_IDS = ("order_id", "refund_of", "item_id", "session_id", *CHAIN)


@dataclass(frozen=True)
class Decisions:
    """Findings that the typing of the rows follows; `cells` was prepared along the way."""

    dates: dict[str, DatePlan] = field(default_factory=dict)
    numbers: dict[str, NumberPlan] = field(default_factory=dict)
    zone: str = "UTC"
    zones: dict[str, str] = field(default_factory=dict)
    currency: str = UNKNOWN_CURRENCY
    signs: dict[str, str] = field(default_factory=dict)
    people: People = field(default_factory=People)
    words: dict[str, Words] = field(default_factory=dict)
    places: dict[str, tuple[str, ...]] = field(default_factory=dict)
    shape: money.MoneyShape = field(default_factory=money.MoneyShape)
    spends_below_zero: bool = False
    seconds_per_unit: float = 1
    warnings: tuple[Note, ...] = ()


def decide(
    con: duckdb.DuckDBPyConnection,
    table: str,
    indices: Mapping[str, int],
    columns: Sequence[str],
    *,
    looks: Sequence[Look],
    settings: ImportSettings,
    platform: Platform | None,
) -> Decisions:
    """Make `cells` from the view `raw` and decide what its values decide.

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
    looks
        What is known of all cells of each column, or nothing; what it settles is not asked.
    settings
        Corrections by the user.
    platform
        The known export, if it is one.
    """
    known, warnings = _prepare(con, table, indices, columns, looks=looks, platform=platform)
    names = {name: columns[index] for name, index in indices.items()}
    times = plan_times(
        con,
        {name: column for name, column in names.items() if is_time(name)},
        looks=known,
        has_zones="time_zone" in indices,
        settings=settings,
        platform=platform,
    )
    numbers = _numbers(con, names, known, platform, settings.decimal)
    people = look_at_people(con, names, known)
    words = read_vocabulary(con, names, settings=settings, platform=platform)
    shape = (
        money.money_shape(con, indices, numbers, words=words, platform=platform)
        if table == "order_lines"
        else money.MoneyShape()
    )
    currency = choose_currency(
        con,
        {name: names[name] for name in (*matching.MONEY_FIELDS, "currency") if name in names},
        columns,
        numbers=numbers,
        settings=settings,
        platform=platform,
    )
    warnings += [doubt_note(names[name], plan) for name, plan in numbers.items() if plan.example]
    return Decisions(
        dates=times.plans,
        numbers=numbers,
        zone=_main_zone(times.plans, settings),
        zones=times.zones,
        currency=currency.code,
        signs=currency.signs,
        people=people,
        words=words,
        places=find_keys(con, names) if table == "events" and "properties" in names else {},
        shape=shape,
        spends_below_zero=bool(platform and platform.spends_below_zero),
        seconds_per_unit=seconds_per_unit(names.get("duration_s", "")),
        warnings=(
            *warnings,
            *times.warnings,
            *currency.warnings,
            *people.warnings,
            *shape.warnings,
        ),
    )


def _prepare(
    con: duckdb.DuckDBPyConnection,
    table: str,
    indices: Mapping[str, int],
    columns: Sequence[str],
    *,
    looks: Sequence[Look],
    platform: Platform | None,
) -> tuple[dict[str, Look], list[Note]]:
    """Make `cells`; return what is known of all cells of its columns, and what to say."""
    known = {name: looks[index] for name, index in indices.items()} if looks else {}
    known = {name: look for name, look in known.items() if look.is_tidy}
    notes = _prepare_cells(con, table, indices, columns, known=known, platform=platform)
    if table == "order_lines" and ("order_id" not in known or known["order_id"].empty):
        cells.join_continuations(con, indices)
    ids = [name for name in _ROW_IDS if name in indices]
    notes += _drop_damaged(
        con, [name for name in ids if name not in known or may_be_damaged(known[name])]
    )
    if notes or "time_of_day" in indices:
        return {}, notes  # the cells are not those of the file any more
    return known, notes


def _prepare_cells(
    con: duckdb.DuckDBPyConnection,
    table: str,
    indices: Mapping[str, int],
    columns: Sequence[str],
    *,
    known: Mapping[str, Look],
    platform: Platform | None,
) -> list[Note]:
    used = set(indices.values())
    extras = {
        name: index
        for index, name in enumerate(columns)
        if table == "customers" and index not in used
    }
    cells.make_cells(con, indices, matching.required_columns(table, indices), extras, known)
    if "time_of_day" in indices:
        time = "ordered_at" if table == "order_lines" else "occurred_at"
        cells.changed(con, f"UPDATE cells SET {time} = {joined_sql(time, 'time_of_day')}")
    headers = cells.drop_repeated_headers(con, indices, columns, known)
    totals = _drop_what_is_no_row(con, platform)
    notes = []
    if totals:
        notes.append(
            Note(
                "totals",
                "{n:,} lines of totals, headings or footnotes are not rows and were skipped.",
                n=totals,
            )
        )
    if headers:
        notes.append(
            Note("repeated_headers", "{n:,} lines repeat the header and were skipped.", n=headers)
        )
    return notes


def _drop_what_is_no_row(con: duckdb.DuckDBPyConnection, platform: Platform | None) -> int:
    n = cells.drop_totals(con)
    if platform and platform.has_headings:
        n += cells.drop_headings(con)
    if platform and platform.summary:
        n += cells.drop_summary(con, platform.summary)
    return n


def _drop_damaged(con: duckdb.DuckDBPyConnection, fields: Sequence[str]) -> list[Note]:
    """Empty the ids that a spreadsheet turned into numbers like 5.11E+18, and say how many."""
    notes = []
    for name in fields:
        column = identifier(name)
        n, example = con.execute(
            f"SELECT count(*), min({column}) FROM cells WHERE {damaged_sql(column)}"
        ).fetchall()[0]
        if n:
            (rows,) = con.execute("SELECT count(*) FROM cells").fetchall()[0]
            cells.changed(con, f"UPDATE cells SET {column} = NULL WHERE {damaged_sql(column)}")
            notes.append(
                Note(
                    "damaged_ids",
                    "{n:,} values of {field} ({share:.1%}) were destroyed by a spreadsheet "
                    "({example}) and can't be told apart; they count as missing. Export again "
                    "without opening the file.",
                    n=n,
                    share=n / rows,
                    field=name,
                    example=example,
                )
            )
    return notes


def _main_zone(dates: Mapping[str, DatePlan], settings: ImportSettings) -> str:
    zones = [plan.zone for plan in dates.values()]
    return zones[0] if zones else settings.timezone or "UTC"


def _numbers(
    con: duckdb.DuckDBPyConnection,
    names: Mapping[str, str],
    known: Mapping[str, Look],
    platform: Platform | None,
    decimal: str | None,
) -> dict[str, NumberPlan]:
    """Decide how the columns of numbers are read; those of money may count cents."""
    plans = plan_numbers(con, [name for name in names if is_number(name)], known, mark=decimal)
    in_cents = bool(platform and platform.money_unit == "cents")
    return {
        name: replace(plan, is_cents=True)
        if name in money.MONEY_FIELDS and (in_cents or is_in_cents(names[name]))
        else plan
        for name, plan in plans.items()
    }
