"""Who is behind a cell?"""

from datetime import date
from typing import Any

from analytics.errors import InvalidSettingError
from analytics.periods import Period, period_of
from analytics.retention.brackets import parse_brackets
from analytics.retention.windows import ReturnRule, StartRule, View, Window, members, visits
from analytics.tables import collect


def cell_people(
    purchases: Any,
    customer_summary: Any,
    purchase_items: Any = None,
    *,
    as_of: date,
    cohort: date,
    period_index: int,
    active: bool = True,
    period: Period = "month",
    window: Window = "calendar",
    return_rule: ReturnRule = "on",
    start_rule: StartRule = "first",
    cap: int = 3,
    brackets: tuple[str, ...] | None = None,
    item: str | None = None,
    category: str | None = None,
    channel: str | None = None,
    group: str | None = None,
    by: str | None = None,
    first_weekday: int = 0,
) -> list[int]:
    """Which customers does a cell of the triangle count, or which of its cohort does it not?

    Parameters
    ----------
    purchases, customer_summary, purchase_items
        The marts; the last one only for a filter by item or category.
    cohort
        Any day of the cohort's period.
    period_index
        k.
    active
        True for those whom the cell counts as active, False for the rest of the cohort.
    group, by
        The group of a broken-down triangle, None for the customers whose group is unknown.
    as_of, period, window, return_rule, start_rule, cap, brackets, item, category, channel
        As in `analytics.retention.cohorts.retention`.
    first_weekday
        Weeks begin on this weekday (0 is Monday).

    Returns
    -------
    list of int
        Customer numbers, ascending: as many as `active` of the cell, or `cohort_size` less that.

    Raises
    ------
    InvalidSettingError
        If `period_index` is negative.
    """
    if period_index < 0:
        raise InvalidSettingError("period_index", period_index, "give a whole number from 0")
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
    starts = members(purchases, customer_summary, view, purchase_items)
    cohort_number = period_of(cohort, period, first_weekday=first_weekday)
    starts = starts.filter(starts.cohort == cohort_number)
    if by is not None:
        starts = starts.filter(starts.group.isnull() if group is None else starts.group == group)
    back = visits(purchases, starts, view)
    back = back.filter(_counts_in(back, period_index, view)).select("customer_number").distinct()
    chosen = back if active else starts.anti_join(back, "customer_number")
    return sorted(collect(chosen.select("customer_number"))["customer_number"].tolist())


def _counts_in(visits: Any, index: int, view: View) -> Any:
    if view.return_rule == "on":
        return visits.period_index == index
    if view.return_rule == "on-or-before":
        return visits.is_first_return & (visits.period_index <= index)
    return visits.period_index.between(index, index + view.cap)
