"""The mapped columns of a file as cleaned text, one row per record, in DuckDB.

Cleaning is the same for every file: blanks around a value, the guards that Excel needs (tabs,
backticks, apostrophes, ="…") and the words that mean "nothing" go; what remains is as written.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow.dataset

from analytics.intake import clean_blocks
from analytics.intake.clean_blocks import BLANK_MARKS, GUARDS, NULL_WORDS
from analytics.intake.spool import NEWLINE, UNIT, Spooled
from analytics.quoting import identifier, literal

_BLANKS, _GUARDS = BLANK_MARKS, GUARDS
_CLEAN = "clean_rows"
_BREAK = f"'{NEWLINE}'"
_LONGEST_NULL_WORD = max(len(word.encode()) for word in NULL_WORDS)
TEXT_FIELDS = frozenset(
    {"item_name", "customer_name", "description", "properties", "reason", "tags"}
)
_TOTALS = (
    "^[#*\\s]*(合计|总计|小计|共计|汇总|本页合计|交易合计|已收入|已支出|待收入|待支出"
    "|total|totals|grand total|subtotal|sum)"
    "([\\s:：(（].*)?$|^#\\s|^#[^\\x00-\\x7F]|^#?-{4,}"
)


def open_text(con: duckdb.DuckDBPyConnection, folder: Path, width: int, found: Spooled) -> None:
    """Make `raw` a view of a spool: source_row, c0 … as text.

    Parameters
    ----------
    con
        Where to make it.
    folder
        That of the spool.
    width
        Number of columns.
    found
        What writing the spool returned.
    """
    rows = folder / "rows"
    columns = ", ".join(
        ["'source_row': 'BIGINT'", *(f"'c{index}': 'VARCHAR'" for index in range(width))]
    )
    careful = (
        f"SELECT * FROM read_csv({literal(str(rows))}, "
        f"delim='{UNIT}', quote='', escape='', header=false, auto_detect=false, nullstr='', "
        f"max_line_size=16777216, columns={{{columns}}})"
    )
    parts = [careful]
    if found.clean:
        con.register(_CLEAN, pyarrow.dataset.dataset(folder / clean_blocks.FILE, format="ipc"))
        # no bare column: a join on it would push down a filter that scans of Arrow refuse
        lines = f"SELECT * REPLACE (abs(source_row) AS source_row) FROM {_CLEAN}"
        parts = [lines, *([careful] if found.records > found.clean else [])]
    con.execute(f"CREATE OR REPLACE TEMP VIEW raw AS {' UNION ALL '.join(parts)}")
    tidy = set(range(width)) - found.untidy if found.clean and len(parts) == 1 else set()
    _note_tidy(con, [f"c{index}" for index in sorted(tidy)])


def close(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Drop `raw` and delete the files behind it."""
    con.execute("DROP VIEW IF EXISTS raw")
    con.execute("DROP TABLE IF EXISTS tidy")
    con.unregister(_CLEAN)
    for name in ("rows", "unread", "unpacked", clean_blocks.FILE):
        (folder / name).unlink(missing_ok=True)


def _note_tidy(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> None:
    """Keep which columns of `raw` have nothing to clean."""
    con.execute("CREATE OR REPLACE TEMP TABLE tidy (name VARCHAR)")
    if columns:
        con.execute("INSERT INTO tidy SELECT unnest(?)", [columns])


def open_parquet(con: duckdb.DuckDBPyConnection, path: Path, limit: int | None = None) -> list[str]:
    """Make `raw` a view of a Parquet file, every column as text, and return the columns' names.

    Whole numbers that a float column holds lose their ".0", so that an id 17850.0 becomes "17850";
    a column with one fraction in it keeps all its values as they are.
    """
    file = literal(str(path))
    described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({file})").fetchall()
    types = {row[0]: row[1] for row in described}
    floats = [name for name, dtype in types.items() if dtype in {"DOUBLE", "FLOAT"}]
    whole = _whole_columns(con, file, floats)
    columns = [
        f"{_as_text(name, dtype, name in whole)} AS c{index}"
        for index, (name, dtype) in enumerate(types.items())
    ]
    end = f" WHERE file_row_number < {limit}" if limit else ""
    _note_tidy(con, [])
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW raw AS SELECT file_row_number + 1 AS source_row, "
        f"{', '.join(columns)} FROM read_parquet({file}, file_row_number=true){end}"
    )
    return list(types)


def _whole_columns(con: duckdb.DuckDBPyConnection, file: str, floats: Sequence[str]) -> set[str]:
    if not floats:
        return set()
    tests = ", ".join(
        f"bool_and({column} = trunc({column}) AND abs({column}) < 1e15) FILTER (isfinite({column}))"
        for column in map(identifier, floats)
    )
    found = con.execute(f"SELECT {tests} FROM read_parquet({file})").fetchall()[0]
    return {name for name, is_whole in zip(floats, found, strict=True) if is_whole}


def _as_text(name: str, dtype: str, is_whole: bool) -> str:  # noqa: FBT001 private, named at its one call
    column = identifier(name)
    if is_whole:
        return f"CAST(CASE WHEN isfinite({column}) THEN CAST({column} AS BIGINT) END AS VARCHAR)"
    if dtype == "TIMESTAMP WITH TIME ZONE":
        return f"CAST(timezone('UTC', {column}) AS VARCHAR) || '+00:00'"
    return f"CAST({column} AS VARCHAR)"


def _trimmed(column: str) -> str:
    return f"trim({column}, {literal(_BLANKS)})"


