"""Importing order lines, marts and all, against DuckDB alone reading the same CSV.

Bar: 10 million lines (560 MB) in at most 1.8 times the seconds that DuckDB takes to read the file
into a table of its own database, types found by itself, with less than 3 GB of memory. Prints the
seconds, wall and processor, the ratios, the peak of memory and the seconds of each phase. A second
bar, less than 2 GB for a file of 5 GB: `--rows 94000000 --only import`.

`python benchmarks/import_speed.py [--rows N] [--lines-per-order N] [--folder DIR] [--only WAY]`
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
BAR, BAR_MB = 1.8, 3_000
LARGE_MIB, LARGE_BAR_MB = 4_500, 2_000
WAYS = ("typed", "text", "import")
SALES = """
COPY (
    SELECT 'O' || lpad(CAST(o AS VARCHAR), 9, '0') AS order_id,
        'C' || lpad(CAST(hash(o) % {customers} AS VARCHAR), 7, '0') AS customer_id,
        'item' || lpad(CAST(hash(i, 1) % 2000 AS VARCHAR), 4, '0') AS item_id,
        strftime(TIMESTAMP '2021-01-01' + to_seconds(CAST(i * 126144000.0 / {rows} AS BIGINT)),
            '%Y-%m-%d %H:%M:%S') AS ordered_at,
        printf('%.2f', 5 + (hash(i, 2) % 50000) / 100.0) AS amount
    FROM (SELECT i, i // {lines} AS o FROM range({rows}) AS t(i))
) TO '{path}' (HEADER)
"""


def make_sales(path: Path, *, rows: int, lines: int) -> None:
    """Write a synthetic export of orders, in order of time, a tenth as many customers as lines."""
    customers = max(rows // 10, 1)
    with duckdb.connect() as con:
        con.execute(SALES.format(rows=rows, lines=lines, customers=customers, path=path))
    os.sync()  # what is still to be written would slow down who reads first


def read_alone(path: Path, *, all_varchar: bool) -> None:
    """Read the file into a table of a database of its own, as DuckDB does by itself."""
    told = ", all_varchar=true" if all_varchar else ""
    with duckdb.connect(path.with_suffix(f".{os.getpid()}.duckdb")) as con:
        con.execute(f"CREATE TABLE t AS SELECT * FROM read_csv('{path}'{told})")


def import_whole(path: Path) -> dict[str, float]:
    """Import the file into a new workspace and return the seconds of each phase."""
    sys.path.insert(0, str(ROOT))
    from analytics import open_workspace

    phases, current = {}, ["starting", time.perf_counter()]

    def say(_share: float, message: str, **_details: object) -> None:
        name = "read" if message.startswith("read ") else message
        now = time.perf_counter()
        if name != current[0]:
            phases[current[0]] = phases.get(current[0], 0.0) + now - current[1]
            current[:] = [name, now]

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        open_workspace(Path(folder) / "shop", create=True).import_file(path, progress=say)
        say(1.0, "end")
    return phases


def in_child(way: str, path: Path) -> dict[str, object]:
    """Do one of the three in a fresh process."""
    command = [sys.executable, __file__, "--way", way, "--file", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(way: str, path: Path) -> None:
    """Print as JSON what one of the three took: the child's side."""
    started = time.perf_counter()
    phases = {}
    if way == "import":
        phases = import_whole(path)
    else:
        read_alone(path, all_varchar=way == "text")
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = time.perf_counter() - started
    told = {
        "wall": seconds,
        "cpu": used.ru_utime + used.ru_stime,
        "mb": used.ru_maxrss * 1024 / 1e6,
    }
    print(json.dumps({**told, "phases": phases}))


def main() -> None:
    """Race the import against DuckDB alone, types found and all as text."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=10_000_000)
    options.add_argument("--lines-per-order", type=int, default=2)
    options.add_argument("--folder", type=Path)
    options.add_argument("--only", choices=WAYS)
    options.add_argument("--way")
    options.add_argument("--file", type=Path)
    given = options.parse_args()
    if given.way:
        measure(given.way, given.file)
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        path = Path(folder) / "orders.csv"
        make_sales(path, rows=given.rows, lines=given.lines_per_order)
        size = path.stat().st_size >> 20
        print(f"{given.rows:,} lines, {size} MiB, load {os.getloadavg()[0]:.1f}")
        took = {way: in_child(way, path) for way in WAYS if given.only in {None, way}}
    for way, one in took.items():
        print(f"{way:<7} {one['wall']:7.1f} s, {one['cpu']:7.1f} s CPU, {one['mb']:6,.0f} MB")
    if ours := took.pop("import", None):
        tell(ours, took, bar_mb=LARGE_BAR_MB if size > LARGE_MIB else BAR_MB)


def tell(ours: dict, others: dict[str, dict], *, bar_mb: int) -> None:
    """Print the phases of the import, its ratios to the other ways and its peak of memory."""
    for name, seconds in ours["phases"].items():
        print(f"  {name:<40} {seconds:6.1f} s")
    for way, other in others.items():
        wall, cpu = (ours[unit] / other[unit] for unit in ("wall", "cpu"))
        print(f"import / {way}: {wall:.2f} (CPU {cpu:.2f}), bar {BAR}")
    print(f"memory {ours['mb']:,.0f} MB, bar {bar_mb:,} MB; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
