"""Delta tables of a workspace: pinned reads, writes that start from the pinned version.

DuckDB writes the Parquet files, deltalake only the entry of the log that names them: no row passes
through Python.
"""

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

import duckdb
from deltalake import DeltaTable, Schema
from deltalake.transaction import AddAction, create_table_with_add_actions

from analytics.quoting import literal
from analytics.schema import PARQUET, Column
from analytics.store import engines


@lru_cache(maxsize=1024)
def files(path: Path, version: int) -> tuple[str, ...]:
    """Return the Parquet files of a Delta table at this version."""
    # Delta gives addresses with every blank and Chinese letter of the folder's name as %XX.
    return tuple(unquote(uri) for uri in DeltaTable(path, version=version).file_uris())


@dataclass(frozen=True)
class Written:
    """A version of a Delta table: its number and how many rows it got."""

    version: int
    rows: int


def save(con: duckdb.DuckDBPyConnection, query: str, file: Path) -> int:
    """Write the rows of a query as one Parquet file and return their number."""
    copied = f"COPY ({query}) TO {literal(str(file))} ({PARQUET})"
    return int(con.execute(copied).fetchall()[0][0])


def write(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    query: str,
    *,
    columns: Sequence[Column],
    append_to: int | None = None,
) -> Written:
    """Write the rows of a query as a new Delta version.

    With `append_to` the rows are added to that version, otherwise they are the whole table. Readers
    of earlier versions see nothing of it.

    Parameters
    ----------
    con
        On which the query runs.
    path
        Folder of the Delta table.
    query
        A SELECT that gives the columns in their types.
    columns
        Of the table.
    append_to
        Version of the table.
    """
    path.mkdir(parents=True, exist_ok=True)
    file = path / f"{uuid4()}.parquet"
    rows = save(con, query, file)
    return Written(commit(con, path, [file], columns=columns, append_to=append_to), rows)


def commit(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    new: Iterable[Path],
    *,
    columns: Sequence[Column],
    append_to: int | None = None,
) -> int:
    """Make Parquet files part of a Delta table, as `write` does with rows, and return its version.

    Files that lie elsewhere are moved into the table's folder. One may go without some of the
    table's `columns`, which are null there.
    """
    path.mkdir(parents=True, exist_ok=True)
    inside = [_inside(file, path) for file in new]
    empty = con.sql(f"{engines.scan(map(str, inside), columns)} LIMIT 0").to_arrow_table()
    schema, actions = Schema.from_arrow(empty.schema), [_action(con, file) for file in inside]
    if not DeltaTable.is_deltatable(str(path)):
        create_table_with_add_actions(str(path), schema, actions)
    elif append_to is None:
        DeltaTable(path).create_write_transaction([*actions], mode="overwrite", schema=schema)
    else:
        _pinned(path, append_to, schema).create_write_transaction(
            [*actions], mode="append", schema=schema
        )
    return DeltaTable(path).version()


def _pinned(path: Path, version: int, schema: Schema) -> DeltaTable:
    """Return the table as it is at this version, with the columns that later files brought."""
    delta = DeltaTable(path)
    if delta.version() != version:  # a writer was killed before it published, or an undo
        delta.restore(version)
    known = {column.name for column in delta.schema().fields}
    if new := [column for column in schema.fields if column.name not in known]:
        delta.alter.add_columns(new)
    return DeltaTable(path)


def _inside(file: Path, path: Path) -> Path:
    return Path(shutil.move(file, path / f"{uuid4()}.parquet")) if file.parent != path else file


def _action(con: duckdb.DuckDBPyConnection, file: Path) -> AddAction:
    found = con.execute(f"SELECT num_rows FROM parquet_file_metadata({literal(str(file))})")
    told, (rows,) = file.stat(), found.fetchall()[0]
    stats = json.dumps({"numRecords": rows})
    return AddAction(file.name, told.st_size, {}, int(told.st_mtime * 1000), True, stats)  # noqa: FBT003