def _nothing_is_null(expression: str) -> str:
    # a pattern, since DuckDB joins with a long list of words for every row, needed or not
    pattern = literal(f"(?i)^({'|'.join(map(re.escape, NULL_WORDS))})?$")
    return (
        f"CASE WHEN strlen({expression}) <= {_LONGEST_NULL_WORD} "
        f"AND regexp_matches({expression}, {pattern}) THEN NULL ELSE {expression} END"
    )


def _has_edges(column: str) -> str:
    """SQL of whether a cell starts or ends with something to strip: most do not, which is fast."""
    firsts = ", ".join(str(ord(mark)) for mark in _BLANKS + _GUARDS)
    lasts = literal(f"[{_BLANKS}]$")
    return f"(list_contains([{firsts}], ascii({column})) OR regexp_matches({column}, {lasts}))"


def cleaned(column: str) -> str:
    """SQL of a cell without blanks, Excel's guards and words for nothing.

    Parameters
    ----------
    column
        Name of the column of `raw`.
    """
    unguarded = (
        f"CASE WHEN starts_with({column}, '=') "
        f"THEN regexp_replace({column}, '^=\"(.*)\"$', '\\1') ELSE {column} END"
    )
    guards = literal(_GUARDS[1:])
    stripped = f"trim(ltrim({_trimmed(unguarded)}, {guards}), {literal(_BLANKS)})"
    return (
        f"CASE WHEN {_has_edges(column)} THEN {_nothing_is_null(stripped)} "
        f"ELSE {_nothing_is_null(column)} END"
    )


def cleaned_text(column: str) -> str:
    """SQL of a cell that people read: only blanks around it and words for nothing go."""
    lines = (
        f"CASE WHEN contains({column}, {_BREAK}) THEN replace({column}, {_BREAK}, chr(10)) "
        f"ELSE {column} END"
    )
    return (
        f"CASE WHEN {_has_edges(column)} THEN {_nothing_is_null(_trimmed(lines))} "
        f"ELSE {_nothing_is_null(lines)} END"
    )


def make_cells(
    con: duckdb.DuckDBPyConnection,
    mapping: Mapping[str, int],
    required: Sequence[str],
    extras: Mapping[str, int] | None = None,
) -> None:
    """Make the table `cells`: source_row, a cleaned text per mapped field, extras, is_total.

    A line of totals or a footnote starts with a word like 合计, Total or # in one of its first two
    columns and lacks a cell that every row has.

    Parameters
    ----------
    con
        A connection with the view `raw`.
    mapping
        Field to index of its column.
    required
        Fields of which a row lacks none.
    extras
        Name to index of the columns that go into a JSON object `extras`.
    """
    tidy = {name for (name,) in con.execute("SELECT name FROM tidy").fetchall()}
    fields = [
        f"{_clean(f'c{index}', field, tidy)} AS {identifier(field)}"
        for field, index in mapping.items()
    ]
    pairs = ", ".join(
        f"{literal(name)}, {cleaned_text(f'c{index}')}" for name, index in (extras or {}).items()
    )
    # the merge drops the columns that are null in this row
    extra = f"json_merge_patch('{{}}', json_object({pairs}))" if pairs else "NULL"
    lacking = " OR ".join(f"{identifier(field)} IS NULL" for field in required) or "false"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE cells AS SELECT source_row, "
        f"{', '.join(fields)}, CAST({extra} AS VARCHAR) AS extras, "
        f"CASE WHEN {lacking} THEN coalesce(regexp_matches({_first_filled(con)}, "
        f"{literal('(?i)' + _TOTALS)}), false) ELSE false END AS is_total FROM raw"
    )


def _clean(column: str, field: str, tidy: Collection[str]) -> str:
    if column in tidy:
        return column
    return cleaned_text(column) if field in TEXT_FIELDS else cleaned(column)


def _first_filled(con: duckdb.DuckDBPyConnection) -> str:
    """SQL of the first filled cell among the first two columns of `raw`."""
    names = [row[0] for row in con.execute("DESCRIBE raw").fetchall() if row[0] != "source_row"]
    filled = ", ".join(f"nullif({_trimmed(name)}, '')" for name in names[:2])
    return f"coalesce({filled})"


def drop_headings(con: duckdb.DuckDBPyConnection) -> int:
    """Delete the lines that fill only their first two cells, headings, and return their number."""
    names = [row[0] for row in con.execute("DESCRIBE raw").fetchall() if row[0] != "source_row"]
    filled = ", ".join(f"nullif({_trimmed(name)}, '')" for name in names[2:])
    return _deleted(
        con, f"source_row IN (SELECT source_row FROM raw WHERE coalesce({filled}) IS NULL)"
    )


def drop_summary(con: duckdb.DuckDBPyConnection, first: str) -> int:
    """Delete the line whose first cell says so, all lines below it, and return their number."""
    return _deleted(
        con,
        "source_row >= (SELECT min(source_row) FROM raw "
        f"WHERE {_trimmed('c0')} = {literal(first)})",
    )


def _deleted(con: duckdb.DuckDBPyConnection, where: str) -> int:
    return int(con.execute(f"DELETE FROM cells WHERE {where}").fetchall()[0][0])


def drop_totals(con: duckdb.DuckDBPyConnection) -> int:
    """Delete the lines of totals and footnotes from `cells` and return their number."""
    return _deleted(con, "is_total")


def drop_repeated_headers(
    con: duckdb.DuckDBPyConnection, mapping: Mapping[str, int], columns: Sequence[str]
) -> int:
    """Delete the rows of `cells` that repeat the header and return their number."""
    if not mapping:
        return 0
    same = " AND ".join(
        f"{identifier(field)} = {literal(columns[index])}" for field, index in mapping.items()
    )
    return _deleted(con, same)
