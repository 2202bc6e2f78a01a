"""Does a cohort's revenue last?"""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from analytics.breakdown import ALL, group_column
from analytics.intervals import LEVEL, rate
from analytics.periods import Period
from analytics.retention.brackets import parse_brackets
from analytics.retention.cohorts import begun_until, whole_grid, with_brackets
from analytics.retention.truncation import is_truncated, truncation_note
from analytics.retention.windows import (
    CELL,
    MEMBER,
    StartRule,
    View,
    Window,
    members,
    payments,
)
from analytics.tables import collect, finish, product

_SUMS = ["revenue", "squares", "crossed", "base_revenue", "base_squares"]


def revenue_retention(
    purchases: Any,
    customer_summary: Any,
    orders: Any,
    purchase_items: Any = None,
    *,
    as_of: date,
    period: Period = "month",
    window: Window = "elapsed",
    start_rule: StartRule = "first",
    periods: int | None = None,
    brackets: tuple[str, ...] | None = None,
    item: str | None = None,
    category: str | None = None,
    channel: str | None = None,
    by: str | None = None,
    first_weekday: int = 0,
) -> pd.DataFrame:
    """What share of its first period's revenue does a cohort bring k periods later?

    Revenue of the cohort's valid orders in window k ÷ revenue in window 0, renewals and instalments
    included; above 1 where customers who stay spend more than those who left took away. Elapsed
    windows by default: in calendar periods the first one is short for those who began late in it.

    Parameters
    ----------
    purchases, customer_summary, orders, purchase_items
        The marts; the last one only for a filter by item or category.
    as_of
        Local day up to which the data reach.
    period, window, start_rule, periods, brackets, item, category, channel, by
        As in `analytics.retention.cohorts.retention`.
    first_weekday
        Weeks begin on this weekday (0 is Monday).

    Returns
    -------
    DataFrame
        (group,) cohort, period_index, cohort_size, numerator (revenue in window k), denominator
        (revenue in window 0), rate, ci_lower, ci_upper (95 %, see Notes), revenue_per_customer,
        is_mature, maturity, is_left_truncated, with brackets also `bracket`. Unreached cells are
        null.

    Notes
    -----
    Own definition. A ratio of two sums over the same customers, its variance by linearisation
    (Cochran 1977, Sampling Techniques, section 2.11); no proportion, so no Wilson interval.
    """
    view = View(
        as_of,
        period,
        window,
        start_rule=start_rule,
        by=by,
        first_weekday=first_weekday,
        brackets=parse_brackets(brackets),
        item=item,
        category=category,
        channel=channel,
    )
    starts = members(purchases, customer_summary, view, purchase_items)
    cells = whole_grid(starts, view, periods)
    sums = collect(_sums(orders, starts, view))
    sums = sums if view.by else sums.assign(group=ALL)
    cells = cells.merge(sums, on=CELL, how="left")
    return _contract(cells, view, begun_until(customer_summary, view))


def _sums(orders: Any, starts: Any, view: View) -> Any:
    """Sums, squares and products over customers of the revenue in window k and in window 0."""
    paid = payments(orders, starts, view)
    grouped = group_column(view.by)
    keys = [*MEMBER, *grouped, "period_index"]
    people = paid.group_by(keys).aggregate(revenue=paid.revenue.sum())
    begun = people.filter(people.period_index == 0)
    begun = begun.select(*MEMBER, base=begun.revenue)
    people = people.left_join(begun, MEMBER)
    return people.group_by([*grouped, "cohort", "period_index"]).aggregate(
        revenue=people.revenue.sum(),
        squares=product(people.revenue, people.revenue).sum(),
        crossed=product(people.revenue, people.base).sum(),
    )


def _with_base(cells: pd.DataFrame) -> pd.DataFrame:
    filled = cells.fillna({"revenue": 0.0, "squares": 0.0, "crossed": 0.0})
    base: Any = filled[filled["period_index"] == 0][["group", "cohort", "revenue", "squares"]]
    base = base.rename(columns={"revenue": "base_revenue", "squares": "base_squares"})
    return filled.merge(base, on=["group", "cohort"], how="left")


def _contract(cells: pd.DataFrame, view: View, until: int | None) -> pd.DataFrame:
    table: Any = _with_base(cells)
    reached = table["is_reached"]
    revenue = table["revenue"].where(reached)
    ratio, half = _ratio(table)
    table = table.assign(
        cohort=table["cohort_start"],
        numerator=revenue,
        denominator=table["base_revenue"],
        rate=np.where(reached, ratio, np.nan),
        ci_lower=np.where(reached, np.maximum(ratio - half, 0), np.nan),
        ci_upper=np.where(reached, ratio + half, np.nan),
        revenue_per_customer=revenue / table["cohort_size"].astype(float),
        is_left_truncated=is_truncated(table["first_start"], until),
    )
    columns = [*group_column(view.by), "cohort", "period_index", "cohort_size", "numerator"]
    columns += ["denominator", "rate", "ci_lower", "ci_upper", "revenue_per_customer", "is_mature"]
    table, bracket = with_brackets(table, view)
    columns += ["maturity", "is_left_truncated", *bracket]
    order = [*group_column(view.by), "cohort", "period_index"]
    return finish(table[columns], order, truncation_note(until))


def _ratio(table: pd.DataFrame) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    column = {name: table[name].to_numpy(float) for name in _SUMS}
    ratio = rate(column["revenue"], column["base_revenue"])
    spread = column["squares"] - 2 * ratio * column["crossed"] + ratio**2 * column["base_squares"]
    n = table["cohort_size"].to_numpy(float)
    spread = np.maximum(spread, 0) * rate(n, n - 1)
    half = float(special.ndtri(0.5 + LEVEL / 2)) * rate(np.sqrt(spread), column["base_revenue"])
    half = np.where(table["period_index"] == 0, 0.0, half)
    return ratio, half
