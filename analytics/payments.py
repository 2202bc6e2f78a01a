"""What customers paid: purchases, and the valid orders that are none."""

from datetime import date
from typing import Any

import ibis


def payments(purchases: Any, orders: Any, as_of: date) -> Any:
    """One row per purchase, and per renewal or instalment: who, when, how much.

    The purchases mart already knows which purchase is the first, so no join is needed.

    Parameters
    ----------
    purchases, orders
        The marts.
    as_of
        Local day up to which the data reach.

    Returns
    -------
    Table
        customer_number, day, purchase_number (0 for what is no purchase), orders, revenue.
    """
    known = purchases.filter(purchases.day <= as_of)
    others = orders.filter(orders.is_valid, ~orders.is_purchase, orders.day <= as_of)
    return ibis.union(
        known.select(
            "customer_number",
            "day",
            "purchase_number",
            orders=known.n_orders,
            revenue=known.revenue,
        ),
        others.select(
            "customer_number",
            "day",
            purchase_number=ibis.literal(0, type="int32"),
            orders=ibis.literal(1, type="int32"),
            revenue=others.revenue,
        ),
    )
