"""The models by name, fitted to a shop, and what they foresee for each history."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

import numpy as np

from analytics.errors import InvalidSettingError, NotEnoughDataError
from analytics.periods import epoch_day
from analytics.value import beta_geometric, pareto_nbd
from analytics.value.beta_geometric import BetaGeometric
from analytics.value.fitting import Maximum
from analytics.value.histories import Days, Floats, Histories, Numbers, count_histories
from analytics.value.pareto_nbd import ParetoNbd

Model = Literal["mbg-nbd", "bg-nbd", "pareto-nbd"]

REPEATERS_NEEDED = 100
DAYS_IN_YEAR = 365
_PLACES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_Z = 1.959963984540054
_STEP = 1e-4
_TABLE = 10_000_000


@dataclass(frozen=True)
class Outlook:
    """What a model foresees for each history over a horizon; arrays of one length.

    `discounted` are the expected purchases, those to come later counting less.
    """

    alive: Floats
    no_purchase: Floats
    expected: Floats
    discounted: Floats


@dataclass(frozen=True)
class Fitted:
    """A model fitted to the histories of a shop up to a day; times in days."""

    name: str
    model: BetaGeometric | ParetoNbd
    maximum: Maximum
    histories: Histories

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, as in `maximum.parameters`."""
        return pareto_nbd.NAMES if self.name == "pareto-nbd" else beta_geometric.NAMES

    @cached_property
    def dropout(self) -> float:
        """The mean chance that a customer stopped: after a purchase, or (Pareto) while known."""
        if isinstance(self.model, BetaGeometric):
            return self.model.dropout
        h, model = self.histories, self.model
        gone = 1 - (model.beta / (model.beta + h.T)) ** model.s
        return float(h.customers @ gone / h.n)

    def outlook(
        self,
        x: Numbers,
        recency: Numbers,
        known: Numbers,
        *,
        horizon: int,
        discount: float = 0.0,
    ) -> Outlook:
        """Foresee each history; `discount` is a rate a year."""
        model, force = self.model, np.log1p(discount) / DAYS_IN_YEAR
        alive = model.alive(x, recency, known)
        expected = alive * by_pair(
            x, known, lambda x, known: model.expected_alive(x, known, horizon)
        )
        discounted = expected
        if discount:
            discounted = alive * by_pair(
                x, known, lambda x, known: discounted_alive(model, x, known, horizon, force)
            )
        return Outlook(alive, model.no_purchase(x, recency, known, horizon), expected, discounted)

    def variance(self, x: Numbers, recency: Numbers, known: Numbers, *, horizon: int) -> Floats:
        """Variance of each history's purchases over the horizon, were the parameters known."""
        model = self.model
        alive = model.alive(x, recency, known)
        mean = alive * by_pair(x, known, lambda x, known: model.expected_alive(x, known, horizon))
        pairs = alive * by_pair(x, known, lambda x, known: pairs_alive(model, x, known, horizon))
        return mean + pairs - mean**2

    def slopes(self, x: Numbers, recency: Numbers, known: Numbers, *, horizon: int) -> Floats:
        """How each history's expected purchases move with each log-parameter (columns)."""
        points = np.log(self.maximum.parameters)

        def expected(point: Floats) -> Floats:
            model = self._with(point).model
            alive = model.alive(x, recency, known)
            return alive * by_pair(x, known, lambda n, days: model.expected_alive(n, days, horizon))

        steps = _STEP * np.eye(len(points))
        return np.stack(
            [(expected(points + h) - expected(points - h)) / (2 * _STEP) for h in steps], axis=1
        )

    def interval(self, variance: float, slope: Floats) -> float:
        """Half the width of the 95 % interval of a sum of purchases.

        `variance` is that of the sum with known parameters, `slope` how the sum moves with them.
        """
        doubt = float(slope @ self.maximum.covariance @ slope)
        return _Z * float(np.sqrt(variance + max(doubt, 0.0)))

    def _with(self, point: Floats) -> "Fitted":
        values = {
            name: float(value) for name, value in zip(self.parameters, np.exp(point), strict=True)
        }
        return replace(self, model=replace(self.model, **values))


