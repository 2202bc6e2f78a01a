"""Content: items like those the customer took, by their words; new items are served at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from scipy import sparse

from analytics.errors import InvalidSettingError
from analytics.progress import Progress
from recsys.interactions import Interactions
from recsys.models import storage
from recsys.models.item_features import item_vectors, phrases
from recsys.models.item_weights import ItemWeights, nearest

_UNSPOKEN = ("content_type", "price")  # too common to be a reason


@dataclass(eq=False)
class Content(ItemWeights):
    """Scores an item by the likeness of its description to the customer's profile.

    Items are unit vectors v of TF-IDF words of title, category, tags, teacher, content type and
    price band; the profile is the recency-weighted sum of the vectors of the history, and
    score(u, j) = Σ_i h_ui · v_i·v_j, of each item i the `n_neighbours` likest j. Lops, de Gemmis &
    Semeraro 2011. Items that nobody took yet are ranked with the others.

    Parameters
    ----------
    n_neighbours : kept per item, ≥ 1.
    """

    name: ClassVar[str] = "content"
    summary: ClassVar[str] = "items described like those the customer took; new items at once"
    n_neighbours: int = 200
    _vectors: sparse.csr_matrix = field(init=False, repr=False)
    _words: np.ndarray = field(init=False, repr=False)
    _kinds: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.n_neighbours < 1:
            raise InvalidSettingError("n_neighbours", self.n_neighbours, "keep at least one")

    def _widened(self, interactions: Interactions) -> Interactions:
        return interactions.including(items=interactions.features.items["item_id"])

    def _learn(self, interactions: Interactions, progress: Progress) -> None:
        progress(0.1, "reading titles")
        described = item_vectors(interactions.features.items, interactions.item_ids)
        self._vectors, self._words = described.matrix, described.words
        self._kinds = described.kinds
        turned = self._vectors.T.tocsr()

        def block(items: slice) -> np.ndarray:
            return (self._vectors[items] @ turned).toarray()

        self._weights = nearest(len(interactions.item_ids), block, self.n_neighbours, progress)

    def shared_features(self, user_id: str, item_id: str, k: int = 3) -> list[str]:
        """Which words the item shares with the user's history, from the weightiest."""
        row = self.known.rows([user_id])
        if row[0] < 0:
            return []
        profile = sparse.csr_matrix(self._history(row) @ self._vectors)
        own = self._vectors[[self.known.item(item_id)]]
        common = sparse.csr_matrix(profile.multiply(own))
        spoken = ~np.isin(self._kinds[common.indices], _UNSPOKEN)
        term, weight = common.indices[spoken], np.asarray(common.data)[spoken]
        order = np.lexsort((term, np.negative(weight)))
        return phrases(self._words[term[order]].tolist())[:k]

    def _arrays(self) -> dict[str, np.ndarray]:
        own = {"words": self._words, "kinds": self._kinds}
        return super()._arrays() | storage.csr_arrays("vectors", self._vectors) | own

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        super()._restore(arrays)
        self._words, self._kinds = arrays["words"], arrays["kinds"]
        shape = (len(arrays["vectors_indptr"]) - 1, len(self._words))
        self._vectors = storage.csr_from(arrays, "vectors", shape)
