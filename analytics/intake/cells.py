"""The mapped columns of a file as cleaned text, one row per record, in DuckDB.

Cleaning is the same for every file: blanks around a value, the guards that Excel needs (tabs,
backticks, apostrophes, ="…") and the words that mean "nothing" go; what remains is as written.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from analytics.intake.spool import NEWLINE, UNIT

_BLANKS = " \t\r\n\u00a0\u3000\ufeff\u200b" + NEWLINE
NULL_WORDS = ("-", "--", "---", "—", "——", "/", "null", "none", "nan", "n/a", "na", "nil", "\\n", "#n/a", "无", "空")  # fmt: skip
TEXT_FIELDS = frozenset(
    {"item_name", "customer_name", "description", "properties", "reason", "tags"}
)
_TOTALS = (
    "^[#*\\s]*(合计|总计|小计|共计|汇总|本页合计|交易合计|total|totals|grand total|subtotal|sum)"
    "([\\s:：(（].*)?$|^#\\s|^#[^\\x00-\\x7F]|^#?-{4,}"
)


def text_literal(text: str) -> str:
    """Quote a text for SQL.

    >>> text_literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def open_text(con: duckdb.DuckDBPyConnection, rows: Path, width: int) -> None:
    """Make `raw` a view of a spool: source_row, c0 … as text."""
    columns = ", ".join(
        ["'source_row': 'BIGINT'", *(f"'c{index}': 'VARCHAR'" for index in range(width))]
    )
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW raw AS SELECT * FROM read_csv({text_literal(str(rows))}, "
        f"delim='{UNIT}', quote='', escape='', header=false, auto_detect=false, nullstr='', "
        f"max_line_size=16777216, columns={{{columns}}})"
    )


def open_parquet(con: duckdb.DuckDBPyConnection, path: Path, limit: int | None = None) -> list[str]:
    """Make `raw` a view of a Parquet file, every column as text, and return the columns' names.

    Whole numbers that a float column holds lose their ".0", so that an id 17850.0 becomes "17850";
    a column with one fraction in it keeps all its values as they are.
    """
    file = text_literal(str(path))
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
    return f"trim({column}, {text_literal(_BLANKS)})"


def _nothing_is_null(expression: str) -> str:
    words = ", ".join(text_literal(word) for word in ("", *NULL_WORDS))
    return f"CASE WHEN lower({expression}) IN ({words}) THEN NULL ELSE {expression} END"


def cleaned(column: str) -> str:
    """SQL of a cell without blanks, Excel's guards and words for nothing: ids, dates, numbers, words.

    Parameters
    ----------
    column
        Name of the column of `raw`.
    """
    unguarded = (
        f"CASE WHEN starts_with({column}, '=') "
        f"THEN regexp_replace({column}, '^=\"(.*)\"$', '\\1') ELSE {column} END"
    )
    return _nothing_is_null(f"trim(ltrim({_trimmed(unguarded)}, '`'''), {text_literal(_BLANKS)})")


def cleaned_text(column: str) -> str:
    """SQL of a cell that people read: only blanks around it and words for nothing go."""
    lines = f"replace({column}, {text_literal(NEWLINE)}, chr(10))"
    return _nothing_is_null(f"trim({lines}, {text_literal(_BLANKS)})")


def make_cells(
    con: duckdb.DuckDBPyConnection,
    mapping: Mapping[str, int],
    extras: Mapping[str, int] | None = None,
    *,
    first_cells: Iterable[int] = (0, 1),
) -> None:
    """Make the table `cells`: source_row, one cleaned text column per mapped field, first_cell.

    Parameters
    ----------
    con
        A connection with the view `raw`.
    mapping
        Field to index of its column.
    extras
        Name to index of the columns that go into a JSON object `extras`.
    first_cells
        Columns in which the word of a totals line is looked for.
    """
    fields = [
        f"{cleaned_text(f'c{index}') if field in TEXT_FIELDS else cleaned(f'c{index}')} "
        f"AS {identifier(field)}"
        for field, index in mapping.items()
    ]
    pairs = ", ".join(
        f"{text_literal(name)}, {cleaned_text(f'c{index}')}"
        for name, index in (extras or {}).items()
    )
    # the merge drops the columns that are null in this row
    extra = f"json_merge_patch('{{}}', json_object({pairs}))" if pairs else "NULL"
    first = f"coalesce({', '.join(_nothing_is_null(_trimmed(f'c{i}')) for i in first_cells)})"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE cells AS SELECT source_row, "
        f"{', '.join(fields)}, CAST({extra} AS VARCHAR) AS extras, "
        f"CASE WHEN regexp_matches({first}, {text_literal('(?i)' + _TOTALS)}) THEN {first} END "
        "AS total_word FROM raw"
    )


def drop_totals(con: duckdb.DuckDBPyConnection, required: Sequence[str]) -> int:
    """Delete lines of totals and footnotes from `cells` and return their number.

    Such a line starts with a word like 合计, Total or # and lacks at least one required cell.
    """
    lacking = " OR ".join(f"{identifier(field)} IS NULL" for field in required) or "false"
    deleted = con.execute(
        f"DELETE FROM cells WHERE total_word IS NOT NULL AND ({lacking})"
    ).fetchall()
    return int(deleted[0][0])


def drop_repeated_headers(
    con: duckdb.DuckDBPyConnection, mapping: Mapping[str, int], columns: Sequence[str]
) -> int:
    """Delete the rows of `cells` that repeat the header, as files glued together do; return their number."""
    if not mapping:
        return 0
    same = " AND ".join(
        f"{identifier(field)} = {text_literal(columns[index])}" for field, index in mapping.items()
    )
    return int(con.execute(f"DELETE FROM cells WHERE {same}").fetchall()[0][0])
