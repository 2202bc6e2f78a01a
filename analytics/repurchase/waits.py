"""The waits from one purchase to the next, counted: what every repurchase curve is made of."""

from datetime import date
from typing import Any

import pandas as pd

from analytics.breakdown import ALL, with_group
from analytics.kaplan_meier import Curve, kaplan_meier
from analytics.periods import epoch_day, epoch_days
from analytics.tables import collect


def waits(purchases: Any, as_of: date) -> Any:
    """One row per purchase by as-of: `duration` in days to the next or to as-of, `is_event`.

    A next purchase after as-of does not exist yet, so moving as-of back gives what was known then.
    """
    known = purchases.filter(purchases.day <= as_of)
    known = known.mutate(follow_up=epoch_day(as_of) - epoch_days(known.day))
    has_next = known.next_gap.notnull() & (known.next_gap <= known.follow_up)
    known = known.mutate(is_event=has_next)
    return known.mutate(duration=known.is_event.ifelse(known.next_gap, known.follow_up))


def count_waits(table: Any, *keys: str) -> pd.DataFrame:
    """Count waits by keys and length: columns keys, duration, events, censored, sorted.

    The whole mart becomes as many rows as there are distinct lengths, so that the estimate costs
    nothing.
    """
    counts = table.group_by([*keys, "duration"]).aggregate(
        events=table.count(where=table.is_event), censored=table.count(where=~table.is_event)
    )
    return collect(counts).sort_values([*keys, "duration"], ignore_index=True)


def count_by_group(table: Any, customers: Any, by: str | None) -> pd.DataFrame:
    """Count waits by group and length: columns group, duration, events, censored, sorted.

    Without a breakdown all are one group, and the engine need not group by it.
    """
    if by is None:
        return count_waits(table).assign(group=ALL)
    return count_waits(with_group(table, customers, by), "group")


def curve_of(counts: Any) -> Curve | None:
    """Kaplan-Meier curve of counted waits; None when there are none."""
    return kaplan_meier(counts["duration"], counts["events"], counts["censored"])


def step_curve(purchases: Any, *, as_of: date, step: int | None = 1) -> Curve | None:
    """Curve of the days from purchase n = `step` to the next; over all purchases if None."""
    chosen = purchases if step is None else purchases.filter(purchases.purchase_number == step)
    return curve_of(count_waits(waits(chosen.select("day", "next_gap"), as_of)))
