"""Time until something happens, when for many it has not happened yet."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

_TIE = 1e-9
_Z = float(special.ndtri(0.975))


def _band(survival: Floats, greenwood: Floats) -> tuple[Floats, Floats]:
    inside = (survival > 0) & (survival < 1)
    log = np.log(survival, out=np.full_like(survival, np.nan), where=inside)
    factor = np.exp(_Z * np.sqrt(np.where(inside, greenwood, np.nan)) / -log)
    lower, upper = np.exp(log * factor), np.exp(log / factor)
    certain = survival == 1
    return np.where(certain, 1.0, lower), np.where(certain, 1.0, upper)


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier estimate; arrays of one length, one entry per day on which something ended.

    `survival[i]` is the share for whom it has not happened by the end of `day[i]`; `n_at_risk[i]`
    were still waiting just before, `n_events[i]` stopped waiting then.
    """

    day: Counts
    n_at_risk: Counts
    n_events: Counts
    survival: Floats
    greenwood: Floats

    @property
    def band(self) -> tuple[Floats, Floats]:
        """Pointwise 95 % band on the log-log scale; null once the curve has reached 0."""
        return _band(self.survival, self.greenwood)

    @property
    def last_day(self) -> int:
        """The longest follow-up: beyond it the curve says nothing."""
        return int(self.day[-1])

    def at(self, day: float) -> float:
        """Share for whom it has not happened by the end of this day; NaN beyond the last day."""
        if day > self.last_day:
            return float("nan")
        place = int(np.searchsorted(self.day, day, side="right")) - 1
        return 1.0 if place < 0 else float(self.survival[place])

    def quantile(self, share: float) -> int | None:
        """First day by which it has happened to this share; None where the curve stays above."""
        reached = np.flatnonzero(self.survival <= 1 - share + 1e-12)
        return int(self.day[reached[0]]) if len(reached) else None

    def waiting(self, days: npt.ArrayLike) -> Counts:
        """How many were still waiting after so many days: the people behind a chance."""
        later = np.searchsorted(self.day, np.asarray(days, float), side="right")
        return np.append(self.n_at_risk, 0)[later]

    def restricted_mean(self, until: float) -> float:
        """Mean days waited, counting at most `until` days each: the area under the curve."""
        inside = self.day < until
        edges = np.concatenate([[0.0], self.day[inside], [until]])
        heights = np.concatenate([[1.0], self.survival[inside]])
        return float(np.sum(np.diff(edges) * heights))

    def restricted_mean_band(self, until: float) -> tuple[float, float]:
        """95 % interval of `restricted_mean`.

        Variance `Σ over days t < until of A(t)² · d ÷ (n (n − d))`, A(t) the area under the curve
        from t to `until` (Klein & Moeschberger 2003, section 4.5).
        """
        inside = (self.day < until) & (self.n_at_risk > self.n_events)
        area = np.array([self.restricted_mean(until) - self.restricted_mean(t) for t in self.day])
        waiting, gone = self.n_at_risk[inside], self.n_events[inside]
        spread = np.sum(area[inside] ** 2 * gone / (waiting * (waiting - gone)))
        mean, half = self.restricted_mean(until), _Z * float(np.sqrt(spread))
        return max(mean - half, 0.0), min(mean + half, float(until))

    def remaining(self, lived: float, *, share: float = 0.5) -> int | None:
        """Days after `lived` by which it has happened to this share of those still waiting then.

        None where the curve does not fall so far.
        """
        known = self.at(lived)
        reached = np.flatnonzero(self.survival <= (1 - share) * known + 1e-12)
        return int(self.day[reached[0]] - lived) if known > 0 and len(reached) else None

    def half_of_returns(self, silent: npt.ArrayLike) -> Floats:
        """Days after `silent` by which half of those who return later, as far as known, are back.

        NaN where nobody is known to return after so long.
        """
        start = np.asarray(silent, float)
        known, _ = self._steps(start)
        middle = (known + self.survival[-1]) / 2
        place = np.searchsorted(-self.survival, -middle - _TIE)
        days = self.day[np.minimum(place, len(self.day) - 1)] - start
        return np.where(known > self.survival[-1], days, np.nan)

    def chance(self, silent: npt.ArrayLike, within: int) -> tuple[Floats, Floats, Floats]:
        """Chance that it happens within so many more days, given that it has not in `silent` days.

        `1 − S(s + H) / S(s)` with the log-log Greenwood band of the conditional curve; NaN where
        the curve has already reached 0 or does not reach so far.
        """
        start = np.atleast_1d(np.asarray(silent, float))
        known, v_start = self._steps(start)
        later, v_later = self._steps(start + within)
        ratio = np.divide(later, known, out=np.full_like(known, np.nan), where=known > 0)
        ratio = np.where(start + within <= self.last_day, ratio, np.nan)
        lower, upper = _band(ratio, np.maximum(v_later - v_start, 0))
        return 1 - ratio, 1 - upper, 1 - lower

    def _steps(self, days: Floats) -> tuple[Floats, Floats]:
        place = np.searchsorted(self.day, days, side="right")
        survival = np.concatenate([[1.0], self.survival])[place]
        return survival, np.concatenate([[0.0], self.greenwood])[place]


