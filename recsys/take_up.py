"""How likely an offered item is bought: a place in a list and a customer's pace, as a chance."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from scipy import stats

from analytics.intervals import LEVEL
from recsys.models.base import FALLBACK_HALF_LIFE_DAYS, Known

DEPTH = 50  # places of a list that are told apart; beyond it one chance for all items
PLACES = np.array([1, 2, 3, 4, 6, 11, 21, DEPTH + 1])  # the first of each class
SILENCE = np.array([0, 7, 30, 90, 180, 365])  # days since the last action
OWNED = np.array([0, 1, 2, 5])  # items
_LEAST_SPREAD = 1e-4


@dataclass(frozen=True)
class Check:
    """How the chances learnt in one stretch of time fared in the next one.

    Parameters
    ----------
    learnt_from, checked_from, checked_until : days (ISO) at which the two windows begin and the
        second one ends.
    n_customers : looked at in the second window.
    expected, bought : items that they were expected to buy, and did.
    ratio, lower, upper : bought ÷ expected, with its 95 % interval over customers.
    item_spread : how far single items strayed, as the variance of bought ÷ expected over items
        beyond what chance alone gives.
    bands : (expected chance, offers, bought) of offers alike in chance, from the lowest.
    ratios : bought ÷ what the stretch before let expect, of earlier stretches without any model
        (`recsys.swing.ratios`), the newest first: how far the shop as a whole strays.
    """

    learnt_from: str
    checked_from: str
    checked_until: str
    n_customers: int
    expected: float
    bought: int
    ratio: float
    lower: float
    upper: float
    item_spread: float
    bands: tuple[tuple[float, int, int], ...]
    ratios: tuple[float, ...] = ()

    @property
    def swing(self) -> float:
        """How far the whole strayed from what was expected: the root of the mean square."""
        strays = np.array([self.ratio, *self.ratios[1:]]) - 1
        return float(np.sqrt(np.mean(strays**2)))


@dataclass(frozen=True)
class TakeUp:
    """Chance that a customer buys an item within `horizon_days`, by itself and without a campaign.

    chance = 1 − exp(−place · silence · owned · item): the rate of the item's place in his own list,
    times how much faster or slower customers buy who have been silent for so long and own so many
    items, times how the item itself sells from such places. Fitted as a Poisson model of main
    effects (iterative proportional fitting, Deming & Stephan 1940); the rates of places fall
    (isotonic regression). Own definition.

    Parameters
    ----------
    horizon_days : within how many days.
    place, silence, owned : rates and factors of the classes `PLACES`, `SILENCE`, `OWNED`.
    items : factors by item id; 1 for all others.
    check : how it did on later time.
    """

    horizon_days: int
    place: tuple[float, ...]
    silence: tuple[float, ...]
    owned: tuple[float, ...]
    items: Mapping[str, float]
    check: Check

    def pace(self, known: Known, rows: np.ndarray) -> np.ndarray:
        """Give each customer's factor; 0 for rows of -1, of whom nothing is known."""
        silence, owned = customer_classes(known, rows)
        factor = np.asarray(self.silence)[silence] * np.asarray(self.owned)[owned]
        return np.where(rows >= 0, factor, 0.0)

    def rate(self, rank: np.ndarray) -> np.ndarray:
        """Give the rate of each place in a list, from 1; beyond `DEPTH` that of all other items."""
        return np.asarray(self.place)[place_class(rank)]

    @property
    def beyond(self) -> float:
        """Rate of an item that is not among the first `DEPTH`."""
        return self.place[-1]

    def item_factors(self, item_ids: np.ndarray) -> np.ndarray:
        """Give the factor of each item."""
        return np.array([self.items.get(str(item), 1.0) for item in item_ids], float)

    def interval(
        self, expected: np.ndarray, *, is_one_item: bool = True
    ) -> tuple[np.ndarray, np.ndarray]:
        """How many buyers to count on (95 %), given how many are expected.

        Quantiles of a negative binomial: chance in who buys, how far the whole strayed from one
        stretch of time to the next, and for one item how far single items did.
        """
        mean = np.nan_to_num(np.asarray(expected, float))
        error = (self.check.upper - self.check.lower) / 4  # of the ratio: a quarter of the interval
        spread = self.check.swing**2 + error**2
        spread = max(spread + (self.check.item_spread if is_one_item else 0.0), _LEAST_SPREAD)
        tail = (1 - LEVEL) / 2
        size, chance = 1 / spread, 1 / (1 + mean * spread)
        return tuple(stats.nbinom.ppf(one, size, chance) for one in (tail, 1 - tail))  # pyright: ignore[reportReturnType]

    def to_json(self) -> dict[str, Any]:
        """Return plain values, to be kept in a manifest."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any] | None) -> Self | None:
        """Undo `to_json`; null where nothing was kept."""
        if not values:
            return None
        bands = tuple((float(p), int(n), int(hits)) for p, n, hits in values["check"]["bands"])
        ratios = tuple(map(float, values["check"].get("ratios", ())))
        check = Check(**{**values["check"], "bands": bands, "ratios": ratios})
        rates = {name: tuple(values[name]) for name in ("place", "silence", "owned")}
        return cls(values["horizon_days"], items=values["items"], check=check, **rates)


def place_class(rank: np.ndarray) -> np.ndarray:
    """Class of each place in a list; 0 and less mean that the item is not in it.

    >>> place_class(np.array([1, 5, 50, 51, 0])).tolist()
    [0, 3, 6, 7, 7]
    """
    found = np.searchsorted(PLACES, rank, side="right") - 1
    return np.where(rank > 0, found, len(PLACES) - 1)


def customer_classes(known: Known, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Class of silence and of items owned of each customer; rows of -1 get the first ones."""
    inside = np.maximum(rows, 0)
    if not len(known.user_ids):
        return np.zeros(len(rows), int), np.zeros(len(rows), int)
    silent = np.searchsorted(SILENCE, silent_days(known, inside), side="right") - 1
    owned = np.searchsorted(OWNED, known.owned[inside].getnnz(axis=1), side="right") - 1
    return np.clip(silent, 0, len(SILENCE) - 1), owned


def silent_days(known: Known, rows: np.ndarray) -> np.ndarray:
    """Days from each customer's last action to the latest of all; 0 where no time is known.

    Read off the weights: `recent` holds them halved for every 30 days of age.
    """
    weight, recent = known.matrix[rows], known.recent[rows]
    with np.errstate(divide="ignore"):
        age = FALLBACK_HALF_LIFE_DAYS * np.log2(weight.data / recent.data)
    youngest = np.full(len(rows), np.inf)
    has_any = np.diff(weight.indptr) > 0
    if has_any.any():
        youngest[has_any] = np.minimum.reduceat(age, weight.indptr[:-1][has_any])
    return np.maximum(np.round(youngest, 1), 0)
