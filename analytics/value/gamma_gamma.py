"""Gamma-Gamma: how much a purchase of each customer is worth, shrunk towards everyone's mean.

A customer's purchases scatter around a mean of the customer's own: Gamma(p, ν) a purchase, ν itself
Gamma(q, v) over customers, independent of how often they buy.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.value.fitting import Maximum, Objective, maximise
from analytics.value.histories import Floats

NAMES = ("p", "q", "v")


@dataclass(frozen=True)
class GammaGamma:
    """The model with its parameters; v is in money."""

    p: float
    q: float
    v: float

    @property
    def mean(self) -> float:
        """The mean purchase over all customers, `p v / (q − 1)`; NaN where q ≤ 1: there is none."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else float("nan")

    def expected_mean(self, x: npt.ArrayLike, mean: npt.ArrayLike) -> Floats:
        """Expected value of a purchase of who made x repeat purchases of this mean value.

        `p (v + x m) / (p x + q − 1)`; without repeat purchases the mean over all customers.
        """
        x, mean = np.asarray(x, float), np.asarray(mean, float)
        spent = np.where(x > 0, x * np.nan_to_num(mean), 0)
        weight = self.p * x + self.q - 1
        known = np.where(weight > 0, weight, np.nan)
        return self.p * (self.v + spent) / known


def fit(x: Floats, mean: Floats, customers: Floats) -> tuple[GammaGamma, Maximum]:
    """Fit to customers with x > 0 repeat purchases of a positive mean value, by their number."""
    usual = float(customers @ mean / customers.sum())
    start = np.log([2.0, 2.0, max(usual, 1e-3)])
    found = maximise(objective_of(x, mean, customers), start, float(customers.sum()))
    p, q, v = (float(value) for value in found.parameters)
    return GammaGamma(p, q, v), found


def objective_of(x: Floats, mean: Floats, customers: Floats) -> Objective:
    """Give the mean log-likelihood and its gradient in log-parameters.

    Gamma functions are asked once per distinct x.
    """
    n, times, spent = float(customers.sum()), customers * x, x * mean
    distinct, place = np.unique(x, return_inverse=True)
    count = np.bincount(place, customers)
    by_spent, by_mean = float(times @ np.log(spent)), float(customers @ np.log(mean))

    def objective(point: Floats) -> tuple[float, Floats]:
        p, q, v = np.exp(point)
        shape = p * distinct
        digamma, log_sum, per_sum = special.psi(shape + q), np.log(v + spent), 1 / (v + spent)
        by_times, by_customer = times @ log_sum, customers @ log_sum
        value = count @ (special.gammaln(shape + q) - special.gammaln(shape))
        value += n * (q * np.log(v) - special.gammaln(q)) + p * by_spent - by_mean
        value -= p * by_times + q * by_customer
        gradient = [
            (count * distinct) @ (digamma - special.psi(shape)) + by_spent - by_times,
            count @ digamma + n * (np.log(v) - special.psi(q)) - by_customer,
            n * q / v - p * (times @ per_sum) - q * (customers @ per_sum),
        ]
        return float(value) / n, np.array(gradient) * np.exp(point) / n

    return objective
