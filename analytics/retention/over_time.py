"""Is month 3 improving?"""

from datetime import date
from typing import Any

import pandas as pd

from analytics.breakdown import group_column, split
from analytics.errors import InvalidSettingError
from analytics.periods import Period, period_of
from analytics.retention.brackets import parse_brackets
from analytics.retention.cohorts import triangle
from analytics.retention.windows import ReturnRule, StartRule, View, Window
from analytics.tables import finish
from analytics.trend import Trend, trend_notes, trend_of


def retention_over_time(
    purchases: Any,
    customer_summary: Any,
    purchase_items: Any = None,
    *,
    as_of: date,
    index: int = 1,
    period: Period = "month",
    window: Window = "calendar",
    return_rule: ReturnRule = "on",
    start_rule: StartRule = "first",
    cap: int = 3,
    brackets: tuple[str, ...] | None = None,
    item: str | None = None,
    category: str | None = None,
    channel: str | None = None,
    by: str | None = None,
    first_weekday: int = 0,
) -> pd.DataFrame:
    """Do newer cohorts come back in period k more often than older ones did?

    One column of the triangle, read down: every cohort at the same age. Left-truncated cohorts are
    shown but not tested: their old customers look new.

    Parameters
    ----------
    purchases, customer_summary, purchase_items
        The marts; the last one only for a filter by item or category.
    as_of
        Local day up to which the data reach.
    index
        k, from 0.
    period, window, return_rule, start_rule, cap, brackets, item, category, channel, by
        As in `analytics.retention.cohorts.retention`.
    first_weekday
        Weeks begin on this weekday (0 is Monday).

    Returns
    -------
    DataFrame
        (group,) cohort (first day of its period), period_index, numerator, denominator, rate,
        ci_lower, ci_upper (Wilson, 95 %), is_mature, maturity, is_left_truncated; cohorts that have
        reached period k. The trend over the complete ones stands in the notes and in
        `attrs["trend"]`; with a breakdown those of the groups in `attrs["trends"]`, by their names,
        None for the unknown group.

    Raises
    ------
    InvalidSettingError
        If `index` is negative.

    Notes
    -----
    Trend test of Cochran and Armitage, widened where cohorts scatter more than chance; see
    `analytics.trend.trend`.
    """
    if index < 0:
        raise InvalidSettingError("index", index, "give a whole number from 0")
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
    marts = (purchases, customer_summary, None, purchase_items)
    cells: Any = triangle(marts, view, periods=max(index, 1), begin=index)
    cells = cells[(cells["period_index"] == index) & cells["active"].notna()]
    numbers = [
        period_of(day.date(), period, first_weekday=first_weekday) for day in cells["cohort"]
    ]
    table = cells.rename(columns={"active": "numerator", "cohort_size": "denominator"})
    table = table.assign(number=numbers)
    columns = [*group_column(by), "cohort", "period_index", "numerator", "denominator", "rate"]
    columns += ["ci_lower", "ci_upper", "is_mature", "maturity", "is_left_truncated"]
    result = finish(table[columns], [*group_column(by), "cohort"], cells.attrs["notes"])
    if by is not None:
        result.attrs["trends"] = {group: _trend(part) for group, part in split(table)}
        return result
    result.attrs["trend"] = found = _trend(table)
    result.attrs["notes"] += trend_notes(found)
    return result


def _trend(table: Any) -> Trend | None:
    """Trend of the cohorts whose customers are surely new."""
    return trend_of(table[~table["is_left_truncated"]], "number", "numerator", "denominator")
