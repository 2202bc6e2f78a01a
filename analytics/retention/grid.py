"""Every cohort times every window, reached or not: what is missing must be seen to be missing."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.periods import (
    epoch_day,
    period_end_days,
    period_of,
    period_start_days,
    period_starts,
)
from analytics.retention.windows import View

Days = npt.NDArray[np.int64]

COMPLETE, IN_PROGRESS, UNREACHED = "complete", "in-progress", "unreached"
"""The window has closed for every member; has begun for some; has begun for nobody."""


def grid_of(sizes: pd.DataFrame, view: View, last_index: int | None) -> pd.DataFrame:
    """Cross the cohorts with k = 0 … and mark the cells whose window has begun, and has closed.

    Parameters
    ----------
    sizes
        One row per group and cohort: `cohort_size`, `first_start`, `last_start` (days from
        1970-01-01).
    view
        How the triangle is cut.
    last_index
        Largest k; None for as far as the oldest cohort reaches, or all brackets of the view.

    Returns
    -------
    DataFrame
        The columns of `sizes`, cohort_start, period_index, is_reached, is_mature, maturity; sorted.
    """
    ordered = sizes.sort_values(["group", "cohort"], na_position="last", ignore_index=True)
    reach = _reach(ordered, view)
    width = 1 + (reach if last_index is None else min(reach, last_index))
    grid = ordered.loc[ordered.index.repeat(width)].reset_index(drop=True)
    index = np.tile(np.arange(width), len(ordered))
    ahead = view.cap if view.return_rule == "on-or-after" else 0
    begin, _ = _bounds(grid, index, view)
    _, end = _bounds(grid, index + ahead, view)
    today = epoch_day(view.as_of)
    is_reached, is_mature = begin <= today, end <= today
    return grid.assign(
        cohort_start=period_starts(grid["cohort"], view.period, first_weekday=view.first_weekday),
        period_index=index,
        is_reached=is_reached,
        is_mature=is_mature,
        maturity=np.select([is_mature, is_reached], [COMPLETE, IN_PROGRESS], UNREACHED),
    )


def _reach(sizes: pd.DataFrame, view: View) -> int:
    if view.brackets:
        return len(view.brackets) - 1
    if sizes.empty:
        return 0
    if view.is_elapsed:
        return int((epoch_day(view.as_of) - sizes["first_start"].min()) // view.window_days)
    now = period_of(view.as_of, view.period, first_weekday=view.first_weekday)
    return now - int(sizes["cohort"].min())


def _bounds(grid: pd.DataFrame, index: npt.NDArray[Any], view: View) -> tuple[Days, Days]:
    """First day of window k for the earliest member, last day of it for the latest possible one."""
    cohort = grid["cohort"].to_numpy()
    if not view.is_elapsed:
        begin = period_start_days(cohort + index, view.period, first_weekday=view.first_weekday)
        return begin, period_end_days(cohort + index, view.period, first_weekday=view.first_weekday)
    first, last = _days_after(index, view)
    begin, end = grid["first_start"].to_numpy() + first, grid["last_start"].to_numpy() + last
    cohort_end = period_end_days(cohort, view.period, first_weekday=view.first_weekday)
    return begin, np.maximum(end, cohort_end)


def _days_after(index: npt.NDArray[Any], view: View) -> tuple[Days, Days]:
    """First and last day of window k, counted from the start; looking ahead ends at the last."""
    if not view.brackets:
        return index * view.window_days, (index + 1) * view.window_days - 1
    ends = np.array(view.brackets, dtype=np.int64)[np.minimum(index, len(view.brackets) - 1)]
    return ends[:, 0], ends[:, 1]
