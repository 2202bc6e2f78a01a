"""What the marts are computed from where the lines of each order stand together: arrays, no joins.

While the database writes one mart, the arrays of the next are computed: the history of purchases in
one thread, what needs none in another.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

import duckdb
import numpy as np
import pyarrow as pa

from analytics.settings import Settings, ValidOrderRule
from analytics.store import engines, orders
from analytics.store import mart_queries as queries
from analytics.store.grouped_orders import find_again
from analytics.store.line_runs import LineRuns
from analytics.store.lines import Lines
from analytics.store.purchase_history import (
    History,
    bought_again,
    by_customer_and_day,
    counted,
    dates,
    moments,
    money,
)

_DAY = 86_400_000_000  # microseconds
_BATCH = 122_880  # rows, those of a group in a file: threads take them one by one
_SHIFTS = 4  # orders of more lines may hold an item twice, for all we know


class StandingOrders:
    """Orders whose lines stand together, as `numbers`, `known_orders`, `paying` and `item_again`.

    Used as a context: it ends its thread and drops what it made.
    """

    sold, is_once, bought = queries.SOLD_LINES, "abs(sold) = 1", queries.BOUGHT_KNOWN

    def __init__(
        self, con: duckdb.DuckDBPyConnection, lines: Lines, runs: LineRuns, settings: Settings
    ) -> None:
        self._con, self._lines, self._runs, self._settings = con, lines, runs, settings
        self._pool = ThreadPoolExecutor(2)
        self._made: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._drop(*self._made)

    def make_orders(self) -> None:
        """Make `numbers` and `known_orders`."""
        self._number = np.append(self._number_customers(), np.int32(0))[self._runs.customer]
        self._day = self._local_days()
        self._give("known_orders_facts", self._facts())
        rule = ValidOrderRule.parse(self._settings.valid_rule)
        orders.judge(self._con, "known_orders", self._lines, rule=rule)
        found = self._con.execute("SELECT place FROM known_orders WHERE NOT is_purchase")
        others = np.asarray(found.fetchnumpy()["place"])
        self._history: Future[History] = self._pool.submit(self._ordered, others)
        self._twice: Future[np.ndarray] = self._pool.submit(_has_twice, self._runs)
        self._again: Future[pa.Table | None] = self._pool.submit(self._bought_again, others)

    def prepare(self, name: str, _values: dict[str, str]) -> None:
        """Make what the mart of this name is computed from."""
        if name == "purchases":
            history = self._history.result()
            self._give("paying", history.paying)
            self._give("known_buyers", history.bought)
            self._sold: Future[pa.Table] = self._pool.submit(self._sold_lines, history)
        elif name == "purchase_items":
            self._drop("paying")
            self._give("sold_lines", self._sold.result())
        elif name == "customer_summary":
            self._drop("sold_lines")
            self._find_again()

    def _give(self, name: str, table: pa.Table) -> None:
        batches = table.to_batches(max_chunksize=_BATCH)
        self._con.register(name, pa.Table.from_batches(batches, table.schema))
        self._made.add(name)

    def _drop(self, *names: str) -> None:
        for name in names:
            self._con.unregister(name)
        self._made -= {*names}

    def _number_customers(self) -> np.ndarray:
        """Make `numbers`; return those of the customers of the lines, in the order of their ids."""
        names = self._runs.customers
        if not self._con.execute(queries.OTHER_CUSTOMERS).fetchall():
            numbers = np.arange(1, len(names) + 1, dtype=np.int32)
            self._give("numbers", pa.table({"customer_number": numbers, "customer_id": names}))
            return numbers
        self._give("line_customers", pa.table({"customer_id": names}))
        self._con.execute(queries.NUMBERS.format(lines="line_customers"))
        found = self._con.execute(
            "SELECT customer_number FROM numbers SEMI JOIN line_customers USING (customer_id) "
            "ORDER BY customer_id"
        )
        return np.asarray(found.fetchnumpy()["customer_number"])

    def _local_days(self) -> np.ndarray:
        """Days of the orders since 1970-01-01, in the zone of the workspace."""
        if self._settings.zone == "UTC":
            return (self._runs.ordered_at // _DAY).astype(np.int32)
        self._give("order_times", pa.table({"ordered_at": moments(self._runs.ordered_at)}))
        day = orders.local_day(self._settings.zone)
        with engines.in_order(self._con):
            found = self._con.execute(f"SELECT {day} AS day FROM order_times").to_arrow_table()
        return found["day"].cast(pa.int32()).to_numpy()

    def _facts(self) -> pa.Table:
        runs = self._runs
        nobody = self._number == 0
        return pa.table(
            {
                "place": np.arange(len(runs.n_lines), dtype=np.int32),
                "order_key": runs.order_id,
                "customer_id": runs.customer_id,
                "ordered_at": moments(runs.ordered_at),
                "n_lines": runs.n_lines,
                "gross": money(runs.gross),
                "day": dates(self._day),
                "customer_number": pa.array(self._number, mask=nobody if nobody.any() else None),
            }
        )

    def _ordered(self, others: np.ndarray) -> History:
        places = np.arange(len(self._day), dtype=np.int32)
        if len(others):
            places = np.delete(places, others)
        number, day = self._number[places], self._day[places]
        if len(places):
            number, day, places = by_customer_and_day(number, day, places)
        return counted(number, day, places, self._runs.gross[places])

    def _sold_lines(self, history: History) -> pa.Table:
        purchase = np.zeros(len(self._day), np.int32)
        purchase[history.places] = history.purchase_number
        sold = np.zeros(len(self._day), np.int8)
        sold[history.places] = np.where(history.has_one, 1, 2)
        sold[self._twice.result() & (sold == 1)] = 2
        runs = self._runs
        of, lacks = runs.order_of, runs.item < 0
        sold = sold.take(of)
        sold[lacks] = 0
        item = pa.array(runs.item, mask=lacks if lacks.any() else None)
        more = dict(zip(runs.more.column_names, runs.more.columns, strict=True))
        return pa.table(
            {
                "customer_number": self._number.take(of),
                "purchase_number": purchase.take(of),
                "day": dates(self._day.take(of)),
                "sold": sold,
                "item_id": pa.DictionaryArray.from_arrays(item, runs.items),
                "line_gross": money(runs.amount),
                **more,
            }
        )

    def _bought_again(self, others: np.ndarray) -> pa.Table | None:
        """Every purchase of an item but a customer's first of it; None where it takes a query.

        `others` are the places of orders that are no purchases.
        """
        of, item = self._runs.order_of, self._runs.item
        those = item >= 0
        if len(others):
            is_purchase = np.ones(len(self._day), bool)
            is_purchase[others] = False
            those &= is_purchase.take(of)
        if not those.all():
            of, item = of[those], item[those]
        return bought_again(item, self._number.take(of), self._day.take(of)) if len(of) else None

    def _find_again(self) -> None:
        again = self._again.result()
        if again is None:
            find_again(self._con)
            return
        items = self._runs.items
        numbers = np.arange(len(items), dtype=np.int64)
        self._give("item_numbers", pa.table({"item_id": items, "item_number": numbers}))
        self._give("item_again", again)


def _has_twice(runs: LineRuns) -> np.ndarray:
    """Whether an order may hold an item twice."""
    found, most = runs.n_lines > _SHIFTS + 1, int(runs.n_lines.max())
    for shift in range(1, min(most, _SHIFTS + 1)):
        same = runs.item[shift:] == runs.item[:-shift]
        same &= runs.order_of[shift:] == runs.order_of[:-shift]
        found[runs.order_of[shift:][same]] = True
    return found
