"""Item neighbours: customers who took this also took that, with shrinkage against chance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from scipy import sparse

from analytics.errors import InvalidSettingError
from analytics.progress import Progress
from recsys.interactions import Interactions
from recsys.models import storage
from recsys.models.base import Recommender, history_slice
from recsys.top_k import top_k

_BLOCK = 1024  # items whose neighbours are held densely at once


@dataclass(eq=False)
class ItemNeighbours(Recommender):
    """Scores an item by its likeness to the items of the user's history.

    sim(i, j) = r_i · r_j ÷ (|r_i| |r_j| + shrinkage), r_i the column of item i; each item keeps
    its `n_neighbours` nearest. score(u, j) = Σ_i w_ui · sim(i, j), a plain sum, so that each past
    item's term is its reason. Deshpande & Karypis 2004 (item-based top-N); shrinkage after Bell &
    Koren 2007.

    Parameters
    ----------
    n_neighbours : kept per item, ≥ 1.
    shrinkage : in units of the product of norms, ≥ 0; pairs seen by few users fall back.
    """

    name: ClassVar[str] = "item-neighbours"
    summary: ClassVar[str] = "customers who took this also took that"
    n_neighbours: int = 100
    shrinkage: float = 20.0
    _neighbours: sparse.csr_matrix = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.n_neighbours < 1:
            raise InvalidSettingError("n_neighbours", self.n_neighbours, "keep at least one")
        if not self.shrinkage >= 0:
            raise InvalidSettingError("shrinkage", self.shrinkage, "give a number ≥ 0")

    def _learn(self, interactions: Interactions, progress: Progress) -> None:
        by_item = interactions.matrix.T.tocsr()
        norms = np.sqrt(np.asarray(by_item.multiply(by_item).sum(1), np.float32)).ravel()
        n_items, parts = len(norms), []
        for start in range(0, n_items, _BLOCK):
            likeness = self._block(interactions.matrix, by_item, norms, start)
            rows, columns = top_k(likeness, self.n_neighbours)
            cells = (likeness[rows, columns], (rows, columns))
            parts.append(sparse.csr_matrix(cells, likeness.shape))
            progress(min(1.0, (start + _BLOCK) / n_items), "comparing items")
        self._neighbours = sparse.csr_matrix(sparse.vstack(parts, format="csr"))

    def _block(
        self, matrix: sparse.csr_matrix, by_item: sparse.csr_matrix, norms: np.ndarray, start: int
    ) -> np.ndarray:
        """Likeness of a block to all items, -inf to themselves and where nobody took both."""
        common = (by_item[start : start + _BLOCK] @ matrix).toarray()
        scale = norms[start : start + _BLOCK, None] * norms + self.shrinkage
        own = np.arange(len(common))
        common[own, own + start] = 0
        return np.where(common > 0, common / scale, -np.inf).astype(np.float32)

    def _scores(self, rows: np.ndarray) -> np.ndarray:
        scores = (self.known.matrix[rows] @ self._neighbours).toarray()
        return np.where(scores > 0, scores, -np.inf)

    def _similarity(self, item: int) -> np.ndarray:
        likeness = self._neighbours[[item]].toarray().ravel()
        return np.where(likeness > 0, likeness, -np.inf)

    def _contributions(self, row: int, item: int) -> np.ndarray:
        cells = history_slice(self.known.matrix, row)
        history, weight = self.known.matrix.indices[cells], self.known.matrix.data[cells]
        return weight * self._neighbours[history, :][:, [item]].toarray().ravel()

    def _arrays(self) -> dict[str, np.ndarray]:
        return storage.csr_arrays("neighbours", self._neighbours)

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        n_items = len(arrays["neighbours_indptr"]) - 1
        self._neighbours = storage.csr_from(arrays, "neighbours", (n_items, n_items))
