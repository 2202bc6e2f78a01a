"""Purchase histories in three numbers, counted: all that a buy-till-you-die model needs to know."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.periods import epoch_day, epoch_days
from analytics.tables import collect

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]
Numbers = npt.NDArray[Any]


@dataclass(frozen=True)
class Histories:
    """Distinct histories, sorted, and how many customers share each; one entry a history.

    `frequency` counts repeat purchases, `recency` the days from the first purchase to the last, `T`
    the days from the first purchase to the end of what is known.
    """

    frequency: Days
    recency: Days
    T: Days
    customers: Floats

    @classmethod
    def of(
        cls, frequency: npt.ArrayLike, recency: npt.ArrayLike, known: npt.ArrayLike
    ) -> "Histories":
        """Count identical histories of single customers; all days are whole."""
        x, last, length = (np.asarray(part, np.int64) for part in (frequency, recency, known))
        if not len(x):
            return cls(x, last, length, np.zeros(0))
        wide = int(length.max()) + 1
        key = np.sort((x * wide + last) * wide + length)
        starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
        rest, length = np.divmod(key[starts], wide)
        x, last = np.divmod(rest, wide)
        counts = np.diff(np.append(starts, len(key)))
        return cls(x, last, length, counts.astype(np.float64))

    @property
    def n(self) -> float:
        """How many customers there are."""
        return float(self.customers.sum())

    @property
    def repeaters(self) -> int:
        """How many of them bought more than once."""
        return int(self.customers[self.frequency > 0].sum())

    @property
    def purchases(self) -> float:
        """How many repeat purchases they made."""
        return float(self.customers @ self.frequency)

    def sample(self, size: int) -> "Histories":
        """Every k-th customer, in the order of the histories: the same ones each time."""
        ends = np.cumsum(self.customers)
        places = (np.arange(size) + 0.5) * (ends[-1] / size)
        drawn = np.bincount(np.searchsorted(ends, places), minlength=len(ends))
        kept = drawn > 0
        return Histories(
            self.frequency[kept], self.recency[kept], self.T[kept], drawn[kept].astype(float)
        )

    def __iter__(self) -> Iterator[Days]:
        """Give frequency, recency and T, to be unpacked."""
        return iter((self.frequency, self.recency, self.T))


def customer_histories(purchases: Any, *, until: date) -> Any:
    """One row per buyer: customer_number, first_day, frequency, recency, T, repeat_revenue.

    `repeat_revenue` is what the repeat purchases brought; purchases after `until` do not exist yet.
    """
    known = purchases.filter(purchases.day <= until)
    is_repeat = known.purchase_number > 1
    mine = known.group_by("customer_number").aggregate(
        first_day=known.first_day.min(),
        last_day=known.day.max(),
        frequency=known.count() - 1,
        repeat_revenue=known.revenue.sum(where=is_repeat),
    )
    first, last = epoch_days(mine.first_day), epoch_days(mine.last_day)
    return mine.select(
        "customer_number",
        "first_day",
        frequency=mine.frequency.cast("int64"),
        recency=last - first,
        T=epoch_day(until) - first,
        repeat_revenue=mine.repeat_revenue,
    )


def count_histories(purchases: Any, *, until: date) -> Histories:
    """Count the distinct histories in the engine."""
    rows = customer_histories(purchases, until=until)
    keys = ["frequency", "recency", "T"]
    counts = collect(rows.group_by(keys).aggregate(n=rows.count())).sort_values(keys)
    x, last, length, n = (counts[name].to_numpy() for name in (*keys, "n"))
    return Histories(
        x.astype(np.int64), last.astype(np.int64), length.astype(np.int64), n.astype(float)
    )
