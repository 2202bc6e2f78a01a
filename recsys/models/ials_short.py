"""Rows of few cells: instead of an n_factors × n_factors system each, one of its n cells.

With A = gram + ridge·I, the row's V and weights C: x = A⁻¹ V' z, (C⁻¹ + V A⁻¹ V') z = 1 (the
push-through identity applied to (A + V'CV) x = V'C1), and its least loss is Σ z. In the basis of
gram's eigenvectors A is diagonal, whatever the ridge.
"""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import groupby

import numpy as np
from scipy import sparse

from recsys.models.ials_rows import Block, Side, parts
from recsys.models.scratch import scratch

_MAX_TABLE = 6_000  # columns above which a table of all products no longer pays
_TABLE_WORTH = 80.0  # measured: cells times products looked up of a table that make it pay

Run = Callable[..., Iterable]
Spectrum = tuple[np.ndarray, np.ndarray]  # eigenvalues, eigenvectors as columns


def spectrum_of(gram: np.ndarray) -> Spectrum:
    """Eigenvalues, none of them below 0, and eigenvectors of a gram matrix."""
    values, basis = np.linalg.eigh(gram)
    return np.maximum(values, 0), basis


def short_rows(
    side: Side,
    other: np.ndarray,
    factors: np.ndarray,
    *,
    spectrum: Spectrum,
    ridge: np.ndarray,
    run: Run,
) -> float:
    """Write the best factors of the short rows; the sum of their losses."""
    values, basis = spectrum
    turn, losses = basis.astype(np.float32), [0.0]
    table = np.empty((0, 0), np.float32)  # one for all ridges: each fills it anew
    for one_ridge, group in groupby(side.short, lambda block: float(ridge[block.rows[0]])):
        blocks = list(group)
        root = (1 / np.sqrt(values + one_ridge)).astype(np.float32)
        half = other[side.near] @ turn
        half *= root
        products = partial(_multiplied, half)
        if _is_table_worth(blocks, len(half)):
            table = table if len(table) else np.empty((len(half), len(half)), np.float32)
            _fill(table, half, run)
            products = partial(_looked_up, table)
        inverse = half @ (turn * root).T
        losses.extend(run(partial(_solve, factors, products, inverse), blocks))
    return sum(losses)


def _solve(
    factors: np.ndarray, products: Callable[[Block], np.ndarray], inverse: np.ndarray, block: Block
) -> float:
    z = _weights_of(products(block), block)
    factors[block.rows] = _mix(z, block, inverse)
    return float(z.sum(dtype=np.float64))


def _is_table_worth(blocks: list[Block], n_columns: int) -> bool:
    """Whether rows are so many that a table of all columns' products pays for them."""
    cells = sum(block.columns.size for block in blocks)
    return n_columns <= _MAX_TABLE and _TABLE_WORTH * cells > n_columns**2


def _fill(table: np.ndarray, half: np.ndarray, run: Run) -> None:
    """V A⁻¹ V' over all columns."""

    def fill(part: slice) -> None:
        np.matmul(half[part], half.T, out=table[part])

    list(run(fill, parts(len(half), len(half))))


def _looked_up(table: np.ndarray, block: Block) -> np.ndarray:
    columns = np.ascontiguousarray(block.columns.T, np.int32)
    n, n_rows = columns.shape
    system = scratch.empty("made", (n, n, n_rows))
    flat = table.ravel()
    for row in range(n):
        at = columns[row] * np.int32(len(table)) + columns[: row + 1]
        flat.take(at, out=system[row, : row + 1], mode="clip")
    return system


def _multiplied(half: np.ndarray, block: Block) -> np.ndarray:
    n_rows, n = block.columns.shape
    system = scratch.empty("made", (n, n, n_rows))
    for part in parts(n_rows, n * half.shape[1]):
        gathered = scratch.taken(half, block.columns[part])
        products = np.matmul(gathered, gathered.transpose(0, 2, 1))
        system[..., part] = products.transpose(1, 2, 0)
    return system


def _weights_of(products: np.ndarray, block: Block) -> np.ndarray:
    """Solve for the weights z of each row's cells, as (B, n)."""
    n = len(products)
    products[np.arange(n), np.arange(n)] += 1 / block.weights.T
    solved = solve_symmetric(products, np.ones((n, len(block.rows)), np.float32))
    return np.ascontiguousarray(solved.T)


def _mix(z: np.ndarray, block: Block, table: np.ndarray) -> np.ndarray:
    """Σ z·v over each row's cells."""
    n_rows, n = block.columns.shape
    ends = np.arange(0, n_rows * n + 1, n, dtype=np.int32)
    cells = (z.ravel(), block.columns.ravel(), ends)
    return sparse.csr_matrix(cells, (n_rows, len(table))) @ table


def solve_symmetric(system: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve B symmetric positive definite n × n systems at once, by LDL'.

    Each step is a vector operation over all B systems, which beats B calls of LAPACK while n is
    small. Only the lower triangle is read; `system` is overwritten.

    Parameters
    ----------
    system : (n, n, B); right : (n, B).

    Returns
    -------
    (n, B)

    Examples
    --------
    >>> twice = np.array([[[2.0], [0.0]], [[1.0], [2.0]]])
    >>> solve_symmetric(twice, np.array([[3.0], [3.0]])).ravel().tolist()
    [1.0, 1.0]
    """
    n = len(system)
    solution = right.copy()
    for pivot in range(n):
        np.reciprocal(system[pivot, pivot], out=system[pivot, pivot])
        column = system[pivot + 1 :, pivot].copy()
        system[pivot + 1 :, pivot] *= system[pivot, pivot]
        for row in range(pivot + 1, n):
            factor = system[row, pivot]
            system[row, pivot + 1 : row + 1] -= factor * column[: row - pivot]
            solution[row] -= factor * solution[pivot]
    for pivot in reversed(range(n)):
        solution[pivot] *= system[pivot, pivot]
        for row in range(pivot + 1, n):
            solution[pivot] -= system[row, pivot] * solution[row]
    return solution
