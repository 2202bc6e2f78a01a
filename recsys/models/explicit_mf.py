"""Explicit factorization: which rating a customer would give an item, from ratings alone."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from analytics.errors import NotEnoughDataError
from analytics.progress import Progress
from recsys.interactions import Interactions, positions
from recsys.models import bounds, passes, storage
from recsys.models.base import Recommender, as_text, history_slice
from recsys.models.joining import exchanged

_INITIAL_SCALE = 0.1
_BLOCK_CELLS = 2_000_000  # of features gathered at once


@dataclass(eq=False)
class ExplicitMF(Recommender):
    """Foresees a rating: r̂_ui = mu + b_u + b_i + p_u·q_i.

    Loss = Σ_rated (r_ui − r̂_ui)² + bias_regularization · (Σ b_u² + Σ b_i²)
    + regularization · (Σ n_u |p_u|² + Σ n_i |q_i|²), n being the number of ratings; mu is their
    mean. Each half of an iteration solves all rows of one side exactly, bias and factors together;
    the users come last. Of several ratings of one item by one user the latest counts. A list is
    ordered by the foreseen rating: it says what a customer would like, not what he will take next.
    Koren, Bell & Volinsky 2009 (biases), Zhou, Wilkinson, Schreiber & Pan 2008 (alternating least
    squares with weighted ridge).

    Parameters
    ----------
    n_factors : length of the vectors, ≥ 1.
    iterations : passes over users and items, ≥ 1.
    regularization : of the factors, per rating, > 0.
    bias_regularization : of the biases, in ratings, > 0.
    seed : of the first item vectors.
    """

    name: ClassVar[str] = "explicit-mf"
    summary: ClassVar[str] = "factorization of ratings: which rating a customer would give"
    _of_users: ClassVar[tuple[str, ...]] = ("user_factors",)
    n_factors: int = 32
    iterations: int = 15
    regularization: float = 0.15
    bias_regularization: float = 2.0
    seed: int = 0
    mean: float = field(default=0.0, init=False, repr=False)
    scale: tuple[float, float] = field(default=(0.0, 0.0), init=False, repr=False)
    user_factors: np.ndarray = field(init=False, repr=False)  # the bias in the first column
    item_factors: np.ndarray = field(init=False, repr=False)
    losses: np.ndarray = field(init=False, repr=False)  # RMSE of the training, per iteration
    ratings: sparse.csr_matrix = field(init=False, repr=False)  # less their mean

    def __post_init__(self) -> None:
        bounds.at_least(self, 1, "n_factors", "iterations")
        bounds.positive(self, "regularization", "bias_regularization")

    @classmethod
    def can_learn(cls, interactions: Interactions) -> bool:
        """Tell whether there are ratings."""
        return "rating" in interactions.log

    def _learn(self, interactions: Interactions, progress: Progress) -> None:
        if not self.can_learn(interactions):
            remedy = "import ratings, or choose a model that learns from what customers did"
            raise NotEnoughDataError(self.name, "rating", needed=1, found=0, remedy=remedy)
        rated = rating_matrix(interactions)
        self.mean, self.scale = float(rated.data.mean()), (rated.data.min(), rated.data.max())
        rated.data -= self.mean
        by_item = sparse.csr_matrix(rated.T)
        self.ratings, self.item_factors = rated, self._initial(by_item)
        losses, started = [], time.perf_counter()
        for iteration in range(1, self.iterations + 1):
            self.user_factors = self._solved(rated, self.item_factors)
            self.item_factors = self._solved(by_item, self.user_factors)
            losses.append(self._error(rated))
            passes.told(
                progress,
                iteration,
                self.iterations,
                loss=losses[-1],
                seconds=time.perf_counter() - started,
                unit="iteration",
            )
        # users last, so that their vectors are what fold_in would give and `explain` is exact
        self.user_factors = self._solved(rated, self.item_factors)
        self.losses = np.array(losses)

    def _initial(self, by_item: sparse.csr_matrix) -> np.ndarray:
        """Small random vectors, and the biases that the means of the items suggest."""
        n_items = len(by_item.indptr) - 1
        draws = np.random.default_rng(self.seed).standard_normal((n_items, self.n_factors))
        n_ratings = by_item.getnnz(axis=1)
        bias = np.asarray(by_item.sum(axis=1)).ravel() / (n_ratings + self.bias_regularization)
        factors = np.column_stack([bias, draws * _INITIAL_SCALE])
        factors[n_ratings == 0] = 0
        return factors

    def _solved(self, rated: sparse.csr_matrix, other: np.ndarray) -> np.ndarray:
        """Bias and factors of each row, those of the columns held fixed."""
        solved = np.zeros((len(rated.indptr) - 1, other.shape[1]))
        length = np.diff(rated.indptr)
        order = np.argsort(length, kind="stable")
        order = order[length[order] > 0]
        while len(order):  # short rows together, so that few places are empty
            n_rows = max(1, _BLOCK_CELLS // (int(length[order[0]]) * other.shape[1]))
            longest = int(length[order[:n_rows]].max())
            n_rows = max(1, min(n_rows, _BLOCK_CELLS // (longest * other.shape[1])))
            block, order = order[:n_rows], order[n_rows:]
            with threadpool_limits(limits=1, user_api="blas"):  # the systems are small
                solved[block] = self._solved_block(rated, block, length[block], other)
        return solved

    def _solved_block(
        self, rated: sparse.csr_matrix, rows: np.ndarray, length: np.ndarray, other: np.ndarray
    ) -> np.ndarray:
        place = np.arange(length.max())
        is_rated = place < length[:, None]
        at = np.where(is_rated, rated.indptr[rows][:, None] + place, 0)
        features = other[rated.indices[at]]
        target = np.where(is_rated, rated.data[at] - features[..., 0], 0)
        features[..., 0] = 1
        features[~is_rated] = 0
        crossed = features.transpose(0, 2, 1)
        system = crossed @ features
        system += self._ridge(length)[..., None] * np.eye(other.shape[1])
        return np.linalg.solve(system, crossed @ target[..., None])[..., 0]

    def _ridge(self, length: np.ndarray) -> np.ndarray:
        """Give the diagonal of each row's ridge."""
        factors = np.repeat(self.regularization * length[:, None], self.n_factors, axis=1)
        return np.column_stack([np.full(len(length), self.bias_regularization), factors])

    def _error(self, rated: sparse.csr_matrix) -> float:
        user = np.repeat(np.arange(len(rated.indptr) - 1), np.diff(rated.indptr))
        gap = rated.data - self._foreseen(user, rated.indices)
        return float(np.sqrt(np.mean(gap**2)))

    def _foreseen(self, user: np.ndarray, item: np.ndarray) -> np.ndarray:
        """Foreseen ratings less their mean, pair by pair."""
        total = self.user_factors[user, 0] + self.item_factors[item, 0]
        for factor in range(1, self.n_factors + 1):
            total += self.user_factors[user, factor] * self.item_factors[item, factor]
        return total

    def predict(self, users: Any, items: Any) -> np.ndarray:
        """See `Recommender.predict`; of unknown users and items nothing but the mean is known."""
        user = self.known.rows(users)
        item = positions(self.known.item_ids, as_text(items))
        if not len(self.user_factors):
            user = np.full(len(user), -1)
        factors = np.vstack([self.user_factors, np.zeros(self.n_factors + 1)])[user]
        others = np.vstack([self.item_factors, np.zeros(self.n_factors + 1)])[item]
        personal = np.einsum("rf,rf->r", factors[:, 1:], others[:, 1:])
        return np.clip(self.mean + factors[:, 0] + others[:, 0] + personal, *self.scale)

    def _scores(self, rows: np.ndarray) -> np.ndarray:
        own, items = self.user_factors[rows], self.item_factors
        scores = own[:, 1:] @ items[:, 1:].T + own[:, :1] + items[:, 0] + self.mean
        scores[self.ratings[rows].getnnz(axis=1) == 0] = -np.inf
        scores[:, ~self._is_rated] = -np.inf
        return scores

    @property
    def _is_rated(self) -> np.ndarray:
        return np.any(self.item_factors != 0, axis=1)

    def _similarity(self, item: int) -> np.ndarray:
        factors = self.item_factors[:, 1:]
        norms = np.linalg.norm(factors, axis=1)
        product, scale = factors @ factors[item], norms * norms[item]
        return np.divide(product, scale, out=np.full_like(product, -np.inf), where=scale > 0)

    def _contributions(self, row: int, item: int) -> np.ndarray:
        """Give what each rating adds to the personal part, the score less mean and item's bias."""
        history = self.known.matrix.indices[history_slice(self.known.matrix, row)]
        cells = history_slice(self.ratings, row)
        rated, parts = self.ratings.indices[cells], np.zeros(len(history))
        features = self.item_factors[rated].copy()
        gaps = self.ratings.data[cells] - features[:, 0]
        features[:, 0] = 1
        ridge = self._ridge(np.array([len(rated)]))[0]
        wanted = np.concatenate([[1.0], self.item_factors[item, 1:]])
        solved = np.linalg.solve(features.T @ features + np.diag(ridge), wanted)
        parts[np.searchsorted(history, rated)] = gaps * (features @ solved)
        return parts

    def fold_in(self, interactions: Interactions, *, is_alone: bool = False) -> Self:
        """Return the model as it knows these users too, from the ratings they gave."""
        folded = super().fold_in(interactions, is_alone=is_alone)
        ids, added = folded.known.user_ids, rating_matrix(interactions)
        added.data -= self.mean
        old, fresh = (positions(ids, one.user_ids) for one in (self.known, interactions))
        kept = np.flatnonzero(old >= 0)
        columns = positions(self.known.item_ids, interactions.item_ids)
        folded.ratings = exchanged(self.ratings[kept], old[kept], added, fresh, columns)
        folded.user_factors[fresh] = self._solved(folded.ratings[fresh], self.item_factors)
        return folded

    def _arrays(self) -> dict[str, np.ndarray]:
        names = ("user_factors", "item_factors", "losses")
        own = {name: getattr(self, name) for name in names}
        own["scale"] = np.array([self.mean, *self.scale])
        return own | storage.csr_arrays("ratings", self.ratings)

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self.user_factors, self.item_factors = arrays["user_factors"], arrays["item_factors"]
        self.losses, (self.mean, *scale) = arrays["losses"], arrays["scale"].tolist()
        self.scale = (scale[0], scale[1])
        shape = (len(arrays["ratings_indptr"]) - 1, len(self.item_factors))
        self.ratings = storage.csr_from(arrays, "ratings", shape)


def rating_matrix(interactions: Interactions) -> sparse.csr_matrix:
    """Ratings of users (rows) by items (columns), the latest of each pair; zeros are kept."""
    shape = (len(interactions.user_ids), len(interactions.item_ids))
    if "rating" not in interactions.log:
        return sparse.csr_matrix(shape)
    log = interactions.log
    given: Any = log[log["rating"].notna()]
    rated = given.sort_values(["user", "item", "time", "rating"])
    rated = rated.drop_duplicates(["user", "item"], keep="last")
    start = np.searchsorted(rated["user"].to_numpy(), np.arange(shape[0] + 1))
    data = rated["rating"].to_numpy(np.float64)
    return sparse.csr_matrix((data, rated["item"].to_numpy(np.int32), start), shape)
