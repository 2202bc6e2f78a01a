"""Histories sorted by length, so that each goes to the cheaper of two exact ways to solve it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import sparse

_BLOCK_CELLS = 1 << 20  # numbers gathered at once: a block stays in the processor's cache
_MAX_SHORT = 28
_STEP = 1.25  # lengths of long rows are padded up to the next power of it


@dataclass(frozen=True, eq=False)
class Block:
    """Rows solved together: numbers (B,), columns (B, L), weights (B, L), these 0 where padded."""

    rows: np.ndarray
    columns: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True, eq=False)
class Side:
    """All rows of one side; rows without a cell are in no block: their factors are 0.

    `short` blocks hold rows of one length n, for which n × n systems are cheaper than
    n_factors × n_factors ones; `long` blocks hold the rest, padded.
    """

    n_rows: int
    n_columns: int
    lengths: np.ndarray
    short: tuple[Block, ...]
    long: tuple[Block, ...]

    def ridge(self, regularization: float, unobserved_weight: float, exponent: float) -> np.ndarray:
        """Ridge of each row: regularization · (n + unobserved_weight · n_columns) ** exponent."""
        scale = self.lengths + unobserved_weight * self.n_columns
        return regularization * scale**exponent


class Solver(Protocol):
    """One half of an iteration: the best factors of all rows for given factors of the columns."""

    def half_step(
        self, side: Side, other: np.ndarray, *, unobserved_weight: float, ridge: np.ndarray
    ) -> tuple[np.ndarray, float]:
        """Factors (n_rows, n_factors) as float32, and the sum of the rows' least losses.

        A row's loss is Σ w (x·v − 1)² over its cells + unobserved_weight · Σ (x·v)² over all
        columns + ridge · |x|².
        """
        ...


def side_of(matrix: sparse.csr_matrix, n_factors: int) -> Side:
    """Sort the rows of a matrix of weights into blocks.

    >>> ones = sparse.csr_matrix(np.eye(3, dtype=np.float32))
    >>> [block.rows.tolist() for block in side_of(ones, 8).short]
    [[0, 1, 2]]
    """
    lengths = np.diff(matrix.indptr)
    longest = min(_MAX_SHORT, max(1, n_factors // 2))
    order = np.argsort(lengths, kind="stable")
    short, long = [], []
    for width in np.unique(_padded(lengths[lengths > 0], longest)):
        rows = order[_padded(lengths[order], longest) == width]
        size = max(1, _BLOCK_CELLS // int(width * n_factors))
        parts = [
            _block(matrix, rows[at : at + size], int(width)) for at in range(0, len(rows), size)
        ]
        (short if width <= longest else long).extend(parts)
    n_rows, n_columns = matrix.shape  # pyright: ignore[reportGeneralTypeIssues]
    return Side(n_rows, n_columns, lengths, tuple(short), tuple(long))


def _padded(lengths: np.ndarray, longest: int) -> np.ndarray:
    safe = np.maximum(lengths, 1)
    power = np.ceil(np.log(safe) / np.log(_STEP) - 1e-9)
    wide = np.maximum(np.ceil(_STEP**power).astype(np.int64), lengths)
    return np.where(lengths <= longest, lengths, wide)


def _block(matrix: sparse.csr_matrix, rows: np.ndarray, width: int) -> Block:
    start, end = matrix.indptr[rows], matrix.indptr[rows + 1]
    at = start[:, None] + np.arange(width)
    is_cell = at < end[:, None]
    at = np.where(is_cell, at, 0)
    columns = np.where(is_cell, matrix.indices[at], 0).astype(np.int64)
    weights = np.where(is_cell, matrix.data[at], 0).astype(np.float32)
    return Block(rows, columns, weights)
