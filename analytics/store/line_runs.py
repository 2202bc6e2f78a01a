"""Orders whose lines stand together: neighbours are compared, nothing is hashed or sorted.

Exports list the lines of an order one behind the other, mostly in the order of their ids. Where
that is so throughout, a look at each line and the one before finds the orders.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute

from analytics.store import engines, numbering
from analytics.store.lines import Lines

pc: Any = pyarrow.compute  # which makes its functions as it is imported
MOST_LINES = 20_000_000  # which are held in memory, at some 100 bytes each
_FIRST_LINES = 50_000  # of which the ids tell whether it is worth looking at all
_MOST_BYTES = 1 << 30
_DIGITS = 10**18  # of money
_CONSTANT = ("source", "currency", "kind", "channel", "coupon")

_IDS = "SELECT order_id, customer_id FROM {relation}"
_REST = """
SELECT epoch_us(ordered_at) AS ordered_at, CAST(amount * 10000 AS BIGINT) AS amount,
    coalesce(item_id, item_name) AS item_id{more}
FROM {relation}
"""


@dataclass(frozen=True)
class LineRuns:
    """Order lines and the orders that they make, in the order in which they were read.

    `order_id` and `customer_id` tell of each order, as do `ordered_at` (microseconds), `n_lines`
    and `gross` (ten-thousandths); `customer` is its customer's place among `customers`, -1 where
    nobody is named. Of each line `order_of` is the place of its order, `item` that of
    its item among `items` (-1 where it has none), `amount` is in ten-thousandths; `more` has
    category and quantity, as far as lines have them.
    """

    order_id: pa.StringArray
    customer_id: pa.StringArray
    customer: np.ndarray
    customers: pa.StringArray
    ordered_at: np.ndarray
    n_lines: np.ndarray
    gross: np.ndarray
    order_of: np.ndarray
    item: np.ndarray
    items: pa.StringArray
    amount: np.ndarray
    more: pa.Table


@dataclass(frozen=True)
class _Orders:
    """Orders of lines: their ids, and which line is the first of each."""

    order_id: pa.StringArray
    customer_id: pa.StringArray
    is_first: np.ndarray


def read(con: duckdb.DuckDBPyConnection, lines: Lines) -> LineRuns | None:
    """Read order lines and find their orders.

    Parameters
    ----------
    con
        On which they are a relation.
    lines
        What all of them have in common.

    Returns
    -------
    LineRuns or None
        None where an order may be worth something else than its lines, where its lines may stand
        apart or name several customers, where lines differ in what describes an order (currency,
        kind, channel, coupon), and of more than 20 million lines.
    """
    if not (lines.are_plain and lines.has_ids and all(one in lines.constants for one in _CONSTANT)):
        return None
    (n,) = con.execute(f"SELECT count(*) FROM {lines.relation}").fetchall()[0]
    if not 0 < n <= MOST_LINES:
        return None
    query = _IDS.format(relation=lines.relation)
    more = "".join(f", {name}" for name in ("category", "quantity") if not lines.lacks(name))
    with engines.in_order(con), ThreadPoolExecutor(1) as pool:
        if _orders(con.sql(f"{query} LIMIT {_FIRST_LINES}").to_arrow_table()) is None:
            return None
        found = pool.submit(_orders, con.sql(query).to_arrow_table())
        table = con.sql(_REST.format(relation=lines.relation, more=more)).to_arrow_table()
        orders = found.result()
        if orders is None:
            return None
        return _runs(orders, table, pool.submit(numbering.ranked, orders.customer_id))


def _orders(table: pa.Table) -> _Orders | None:
    """Find the orders of lines; None where some may stand apart or name several customers."""
    ids, customers = table["order_id"], table["customer_id"]
    if max(ids.nbytes, customers.nbytes) > _MOST_BYTES:
        return None
    is_first = _changes(ids)
    if bool((_changes(customers) & ~is_first).any()):
        return None
    order_id = _taken(ids, is_first)
    if not _is_one_way(order_id):
        return None
    return _Orders(order_id, _taken(customers, is_first), is_first)


def _runs(
    orders: _Orders, table: pa.Table, ranked: Future[tuple[np.ndarray, pa.StringArray]]
) -> LineRuns | None:
    places, amount = np.flatnonzero(orders.is_first), table["amount"].to_numpy()
    n_lines = np.diff(places, append=len(amount)).astype(np.int32)
    if int(amount.max()) * int(n_lines.max()) >= _DIGITS:
        return None
    encoded = pa.concat_arrays(table["item_id"].dictionary_encode().unify_dictionaries().chunks)
    ordered_at = np.minimum.reduceat(table["ordered_at"].to_numpy(), places)
    gross = np.add.reduceat(amount, places)
    return LineRuns(
        orders.order_id,
        orders.customer_id,
        *ranked.result(),
        ordered_at,
        n_lines,
        gross,
        np.cumsum(orders.is_first, dtype=np.int32) - np.int32(1),
        encoded.indices.fill_null(-1).to_numpy(),
        encoded.dictionary,
        amount,
        table.drop_columns(["ordered_at", "amount", "item_id"]),
    )


def _changes(column: pa.ChunkedArray) -> np.ndarray:
    """Return for each cell whether it differs from the one before, as the first of all does."""
    parts, last = [np.zeros(0, bool)], None
    for chunk in column.chunks:
        if len(chunk):
            parts.append(_differs(chunk, last))
            last = chunk[-1:]
    return np.concatenate(parts)


def _differs(cells: pa.Array, last: pa.Array | None) -> np.ndarray:
    found = np.ones(len(cells), bool)
    found[1:] = _unequal(cells[1:], cells[:-1])
    if last is not None:
        found[:1] = _unequal(cells[:1], last)
    return found


def _unequal(left: pa.Array, right: pa.Array) -> np.ndarray:
    found = pc.not_equal(left, right)
    if found.null_count:
        found = pc.coalesce(found, pc.not_equal(pc.is_null(left), pc.is_null(right)))
    return found.to_numpy(zero_copy_only=False)


def _taken(column: pa.ChunkedArray, those: np.ndarray) -> pa.StringArray:
    """Return the cells of these lines as one array."""
    parts, start = [], 0
    for chunk in column.chunks:
        parts.append(chunk.filter(pa.array(those[start : start + len(chunk)])))
        start += len(chunk)
    return pa.concat_arrays(parts)


def _is_one_way(ids: pa.StringArray) -> bool:
    """Whether ids only rise or only fall, shorter ones first: then none comes twice."""
    lengths = pc.binary_length(ids).to_numpy()
    left, right = ids[:-1], ids[1:]
    longer, same = lengths[1:] > lengths[:-1], lengths[1:] == lengths[:-1]
    rises = longer | (same & pc.less(left, right).to_numpy(zero_copy_only=False))
    if bool(rises.all()):
        return True
    shorter = lengths[1:] < lengths[:-1]
    falls = shorter | (same & pc.greater(left, right).to_numpy(zero_copy_only=False))
    return bool(falls.all())
