"""EASE: what each item says about each other one, all others held equal, in closed form."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.linalg import get_lapack_funcs

from analytics.errors import InvalidSettingError
from analytics.progress import Progress
from recsys.interactions import Interactions
from recsys.models import bounds
from recsys.models.item_weights import ItemWeights


@dataclass(eq=False)
class Ease(ItemWeights):
    """Scores an item by a regression of it on the user's other items.

    W minimises |X − XW|² + Σ_i r_i·|W_i|² under a zero diagonal: with P = (XᵀX + diag r)⁻¹ it is
    W_ij = −P_ij ÷ P_jj. Steck 2019 ("Embarrassingly shallow autoencoders for sparse data"). The
    ridge is r_i = l2 · s + d ÷ (1 − d) · |X_i|², s the squared weight of a cell that counts
    (`telling_square`, 1 where all weigh 1), d the `history_dropout`: what learning from histories
    with this share of their items hidden at random comes to (Steck 2020, "Autoencoders that don't
    overfit towards the identity"). P is a Cholesky inverse in place, in float32: 4 bytes × items²
    of memory and items³ of work, so the `max_items` with most users are learnt and the rest is
    left to the fallback.

    Parameters
    ----------
    l2 : ridge, in users who took both of a pair, > 0; suits weights of any scale.
    history_dropout : 0 … below 1; what popular items say is held back most.
    max_items : learnt at most, ≥ 1.
    """

    name: ClassVar[str] = "ease"
    summary: ClassVar[str] = "each course weighed against all others the customer took"
    l2: float = 200.0
    history_dropout: float = 0.0
    max_items: int = 10_000

    def __post_init__(self) -> None:
        super().__post_init__()
        bounds.positive(self, "l2")
        bounds.below_one(self, "history_dropout")
        if self.max_items < 1:
            raise InvalidSettingError("max_items", self.max_items, "learn at least one item")

    def _learn(self, interactions: Interactions, progress: Progress) -> None:
        n_users = interactions.matrix.getnnz(axis=0)
        chosen = np.sort(np.argsort(-n_users, kind="stable")[: self.max_items])
        progress(0.1, "counting pairs of items")
        taken = interactions.matrix[:, chosen]
        pairs = np.asfortranarray((taken.T @ taken).toarray(), np.float32)
        progress(0.4, "solving for the weights")
        hidden = self.history_dropout / (1 - self.history_dropout)
        ridge = self.l2 * telling_square(taken.data)
        learnt = _solved(pairs, ridge + hidden * np.diagonal(pairs))
        if len(chosen) == len(n_users):
            self._weights = learnt
            return
        self._weights = np.zeros((len(n_users), len(n_users)), np.float32)
        self._weights[np.ix_(chosen, chosen)] = learnt


def telling_square(weights: np.ndarray) -> float:
    """Give the squared weight of a cell that counts: Σ w⁴ ÷ Σ w², the mean of w² weighed by w².

    However many faint cells (views) lie beside the heavy ones (purchases), they change it little;
    weights of c instead of 1 give c². Own definition.

    >>> telling_square(np.array([2.0, 2.0])), telling_square(np.array([1.0] + [0.05] * 40)) > 0.9
    (4.0, True)
    """
    square = weights.astype(np.float64) ** 2
    total = float(square.sum())
    return float(square @ square) / total if total else 1.0


def _solved(pairs: np.ndarray, ridge: np.ndarray) -> np.ndarray:
    """Turn XᵀX, in place, into the weights under the ridge of each item."""
    diagonal = np.diag_indices_from(pairs)
    pairs[diagonal] += ridge
    factorise, invert = get_lapack_funcs(("potrf", "potri"), (pairs,))
    factor, _ = factorise(pairs, lower=0, overwrite_a=1)
    inverse, _ = invert(factor, lower=0, overwrite_c=1)
    for row in range(len(inverse)):  # LAPACK fills one triangle only
        inverse[row + 1 :, row] = inverse[row, row + 1 :]
    inverse /= -inverse[diagonal]
    inverse[diagonal] = 0
    return np.ascontiguousarray(inverse)
