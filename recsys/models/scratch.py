"""Memory that is used again and again: fresh pages cost more than the numbers written to them."""

import math
import threading

import numpy as np


class Scratch(threading.local):
    """One growing buffer a thread and name, for results that are gone before the next is asked."""

    def __init__(self) -> None:
        self._kept: dict[str, np.ndarray] = {}

    def empty(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        """A single-precision array of this shape, on the memory of the last one of this name.

        >>> scratch = Scratch()
        >>> np.shares_memory(scratch.empty("a", (2, 3)), scratch.empty("a", (4,)))
        True
        """
        size = math.prod(shape)
        kept = self._kept.get(name)
        if kept is None or len(kept) < size:
            kept = self._kept[name] = np.empty(size, np.float32)
        return kept[:size].reshape(shape)

    def taken(self, table: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """The rows of a table at these places, places below 0 standing for the first."""
        found = self.empty("taken", (*columns.shape, table.shape[1]))
        return table.take(columns, axis=0, mode="clip", out=found)


scratch = Scratch()
