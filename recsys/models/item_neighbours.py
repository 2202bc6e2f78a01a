"""Item neighbours: customers who took this also took that, with shrinkage against chance."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analytics.errors import InvalidSettingError
from analytics.progress import Progress
from recsys.interactions import Interactions
from recsys.models import bounds
from recsys.models.item_weights import ItemWeights, nearest


@dataclass(eq=False)
class ItemNeighbours(ItemWeights):
    """Scores an item by its likeness to the items of the user's history.

    W_ij = r_i · r_j ÷ (|r_i| |r_j| + shrinkage), r_i the column of item i; each item keeps its
    `n_neighbours` nearest, and the score is a plain sum over the history. Deshpande & Karypis
    2004 (item-based top-N); shrinkage after Bell & Koren 2007.

    Parameters
    ----------
    n_neighbours : kept per item, ≥ 1.
    shrinkage : in units of the product of norms, ≥ 0; pairs seen by few users fall back.
    """

    name: ClassVar[str] = "item-neighbours"
    summary: ClassVar[str] = "customers who took this also took that"
    _stored_as: ClassVar[str] = "neighbours"
    n_neighbours: int = 100
    shrinkage: float = 20.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.n_neighbours < 1:
            raise InvalidSettingError("n_neighbours", self.n_neighbours, "keep at least one")
        bounds.not_negative(self, "shrinkage")

    def _learn(self, interactions: Interactions, progress: Progress) -> None:
        by_item = interactions.matrix.T.tocsr()
        norms = np.sqrt(np.asarray(by_item.multiply(by_item).sum(1), np.float32)).ravel()

        def block(items: slice) -> np.ndarray:
            common = (by_item[items] @ interactions.matrix).toarray()
            scale = norms[items, None] * norms + self.shrinkage
            return np.where(common > 0, common / scale, 0)

        self._weights = nearest(len(norms), block, self.n_neighbours, progress)
