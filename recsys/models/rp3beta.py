"""RP3beta: a random walk from the user's items over other users, popular ends held back."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from analytics.errors import InvalidSettingError
from analytics.progress import Progress
from recsys.interactions import Interactions
from recsys.models import bounds
from recsys.models.item_weights import ItemWeights, nearest


@dataclass(eq=False)
class RP3Beta(ItemWeights):
    """Scores an item by how often a walk of three steps ends at it.

    The walk goes user → item → user → item. W_ij = Σ_v p(v|i)^alpha · p(j|v)^alpha ÷ d_j^beta, with
    p the transition shares, d_j the users of item j; each item keeps its `n_neighbours` largest.
    Paudel, Christoffel, Newell & Bernstein 2017 ("Updatable, accurate, diverse, and scalable
    recommendations for interactive applications").

    Parameters
    ----------
    alpha : exponent of the transitions, > 0.
    beta : how far popular items are held back, 0 … 1.
    n_neighbours : kept per item, ≥ 1.
    """

    name: ClassVar[str] = "rp3beta"
    summary: ClassVar[str] = "a walk over customers with the same courses, wide in the catalogue"
    alpha: float = 1.0
    beta: float = 0.4
    n_neighbours: int = 100

    def __post_init__(self) -> None:
        super().__post_init__()
        bounds.positive(self, "alpha")
        bounds.up_to_one(self, "beta")
        if self.n_neighbours < 1:
            raise InvalidSettingError("n_neighbours", self.n_neighbours, "keep at least one")

    def _learn(self, interactions: Interactions, progress: Progress) -> None:
        to_item = _shares(interactions.matrix, self.alpha)
        to_user = _shares(interactions.matrix.T.tocsr(), self.alpha)
        n_users = np.maximum(interactions.matrix.getnnz(axis=0), 1)
        held_back = n_users.astype(np.float32) ** -self.beta

        def block(items: slice) -> np.ndarray:
            return (to_user[items] @ to_item).toarray() * held_back

        self._weights = nearest(len(n_users), block, self.n_neighbours, progress)


def _shares(matrix: sparse.csr_matrix, alpha: float) -> sparse.csr_matrix:
    """Each row's weights as shares of its sum, to the power alpha."""
    total = np.asarray(matrix.sum(axis=1)).ravel()
    data = (matrix.data / np.repeat(total, np.diff(matrix.indptr))) ** alpha
    return sparse.csr_matrix((data.astype(np.float32), matrix.indices, matrix.indptr), matrix.shape)
