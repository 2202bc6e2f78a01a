"""From an understood file to the tables `staged` and `rejected`, in DuckDB."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from analytics import schema
from analytics.errors import NoCustomersError, UnreadableFileError
from analytics.intake import cells, duplicates, leftovers, opening, rejects, report, spool
from analytics.intake.decisions import Decisions
from analytics.intake.orders import never_filled, order_lines_sql
from analytics.intake.tables import table_sql
from analytics.intake.understanding import Understanding
from analytics.notes import Note
from analytics.progress import Progress
from analytics.quoting import identifier, literal

_SPOOLED, _CLEANED, _TYPED = 0.45, 0.7, 0.95
_MOST_IN_ORDER = 20_000_000  # rows, whose orders are sooner found; of more it takes memory
_NO_ROWS = {"totals", "repeated_headers", "sections", "second_table"}


@dataclass(frozen=True)
class Staged:
    """What became of the rows: `rows_read == rows_loaded + rows_rejected`, always.

    `lines` counts the physical lines of a text (the rows of a sheet; 0 where there are none), and
    `lines == rows_read + sum(aside.values())`: `aside` counts those that are no row, by kind.
    `file` is the Parquet file behind the view `staged`.
    """

    table: str
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    rejected: dict[str, int] = field(default_factory=dict)
    warnings: list[Note] = field(default_factory=list)
    lines: int = 0
    aside: dict[str, int] = field(default_factory=dict)
    file: Path = field(default_factory=Path)


def stage(
    understanding: Understanding,
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    *,
    progress: Progress | None = None,
) -> Staged:
    """Load an understood file into the view `staged` and the table `rejected` of a connection.

    Parameters
    ----------
    understanding
        From `understand`.
    con
        Where to write. `staged` has the canonical columns of the table, then source, source_file,
        source_row; `rejected` has source_row, reason, field, value, sentence, raw.
    folder
        An existing folder for a spool of about the size of the text, and for the file behind
        `staged`, which alone stays there.
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
    file = folder / "staged.parquet"
    with ExitStack() as undo:
        undo.callback(cells.close, con, folder)
        incomplete = undo.enter_context(ExitStack())
        incomplete.callback(file.unlink, missing_ok=True)
        spooled = _open(understanding, con, folder, say)
        say(_SPOOLED, "cleaning the cells")
        decisions = understanding.decide(con, spooled.looks)
        say(_CLEANED, "typing the rows")
        _part_rows(understanding, con, decisions, file, in_order=spooled.records <= _MOST_IN_ORDER)
        say(_TYPED, "listing what can't be loaded")
        if spooled.unreadable:
            rejects.add_unreadable(con, folder / "unread", understanding.file)
        staged = _count(understanding, con, spooled, decisions)
        incomplete.pop_all()
    for name in ("order_sizes", "some_rows", "repeated"):
        con.execute(f"DROP TABLE IF EXISTS {name}")
    con.execute("DROP VIEW IF EXISTS sale_rows")
    say(1.0, f"{staged.rows_loaded:,} rows")
    return replace(staged, file=file)


def _open(
    understanding: Understanding, con: duckdb.DuckDBPyConnection, folder: Path, say: Progress
) -> spool.Spooled:
    layout = understanding.layout
    if layout is None:
        cells.open_parquet(con, understanding.source.local(folder))
        return spool.Spooled()
    spooled = opening.spool_rows(
        understanding.source,
        understanding.codec,
        layout,
        folder,
        progress=lambda share, message: say(share * _SPOOLED, message),
    )
    cells.open_text(con, folder, layout.width, spooled)
    return spooled


def typed_sql(understanding: Understanding, decisions: Decisions) -> str:
    """Return the query over `cells` that gives the rows as they will be stored, and their faults.

    Parameters
    ----------
    understanding
        The file.
    decisions
        What `Understanding.decide` returned.

    Returns
    -------
    str
        Columns: the canonical ones, provenance, fault_reason, fault_field, fault_value.
    """
    table, fields = understanding.table, set(understanding.mapping)
    query = (
        order_lines_sql(fields, decisions)
        if table == "order_lines"
        else table_sql(table, fields, decisions)
    )
    columns = ", ".join(
        f"CAST({name} AS {dtype}) AS {name}"
        for name, dtype in (
            (identifier(column.name), column.dtype) for column in schema.CANONICAL[table]
        )
    )
    return (
        f"SELECT {columns}, {_word(understanding.origin)} AS source, "
        f"{_word(understanding.file)} AS source_file, "
        f"source_row, fault_reason, fault_field, fault_value FROM ({query})"
    )


def _word(text: str) -> str:
    """SQL of a text as a dictionary of one word, which costs nothing to write."""
    return f"CAST({literal(text)} AS ENUM({literal(text)}))"


def _from_words(name: str, words: Sequence[str]) -> str:
    """SQL of a column of order lines as a dictionary of the words that it may hold."""
    return f"CAST({name} AS ENUM({', '.join(map(literal, words))})) AS {name}"


