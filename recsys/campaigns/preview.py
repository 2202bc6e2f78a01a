"""How a target list comes about, before it is drawn: who is left after each step."""

from typing import Any

import pandas as pd

from recsys.campaigns.filters import Filters, without
from recsys.campaigns.lists import customers, members_of, suppressed, worth_most_first

STEPS = ("segment", "filters", "suppressed")


def preview(ws: Any, members: pd.DataFrame, segment: str, filters: Filters) -> pd.DataFrame:
    """Who of the segment would be listed, and who falls out where?

    Parameters
    ----------
    ws : the workspace.
    members : as in `recsys.campaigns.lists.create`.
    segment : which of them.
    filters : bounds and suppressions.

    Returns
    -------
    DataFrame customer_id, chance, at_stake (null where no forecast made the segments),
    recency_days, purchases, revenue, channel, step: the last one that the customer passes,
    "segment" for those whom the filters leave out, "filters" for those suppressed because of
    earlier lists, "suppressed" for those who would be listed. The most at stake, then the most
    valuable first, ties by id.
    """
    own = members_of(members, segment).drop(columns="segment")
    people: Any = own.merge(customers(ws, own), on="customer_id", how="inner")
    inside = filters.apply(people)
    listed = without(inside, suppressed(ws, filters))
    steps = pd.Series(STEPS[0], index=people.index)
    steps[inside.index] = STEPS[1]
    steps[listed.index] = STEPS[2]
    return worth_most_first(people.assign(step=steps).drop(columns="last_day"))
