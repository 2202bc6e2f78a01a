"""How long do customers of each kind usually wait, and what is left of the chance?"""

from typing import Any

import numpy as np
import pandas as pd

from analytics.kaplan_meier import Curve
from analytics.repurchase.quantiles import weighted_quantiles
from analytics.repurchase.waits import curve_of

OWN_CYCLE = 3
"""Purchases from which on a customer has a cycle of one's own; one curve serves all of these."""

_MIN_EVENTS = 30
_CHANCE = ["chance", "ci_lower", "ci_upper"]


class Cycles:
    """The curve of every group and step, the whole shop's where the group has too few waits.

    `usual` has one row per group and step below `OWN_CYCLE`: key (the group, "" where unknown),
    usual_step, cycle_days, basis.
    """

    def __init__(self, counts: pd.DataFrame) -> None:
        self._curves: dict[tuple[str, int], Curve] = {}
        rows = []
        parts: Any = counts.groupby(["group", "step"], dropna=False)
        for (group, step), part in parts:
            is_enough = part["events"].sum() >= _MIN_EVENTS
            curve = curve_of(part if is_enough else counts[counts["step"] == step])
            if curve is not None:
                self._curves[_key(group), int(step)] = curve
                rows.append((_key(group), int(step), *_usual(curve)))
        columns = pd.Index(["key", "usual_step", "cycle_days", "basis"])
        table: Any = pd.DataFrame(rows, columns=columns).astype(
            {"key": str, "usual_step": "int64", "cycle_days": "float64", "basis": str}
        )
        self.usual = table[table["usual_step"] < OWN_CYCLE].dropna(subset=["cycle_days"])

    def with_chance(self, people: pd.DataFrame, within: int) -> pd.DataFrame:
        """Add the chance of a purchase in the next days given `silent`, its interval, its n."""
        people = people.assign(n_at_risk=0, **dict.fromkeys(_CHANCE, np.nan))
        keys: Any = people["group"].map(_key)
        parts: Any = people.groupby([keys, "step"])
        for (group, step), part in parts:
            curve, silent = self._curves[group, int(step)], part["silent"].to_numpy(int)
            for name, values in zip(_CHANCE, curve.chance(silent, within), strict=True):
                people.loc[part.index, name] = values
            people.loc[part.index, "n_at_risk"] = curve.waiting(silent)
        return people


def _key(group: Any) -> str:
    return "" if pd.isna(group) else str(group)


def _usual(curve: Curve) -> tuple[float, str]:
    """Median wait of everyone; of those who came back, where fewer than half ever do."""
    median = curve.quantile(0.5)
    if median is not None:
        return float(median), "curve"
    return float(weighted_quantiles(curve.day, curve.n_events, [0.5])[0]), "repeaters"
