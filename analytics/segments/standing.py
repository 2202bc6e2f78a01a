"""Where every buyer stands at as-of: silence, purchases, money."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.churn.at_risk import Silence, thresholds_of
from analytics.churn.lifetimes import last_purchases
from analytics.kaplan_meier import Curve
from analytics.periods import epoch_day, epoch_days
from analytics.repurchase.waits import count_waits, curve_of, waits
from analytics.tables import collect

HORIZON = 90
_MIN_EVENTS = 20
_GROUPS = (1, 2, 3)  # once, twice, three times and more


@dataclass(frozen=True)
class Standing:
    """All buyers of a shop at one day, and the shop's own measures of silence.

    `table`: customer_number, recency_days (since the last purchase), age_days (since the first),
    purchases, last_gap (days before the last purchase; null for one), revenue (of all valid
    orders), days_to_second; one row per buyer, by number.
    """

    table: pd.DataFrame
    silence: Silence
    curves: dict[int, Curve]

    def chance(self, wanted: npt.NDArray[np.bool_] | None = None) -> npt.NDArray[np.float64]:
        """Chance of each buyer to buy again within 90 days, given the silence; NaN if unknown.

        Of the `wanted` rows of the table alone, where given. Read from the curve of those with as
        many purchases (1, 2, 3 and more); beyond the follow-up the last known chance stands.
        """
        table: Any = self.table if wanted is None else self.table[wanted]
        result = np.full(len(table), np.nan)
        group = np.minimum(table["purchases"].to_numpy(), _GROUPS[-1])
        for number, curve in self.curves.items():
            chosen = group == number
            silent = np.minimum(table["recency_days"].to_numpy()[chosen], curve.last_day - HORIZON)
            if curve.last_day >= HORIZON:
                result[chosen] = curve.chance(np.maximum(silent, 0), HORIZON)[0]
        return result


_GIVEN: ContextVar[Standing | None] = ContextVar("given", default=None)


@contextmanager
def given(shop: Standing) -> Iterator[None]:
    """Let `standing` give this one meanwhile: several reports of one shop need not count anew."""
    token = _GIVEN.set(shop)
    try:
        yield
    finally:
        _GIVEN.reset(token)


def standing(purchases: Any, customer_summary: Any, orders: Any, *, as_of: date) -> Standing:
    """Collect where every buyer stands at as-of; later purchases and orders do not exist yet."""
    known = _GIVEN.get()
    if known is not None:
        return known
    if _reach(orders) <= as_of:
        table = _now(purchases, customer_summary, as_of)
    else:
        table = _then(purchases, customer_summary, orders, as_of)
    counts = _counts(purchases, as_of)
    pooled = counts.groupby("duration", as_index=False)[["events", "censored"]].sum()
    silence = thresholds_of(curve_of(pooled), horizon=HORIZON)
    return Standing(table, silence, _curves(counts))


def _reach(orders: Any) -> date:
    """Give the day of the last order; without any the first day of all."""
    last = collect(orders.aggregate(last=orders.day.max()))["last"].iloc[0]
    return date.min if pd.isna(last) else last.date()


def _now(purchases: Any, customer_summary: Any, as_of: date) -> pd.DataFrame:
    """Read off the summaries, which know all that was bought up to the newest day."""
    buyers = customer_summary.filter(customer_summary.purchases > 0)
    rows = buyers.select(
        "customer_number",
        recency_days=epoch_day(as_of) - epoch_days(buyers.last_day),
        age_days=epoch_day(as_of) - epoch_days(buyers.first_day),
        purchases=buyers.purchases,
        revenue=buyers.revenue,
        days_to_second=buyers.days_to_second,
    )
    last = purchases.filter(purchases.next_gap.isnull()).select("customer_number", last_gap="gap")
    gaps: Any = collect(last).sort_values("customer_number", ignore_index=True)
    table = collect(rows).sort_values("customer_number", ignore_index=True)
    table.insert(4, "last_gap", gaps["last_gap"])
    return table


def _then(purchases: Any, customer_summary: Any, orders: Any, as_of: date) -> pd.DataFrame:
    """Count up to an earlier day."""
    last = last_purchases(purchases, as_of)
    last = last.select(
        "customer_number",
        recency_days=last.follow_up,
        age_days=epoch_day(as_of) - epoch_days(last.first_day),
        purchases=last.purchase_number,
        last_gap=last.gap,
    )
    paid = orders.filter(orders.is_valid, orders.customer_number.notnull(), orders.day <= as_of)
    paid = paid.group_by("customer_number").aggregate(revenue=paid.revenue.sum())
    second = customer_summary.select("customer_number", "days_to_second")
    rows = last.left_join(paid, "customer_number").drop("customer_number_right")
    rows = rows.left_join(second, "customer_number").drop("customer_number_right")
    table = collect(rows).sort_values("customer_number", ignore_index=True)
    return table.assign(revenue=table["revenue"].fillna(0.0))


def _counts(purchases: Any, as_of: date) -> pd.DataFrame:
    """Count the waits after the first, the second and later purchases."""
    known = waits(purchases, as_of)
    last = _GROUPS[-1]
    step = (known.purchase_number > last).ifelse(last, known.purchase_number)
    return count_waits(known.mutate(step=step), "step")


def _curves(counts: pd.DataFrame) -> dict[int, Curve]:
    pooled = curve_of(counts)
    curves = {}
    for number in _GROUPS:
        part = counts[counts["step"] == number]
        enough = int(part["events"].sum()) >= _MIN_EVENTS
        curve = curve_of(part) if enough else pooled
        if curve is not None:
            curves[number] = curve
    return curves
