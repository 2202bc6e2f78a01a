"""The k best columns of every row of a block of scores, the same whatever the machine."""

import numpy as np

_CHUNKS = 8  # chunks per wanted column: enough for their maxima to cut most columns off


def top_k(scores: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the k largest scores of each row are, best first, ties by column.

    A lower bound of the k-th score is found first (the k-th largest maximum of the row's chunks),
    so that only the few survivors are sorted. -inf is never returned: a row may have fewer than k.

    Parameters
    ----------
    scores : array (rows, columns) without NaN.
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
    bound = _lower_bound(scores, min(k, n_columns))
    flat = np.flatnonzero((scores >= bound[:, None]) & (scores > -np.inf))
    rows, columns = np.divmod(flat, n_columns)
    order = np.lexsort((columns, -scores[rows, columns], rows))
    rows, columns = rows[order], columns[order]
    rank = np.arange(len(rows)) - np.searchsorted(rows, np.arange(n_rows))[rows]
    return rows[rank < k], columns[rank < k]


def _lower_bound(scores: np.ndarray, k: int) -> np.ndarray:
    n_rows, n_columns = scores.shape
    n_chunks = _CHUNKS * k
    if n_columns < 2 * n_chunks:
        return np.partition(scores, n_columns - k, axis=1)[:, n_columns - k]
    depth = n_columns // n_chunks
    # a chunk is a stride of columns: its maximum is taken over whole, contiguous slices
    body = scores[:, : depth * n_chunks].reshape(n_rows, depth, n_chunks).max(axis=1)
    return np.partition(body, n_chunks - k, axis=1)[:, n_chunks - k]
