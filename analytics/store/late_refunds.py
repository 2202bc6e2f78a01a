"""Refunds that arrived with the newest orders: the one thing that changes figures long complete."""

from datetime import date
from typing import NamedTuple

import duckdb

_REFUNDED = """
WITH b AS (SELECT source, order_id, customer_id, ordered_at, refunded, is_purchase, revenue
    FROM ({newer}) WHERE refunded > 0),
a AS (SELECT source, order_id, customer_id, ordered_at, day, refunded, is_purchase, revenue
    FROM ({older})),
pairs AS (
    SELECT a, b FROM a JOIN b ON a.source = b.source AND a.order_id = b.order_id
    UNION ALL
    SELECT a, b FROM a JOIN b ON a.source = b.source AND a.order_id IS NULL AND b.order_id IS NULL
        AND a.customer_id = b.customer_id AND a.ordered_at = b.ordered_at
)
SELECT count(*), count(*) FILTER (a.is_purchase AND NOT b.is_purchase),
    CAST(coalesce(sum(a.revenue - b.revenue), 0) AS DOUBLE), min(a.day), max(a.day)
FROM pairs WHERE b.refunded > a.refunded
"""


class LateRefunds(NamedTuple):
    """Orders that an earlier version held with less refunded, and what became of them."""

    orders: int
    lost_purchases: int
    lost_revenue: float
    first_day: date | None
    last_day: date | None


def late_refunds(con: duckdb.DuckDBPyConnection, older: str, newer: str) -> LateRefunds:
    """Which orders of an earlier version have been refunded since?

    Parameters
    ----------
    con
        An own connection.
    older, newer
        Queries that give the mart `orders` of both versions; an order is the same where source and
        order id are (without an id: customer and moment).

    Returns
    -------
    LateRefunds
        orders (more was paid back than then), lost_purchases (counted as purchases then, no
        longer), lost_revenue (in the workspace's currency), first_day and last_day of these orders
        (null without any).

    Notes
    -----
    Own definition. A period that is over, a window that has closed: later days never change them,
    only these orders do.
    """
    row = con.execute(_REFUNDED.format(older=older, newer=newer)).fetchall()[0]
    return LateRefunds(*row)
