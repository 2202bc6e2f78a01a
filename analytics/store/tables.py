"""Delta tables of a workspace: pinned reads, writes that start from the pinned version."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

import duckdb
from deltalake import DeltaTable, write_deltalake

_BATCH = 250_000


@lru_cache(maxsize=1024)
def files(path: Path, version: int) -> tuple[str, ...]:
    """Return the Parquet files of a Delta table at this version."""
    # Delta gives addresses with every blank and Chinese letter of the folder's name as %XX.
    return tuple(unquote(uri) for uri in DeltaTable(path, version=version).file_uris())


def _pin(path: Path, version: int | None) -> None:
    if version is None or not DeltaTable.is_deltatable(str(path)):
        return
    delta = DeltaTable(path)
    if delta.version() != version:  # a writer was killed before it published, or an undo
        delta.restore(version)


def write(path: Path, rows: duckdb.DuckDBPyRelation, *, append_to: int | None = None) -> int:
    """Write the rows as a new Delta version and return its number.

    With `append_to` the rows are added to that version, otherwise they are the whole table. Readers
    of earlier versions see nothing of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _pin(path, append_to)
    mode = "append" if append_to is not None else "overwrite"
    write_deltalake(path, rows.to_arrow_reader(_BATCH), mode=mode)
    return DeltaTable(path).version()
