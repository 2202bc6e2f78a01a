"""Of the customers who began together, how many are back after one, two, three … periods?"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.breakdown import group_column
from analytics.errors import InvalidSettingError
from analytics.notes import Note
from analytics.periods import Period
from analytics.retention.brackets import bracket_name, parse_brackets
from analytics.retention.grid import grid_of
from analytics.retention.rules import counts
from analytics.retention.truncation import is_truncated, truncated_until, truncation_note
from analytics.retention.windows import (
    CELL,
    ReturnRule,
    StartRule,
    View,
    Window,
    members,
    renewals,
    sizes,
    visits,
)
from analytics.tables import collect, finish, with_rate

LAST_INDEX = {"day": 90}
"""A day triangle ends here unless `periods` says otherwise: its square would be a million cells."""


def retention(
    purchases: Any,
    customer_summary: Any,
    orders: Any,
    purchase_items: Any = None,
    *,
    as_of: date,
    period: Period = "month",
    window: Window = "calendar",
    return_rule: ReturnRule = "on",
    start_rule: StartRule = "first",
    cap: int = 3,
    periods: int | None = None,
    brackets: tuple[str, ...] | None = None,
    item: str | None = None,
    category: str | None = None,
    channel: str | None = None,
    by: str | None = None,
    first_weekday: int = 0,
) -> pd.DataFrame:
    """How many of the customers who began in a period are active k periods later?

    `active` ÷ `cohort_size`, for the customers whose first-ever purchase lies in the cohort's
    period. A cell whose window has not begun is null, one that has begun with nobody back is 0. A
    cell is mature once its window has closed for every member, and later days never change it.

    Parameters
    ----------
    purchases, customer_summary, orders, purchase_items
        The marts; the last one only for a filter by item or category.
    as_of
        Local day up to which the data reach.
    period
        "day", "week", "month", "quarter", "year": of the cohorts, and of the windows.
    window
        "calendar": window k is the k-th calendar period after the cohort's; "elapsed": the days k ·
        n to (k + 1) · n − 1 after each customer's own first purchase, n = 1, 7, 30, 90, 365.
    return_rule
        "on": a purchase in window k (the first one counts in window 0); "on-or-after": in one of
        the windows k … k + `cap`, mature when the last of these has closed; "on-or-before": a
        purchase after the first one in one of the windows 0 … k.
    start_rule
        "first": the first-ever purchase; "first-matching": the first purchase that the filter
        lets through, be it the customer's first or tenth; "recurring": every period with a
        (matching) purchase begins a cohort membership, so one customer is in many cohorts.
    cap
        Windows that "on-or-after" looks ahead.
    periods
        Largest k shown; all by default, 90 for days.
    brackets
        Days after the start, such as 1-3,4-7,8-14, instead of windows of equal length; day 0 comes
        before them. They must follow one another. Windows are then elapsed ones.
    item, category, channel
        Purchases that may start a cohort: holding this item or category, through this channel.
        With "first" they choose who is shown, by the first-ever purchase, and never change who is
        new. Any later purchase counts as coming back.
    by
        Column of `analytics.breakdown.BREAKDOWNS`, or "attributes.NAME".
    first_weekday
        Weeks begin on this weekday (0 is Monday).

    Returns
    -------
    DataFrame
        (group,) cohort (first day of its period), period_index, cohort_size, active, rate,
        ci_lower, ci_upper (Wilson, 95 %), orders, revenue (of valid orders in window k, renewals
        and instalments included, whatever the return rule), cumulative_revenue (windows 0 … k),
        is_mature, orders_per_customer, revenue_per_customer and cumulative_revenue_per_customer
        (each per acquired customer), is_left_truncated, maturity ("complete": mature;
        "in-progress": open for some member; "unreached": null), with brackets also `bracket`. One
        row per cohort and k up to the oldest cohort's reach; a cohort without customers has none.

    Raises
    ------
    InvalidSettingError
        If `cap` or `periods` is negative, or the brackets overlap or leave a gap.

    Notes
    -----
    Own definition; elapsed windows as in Amplitude and Mixpanel, by whole days.
    """
    view = View(
        as_of,
        period,
        window,
        return_rule,
        start_rule,
        cap,
        by,
        first_weekday,
        parse_brackets(brackets),
        item,
        category,
        channel,
    )
    marts = (purchases, customer_summary, orders, purchase_items)
    return triangle(marts, view, periods=periods)


def triangle(
    marts: tuple[Any, Any, Any, Any],
    view: View,
    *,
    periods: int | None = None,
    begin: int = 0,
    cohorts: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Cut the triangle of a view: the table of `retention`.

    `marts` are purchases, customer_summary, orders and purchase_items; without orders (None) the
    money is null, and costs nothing. `cohorts` are the numbers of the periods that are wanted;
    windows before `begin` need not be counted.
    """
    for name, value in (("cap", view.cap), ("periods", periods or 0)):
        if value < 0:
            raise InvalidSettingError(name, value, "give a whole number from 0")
    purchases, customer_summary, orders, purchase_items = marts
    starts = members(purchases, customer_summary, view, purchase_items)
    if cohorts is not None:
        starts = starts.filter(starts.cohort.isin(cohorts))
    cells = whole_grid(starts, view, periods)
    found = visits(purchases, None if view.is_plain else starts, view)
    if cohorts is not None:
        found = found.filter(found.cohort.isin(cohorts))
    if periods is not None:
        ahead = view.cap if view.return_rule == "on-or-after" else 0
        found = found.filter(found.period_index <= periods + ahead)
    if begin and view.return_rule != "on-or-before":
        found = found.filter(found.period_index >= begin)
    cells = _with_counts(cells, counts(found, view, has_money=orders is not None), view)
    cells = _with_renewals(
        cells, None if orders is None else collect(renewals(orders, starts, view))
    )
    return _contract(cells, view, begun_until(customer_summary, view))


