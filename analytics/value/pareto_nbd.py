"""Pareto/NBD: a Poisson buyer who stops for good at a moment of the customer's own.

Purchases come at a rate λ, Gamma(r, α) over customers; customers stop at a rate μ, Gamma(s, β) over
customers, whether they buy or not. The likelihood holds an integral over the moment of stopping,
`∫ (α + τ)^−(r+x) (β + τ)^−(s+1) dτ` from the last purchase to now, usually written as a difference
of two hypergeometric functions that cancel or overflow. Here it is what it is: a positive, falling,
log-concave integrand, cut off where it has fallen by e^−30 and summed at 24 Gauss–Legendre places.
The gradient is the same integral with the derivative inside.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from analytics.value.fitting import Maximum, Objective, maximise
from analytics.value.histories import Floats, Histories, Numbers

NAMES = ("r", "alpha", "s", "beta")

_SAMPLE = 10_000
_WARM_ABOVE = 20_000
_FALL = 30.0
_PLACES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_CHUNK = 40_000  # histories at a time: 24 places each


@dataclass(frozen=True)
class ParetoNbd:
    """The model with its parameters, time in days; methods as in `BetaGeometric`."""

    r: float
    alpha: float
    s: float
    beta: float

    def log_likelihood(self, x: Numbers, recency: Numbers, known: Numbers) -> Floats:
        """Log-likelihood of each history."""
        shared = special.gammaln(self.r + x) - special.gammaln(self.r)
        shared = shared + self.r * np.log(self.alpha) + self.s * np.log(self.beta)
        alive = -(self.r + x) * np.log(self.alpha + known) - self.s * np.log(self.beta + known)
        return shared + alive + np.logaddexp(0, self._stopped_against_alive(x, recency, known))

    def alive(self, x: Numbers, recency: Numbers, known: Numbers) -> Floats:
        """P(alive): the chance that the customer has not stopped for good by now."""
        return special.expit(-self._stopped_against_alive(x, recency, known))

    def no_purchase(
        self, x: Numbers, recency: Numbers, known: Numbers, horizon: float | Floats
    ) -> Floats:
        """The chance of no purchase in the next days: the same history, seen so much later."""
        later = self.log_likelihood(x, recency, known + horizon)
        return np.minimum(np.exp(later - self.log_likelihood(x, recency, known)), 1)

    def expected(
        self, x: Numbers, recency: Numbers, known: Numbers, horizon: float | Floats
    ) -> Floats:
        """Expected purchases in the next days."""
        return self.alive(x, recency, known) * self.expected_alive(x, known, horizon)

    def expected_alive(self, x: Numbers, known: Numbers, horizon: float | Floats) -> Floats:
        """Expected purchases in the next days of a customer known to be alive now.

        `(r + x)/(α + known) · (β + known)/(s − 1) · (1 − w^(s−1))` with
        w = (β + known)/(β + known + horizon).
        """
        fall = np.log1p(horizon / (self.beta + known))
        days = (self.beta + known) * fall * special.exprel(-(self.s - 1) * fall)
        return (self.r + x) / (self.alpha + known) * days

    def expected_new(self, days: npt.ArrayLike) -> Floats:
        """Expected repeat purchases of a new customer in so many days after the first purchase."""
        return self.expected_alive(np.zeros(1), np.zeros(1), np.asarray(days, float))

    def days_known(self, known: Floats) -> Floats:
        """Days of evidence on the stopping, to scale days ahead by."""
        return self.beta + known

    def rate_alive(self, x: Numbers, known: Numbers, later: float | Floats) -> Floats:
        """Expected purchases a day, so many days later, of a customer known to be alive now."""
        left = (self.beta + known) / (self.beta + known + later)
        return (self.r + x) / (self.alpha + known) * left**self.s

    def pair_rate_alive(self, x: Numbers, known: Numbers, later: float | Floats) -> Floats:
        """Expected pairs of purchases a day², the second so many days later (for the variance)."""
        return self.rate_alive(x, known, later) * (self.r + x + 1) / (self.alpha + known)

    def pmf(self, n: npt.ArrayLike, days: npt.ArrayLike) -> Floats:
        """Chance of exactly n repeat purchases in so many days after the first purchase.

        The negative binomial over the days until the customer stops, averaged over that moment.
        """
        n, days = np.broadcast_arrays(np.asarray(n, float), np.asarray(days, float))
        stays = (self.beta / (self.beta + days)) ** self.s
        total = stays * self._bought(n, days)
        for place, weight in zip(_PLACES, _WEIGHTS, strict=True):
            stopped = (1 - stays) * (1 + place) / 2
            moment = self.beta * np.expm1(-np.log1p(-stopped) / self.s)
            total += weight / 2 * (1 - stays) * self._bought(n, moment)
        return total

    def _bought(self, n: Floats, days: Floats) -> Floats:
        return stats.nbinom.pmf(n, self.r, self.alpha / (self.alpha + days))

    def _stopped_against_alive(self, x: Numbers, recency: Numbers, known: Numbers) -> Floats:
        x, recency, known = np.broadcast_arrays(x, recency, known)
        point = np.log([self.r, self.alpha, self.s, self.beta])
        odds = np.empty(x.shape)
        for start in range(0, len(x), _CHUNK):
            part = slice(start, start + _CHUNK)
            odds[part] = _Stopping(point, x[part], recency[part], known[part]).log_odds
        return odds


class _Stopping:
    """The integral over the moment of stopping, divided by the chance to be alive.

    With u = ln(min(α, β) + τ) the logarithm of the integrand is concave, and after its top it falls
    ever faster: what lies e^−30 below its value at the last purchase adds nothing.
    """

    def __init__(self, point: Floats, x: Numbers, recency: Numbers, known: Numbers) -> None:
        r, alpha, s, beta = np.exp(point)
        self.shape, self.s = r + x, s
        self.alpha, self.beta, self.base = alpha, beta, min(alpha, beta)
        begin = np.log(self.base + recency)
        length = self._relevant(begin, np.log(self.base + known) - begin)
        u = begin[:, None] + length[:, None] * (1 + _PLACES) / 2
        tau = np.exp(u) - self.base
        self.log_buying, self.log_staying = np.log(alpha + tau), np.log(beta + tau)
        self.at_end = np.log(alpha + known), np.log(beta + known)
        height = self._height(u, self.log_buying, self.log_staying, self.shape[:, None])
        top = height.max(axis=1)
        self.share = _WEIGHTS * np.exp(height - top[:, None])
        total = self.share.sum(axis=1)
        self.share /= np.where(total > 0, total, 1)[:, None]
        end = self.shape * self.at_end[0] + s * self.at_end[1]
        with np.errstate(divide="ignore"):  # who bought on the last day had no time to stop
            self.log_odds = np.log(s * length / 2 * total) + top + end

    def _height(self, u: Floats, log_buying: Floats, log_staying: Floats, shape: Floats) -> Floats:
        return u - shape * log_buying - (self.s + 1) * log_staying

    def _relevant(self, begin: Floats, whole: Floats) -> Floats:
        """Shorten each interval to where the integrand has fallen by e^−30, by Newton's steps."""
        length, start = whole, self._level(begin)
        for _ in range(4):
            u = begin + length
            excess = start - self._level(u) - _FALL
            grown = np.exp(u)
            slope = self.shape * grown / (self.alpha - self.base + grown) - 1
            slope = slope + (self.s + 1) * grown / (self.beta - self.base + grown)
            length = np.where(excess > 0, length - excess / np.where(excess > 0, slope, 1), length)
        return length

    def _level(self, u: Floats) -> Floats:
        tau = np.exp(u) - self.base
        return self._height(u, np.log(self.alpha + tau), np.log(self.beta + tau), self.shape)


