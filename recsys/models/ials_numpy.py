"""The NumPy backend of iALS: short histories by small systems, long ones by gradients."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from threadpoolctl import ThreadpoolController

from recsys.models.ials_rows import GRADIENTS, Block, Side, parts
from recsys.models.ials_short import Run, short_rows

_CHUNK = 8192  # rows whose products are summed in single precision before double takes over
_COPIES = 8  # of single-precision systems that solving them in double takes
_TINY = 1e-30  # keeps 0 ÷ 0 of a solved row at 0


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
        factors: np.ndarray,
        *,
        unobserved_weight: float,
        ridge: np.ndarray,
        is_exact: bool,
    ) -> float:
        """See `Solver.half_step`."""
        long_solver = _exact_solver if is_exact else _gradient_solver
        one_each = self._libraries.limit(limits=1, user_api="blas")
        with one_each, ThreadPoolExecutor(self._threads) as pool:
            gram = unobserved_weight * gram_matrix(other, pool.map)
            long = pool.map(long_solver(other, gram, ridge, factors), reversed(side.long))
            short = short_rows(side, other, factors, gram=gram, ridge=ridge, run=pool.map)
            return short + sum(long)


def gram_matrix(factors: np.ndarray, run: Run = map) -> np.ndarray:
    """F'F of tall single-precision factors, summed in double precision."""

    def part(start: int) -> np.ndarray:
        rows = factors[start : start + _CHUNK]
        return (rows.T @ rows).astype(np.float64)

    found: Iterable[np.ndarray] = run(part, range(0, len(factors), _CHUNK))
    return sum(found, np.zeros((factors.shape[1],) * 2))


def _gradient_solver(
    other: np.ndarray, gram: np.ndarray, ridge: np.ndarray, factors: np.ndarray
) -> Callable[[Block], float]:
    """Rows by conjugate gradients on (gram + ridge·I + V'CV) x = V'C1, from where they are.

    The systems are never formed: their products with vectors are all that is needed, and the
    rows gathered for them are still in the cache (Takács, Pilászy & Tikk 2011). The scores V x and
    (gram + ridge·I) x of the found x are kept up, so that residual and loss follow from them.
    """
    gram = gram.astype(np.float32)

    def solve(block: Block) -> float:
        gathered = other.take(block.columns, axis=0, mode="clip")
        own, weights = ridge[block.rows, None], block.weights

        def products(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            scores = np.matmul(gathered, vectors[..., None])[..., 0]
            return scores, vectors @ gram + own * vectors

        found, square = factors[block.rows], np.float32(np.inf)
        direction = np.zeros_like(found)
        scores, shrunk = products(found)
        for _ in range(GRADIENTS):
            misses = weights * (1 - scores)
            residual = np.matmul(misses[:, None], gathered)[:, 0] - shrunk
            before, square = square, _dot(residual, residual)
            direction = residual + square / np.maximum(before, _TINY) * direction
            moved, pulled = products(direction)
            curve = _dot(weights * moved, moved) + _dot(direction, pulled)
            step = square / np.maximum(curve, _TINY)
            found += step * direction
            scores += step * moved
            shrunk += step * pulled
        factors[block.rows] = found
        misses = scores - 1
        return _total(weights * misses, misses) + _total(found, shrunk)

    return solve


def _dot(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.einsum("bf,bf->b", left, right)[:, None]


def _total(left: np.ndarray, right: np.ndarray) -> float:
    return float(np.einsum("bf,bf->", left, right, dtype=np.float64))


def _exact_solver(
    other: np.ndarray, gram: np.ndarray, ridge: np.ndarray, factors: np.ndarray
) -> Callable[[Block], float]:
    """Rows by their normal equations (gram + ridge·I + V'CV) x = V'C1; least loss Σ c − x·V'C1."""
    own = np.arange(len(gram))

    def solve(block: Block) -> float:
        loss = float(block.weights.sum(dtype=np.float64))
        for part in parts(len(block.rows), _COPIES * gram.size):
            rows = block.rows[part]
            system, right = _normal_equations(other, block.columns[part], block.weights[part])
            system += gram
            system[:, own, own] += ridge[rows, None]
            found = np.linalg.solve(system, right[..., None])[..., 0]
            factors[rows] = found
            loss -= _total(found, right)
        return loss

    return solve


def _normal_equations(
    other: np.ndarray, columns: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """V'CV and V'C1 of each row, a chunk of its cells at a time."""
    n_factors = other.shape[1]
    system = np.zeros((len(columns), n_factors, n_factors))
    right = np.zeros((len(columns), n_factors))
    for start in range(0, columns.shape[1], _CHUNK):
        part = slice(start, start + _CHUNK)
        gathered = other.take(columns[:, part], axis=0, mode="clip")
        weighted = gathered * weights[:, part, None]
        system += np.matmul(weighted.transpose(0, 2, 1), gathered)
        right += np.matmul(weights[:, None, part], gathered)[:, 0]
    return system, right
