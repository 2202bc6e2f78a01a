"""The mapped columns of a file as cleaned text, one row per record, in DuckDB.

Cleaning is the same for every file: blanks around a value, the guards that Excel needs (tabs,
backticks, apostrophes, ="…") and the words that mean "nothing" go; what remains is as written.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset

from analytics.intake import clean_blocks
from analytics.intake.identities import CHAIN
from analytics.intake.looks import BLANK_MARKS, GUARDS, NULL_WORDS, Look
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
    "|total|totals|grand total|subtotal|sum|summe|gesamt|gesamtsumme|zwischensumme|somme|sous-total"
    "|total général|suma|totale|subtotale|totaal|razem|celkem|összesen|итого|всего|итог|разом"
    "|合計|総計|小計|합계|총계|소계|toplam|jumlah|tổng|tổng cộng|soma|total geral|σύνολο|yhteensä)"
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
        con.register(_CLEAN, _clean_rows(found, folder / clean_blocks.FILE))
        # no bare column: a join on it would push down a filter that scans of Arrow refuse
        lines = f"SELECT * REPLACE (abs(source_row) AS source_row) FROM {_CLEAN}"
        parts = [lines, *([careful] if found.records > found.clean else [])]
    con.execute(f"CREATE OR REPLACE TEMP VIEW raw AS {' UNION ALL '.join(parts)}")


def _clean_rows(found: Spooled, file: Path) -> pa.Table | pyarrow.dataset.Dataset:
    if found.held:
        return pa.concat_tables(found.held)
    return pyarrow.dataset.dataset(str(file), format="ipc")


def close(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Drop `cells` and `raw`, and delete the files behind them."""
    _drop(con)
    con.execute("DROP VIEW IF EXISTS raw")
    con.unregister(_CLEAN)
    for name in ("rows", "unread", "unpacked", clean_blocks.FILE):
        (folder / name).unlink(missing_ok=True)
    # else hundreds of megabytes, read ahead from the spool, stay with the process
    pa.default_memory_pool().release_unused()


def _drop(con: duckdb.DuckDBPyConnection) -> None:
    """Drop `cells`, be it a table or a view."""
    if kind := _kind(con):
        con.execute(f"DROP {kind} cells")


def _kind(con: duckdb.DuckDBPyConnection) -> str | None:
    """Whether `cells` is a TABLE or a VIEW; None where there is none."""
    found = con.execute(
        "SELECT table_type FROM information_schema.tables WHERE table_name = 'cells'"
    ).fetchone()
    if found is None:
        return None
    return "VIEW" if found[0] == "VIEW" else "TABLE"


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
    looks: Mapping[str, Look] | None = None,
) -> None:
    """Make `cells`: source_row, a cleaned text per mapped field, extras, is_total.

    It is a table, or a view where the columns are known to have nothing to clean and every row
    what it must have; `changed` makes that a table before a cell of it changes.

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
    looks
        Field to what is known of all cells of its column.
    """
    known = looks or {}
    tidy = {field for field, look in known.items() if look.is_tidy}
    is_whole = set(required) <= tidy and not any(known[field].empty for field in required)
    fields = [
        f"{f'c{index}' if field in tidy else _clean(f'c{index}', field)} AS {identifier(field)}"
        for field, index in mapping.items()
    ]
    pairs = ", ".join(
        f"{literal(name)}, {cleaned_text(f'c{index}')}" for name, index in (extras or {}).items()
    )
    # the merge drops the columns that are null in this row
    extra = f"json_merge_patch('{{}}', json_object({pairs}))" if pairs else "NULL"
    total = "false"
    if required and not is_whole:
        lacking = " OR ".join(f"{identifier(field)} IS NULL" for field in required)
        total = (
            f"CASE WHEN {lacking} THEN coalesce(regexp_matches({_first_filled(con)}, "
            f"{literal('(?i)' + _TOTALS)}), false) ELSE false END"
        )
    _drop(con)
    con.execute(
        f"CREATE TEMP {'VIEW' if tidy >= set(mapping) and is_whole and not pairs else 'TABLE'} "
        f"cells AS SELECT source_row, {', '.join(fields)}, CAST({extra} AS VARCHAR) AS extras, "
        f"{total} AS is_total FROM raw"
    )


def changed(con: duckdb.DuckDBPyConnection, statement: str) -> int:
    """Run an UPDATE or DELETE of `cells` and return the number of its rows."""
    if _kind(con) == "VIEW":
        con.execute("CREATE TEMP TABLE own_cells AS FROM cells")
        con.execute("DROP VIEW cells")
        con.execute("ALTER TABLE own_cells RENAME TO cells")
    return int(con.execute(statement).fetchall()[0][0])


def _clean(column: str, field: str) -> str:
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
    if not con.execute(f"SELECT 1 FROM cells WHERE {where} LIMIT 1").fetchone():
        return 0
    return changed(con, f"DELETE FROM cells WHERE {where}")


def drop_totals(con: duckdb.DuckDBPyConnection) -> int:
    """Delete the lines of totals and footnotes from `cells` and return their number."""
    return _deleted(con, "is_total")


def drop_repeated_headers(
    con: duckdb.DuckDBPyConnection,
    mapping: Mapping[str, int],
    columns: Sequence[str],
    looks: Mapping[str, Look],
) -> int:
    """Delete the rows of `cells` that repeat the header and return their number."""
    if not mapping or any(
        look.is_tidy and look.is_never(columns[mapping[field]]) for field, look in looks.items()
    ):
        return 0
    same = " AND ".join(
        f"{identifier(field)} = {literal(columns[index])}" for field, index in mapping.items()
    )
    return _deleted(con, same)


def join_continuations(con: duckdb.DuckDBPyConnection, fields: Collection[str]) -> None:
    """Give lines that name an item and nothing of an order the id of the order above them.

    Exports made for reading write the order once and its further items below, as merged cells do.
    """
    of_order = [
        name
        for name in ("order_id", "ordered_at", "status", "order_total", *CHAIN)
        if name in fields
    ]
    of_item = [name for name in ("item_id", "item_name", "quantity", "price") if name in fields]
    if not {"order_id", "ordered_at"} <= {*of_order} or not of_item:
        return
    blank = " AND ".join(f"{name} IS NULL" for name in of_order)
    is_item = " OR ".join(f"{name} IS NOT NULL" for name in of_item)
    test = f"{blank} AND ({is_item})"
    if con.execute(f"SELECT 1 FROM cells WHERE {test} LIMIT 1").fetchone():
        changed(
            con,
            "UPDATE cells SET order_id = above.id FROM (SELECT source_row AS line, "
            "last_value(order_id IGNORE NULLS) OVER (ORDER BY source_row) AS id FROM cells) "
            f"AS above WHERE above.line = cells.source_row AND {test}",
        )
