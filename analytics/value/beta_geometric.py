"""BG/NBD and MBG/NBD: a Poisson buyer who may stop for good after any purchase.

Purchases come at a rate λ of the customer's own, Gamma(r, α) over customers; after each purchase
the customer stops with a chance p of the customer's own, Beta(a, b) over customers. The BG/NBD lets
nobody stop before the first repeat purchase, so that everyone who bought once is "alive"; the
MBG/NBD lets customers stop after their very first purchase too. All else is shared.

Hypergeometric functions are taken in whichever of their forms stays within range, so that nothing
is lost for heavy buyers, or where customers are nearly alike.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from analytics.value.fitting import Maximum, Objective, maximise
from analytics.value.histories import Floats, Histories, Numbers

NAMES = ("r", "alpha", "a", "b")

_SAMPLE = 20_000
_WARM_ABOVE = 60_000  # below so many distinct histories a fit is quick enough as it is
_NUDGE = 1e-6  # a = 1 is a removable singularity of the mean


@dataclass(frozen=True)
class BetaGeometric:
    """The model with its parameters, time in days.

    `stops_at_first` is true for the MBG/NBD. In all methods x, recency, known are arrays of one
    shape (repeat purchases, days to the last, days known), horizons are days.
    """

    r: float
    alpha: float
    a: float
    b: float
    stops_at_first: bool = True

    @property
    def dropout(self) -> float:
        """The mean chance to stop after a purchase."""
        return self.a / (self.a + self.b)

    def log_likelihood(self, x: Numbers, recency: Numbers, known: Numbers) -> Floats:
        """Log-likelihood of each history."""
        count = x + self.stops_at_first
        shared = special.gammaln(self.r + x) - special.gammaln(self.r)
        shared = shared + self.r * np.log(self.alpha) - (self.r + x) * np.log(self.alpha + known)
        shared = shared + special.betaln(self.a, self.b + count) - special.betaln(self.a, self.b)
        return shared + np.logaddexp(0, self._stopped_against_alive(x, recency, known))

    def alive(self, x: Numbers, recency: Numbers, known: Numbers) -> Floats:
        """P(alive): the chance that the customer has not stopped for good by now."""
        return special.expit(-self._stopped_against_alive(x, recency, known))

    def no_purchase(
        self, x: Numbers, recency: Numbers, known: Numbers, horizon: float | Floats
    ) -> Floats:
        """The chance of no purchase in the next days: stopped already, or silent for so long."""
        silent = np.exp(-(self.r + x) * np.log1p(horizon / (self.alpha + known)))
        alive = self.alive(x, recency, known)
        return 1 - alive + alive * silent

    def expected(
        self, x: Numbers, recency: Numbers, known: Numbers, horizon: float | Floats
    ) -> Floats:
        """Expected purchases in the next days."""
        return self.alive(x, recency, known) * self.expected_alive(x, known, horizon)

    def expected_alive(self, x: Numbers, known: Numbers, horizon: float | Floats) -> Floats:
        """Expected purchases in the next days of a customer known to be alive now.

        `(c − 1)/(a − 1) · (1 − w^(r+x) · ₂F₁(r + x, b + x; c − 1; 1 − w))` with c = a + b + x and
        w = (α + known)/(α + known + horizon); b is one more for the MBG/NBD.
        """
        a = 1 + _NUDGE if abs(self.a - 1) < _NUDGE else self.a
        left = (self.alpha + known) / (self.alpha + known + horizon)
        b = self.b + x + self.stops_at_first
        kept = _damped(self.r + x, b, a + b - 1, left)
        return (a + b - 1) / (a - 1) * (1 - kept)

    def expected_new(self, days: npt.ArrayLike) -> Floats:
        """Expected repeat purchases of a new customer in so many days after the first purchase."""
        start = np.zeros(1)
        return self.alive(start, start, start) * self.expected_alive(
            start, start, np.asarray(days, float)
        )

    def days_known(self, known: Floats) -> Floats:
        """Days of evidence on the rate, to scale days ahead by."""
        return self.alpha + known

    def rate_alive(self, x: Numbers, known: Numbers, later: float | Floats) -> Floats:
        """Expected purchases a day, so many days later, of a customer known to be alive now."""
        return self._moment(x, known, later, order=1)

    def pair_rate_alive(self, x: Numbers, known: Numbers, later: float | Floats) -> Floats:
        """Expected pairs of purchases a day², the second so many days later (for the variance)."""
        return self._moment(x, known, later, order=2)

    def _moment(self, x: Numbers, known: Numbers, later: float | Floats, *, order: int) -> Floats:
        """E[λ^order (1 − p)^(order − 1) e^(−λ p later)] over what is known of λ and p."""
        left = (self.alpha + known) / (self.alpha + known + later)
        b = self.b + x + self.stops_at_first
        mean = special.poch(self.r + x, order) / (self.alpha + known) ** order
        stays = b / (self.a + b) if order > 1 else 1.0
        more = order - 1
        return mean * stays * _damped(self.r + x + order, b + more, self.a + b + more, left)

    def pmf(self, n: npt.ArrayLike, days: npt.ArrayLike) -> Floats:
        """Chance of exactly n repeat purchases in so many days after the first purchase."""
        n, days = np.asarray(n, float), np.asarray(days, float)
        count = n + self.stops_at_first
        open_, base = self.alpha / (self.alpha + days), special.betaln(self.a, self.b)
        going = np.exp(special.betaln(self.a, self.b + count) - base)
        log_stop = special.betaln(self.a + 1, self.b + np.maximum(count, 1) - 1) - base
        stopped = np.where(count > 0, np.exp(log_stop), 0)
        reached = stats.nbinom.sf(n - 1, self.r, open_)
        return going * stats.nbinom.pmf(n, self.r, open_) + stopped * reached

    def _stopped_against_alive(self, x: Numbers, recency: Numbers, known: Numbers) -> Floats:
        count = x + self.stops_at_first
        odds = np.log(self.a) - np.log(self.b + np.maximum(count, 1) - 1)
        silence = np.log((self.alpha + known) / (self.alpha + recency))
        return np.where(count > 0, odds + (self.r + x) * silence, -np.inf)


def _damped(a: Numbers, b: Numbers, c: Numbers, left: Floats) -> Floats:
    """Give `left^a · ₂F₁(a, b; c; 1 − left)`, at most 1, where its factors may be out of range.

    Euler's form, `left^(c−b) · ₂F₁(c − a, c − b; c; 1 − left)`, has arguments that do not grow with
    the purchases; where customers are nearly alike it can fail, and the first form serves. Where
    both do, nothing of the product is left.
    """
    with np.errstate(all="ignore"):
        value = left ** (c - b) * special.hyp2f1(c - a, c - b, c, 1 - left)
        if not np.isfinite(value).all():
            plain = left**a * special.hyp2f1(a, b, c, 1 - left)
            value = np.where(np.isfinite(value), value, np.nan_to_num(plain, posinf=0.0))
    return value


def fit(histories: Histories, *, stops_at_first: bool) -> tuple[BetaGeometric, Maximum]:
    """Fit by maximum likelihood.

    Many histories are begun where the maximum of 20,000 of their customers lies, with its
    curvature: a handful of evaluations then ends the search.
    """
    first = None
    if len(histories.customers) > _WARM_ABOVE:
        first = _maximum(histories.sample(_SAMPLE), stops_at_first=stops_at_first)
    found = _maximum(histories, stops_at_first=stops_at_first, first=first)
    r, alpha, a, b = (float(value) for value in found.parameters)
    return BetaGeometric(r, alpha, a, b, stops_at_first=stops_at_first), found


def _maximum(
    histories: Histories, *, stops_at_first: bool, first: Maximum | None = None
) -> Maximum:
    usual = max(float(histories.customers @ histories.T) / histories.n / 10, 1e-3)
    start = np.log([0.5, usual, 1.0, 2.0])
    objective = objective_of(histories, stops_at_first=stops_at_first)
    return maximise(objective, start, histories.n, first=first)


def objective_of(histories: Histories, *, stops_at_first: bool) -> Objective:
    """Give the mean log-likelihood and its gradient in log-parameters.

    Whatever depends on x alone is computed once per distinct x, logarithms of α + day once per
    day of the grid; only what joins x with days is computed per history.
    """
    return _Likelihood(histories, stops_at_first=stops_at_first)


class _Likelihood:
    def __init__(self, histories: Histories, *, stops_at_first: bool) -> None:
        x, recency, known = histories
        weight = histories.customers
        self.n, self.extra = histories.n, int(stops_at_first)
        self.x, starts = np.unique(x, return_index=True)
        self.counts = np.add.reduceat(weight, starts)
        self.days = np.arange(int(known.max()) + 1)
        self.by_known = np.bincount(known, weight, len(self.days))
        self.x_by_known = np.bincount(known, weight * x, len(self.days))
        self.first = 0 if stops_at_first else int(np.searchsorted(x, 1))
        self.known, self.recency = known[self.first :], recency[self.first :]
        self.weight = weight[self.first :]
        self.may_stop = self.x + self.extra > 0
        self.rows = np.diff(np.append(starts, len(x)))[self.may_stop]
        self.row_starts = starts[self.may_stop] - self.first

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = np.exp(point)
        log_day, per_day = np.log(alpha + self.days), 1 / (alpha + self.days)
        value, gradient = self._by_x(r, alpha, a, b)
        value -= r * (self.by_known @ log_day) + self.x_by_known @ log_day
        gradient[0] -= self.by_known @ log_day
        gradient[1] -= r * (self.by_known @ per_day) + self.x_by_known @ per_day
        if len(self.weight):
            value += self._by_history(gradient, np.exp(point), log_day, per_day)
        return value / self.n, gradient * np.exp(point) / self.n

    def _by_x(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Floats]:
        x, count, n = self.x, self.x + self.extra, self.counts
        digamma = special.psi
        value = n @ (special.gammaln(r + x) + special.betaln(a, b + count))
        value += self.n * (r * np.log(alpha) - special.gammaln(r) - special.betaln(a, b))
        both, ends = digamma(a + b), n @ digamma(a + b + count)
        gradient = [
            n @ digamma(r + x) + self.n * (np.log(alpha) - digamma(r)),
            self.n * r / alpha,
            self.n * both - ends,
            n @ digamma(b + count) + self.n * (both - digamma(b)) - ends,
        ]
        return float(value), np.array(gradient)

    def _by_history(
        self, gradient: Floats, values: Floats, log_day: Floats, per_day: Floats
    ) -> float:
        """Add what the chance to have stopped adds: ln(1 + odds), odds = stopped ÷ alive."""
        (r, _, a, b), x = values, self.x[self.may_stop]
        before = b + x + self.extra - 1
        shape = np.repeat(r + x, self.rows)
        silence = log_day[self.known]
        silence -= log_day[self.recency]
        odds = shape * silence
        odds += np.repeat(np.log(a / before), self.rows)
        small = np.exp(-np.abs(odds))
        value = self.weight @ (np.maximum(odds, 0) + np.log1p(small))
        stopped = np.where(odds > 0, 1.0, small)
        stopped *= self.weight / (1 + small)
        gradient[0] += stopped @ silence
        shape *= stopped
        gradient[1] += shape @ (per_day[self.known] - per_day[self.recency])
        gradient[2] += stopped.sum() / a
        gradient[3] -= (np.add.reduceat(stopped, self.row_starts) / before).sum()
        return float(value)
