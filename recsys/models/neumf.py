"""NeuMF: neural matrix factorization, kept as an option; simpler models usually do better."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from analytics.progress import Progress
from recsys.interactions import Interactions
from recsys.models import bounds
from recsys.models.base import Recommender, history_slice
from recsys.models.neumf_training import Layers, learnt, pooled, scores_of


@dataclass(eq=False)
class NeuMF(Recommender):
    """score(u, j) = a·(p_u ∘ q_j) + b·MLP(p'_u, q'_j): a product and a small network side by side.

    He et al. 2017 ("Neural collaborative filtering"), trained as there on each taken item against
    four drawn ones under the logistic loss. Own: p_u is Σ c_i ÷ √n over the n items of the history,
    not a row of a table, so new customers need no training. Rendle et al. 2020 ("Neural
    collaborative filtering vs. matrix factorization revisited") and Ferrari Dacrema et al. 2021
    find a tuned dot product and neighbours better than the network on every set they tried: the
    leaderboard says whether it is worth its time here.

    Parameters
    ----------
    n_factors : length of the vectors of each side, ≥ 2.
    epochs : passes over the interactions at most, ≥ 1.
    learning_rate : > 0.
    history_dropout : share of a history that is hidden at each step, 0 … below 1.
    batch_size : taken items a step, ≥ 1.
    seed : of all that is drawn.
    threads : CPU threads.
    """

    name: ClassVar[str] = "neumf"
    summary: ClassVar[str] = "neural matrix factorization (NeuMF); simpler models usually do better"
    is_costly: ClassVar[bool] = True
    n_factors: int = 32
    epochs: int = 20
    learning_rate: float = 0.05
    history_dropout: float = 0.3
    batch_size: int = 512
    seed: int = 0
    threads: int = 2
    layers: Layers = field(init=False, repr=False)
    losses: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        bounds.at_least(self, 2, "n_factors")
        bounds.at_least(self, 1, "epochs", "batch_size", "threads")
        bounds.positive(self, "learning_rate")
        bounds.below_one(self, "history_dropout")

    def _learn(self, interactions: Interactions, progress: Progress) -> None:
        del interactions  # the histories are known by now
        self.layers, self.losses = learnt(self, self.known, progress)

    def _scores(self, rows: np.ndarray) -> np.ndarray:
        history = self.known.matrix[rows]
        users = pooled(self.layers, history)
        has_any = np.diff(history.indptr)[:, None] > 0
        return np.where(has_any, scores_of(self.layers, users, self.layers.items), -np.inf)

    def _similarity(self, item: int) -> np.ndarray:
        items = self.layers.items
        norms = np.linalg.norm(items, axis=1)
        product, scale = items @ items[item], norms * norms[item]
        return np.divide(product, scale, out=np.full_like(product, -np.inf), where=scale > 0)

    def _contributions(self, row: int, item: int) -> np.ndarray:
        """Give what the score would lose had the user not taken each of his items."""
        matrix = self.known.matrix
        past = self.layers.past[matrix.indices[history_slice(matrix, row)]]
        without = (past.sum(axis=0) - past) / np.sqrt(max(1, len(past) - 1))
        whole = past.sum(axis=0, keepdims=True) / np.sqrt(len(past))
        users = np.concatenate([whole, without])
        scores = scores_of(self.layers, users, self.layers.items[[item]])[:, 0]
        return scores[0] - scores[1:]

    def _arrays(self) -> dict[str, np.ndarray]:
        return {"losses": self.losses, **vars(self.layers)}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self.losses = arrays["losses"]
        self.layers = Layers(**{name: arrays[name] for name in Layers.__dataclass_fields__})
