"""Which first purchase makes customers come back?"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analytics.intervals import LEVEL, benjamini_hochberg, newcombe, rate, two_share_p_value
from analytics.kaplan_meier import median_days
from analytics.notes import Note
from analytics.periods import epoch_days
from analytics.repurchase.pairs import FLOOR, Thing
from analytics.repurchase.rate import buyers, check_horizons
from analytics.tables import collect, finish, product, with_rate


def first_item(
    purchase_items: Any,
    customer_summary: Any,
    orders: Any,
    *,
    as_of: date,
    horizon: int = 90,
    of: Thing = "item",
    min_customers: int = FLOOR,
) -> pd.DataFrame:
    """Do customers who began with this item come back more often than the others?

    For the customers whose first purchase holds the item and lies at least H days before as-of: the
    share that buys anything again within H days. A customer whose first purchase held several items
    counts for each of them.

    Parameters
    ----------
    purchase_items, customer_summary, orders
        The marts.
    as_of
        Local day up to which the data reach.
    horizon
        H, in days.
    of
        "item", or "category": customers whose first purchase holds something of the category.
    min_customers
        Items with fewer eligible customers are listed but not tested: their `q_value` is null.

    Returns
    -------
    DataFrame
        item_id (or category), customers (eligible), repurchasers, rate, ci_lower, ci_upper (Wilson,
        95 %), q_value (two-sided test of the rate against that of the customers who began without
        the item, after Benjamini and Hochberg over the tested items), median_days (Kaplan-Meier
        median days to the second purchase of all who began with it; null where fewer than half come
        back), value_per_customer (revenue of valid orders in the first H days, the first purchase
        included, per eligible customer), is_mature, difference (rate minus that of the others),
        difference_lower, difference_upper (Newcombe, 95 %), value_lower, value_upper (95 %, normal
        interval of the mean, with at least two customers), p_value. Most customers first.

    Raises
    ------
    InvalidSettingError
        If the horizon is not positive.

    Notes
    -----
    Association, not cause: who begins with a dear course may have been keener from the start.
    Benjamini & Hochberg (1995); Newcombe (1998).
    """
    check_horizons([horizon])
    starters = _starters(purchase_items, customer_summary, as_of, of)
    eligible = starters.filter(starters.follow_up >= horizon)
    table = _with_value(_counts(eligible, _values(customer_summary, orders, horizon), horizon))
    table = table.merge(_medians(starters), on="item_id", how="left")
    total, hits = _everyone(customer_summary, as_of, horizon)
    table = _with_test(with_rate(table, "repurchasers", "customers"), total, hits, min_customers)
    columns = ["item_id", "customers", "repurchasers", "rate", "ci_lower", "ci_upper", "q_value"]
    columns += ["median_days", "value_per_customer", "is_mature", "difference"]
    columns += ["difference_lower", "difference_upper", "value_lower", "value_upper", "p_value"]
    few = int((table["customers"] < min_customers).sum())
    table = table.assign(is_mature=True).sort_values("item_id")[columns]
    table = table.iloc[(-table["customers"]).argsort(kind="stable")]
    table = table if of == "item" else table.rename(columns={"item_id": "category"})
    return finish(table, [], [_few_note(few, min_customers)] if few else [])


def _few_note(items: int, floor: int) -> Note:
    text = "{items:,} items began fewer than {floor} eligible customers: listed without a test."
    return Note("items_below_floor", text, items=items, floor=floor)


def _starters(purchase_items: Any, customer_summary: Any, as_of: date, of: str) -> Any:
    """One row per customer and item of the first purchase, with wait and follow-up."""
    first = purchase_items.filter(purchase_items.purchase_number == 1)
    if of == "item":
        pairs = first.select("customer_number", "item_id")
    else:
        pairs = first.select("customer_number", item_id=first.category).distinct()
    pairs = pairs.filter(pairs.item_id.notnull())
    people = buyers(customer_summary, as_of)
    people = people.select("customer_number", "first_day", "days_to_second", "follow_up")
    return pairs.inner_join(people, "customer_number")


def _everyone(customer_summary: Any, as_of: date, horizon: int) -> tuple[int, int]:
    people = buyers(customer_summary, as_of)
    people = people.filter(people.follow_up >= horizon)
    counts = collect(
        people.aggregate(
            total=people.count(), hits=people.count(where=people.days_to_second <= horizon)
        )
    )
    return int(counts["total"].iloc[0]), int(counts["hits"].iloc[0])


def _values(customer_summary: Any, orders: Any, horizon: int) -> Any:
    """Revenue of each customer's first H days, renewals and instalments included."""
    valid = orders.filter(orders.is_valid, orders.customer_number.notnull())
    people = customer_summary.select("customer_number", "first_day")
    bought = valid.select("customer_number", "day", "revenue").inner_join(people, "customer_number")
    since = epoch_days(bought.day) - epoch_days(bought.first_day)
    early = bought.filter(since >= 0, since <= horizon)
    return early.group_by("customer_number").aggregate(value=early.revenue.sum())


def _counts(eligible: Any, value: Any, horizon: int) -> pd.DataFrame:
    rows = eligible.left_join(value, "customer_number")
    counts = rows.group_by("item_id").aggregate(
        customers=rows.count(),
        repurchasers=rows.count(where=rows.days_to_second <= horizon),
        value=rows.value.sum(),
        squares=product(rows.value, rows.value).sum(),
    )
    return collect(counts)


def _with_value(table: Any) -> pd.DataFrame:
    """Mean value per customer with its interval; customers without any revenue count as 0."""
    n = table["customers"].to_numpy(float)
    total = table["value"].fillna(0).to_numpy(float)
    mean = total / n
    spread = np.maximum(table["squares"].fillna(0).to_numpy(float) - total * mean, 0)
    half = float(special.ndtri(0.5 + LEVEL / 2)) * np.sqrt(rate(rate(spread, n - 1), n))
    return table.drop(columns=["value", "squares"]).assign(
        value_per_customer=mean, value_lower=mean - half, value_upper=mean + half
    )


def _medians(starters: Any) -> pd.DataFrame:
    came_back = starters.days_to_second.notnull() & (starters.days_to_second <= starters.follow_up)
    waits = starters.mutate(is_event=came_back)
    waits = waits.mutate(duration=waits.is_event.ifelse(waits.days_to_second, waits.follow_up))
    counts = collect(
        waits.group_by(["item_id", "duration"]).aggregate(
            events=waits.count(where=waits.is_event), censored=waits.count(where=~waits.is_event)
        )
    )
    items, medians = median_days(counts, "item_id")
    return pd.DataFrame({"item_id": pd.Series(items, dtype=object), "median_days": medians})


def _with_test(table: pd.DataFrame, total: int, hits: int, floor: int) -> pd.DataFrame:
    with_item, came_back = table["customers"].to_numpy(), table["repurchasers"].to_numpy()
    others, others_back = total - with_item, hits - came_back
    p = two_share_p_value(came_back, with_item, others_back, others)
    p = np.where(with_item >= floor, p, np.nan)
    difference, lower, upper = newcombe(came_back, with_item, others_back, others)
    return table.assign(
        p_value=p,
        q_value=benjamini_hochberg(p),
        difference=difference,
        difference_lower=lower,
        difference_upper=upper,
    )