def fit(histories: Histories) -> tuple[ParetoNbd, Maximum]:
    """Fit by maximum likelihood, many histories after a subsample of theirs."""
    first = None
    if len(histories.customers) > _WARM_ABOVE:
        first = _maximum(histories.sample(_SAMPLE))
    found = _maximum(histories, first=first)
    r, alpha, s, beta = (float(value) for value in found.parameters)
    return ParetoNbd(r, alpha, s, beta), found


def _maximum(histories: Histories, *, first: Maximum | None = None) -> Maximum:
    usual = max(float(histories.customers @ histories.T) / histories.n / 3, 1e-3)
    start = np.log([0.5, usual, 0.5, usual])
    return maximise(objective_of(histories), start, histories.n, first=first)


def objective_of(histories: Histories) -> Objective:
    """Give the mean log-likelihood and its gradient in log-parameters."""

    def objective(point: Floats) -> tuple[float, Floats]:
        value, gradient = 0.0, np.zeros(4)
        for start in range(0, len(histories.customers), _CHUNK):
            part = slice(start, start + _CHUNK)
            added, slope = _summed(point, histories.customers[part], *(p[part] for p in histories))
            value, gradient = value + added, gradient + slope
        return value / histories.n, gradient * np.exp(point) / histories.n

    return objective


def _summed(
    point: Floats,
    weight: Floats,
    x: Numbers,
    recency: Numbers,
    known: Numbers,
) -> tuple[float, Floats]:
    """Sum the log-likelihood and its gradient by parameter over some histories."""
    r, alpha, s, beta = np.exp(point)
    stopping, shape = _Stopping(point, x, recency, known), r + x
    buying, staying = stopping.at_end
    value = special.gammaln(shape) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    value += np.logaddexp(0, stopping.log_odds) - shape * buying - s * staying
    odds = special.expit(stopping.log_odds)
    mean_buying = (stopping.share * stopping.log_buying).sum(axis=1)
    mean_staying = (stopping.share * stopping.log_staying).sum(axis=1)
    per_buying = (stopping.share * np.exp(-stopping.log_buying)).sum(axis=1)
    per_staying = (stopping.share * np.exp(-stopping.log_staying)).sum(axis=1)
    alive = 1 - odds
    slopes = (
        special.psi(shape) - special.psi(r) + np.log(alpha) - alive * buying - odds * mean_buying,
        r / alpha - shape * (alive * np.exp(-buying) + odds * per_buying),
        np.log(beta) - alive * staying + odds * (1 / s - mean_staying),
        s / beta - s * alive * np.exp(-staying) - (s + 1) * odds * per_staying,
    )
    return float(weight @ value), np.array([weight @ slope for slope in slopes])
