"""Rows of a file that are equal in everything: told, and kept, since nothing proves a mistake."""

from collections.abc import Iterable, Sequence

import duckdb

from analytics.notes import Note
from analytics.schema import CANONICAL, TIMES, Column
from analytics.store import engines, footers

_COUNTED_WHOLE = 2_000_000  # rows; of larger files one customer in sixteen is looked at
_PARTS = 16
_TABLES = ("order_lines", "events", "ratings")

_FOUND = """
SELECT coalesce(sum(n - 1), 0), min(CASE WHEN n > 1 THEN [first, last] END)
FROM (
    SELECT count(*) AS n, min(source_row) AS first, max(source_row) AS last
    FROM staged WHERE {sample} GROUP BY hash({columns})
)
"""

# Rows that differ in what is quickly read differ: mostly all do, and no other column is looked at.
_QUICKLY = """
SELECT coalesce(max(n), 0), coalesce(sum(n), 0) FROM (
    SELECT count(*) AS n FROM staged WHERE hash({time}) % {parts} = 0 GROUP BY hash({columns})
)
"""
_SLOW = {"customer_id", "order_id"}


def notes(con: duckdb.DuckDBPyConnection, table: str, *, files: Iterable[str] = ()) -> list[Note]:
    """Say how many rows of `staged` repeat another one in every column.

    They may be what was sold (two copies in one order) or what was exported twice: only an id of
    the line could tell, so all are kept. Of files of more than two million rows a sixteenth of the
    customers and moments is looked at, and the number is an estimate that says so.
    `files` are the Parquet files behind `staged`, where there are such. Own definition.
    """
    if table not in _TABLES:
        return []
    (rows,) = con.execute("SELECT count(*) FROM staged").fetchall()[0]
    is_whole = rows <= _COUNTED_WHOLE
    told = footers.spans(con, files)
    same = {name for name, span in told.items() if span.is_constant} - {"customer_id"}
    varying = [column for column in CANONICAL[table] if column.name not in same]
    sample = "true" if is_whole else f"hash(customer_id, {TIMES[table]}) % {_PARTS} = 0"
    quick = [column for column in varying if column.name not in _SLOW]
    if quick and _all_differ(con, quick, rows=rows, time=TIMES[table]):
        return []
    columns = engines.listed(varying)
    n, lines = con.execute(_FOUND.format(sample=sample, columns=columns)).fetchall()[0]
    if not n:
        return []
    places = {"line": lines[0], "other_line": lines[1]}
    if is_whole:
        text = (
            "{n:,} rows repeat another row of the file in everything (e.g. lines {line} and "
            "{other_line}): all are kept, since nothing proves that they were exported twice."
        )
        return [Note("duplicates", text, n=int(n), **places)]
    text = (
        "About {n:,} rows repeat another row of the file in everything (e.g. lines {line} and "
        "{other_line}): all are kept, since nothing proves that they were exported twice."
    )
    return [Note("duplicates_about", text, n=int(n) * _PARTS, **places)]


def _all_differ(
    con: duckdb.DuckDBPyConnection, quick: Sequence[Column], *, rows: int, time: str
) -> bool:
    """Whether rows differ in these columns alone; of many, those of a fair sample of moments."""
    parts = 1 if rows <= _COUNTED_WHOLE else _PARTS
    query = _QUICKLY.format(columns=engines.listed(quick), parts=parts, time=time)
    most, looked_at = con.execute(query).fetchall()[0]
    return most <= 1 and looked_at > rows / parts / 2
