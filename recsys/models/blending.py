"""How far each model of a blend is to be trusted, chosen on orders that none of them saw."""
# ruff: noqa: SLF001 - a blend is one of the family of recommenders

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from scipy import optimize, sparse

from analytics.errors import NotEnoughDataError
from recsys.evaluation import per_user
from recsys.interactions import Interactions, positions
from recsys.models.base import Known, Recommender, owned_cells
from recsys.splits import Split, split
from recsys.top_k import top_k

_RECENCY = "recency_half_life"  # of models whose half-life needs no training anew
HALF_LIVES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
_CUTOFF = 10  # of NDCG
_POOL = 80  # items a model puts forward for each user, among whom the shares are learnt
_PRIOR = 1.0  # how firmly shares hold to their prior, in held-out orders per unit squared
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
        self._alone: list[float] = []
        self._length = np.zeros(len(plan.users), int)

    def tried(self, models: Iterable[Recommender]) -> Recommender:
        """Keep the scores of the best of these trained models, which is returned.

        Those that weigh a history by recency are left with their best half-life.
        """
        found = max((self._at_best(model) for model in models), key=lambda one: one[0])
        value, scores, model = found
        self._alone.append(value)
        self._scores.append(scores)
        return model

    def _at_best(self, model: Recommender) -> tuple[float, np.ndarray, Recommender]:
        """NDCG@10 and scores of the model, under its best half-life, which is set."""
        self._length = length_of(model.known, self._rows, self._steps)
        if _RECENCY not in model.options:
            scores = self._scores_of(model)
            return self.ndcg(scores), scores, model
        best = (-1.0, 0.0, np.zeros(0))
        for half_life in HALF_LIVES:
            setattr(model, _RECENCY, half_life)
            for name, values in model._folded(self._rows).items():
                getattr(model, name)[self._rows] = values
            scores = self._scores_of(model)
            best = max(best, (self.ndcg(scores), half_life, scores), key=lambda one: one[0])
        setattr(model, _RECENCY, best[1])
        return best[0], best[2], model

    def shares(self) -> np.ndarray:
        """Choose the shares of the models for each length of history, as (lengths, models).

        The shares are those of a conditional logit, P(j) ∝ exp Σ_m b_m s_m(u, j) with b ≥ 0, over
        the items that the models put forward (McFadden 1974; the list-wise loss of Cao et al.
        2007). Those of a length hold to those of all users; where the best model alone foresees
        more than the blend, it stands alone.
        """
        scores, is_bought, is_open = self._pooled()
        taught = np.flatnonzero(is_bought.any(axis=1))
        n_models = len(self._scores)
        overall = _logit(scores[taught], is_bought[taught], is_open[taught], np.zeros(n_models))
        if self.ndcg(self._blended(overall)) < max(self._alone):
            overall = np.eye(n_models)[int(np.argmax(self._alone))]
            return np.tile(overall, (len(self._steps), 1)).astype(np.float32)
        chosen = []
        for at in range(len(self._steps)):
            part = taught[self._length[taught] == at]
            mine = scores[part], is_bought[part], is_open[part]
            chosen.append(_logit(*mine, overall) if len(part) >= _FEWEST else overall)
        return np.array(chosen, np.float32)

    def ndcg(self, scores: np.ndarray) -> float:
        """Mean NDCG@10 of these scores, one row a user of the trial."""
        listed = np.full((len(scores), _CUTOFF), -1)
        at, item = top_k(scores, _CUTOFF)
        listed[at, np.arange(len(at)) - np.searchsorted(at, at)] = item
        relevant, n_relevant = self._plan.relevant, self._plan.n_relevant
        return float(per_user(listed, relevant, n_relevant, _CUTOFF)["ndcg"].mean())

    def _blended(self, shares: np.ndarray) -> np.ndarray:
        total = np.zeros_like(self._scores[0])
        for share, scores in zip(shares, self._scores, strict=True):
            total += np.float32(share) * scores
        return total

    def _scores_of(self, model: Recommender) -> np.ndarray:
        scores = scaled(model._scores(self._rows)).astype(np.float32)
        scores[owned_cells(model.known, self._rows)] = _OWNED
        return scores

    def _pooled(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Scores of the items put forward (users, places, models), whether bought, whether open."""
        n_items = self._scores[0].shape[1]
        most = min(_POOL, n_items)
        best = [np.argpartition(-one, most - 1, axis=1)[:, :most] for one in self._scores]
        pool = np.sort(np.concatenate(best, axis=1), axis=1)
        is_open = np.diff(pool, axis=1, prepend=-1) > 0
        is_open &= np.take_along_axis(self._scores[0], pool, axis=1) > _OWNED
        row = np.repeat(np.arange(len(pool)), pool.shape[1])
        bought = np.asarray(self._plan.relevant[row, pool.ravel()]).reshape(pool.shape) > 0
        scores = [np.take_along_axis(one, pool, axis=1) for one in self._scores]
        return np.stack(scores, axis=-1), bought & is_open, is_open


def _logit(
    scores: np.ndarray, is_bought: np.ndarray, is_open: np.ndarray, prior: np.ndarray
) -> np.ndarray:
    """Weights ≥ 0 under which the bought are likeliest among the open, each user counting once."""
    if not len(scores):
        return np.ones(len(prior))
    scores = np.where(is_open[..., None], scores, 0)
    wanted = is_bought / is_bought.sum(axis=1, keepdims=True)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total = np.where(is_open, scores @ weights.astype(np.float32), -np.inf)
        total -= total.max(axis=1, keepdims=True)
        odds = np.exp(total)
        sums = odds.sum(axis=1, keepdims=True)
        likelihood = (wanted * np.where(is_open, total - np.log(sums), 0)).sum()
        slope = np.tensordot(odds / sums - wanted, scores, axes=2)
        away = weights - prior
        return _PRIOR * away @ away - likelihood, 2 * _PRIOR * away + slope

    start = np.where(prior > 0, prior, 0.1)
    bounds = [(0, None)] * len(prior)
    return optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
