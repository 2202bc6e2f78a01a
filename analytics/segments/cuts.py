"""Cut points that never part equals."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def cut_points(values: npt.ArrayLike, shares: tuple[float, ...]) -> Floats:
    """Values at or below which so large a share lies; each is a value that occurs.

    >>> cut_points([1, 1, 1, 2, 9], (0.2, 0.4, 0.6, 0.8)).tolist()
    [1.0, 1.0, 1.0, 2.0]
    """
    known = np.asarray(values, float)
    if not len(known):
        return np.full(len(shares), np.nan)
    return np.quantile(known, shares, method="inverted_cdf")


def score(values: npt.ArrayLike, cuts: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """1 plus the number of cut points that a value exceeds: equal values, equal scores.

    >>> score([1, 2, 9], [1.0, 1.0, 1.0, 2.0]).tolist()
    [1, 4, 5]
    """
    return np.searchsorted(np.asarray(cuts, float), np.asarray(values, float), side="left") + 1
