"""What counts as coming back, as counts per cell."""

from typing import Any

import ibis
import numpy as np
import pandas as pd

from analytics.retention.windows import MEMBER, View
from analytics.tables import collect

CELL = ["group", "cohort", "period_index"]


def changes(active: Any, view: View) -> pd.DataFrame:
    """Count members per cell, in column `n`.

    With "on-or-before" a member is counted in the window of the first return only: the cell holds
    the sum over the windows 0 … k.
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
    """Each active window j counts for k = j − cap … j; a member counts once per cell.

    Copying a row cap + 1 times and grouping is several times faster than looking back in a window
    function, which sorts.
    """
    steps = ibis.memtable(pd.DataFrame({"ahead": np.arange(view.cap + 1)}))
    rows = active.select(*MEMBER, "group", "period_index").cross_join(steps)
    rows = rows.mutate(period_index=rows.period_index - rows.ahead)
    seen = rows.filter(rows.period_index >= 0).select(*MEMBER, "group", "period_index").distinct()
    return _per_cell(seen, seen.period_index)
