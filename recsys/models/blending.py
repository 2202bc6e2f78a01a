"""How far each model of a blend is to be trusted, chosen on orders that none of them saw."""
# ruff: noqa: SLF001 - a blend is one of the family of recommenders

from dataclasses import replace

import numpy as np
from scipy import sparse

from analytics.errors import NotEnoughDataError
from recsys.interactions import Interactions, positions
from recsys.models.base import Known, Recommender, owned_cells
from recsys.models.item_weights import ItemWeights
from recsys.splits import Split, split

HALF_LIVES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
_SHARES = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5)
_CUTOFF = 10  # of NDCG
_ROUNDS = 3
_FEWEST = 200  # users of a length of history, to have shares of their own
_OWNED = -1e6  # the score of what a user has: below all, and finite in every blend
_CELLS = 10_000_000  # of scores of one model held at once


def held_out_orders(interactions: Interactions, *, seed: int) -> Split | None:
    """Leave out the last order of each user; None where too few have one and a history.

    Of many users some are drawn, so that their scores fit in memory.
    """
    try:
        plan = split(interactions, "leave-last")
    except NotEnoughDataError:
        return None
    if len(plan.users) < _FEWEST:
        return None
    most = max(_FEWEST, _CELLS // len(plan.train.item_ids))
    if len(plan.users) <= most:
        return plan
    chosen = np.sort(np.random.default_rng(seed).permutation(len(plan.users))[:most])
    relevant = sparse.csr_matrix(plan.relevant[chosen])
    return replace(
        plan, users=plan.users[chosen], relevant=relevant, n_relevant=plan.n_relevant[chosen]
    )


def length_of(known: Known, rows: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Which class of history each user is in, by his number of items: the last step reached."""
    n_items = known.matrix.getnnz(axis=1)[rows]
    return np.searchsorted(steps, n_items, side="right") - 1


def scaled(scores: np.ndarray) -> np.ndarray:
    """Divide each user's scores by their spread over the items; no evidence is a score of 0."""
    filled = np.where(np.isfinite(scores), scores, 0)
    return filled / spread(filled)


def spread(scores: np.ndarray) -> np.ndarray:
    """Give the standard deviation of each row's scores as a column; 1 where they are all alike."""
    deviation = np.where(np.isfinite(scores), scores, 0).std(axis=1, keepdims=True)
    return np.where(deviation > 0, deviation, 1)


class Trial:
    """The scores of each model for the users whose last order was left out.

    Parameters
    ----------
    plan : what was trained on and what is to be foreseen.
    steps : classes of the length of a history, by its first number of items.
    """

    def __init__(self, plan: Split, steps: np.ndarray) -> None:
        self._plan, self._steps = plan, steps
        self._rows = positions(plan.train.user_ids, plan.users)
        self._scores: list[np.ndarray] = []
        self._length = np.zeros(len(plan.users), int)

    def tried(self, model: Recommender) -> float:
        """Keep the scores of a trained model, under its best half-life, which is returned."""
        self._length = length_of(model.known, self._rows, self._steps)
        if not isinstance(model, ItemWeights):
            self._scores.append(self._scores_of(model))
            return 0.0
        best = (-1.0, 0.0, np.zeros(0))
        for half_life in HALF_LIVES:
            model.recency_half_life = half_life
            scores = self._scores_of(model)
            found = float(self._ndcg(scores, np.arange(len(scores))).mean())
            best = max(best, (found, half_life, scores), key=lambda one: one[0])
        self._scores.append(best[2])
        return best[1]

    def shares(self) -> np.ndarray:
        """Choose the shares of the models for each length of history, as (lengths, models)."""
        everyone = np.arange(len(self._rows))
        overall = self._best_shares(everyone)
        parts = [np.flatnonzero(self._length == at) for at in range(len(self._steps))]
        chosen = [self._best_shares(part) if len(part) >= _FEWEST else overall for part in parts]
        return np.array(chosen, np.float32)

    def _best_shares(self, users: np.ndarray) -> np.ndarray:
        """Start from the best single model and change one share at a time while it helps."""
        scores = [model[users] for model in self._scores]
        alone = [self._ndcg(one, users).mean() for one in scores]
        shares = np.zeros(len(scores))
        shares[int(np.argmax(alone))] = 1
        found = max(alone)
        for _ in range(_ROUNDS):
            before = found
            for at in range(len(scores)):
                found = self._improved(scores, users, shares, at, found)
            if found <= before:
                break
        return shares

    def _improved(
        self, scores: list[np.ndarray], users: np.ndarray, shares: np.ndarray, at: int, found: float
    ) -> float:
        others = sum(
            (s * one for n, (s, one) in enumerate(zip(shares, scores, strict=True)) if n != at),
            np.zeros_like(scores[at]),
        )
        for share in _SHARES:
            value = self._ndcg(others + share * scores[at], users).mean()
            if value > found:
                found, shares[at] = float(value), share
        return found

    def _scores_of(self, model: Recommender) -> np.ndarray:
        scores = scaled(model._scores(self._rows)).astype(np.float32)
        scores[owned_cells(model.known, self._rows)] = _OWNED
        return scores

    def _ndcg(self, scores: np.ndarray, users: np.ndarray) -> np.ndarray:
        """NDCG@10 of each user, the scores being those of `users`."""
        relevant = sparse.csr_matrix(self._plan.relevant[users])
        row = np.repeat(np.arange(len(users)), np.diff(relevant.indptr))
        own = scores[row, relevant.indices]
        rank = np.empty(len(row))
        block = max(1, _CELLS // scores.shape[1])
        for start in range(0, len(row), block):
            part = slice(start, start + block)
            rank[part] = _ranks(scores[row[part]], own[part], relevant.indices[part])
        gain = np.where(rank <= _CUTOFF, 1 / np.log2(rank + 1), 0)
        best = np.cumsum(1 / np.log2(np.arange(2, _CUTOFF + 2)))
        ideal = best[np.minimum(self._plan.n_relevant[users], _CUTOFF) - 1]
        return np.bincount(row, gain, len(users)) / ideal


def _ranks(scores: np.ndarray, own: np.ndarray, item: np.ndarray) -> np.ndarray:
    """Rank of an item's own score among those of its row, ties by column."""
    is_earlier = np.arange(scores.shape[1]) < item[:, None]
    above = (scores > own[:, None]) | ((scores == own[:, None]) & is_earlier)
    return 1 + above.sum(axis=1)
