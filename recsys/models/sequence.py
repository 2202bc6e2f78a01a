"""Sequence: what comes after the orders so far, told by a small self-attentive network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from analytics.errors import InvalidSettingError
from analytics.progress import Progress
from recsys.interactions import Interactions
from recsys.models import bounds
from recsys.models.attention import Network, last_states
from recsys.models.base import Known, Recommender, history_slice
from recsys.models.sequence_training import learnt


@dataclass(eq=False)
class Sequence(Recommender):
    """score(u, j) = s_u · q_j, s_u the state of a network that read the latest items in order.

    Blocks of causal self-attention and two dense layers over vectors of items and places, the same
    item vectors at both ends: SASRec (Kang & McAuley 2018), with normalisation first and trained
    under the whole softmax (Klenitskiy & Vasilev 2023), or one over drawn items where they are
    many. Own: items of one day have no order, so they are shuffled at each step, and what is
    foreseen is an item of the user's next day; thus no order of a basket is made up.

    Parameters
    ----------
    n_factors : length of the vectors, a multiple of `n_heads`.
    n_blocks, n_heads : of attention, ≥ 1.
    longest : latest items that are read, ≥ 2.
    epochs : passes over the histories at most, ≥ 1.
    learning_rate : > 0.
    dropout : share of values hidden while learning, 0 … below 1.
    batch_size : histories a step, ≥ 1.
    seed : of all that is drawn.
    threads : CPU threads.
    """

    name: ClassVar[str] = "sequence"
    summary: ClassVar[str] = "what comes after the orders so far, by self-attention"
    is_costly: ClassVar[bool] = True
    _of_users: ClassVar[tuple[str, ...]] = ("user_vectors",)
    n_factors: int = 64
    n_blocks: int = 1
    n_heads: int = 1
    longest: int = 50
    epochs: int = 30
    learning_rate: float = 0.003
    dropout: float = 0.5
    batch_size: int = 128
    seed: int = 0
    threads: int = 2
    user_vectors: np.ndarray = field(init=False, repr=False)
    losses: np.ndarray = field(init=False, repr=False)
    network: Network = field(init=False, repr=False)

    def __post_init__(self) -> None:
        wholes = ("n_factors", "n_blocks", "n_heads", "epochs", "batch_size", "threads")
        bounds.at_least(self, 1, *wholes)
        bounds.at_least(self, 2, "longest")
        if self.n_factors % self.n_heads:
            raise InvalidSettingError("n_factors", self.n_factors, "give a multiple of n_heads")
        bounds.positive(self, "learning_rate")
        bounds.below_one(self, "dropout")

    def _learn(self, interactions: Interactions, progress: Progress) -> None:
        self.network, self.losses = learnt(self, self.known, progress)
        self.user_vectors = self._folded(np.arange(len(interactions.user_ids)))["user_vectors"]

    def _folded(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        return {
            "user_vectors": last_states(self.network, sequences(self.known, rows, self.longest))
        }

    def _scores(self, rows: np.ndarray) -> np.ndarray:
        users = self.user_vectors[rows]
        scores = users @ self.network.items[:-1].T
        return np.where(users.any(axis=1, keepdims=True), scores, -np.inf)

    def _similarity(self, item: int) -> np.ndarray:
        items = self.network.items[:-1]
        norms = np.linalg.norm(items, axis=1)
        scale = norms * norms[item]
        product = items @ items[item]
        return np.divide(product, scale, out=np.full_like(product, -np.inf), where=scale > 0)

    def _contributions(self, row: int, item: int) -> np.ndarray:
        """Give what the score would lose had the user not taken each of his items."""
        past = self.known.matrix.indices[history_slice(self.known.matrix, row)]
        whole = sequences(self.known, np.array([row]), self.longest)[0]
        without = np.tile(whole, (len(past) + 1, 1))
        for number, one in enumerate(past):
            kept = whole[whole != one]
            without[number] = self.known.matrix.shape[1]  # pyright: ignore[reportOptionalSubscript]
            without[number, len(whole) - len(kept) :] = kept
        scores = last_states(self.network, without) @ self.network.items[item]
        return scores[-1] - scores[:-1]

    def _arrays(self) -> dict[str, np.ndarray]:
        layers = {f"layer_{number:03}": one for number, one in enumerate(self.network.layers)}
        ends = {"items": self.network.items, "places": self.network.places}
        return {"user_vectors": self.user_vectors, "losses": self.losses, **ends, **layers}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self.user_vectors, self.losses = arrays["user_vectors"], arrays["losses"]
        layers = [arrays[name] for name in sorted(arrays) if name.startswith("layer_")]
        self.network = Network(arrays["items"], arrays["places"], layers)


def sequences(known: Known, rows: np.ndarray, longest: int) -> np.ndarray:
    """Give the latest items of these users in order, the latest last, those of one day by column.

    Returns
    -------
    int32 (users, longest), padded on the left with the number of items.
    """
    matrix, steps = known.matrix[rows], known.steps[rows]
    user = np.repeat(np.arange(len(rows)), np.diff(matrix.indptr))
    order = np.lexsort((-matrix.indices, steps.data, user))
    place = np.arange(len(user)) - np.searchsorted(user, user)
    found = np.full((len(rows), longest), len(known.item_ids), np.int32)
    is_kept = place < longest
    at = longest - 1 - place[is_kept]
    found[user[order][is_kept], at] = matrix.indices[order][is_kept]
    return found
