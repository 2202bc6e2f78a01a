"""The k best columns of every row of a block of scores, the same whatever the machine."""

import numpy as np

_CHUNKS = 8  # chunks per wanted column: enough for their maxima to cut most columns off


def top_k(scores: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the k largest scores of each row are, best first, ties by column.

    A lower bound of the k-th score is found first (the k-th largest maximum of chunks of the row),
    so that only the few survivors are sorted. -inf is never returned: a row may have fewer than k.

    Parameters
    ----------
    scores : array of floats (rows, columns) without NaN.
    k : int ≥ 1.

    Returns
    -------
    rows, columns : int arrays of one length, sorted by row, then from the best to the k-th.

    Examples
    --------
    >>> rows, columns = top_k(np.array([[1.0, 3.0, 3.0], [2.0, -np.inf, -np.inf]]), 2)
    >>> rows.tolist(), columns.tolist()
    ([0, 0, 1], [1, 2, 0])
    """
    n_rows, n_columns = scores.shape
    if not n_rows or not n_columns:
        return np.zeros(0, int), np.zeros(0, int)
    least = np.maximum(_lower_bound(scores, min(k, n_columns)), np.finfo(scores.dtype).min)
    rows, columns = np.divmod(np.flatnonzero(scores >= least[:, None]), n_columns)
    counts = np.bincount(rows, minlength=n_rows)
    first = np.cumsum(counts) - counts
    order = _best_first(-scores[rows, columns], rows, first, k)
    is_there = order < counts[:, None]
    return np.repeat(np.arange(n_rows), is_there.sum(axis=1)), columns[
        (first[:, None] + order)[is_there]
    ]


def ranks(groups: np.ndarray) -> np.ndarray:
    """1, 2, 3 … within each run of equal, sorted numbers.

    >>> ranks(np.array([0, 0, 3])).tolist()
    [1, 2, 1]
    """
    first = np.flatnonzero(np.diff(groups, prepend=groups[:1] - 1))
    return 1 + np.arange(len(groups)) - np.repeat(first, np.diff(first, append=len(groups)))


def _best_first(falling: np.ndarray, rows: np.ndarray, first: np.ndarray, k: int) -> np.ndarray:
    """Order the survivors of each row, side by side in a table; ties stay in order of columns."""
    place = np.arange(len(rows)) - first[rows]
    table = np.full((len(first), 1 + place.max(initial=0)), np.inf, falling.dtype)
    table[rows, place] = falling
    return np.argsort(table, axis=1, kind="stable")[:, :k]


def _lower_bound(scores: np.ndarray, k: int) -> np.ndarray:
    """Fold the columns in halves by their larger scores, as long as enough are left."""
    while scores.shape[1] >= 2 * _CHUNKS * k:
        half = scores.shape[1] // 2
        scores = np.maximum(scores[:, :half], scores[:, half : 2 * half])
    n_left = scores.shape[1]
    return np.partition(scores, n_left - k, axis=1)[:, n_left - k]
