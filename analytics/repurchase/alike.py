"""How likely is a purchase in the coming days, after so many purchases and so long a silence?"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.kaplan_meier import Curve
from analytics.repurchase.waits import curve_of

STEPS = (1, 2, 3, 4, 5, 7, 10, 15, 25)
"""Numbers of purchases at which a class begins: its customers share one curve of waits."""

MIN_EVENTS = 30
"""Ended waits below which a class borrows a wider curve."""

MIN_WAITING = 30
"""Waits at risk below which a chance names nobody."""

ODDS = 2
"""How many times the odds of all customers together make a chance a high one."""

_MANY = 3  # purchases from which on one class may stand in for another


CAP = STEPS[-1]
"""Number of purchases beyond which customers are not told apart."""


def step_of(numbers: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Class of numbers of purchases: the largest of `STEPS` that each reaches.

    >>> step_of([1, 4, 6, 25]).tolist()
    [1, 4, 5, 25]
    """
    return np.array(STEPS)[np.searchsorted(STEPS, np.asarray(numbers), side="right") - 1]


def with_numbers(cells: pd.DataFrame) -> Any:
    """Rows of classes, one for each number of purchases (`number`) that belongs to the class.

    >>> with_numbers(pd.DataFrame({"step": [1, 5]}))["number"].tolist()
    [1, 5, 6]
    """
    numbers = np.arange(1, CAP + 1)
    table: Any = pd.DataFrame({"step": step_of(numbers), "number": numbers})
    return cells.merge(table, on="step")


def with_chances(counts: pd.DataFrame, within: int) -> pd.DataFrame:
    """Add to counted waits the chance that one open so long ends within the next days.

    Parameters
    ----------
    counts
        One row per group, step (class) and length: group, step, duration, events, censored.
    within
        Days ahead.

    Returns
    -------
    DataFrame
        With chance, ci_lower, ci_upper, n_at_risk, and `days_left`: until half of those who return
        after such a silence have returned. The curve is that of the group's class; that of the
        class in all groups, of all from three purchases on, or of everyone, where fewer than 30
        waits of the narrower one have ended.
    """
    if counts.empty:
        names = ["chance", "ci_lower", "ci_upper", "n_at_risk", "days_left"]
        return counts.assign(**dict.fromkeys(names, 0.0))
    parts: Any = counts.groupby(["group", "step"], dropna=False)
    found = [_one_class(part, _curve(counts, part, step), within) for (_, step), part in parts]
    return pd.concat(found, ignore_index=True)


def _curve(counts: Any, part: Any, step: int) -> Any:
    wider = [counts["step"] == step, counts["step"] >= min(step, _MANY), counts["step"] > 0]
    choices = [part, *(counts[rows] for rows in wider)]
    enough = (one for one in choices if one["events"].sum() >= MIN_EVENTS)
    return curve_of(next(enough, choices[-1]))


def _one_class(part: Any, curve: Curve, within: int) -> Any:
    silent = part["duration"].to_numpy(np.int64)
    chance, lower, upper = curve.chance(silent, within)
    return part.assign(
        chance=chance,
        ci_lower=lower,
        ci_upper=upper,
        n_at_risk=curve.waiting(silent),
        days_left=curve.half_of_returns(silent),
    )


def base_chance(cells: pd.DataFrame) -> float:
    """Mean chance of all customers of whom one is known; NaN without any."""
    known: Any = cells.dropna(subset=["chance"])
    n = known["censored"].to_numpy(float)
    return float((n * known["chance"]).sum() / n.sum()) if n.sum() else float("nan")


def high_chance(base: float) -> float:
    """Chance whose odds are twice those of `base`: a bar for rare and for frequent purchases alike.

    >>> [round(high_chance(base), 3) for base in (0.01, 0.3, 0.6)]
    [0.02, 0.462, 0.75]
    """
    odds = ODDS * base
    return odds / (1 - base + odds)


def likely(cells: pd.DataFrame) -> pd.DataFrame:
    """Keep the customers whose chance is high, and surely above that of all: the likeliest first.

    Surely: the interval lies above the mean chance, and 30 waits or more stand behind it.
    """
    base = base_chance(cells)
    is_sure = ~(cells["ci_lower"] <= base) & (cells["n_at_risk"] >= MIN_WAITING)
    high: Any = cells[(cells["censored"] > 0) & (cells["chance"] >= high_chance(base)) & is_sure]
    high = high.assign(lift=high["chance"] / base)
    return high.sort_values(["chance", "step", "duration"], ascending=[False, True, True])
