"""Where every buyer stands at as-of: silence, purchases, money."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.churn.at_risk import Silence, silence_thresholds
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

    def chance(self) -> npt.NDArray[np.float64]:
        """Chance of each buyer to buy again within 90 days, given the silence; NaN if unknown.

        Read from the curve of those with as many purchases (1, 2, 3 and more); beyond the follow-up
        the last known chance stands.
        """
        result = np.full(len(self.table), np.nan)
        group = np.minimum(self.table["purchases"].to_numpy(), _GROUPS[-1])
        for number, curve in self.curves.items():
            chosen = group == number
            silent = np.minimum(
                self.table["recency_days"].to_numpy()[chosen], curve.last_day - HORIZON
            )
            if curve.last_day >= HORIZON:
                result[chosen] = curve.chance(np.maximum(silent, 0), HORIZON)[0]
        return result


def standing(purchases: Any, customer_summary: Any, orders: Any, *, as_of: date) -> Standing:
    """Collect where every buyer stands at as-of; later purchases and orders do not exist yet."""
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
    table["revenue"] = table["revenue"].fillna(0.0)
    silence = silence_thresholds(purchases, as_of=as_of, horizon=HORIZON)
    return Standing(table, silence, _curves(purchases, as_of))


def _curves(purchases: Any, as_of: date) -> dict[int, Curve]:
    known = waits(purchases, as_of)
    last = _GROUPS[-1]
    step = (known.purchase_number > last).ifelse(last, known.purchase_number)
    counts = count_waits(known.mutate(step=step), "step")
    pooled = curve_of(counts)
    curves = {}
    for number in _GROUPS:
        part = counts[counts["step"] == number]
        enough = int(part["events"].sum()) >= _MIN_EVENTS
        curve = curve_of(part) if enough else pooled
        if curve is not None:
            curves[number] = curve
    return curves
