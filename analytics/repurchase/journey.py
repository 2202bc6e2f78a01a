"""Which item leads to which?"""

from datetime import date
from typing import Any, Literal

import pandas as pd

from analytics.errors import InvalidSettingError
from analytics.notes import Note
from analytics.repurchase.pairs import FLOOR, Thing, count_pairs
from analytics.tables import finish

COLUMNS = ["numerator", "denominator", "rate", "ci_lower", "ci_upper", "base_rate"]
LIFT = ["lift", "lift_lower", "lift_upper", "p_value", "q_value"]


def journey(
    purchases: Any,
    purchase_items: Any,
    *,
    as_of: date,
    of: Thing = "item",
    steps: tuple[int, ...] = (1, 2, 3),
    horizon: int = 180,
    min_customers: int = FLOOR,
    limit: int = 500,
) -> pd.DataFrame:
    """After an item in purchase n, which item is in purchase n + 1, and more often than by chance?

    Of the customers whose purchase n holds the first item and who bought again within H days: the
    share whose next purchase holds the second one. The lift compares that share with the one among
    all who bought again after purchase n. Only purchases at least H days before as-of count, so
    that slow customers have had their time too and later data never change who is counted.

    Parameters
    ----------
    purchases, purchase_items
        The marts.
    as_of
        Local day up to which the data reach.
    of
        "item" or "category".
    steps
        n, such as 1,2,3.
    horizon
        H, in days.
    min_customers
        Pairs are tested where at least so many customers stand at either end, and listed anyway.
    limit
        Rows at most, the most frequent pairs of each step first; 0 for all.

    Returns
    -------
    DataFrame
        step, item, next_item (ids, or categories), numerator (customers who went from one to the
        other), denominator (customers who bought again after the first), rate, ci_lower, ci_upper
        (Wilson, 95 %), base_rate (share of the second item among all next purchases), lift (rate ÷
        base_rate), lift_lower, lift_upper (95 %, on the log scale), p_value (exact, two-sided:
        those coming from the first item against all others), q_value (after Benjamini and Hochberg
        over all pairs with enough customers at both ends), is_mature, customers (all with the first
        item in purchase n, whether they came back or not). A purchase with several items counts
        once for each pair. Most frequent first.

    Raises
    ------
    InvalidSettingError
        If a step or the horizon is not positive, or the limit negative.

    Notes
    -----
    Lift after Brin, Motwani & Ullman (1997); interval by the delta method on a multinomial; exact
    test of Fisher with doubled tails. Association, not cause.
    """
    if min(steps) < 1:
        raise InvalidSettingError("steps", min(steps), "give numbers of purchases, such as 1,2,3")
    _check(horizon, limit)
    pairs = count_pairs(
        purchases, purchase_items, as_of=as_of, of=of, horizon=horizon, steps=tuple(set(steps))
    )
    table: Any = pairs.judged(min_customers)
    table = table.sort_values(["item", "next_item"])
    table = table.sort_values(["step", "numerator"], ascending=[True, False], kind="stable")
    shown = table if limit == 0 else table.groupby("step").head(limit)
    notes = _left_out(len(table), len(shown), pairs.least)
    columns = ["step", "item", "next_item", *COLUMNS, *LIFT, "is_mature", "customers"]
    return finish(shown.assign(is_mature=True)[columns], [], notes)


def next_item(
    purchases: Any,
    purchase_items: Any,
    *,
    as_of: date,
    of: Thing = "item",
    horizon: int = 180,
    top: int = 3,
    rank: Literal["count", "lift"] = "count",
    min_customers: int = FLOOR,
) -> pd.DataFrame:
    """What do customers buy next after each item, and how soon?

    As `journey`, over every purchase and not one step: of the purchases that hold the first item
    and were followed by another within H days, the share whose next one holds the second.

    Parameters
    ----------
    purchases, purchase_items, as_of, of, horizon, min_customers
        As in `journey`.
    top
        Next items per item.
    rank
        "count": the most frequent first; "lift": the surest lift first (by its lower bound), tested
        pairs only.

    Returns
    -------
    DataFrame
        item, place (1, 2, 3 …), next_item, median_days (from the one purchase to the other, among
        those who made it), numerator, denominator, rate, ci_lower, ci_upper, base_rate, lift,
        lift_lower, lift_upper, p_value, q_value, is_mature, purchases (all that hold the item and
        whose H days are over). Items with most followed purchases first.

    Raises
    ------
    InvalidSettingError
        If the horizon or `top` is not positive.

    Notes
    -----
    As `journey`. A customer may count several times, once per purchase of the item.
    """
    _check(horizon, 0)
    if top < 1:
        raise InvalidSettingError("top", top, "give a whole number from 1")
    pairs = count_pairs(purchases, purchase_items, as_of=as_of, of=of, horizon=horizon, steps=None)
    table: Any = pairs.judged(min_customers)
    chosen = ["lift_lower", "numerator"] if rank == "lift" else ["numerator", "lift"]
    if rank == "lift":
        table = table.dropna(subset=["q_value"])
    table = table.sort_values(["item", "next_item"])
    table = table.sort_values(chosen, ascending=False, kind="stable")
    table = table.assign(place=table.groupby("item").cumcount() + 1)
    table = table[table["place"] <= top].merge(
        pairs.median_days(table[table["place"] <= top]), on=["item", "next_item"], how="left"
    )
    table = table.sort_values("item", kind="stable")
    table = table.sort_values(["denominator"], ascending=False, kind="stable")
    table = table.rename(columns={"customers": "purchases"}).assign(is_mature=True)
    columns = ["item", "place", "next_item", "median_days", *COLUMNS, *LIFT]
    return finish(table[[*columns, "is_mature", "purchases"]], [], _rare_note(pairs.least))


def _check(horizon: int, limit: int) -> None:
    if horizon < 1:
        raise InvalidSettingError("horizon", horizon, "give whole days from 1")
    if limit < 0:
        raise InvalidSettingError("limit", limit, "give a whole number, or 0 for all")


def _left_out(pairs: int, shown: int, least: int) -> list[Note]:
    if shown == pairs:
        return _rare_note(least)
    text = "The {shown:,} most frequent of {pairs:,} pairs are listed; all of them were tested."
    return [Note("pairs_left_out", text, shown=shown, pairs=pairs), *_rare_note(least)]


def _rare_note(least: int) -> list[Note]:
    if least == 1:
        return []
    text = "Pairs of fewer than {least} purchases are left out; they count as tests all the same."
    return [Note("pairs_too_rare", text, least=least)]
