"""Is the base growing, or leaking as fast as it fills?"""

from datetime import date
from typing import Any

import ibis
import numpy as np
import pandas as pd

from analytics.periods import Period, is_complete, period_number, period_of, period_starts
from analytics.retention.truncation import is_truncated, truncated_until, truncation_note
from analytics.tables import collect, finish


def lifecycle(
    purchases: Any,
    customer_summary: Any,
    *,
    as_of: date,
    period: Period = "month",
    first_weekday: int = 0,
) -> pd.DataFrame:
    """How many buyers of each period are new, returning or resurrected, and how many went dormant?

    new: first-ever purchase in the period. returning: active in it and in the one before.
    resurrected: active in it, not in the one before, not new. dormant: active in the one before,
    not in it. Quick ratio: (new + resurrected) ÷ dormant.

    Parameters
    ----------
    purchases, customer_summary
        The marts.
    as_of
        Local day up to which the data reach.
    period, first_weekday
        Calendar periods; weeks begin on this weekday (0 is Monday).

    Returns
    -------
    DataFrame
        period (its first day), new, returning, resurrected, dormant (a positive count, drawn below
        the line), active, quick_ratio (null where nobody went dormant), is_mature (the period is
        over; before that `dormant` still holds everyone who may yet buy), is_left_truncated (many
        of the new may be old customers). Every period from the first purchase to as-of has a row.

    Notes
    -----
    Definition after PostHog's lifecycle, but new means the first purchase, not the first profile.
    """
    known = purchases.filter(purchases.day <= as_of)
    known = known.mutate(number=period_number(known.day, period, first_weekday=first_weekday))
    people = known.group_by(["customer_number", "number"]).aggregate(
        first=known.purchase_number.min()
    )
    mine = ibis.window(group_by="customer_number", order_by="number")
    people = people.mutate(previous=people.number.lag().over(mine))
    is_new = people["first"] == 1
    was_active = people.previous == people.number - 1
    counts = collect(
        people.group_by("number").aggregate(
            new=people.count(where=is_new),
            returning=people.count(where=~is_new & was_active.fill_null(False)),  # noqa: FBT003
            active=people.count(),
        )
    )
    until = truncated_until(customer_summary, as_of=as_of)
    table = _table(counts, as_of, period, first_weekday)
    begins = table["period"].to_numpy().astype("datetime64[D]")
    table = table.assign(is_left_truncated=is_truncated(begins, until))
    return finish(table, ["period"], truncation_note(until))


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
