"""The NumPy backend of iALS: short histories by small systems, long ones by gradients."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import sparse
from threadpoolctl import ThreadpoolController

from recsys.models.ials_rows import GRADIENTS, Block, Side

_CHUNK = 8192  # rows whose products are summed in single precision before double takes over
_MAX_TABLE = 6_000  # columns above which a table of all products no longer pays
_TABLE_WORTH = 80.0  # measured: cells times products looked up of a table that make it pay
_TINY = 1e-30  # keeps 0 ÷ 0 of a solved row at 0

Run = Callable[..., Iterable]


class NumpySolver:
    """Solves rows on CPU threads (`threads`), with one BLAS thread in each.

    Gathered products and systems are in single precision, sums over thousands of rows in double:
    exact factors agree with all-double normal equations to about 1e-6.
    """

    def __init__(self, threads: int = 2) -> None:
        self._threads = threads
        self._libraries = ThreadpoolController()  # to look for them takes as long as a small half

    def half_step(
        self,
        side: Side,
        other: np.ndarray,
        *,
        unobserved_weight: float,
        ridge: np.ndarray,
        start: np.ndarray | None = None,
    ) -> tuple[np.ndarray, float]:
        """See `Solver.half_step`."""
        factors = np.zeros((side.n_rows, other.shape[1]), np.float32) if start is None else start
        long_solver = _exact_solver if start is None else _gradient_solver
        one_each = self._libraries.limit(limits=1, user_api="blas")
        with one_each, ThreadPoolExecutor(self._threads) as pool:
            gram = unobserved_weight * gram_matrix(other, pool.map)
            short = _short_solver(side, other, gram, ridge, factors, run=pool.map)
            long = long_solver(other, gram, ridge, factors)
            losses = [*pool.map(long, reversed(side.long)), *pool.map(short, side.short)]
        return factors, float(sum(losses))


def gram_matrix(factors: np.ndarray, run: Run = map) -> np.ndarray:
    """F'F of tall single-precision factors, summed in double precision."""

    def part(start: int) -> np.ndarray:
        rows = factors[start : start + _CHUNK]
        return (rows.T @ rows).astype(np.float64)

    parts: Iterable[np.ndarray] = run(part, range(0, len(factors), _CHUNK))
    return sum(parts, np.zeros((factors.shape[1],) * 2))


def _short_solver(
    side: Side,
    other: np.ndarray,
    gram: np.ndarray,
    ridge: np.ndarray,
    factors: np.ndarray,
    *,
    run: Run,
) -> Callable[[Block], float]:
    """Rows of n cells by n × n systems.

    With A = gram + ridge·I, the row's V and weights C: x = A⁻¹ V' z, (C⁻¹ + V A⁻¹ V') z = 1
    (the push-through identity applied to (A + V'CV) x = V'C1), and its least loss is Σ z.
    In the basis of gram's eigenvectors A is diagonal, whatever the ridge.
    """
    values, basis = np.linalg.eigh(gram)
    turned = other[side.near] @ basis.astype(np.float32)

    def root(one_ridge: float) -> np.ndarray:
        return (1 / np.sqrt(np.maximum(values, 0) + one_ridge)).astype(np.float32)

    def table(one_ridge: float) -> tuple[np.ndarray, np.ndarray]:
        """V A⁻¹ V' and V A⁻¹ over all columns."""
        half = turned * root(one_ridge)
        return half @ half.T, half @ (root(one_ridge)[:, None] * basis.T.astype(np.float32))

    worth = _ridges_worth_a_table(side, ridge)
    tables = dict(zip(worth, run(table, worth), strict=True))

    def solve(block: Block) -> float:
        one_ridge = float(ridge[block.rows[0]])
        if one_ridge in tables:
            products, inverse = tables[one_ridge]
            z = _weights_of(_looked_up(products, block), block)
            factors[block.rows] = _mix(z, block, inverse)
        else:
            half = turned.take(block.columns, axis=0) * root(one_ridge)
            z = _weights_of(np.matmul(half, half.transpose(0, 2, 1)).transpose(1, 2, 0), block)
            mixture = np.matmul(z[:, None], half)[:, 0] * root(one_ridge)
            factors[block.rows] = mixture @ basis.T.astype(np.float32)
        return float(z.sum(dtype=np.float64))

    return solve


def _ridges_worth_a_table(side: Side, ridge: np.ndarray) -> list[float]:
    """Ridges of rows so many that a table of all columns' products pays for them."""
    cells: dict[float, int] = {}
    for block in side.short:
        one_ridge = float(ridge[block.rows[0]])
        cells[one_ridge] = cells.get(one_ridge, 0) + block.columns.size
    n_columns = len(side.near)
    if n_columns > _MAX_TABLE:
        return []
    return [one for one, count in cells.items() if _TABLE_WORTH * count > n_columns**2]


def _looked_up(table: np.ndarray, block: Block) -> np.ndarray:
    columns = np.ascontiguousarray(block.columns.T)
    n, n_rows = columns.shape
    system = np.empty((n, n, n_rows), np.float32)
    flat = table.ravel()
    for row in range(n):
        at = columns[row] * np.int32(len(table)) + columns[: row + 1]
        flat.take(at, out=system[row, : row + 1], mode="clip")
    return system


def _weights_of(products: np.ndarray, block: Block) -> np.ndarray:
    """Solve for the weights z of each row's cells, as (B, n)."""
    system = np.ascontiguousarray(products)
    n = len(system)
    system[np.arange(n), np.arange(n)] += 1 / block.weights.T
    solved = solve_symmetric(system, np.ones((n, len(block.rows)), np.float32))
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


def _gradient_solver(
    other: np.ndarray, gram: np.ndarray, ridge: np.ndarray, factors: np.ndarray
) -> Callable[[Block], float]:
    """Rows by conjugate gradients on (gram + ridge·I + V'CV) x = V'C1, from where they are.

    The systems are never formed: their products with vectors are all that is needed, and the
    rows gathered for them are still in the cache (Takács, Pilászy & Tikk 2011). With residual r
    the loss is Σ c − x·(V'C1 + r).
    """
    gram = gram.astype(np.float32)

    def solve(block: Block) -> float:
        gathered = other.take(block.columns, axis=0, mode="clip")
        own = ridge[block.rows, None].astype(np.float32)

        def product(vectors: np.ndarray) -> np.ndarray:
            scores = np.matmul(gathered, vectors[..., None])[..., 0] * block.weights
            return np.matmul(scores[:, None], gathered)[:, 0] + vectors @ gram + own * vectors

        found = factors[block.rows]
        right = np.matmul(block.weights[:, None], gathered)[:, 0]
        residual = right - product(found)
        direction, square = residual.copy(), _dot(residual, residual)
        for _ in range(GRADIENTS):
            moved = product(direction)
            step = square / np.maximum(_dot(direction, moved), _TINY)
            found += step * direction
            residual -= step * moved
            before, square = square, _dot(residual, residual)
            direction = residual + square / np.maximum(before, _TINY) * direction
        factors[block.rows] = found
        return _loss(block, found, right + residual)

    return solve


def _dot(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.einsum("bf,bf->b", left, right)[:, None]


def _loss(block: Block, found: np.ndarray, right: np.ndarray) -> float:
    product = np.einsum("bf,bf->", found, right, dtype=np.float64)
    return float(block.weights.sum(dtype=np.float64) - product)


def _exact_solver(
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
        return _loss(block, found, right)

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
