"""Is the base growing, or leaking as fast as it fills?"""

from datetime import date
from typing import Any

import ibis
import numpy as np
import pandas as pd

from analytics.breakdown import group_column, split, with_group
from analytics.periods import Period, is_complete, period_number, period_of, period_starts
from analytics.retention.truncation import is_truncated, truncated_until, truncation_note
from analytics.retention.windows import View, begun_as_asked
from analytics.tables import collect, finish


def lifecycle(
    purchases: Any,
    customer_summary: Any,
    purchase_items: Any = None,
    *,
    as_of: date,
    period: Period = "month",
    item: str | None = None,
    category: str | None = None,
    channel: str | None = None,
    by: str | None = None,
    first_weekday: int = 0,
) -> pd.DataFrame:
    """How many buyers of each period are new, returning or resurrected, and how many went dormant?

    new: first-ever purchase in the period. returning: active in it and in the one before.
    resurrected: active in it, not in the one before, not new. dormant: active in the one before,
    not in it. Quick ratio: (new + resurrected) ÷ dormant.

    Parameters
    ----------
    purchases, customer_summary, purchase_items
        The marts; the last one only for a filter by item or category.
    as_of
        Local day up to which the data reach.
    period, first_weekday
        Calendar periods; weeks begin on this weekday (0 is Monday).
    item, category, channel
        Customers whose first-ever purchase held this item or category, came through this channel;
        all their purchases count, and the filter never changes who is new.
    by
        Column of `analytics.breakdown.BREAKDOWNS`, or "attributes.NAME".

    Returns
    -------
    DataFrame
        (group,) period (its first day), new, returning, resurrected, dormant (a positive count,
        drawn below the line), active, quick_ratio (null where nobody went dormant), is_mature (the
        period is over; before that `dormant` still holds everyone who may yet buy),
        is_left_truncated (many of the new may be old customers). Every period from the first
        purchase (of the group) to as-of has a row.

    Notes
    -----
    Definition after PostHog's lifecycle, but new means the first purchase, not the first profile.
    """
    view = View(as_of, period, item=item, category=category, channel=channel)
    known = purchases.filter(purchases.day <= as_of)
    known = begun_as_asked(known, purchases, purchase_items, view)
    known = known.mutate(number=period_number(known.day, period, first_weekday=first_weekday))
    people = known.group_by(["customer_number", "number"]).aggregate(
        first=known.purchase_number.min()
    )
    mine = ibis.window(group_by="customer_number", order_by="number")
    people = people.mutate(previous=people.number.lag().over(mine))
    people = people if by is None else with_group(people, customer_summary, by)
    is_new = people["first"] == 1
    was_active = people.previous == people.number - 1
    counts = collect(
        people.group_by([*group_column(by), "number"]).aggregate(
            new=people.count(where=is_new),
            returning=people.count(where=~is_new & was_active.fill_null(False)),  # noqa: FBT003
            active=people.count(),
        )
    )
    until = truncated_until(customer_summary, as_of=as_of)
    parts = [(None, counts)] if by is None or counts.empty else split(counts)
    table: Any = pd.concat(
        [_table(part, as_of, period, first_weekday).assign(group=name) for name, part in parts]
    )
    begins = table["period"].to_numpy().astype("datetime64[D]")
    table = table.assign(is_left_truncated=is_truncated(begins, until))
    columns = [*group_column(by), *(name for name in table if name != "group")]
    return finish(table[columns], [*group_column(by), "period"], truncation_note(until))


def _table(counts: pd.DataFrame, as_of: date, period: Period, first_weekday: int) -> pd.DataFrame:
    newest = period_of(as_of, period, first_weekday=first_weekday)
    oldest = newest + 1 if counts.empty else int(counts["number"].min())
    number = np.arange(oldest, newest + 1)
    table: Any = counts.set_index("number").reindex(number, fill_value=0).reset_index(drop=True)
    before = table["active"].shift(1, fill_value=0)
    table["resurrected"] = table["active"] - table["new"] - table["returning"]
    table["dormant"] = before - table["returning"]
    gained = (table["new"] + table["resurrected"]).to_numpy(float)
    lost = table["dormant"].to_numpy(float)
    table = table.assign(
        period=period_starts(number, period, first_weekday=first_weekday),
        quick_ratio=np.divide(gained, lost, out=np.full(len(table), np.nan), where=lost > 0),
        is_mature=is_complete(number, period, as_of=as_of, first_weekday=first_weekday),
    )
    columns = ["period", "new", "returning", "resurrected", "dormant", "active", "quick_ratio"]
    return table[[*columns, "is_mature"]]
