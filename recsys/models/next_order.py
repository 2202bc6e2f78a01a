"""Next order: what a history foretells of the order after it, learnt from all past orders."""

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve

from analytics.errors import InvalidSettingError
from analytics.progress import Progress
from recsys.interactions import Interactions, decay
from recsys.models import bounds
from recsys.models.item_weights import ItemWeights

_MOST_CELLS = 20_000_000  # of histories learnt from; of more, some users are drawn


class Lessons(NamedTuple):
    """One row an order to be foreseen: the history before it, and what was new in it."""

    history: sparse.csr_matrix
    bought: sparse.csr_matrix
    time: np.ndarray  # int64 seconds of each order


@dataclass(eq=False)
class NextOrder(ItemWeights):
    """Scores an item by a regression of each past order on the history before it.

    Every order after a user's first is a lesson: x, his history up to then, weighed by recency
    (`learning_half_life`), and y, the items in it that he had not had. W minimises
    Σ_orders v · |y − xW|² + l2 · mean(v) · |W|², with v = 2^(−age ÷ `age_half_life_days`) ÷ √|y|:
    late orders teach more, since what sells changes, and large ones no more than others. It has a
    closed form, W = (XᵀVX + l2·I)⁻¹ XᵀVY. After SLIT of Choi, Kim, Lee, Shim & Lee 2021
    ("Session-aware linear item-item models"); lessons weighed by size and age are own additions.
    Memory and work grow as in EASE, so the `max_items` with most users are learnt.

    Parameters
    ----------
    l2 : ridge, in lessons, > 0.
    learning_half_life : of the histories in the lessons, in days of interaction; 0 never.
    age_half_life_days : after which a lesson counts half; 0 never.
    max_items : learnt at most, ≥ 1.
    seed : of the users drawn where there are too many lessons.
    """

    name: ClassVar[str] = "next-order"
    summary: ClassVar[str] = "what past histories foretold of the order that came next"
    l2: float = 1000.0
    learning_half_life: float = 4.0
    age_half_life_days: float = 90.0
    max_items: int = 10_000
    seed: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        bounds.positive(self, "l2")
        bounds.not_negative(self, "learning_half_life", "age_half_life_days")
        if self.max_items < 1:
            raise InvalidSettingError("max_items", self.max_items, "learn at least one item")

    def _learn(self, interactions: Interactions, progress: Progress) -> None:
        n_items = len(interactions.item_ids)
        n_users = interactions.matrix.getnnz(axis=0)
        chosen = np.sort(np.argsort(-n_users, kind="stable")[: self.max_items])
        progress(0.1, "reading past orders")
        found = lessons(interactions, self.learning_half_life, seed=self.seed)
        self._weights = np.zeros((n_items, n_items), np.float32)
        if not found.bought.nnz:
            return
        root = np.sqrt(self._importance(found))
        x = sparse.csr_matrix(sparse.diags(root) @ found.history[:, chosen], dtype=np.float32)
        y = sparse.csr_matrix(sparse.diags(root) @ found.bought[:, chosen], dtype=np.float32)
        pairs = (x.T @ x).toarray()
        pairs[np.diag_indices_from(pairs)] += self.l2 * float((root**2).mean())
        progress(0.4, "solving for the weights")
        factor = cho_factor(pairs, lower=True, overwrite_a=True, check_finite=False)
        learnt = cho_solve(factor, (x.T @ y).toarray(), overwrite_b=True, check_finite=False)
        learnt[np.diag_indices_from(learnt)] = 0  # what one has is no news
        self._weights[np.ix_(chosen, chosen)] = learnt

    def _importance(self, found: Lessons) -> np.ndarray:
        """Weigh each lesson by its age and size."""
        size = np.maximum(1, found.bought.getnnz(axis=1))
        weight = 1 / np.sqrt(size)
        if not self.age_half_life_days:
            return weight
        return weight * decay(found.time, self.age_half_life_days)


def lessons(interactions: Interactions, half_life: float, *, seed: int = 0) -> Lessons:
    """Pair each order after a user's first with the history before it.

    An order is a day on which the user interacted; of its items those count as bought that are a
    target action and new to him. Where no time is known there is nothing to learn.

    Parameters
    ----------
    interactions : with times.
    half_life : in such days; an action weighs half for every so many between it and the order.
    seed : of the users drawn where histories would not fit in memory.

    Returns
    -------
    Lessons, rows by user and day, columns the items of `interactions`.
    """
    log = interactions.log.assign(is_target=interactions.is_target)
    log = _drawn(log, seed).sort_values(["user", "time"], ignore_index=True)
    day = log.groupby(["user", "time"], sort=False).ngroup().to_numpy()
    user = log["user"].to_numpy()
    last_day = pd.Series(day).groupby(user).transform("max").to_numpy()
    first_day = pd.Series(day).groupby(user).transform("min").to_numpy()
    again = pd.Series(day).groupby([log["user"], log["item"], log["action"].cat.codes]).shift(-1)
    until = again.fillna(pd.Series(last_day)).to_numpy(int)
    shape = (int(day.max(initial=-1)) + 1, len(interactions.item_ids))
    history = _remembered(log, day, until, half_life, shape)
    is_first = ~log.duplicated(["user", "item"]).to_numpy()
    is_lesson = log["is_target"].to_numpy() & is_first & (day > first_day)
    cells = (np.ones(int(is_lesson.sum()), np.float32), (day[is_lesson], log["item"][is_lesson]))
    bought = sparse.csr_matrix(cells, shape)
    time = np.zeros(shape[0], np.int64)
    time[day] = log["time"].to_numpy()
    rows = np.flatnonzero(bought.getnnz(axis=1))
    return Lessons(history[rows], bought[rows], time[rows])


def _remembered(
    log: pd.DataFrame, day: np.ndarray, until: np.ndarray, half_life: float, shape: tuple[int, int]
) -> sparse.csr_matrix:
    """Each action in the histories of the user's later days, up to the day it is repeated on."""
    times = np.maximum(until - day, 0)
    later = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    weight = np.repeat(log["weight"].to_numpy(), times)
    if half_life:
        weight = weight * 0.5 ** (later / half_life)
    row = np.repeat(day, times) + later + 1
    cells = (weight.astype(np.float32), (row, np.repeat(log["item"].to_numpy(), times)))
    return sparse.csr_matrix(cells, shape)


def _drawn(log: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Keep some users where all their histories, day by day, would be too many cells."""
    n_rows = log.groupby("user").size().to_numpy(float)
    n_days = log.groupby("user")["time"].nunique().to_numpy(float)
    n_cells = n_rows * n_days / 2
    if n_cells.sum() <= _MOST_CELLS:
        return log
    order = np.random.default_rng(seed).permutation(len(n_cells))
    kept = order[np.cumsum(n_cells[order]) <= _MOST_CELLS]
    users = np.unique(log["user"].to_numpy())[kept]
    found: Any = log[np.isin(log["user"].to_numpy(), users)]
    return found
