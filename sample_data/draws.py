"""Seeded draws, all built on one stream of uniform numbers.

Only `Generator.random` is asked: of NumPy's distributions it is the one whose stream stays the same
from release to release, so that the files do too.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import truths

T = TypeVar("T")


class Draws:
    """Random choices for one question; `topic` keeps its stream apart from the others'."""

    def __init__(self, topic: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64([truths.SEED, topic]))

    def many(self, *shape: int) -> np.ndarray:
        """Uniform numbers in [0, 1) of this shape."""
        return self._generator.random(shape)

    def one(self) -> float:
        """Return one uniform number in [0, 1)."""
        return float(self._generator.random())

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self.one() < probability

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self.one() * (high - low + 1))

    def pick(self, values: Sequence[T]) -> T:
        """Return one of the values, all equally likely."""
        return values[int(self.one() * len(values))]

    def weighted(self, weights: Sequence[float] | np.ndarray, size: int) -> np.ndarray:
        """Positions drawn with these weights."""
        cumulative = np.cumsum(np.asarray(weights, dtype=float))
        drawn = self.many(size) * cumulative[-1]
        return np.searchsorted(cumulative, drawn, side="right")

    def rows(self, weights: np.ndarray) -> np.ndarray:
        """One column per row of a matrix of weights."""
        cumulative = np.cumsum(weights, axis=1)
        drawn = self.many(len(weights)) * cumulative[:, -1]
        return (cumulative <= drawn[:, None]).sum(axis=1)
