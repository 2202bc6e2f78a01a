"""From an understood file to the tables `staged` and `rejected`, in DuckDB."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from analytics import schema
from analytics.errors import NoCustomersError, UnreadableFileError
from analytics.intake import cells, report, spool
from analytics.intake.decisions import Decisions, decide
from analytics.intake.orders import order_lines_sql
from analytics.intake.tables import table_sql
from analytics.intake.understanding import Understanding
from analytics.notes import Note

Progress = Callable[[float, str], None]
_SPOOLED, _CLEANED, _TYPED = 0.45, 0.7, 0.95


@dataclass(frozen=True)
class Staged:
    """What became of the rows: `rows_read == rows_loaded + rows_rejected`, always."""

    table: str
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    rejected: dict[str, int] = field(default_factory=dict)
    warnings: list[Note] = field(default_factory=list)


def stage(
    understanding: Understanding,
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    *,
    progress: Progress | None = None,
) -> Staged:
    """Load an understood file into the tables `staged` and `rejected` of a connection.

    Parameters
    ----------
    understanding
        From `understand`.
    con
        Where to write. `staged` has the canonical columns of the table, then source, source_file,
        source_row; `rejected` has source_row, reason, field, value, sentence, raw.
    folder
        An existing folder for a spool of about the size of the text; it is emptied afterwards.
    progress
        Called with the share done and a message; what it raises passes through.

    Returns
    -------
    Staged
        Lines that are no rows (above the header, blank, totals) are in no count but in a warning.

    Raises
    ------
    UnreadableFileError
        If the file holds no rows.
    NoCustomersError
        If no row of a file of orders names a customer.
    """
    say = progress or (lambda _share, _message: None)
    spooled = _open(understanding, con, folder, say)
    say(_SPOOLED, "cleaning the cells")
    names = [column.name for column in understanding.columns]
    decisions = decide(
        con,
        understanding.table,
        understanding.indices,
        names,
        understanding.settings,
        understanding.recognised,
    )
    say(_CLEANED, "typing the rows")
    _type_rows(understanding, con, decisions)
    say(_TYPED, "listing what can't be loaded")
    _collect_rejects(understanding, con, folder, spooled)
    _remove_spool(folder)
    staged = _count(understanding, con, spooled, decisions)
    say(1.0, f"{staged.rows_loaded:,} rows")
    return staged


def _open(
    understanding: Understanding, con: duckdb.DuckDBPyConnection, folder: Path, say: Progress
) -> spool.Spooled:
    layout = understanding.layout
    if layout is None:
        cells.open_parquet(con, understanding.path)
        return spool.Spooled()
    spooled = spool.write_spool(
        understanding.source,
        understanding.codec,
        layout,
        folder,
        progress=lambda share, message: say(share * _SPOOLED, message),
    )
    cells.open_text(con, folder / "rows", layout.width)
    return spooled


def type_rows(
    understanding: Understanding, con: duckdb.DuckDBPyConnection, decisions: Decisions
) -> None:
    """Make `typed` from `cells`: canonical columns, provenance, and faults."""
    table, fields = understanding.table, set(understanding.mapping)
    query = (
        order_lines_sql(fields, decisions)
        if table == "order_lines"
        else table_sql(table, fields, decisions)
    )
    columns = ", ".join(
        f"CAST({cells.identifier(column.name)} AS {column.dtype}) AS {cells.identifier(column.name)}"
        for column in schema.CANONICAL[table]
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE typed AS SELECT {columns}, "
        f"{cells.text_literal(understanding.platform)} AS source, "
        f"{cells.text_literal(understanding.file)} AS source_file, "
        f"source_row, fault_reason, fault_field, fault_value FROM ({query})"
    )


def _type_rows(
    understanding: Understanding, con: duckdb.DuckDBPyConnection, decisions: Decisions
) -> None:
    type_rows(understanding, con, decisions)
    con.execute(
        "CREATE OR REPLACE TABLE staged AS "
        "SELECT * EXCLUDE (fault_reason, fault_field, fault_value) FROM typed "
        "WHERE fault_reason IS NULL"
    )


def _collect_rejects(
    understanding: Understanding,
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    spooled: spool.Spooled,
) -> None:
    con.execute(
        "CREATE OR REPLACE TABLE rejected AS SELECT source_row, reason, field, value, "
        f"{report.sentence_sql(understanding.file)} AS sentence, CAST(NULL AS VARCHAR) AS raw "
        "FROM (SELECT source_row, fault_reason AS reason, fault_field AS field, "
        "fault_value AS value FROM typed WHERE fault_reason IS NOT NULL)"
    )
    con.execute("DROP TABLE typed")
    (n,) = con.execute("SELECT count(*) FROM rejected").fetchall()[0]
    if n:
        parts = ", ".join(f"c{index}" for index in range(len(understanding.columns)))
        delimiter = (understanding.delimiter or ",").replace("'", "''")
        con.execute(
            f"UPDATE rejected SET raw = found.raw FROM (SELECT source_row, array_to_string(["
            f"{', '.join(f'coalesce({part.strip()}, chr(0))' for part in parts.split(','))}], "
            f"'{delimiter}') AS raw FROM raw WHERE source_row IN (SELECT source_row FROM rejected)) "
            "AS found WHERE found.source_row = rejected.source_row"
        )
        con.execute("UPDATE rejected SET raw = replace(raw, chr(0), '')")
    if spooled.unreadable:
        report.add_unreadable(con, folder / "unread", understanding.file)


def _remove_spool(folder: Path) -> None:
    for name in ("rows", "unread"):
        (folder / name).unlink(missing_ok=True)


def _count(
    understanding: Understanding,
    con: duckdb.DuckDBPyConnection,
    spooled: spool.Spooled,
    decisions: Decisions,
) -> Staged:
    reasons = dict(
        con.execute("SELECT reason, count(*) FROM rejected GROUP BY 1 ORDER BY 1").fetchall()
    )
    (loaded,) = con.execute("SELECT count(*) FROM staged").fetchall()[0]
    rejected = sum(reasons.values())
    if not loaded and not rejected:
        raise UnreadableFileError(understanding.file, "it holds no rows", "export it again")
    _refuse_nobody(understanding, con, loaded)
    warnings = [
        *(note for note in understanding.warnings if note not in understanding.decisions.warnings),
        *decisions.warnings,
        *report.row_notes(con, understanding, decisions, spooled, rejected),
    ]
    return Staged(understanding.table, loaded + rejected, loaded, rejected, reasons, warnings)


def _refuse_nobody(
    understanding: Understanding, con: duckdb.DuckDBPyConnection, loaded: int
) -> None:
    if understanding.table != "order_lines" or not loaded:
        return
    (named,) = con.execute("SELECT count(customer_id) FROM staged").fetchall()[0]
    if not named:
        who = ", ".join(understanding.mapping[name] for name in decisions_chain(understanding))
        raise NoCustomersError(understanding.file, f"no row names a customer in {who}")


def decisions_chain(understanding: Understanding) -> list[str]:
    """Return the mapped fields that identify customers."""
    return [name for name in understanding.decisions.kinds if name in understanding.mapping]
