"""What the marts are computed from, of whatever order lines: by grouping and joining them."""

from typing import Self

import duckdb

from analytics.settings import Settings, ValidOrderRule
from analytics.store import mart_queries as queries
from analytics.store import orders
from analytics.store.lines import Lines

_PAIRS = 16_000_000  # of item and customer, which are held in memory at once


class GroupedOrders:
    """Orders of any lines, as `numbers`, `known_orders`, `paying` and `item_again`.

    Used as a context: it drops what nobody needs once the marts are written.
    """

    sold, is_once = queries.SOLD, f"{queries.IS_ONE_ORDER} AND NOT has_twice"
    bought = queries.BOUGHT

    def __init__(self, con: duckdb.DuckDBPyConnection, lines: Lines, settings: Settings) -> None:
        self._con, self._lines, self._settings = con, lines, settings

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._con.execute("DROP TABLE IF EXISTS paying")

    def make_orders(self) -> None:
        """Make `numbers` and `known_orders`."""
        self._con.execute(queries.NUMBERS.format(lines="order_lines"))
        orders.make_orders(
            self._con,
            "known_orders",
            self._lines,
            rule=ValidOrderRule.parse(self._settings.valid_rule),
            zone=self._settings.zone,
            numbers="numbers",
        )

    def prepare(self, name: str, values: dict[str, str]) -> None:
        """Make what the mart of this name is computed from."""
        if name == "purchases":
            paying = queries.PAYING.format(**values)
            self._con.execute(f"CREATE OR REPLACE TEMP TABLE paying AS {paying}")
        elif name == "customer_summary":
            find_again(self._con)


def find_again(con: duckdb.DuckDBPyConnection) -> None:
    """Find who bought an item again, among so many customers at a time as fit into memory."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE item_numbers AS {queries.ITEM_NUMBERS}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE item_again ({queries.ITEM_AGAIN_COLUMNS})")
    parts = len(con.table("purchase_items")) // _PAIRS + 1
    for part in range(parts):
        those = "true" if parts == 1 else f"customer_number % {parts} = {part}"
        con.execute(f"INSERT INTO item_again {queries.ITEM_AGAIN.format(part=those)}")
