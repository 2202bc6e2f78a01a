"""Hybrid: several recommenders as one, each trusted as far as it proved itself on this shop."""
# ruff: noqa: SLF001 - a blend is one of the family of recommenders

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np

from analytics.errors import InvalidSettingError
from analytics.progress import Progress
from recsys.interactions import Interactions
from recsys.models.base import Known, Recommender
from recsys.models.blending import Trial, held_out_orders, length_of, scaled, spread
from recsys.models.ease import Ease
from recsys.models.ials import ImplicitALS
from recsys.models.item_weights import ItemWeights
from recsys.models.next_order import NextOrder
from recsys.models.popularity import Popularity
from recsys.models.rp3beta import RP3Beta
from recsys.models.transitions import Transitions

_KINDS: dict[str, type[Recommender]] = {
    model.name: model for model in (Ease, NextOrder, ImplicitALS, Transitions, RP3Beta, Popularity)
}
HISTORY_STEPS = np.array([0, 2, 5])  # items: up to one, two to four, more


@dataclass(eq=False)
class Hybrid(Recommender):
    """Blends recommenders: score(u, j) = Σ_m b_m · s_m(u, j) ÷ σ_m(u).

    σ_m(u) is the spread of model m's scores over the items, so that no model shouts louder than
    another. The shares b_m, apart for users with one, a few and many items, and the half-life of
    the history are chosen on each user's last order, left out of a first training: the half-lives
    by NDCG@10, the shares by a conditional logit; then all models are trained anew on everything.
    Own definition; the linear blend of z-scores is that of Fox & Shaw 1994 (CombSUM).

    Parameters
    ----------
    components : names of the models, separated by commas, of ease, next-order, ials, transitions,
        rp3beta and popularity.
    seed : of the users on whom the shares are chosen.
    """

    name: ClassVar[str] = "hybrid"
    summary: ClassVar[str] = "several models as one, each as far as it proved itself"
    components: str = "ease,next-order,ials,popularity"
    seed: int = 0
    _models: tuple[Recommender, ...] = field(default=(), init=False, repr=False)
    _shares: np.ndarray = field(init=False, repr=False)
    _half_lives: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        unknown = [name for name in self._names if name not in _KINDS]
        if unknown or not self._names:
            raise InvalidSettingError(
                "components", self.components, f"choose among {', '.join(_KINDS)}"
            )

    @property
    def _names(self) -> list[str]:
        return [name.strip() for name in self.components.split(",") if name.strip()]

    def _learn(self, interactions: Interactions, progress: Progress) -> None:
        n_steps = 2 * len(self._names)
        self._half_lives = np.zeros(len(self._names))
        self._shares = np.ones((len(HISTORY_STEPS), len(self._names)), np.float32)
        plan = held_out_orders(interactions, seed=self.seed)
        if plan is not None:
            trial = Trial(plan, HISTORY_STEPS)
            for number, model in enumerate(self._made()):
                progress(number / n_steps, f"trying {model.name}")
                self._half_lives[number] = trial.tried(model.fit(plan.train))
            self._shares = trial.shares()
        models = self._made()
        for number, model in enumerate(models, start=len(models)):
            progress(number / n_steps, f"training {model.name}")
            model.fit(interactions)
        self._models = models

    def _made(self) -> tuple[Recommender, ...]:
        return tuple(
            with_half_life(_KINDS[name](), half_life)
            for name, half_life in zip(self._names, self._half_lives, strict=True)
        )

    def _scores(self, rows: np.ndarray) -> np.ndarray:
        total = np.zeros((len(rows), len(self.known.item_ids)), np.float32)
        for model, share in zip(self._models, self._shares_of(rows).T, strict=True):
            total += share[:, None] * scaled(model._scores(rows))
        has_any = total.any(axis=1, keepdims=True)
        return np.where(has_any, total, -np.inf)

    def _shares_of(self, rows: np.ndarray) -> np.ndarray:
        return self._shares[length_of(self.known, rows, HISTORY_STEPS)]

    def _similarity(self, item: int) -> np.ndarray:
        return self._models[0]._similarity(item)

    def _contributions(self, row: int, item: int) -> np.ndarray:
        rows = np.array([row])
        total = np.zeros(self.known.matrix[rows].nnz, np.float32)
        for model, share in zip(self._models, self._shares_of(rows)[0], strict=True):
            parts = model._contributions(row, item)
            if len(parts):
                total += share * parts / spread(model._scores(rows))[0, 0]
        return total

    def _arrays(self) -> dict[str, np.ndarray]:
        own = {"shares": self._shares, "half_lives": self._half_lives}
        for number, model in enumerate(self._models):
            own |= {f"{number}_{name}": array for name, array in model._arrays().items()}
        return own

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._shares, self._half_lives = arrays["shares"], arrays["half_lives"]
        self._models = self._made()
        for number, model in enumerate(self._models):
            mark = f"{number}_"
            mine = {name[len(mark) :]: a for name, a in arrays.items() if name.startswith(mark)}
            model._known = self._known
            model._restore(mine)

    def _taught(
        self, arrays: Mapping[str, np.ndarray], known: Known, old: np.ndarray, fresh: np.ndarray
    ) -> Self:
        super()._taught(arrays, known, old, fresh)
        for model in self._models:
            model._taught(model._arrays(), known, old, fresh)
        return self


def with_half_life(model: Recommender, half_life: float) -> Recommender:
    """Return the model with this half-life of the history, where it has one."""
    return replace(model, recency_half_life=half_life) if isinstance(model, ItemWeights) else model
