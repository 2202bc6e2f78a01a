"""Lines among the rejected ones that are no rows at all: section titles, footnotes, a second table.

They are taken from the rejects and counted, since no correction could make rows of them.
"""

import csv
from itertools import pairwise

import duckdb

from analytics.intake.header_lines import is_value, known_names
from analytics.intake.understanding import Understanding
from analytics.notes import Note
from analytics.quoting import literal

_NARROW = 4  # in tables of fewer columns a row with one cell may be a poor row
_WIDE = 6
_PROSE = 12  # characters from which the cell beside a title is a description of it
_SHOWN = 3
_MOST_BELOW = 1_000
_NOTE = r"^([*※†‡]|(note|notes|disclaimer|注|备注|说明|提示)\s*[:：])"
_VALUE = r"^[\s`'=\"¥￥$€£(+-]*\d[\d\s.,:/+-]*$|@"


def set_aside(con: duckdb.DuckDBPyConnection, understanding: Understanding) -> list[Note]:
    """Delete what is no row from `rejected` and say how many lines that were.

    A section title or footnote fills one cell among the first two, or a title and a description of
    it in a table of six columns or more, or starts like a note. A second table starts behind the
    last row that could be loaded, with a line that has two cells or more and no value in any, of
    which one is a known column name or which a blank line precedes; all below belongs to it. Own
    definition.

    Parameters
    ----------
    con
        With `raw`, `staged` and `rejected`.
    understanding
        The file: a text or a sheet; JSON and Parquet hold nothing but rows.
    """
    (n,) = con.execute("SELECT count(*) FROM rejected").fetchall()[0]
    width = len(understanding.columns)
    if width < _NARROW or not n or understanding.source.kind not in {"text", "workbook", "markup"}:
        return []
    return [*_second_table(con, understanding.delimiter or ","), *_sections(con, width)]


def _second_table(con: duckdb.DuckDBPyConnection, delimiter: str) -> list[Note]:
    ((last,),) = con.execute("SELECT max(source_row) FROM staged").fetchall()
    below = con.execute(
        f"SELECT source_row, raw FROM rejected WHERE source_row > {last or 9e18} "
        f"ORDER BY source_row LIMIT {_MOST_BELOW + 1}"
    ).fetchall()
    if len(below) > _MOST_BELOW:
        return []
    rows = [(row, _filled(raw, delimiter)) for row, raw in below]
    previous = last
    for (row, cells), (_, following) in pairwise(rows):
        is_apart = previous is not None and row > previous + 1
        is_header = len(cells) > 1 and not any(map(is_value, cells))
        if is_header and any(map(is_value, following)) and (is_apart or known_names(cells)):
            n = _delete(con, f"source_row >= {row}")
            text = "{n:,} lines from line {line} on are another table below the rows: not read."
            return [Note("second_table", text, n=n, line=row)]
        previous = row
    return []


def _filled(raw: str | None, delimiter: str) -> list[str]:
    line = (raw or "").split("\n", 1)[0].replace("\r", " ")
    cells = line.split(delimiter)
    if len(delimiter) == 1:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    return [cell.strip(" \t`'\"=") for cell in cells if cell.strip(" \t`'\"=")]


def _sections(con: duckdb.DuckDBPyConnection, width: int) -> list[Note]:
    listed = ", ".join(f"trim(c{index})" for index in range(width))
    beside = f"len(filled) = 2 AND strlen(filled[2]) >= {_PROSE}" if width >= _WIDE else "false"
    found = con.execute(
        "SELECT source_row, filled[1] FROM (SELECT source_row, "
        f"[cell FOR cell IN [{listed}] IF cell <> ''] AS filled, "
        "coalesce(trim(c0), '') <> '' OR coalesce(trim(c1), '') <> '' AS is_left FROM raw "
        "WHERE source_row IN (SELECT source_row FROM rejected WHERE reason = 'missing_required')) "
        f"WHERE is_left AND (len(filled) = 1 OR {beside} "
        f"OR regexp_matches(lower(filled[1]), {literal(_NOTE)})) "
        f"AND NOT regexp_matches(filled[1], {literal(_VALUE)}) ORDER BY source_row"
    ).fetchall()
    if not found:
        return []
    n = _delete(con, f"source_row IN ({', '.join(str(row) for row, _ in found)})")
    text = "{n:,} lines are section titles or footnotes, not rows ({examples})."
    examples = "; ".join(text[:30] for _, text in found[:_SHOWN])
    return [Note("sections", text, n=n, examples=examples)]


def _delete(con: duckdb.DuckDBPyConnection, condition: str) -> int:
    return int(con.execute(f"DELETE FROM rejected WHERE {condition}").fetchall()[0][0])
