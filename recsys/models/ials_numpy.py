"""The NumPy backend of iALS: exact on every row, short histories by small systems."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import sparse
from threadpoolctl import ThreadpoolController

from recsys.models.ials_rows import Block, Side

_CHUNK = 8192  # rows whose products are summed in single precision before double takes over
_MAX_TABLE = 6_000  # columns above which a table of all products no longer pays
_TABLE_WORTH = 80.0  # measured: products looked up a cell of the table that make it pay


class NumpySolver:
    """Solves rows on CPU threads (`threads`), with one BLAS thread in each.

    Sums over thousands of rows and all systems are in double precision, gathered products in
    single: factors agree with all-double normal equations to about 1e-6.
    """

    def __init__(self, threads: int = 2) -> None:
        self._threads = threads
        self._libraries = ThreadpoolController()  # to look for them takes as long as a small half

    def half_step(
        self, side: Side, other: np.ndarray, *, unobserved_weight: float, ridge: np.ndarray
    ) -> tuple[np.ndarray, float]:
        """See `Solver.half_step`."""
        factors = np.zeros((side.n_rows, other.shape[1]), np.float32)
        one_each = self._libraries.limit(limits=1, user_api="blas")
        with one_each, ThreadPoolExecutor(self._threads) as pool:
            gram = unobserved_weight * gram_matrix(other, pool.map)
            short = _short_solver(side, other, gram, ridge, factors)
            long = _long_solver(other, gram, ridge, factors)
            losses = [*pool.map(long, side.long), *pool.map(short, side.short)]
        return factors, float(sum(losses))


def gram_matrix(factors: np.ndarray, run: Callable = map) -> np.ndarray:
    """F'F of tall single-precision factors, summed in double precision."""

    def part(start: int) -> np.ndarray:
        rows = factors[start : start + _CHUNK]
        return (rows.T @ rows).astype(np.float64)

    parts: Iterable[np.ndarray] = run(part, range(0, len(factors), _CHUNK))
    return sum(parts, np.zeros((factors.shape[1],) * 2))


def _short_solver(
    side: Side, other: np.ndarray, gram: np.ndarray, ridge: np.ndarray, factors: np.ndarray
) -> Callable[[Block], float]:
    """Rows of n cells by n × n systems.

    With A = gram + ridge·I, the row's V and weights C: x = A⁻¹ V' z, (C⁻¹ + V A⁻¹ V') z = 1
    (the push-through identity applied to (A + V'CV) x = V'C1), and its least loss is Σ z.
    In the basis of gram's eigenvectors A is diagonal, whatever the ridge.
    """
    values, basis = np.linalg.eigh(gram)
    values = np.maximum(values, 0)
    turned = other @ basis.astype(np.float32)
    back = basis.T.astype(np.float32)
    tables = _tables(side, turned, values, ridge)

    def solve(block: Block) -> float:
        n = block.columns.shape[1]
        scale = (1 / (values + ridge[block.rows[0]])).astype(np.float32)
        table = tables.get(n)
        is_rare = table is None
        system = _products(turned, scale, block) if is_rare else _looked_up(table, block)
        own = np.arange(n)
        system[own, own] += 1 / block.weights.T.astype(np.float64)
        z = solve_symmetric(system, np.ones((n, len(block.rows))))
        mixture = _mix(z.T, block, turned)
        factors[block.rows] = (mixture * scale) @ back
        return float(z.sum())

    return solve


def _tables(
    side: Side, turned: np.ndarray, values: np.ndarray, ridge: np.ndarray
) -> dict[int, np.ndarray]:
    """V A⁻¹ V' over all columns, for the row lengths frequent enough to be worth it."""
    counts: dict[int, int] = {}
    rows: dict[int, int] = {}
    for block in side.short:
        n = block.columns.shape[1]
        counts[n] = counts.get(n, 0) + len(block.rows)
        rows[n] = int(block.rows[0])
    if side.n_columns > _MAX_TABLE:
        return {}
    worth = [n for n, count in counts.items() if _TABLE_WORTH * n * count > side.n_columns**2]
    return {n: _table(turned, values + ridge[rows[n]]) for n in worth}


def _table(turned: np.ndarray, spectrum: np.ndarray) -> np.ndarray:
    half = turned / np.sqrt(spectrum).astype(np.float32)
    return half @ half.T


def _products(turned: np.ndarray, scale: np.ndarray, block: Block) -> np.ndarray:
    """V A⁻¹ V' of each row, as (n, n, B)."""
    gathered = turned.take(block.columns, axis=0)
    product = np.matmul(gathered * scale, gathered.transpose(0, 2, 1))
    return product.transpose(1, 2, 0).astype(np.float64, order="C")


def _looked_up(table: np.ndarray, block: Block) -> np.ndarray:
    columns = np.ascontiguousarray(block.columns.T)
    n, n_rows = columns.shape
    system = np.empty((n, n, n_rows))
    flat = table.ravel()
    for row in range(n):
        system[row, : row + 1] = flat.take(columns[row] * len(table) + columns[: row + 1])
    return system


def _mix(z: np.ndarray, block: Block, turned: np.ndarray) -> np.ndarray:
    """Σ z·v over each row's cells."""
    n_rows, n = block.columns.shape
    cells = (z.astype(np.float32).ravel(), block.columns.ravel(), np.arange(0, n_rows * n + 1, n))
    return sparse.csr_matrix(cells, (n_rows, len(turned))) @ turned


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


def _long_solver(
    other: np.ndarray, gram: np.ndarray, ridge: np.ndarray, factors: np.ndarray
) -> Callable[[Block], float]:
    """Rows by their normal equations (gram + ridge·I + V'CV) x = V'C1; least loss Σ c − x·V'C1."""

    def solve(block: Block) -> float:
        system, right = _normal_equations(other, block)
        system += gram
        own = np.arange(len(gram))
        system[:, own, own] += ridge[block.rows][:, None]
        found = np.linalg.solve(system, right[..., None])[..., 0]
        factors[block.rows] = found
        return float(block.weights.sum(dtype=np.float64) - (found * right).sum())

    return solve


def _normal_equations(other: np.ndarray, block: Block) -> tuple[np.ndarray, np.ndarray]:
    """V'CV and V'C1 of each row, a chunk of its cells at a time."""
    n_factors = other.shape[1]
    system = np.zeros((len(block.rows), n_factors, n_factors))
    right = np.zeros((len(block.rows), n_factors))
    for start in range(0, block.columns.shape[1], _CHUNK):
        part = slice(start, start + _CHUNK)
        gathered = other.take(block.columns[:, part], axis=0)
        weighted = gathered * block.weights[:, part, None]
        system += np.matmul(weighted.transpose(0, 2, 1), gathered)
        right += weighted.sum(axis=1, dtype=np.float64)
    return system, right
