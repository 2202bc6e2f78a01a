"""The TensorFlow backend of iALS: the same half steps, for accelerators and very many iterations.

TensorFlow is imported when a solver is made, never by importing this module.
"""

import importlib
import os
from typing import Any

import numpy as np

from recsys.models.ials_rows import GRADIENTS, Block, Side


class TensorFlowSolver:
    """Solves rows with TensorFlow on `threads` CPU threads, or on the accelerator it finds.

    The arithmetic is that of `NumpySolver`: gathered products in single precision, sums over many
    rows and all systems in double. `is_compiled` turns XLA on: worth its half minute of compilation
    on an accelerator or beyond some sixty iterations.
    """

    def __init__(self, threads: int = 2, *, is_compiled: bool = False) -> None:
        self._tf = _tensorflow(threads)
        compiled = {"jit_compile": True} if is_compiled else {"reduce_retracing": True}
        self._short = self._tf.function(self._solve_short, **compiled)
        self._exact = self._tf.function(self._solve_exactly, **compiled)
        self._bettered = self._tf.function(self._descend, **compiled)

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
        tf = self._tf
        columns = tf.constant(other, tf.float32)
        wide = tf.cast(columns, tf.float64)
        gram = unobserved_weight * tf.matmul(wide, wide, transpose_a=True)
        values, basis = tf.linalg.eigh(gram)
        values = tf.maximum(values, tf.constant(0, tf.float64))
        turned = tf.cast(tf.matmul(tf.gather(wide, side.near), basis), tf.float32)
        every = tf.constant(unobserved_weight * len(other), tf.float64)
        loss = 0.0
        for block in side.short:
            part = self._short(*self._tensors(block, ridge), turned, values, basis)
            loss += self._kept(factors, block, part)
        for block in side.long:
            given = (*self._tensors(block, ridge), columns)
            if is_exact:
                part = self._exact(*given, gram)
            else:
                part = self._bettered(*given, (values, basis, every), factors[block.rows])
            loss += self._kept(factors, block, part)
        return loss

    def _tensors(self, block: Block, ridge: np.ndarray) -> tuple[Any, ...]:
        tf = self._tf
        own = tf.constant(ridge[block.rows], tf.float64)
        columns = np.maximum(block.columns, 0).astype(np.int32)
        return (tf.constant(columns), tf.constant(block.weights)), own

    @staticmethod
    def _kept(factors: np.ndarray, block: Block, part: tuple[Any, Any]) -> float:
        found, loss = part
        factors[block.rows] = found.numpy()
        return float(loss.numpy())

    def _solve_short(
        self, cells: tuple[Any, Any], ridge: Any, turned: Any, values: Any, basis: Any
    ) -> tuple[Any, Any]:
        """Solve n × n systems of rows of one length: x = A⁻¹V'z, (C⁻¹ + V A⁻¹ V') z = 1."""
        tf = self._tf
        columns, weights = cells
        scale = 1 / (values[None, :] + ridge[:, None])
        gathered = tf.gather(turned, columns)
        scaled = gathered * tf.cast(scale, tf.float32)[:, None, :]
        products = tf.cast(tf.matmul(scaled, gathered, transpose_b=True), tf.float64)
        system = products + tf.linalg.diag(1 / tf.cast(weights, tf.float64))
        ones = tf.ones_like(system[..., :1])
        z = tf.linalg.cholesky_solve(tf.linalg.cholesky(system), ones)
        mixture = tf.matmul(gathered, tf.cast(z, tf.float32), transpose_a=True)[..., 0]
        found = tf.matmul(tf.cast(mixture, tf.float64) * scale, basis, transpose_b=True)
        return tf.cast(found, tf.float32), tf.reduce_sum(z)

    def _solve_exactly(
        self, cells: tuple[Any, Any], ridge: Any, other: Any, gram: Any
    ) -> tuple[Any, Any]:
        """Solve the normal equations (gram + ridge·I + V'CV) x = V'C1."""
        tf = self._tf
        columns, weights = cells
        gathered = tf.gather(other, columns)
        weighted = tf.cast(gathered * weights[..., None], tf.float64)
        system = tf.matmul(weighted, tf.cast(gathered, tf.float64), transpose_a=True) + gram
        system = tf.linalg.set_diag(system, tf.linalg.diag_part(system) + ridge[:, None])
        right = tf.reduce_sum(weighted, axis=1)[..., None]
        found = tf.linalg.cholesky_solve(tf.linalg.cholesky(system), right)
        total = tf.reduce_sum(tf.cast(weights, tf.float64))
        return tf.cast(found[..., 0], tf.float32), total - tf.reduce_sum(found * right)

    def _descend(
        self,
        cells: tuple[Any, Any],
        ridge: Any,
        other: Any,
        spectrum: tuple[Any, Any, Any],
        start: Any,
    ) -> tuple[Any, Any]:
        """Better rows by conjugate gradients on the same equations, without forming them.

        Scaled as the other backend does, by gram's eigenvalues and how much all columns weigh.
        """
        tf = self._tf
        values, basis, every = spectrum
        gram = tf.matmul(basis * values, basis, transpose_b=True)
        columns, weights = cells
        gathered = tf.cast(tf.gather(other, columns), tf.float64)
        weight = tf.cast(weights, tf.float64)[..., None]

        def products(vectors: Any) -> tuple[Any, Any]:
            shrunk = tf.matmul(vectors, gram) + ridge[:, None] * vectors
            return tf.matmul(gathered, vectors[..., None]), shrunk

        def dot(left: Any, right: Any) -> Any:
            return tf.reduce_sum(left * right, axis=1, keepdims=True)

        share = 1 + tf.reduce_sum(weight, axis=1) / every
        scale = 1 / (share * values + ridge[:, None])
        found = tf.cast(start, tf.float64)
        direction, square = tf.zeros_like(found), tf.constant(np.inf, tf.float64)
        scores, shrunk = products(found)
        for _ in range(GRADIENTS):
            misses = weight * (1 - scores)
            residual = tf.matmul(gathered, misses, transpose_a=True)[..., 0] - shrunk
            scaled = tf.matmul(tf.matmul(residual, basis) * scale, basis, transpose_b=True)
            before, square = square, dot(scaled, residual)
            direction = scaled + tf.math.divide_no_nan(square, before) * direction
            moved, pulled = products(direction)
            curve = dot((weight * moved)[..., 0], moved[..., 0]) + dot(direction, pulled)
            step = tf.math.divide_no_nan(square, curve)
            found, shrunk = found + step * direction, shrunk + step * pulled
            scores += step[..., None] * moved
        loss = tf.reduce_sum(weight * (scores - 1) ** 2) + tf.reduce_sum(found * shrunk)
        return tf.cast(found, tf.float32), loss


def _tensorflow(threads: int) -> Any:
    """Import TensorFlow with its threads capped, by the variables it reads when it starts."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(threads))
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    return importlib.import_module("tensorflow")
