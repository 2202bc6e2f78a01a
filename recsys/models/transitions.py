"""Transitions: what customers took next after what they took last, the journey of a catalogue."""

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
class Transitions(ItemWeights):
    """Scores an item by how often it came next, on the user's following day of interaction.

    W_ij = n_ij ÷ (n_i + shrinkage) ÷ d_j^beta, with n_ij the (weighed) moves from i on one day to
    j on the user's next one, n_i all moves from i, d_j the users of j. A first-order Markov chain,
    as in Shani, Heckerman & Brafman 2005; shrinkage and popularity exponent are own additions.

    Parameters
    ----------
    shrinkage : moves from an item that count as nowhere, ≥ 0.
    beta : how far popular items are held back, 0 … 1.
    n_neighbours : kept per item, ≥ 1.
    """

    name: ClassVar[str] = "transitions"
    summary: ClassVar[str] = "what customers took next, after what they took last"
    recency_half_life: float = 0.5
    shrinkage: float = 10.0
    beta: float = 0.2
    n_neighbours: int = 100

    def __post_init__(self) -> None:
        super().__post_init__()
        bounds.not_negative(self, "shrinkage")
        bounds.up_to_one(self, "beta")
        if self.n_neighbours < 1:
            raise InvalidSettingError("n_neighbours", self.n_neighbours, "keep at least one")

    def _learn(self, interactions: Interactions, progress: Progress) -> None:
        before, after = _moves(interactions, self.known.steps)
        moves = np.asarray(before.T @ after.sum(axis=1)).ravel() + self.shrinkage
        n_users = np.maximum(interactions.matrix.getnnz(axis=0), 1).astype(np.float32)
        held_back = n_users**-self.beta
        from_item = before.T.tocsr()

        def block(items: slice) -> np.ndarray:
            count = (from_item[items] @ after).toarray()
            return count * held_back / np.maximum(moves[items, None], 1e-12)

        self._weights = nearest(len(n_users), block, self.n_neighbours, progress)


def _moves(
    interactions: Interactions, steps: sparse.csr_matrix
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Items of each user's day (rows), and beside them those of the user's next day."""
    cells = interactions.matrix.tocoo()
    step = steps.data.astype(np.int64)
    visit = cells.row.astype(np.int64) * (step.max(initial=0) + 1) + step
    visits, row = np.unique(visit, return_inverse=True)
    shape = (len(visits), len(interactions.item_ids))
    taken = sparse.csr_matrix((cells.data, (row, cells.col)), shape)
    has_next = np.flatnonzero(np.diff(visits) == 1)  # a user's steps follow without a gap
    return taken[has_next + 1], taken[has_next]
