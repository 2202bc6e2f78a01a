"""Histories sorted by length, so that each goes to the cheaper of two ways to solve it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import sparse

GRADIENTS = 2  # conjugate gradients a half step: scaled ones, so as good as the usual three
_BLOCK_CELLS = 1 << 18  # numbers held at once: they stay in the processor's cache
_LONG_CELLS = 3 << 17  # of long rows: fewer, larger blocks, as each costs dozens of calls
_MAX_NEAR = 1 << 19  # of the columns' vectors: where they are in the cache too, calls cost most
_BLOCK_ROWS = 1 << 12
_MAX_SHORT = 16  # measured: where small systems cease to be cheaper than conjugate gradients
_STEP = 1.25  # the longest row of a block to its shortest, at most: rows are padded to one length


@dataclass(frozen=True, eq=False)
class Block:
    """Rows solved together: numbers (B,), columns (B, L), below 0 where padded, and their weight.

    The weight is (B, L), or one number for all where they are equal: most shops only know who
    bought what, and need not keep millions of ones.
    """

    rows: np.ndarray
    columns: np.ndarray
    weight: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """The weight of each cell (B, L), 0 where padded."""
        return np.where(self.columns < 0, np.float32(0), self.weight)


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
        scale = np.arange(1 + self.lengths.max(initial=0)) + unobserved_weight * self.n_columns
        return (regularization * scale**exponent).astype(np.float32)[self.lengths]


class Solver(Protocol):
    """One half of an iteration: better factors of all rows for given factors of the columns."""

    def half_step(
        self,
        side: Side,
        other: np.ndarray,
        factors: np.ndarray,
        *,
        unobserved_weight: float,
        ridge: np.ndarray,
        is_exact: bool,
    ) -> float:
        """Better the factors (n_rows, n_factors), float32, in place; the sum of the rows' losses.

        A row's loss is Σ w (x·v − 1)² over its cells + unobserved_weight · Σ (x·v)² over all
        columns + ridge · |x|². Short rows get the best factors there are. So do long ones where
        `is_exact`; else they move from where they are by a few conjugate gradients.
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
    order = np.argsort(lengths, kind="stable").astype(np.int32)
    data = np.asarray(matrix.data, np.float32)
    weight = data[0] if len(data) and (data == data[0]).all() else data
    n_rows, n_columns = matrix.shape  # pyright: ignore[reportGeneralTypeIssues]
    most = _LONG_CELLS * (2 if n_columns * n_factors <= _MAX_NEAR else 1) // n_factors
    short, long = [], []
    for rows in _cut(order, lengths[order], longest, most):
        width = int(lengths[rows[-1]])
        (short if width <= longest else long).append(_block(matrix, weight, rows, width))
    near, placed = _near(short, n_columns)
    return Side(n_rows, n_columns, lengths, near, placed, tuple(long))


def parts(n_rows: int, numbers: int) -> Iterator[slice]:
    """Slices of rows so few that these numbers a row stay in the processor's cache.

    >>> len(list(parts(10, 1 << 18)))
    10
    """
    size = max(1, _BLOCK_CELLS // numbers)
    return (slice(start, start + size) for start in range(0, n_rows, size))


def _cut(
    order: np.ndarray, lengths: np.ndarray, longest: int, most_cells: int
) -> Iterator[np.ndarray]:
    """Rows by length, shortest first, cut where a block is full or rows have become too unlike."""
    start, end = int(np.searchsorted(lengths, 0, "right")), len(order)
    while start < end:
        least = int(lengths[start])
        is_short = least <= longest
        width = least if is_short else int(_STEP * least)
        numbers = _BLOCK_CELLS // least**2 if is_short else most_cells // least
        size = max(1, min(_BLOCK_ROWS, numbers))
        stop = min(start + size, int(np.searchsorted(lengths, width, "right")))
        yield order[start:stop]
        start = stop


def _block(matrix: sparse.csr_matrix, weight: np.ndarray, rows: np.ndarray, width: int) -> Block:
    start, end = matrix.indptr[rows], matrix.indptr[rows + 1]
    at = start[:, None] + np.arange(width, dtype=start.dtype)
    is_cell = at < end[:, None]
    at = np.where(is_cell, at, 0)
    n_columns = int(matrix.shape[1])  # pyright: ignore[reportOptionalSubscript]
    narrowest = np.min_scalar_type(-n_columns)  # half the memory where items are few
    columns = np.where(is_cell, matrix.indices[at], -1).astype(narrowest)
    return Block(rows, columns, weight if weight.ndim == 0 else weight[at])


def _near(short: list[Block], n_columns: int) -> tuple[np.ndarray, tuple[Block, ...]]:
    """Columns that these blocks have, and the blocks by their places among them."""
    is_near = np.zeros(n_columns, bool)
    for block in short:
        is_near[block.columns] = True
    place = (np.cumsum(is_near) - 1).astype(np.min_scalar_type(-n_columns))
    placed = (Block(block.rows, place[block.columns], block.weight) for block in short)
    return np.flatnonzero(is_near), tuple(placed)
