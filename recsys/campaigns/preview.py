"""How a target list comes about, before it is drawn: who is left after each step."""

from typing import Any

import pandas as pd

from recsys.campaigns.filters import Filters, without
from recsys.campaigns.lists import customers, suppressed

STEPS = ("segment", "filters", "suppressed")


def preview(ws: Any, members: pd.DataFrame, segment: str, filters: Filters) -> pd.DataFrame:
    """Who of the segment would be listed, and who falls out where?

    Parameters
    ----------
    ws : the workspace.
    members : customer_id, segment.
    segment : which of them.
    filters : bounds and suppressions.

    Returns
    -------
    DataFrame customer_id, recency_days, purchases, revenue, channel, step: the last one that the
    customer passes, "segment" for those whom the filters leave out, "filters" for those suppressed
    because of earlier lists, "suppressed" for those who would be listed. Most valuable first, ties
    by id.
    """
    own = members.loc[members["segment"] == segment, ["customer_id"]].drop_duplicates()
    people: Any = own.merge(customers(ws), on="customer_id", how="inner")
    inside = filters.apply(people)
    listed = without(inside, suppressed(ws, filters))
    steps = pd.Series(STEPS[0], index=people.index)
    steps[inside.index] = STEPS[1]
    steps[listed.index] = STEPS[2]
    table = people.assign(step=steps).drop(columns="last_day")
    return table.sort_values(["revenue", "customer_id"], ascending=[False, True], ignore_index=True)
