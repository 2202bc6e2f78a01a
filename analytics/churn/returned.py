"""Refunds by the day on which they were booked: what was not yet known of an order before it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import ibis
import numpy as np
import pandas as pd

from analytics.tables import among, collect

_BOUGHT = ("one-off", "subscription")


@dataclass(frozen=True)
class Returned:
    """Orders whose refunds carry a day of their own, and what was in them.

    `refunds`: number (of the order), customer_number, day (of the order), refund_day, back (money
    of the refund), left (what all refunds left of the order), is_ours (the money is in the currency
    of the marts); `items`: number, item_id, category; `undated`: orders of which money went back
    nobody knows when.
    """

    refunds: pd.DataFrame
    items: pd.DataFrame
    undated: int = 0

    def only(self, is_kept: Any) -> "Returned":
        """Keep the refunds to these customers: a function of their numbers."""
        kept: Any = self.refunds[is_kept(self.refunds["customer_number"])]
        return replace(self, refunds=kept)

    def open_at(self, cut: date) -> pd.DataFrame:
        """Orders by the cut of which money went back after it.

        Returns
        -------
        DataFrame
            number, customer_number, day, revenue (that was still there at the cut), is_gone
            (nothing is left of it today, so that the marts don't have it), back (what the marts
            lack of its revenue).
        """
        end = pd.Timestamp(cut)
        table: Any = self.refunds
        later = table[(table["day"] <= end) & (table["refund_day"] > end)]
        found = later.groupby(["number", "customer_number", "day"], as_index=False).agg(
            back=("back", "sum"), left=("left", "first"), is_ours=("is_ours", "first")
        )
        revenue = found["back"] + found["left"].clip(lower=0)
        found = found.assign(revenue=revenue, is_gone=found["left"] <= 0)[revenue > 0]
        return found.assign(
            **{name: found[name] * found["is_ours"] for name in ("back", "revenue")}
        )


def returned(orders: Any, refund_lines: Any, purchase_items: Any, *, zone: str) -> Returned | None:
    """Which refunds are dated, on lines of their own in the order that they take back?

    None where nothing was refunded. Of a refund that a status or a column tells nobody knows when
    the money went back: such orders are counted, and are no more.

    Parameters
    ----------
    orders, refund_lines, purchase_items
        The marts.
    zone
        Time zone of local days.
    """
    back = refund_lines.filter(refund_lines.amount < 0)
    back = back.select("source", "order_id", refunded_at=back.ordered_at, back=-back.amount)
    sold = orders.filter(orders.customer_number.notnull(), orders.kind.isin(_BOUGHT))
    sold = sold.filter(sold.is_valid | (sold.reason == "refunded"), sold.refunded > 0)
    others = sold.anti_join(back, ["source", "order_id"])
    undated = int(collect(others.aggregate(n=others.count()))["n"].iloc[0])
    rows = sold.inner_join(back, ["source", "order_id"]).select(
        "source", "order_id", "customer_number", "day", "currency", "revenue", "refunded_at",
        back=ibis._.back.cast("float64"), left=(ibis._.gross - ibis._.refunded).cast("float64"),
    )  # fmt: skip
    table: Any = collect(rows)
    if table.empty and not undated:
        return None
    times = pd.to_datetime(table["refunded_at"]).dt.tz_localize("UTC").dt.tz_convert(zone)
    table["refund_day"] = times.dt.tz_localize(None).dt.normalize()
    table["day"] = pd.to_datetime(table["day"])
    table["is_ours"] = table["currency"].isin(_currencies(orders))
    table["number"] = table.groupby(["source", "order_id"]).ngroup()
    names = table.drop_duplicates("number")[["source", "order_id", "number"]]
    columns = ["number", "customer_number", "day", "refund_day", "back", "left", "is_ours"]
    return Returned(table[columns], _items(refund_lines, purchase_items, names), undated)


def _currencies(orders: Any) -> list[str]:
    """The currency in which the marts count revenue."""
    paid = orders.filter(orders.revenue > 0).select("currency").distinct()
    return collect(paid)["currency"].tolist()


def _items(refund_lines: Any, purchase_items: Any, names: Any) -> pd.DataFrame:
    known = purchase_items.group_by("item_id").aggregate(known=purchase_items.category.max())
    lines = refund_lines.filter(refund_lines.item_id.notnull(), ~(refund_lines.amount < 0))
    lines = among(lines, names[["source", "order_id"]]).left_join(known, "item_id")
    lines = lines.select(
        "source", "order_id", "item_id", category=lines.known.coalesce(lines.category)
    )
    return collect(lines.distinct()).merge(names, on=["source", "order_id"])


def bought_by(purchases: Any, found: Returned | None, cut: date) -> Any:
    """Purchases by the cut as they stood at its end: customer_number, day, revenue."""
    known = purchases.filter(purchases.day <= cut).select(
        "customer_number", "day", revenue=purchases.revenue.cast("float64")
    )
    late = pd.DataFrame() if found is None else found.open_at(cut)
    if late.empty:
        return known
    rest = late.assign(
        customer_number=late["customer_number"].astype(np.int32),
        revenue=np.where(late["is_gone"], late["revenue"], late["back"]),
        day=late["day"].dt.date,
    )[["customer_number", "day", "revenue"]]
    both = known.union(ibis.memtable(rest, schema=known.schema()), distinct=False)
    return both.group_by("customer_number", "day").aggregate(revenue=both.revenue.sum())


def held_by(purchase_items: Any, found: Returned | None, cut: date) -> Any:
    """Items bought by the cut as it stood at its end: customer_number, item_id, category."""
    known = purchase_items.filter(purchase_items.day <= cut)
    known = known.select("customer_number", "item_id", "category")
    if found is None:
        return known
    late: Any = found.open_at(cut)
    rest = late[late["is_gone"]].merge(found.items, on="number")
    if rest.empty:
        return known
    rest = rest.assign(customer_number=rest["customer_number"].astype(np.int32))
    rest = rest[["customer_number", "item_id", "category"]]
    return known.union(ibis.memtable(rest, schema=known.schema()), distinct=False)