def whole_grid(starts: Any, view: View, periods: int | None) -> pd.DataFrame:
    """Cross the cohorts of these members with every window, up to `periods` or the usual end."""
    last = LAST_INDEX.get(view.period) if periods is None and not view.brackets else periods
    return grid_of(collect(sizes(starts)), view, last)


def begun_until(customer_summary: Any, view: View) -> int | None:
    """Up to which day cohorts are left-truncated; None where a customer may begin many times."""
    if view.start_rule == "recurring":
        return None
    return truncated_until(customer_summary, as_of=view.as_of)


def with_brackets(table: pd.DataFrame, view: View) -> tuple[pd.DataFrame, list[str]]:
    """Name the bracket of each row where the view has brackets; returns the columns added, too."""
    if not view.brackets:
        return table, []
    names = np.array([bracket_name(bracket) for bracket in view.brackets], dtype=object)
    return table.assign(bracket=names[table["period_index"].to_numpy(int)]), ["bracket"]


def _running(cells: pd.DataFrame, column: str) -> npt.NDArray[Any]:
    """Sum over the windows 0 … k of each cohort; the grid is whole, so it is a matrix."""
    matrix = cells[column].to_numpy().reshape(len(cells) // max(_width(cells), 1), -1)
    return matrix.cumsum(axis=1).ravel()


def _width(cells: pd.DataFrame) -> int:
    return 0 if cells.empty else int(cells["period_index"].max()) + 1


def _with_counts(cells: pd.DataFrame, counted: pd.DataFrame, view: View) -> pd.DataFrame:
    merged = cells.merge(counted, on=CELL, how="left")
    merged["active"] = merged.pop("n").fillna(0).astype("int64")
    if view.return_rule == "on-or-before" and len(merged):
        merged["active"] = _running(merged, "active")
    return merged


def _with_renewals(cells: pd.DataFrame, renewed: pd.DataFrame | None) -> pd.DataFrame:
    """Add the money of orders that are no purchases; without orders no money is told."""
    if renewed is None:
        return cells.assign(orders=pd.NA, revenue=np.nan, cumulative_revenue=np.nan)
    merged = cells.merge(renewed, on=CELL, how="left", suffixes=("", "_renewed"))
    for name, dtype in (("orders", "int64"), ("revenue", "float64")):
        both = merged[name].fillna(0) + merged.pop(f"{name}_renewed").fillna(0)
        merged[name] = both.astype(dtype)
    merged["cumulative_revenue"] = _running(merged, "revenue") if len(merged) else 0.0
    return merged


def _contract(cells: pd.DataFrame, view: View, until: int | None) -> pd.DataFrame:
    reached = cells["is_reached"]
    for column in ("active", "orders"):
        cells[column] = cells[column].astype("Int64").where(reached)
    for column in ("revenue", "cumulative_revenue"):
        cells[column] = cells[column].where(reached)
    table = with_rate(cells, "active", "cohort_size")
    size = table["cohort_size"].astype("float64")
    table = table.assign(
        cohort=table["cohort_start"],
        orders_per_customer=table["orders"].astype("float64") / size,
        revenue_per_customer=table["revenue"] / size,
        cumulative_revenue_per_customer=table["cumulative_revenue"] / size,
        is_left_truncated=is_truncated(table["first_start"], until),
    )
    columns = [*group_column(view.by), "cohort", "period_index", "cohort_size", "active", "rate"]
    columns += ["ci_lower", "ci_upper", "orders", "revenue", "cumulative_revenue", "is_mature"]
    columns += ["orders_per_customer", "revenue_per_customer", "cumulative_revenue_per_customer"]
    table, bracket = with_brackets(table, view)
    columns += ["is_left_truncated", "maturity", *bracket]
    order = [*group_column(view.by), "cohort", "period_index"]
    notes = [*truncation_note(until), *_immature_note(table)]
    return finish(table[columns], order, notes)


def _immature_note(table: pd.DataFrame) -> list[Note]:
    open_cells = int((table["active"].notna() & ~table["is_mature"]).sum())
    if not open_cells:
        return []
    text = "{cells:,} cells are still open for some members: they can only rise."
    return [Note("immature_cells", text, cells=open_cells)]
