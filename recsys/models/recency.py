"""How far back in a user's own history each interaction lies, and what it then still weighs."""

import numpy as np
from scipy import sparse

from recsys.interactions import Interactions


def steps_back(interactions: Interactions) -> sparse.csr_matrix:
    """Count the user's later days of interaction behind each cell, plus one.

    The latest is 1, the one before 2; items of the same time share a step, so an order is never
    split. Where no time is known all is one step. Own definition.

    Returns
    -------
    CSR of float32, users × items, the cells of `interactions.matrix`.
    """
    matrix, last = interactions.matrix, interactions.last
    if (last == last[:1]).all():  # one step: ones, which who bought what already is
        ones = matrix.data if (matrix.data == 1).all() else np.ones(len(last), np.float32)
        return sparse.csr_matrix((ones, matrix.indices, matrix.indptr), matrix.shape)
    lengths = np.diff(matrix.indptr)
    user = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    order = np.lexsort((-last, user))  # leaves the users where they are
    is_next = np.diff(last[order], prepend=last[order][:1]) != 0
    is_next &= np.diff(user, prepend=-1) == 0
    count = np.cumsum(is_next, dtype=np.int32)
    step = np.empty(len(order), np.float32)
    step[order] = 1 + count - count[np.repeat(matrix.indptr[:-1], lengths)]
    return sparse.csr_matrix((step, matrix.indices, matrix.indptr), matrix.shape)


def weighed(
    matrix: sparse.csr_matrix, steps: sparse.csr_matrix, half_life: float
) -> sparse.csr_matrix:
    """Halve the weights for every `half_life` steps back; 0 leaves them as they are."""
    if not half_life:
        return matrix
    data = matrix.data * 0.5 ** ((steps.data - 1) / half_life)
    return sparse.csr_matrix((data.astype(np.float32), matrix.indices, matrix.indptr), matrix.shape)
