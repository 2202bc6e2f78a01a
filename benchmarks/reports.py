"""Reports of repurchase and retention against SQL and pandas written by hand, on the same marts.

Bar: on 10 million order lines of 1.5 million customers each report takes at most 1.5 times as long
as the query an analyst would write for the same table, and a tenth of what pandas takes. Every
answer is checked against the report's numbers. Report and query take turns, so that what else the
machine does falls on both. One line a report: seconds of the report and of the query, their ratio
by the clock and by processor time (best of the runs each), seconds of pandas (where it is written)
from the orders, which are in its memory already, and how often the report fits into them and into
its last step alone, from frames of the marts.

`python benchmarks/reports.py [--lines N] [--folder DIR] [--workspace DIR] [NAME]...`
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import report_shop
from report_frames import WAYS, purchases_of
from report_queries import QUERIES

BAR_SQL, BAR_PANDAS = 1.5, 10
OPTIONS = {"cohort-difference": {"cohort": "2022-03-01", "base": "2022-02-01"}}
TABLES = ("orders", "purchases", "purchase_items", "customer_summary")
NAMES = ("purchase_number", "customer_id", "item", "next_item", "item_id", "outcome", "cohort",
         "period", "step", "horizon_days", "silent_days", "active_periods", "from_days",
         "period_index", "day")  # fmt: skip


def timed(action: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Return the best seconds of some runs, and the answer."""
    best, answer = float("inf"), None
    for _ in range(runs):
        started = time.perf_counter()
        answer = action()
        best = min(best, time.perf_counter() - started)
    return best, answer


def in_turns(
    one: Callable[[], Any], other: Callable[[], Any], runs: int
) -> tuple[list[float], list[float], Any, Any]:
    """Return the best (seconds, processor seconds) of either, run by turns, and their answers."""
    best, answers = [[float("inf")] * 2 for _ in range(2)], [None, None]
    for _ in range(runs):
        for place, action in enumerate((one, other)):
            started, busy = time.perf_counter(), time.process_time()
            answers[place] = action()
            spent = time.perf_counter() - started, time.process_time() - busy
            best[place] = [min(pair) for pair in zip(best[place], spent, strict=True)]
    return *best, *answers