def kaplan_meier(
    durations: npt.ArrayLike, events: npt.ArrayLike, censored: npt.ArrayLike
) -> Curve | None:
    """For what share has it not happened by each day, the unfinished waits counted fairly?

    `S(t) = Π over days ≤ t of (1 − d / n)`, d events among n still waiting; those whose wait is cut
    off by as-of count as waiting until then and no longer.

    Parameters
    ----------
    durations
        Days, each at most once or several times.
    events, censored
        How many waits of that length ended with the event, and how many were cut off.

    Returns
    -------
    Curve or None
        With a row for day 0; None when there is nobody.

    Notes
    -----
    Kaplan & Meier (1958), J. Am. Stat. Assoc. 53, 457-481; band after Greenwood on the log-log
    scale (Kalbfleisch & Prentice 2002, section 1.4).

    Examples
    --------
    >>> curve = kaplan_meier([2, 3, 5], [1, 1, 0], [0, 1, 2])
    >>> curve.day.tolist(), curve.n_at_risk.tolist(), curve.survival.round(2).tolist()
    ([0, 2, 3, 5], [5, 5, 4, 2], [1.0, 0.8, 0.6, 0.6])
    """
    day, place = np.unique(np.append(np.asarray(durations, np.int64), 0), return_inverse=True)
    n_events = np.bincount(place[:-1], np.asarray(events, float), len(day)).astype(np.int64)
    n_censored = np.bincount(place[:-1], np.asarray(censored, float), len(day)).astype(np.int64)
    left = n_events + n_censored
    total = int(left.sum())
    if total == 0:
        return None
    at_risk = total - np.concatenate([[0], np.cumsum(left)[:-1]])
    survival = np.cumprod(1 - n_events / at_risk).astype(np.float64)
    survivors = at_risk - n_events
    step = np.divide(n_events, at_risk * survivors, out=np.zeros(len(day)), where=survivors > 0)
    return Curve(day, at_risk, n_events, survival, np.cumsum(step))


def median_days(counts: pd.DataFrame, group: str) -> tuple[list[Any], pd.Series]:
    """Median of the Kaplan-Meier curve of each group, for thousands of groups at once.

    Parameters
    ----------
    counts
        One row per group and length of wait: `group`, duration, events, censored.
    group
        Name of the column that names the group.

    Returns
    -------
    (groups, days)
        Days are Int64, null where fewer than half come back; the same as
        `kaplan_meier(…).quantile(0.5)` of each group.

    Examples
    --------
    >>> table = pd.DataFrame({"item": ["a", "a", "b"], "duration": [3, 8, 5],
    ...                       "events": [1, 1, 0], "censored": [0, 0, 1]})
    >>> groups, days = median_days(table, "item")
    >>> groups, days.tolist()
    (['a', 'b'], [3, <NA>])
    """
    code, names = pd.factorize(counts[group], sort=True)
    order = np.lexsort((counts["duration"].to_numpy(), code))
    code, duration = code[order], counts["duration"].to_numpy()[order]
    events = counts["events"].to_numpy(float)[order]
    leaving = events + counts["censored"].to_numpy(float)[order]
    ends = np.cumsum(leaving)
    total = np.bincount(code, leaving, len(names))
    at_risk = (np.cumsum(total)[code] - ends) + leaving
    hazard = np.divide(events, at_risk, out=np.zeros(len(code)), where=events > 0)
    steps = np.log1p(-hazard, out=np.full(len(code), -np.inf), where=hazard < 1)
    survival = pd.Series(steps).groupby(code).cumsum().to_numpy()
    reached = np.flatnonzero(survival <= np.log(0.5) + _TIE)
    days = pd.Series(pd.NA, index=range(len(names)), dtype="Int64")
    if len(reached):
        found = pd.Series(reached).groupby(code[reached]).first()
        days.loc[found.index] = duration[found.to_numpy()]
    return list(names), days