def _few_words(understanding: Understanding, decisions: Decisions) -> dict[str, Sequence[str]]:
    """Return the columns of order lines that hold few words, and these."""
    if understanding.table != "order_lines":
        return {}
    one_currency = "currency" not in understanding.mapping and not decisions.signs
    currency = {"currency": (decisions.currency,)} if one_currency else {}
    return {"status": schema.ORDER_STATUSES, "kind": schema.ORDER_KINDS, **currency}


def _lacking(understanding: Understanding, decisions: Decisions) -> list[schema.Column]:
    """Return the columns that the file behind `staged` goes without: null in every row."""
    if understanding.table != "order_lines":
        return []
    empty = never_filled(understanding.mapping, decisions)
    return [column for column in schema.columns_of("order_lines") if column.name in empty]


def _part_rows(
    understanding: Understanding,
    con: duckdb.DuckDBPyConnection,
    decisions: Decisions,
    file: Path,
    *,
    in_order: bool,
) -> None:
    """Write the sound rows to a file, and list the faulty ones with their cells as they were."""
    query = typed_sql(understanding, decisions)
    if duplicates.find(con, understanding):
        query = duplicates.marked(query)
    words = _few_words(understanding, decisions)
    lacking = _lacking(understanding, decisions)
    columns = ", ".join(
        _from_words(column.name, words[column.name])
        if column.name in words
        else identifier(column.name)
        for column in schema.columns_of(understanding.table)
        if column not in lacking
    )
    sound = f"SELECT {columns} FROM ({query}) WHERE fault_reason IS NULL"
    con.execute(f"SET preserve_insertion_order = {str(in_order).lower()}")
    (n,) = con.execute(f"COPY ({sound}) TO {literal(str(file))} ({schema.PARQUET})").fetchall()[0]
    con.execute("SET preserve_insertion_order = false")
    whole = ", ".join(
        f"CAST(NULL AS {one.dtype}) AS {identifier(one.name)}"
        if one in lacking
        else identifier(one.name)
        for one in schema.columns_of(understanding.table)
    )
    con.execute(
        f"CREATE OR REPLACE VIEW staged AS SELECT {whole} FROM read_parquet({literal(str(file))})"
    )
    (rows,) = con.execute("SELECT count(*) FROM cells").fetchall()[0]
    faults = ", ".join(
        f"CAST(fault_{name} AS VARCHAR) AS {name}" for name in ("reason", "field", "value")
    )
    # typing the rows again is worth it only where something is wrong
    wrong = "fault_reason IS NOT NULL" if n < rows else "false"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE faulty AS "
        f"SELECT source_row, {faults} FROM ({query}) WHERE {wrong}"
    )
    cell_list = ", ".join(f"coalesce(c{index}, '')" for index in range(len(understanding.columns)))
    written = f"array_to_string([{cell_list}], {literal(understanding.delimiter or ',')})"
    con.execute(
        "CREATE OR REPLACE TABLE rejected AS SELECT source_row, reason, field, value, "
        f"{rejects.sentence_sql(understanding.file)} AS sentence, raw "
        f"FROM faulty JOIN (SELECT source_row, {written} AS raw FROM raw "
        f"WHERE {n < rows} AND source_row IN (SELECT source_row FROM faulty)) USING (source_row)"
    )
    con.execute("DROP TABLE faulty")


def _count(
    understanding: Understanding,
    con: duckdb.DuckDBPyConnection,
    spooled: spool.Spooled,
    decisions: Decisions,
) -> Staged:
    aside = leftovers.set_aside(con, understanding) if understanding.layout else []
    reasons = dict(
        con.execute("SELECT reason, count(*) FROM rejected GROUP BY 1 ORDER BY 1").fetchall()
    )
    (loaded,) = con.execute("SELECT count(*) FROM staged").fetchall()[0]
    rejected = sum(reasons.values())
    if not loaded and not rejected:
        raise UnreadableFileError(understanding.file, "it holds no rows", "export it again")
    if understanding.table == "order_lines" and loaded:
        _refuse_nobody(understanding, con)
    warnings = [
        *(note for note in understanding.warnings if note not in understanding.decisions.warnings),
        *decisions.warnings,
        *aside,
        *report.row_notes(con, understanding, decisions, spooled, rejected=rejected),
    ]
    return Staged(
        understanding.table,
        loaded + rejected,
        loaded,
        rejected,
        reasons,
        warnings,
        spooled.lines,
        _lines_aside(understanding, spooled, warnings),
    )


def _lines_aside(
    understanding: Understanding, spooled: spool.Spooled, warnings: list[Note]
) -> dict[str, int]:
    if not spooled.lines or not understanding.layout:
        return {}
    noted = {note.key: int(str(note.values["n"])) for note in warnings if note.key in _NO_ROWS}
    return {
        "above": understanding.layout.first_line - 1,
        "blank_lines": spooled.blank,
        "continued": spooled.continued,
        **noted,
    }


def _refuse_nobody(understanding: Understanding, con: duckdb.DuckDBPyConnection) -> None:
    (named,) = con.execute("SELECT count(customer_id) FROM staged").fetchall()[0]
    if not named:
        who = ", ".join(
            understanding.mapping[name] for name in understanding.decisions.people.kinds
        )
        raise NoCustomersError(understanding.file, "no row names a customer", where=who)
