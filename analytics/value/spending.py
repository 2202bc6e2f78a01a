"""What a repeat purchase brings: the money side of the histories, and a model of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from analytics.errors import NotEnoughDataError
from analytics.notes import Note
from analytics.tables import collect
from analytics.value import gamma_gamma
from analytics.value.fitting import Maximum
from analytics.value.gamma_gamma import GammaGamma
from analytics.value.histories import Floats, customer_histories
from analytics.value.models import REPEATERS_NEEDED

_CORRELATION = 0.3


@dataclass(frozen=True)
class Spending:
    """The repeat purchases of those who made some: their number, mean value, how many customers."""

    frequency: Floats
    monetary_value: Floats
    customers: Floats

    @property
    def n(self) -> int:
        """How many customers there are."""
        return int(self.customers.sum())

    @property
    def mean(self) -> float:
        """The mean repeat purchase; NaN without any."""
        total = float(self.customers @ self.frequency)
        spent = float(self.customers @ (self.frequency * self.monetary_value))
        return spent / total if total else float("nan")

    @property
    def correlation(self) -> float:
        """Pearson correlation of frequency and mean value over customers."""
        values = np.stack([self.frequency, self.monetary_value])
        spread = np.cov(values, aweights=self.customers, ddof=0)
        scale = float(np.sqrt(spread[0, 0] * spread[1, 1]))
        return float(spread[0, 1]) / scale if scale > 0 else 0.0


@dataclass(frozen=True)
class FittedSpending:
    """A Gamma-Gamma model, the data it was fitted to, and the mean purchase where it has none."""

    model: GammaGamma
    maximum: Maximum
    spending: Spending

    def expected_mean(self, x: Floats, mean: Floats) -> Floats:
        """Expected value of a coming purchase; the mean of all where the model has no mean."""
        expected = self.model.expected_mean(x, mean)
        return np.where(np.isnan(expected), self.spending.mean, expected)

    def notes(self) -> list[Note]:
        """Say where the model's assumptions do not hold."""
        found = []
        correlation = self.spending.correlation
        if abs(correlation) > _CORRELATION:
            text = (
                "How often customers buy and how much they spend go together (correlation "
                "{correlation:.2f}); the model takes them as independent, so values are off at "
                "the ends."
            )
            found.append(Note("value_correlated", text, correlation=correlation))
        if self.model.q <= 1:
            text = (
                "Purchases vary so widely that the model has no mean purchase (q = {q:.2f}); the "
                "observed mean stands in where a customer's own is unknown."
            )
            found.append(Note("value_no_mean", text, q=self.model.q))
        return found


def count_spending(purchases: Any, *, until: date) -> Spending:
    """Count those with repeat purchases worth something, by number and money, in the engine."""
    rows = customer_histories(purchases, until=until)
    rows = rows.filter((rows.frequency > 0) & (rows.repeat_revenue > 0))
    keys = ["frequency", "repeat_revenue"]
    return spent_by(collect(rows.group_by(keys).aggregate(customers=rows.count())))


def spent_by(rows: Any) -> Spending:
    """Count them in rows of frequency, repeat_revenue and customers."""
    worth = rows[(rows["frequency"] > 0) & (rows["repeat_revenue"] > 0)]
    keys = ["frequency", "repeat_revenue"]
    counts = worth.groupby(keys, as_index=False)["customers"].sum()
    frequency = counts["frequency"].to_numpy(float)
    mean = counts["repeat_revenue"].to_numpy(float) / frequency
    return Spending(frequency, mean, counts["customers"].to_numpy(float))


def fit_spending(purchases: Any, *, until: date) -> FittedSpending:
    """Fit the Gamma-Gamma model to the repeat purchases up to a day; raises as `fit_spent`."""
    return fit_spent(count_spending(purchases, until=until))


def fit_spent(spending: Spending) -> FittedSpending:
    """Fit the Gamma-Gamma model to counted repeat purchases.

    Raises
    ------
    NotEnoughDataError
        If fewer than 100 customers made repeat purchases worth anything.
    """
    if spending.n < REPEATERS_NEEDED:
        raise NotEnoughDataError(
            "the model of purchase values",
            "customers with repeat purchases worth something",
            needed=REPEATERS_NEEDED,
            found=spending.n,
        )
    model, maximum = gamma_gamma.fit(
        spending.frequency, spending.monetary_value, spending.customers
    )
    return FittedSpending(model, maximum, spending)
