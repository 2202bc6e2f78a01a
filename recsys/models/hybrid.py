"""Hybrid: several recommenders as one, each trusted as far as it proved itself on this shop."""
# ruff: noqa: SLF001 - a blend is one of the family of recommenders

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from analytics.errors import InvalidSettingError
from analytics.progress import Progress
from recsys.interactions import Interactions
from recsys.models.base import Known
from recsys.models.blending import Trial, held_out_orders, length_of, scaled, spread
from recsys.models.ease import Ease
from recsys.models.ials import ImplicitALS
from recsys.models.new_items import WithNewItems, moved
from recsys.models.next_order import NextOrder
from recsys.models.popularity import Popularity
from recsys.models.rp3beta import RP3Beta
from recsys.models.transitions import Transitions

_KINDS: dict[str, type[WithNewItems]] = {
    model.name: model for model in (Ease, NextOrder, ImplicitALS, Transitions, RP3Beta, Popularity)
}
HISTORY_STEPS = np.array([0, 2, 5])  # items: up to one, two to four, more
_MOST_FACTORS = 128  # of iALS
_NOS = (5.0, 1.5)  # what all empty cells weigh together, beside all interactions


@dataclass(eq=False)
class Hybrid(WithNewItems):
    """Blends recommenders: score(u, j) = Σ_m b_m · s_m(u, j) ÷ σ_m(u).

    σ_m(u) is the spread of model m's scores over the items, so that no model shouts louder than
    another. The shares b_m, apart for users with one, a few and many items, and the half-life of
    the history are chosen on each user's last order, left out of a first training: the half-lives,
    and how much an empty cell counts in iALS, by NDCG@10, the shares by a conditional logit; then
    all models are trained anew on everything. Of items that came since iALS can tell by who
    took them, and then speaks for the parts that cannot, popularity by how many did.
    Own definition; the linear blend of z-scores is that of Fox & Shaw 1994 (CombSUM).

    Parameters
    ----------
    components : names of the models, separated by commas, of ease, next-order, ials, transitions,
        rp3beta and popularity.
    seed : of the users on whom the shares are chosen.
    """

    name: ClassVar[str] = "hybrid"
    summary: ClassVar[str] = "several models as one, each as far as it proved itself"
    meets_new_items: ClassVar[bool] = True
    components: str = "ease,next-order,ials,transitions,popularity"
    seed: int = 0
    _models: tuple[WithNewItems, ...] = field(default=(), init=False, repr=False)
    _shares: np.ndarray = field(init=False, repr=False)
    _chosen: list[dict[str, Any]] = field(default_factory=list, init=False, repr=False)
    _is_new: np.ndarray = field(init=False, repr=False)  # of each item, whether it came since

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
        self._chosen = [next(_variants(name, interactions)).options for name in self._names]
        self._shares = np.ones((len(HISTORY_STEPS), len(self._names)), np.float32)
        plan = held_out_orders(interactions, seed=self.seed)
        if plan is not None:
            trial = Trial(plan, HISTORY_STEPS)
            for number, name in enumerate(self._names):
                progress(number / n_steps, f"trying {name}")
                trained = (model.fit(plan.train) for model in _variants(name, plan.train))
                self._chosen[number] = trial.tried(trained).options
            self._shares = trial.shares()
        models = self._made()
        for number, model in enumerate(models, start=len(models)):
            progress(number / n_steps, f"training {model.name}")
            model.fit(interactions)
        self._models, self._is_new = models, np.zeros(len(interactions.item_ids), bool)

    def _made(self) -> tuple[WithNewItems, ...]:
        pairs = zip(self._names, self._chosen, strict=True)
        return tuple(_KINDS[name](**options) for name, options in pairs)

    def _scores(self, rows: np.ndarray) -> np.ndarray:
        total = np.zeros((len(rows), len(self.known.item_ids)), np.float32)
        shares, spoken = self._shares_of(rows).T, self._spoken_for(rows).T
        for model, share, of_new in zip(self._models, shares, spoken, strict=True):
            own = scaled(model._scores(rows))
            total += share[:, None] * own
            if self._is_new.any():
                total[:, self._is_new] += (of_new - share)[:, None] * own[:, self._is_new]
        has_any = total.any(axis=1, keepdims=True)
        return np.where(has_any, total, -np.inf)

    def _shares_of(self, rows: np.ndarray) -> np.ndarray:
        return self._shares[length_of(self.known, rows, HISTORY_STEPS)]

    def _spoken_for(self, rows: np.ndarray) -> np.ndarray:
        """Give iALS, where it is a part, the shares of those that cannot tell of new items."""
        shares = self._shares_of(rows)
        is_mute = np.array([not model.meets_new_items for model in self._models])
        heirs = np.array([isinstance(model, ImplicitALS) for model in self._models])
        passed_on = shares[:, is_mute].sum(axis=1, keepdims=True) / max(1, heirs.sum())
        return np.where(is_mute, 0, shares) + heirs * passed_on

    def _similarity(self, item: int) -> np.ndarray:
        return self._models[0]._similarity(item)

    def _contributions(self, row: int, item: int) -> np.ndarray:
        rows = np.array([row])
        total = np.zeros(self.known.matrix[rows].nnz, np.float32)
        shares = (self._spoken_for if self._is_new[item] else self._shares_of)(rows)[0]
        for model, share in zip(self._models, shares, strict=True):
            parts = model._contributions(row, item)
            if len(parts):
                total += share * parts / spread(model._scores(rows))[0, 0]
        return total

    def _arrays(self) -> dict[str, np.ndarray]:
        return self._joined(model._arrays() for model in self._models)

    def _joined(self, parts: Iterable[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
        chosen = np.array([json.dumps(options) for options in self._chosen])
        own = {"shares": self._shares, "chosen": chosen, "is_new": self._is_new}
        for number, arrays in enumerate(parts):
            own |= {f"{number}_{name}": array for name, array in arrays.items()}
        return own

    def _wider(self, place: np.ndarray, n_items: int) -> dict[str, np.ndarray]:
        parts = self._joined(model._wider(place, n_items) for model in self._models)
        return parts | {"is_new": ~moved(~self._is_new, place, n_items)}

    def _place(self, items: np.ndarray) -> None:
        for model in self._models:
            model._place(items)

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._shares = arrays["shares"]
        self._is_new = arrays.get("is_new", np.zeros(len(self.known.item_ids), bool))
        self._chosen = [json.loads(text) for text in arrays["chosen"].tolist()]
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


def _variants(name: str, interactions: Interactions) -> Iterator[WithNewItems]:
    """Untrained models of this name, among whom the trial chooses; the first is the usual one.

    How much an empty cell counts is told as a multiple of how much an interaction adds to the mean
    cell, so that it suits a catalogue of fifty items as well as one of ten thousand.
    """
    if name != ImplicitALS.name:
        yield _KINDS[name]()
        return
    n_users, n_items = interactions.matrix.shape  # pyright: ignore[reportGeneralTypeIssues]
    mean = float(interactions.matrix.sum()) / (n_users * n_items)
    for times in _NOS:
        yield ImplicitALS(n_factors=min(_MOST_FACTORS, n_items), unobserved_weight=times * mean)
