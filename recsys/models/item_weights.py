"""What the models share that learn what each item says about each other item."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from scipy import sparse

from analytics.progress import Progress
from recsys.models import bounds, storage
from recsys.models.new_items import WithNewItems, moved
from recsys.models.recency import weighed
from recsys.top_k import top_k

_BLOCK = 1024  # items whose weights are held densely at once


@dataclass(eq=False)
class ItemWeights(WithNewItems):
    """Scores an item by the history: score(u, j) = Σ_i h_ui · W_ij, each term a reason.

    h is the history weighed by recency: h_ui = w_ui · 2^(−s_ui ÷ `recency_half_life`), s the
    number of the user's later days of interaction. W is learnt from the unweighed histories, so
    the half-life can be changed without training anew. Own definition.

    Parameters
    ----------
    recency_half_life : in days on which the user interacted, ≥ 0; 0 weighs old and new alike.
    """

    _stored_as: ClassVar[str] = "weights"
    recency_half_life: float = 2.0
    _weights: Any = field(init=False, repr=False)  # CSR or dense, items × items

    def __post_init__(self) -> None:
        bounds.not_negative(self, "recency_half_life")

    def _history(self, rows: np.ndarray) -> sparse.csr_matrix:
        known = self.known
        return weighed(known.matrix[rows], known.steps[rows], self.recency_half_life)

    def _scores(self, rows: np.ndarray) -> np.ndarray:
        scores = self._history(rows) @ self._weights
        dense = scores.toarray() if sparse.issparse(scores) else np.asarray(scores)
        return np.where(dense > 0, dense, -np.inf)

    def _similarity(self, item: int) -> np.ndarray:
        row = self._weights[[item]]
        likeness = (row.toarray() if sparse.issparse(row) else row).ravel()
        return np.where(likeness > 0, likeness, -np.inf)

    def _contributions(self, row: int, item: int) -> np.ndarray:
        history = self._history(np.array([row]))
        column = self._weights[history.indices, :][:, [item]]
        dense = column.toarray() if sparse.issparse(column) else column
        return history.data * dense.ravel()

    def _arrays(self) -> dict[str, np.ndarray]:
        if sparse.issparse(self._weights):
            return storage.csr_arrays(self._stored_as, self._weights)
        return {self._stored_as: self._weights}

    def _wider(self, place: np.ndarray, n_items: int) -> Mapping[str, np.ndarray]:
        weights = self._weights
        if not sparse.issparse(weights):
            turned = moved(moved(weights, place, n_items).T, place, n_items)
            return {**self._arrays(), self._stored_as: np.ascontiguousarray(turned.T)}
        cells = weights.tocoo()
        both = (place[cells.row], place[cells.col])
        wider = sparse.csr_matrix((cells.data, both), (n_items, n_items))
        return {**self._arrays(), **storage.csr_arrays(self._stored_as, wider)}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        if self._stored_as in arrays:
            self._weights = arrays[self._stored_as]
            return
        n_items = len(arrays[f"{self._stored_as}_indptr"]) - 1
        self._weights = storage.csr_from(arrays, self._stored_as, (n_items, n_items))


def nearest(
    n_items: int, block: Callable[[slice], np.ndarray], k: int, progress: Progress
) -> sparse.csr_matrix:
    """Keep the k largest weights of each item to others, a block of items at a time.

    Parameters
    ----------
    n_items : rows and columns.
    block : gives the weights of a slice of items to all, 0 where there are none.
    k : kept per item.
    """
    parts = []
    for start in range(0, n_items, _BLOCK):
        weights = block(slice(start, start + _BLOCK)).astype(np.float32)
        own = np.arange(len(weights))
        weights[own, own + start] = 0
        weights[weights <= 0] = -np.inf
        rows, columns = top_k(weights, k)
        parts.append(sparse.csr_matrix((weights[rows, columns], (rows, columns)), weights.shape))
        progress(min(1.0, (start + _BLOCK) / n_items), "comparing items")
    return sparse.csr_matrix(sparse.vstack(parts, format="csr"))
