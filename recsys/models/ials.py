"""iALS: matrix factorization for implicit feedback, by exact alternating least squares."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from scipy import sparse

from analytics.errors import InvalidSettingError
from analytics.progress import Progress
from recsys.interactions import Interactions
from recsys.models import bounds, passes
from recsys.models.ials_numpy import NumpySolver, gram_matrix
from recsys.models.ials_rows import Side, Solver, side_of
from recsys.models.ials_tensorflow import TensorFlowSolver
from recsys.models.new_items import WithNewItems, moved
from recsys.models.recency import weighed

BACKENDS = ("numpy", "tensorflow", "tensorflow-xla")
_INITIAL_SCALE = 0.1
_UNOBSERVED = 1.5  # of the mean cell; chosen on the last but one orders of shops thin and dense


@dataclass(eq=False)
class ImplicitALS(WithNewItems):
    """R ≈ P Q': each user and item is a vector, a score is their product.

    Loss = Σ_observed w_ui (p_u·q_i − 1)² + unobserved_weight · Σ_all (p_u·q_i)²
    + Σ rows regularization · (n + unobserved_weight · N) ** frequency_exponent · |row|², N
    being the size of the other side. Each half of an iteration betters all rows of one side: short
    ones to their exact optimum, long ones by a few conjugate gradients from where they were; the
    users' last half is exact, and in it their histories may be weighed by recency (own). Hu, Koren
    & Volinsky 2008 and Takács, Pilászy & Tikk 2011, in the parametrisation of Rendle et al. 2021
    ("Revisiting the performance of iALS").

    Parameters
    ----------
    n_factors : length of the vectors, ≥ 1.
    iterations : passes over users and items, ≥ 1.
    unobserved_weight : ≥ 0; how much a cell without interaction counts as a "no". 0 lets it follow
        the data: 1.5 times what a cell weighs on average, the empty ones included, so that it suits
        a catalogue of fifty items as well as one of ten thousand (own).
    regularization : > 0.
    frequency_exponent : 0 (one ridge for all) to 1 (in proportion to the number of interactions).
    recency_half_life : in days on which the user interacted, ≥ 0; the vectors of users count an
        action half for every so many later ones. 0 weighs old and new alike, as the items do.
    seed : of the first item vectors.
    backend : "numpy", "tensorflow" or "tensorflow-xla"; a half step of theirs agrees to 1e-5.
    threads : CPU threads.
    """

    name: ClassVar[str] = "ials"
    summary: ClassVar[str] = "factorization of who took what: hidden tastes of customers and items"
    meets_new_items: ClassVar[bool] = True
    _of_users: ClassVar[tuple[str, ...]] = ("user_factors",)
    n_factors: int = 64
    iterations: int = 15
    unobserved_weight: float = 0.0
    regularization: float = 0.03
    frequency_exponent: float = 1.0
    recency_half_life: float = 0.0
    seed: int = 0
    backend: str = "numpy"
    threads: int = 2
    user_factors: np.ndarray = field(init=False, repr=False)
    item_factors: np.ndarray = field(init=False, repr=False)
    losses: np.ndarray = field(init=False, repr=False)
    unobserved: float = field(init=False, repr=False)  # the weight that the training took

    def __post_init__(self) -> None:
        bounds.at_least(self, 1, "n_factors", "iterations", "threads")
        bounds.positive(self, "regularization")
        bounds.not_negative(self, "unobserved_weight", "recency_half_life")
        if self.backend not in BACKENDS:
            raise InvalidSettingError(
                "backend", self.backend, f"choose among {', '.join(BACKENDS)}"
            )

    def _learn(self, interactions: Interactions, progress: Progress) -> None:
        solver, self.unobserved = self._solver(), self._unobserved_in(interactions.matrix)
        users = side_of(interactions.matrix, self.n_factors)
        items = side_of(interactions.matrix.T.tocsr(), self.n_factors)
        columns = self._initial(items.n_rows)
        rows = np.zeros((users.n_rows, self.n_factors), np.float32)
        losses, started = [], time.perf_counter()
        for iteration in range(1, self.iterations + 1):
            self._half(solver, users, columns, rows)
            loss = self._half(solver, items, rows, columns)
            losses.append(loss + self._penalty(users, rows))
            passes.told(
                progress,
                iteration,
                self.iterations,
                loss=losses[-1],
                seconds=time.perf_counter() - started,
                unit="iteration",
            )
        # users last, so that their vectors are what fold_in would give and `explain` is exact
        if self.recency_half_life:
            users = side_of(self._history(np.arange(users.n_rows)), self.n_factors)
        self._half(solver, users, columns, rows, is_exact=True)
        self.user_factors, self.item_factors, self.losses = rows, columns, np.array(losses)

    def _unobserved_in(self, matrix: sparse.csr_matrix) -> float:
        n_users, n_items = matrix.shape  # pyright: ignore[reportGeneralTypeIssues]
        mean = float(matrix.sum(dtype=np.float64)) / (n_users * n_items)
        return self.unobserved_weight or _UNOBSERVED * mean

    def _history(self, rows: np.ndarray) -> sparse.csr_matrix:
        known = self.known
        return weighed(known.matrix[rows], known.steps[rows], self.recency_half_life)

    def _initial(self, n_items: int) -> np.ndarray:
        draws = np.random.default_rng(self.seed).standard_normal((n_items, self.n_factors))
        return (draws * _INITIAL_SCALE / np.sqrt(self.n_factors)).astype(np.float32)

    def _solver(self) -> Solver:
        if self.backend == "numpy":
            return NumpySolver(self.threads)
        return TensorFlowSolver(self.threads, is_compiled=self.backend == "tensorflow-xla")

    def _ridge(self, side: Side) -> np.ndarray:
        return side.ridge(self.regularization, self.unobserved, self.frequency_exponent)

    def _half(
        self,
        solver: Solver,
        side: Side,
        other: np.ndarray,
        factors: np.ndarray,
        *,
        is_exact: bool = False,
    ) -> float:
        weight, ridge = self.unobserved, self._ridge(side)
        return solver.half_step(
            side, other, factors, unobserved_weight=weight, ridge=ridge, is_exact=is_exact
        )

    def _penalty(self, side: Side, factors: np.ndarray) -> float:
        return float(self._ridge(side) @ np.einsum("rf,rf->r", factors, factors, dtype=np.float64))

    def _scores(self, rows: np.ndarray) -> np.ndarray:
        return self.user_factors[rows] @ self.item_factors.T

    def _similarity(self, item: int) -> np.ndarray:
        norms = np.linalg.norm(self.item_factors, axis=1)
        product = self.item_factors @ self.item_factors[item]
        scale = norms * norms[item]
        return np.divide(product, scale, out=np.full_like(product, -np.inf), where=scale > 0)

    def _contributions(self, row: int, item: int) -> np.ndarray:
        """w_i · q_j' (gram + ridge·I + Q'CQ)⁻¹ q_i of each past item i (Hu et al. 2008, sec. 5)."""
        history = self._history(np.array([row]))
        past = self.item_factors[history.indices].astype(np.float64)
        weights = history.data.astype(np.float64)
        scale = len(weights) + self.unobserved * len(self.item_factors)
        system = self.unobserved * gram_matrix(self.item_factors) + (past.T * weights) @ past
        system[np.diag_indices_from(system)] += self.regularization * scale**self.frequency_exponent
        return weights * (past @ np.linalg.solve(system, self.item_factors[item]))

    def _folded(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        side = side_of(self._history(rows), self.n_factors)
        factors = np.zeros((side.n_rows, self.n_factors), np.float32)
        solver = NumpySolver(self.threads)
        self._half(solver, side, self.item_factors, factors, is_exact=True)
        return {"user_factors": factors}

    def _wider(self, place: np.ndarray, n_items: int) -> dict[str, np.ndarray]:
        return self._arrays() | {"item_factors": moved(self.item_factors, place, n_items)}

    def _place(self, items: np.ndarray) -> None:
        """Find the vectors of these items, then those of all customers, in place.

        Both exact optima: half steps of the training, from the customers as they are without those
        items, with the old items as they were.
        """
        solver = NumpySolver(self.threads)
        side = side_of(self.known.matrix[:, items].T.tocsr(), self.n_factors)
        factors = np.zeros((len(items), self.n_factors), np.float32)
        self._half(solver, side, self.user_factors, factors, is_exact=True)
        self.item_factors[items] = factors
        users = side_of(self._history(np.arange(len(self.user_factors))), self.n_factors)
        self._half(solver, users, self.item_factors, self.user_factors, is_exact=True)

    def _arrays(self) -> dict[str, np.ndarray]:
        names = ("user_factors", "item_factors", "losses")
        own = {name: getattr(self, name) for name in names}
        return own | {"unobserved": np.array(self.unobserved)}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self.user_factors, self.item_factors = arrays["user_factors"], arrays["item_factors"]
        self.losses = arrays["losses"]
        self.unobserved = float(arrays.get("unobserved", self.unobserved_weight))  # older: as given