def fit_model(purchases: Any, *, until: date, model: Model) -> Fitted:
    """Fit a model to the purchases up to a day.

    Raises
    ------
    NotEnoughDataError
        If fewer than 100 customers bought again by then.
    """
    return fit_histories(count_histories(purchases, until=until), model)


def fit_histories(histories: Histories, model: Model) -> Fitted:
    """Fit a model to counted histories; raises as `fit_model`."""
    if histories.repeaters < REPEATERS_NEEDED:
        raise NotEnoughDataError(
            "the model of customer value",
            "customers who bought again",
            needed=REPEATERS_NEEDED,
            found=histories.repeaters,
        )
    if model == "pareto-nbd":
        return Fitted(model, *pareto_nbd.fit(histories), histories)
    is_modified = model == "mbg-nbd"
    return Fitted(model, *beta_geometric.fit(histories, stops_at_first=is_modified), histories)


def by_pair(x: Numbers, known: Numbers, ask: Callable[[Floats, Floats], Floats]) -> Floats:
    """Ask once for each distinct pair of frequency and days known, and spread the answers."""
    if not len(x):
        return np.zeros(0)
    wide = int(known.max()) + 1
    pairs, place = _distinct(x.astype(np.int64) * wide + known)
    frequency, days = np.divmod(pairs, wide)
    return ask(frequency.astype(float), days.astype(float))[place]


def _distinct(keys: Days) -> tuple[Days, Days]:
    """Distinct whole numbers and the place of each among them; by a table where it is small."""
    size = int(keys.max()) + 1
    if size > _TABLE:
        return np.unique(keys, return_inverse=True)
    is_used = np.zeros(size, dtype=bool)
    is_used[keys] = True
    found = np.flatnonzero(is_used)
    place = np.zeros(size, dtype=np.int64)
    place[found] = np.arange(len(found))
    return found, place[keys]


def discounted_alive(
    model: BetaGeometric | ParetoNbd,
    x: Floats,
    known: Floats,
    horizon: float,
    force: float,
) -> Floats:
    """Purchases that a customer alive now is expected to make, each worth e^(−force · days)."""
    return _summed(
        model,
        known,
        horizon,
        lambda later: model.rate_alive(x, known, later) * np.exp(-force * later),
    )


def pairs_alive(
    model: BetaGeometric | ParetoNbd,
    x: Floats,
    known: Floats,
    horizon: float,
) -> Floats:
    """E[Y (Y − 1)] of the purchases Y that a customer alive now will make."""
    return _summed(
        model, known, horizon, lambda later: 2 * later * model.pair_rate_alive(x, known, later)
    )


def _summed(
    model: BetaGeometric | ParetoNbd,
    known: Floats,
    horizon: float,
    height: Callable[[Floats], Floats],
) -> Floats:
    """Integrate over the horizon; on the scale ln(days known + days ahead) all is smooth."""
    known = model.days_known(known)
    length = np.log1p(horizon / known)
    total = np.zeros(len(known))
    for place, weight in zip(_PLACES, _WEIGHTS, strict=True):
        later = known * np.expm1(length * (1 + place) / 2)
        total += weight / 2 * length * (known + later) * height(later)
    return total


def calibration_end(*, as_of: date, until: date | None, default: int) -> date:
    """Day up to which a model that is to be tested may see; by default so many days before as-of.

    Raises
    ------
    InvalidSettingError
        If the day is not before as-of.
    """
    chosen = until if until is not None else date.fromordinal(as_of.toordinal() - default)
    if epoch_day(chosen) >= epoch_day(as_of):
        raise InvalidSettingError("until", chosen.isoformat(), f"give a day before {as_of}")
    return chosen
