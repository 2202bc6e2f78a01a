"""How good is a forecast of yes and no? Rank, probability and use, each with its interval.

`is_away` are outcomes (true: no purchase), `chance` the forecasts of them, one each per customer.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from analytics.intervals import LEVEL

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Weights = npt.NDArray[np.uint8]
Interval = tuple[float, float, float]
"""Value, lower and upper bound (95 %)."""

BINS = 10
_TOP = 0.1
_DRAWS, _SEED, _AT_A_TIME = 200, 20_240_601, 20


def auc(is_away: Flags, chance: Floats) -> Interval:
    """How often is somebody who stayed away ranked above somebody who bought? Ties count half.

    Notes
    -----
    Interval: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837-845, by midranks after Sun
    & Xu (2014); on the logit scale, so that it stays inside (0, 1).

    Examples
    --------
    >>> value, lower, upper = auc(np.array([True, True, False, False]), np.array([.9, .4, .5, .1]))
    >>> value, 0 < lower < value < upper < 1
    (0.75, True)
    """
    away, bought = chance[is_away], chance[~is_away]
    n_away, n_bought = len(away), len(bought)
    if not n_away or not n_bought:
        return (np.nan, np.nan, np.nan)
    ranks = stats.rankdata(np.concatenate([away, bought]))
    above = (ranks[:n_away] - stats.rankdata(away)) / n_bought
    below = 1 - (ranks[n_away:] - stats.rankdata(bought)) / n_away
    value = float(above.mean())
    variance = _variance(above) / n_away + _variance(below) / n_bought
    return _on_logit_scale(value, variance)


def _variance(values: Floats) -> float:
    return float(values.var(ddof=1)) if len(values) > 1 else 0.0


def _on_logit_scale(value: float, variance: float) -> Interval:
    if not 0 < value < 1:
        return value, value, value
    half = special.ndtri(0.5 + LEVEL / 2) * np.sqrt(variance) / (value * (1 - value))
    centre = special.logit(value)
    return value, float(special.expit(centre - half)), float(special.expit(centre + half))


def brier(is_away: Flags, chance: Floats) -> Interval:
    """Mean squared error of the forecast: 0 is perfect. The interval is that of a mean."""
    errors = squared_errors(is_away, chance)
    half = special.ndtri(0.5 + LEVEL / 2) * np.sqrt(_variance(errors) / len(errors))
    value = float(errors.mean())
    return value, max(value - float(half), 0.0), value + float(half)


def squared_errors(is_away: Flags, chance: Floats) -> Floats:
    """(outcome − forecast)² of every customer."""
    return (is_away - chance) ** 2


def resamples(n: int) -> Weights:
    """Weights of n customers in 200 bootstrap samples: how often each is drawn (Poisson)."""
    return np.random.default_rng(_SEED).poisson(1.0, (_DRAWS, n)).astype(np.uint8)


class Resampled:
    """Metrics without a formula for their interval, on bootstrap samples (`resamples`)."""

    def __init__(self, is_away: Flags, chance: Floats, weights: Weights) -> None:
        order = np.argsort(-chance, kind="stable")
        self._away, self._chance = is_away[order].astype(float), chance[order]
        self._weights = weights[:, order]

    def pr_auc(self) -> Interval:
        """Average precision for those who stayed away; their share is what chance alone gives."""
        return self._interval(lambda weight: _average_precision(weight, self._away, self._chance))

    def buyers_pr_auc(self) -> Interval:
        """Average precision for those who bought, looked for from the lowest chance upwards."""
        bought, chance = 1 - self._away[::-1], 1 - self._chance[::-1]
        return self._interval(lambda weight: _average_precision(weight[:, ::-1], bought, chance))

    def calibration_error(self) -> Interval:
        """Mean distance of forecast and outcome over ten equally large groups of forecasts.

        By its nature above 0 even for perfect forecasts: by less, the more customers there are.
        """
        edges = np.linspace(0, len(self._away), BINS + 1).astype(int)[:-1]
        gap = self._away - self._chance

        def mean_distance(weight: Floats) -> Floats:
            return np.abs(np.add.reduceat(weight * gap, edges, axis=1)).sum(1) / weight.sum(1)

        return self._interval(mean_distance)

    def buy_lift(self) -> Interval:
        """Share of buyers in the tenth that is likeliest to buy ÷ share of buyers among all."""
        bought = 1 - self._away[::-1]

        def lift(weight: Floats) -> Floats:
            turned = weight[:, ::-1]
            ends = np.cumsum(turned, axis=1)
            inside = turned * (ends <= np.ceil(_TOP * ends[:, -1:]))
            top = inside @ bought / np.maximum(inside.sum(1), 1)
            return top / (turned @ bought / ends[:, -1])

        return self._interval(lift)

    def _interval(self, metric: Callable[[Floats], Floats]) -> Interval:
        n = len(self._away)
        value = float(metric(np.ones((1, n)))[0])
        draws = [
            metric(self._weights[row : row + _AT_A_TIME].astype(float))
            for row in range(0, len(self._weights), _AT_A_TIME)
        ]
        tail = (1 - LEVEL) / 2
        lower, upper = np.nanquantile(np.concatenate(draws), [tail, 1 - tail])
        return value, float(min(lower, value)), float(max(upper, value))


def _average_precision(weight: Floats, hits: Floats, score: Floats) -> Floats:
    """Σ (recall gained) · precision, from the highest score down; equal scores are one step."""
    ends = np.flatnonzero(np.append(np.diff(score) != 0, True))
    found = np.cumsum(weight * hits, axis=1)[:, ends]
    seen = np.cumsum(weight, axis=1)[:, ends]
    precision = np.divide(found, seen, out=np.zeros_like(found), where=seen > 0)
    gained = np.diff(found, axis=1, prepend=0)
    return (gained * precision).sum(1) / found[:, -1]
