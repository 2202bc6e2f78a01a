"""In how many of the last periods did each customer buy?"""

from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.breakdown import group_column, split, with_group
from analytics.errors import InvalidSettingError
from analytics.periods import (
    Period,
    last_complete,
    period_end_days,
    period_number,
    period_of,
    period_start_days,
)
from analytics.retention.windows import View, begun_as_asked
from analytics.tables import collect, finish, with_rate

Who = Literal["established", "buyers"]


def stickiness(
    purchases: Any,
    customer_summary: Any,
    purchase_items: Any = None,
    *,
    as_of: date,
    period: Period = "month",
    last: int = 12,
    who: Who = "established",
    item: str | None = None,
    category: str | None = None,
    channel: str | None = None,
    by: str | None = None,
    first_weekday: int = 0,
) -> pd.DataFrame:
    """In how many of the last n periods do customers buy?

    Counts customers by the exact number d of complete periods, out of the last n, in which they
    made a purchase. By default of the customers who had bought before the first of these periods:
    all of them could have bought in each, so nobody looks less loyal for being new.

    Parameters
    ----------
    purchases, customer_summary, purchase_items
        The marts; the last one only for a filter by item or category.
    as_of
        Local day up to which the data reach.
    period, first_weekday
        Calendar periods; weeks begin on this weekday (0 is Monday).
    last
        n; fewer where the data hold fewer complete periods.
    who
        "established": customers whose first purchase lies before the n periods, d = 0 … n;
        "buyers": everyone with a purchase in them, d = 1 … n, newcomers included.
    item, category, channel
        Customers whose first-ever purchase held this item or category, came through this channel;
        all their purchases count.
    by
        Column of `analytics.breakdown.BREAKDOWNS`, or "attributes.NAME". The n periods are the same
        for every group.

    Returns
    -------
    DataFrame
        (group,) active_periods (d), numerator (customers with exactly d), denominator, rate,
        ci_lower, ci_upper (Wilson, 95 %), at_least (customers with d or more), at_least_rate,
        periods (n), is_mature (all n periods are over and somebody counts). Without established
        customers the rates are null; a group without anybody who counts has no rows.

    Raises
    ------
    InvalidSettingError
        If `last` is below 1.

    Notes
    -----
    After the stickiness of PostHog and the frequency of Mixpanel, which count buyers only.
    """
    if last < 1:
        raise InvalidSettingError("last", last, "give a whole number from 1")
    view = View(as_of, period, item=item, category=category, channel=channel)
    newest = last_complete(as_of, period, first_weekday=first_weekday)
    known = purchases.filter(purchases.day <= as_of)
    known = begun_as_asked(known, purchases, purchase_items, view)
    first = _first_day(known)
    whole = (
        newest
        if first is None
        else period_of(first, period, first_weekday=first_weekday) + (who == "established")
    )
    oldest = max(whole, newest - last + 1)
    begin = int(period_start_days([oldest], period, first_weekday=first_weekday)[0])
    end = int(period_end_days([newest], period, first_weekday=first_weekday)[0])
    inside = known.filter(known.day.between(_day(begin), _day(end)))
    if who == "established":
        inside = inside.filter(inside.first_day < _day(begin))
    number = period_number(inside.day, period, first_weekday=first_weekday)
    last_day = inside.day - inside.gap.as_interval("D")
    before = period_number(last_day, period, first_weekday=first_weekday)
    # a purchase is the first in its period where the one before it lies in another
    firsts = inside.filter(inside.gap.isnull() | (before != number))
    people = firsts.group_by("customer_number").aggregate(d=firsts.count())
    counts = _counted(people, customer_summary, by, ["d"])
    old = None
    if who == "established":
        old = customer_summary.filter(customer_summary.first_day < _day(begin))
        old = begun_as_asked(old, purchases, purchase_items, view).select("customer_number")
        old = _counted(old, customer_summary, by, [])
    periods = max(newest - oldest + 1, 0)
    return _by_group(counts, periods, old, by)


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def _first_day(known: Any) -> date | None:
    first = collect(known.aggregate(first=known.day.min()))["first"].iloc[0]
    return None if pd.isna(first) else first.date()


def _counted(people: Any, customers: Any, by: str | None, keys: list[str]) -> pd.DataFrame:
    """Count people by these keys, and by their group where there is a breakdown."""
    people = people if by is None else with_group(people, customers, by)
    named = [*group_column(by), *keys]
    rows = people.group_by(named) if named else people
    return collect(rows.aggregate(n=people.count()))


def _by_group(
    counts: pd.DataFrame, n: int, old: pd.DataFrame | None, by: str | None
) -> pd.DataFrame:
    """Set the distribution of each group below the other; of everyone without a breakdown."""
    if by is None:
        total = None if old is None else int(old["n"].sum())
        return finish(_distribution(counts, n, total if n else 0), ["active_periods"])
    found = dict(split(counts))
    totals = dict.fromkeys(found) if old is None else _totals(old)
    tables = [
        _distribution(found.get(group, counts.head(0)), n, total if n else 0).assign(group=group)
        for group, total in totals.items()
    ]
    table: Any = pd.concat(tables) if tables else _distribution(counts, n, 0).head(0)
    columns = ["group", *(name for name in table if name != "group")]
    return finish(table.reindex(columns=columns), ["group", "active_periods"])


def _totals(old: pd.DataFrame) -> dict[str | None, int]:
    return {group: int(part["n"].sum()) for group, part in split(old)}


def _distribution(counts: pd.DataFrame, n: int, total: int | None) -> pd.DataFrame:
    exact = np.bincount(counts["d"].to_numpy(int), counts["n"].to_numpy(float), n + 1).astype(int)
    if total is not None:
        exact[0] = total - exact[1:].sum()
    first = 1 if total is None else 0
    customers = int(exact[first:].sum())
    at_least = exact[::-1].cumsum()[::-1]
    table = pd.DataFrame(
        {
            "active_periods": np.arange(first, n + 1),
            "numerator": exact[first:],
            "denominator": customers,
        }
    )
    return with_rate(table).assign(
        at_least=at_least[first:],
        at_least_rate=at_least[first:] / customers if customers else np.nan,
        periods=n,
        is_mature=customers > 0,
    )
