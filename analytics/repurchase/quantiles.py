"""Quantiles of counted values: the waits of millions are a table of a few hundred lengths."""

import numpy as np
import numpy.typing as npt


def weighted_quantiles(
    values: npt.ArrayLike, counts: npt.ArrayLike, shares: list[float]
) -> npt.NDArray[np.float64]:
    """Quantiles of values that occur so many times each, interpolated linearly; NaN of nothing.

    >>> weighted_quantiles([1, 10], [3, 1], [0.5, 1.0]).tolist()
    [1.0, 10.0]
    """
    value, count = np.asarray(values, float), np.asarray(counts, np.int64)
    order = np.argsort(value, kind="stable")
    value, ends = value[order], np.cumsum(count[order])
    if not len(ends) or ends[-1] == 0:
        return np.full(len(shares), np.nan)
    place = np.asarray(shares) * (ends[-1] - 1)
    low, high = np.floor(place), np.ceil(place)
    below = value[np.searchsorted(ends, low, side="right")]
    above = value[np.searchsorted(ends, high, side="right")]
    return below + (above - below) * (place - low)
