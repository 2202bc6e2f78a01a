"""The NumPy backend of iALS: short histories by small systems, long ones by gradients."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from threadpoolctl import ThreadpoolController

from recsys.models.ials_rows import GRADIENTS, Block, Side, parts
from recsys.models.ials_short import Run, Spectrum, short_rows, spectrum_of
from recsys.models.scratch import scratch

_CHUNK = 8192  # rows whose products are summed in single precision before double takes over
_COPIES = 8  # of single-precision systems that solving them in double takes
_TURNS = 4  # columns a row up to which turning the columns is cheaper than turning vectors
_TINY = 1e-30  # keeps 0 ÷ 0 of a solved row at 0


class NumpySolver:
    """Solves rows on CPU threads (`threads`), with one BLAS thread in each.

    Gathered products and systems are in single precision, sums over thousands of rows in double:
    exact factors agree with all-double normal equations to about 1e-6.
    """

    def __init__(self, threads: int = 2) -> None:
        self._pool = ThreadPoolExecutor(threads)  # ends with the solver; its threads keep scratch
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
        run = self._pool.map
        with self._libraries.limit(limits=1, user_api="blas"):
            gram = unobserved_weight * gram_matrix(other, run)
            spectrum = spectrum_of(gram)
            if is_exact:
                solve = _exact_solver(other, gram, ridge, factors)
            else:
                every = unobserved_weight * len(other)
                solve = _gradient_solver(other, spectrum, ridge, factors, every)
            long = run(solve, reversed(side.long))
            short = short_rows(side, other, factors, spectrum=spectrum, ridge=ridge, run=run)
            return short + sum(long)


def gram_matrix(factors: np.ndarray, run: Run = map) -> np.ndarray:
    """F'F of tall single-precision factors, summed in double precision."""

    def part(start: int) -> np.ndarray:
        rows = factors[start : start + _CHUNK]
        return (rows.T @ rows).astype(np.float64)

    found: Iterable[np.ndarray] = run(part, range(0, len(factors), _CHUNK))
    return sum(found, np.zeros((factors.shape[1],) * 2))


def _gradient_solver(
    other: np.ndarray,
    spectrum: Spectrum,
    ridge: np.ndarray,
    factors: np.ndarray,
    every: float,
) -> Callable[[Block], float]:
    """Rows by conjugate gradients on (gram + ridge·I + V'CV) x = V'C1, from where they are.

    The systems are never formed (Takács, Pilászy & Tikk 2011). Vectors are in the basis of gram's
    eigenvectors and scaled by what the system would be, had the row as many columns drawn at
    random of all, which together weigh `every` when unobserved: diagonal there. The misses
    c (1 - V x) of the found x are kept up; each step lowers the loss by step · square.
    """
    values, basis = (part.astype(np.float32) for part in spectrum)
    is_turned = len(other) < len(factors) * _TURNS  # else the fewer vectors are turned instead
    table = other @ basis if is_turned else other

    def solve(block: Block) -> float:
        gathered = scratch.taken(table, block.columns)
        weights = block.weights
        shrinking = values + ridge[block.rows, None]
        share = weights.sum(axis=1, keepdims=True) / np.float32(every)
        scale = 1 / (shrinking + share * values)

        def scored(vectors: np.ndarray) -> np.ndarray:
            own = vectors if is_turned else vectors @ basis.T
            return np.matmul(gathered, own[..., None])[..., 0]

        def pulled(misses: np.ndarray) -> np.ndarray:
            pull = np.matmul(misses[:, None], gathered)[:, 0]
            return pull if is_turned else pull @ basis

        found, direction, square = factors[block.rows] @ basis, np.float32(0), np.float32(np.inf)
        gaps = 1 - scored(found)
        misses = weights * gaps
        loss = np.vdot(gaps, misses) + np.vdot(found, shrinking * found)
        for _ in range(GRADIENTS):
            residual = pulled(misses) - shrinking * found
            scaled = scale * residual
            before, square = square, _dot(scaled, residual)
            direction = scaled + square / np.maximum(before, _TINY) * direction
            moved = scored(direction)
            weighted, shrunk = weights * moved, shrinking * direction
            step = square / np.maximum(_dot(weighted, moved) + _dot(direction, shrunk), _TINY)
            found += step * direction
            loss -= np.vdot(step, square)
            misses -= step * weighted
        factors[block.rows] = found @ basis.T
        return float(loss)

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
        numbers = max(_COPIES * gram.size, min(block.columns.shape[1], _CHUNK) * len(gram))
        for part in parts(len(block.rows), numbers):
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
        gathered = scratch.taken(other, columns[:, part])
        weighted = scratch.empty("made", gathered.shape)
        np.multiply(gathered, weights[:, part, None], out=weighted)
        system += np.matmul(weighted.transpose(0, 2, 1), gathered)
        right += np.matmul(weights[:, None, part], gathered)[:, 0]
    return system, right
