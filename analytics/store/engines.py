"""The only module that knows a backend: one embedded DuckDB a process, a cursor a call."""

import os
import tempfile
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path

import duckdb
import ibis
from ibis.backends import BaseBackend
from pyarrow import parquet

from analytics.quoting import identifier, literal
from analytics.schema import Column

_MEMORY_SHARE = 0.5
_LOCK = threading.Lock()
_VIEWS: set[str] = set()
_THREAD = threading.local()


def _memory_limit(at_most_mib: int | None) -> str:
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    share = int(pages * size * _MEMORY_SHARE / 2**20)
    return f"{min(share, at_most_mib or share)}MiB"


def connect(
    *, spill: Path | None = None, at_most_mib: int | None = None
) -> duckdb.DuckDBPyConnection:
    """Open an embedded database of its own, with a memory limit and a folder to spill to.

    The limit is `HUITOU_MEMORY` where that is set, else half of the machine's memory, and not more
    than `at_most_mib`.
    """
    folder = spill or Path(tempfile.gettempdir()) / f"huitou-{os.getuid()}"
    folder.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(
        config={
            "memory_limit": os.environ.get("HUITOU_MEMORY", _memory_limit(at_most_mib)),
            "temp_directory": str(folder),
            "autoinstall_known_extensions": False,
            "preserve_insertion_order": False,
        }
    )
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET enable_progress_bar = false")  # which goes to stdout
    return con


@contextmanager
def in_order(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Give the rows of queries in the order in which their files hold them, meanwhile."""
    con.execute("SET preserve_insertion_order = true")
    try:
        yield
    finally:
        con.execute("SET preserve_insertion_order = false")


@cache
def _base() -> duckdb.DuckDBPyConnection:
    return connect()


def cursor() -> duckdb.DuckDBPyConnection:
    """Return a new cursor on the process-wide database; no two threads share one."""
    return _base().cursor()


def scan(files: Iterable[str], columns: Sequence[Column]) -> str:
    """Return the SQL that reads these Parquet files, or an empty table of these columns.

    A column that a file lacks, since it was written before the column was known, is null there.

    >>> scan([], [Column("day", "DATE")])
    'SELECT CAST(NULL AS DATE) AS "day" WHERE false'
    """
    names = list(files)
    if not names:
        return f"SELECT {_nulls_for(columns, held=())} WHERE false"
    held = [_columns_in(name) for name in names]
    some, every = frozenset().union(*held), held[0].intersection(*held)
    union = "" if some == every else ", union_by_name = true"
    read = f"read_parquet([{', '.join(map(literal, names))}]{union})"
    return f"SELECT {_nulls_for(columns, held=some)} FROM {read}"


@lru_cache(maxsize=4096)
def _columns_in(file: str) -> frozenset[str]:
    return frozenset(parquet.read_schema(file).names)


def _nulls_for(columns: Sequence[Column], *, held: Collection[str]) -> str:
    names = {column.name: identifier(column.name) for column in columns}
    return ", ".join(
        names[column.name]
        if column.name in held
        else f"CAST(NULL AS {column.dtype}) AS {names[column.name]}"
        for column in columns
    )


def listed(columns: Iterable[Column]) -> str:
    """Return the columns' names as a list in SQL.

    >>> listed([Column("day", "DATE"), Column("amount", "DOUBLE")])
    '"day", "amount"'
    """
    return ", ".join(identifier(column.name) for column in columns)


def table(name: str, files: Iterable[str], columns: Sequence[Column]) -> ibis.Table:
    """Return these files as an Ibis table on the calling thread's own cursor.

    `name` must change whenever the files do: the view behind it is made once, and a thread asks
    for its columns once.
    """
    with _LOCK:
        if name not in _VIEWS:
            cursor().execute(f'CREATE OR REPLACE VIEW "{name}" AS {scan(files, columns)}')
            _VIEWS.add(name)
    backend = _backend()
    known: dict[str, ibis.Table] = _THREAD.tables
    if name not in known:
        known[name] = backend.table(name)
    return known[name]


def own_table(con: duckdb.DuckDBPyConnection, name: str) -> ibis.Table:
    """Return a table of a connection of one's own as an Ibis table."""
    return ibis.duckdb.from_connection(con).table(name)


def _backend() -> BaseBackend:
    """Return this thread's Ibis backend, on a cursor of its own: a busy connection is refused."""
    if not hasattr(_THREAD, "backend"):
        _THREAD.backend, _THREAD.tables = ibis.duckdb.from_connection(cursor()), {}
    return _THREAD.backend
