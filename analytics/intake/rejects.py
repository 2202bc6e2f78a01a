"""The rows that can't be loaded: why, in a sentence each, and as a file to take away."""

from pathlib import Path

import duckdb

from analytics.intake.spool import NEWLINE, UNIT
from analytics.quoting import literal

# The rows of a reason key: what is wrong and how to mend it.
SENTENCES = {
    "bad_date": "{field} is no date that can be read: {value}; write it as 2024-01-31 23:59:59",
    "bad_number": "{field} is no number: {value}; write it as 1234.50",
    "missing_required": "{field} is empty; fill it in or leave the row out",
    "too_many_columns": "there are more cells than columns; quote the cells that hold a delimiter",
    "duplicate_line": "an earlier row with the line id {value} is equal in everything; "
    "leave one out",
    "open_quote": "a quotation mark is opened and not closed; double or remove it",
    "broken_json": "this is no JSON object; close its brackets and quotation marks",
    "too_long": "the row is longer than 4 million characters; shorten or leave it out",
    "undecodable": "bytes that the file's encoding does not know; save the file as UTF-8",
}
_UNREADABLE = ("broken_json", "open_quote", "too_long", "undecodable")
_GUARDED = "^[=+\\-@\\t\\r]"


def sentence_sql(file: str) -> str:
    """SQL of the sentence that tells what is wrong with a row: file, line, field, value, remedy."""
    whens = []
    for reason, template in SENTENCES.items():
        text = literal(template)
        text = f"replace({text}, '{{field}}', coalesce(field, ''))"
        text = f"replace({text}, '{{value}}', coalesce(value, ''))"
        whens.append(f"WHEN '{reason}' THEN {text}")
    place = f"{literal(file)} || ', line ' || source_row || ': '"
    return f"{place} || CASE reason {' '.join(whens)} END || '.'"


def add_unreadable(con: duckdb.DuckDBPyConnection, path: Path, file: str) -> None:
    """Add the lines that the spool put aside to `rejected`."""
    con.execute(
        "INSERT INTO rejected SELECT source_row, "
        f"CASE WHEN reason IN {_UNREADABLE} THEN 'unreadable_line' ELSE reason END, "
        f"field, value, {sentence_sql(file)}, raw FROM ("
        "SELECT source_row, reason, CAST(NULL AS VARCHAR) AS field, raw AS value, "
        f"replace(raw, {literal(NEWLINE)}, chr(10)) AS raw "
        f"FROM read_csv({literal(str(path))}, delim='{UNIT}', quote='', escape='', "
        "header=false, auto_detect=false, nullstr='', max_line_size=16777216, "
        "columns={'source_row': 'BIGINT', 'reason': 'VARCHAR', 'raw': 'VARCHAR'}))"
    )


def write_rejects(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the table `rejected` as CSV: UTF-8 with BOM, guarded against formulas, by line.

    Parameters
    ----------
    con
        Connection on which `stage` ran.
    path
        File to write.
    """
    guarded = ", ".join(
        f"regexp_replace({name}, '({_GUARDED})', concat(chr(39), '\\1')) AS {name}"
        for name in ("field", "value", "sentence", "raw")
    )
    body = path.with_suffix(".part")
    con.execute(
        f"COPY (SELECT source_row, reason, {guarded} FROM rejected ORDER BY source_row, reason) "
        f"TO {literal(str(body))} (HEADER, DELIMITER ',')"
    )
    with body.open("rb") as rows, path.open("wb") as out:
        out.write(b"\xef\xbb\xbf")
        while block := rows.read(1 << 20):
            out.write(block)
    body.unlink()
