"""Two towers: a neural factorization that knows customers by what they took and who they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np
from scipy import sparse

from analytics.progress import Progress
from recsys.interactions import Interactions, positions
from recsys.models import bounds
from recsys.models.base import Recommender, history_slice
from recsys.models.customer_features import CustomerFeatures, customer_features
from recsys.models.item_features import dense_vectors
from recsys.models.recency import weighed
from recsys.models.two_tower_training import Towers, learnt


@dataclass(eq=False)
class TwoTower(Recommender):
    """score(u, j) = p_u · v_j + b_j, p_u = Σ_i h_ui c_i ÷ √(Σ_i h_ui) + g_u W.

    v_j = e_j + f_j W_v is the item's tower and c_i = d_i + f_i W_c the same item as a part of a
    history: vectors of its own and its description f (the words of `content`, reduced to a few
    dimensions). h is the history weighed by recency, g what is known of the customer. There is no
    table of customers, so new ones are free; items that nobody took are served by f, customers
    without a history by g. Learnt by foreseeing each item from the customer's others under a
    softmax over the batch, corrected for how often items are drawn (Yi et al. 2019), with Adagrad
    by row, until a held-out part gets no better. The pooled history is that of FISM (Kabbur et al.
    2013); item vectors are left out at random so that descriptions learn to speak alone (Volkovs
    et al. 2017).

    Parameters
    ----------
    n_factors : length of the vectors, ≥ 1.
    epochs : passes over the interactions at most, ≥ 1.
    learning_rate : > 0.
    history_dropout : share of a history that is hidden at each step, 0 … below 1.
    recency_half_life : in days on which the user interacted, ≥ 0; 0 weighs old and new alike.
    batch_size : examples a step, the drawn items of the softmax, ≥ 2.
    seed : of all that is drawn.
    threads : CPU threads.
    """

    name: ClassVar[str] = "two-tower"
    summary: ClassVar[str] = (
        "neural factorization that also reads what is known of items and customers"
    )
    is_costly: ClassVar[bool] = True
    _of_users: ClassVar[tuple[str, ...]] = ("customer_vectors",)
    n_factors: int = 64
    epochs: int = 30
    learning_rate: float = 0.03
    history_dropout: float = 0.5
    recency_half_life: float = 4.0
    batch_size: int = 1024
    seed: int = 0
    threads: int = 2
    item_vectors: np.ndarray = field(init=False, repr=False)
    history_vectors: np.ndarray = field(init=False, repr=False)
    biases: np.ndarray = field(init=False, repr=False)
    customer_vectors: np.ndarray = field(init=False, repr=False)
    losses: np.ndarray = field(init=False, repr=False)
    _customers: CustomerFeatures = field(init=False, repr=False)
    _customer_weights: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        bounds.at_least(self, 1, "n_factors", "epochs", "threads")
        bounds.at_least(self, 2, "batch_size")
        bounds.positive(self, "learning_rate")
        bounds.below_one(self, "history_dropout")
        bounds.not_negative(self, "recency_half_life")

    def _widened(self, interactions: Interactions) -> Interactions:
        features = interactions.features
        described = features.customers.drop(columns="customer_id").notna().any(axis=1)
        return interactions.including(
            users=features.customers.loc[described, "customer_id"],
            items=features.items["item_id"],
        )

    def _learn(self, interactions: Interactions, progress: Progress) -> None:
        features = interactions.features
        items = dense_vectors(features.items, interactions.item_ids, seed=self.seed)
        self._customers = customer_features(features.customers, interactions.user_ids)
        known = self._customers.of(features.customers, interactions.user_ids)
        towers = learnt(self, self.known, items, known, progress)
        self._take(towers, np.asarray(known @ towers.customer_weights, np.float32))

    def _take(self, towers: Towers, customer_vectors: np.ndarray) -> None:
        self.item_vectors, self.history_vectors = towers.item_vectors, towers.history_vectors
        self.biases, self.losses = towers.biases, towers.losses
        self._customer_weights, self.customer_vectors = towers.customer_weights, customer_vectors

    def _history(self, rows: np.ndarray) -> sparse.csr_matrix:
        """Give h ÷ √(Σh) of these rows."""
        known = self.known
        history = weighed(known.matrix[rows], known.steps[rows], self.recency_half_life)
        total = np.asarray(history.sum(axis=1), np.float32).ravel()
        scale = 1 / np.sqrt(np.where(total > 0, total, 1))
        data = history.data * np.repeat(scale, np.diff(history.indptr))
        return sparse.csr_matrix((data, history.indices, history.indptr), history.shape)

    def _scores(self, rows: np.ndarray) -> np.ndarray:
        users = self._history(rows) @ self.history_vectors + self.customer_vectors[rows]
        scores = users @ self.item_vectors.T + self.biases
        return np.where(users.any(axis=1, keepdims=True), scores, -np.inf)

    def _similarity(self, item: int) -> np.ndarray:
        norms = np.linalg.norm(self.item_vectors, axis=1)
        product = self.item_vectors @ self.item_vectors[item]
        scale = norms * norms[item]
        return np.divide(product, scale, out=np.full_like(product, -np.inf), where=scale > 0)

    def _contributions(self, row: int, item: int) -> np.ndarray:
        history = self._history(np.array([row]))
        past = self.known.matrix.indices[history_slice(self.known.matrix, row)]
        return history.data * (self.history_vectors[past] @ self.item_vectors[item])

    def fold_in(self, interactions: Interactions, *, is_alone: bool = False) -> Self:
        """See `Recommender.fold_in`; what the interactions know of the customers counts too."""
        folded = super().fold_in(interactions, is_alone=is_alone)
        ids = interactions.user_ids
        known = self._customers.of(interactions.features.customers, ids)
        rows = positions(folded.known.user_ids, ids)
        folded.customer_vectors[rows] = known @ self._customer_weights
        return folded

    def _arrays(self) -> dict[str, np.ndarray]:
        names = ("item_vectors", "history_vectors", "biases", "customer_vectors", "losses")
        own = {name: getattr(self, name) for name in names}
        return own | {
            "customer_weights": self._customer_weights,
            "customer_kinds": self._customers.kinds,
            "customer_values": self._customers.names,
            "age_edges": self._customers.age_edges,
        }

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        names = ("item_vectors", "history_vectors", "biases", "customer_weights", "losses")
        towers = Towers(**{name: arrays[name] for name in names})
        self._take(towers, arrays["customer_vectors"])
        names = ("customer_kinds", "customer_values", "age_edges")
        self._customers = CustomerFeatures(*(arrays[name] for name in names))
