"""Some reports of repurchase and retention the way they are written in pandas.

Only those that a notebook would hold; `frames` are the marts by name, days as datetime64. A
notebook has orders and no marts: `purchases_of` is what it does first.
"""

from typing import Any

import pandas as pd

Frames = dict[str, Any]


def _months(days: Any) -> Any:
    return days.dt.year * 12 + days.dt.month


def _starts(days: Any) -> Any:
    return days.dt.to_period("M").dt.to_timestamp()


def purchases_of(orders: Any) -> pd.DataFrame:
    """Purchases from orders in memory: one row a customer and day, numbered, with its gaps.

    `orders` has customer_id, order_id, ordered_at (local), revenue.
    """
    orders = orders.assign(day=orders["ordered_at"].dt.normalize())
    bought = orders.groupby(["customer_id", "day"], as_index=False).agg(
        n_orders=("order_id", "nunique"), revenue=("revenue", "sum"))  # fmt: skip
    own = bought.groupby("customer_id")["day"]
    return bought.assign(
        purchase_number=own.cumcount() + 1,
        first_day=own.transform("min"),
        gap=own.diff().dt.days,
        next_gap=-own.diff(-1).dt.days,
    )


def rate(frames: Frames, as_of: pd.Timestamp) -> pd.DataFrame:
    """Customers who came back within 30 and 90 days."""
    people = frames["customer_summary"].dropna(subset=["first_day"])
    rows = []
    for days in (30, 90):
        old = people[people["first_day"] <= as_of - pd.Timedelta(days=days)]
        rows.append((days, (old["days_to_second"] <= days).sum(), len(old)))
    return pd.DataFrame(rows, columns=pd.Index(["horizon_days", "numerator", "denominator"]))


def ladder(frames: Frames, as_of: pd.Timestamp) -> pd.DataFrame:
    """Customers at each step and those who took the next within 90 days."""
    bought = frames["purchases"]
    old = bought[
        (bought["day"] <= as_of - pd.Timedelta(days=90)) & (bought["purchase_number"] < 11)
    ]
    counts = old.assign(hit=old["next_gap"] <= 90).groupby("purchase_number")["hit"]
    table = counts.agg(numerator="sum", denominator="size").reset_index()
    return table.rename(columns={"purchase_number": "step"})


def returning(frames: Frames, _: pd.Timestamp) -> pd.DataFrame:
    """Buyers of each month, and those who bought more than once or before."""
    bought = frames["purchases"].assign(period=_starts(frames["purchases"]["day"]))
    people = bought.groupby(["period", "customer_number"])["purchase_number"].agg(["size", "max"])
    people = people.assign(repeat=people["size"] > 1, old=people["max"] > 1)
    table = people.groupby("period").agg(
        customers=("size", "size"), repeat_customers=("repeat", "sum"),
        returning_customers=("old", "sum"))  # fmt: skip
    return table.reset_index()


def retention(frames: Frames, _: pd.Timestamp) -> pd.DataFrame:
    """Customers, orders and revenue by cohort and month."""
    bought = frames["purchases"]
    bought = bought.assign(
        cohort=_starts(bought["first_day"]),
        period_index=_months(bought["day"]) - _months(bought["first_day"]),
    )
    cells = bought.groupby(["cohort", "period_index"]).agg(
        active=("customer_number", "nunique"), orders=("n_orders", "sum"),
        revenue=("revenue", "sum"))  # fmt: skip
    return cells.reset_index()


def over_time(frames: Frames, as_of: pd.Timestamp) -> pd.DataFrame:
    """Customers of each cohort who were back in the month after."""
    cells = retention(frames, as_of)
    cells = cells[cells["period_index"] == 1][["cohort", "active"]]
    return cells.rename(columns={"active": "numerator"})


def stickiness(frames: Frames, as_of: pd.Timestamp) -> pd.DataFrame:
    """In how many of the last twelve months established customers bought."""
    finish = (as_of + pd.Timedelta(days=1)).to_period("M").to_timestamp()
    begin = finish - pd.DateOffset(months=12)
    bought = frames["purchases"]
    inside = bought[(bought["first_day"] < begin) & (bought["day"] >= begin)]
    inside = inside[inside["day"] < finish]
    d = inside.assign(month=_months(inside["day"])).groupby("customer_number")["month"].nunique()
    return d.value_counts().rename_axis("active_periods").reset_index(name="numerator")


def lifecycle(frames: Frames, _: pd.Timestamp) -> pd.DataFrame:
    """New and returning buyers of each month."""
    bought = frames["purchases"].assign(month=_months(frames["purchases"]["day"]))
    people = bought.groupby(["customer_number", "month"], as_index=False)["purchase_number"].min()
    before = people.groupby("customer_number")["month"].shift()
    is_new = people["purchase_number"] == 1
    people = people.assign(new=is_new, returning=~is_new & (before == people["month"] - 1))
    table = people.groupby("month").agg(
        active=("new", "size"), new=("new", "sum"), returning=("returning", "sum"))  # fmt: skip
    table = table.reset_index()
    first = [pd.Timestamp((month - 1) // 12, (month - 1) % 12 + 1, 1) for month in table["month"]]
    return table.drop(columns="month").assign(period=first)


WAYS = {
    "repurchase-rate": rate,
    "order-ladder": ladder,
    "returning-rate": returning,
    "retention": retention,
    "retention-over-time": over_time,
    "stickiness": stickiness,
    "lifecycle": lifecycle,
}
