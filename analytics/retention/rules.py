"""What counts as coming back, as counts per cell."""

from typing import Any

import ibis
import pandas as pd

from analytics.retention.windows import MEMBER, View
from analytics.tables import collect

CELL = ["group", "cohort", "period_index"]


def changes(active: Any, view: View) -> pd.DataFrame:
    """Count members per cell, in column `n`, or by how many they change from window to window.

    Only "on" counts each window by itself; for the two others the sum over the windows 0 … k is
    what the cell holds, which keeps a member who is active in many windows from being counted
    twice.
    """
    rules = {"on": _on, "on-or-before": _on_or_before, "on-or-after": _on_or_after}
    return rules[view.return_rule](active, view)


def _per_cell(rows: Any, index: Any) -> Any:
    counted = rows.group_by(group=rows.group, cohort=rows.cohort, period_index=index)
    return collect(counted.aggregate(n=rows.count()))


def _on(active: Any, _view: View) -> pd.DataFrame:
    return _per_cell(active, active.period_index)


def _on_or_before(active: Any, _view: View) -> pd.DataFrame:
    returned = active.filter(active.has_returned)
    first = returned.group_by([*MEMBER, "group"]).aggregate(
        period_index=returned.period_index.min()
    )
    return _per_cell(first, first.period_index)


def _on_or_after(active: Any, view: View) -> pd.DataFrame:
    """Each active window j fills the windows before it, back to the previous one or the cap."""
    mine = ibis.window(group_by=MEMBER, order_by="period_index")
    rows = active.mutate(previous=active.period_index.lag().over(mine))
    since = ibis.greatest(rows.previous.fill_null(-1) + 1, rows.period_index - view.cap)
    begin = _per_cell(rows, ibis.greatest(since, 0))
    end = _per_cell(rows, rows.period_index + 1)
    both = pd.concat([begin, end.assign(n=-end["n"])])
    return both.groupby(CELL, dropna=False, sort=False)["n"].sum().reset_index()
