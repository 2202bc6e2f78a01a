"""What customers paid: purchases, and the valid orders that are none; and when refunds count."""

from datetime import date
from typing import Any, Literal

import ibis
import pandas as pd

from analytics.tables import collect

RefundDay = Literal["order", "refund"]


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


def booked(
    purchases: Any,
    orders: Any,
    refund_lines: Any,
    as_of: date,
    *,
    zone: str,
    currency: str,
) -> tuple[Any, int]:
    """`payments` as a ledger has them: a sale stays whole on its day, a refund lies on its own.

    Money that went back is added to the day of the order and taken from the day of the refund, both
    under the order's purchase number (0 where nothing is left of the order: it is no purchase).
    What was refunded after as-of is not known yet.

    Parameters
    ----------
    purchases, orders, refund_lines
        The marts.
    as_of
        Local day up to which the data reach.
    zone, currency
        Of the workspace: of local days, and of revenue.

    Returns
    -------
    (Table, int)
        Columns of `payments`, and how many orders have a refund that no row dates: they stay net on
        the order's day.
    """
    paid = payments(purchases, orders, as_of)
    back, undated = _dated_refunds(orders, refund_lines, currency)
    days = pd.to_datetime(back["refunded_at"]).dt.tz_localize("UTC").dt.tz_convert(zone)
    moved: Any = pd.concat(
        [back.assign(revenue=back["back"]), back.assign(day=days.dt.date, revenue=-back["back"])]
    )[["customer_number", "order_day", "is_purchase", "day", "revenue"]]
    moved = moved[moved["day"] <= as_of]
    if moved.empty:
        return paid, undated
    rows: Any = ibis.memtable(moved.reset_index(drop=True))
    bought = purchases.select("customer_number", "purchase_number", order_day=purchases.day)
    rows = rows.left_join(bought, ["customer_number", "order_day"])
    number = rows.is_purchase.ifelse(rows.purchase_number, ibis.null("int32")).fill_null(0)
    return paid.union(
        rows.select(
            "customer_number",
            "day",
            purchase_number=number.cast("int32"),
            orders=ibis.literal(0, type="int32"),
            revenue=rows.revenue.cast(paid.revenue.type()),
        ).cast(paid.schema())
    ), undated


def _dated_refunds(orders: Any, refund_lines: Any, currency: str) -> tuple[pd.DataFrame, int]:
    """Refunds with a day, each with its order's; and the number of refunded orders without any."""
    back = refund_lines.filter(refund_lines.amount < 0)
    back = back.select("source", "order_id", refunded_at=back.ordered_at, back=-back.amount)
    sold = orders.filter(orders.customer_number.notnull(), orders.currency == currency)
    sold = sold.filter(sold.is_valid | (sold.reason == "refunded"), sold.refunded > 0)
    others = sold.anti_join(back, ["source", "order_id"])
    undated = int(collect(others.aggregate(n=others.count()))["n"].iloc[0])
    rows: Any = collect(
        sold.inner_join(back, ["source", "order_id"]).select(
            "customer_number", "day", "is_purchase", "refunded_at", "back"
        )
    )
    days = pd.to_datetime(rows["day"]).dt.date
    return rows.assign(day=days, order_day=days), undated
