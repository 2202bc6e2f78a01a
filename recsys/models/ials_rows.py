"""Histories sorted by length, so that each goes to the cheaper of two ways to solve it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import sparse

GRADIENTS = 3  # conjugate gradients a half step, as others do: enough from a warm start
_BLOCK_CELLS = 1 << 19  # numbers gathered at once: a block stays in the processor's cache
_BLOCK_ROWS = 1 << 14
_MAX_SHORT = 16  # measured: where small systems cease to be cheaper than conjugate gradients
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
    n_factors × n_factors ones; their columns are places in `near`, the columns that short rows
    have. `long` blocks hold the rest, padded.
    """

    n_rows: int
    n_columns: int
    lengths: np.ndarray
    near: np.ndarray
    short: tuple[Block, ...]
    long: tuple[Block, ...]

    def ridge(self, regularization: float, unobserved_weight: float, exponent: float) -> np.ndarray:
        """Ridge of each row: regularization · (n + unobserved_weight · n_columns) ** exponent."""
        scale = self.lengths + unobserved_weight * self.n_columns
        return regularization * scale**exponent


class Solver(Protocol):
    """One half of an iteration: better factors of all rows for given factors of the columns."""

    def half_step(
        self,
        side: Side,
        other: np.ndarray,
        *,
        unobserved_weight: float,
        ridge: np.ndarray,
        start: np.ndarray | None = None,
    ) -> tuple[np.ndarray, float]:
        """Factors (n_rows, n_factors) as float32, and the sum of the rows' losses with them.

        A row's loss is Σ w (x·v − 1)² over its cells + unobserved_weight · Σ (x·v)² over all
        columns + ridge · |x|². Short rows get the best factors there are. So do long ones without
        a `start`; with one, they move from there by a few conjugate gradients, in place.
        """
        ...


def side_of(matrix: sparse.csr_matrix, n_factors: int) -> Side:
    """Sort the rows of a matrix of weights into blocks.

    >>> ones = sparse.csr_matrix(np.eye(3, dtype=np.float32))
    >>> [block.rows.tolist() for block in side_of(ones, 8).short]
    [[0, 1, 2]]
    """
    lengths = np.diff(matrix.indptr)
    longest = min(_MAX_SHORT, max(1, n_factors // 4))
    widths = _padded(lengths, longest)
    order = np.argsort(widths, kind="stable")
    short, long = [], []
    for width in np.unique(widths[lengths > 0]):
        start, end = np.searchsorted(widths, (width, width + 1), sorter=order)
        numbers = width * (width if width <= longest else n_factors)
        size = max(1, min(_BLOCK_ROWS, _BLOCK_CELLS // int(numbers)))
        parts = np.split(order[start:end], range(size, end - start, size))
        (short if width <= longest else long).extend(
            _block(matrix, rows, int(width)) for rows in parts
        )
    n_rows, n_columns = matrix.shape  # pyright: ignore[reportGeneralTypeIssues]
    near, placed = _near(short, n_columns)
    return Side(n_rows, n_columns, lengths, near, placed, tuple(long))


def _padded(lengths: np.ndarray, longest: int) -> np.ndarray:
    power = np.ceil(np.log(np.maximum(lengths, 1)) / np.log(_STEP) - 1e-9)
    wide = np.maximum(np.ceil(_STEP**power).astype(lengths.dtype), lengths)
    return np.where(lengths <= longest, lengths, wide)


def _block(matrix: sparse.csr_matrix, rows: np.ndarray, width: int) -> Block:
    start, end = matrix.indptr[rows], matrix.indptr[rows + 1]
    at = start[:, None] + np.arange(width, dtype=start.dtype)
    is_cell = at < end[:, None]
    at = np.where(is_cell, at, 0)
    columns = np.where(is_cell, matrix.indices[at], 0).astype(np.int32)
    weights = np.where(is_cell, matrix.data[at], 0).astype(np.float32)
    return Block(rows, columns, weights)


def _near(short: list[Block], n_columns: int) -> tuple[np.ndarray, tuple[Block, ...]]:
    """Columns that these blocks have, and the blocks by their places among them."""
    is_near = np.zeros(n_columns, bool)
    for block in short:
        is_near[block.columns] = True
    place = (np.cumsum(is_near) - 1).astype(np.int32)
    placed = (Block(block.rows, place[block.columns], block.weights) for block in short)
    return np.flatnonzero(is_near), tuple(placed)
