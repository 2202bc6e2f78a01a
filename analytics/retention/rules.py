"""What counts as coming back, as counts per cell."""

from typing import Any

import ibis
import numpy as np
import pandas as pd

from analytics.retention.windows import CELL, View
from analytics.tables import collect


def counts(visits: Any, view: View, *, has_money: bool = True) -> pd.DataFrame:
    """Count members, orders and revenue per cell: CELL, n, and with money orders, revenue.

    With "on-or-before" a member is counted in the window of the first return only: the cell holds
    the sum over the windows 0 … k.
    """
    is_new = visits.is_first_return if view.return_rule == "on-or-before" else _is_first(visits)
    sums = {"orders": visits.n_orders.sum(), "revenue": visits.revenue.sum()}
    cells = collect(
        visits.group_by(CELL).aggregate(n=visits.count(where=is_new), **(sums if has_money else {}))
    )
    if view.return_rule != "on-or-after":
        return cells
    return cells.drop(columns="n").merge(_ahead(visits, view.cap), on=CELL, how="outer")


def _is_first(visits: Any) -> Any:
    """Whether a purchase is the member's first in its window."""
    return visits.before.isnull() | (visits.before != visits.period_index)


def _ahead(visits: Any, cap: int) -> pd.DataFrame:
    """Count for every k the members active in one of the windows k … k + cap.

    An active window j speaks for k = j − cap … j, less what the active window before
    has spoken for.
    """
    active = visits.filter(_is_first(visits))
    since = ibis.greatest(active.period_index - cap, active.before.fill_null(-1) + 1, 0)
    runs = collect(
        active.group_by(
            group=active.group, cohort=active.cohort, since=since, until=active.period_index
        ).aggregate(n=active.count())
    )
    length = (runs["until"] - runs["since"] + 1).to_numpy(int)
    spread = runs.loc[runs.index.repeat(length)]
    within = np.arange(length.sum()) - np.repeat(length.cumsum() - length, length)
    spread = spread.assign(period_index=spread["since"].to_numpy(int) + within)
    return spread.groupby(CELL, dropna=False, as_index=False)["n"].sum()
