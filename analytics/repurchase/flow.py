"""Where does everyone go from one purchase to the next?"""

from datetime import date
from typing import Any

import ibis
import pandas as pd

from analytics.breakdown import OTHER, UNKNOWN
from analytics.errors import InvalidSettingError
from analytics.repurchase.pairs import Thing
from analytics.repurchase.waits import waits
from analytics.tables import collect, finish, with_rate

OUTCOMES = ("bought", "not-back", "open")


def journey_flow(
    purchases: Any,
    purchase_items: Any,
    *,
    as_of: date,
    of: Thing = "category",
    step: int = 1,
    horizon: int = 180,
    top: int = 8,
) -> pd.DataFrame:
    """Of all who made purchase n, who went on to what, and who has not bought again?

    Every customer with a purchase n is in exactly one row, so the rows add up. A purchase of
    several items stands for the dearest of them.

    Parameters
    ----------
    purchases, purchase_items
        The marts.
    as_of
        Local day up to which the data reach.
    of
        "category" or "item".
    step
        n.
    horizon
        H, in days.
    top
        Items (categories) of either end that are told apart, the most frequent; the others are
        "(other)".

    Returns
    -------
    DataFrame
        step, item, outcome ("bought": again within H days; "not-back": not within H days, which are
        over; "open": not yet, and the H days still run), next_item (null unless bought; "(unknown)"
        where the file says nothing), numerator (customers), denominator (all with the item in
        purchase n), rate, ci_lower, ci_upper (Wilson, 95 %), is_mature (false for "open": these
        may still buy). Largest items first, in them the most frequent next ones.

    Raises
    ------
    InvalidSettingError
        If the step, the horizon or `top` is not positive.

    Notes
    -----
    Own definition. For shares that can be compared, and tested, see the report journey: it leaves
    out everyone whose H days still run and counts all items of a purchase.
    """
    for name, value in (("step", step), ("horizon", horizon), ("top", top)):
        if value < 1:
            raise InvalidSettingError(name, value, "give a whole number from 1")
    start = waits(purchases.filter(purchases.purchase_number == step), as_of)
    is_back: Any = (start.is_event & (start.next_gap <= horizon)).fill_null(False)  # noqa: FBT003
    is_over: Any = start.follow_up >= horizon
    outcome = ibis.cases((is_back, OUTCOMES[0]), (is_over, OUTCOMES[1]), else_=OUTCOMES[2])
    start = start.select("customer_number", outcome=outcome)
    rows = start.left_join(_dearest(purchase_items, of, step, "item"), "customer_number")
    rows = rows.drop("customer_number_right")
    rows = rows.left_join(_dearest(purchase_items, of, step + 1, "next_item"), "customer_number")
    rows = rows.mutate(next_item=ibis.cases((rows.outcome == OUTCOMES[0], _named(rows.next_item))))
    rows = rows.mutate(item=_named(rows["item"])).select("item", "outcome", "next_item")
    counts = rows.group_by(["item", "outcome", "next_item"]).aggregate(numerator=rows.count())
    return _contract(_pooled(collect(counts), top), step)


def _dearest(purchase_items: Any, of: Thing, number: int, name: str) -> Any:
    """Item (category) of the dearest line of everyone's purchase of this number."""
    lines = purchase_items.filter(purchase_items.purchase_number == number)
    first = ibis.window(
        group_by="customer_number", order_by=[lines.revenue.desc(), lines.item_id.asc()]
    )
    ranked = lines.mutate(place=ibis.row_number().over(first))
    chosen = ranked.filter(ranked.place == 0)
    return chosen.select(
        "customer_number", **{name: chosen.item_id if of == "item" else chosen.category}
    )


def _named(thing: Any) -> Any:
    return thing.fill_null(UNKNOWN)


def _pooled(counts: Any, top: int) -> Any:
    """Keep the names of the most frequent items at either end."""
    names = ["item", "next_item"]
    for name in names:
        sizes = counts.groupby(name, as_index=False)["numerator"].sum()
        largest = sizes.sort_values(["numerator", name], ascending=[False, True]).head(top)[name]
        is_small = counts[name].notna() & ~counts[name].isin(largest)
        counts[name] = counts[name].mask(is_small, OTHER)
    return counts.groupby([*names, "outcome"], dropna=False, as_index=False)["numerator"].sum()


def _contract(counts: Any, step: int) -> pd.DataFrame:
    total = counts.groupby("item")["numerator"].transform("sum").astype("int64")
    table = with_rate(counts.assign(step=step, denominator=total))
    table = table.assign(
        next_item=table["next_item"].astype(object),
        is_mature=table["outcome"] != OUTCOMES[2],
        is_other=table["item"] == OTHER,
        place=table["outcome"].map(OUTCOMES.index),
    )
    order = ["is_other", "denominator", "item", "place", "numerator", "next_item"]
    ascending = [True, False, True, True, False, True]
    columns = ["step", "item", "outcome", "next_item", "numerator", "denominator", "rate"]
    columns += ["ci_lower", "ci_upper", "is_mature"]
    return finish(table.sort_values(order, ascending=ascending)[columns], [])