def check(name: str, ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Stop unless every row of theirs is in our table, with the same numbers."""
    keys = [column for column in NAMES if column in theirs and column in ours]
    sides = []
    for table in (ours, theirs):
        plain = table.copy()
        for key in keys:
            if key in ("cohort", "period"):
                plain[key] = pd.to_datetime(plain[key]).dt.strftime("%Y-%m-%d")
            elif pd.api.types.is_numeric_dtype(plain[key]) or key == "step":
                plain[key] = pd.to_numeric(plain[key]).astype("float64").fillna(-1)
            else:
                plain[key] = plain[key].astype(object).where(plain[key].notna(), "")
        sides.append(plain)
    values = [column for column in theirs.columns if column in ours and column not in keys]
    assert values, (name, list(theirs.columns), list(ours.columns))
    if not keys:
        both = sides[0].head(1).join(sides[1].head(1), rsuffix="_theirs")
        both = both.assign(_merge="both")
    else:
        both = sides[1].merge(
            sides[0], on=keys, how="left", suffixes=("_theirs", ""), indicator=True
        )
    assert (both["_merge"] == "both").all(), (name, both[both["_merge"] != "both"].head())
    for column in values:
        one, two = both[column], both[f"{column}_theirs"]
        if pd.api.types.is_numeric_dtype(one) and not pd.api.types.is_bool_dtype(one):
            one, two = (pd.to_numeric(side).astype("float64").to_numpy() for side in (one, two))
            assert np.allclose(one, two, rtol=1e-9, atol=1e-9, equal_nan=True), (
                name, column, both[~np.isclose(one, two, equal_nan=True)].head())  # fmt: skip
        else:
            assert (one.astype(str) == two.astype(str)).all(), (name, column)


def open_marts(workspace: Any) -> Any:
    """Return a connection of our own settings with the marts as views, for the other way."""
    from analytics import schema
    from analytics.store import engines

    con = engines.connect()
    for name in TABLES:
        workspace.table(name)
        files = workspace._place.files(workspace._state, name)  # noqa: SLF001 - a race, no user
        con.execute(f"CREATE VIEW {name} AS {engines.scan(files, schema.columns_of(name))}")
    return con


def _frame(con: Any, name: str) -> pd.DataFrame:
    columns = con.table(name).columns
    money = [one for one in ("revenue", "purchase_revenue", "first_revenue") if one in columns]
    as_float = ", ".join(f"CAST({one} AS DOUBLE) AS {one}" for one in money)
    return con.execute(f"SELECT * REPLACE ({as_float}) FROM {name}").df()


def _orders_to_purchases(con: Any) -> float:
    """Seconds in which pandas comes from orders to purchases, checked by their number."""
    orders = con.execute(
        "SELECT customer_id, order_id, ordered_at, CAST(revenue AS DOUBLE) AS revenue FROM orders"
        " WHERE is_purchase AND customer_number IS NOT NULL"
    ).df()
    seconds, bought = timed(lambda: purchases_of(orders), 1)
    assert len(bought) == con.execute("SELECT count(*) FROM purchases").fetchone()[0]
    return seconds


def race(workspace: Any, names: list[str], *, runs: int, with_pandas: bool) -> None:
    """Run the reports one after the other and print a line for each."""
    from analytics import run_report

    con, frames, before = open_marts(workspace), {}, 0.0
    if with_pandas and set(names) & set(WAYS):
        frames = {one: _frame(con, one) for one in ("purchases", "customer_summary")}
        before = _orders_to_purchases(con)
        print(f"pandas: {before:.1f} s from the orders in memory to numbered purchases")
    print(
        f"{'report':<22}{'ours':>8}{'SQL':>8}{'clock':>7}{'cpu':>7}"
        f"{'pandas':>9}{'ratio':>7}{'last step':>11}"
    )
    for name in names:
        options = OPTIONS.get(name, {})
        query = QUERIES[name].format(as_of=workspace.as_of)
        (ours, busy), (theirs, their_busy), result, answer = in_turns(
            lambda name=name, o=options: run_report(workspace, name, **o),
            lambda query=query: con.execute(query).df(),
            runs,
        )
        check(name, result.table, answer)
        line = f"{name:<22}{ours:>7.2f}s{theirs:>7.2f}s"
        line += f"{ours / theirs:>7.2f}{busy / their_busy:>7.2f}"
        if with_pandas and name in WAYS:
            way = WAYS[name]
            slow, answer = timed(
                lambda way=way, marts=frames: way(marts, pd.Timestamp(workspace.as_of)), 1
            )
            check(name, result.table, answer)
            line += f"{before + slow:>8.2f}s{(before + slow) / ours:>7.1f}{slow / ours:>11.1f}"
        print(line, flush=True)


def main() -> None:
    """Race every report of the two chapters, or those named."""
    options = argparse.ArgumentParser()
    options.add_argument("--lines", type=int, default=10_000_000)
    options.add_argument("--folder", type=Path)
    options.add_argument("--workspace", type=Path)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--no-pandas", action="store_true")
    options.add_argument("names", nargs="*")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if given.workspace:
            workspace = report_shop.opened(given.workspace)
        else:
            workspace = report_shop.shop(given.folder or Path(scratch), lines=given.lines)
        told = workspace.headline
        print(f"{told['lines']:,} lines, {told['customers']:,} customers, "
              f"{told['purchases']:,} purchases; load {os.getloadavg()[0]:.1f}")  # fmt: skip
        race(
            workspace,
            given.names or list(QUERIES),
            runs=given.runs,
            with_pandas=not given.no_pandas,
        )
        print(f"bars: at most {BAR_SQL} of the query, {BAR_PANDAS} times as fast as pandas")


if __name__ == "__main__":
    main()
