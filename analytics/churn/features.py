"""What was known of every customer at the end of a day, and nothing that came later."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import numpy as np
import pandas as pd

from analytics.churn.returned import Returned, bought_by, held_by
from analytics.periods import DAY_S, epoch_day, epoch_days

WINDOWS = (30, 90, 180, 365)
"""Days before the cut over which recent purchases are counted."""

SEEN_DAYS = (30, 90)
"""The same for events."""


def features(
    purchases: Any,
    purchase_items: Any,
    events: Any = None,
    *,
    cut: date,
    zone: str = "UTC",
    refunds: Returned | None = None,
) -> Any:
    """What was known of every buyer at the end of this local day?

    The first thing done to each table is to drop the rows after the cut, and no column is read that
    a later row could have changed (`next_gap`, the totals of `customer_summary`).

    Parameters
    ----------
    purchases, purchase_items
        The marts.
    events
        `numbered(events, customer_summary)`, or None where the shop has no events.
    cut
        The last local day that is seen.
    zone
        The time zone of local days: events carry times, in UTC.
    refunds
        Refunds by their day (`analytics.churn.returned`): those after the cut have not happened.

    Returns
    -------
    Ibis table
        One row per customer with a purchase by the cut: customer_number, purchases, tenure and
        silent (days since the first and the last purchase), revenue, max_revenue, `bought_N`
        (purchases in the last N days), items, categories (distinct ones bought), and with events
        quiet (whole days since the last event; null without one), `seen_N` (events in the last N
        days), starts, finishes.

    Notes
    -----
    Own definition. A refund that a status or a column tells has no day of its own: such an order
    counts at every cut as the files say today, and the score tells how many there are.
    """
    table = _bought(bought_by(purchases, refunds, cut), cut)
    parts = [_breadth(held_by(purchase_items, refunds, cut))]
    if events is not None:
        parts.append(_seen(events, day_end(cut, zone)))
    for part in parts:
        table = table.left_join(part, "customer_number").drop("customer_number_right")
    counted = [name for part in parts for name in part.columns if name not in _NOT_COUNTS]
    return table.mutate(**{name: table[name].fill_null(0) for name in counted})


_NOT_COUNTS = ("customer_number", "quiet")


def _bought(known: Any, cut: date) -> Any:
    known = known.mutate(age=epoch_day(cut) - epoch_days(known.day))
    recent = {f"bought_{days}": known.count(where=known.age < days) for days in WINDOWS}
    return known.group_by("customer_number").aggregate(
        purchases=known.count(),
        tenure=known.age.max(),
        silent=known.age.min(),
        revenue=known.revenue.sum(),
        max_revenue=known.revenue.max(),
        **recent,
    )


def _breadth(known: Any) -> Any:
    return known.group_by("customer_number").aggregate(
        items=known.item_id.nunique(), categories=known.category.nunique()
    )


def _seen(events: Any, end: datetime) -> Any:
    known = events.filter(events.occurred_at < ibis.literal(end))
    last = epoch_seconds(end)
    known = known.mutate(age=(last - 1 - known.occurred_at.epoch_seconds()) // DAY_S)
    recent = {f"seen_{days}": known.count(where=known.age < days) for days in SEEN_DAYS}
    return known.group_by("customer_number").aggregate(
        quiet=known.age.min(),
        starts=known.count(where=known.event == "start"),
        finishes=known.count(where=known.event == "finish"),
        **recent,
    )


def numbered(events: Any, customer_summary: Any) -> Any:
    """Give the events of known customers with customer_number; None where there are none."""
    if not events.limit(1).count().execute():
        return None
    ids = customer_summary.select("customer_number", "customer_id")
    known = events.select("customer_id", "event", "occurred_at", "item_id")
    return known.inner_join(ids, "customer_id").drop("customer_id")


def day_end(day: date, zone: str) -> datetime:
    """UTC time at which the local day ends.

    >>> day_end(date(2024, 1, 1), "Asia/Shanghai")
    datetime.datetime(2024, 1, 1, 16, 0)
    """
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    return midnight.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def epoch_seconds(moment: datetime) -> int:
    """Seconds from 1970 to a UTC time without a zone."""
    return int(moment.replace(tzinfo=ZoneInfo("UTC")).timestamp())


def with_rhythm(table: pd.DataFrame) -> pd.DataFrame:
    """Add rhythm (mean days between purchases) and overdue (silent ÷ rhythm); NaN after one.

    >>> table = pd.DataFrame({"purchases": [1, 3], "tenure": [9, 80], "silent": [9, 20]})
    >>> with_rhythm(table)[["rhythm", "overdue"]].to_numpy().tolist()
    [[nan, nan], [30.0, 0.6666666666666666]]
    """
    repeats = table["purchases"].to_numpy(float) - 1
    span = table["tenure"].to_numpy(float) - table["silent"].to_numpy(float)
    rhythm = np.divide(span, repeats, out=np.full(len(table), np.nan), where=repeats > 0)
    silent = table["silent"].to_numpy(float)
    return table.assign(rhythm=rhythm, overdue=silent / np.maximum(rhythm, 1))
