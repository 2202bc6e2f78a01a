"""What every recommender can do; a model adds how it learns and how it scores."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.errors import (
    InvalidSettingError,
    NotFittedError,
    UnknownCustomerError,
    UnknownNameError,
)
from analytics.progress import Progress, silent
from recsys.interactions import Interactions, decay, positions
from recsys.models import storage
from recsys.models.joining import exchanged
from recsys.models.ranking import Lists, as_table, filled_lists, in_threads
from recsys.models.recency import steps_back
from recsys.top_k import top_k

FALLBACK_HALF_LIFE_DAYS = 30.0
_BLOCK_CELLS = 1_000_000  # of scores held at once


@dataclass(frozen=True, eq=False)
class Known:
    """What a trained model remembers of its users and items: ids, histories, recent popularity."""

    user_ids: np.ndarray
    item_ids: np.ndarray
    matrix: sparse.csr_matrix
    owned: sparse.csr_matrix
    recent: sparse.csr_matrix  # the weights, halved with age
    steps: sparse.csr_matrix  # how far back in the user's own history, from 1

    @cached_property
    def popularity(self) -> np.ndarray:
        """Recent weight of each item over all users."""
        return np.asarray(self.recent.sum(axis=0), np.float64).ravel()

    def rows(self, users: Any) -> np.ndarray:
        """Row of each user, -1 for those never seen."""
        return positions(self.user_ids, as_text(users))

    def user(self, user_id: Any) -> int:
        """Row of a user; UnknownCustomerError where the model has never seen him."""
        found = int(self.rows([user_id])[0])
        if found < 0:
            raise UnknownCustomerError(str(user_id))
        return found

    def item(self, item_id: str) -> int:
        """Column of an item; UnknownNameError where the model has never seen it."""
        found = int(positions(self.item_ids, as_text([item_id]))[0])
        if found < 0:
            raise UnknownNameError("item with interactions", item_id, [])
        return found


@dataclass(eq=False)
class Recommender(ABC):
    """The contract of every recommender; the fields of the subclass are its options.

    Users and items are named by text ids. A user the model has never seen, or places in a list for
    which the model has no evidence, are filled from what was popular lately and marked `fallback`.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    is_costly: ClassVar[bool] = False  # judged only where it is asked for
    _of_users: ClassVar[tuple[str, ...]] = ()  # the model's own arrays with a row per user
    _known: Known | None = field(default=None, init=False, repr=False)

    @classmethod
    def can_learn(cls, interactions: Interactions) -> bool:
        """Tell whether these interactions hold what the model learns from."""
        del interactions
        return True

    @abstractmethod
    def _learn(self, interactions: Interactions, progress: Progress) -> None:
        """Fit the model's own arrays."""

    @abstractmethod
    def _scores(self, rows: np.ndarray) -> np.ndarray:
        """Scores of all items for these rows, a new array, -inf where there is no evidence."""

    @abstractmethod
    def _similarity(self, item: int) -> np.ndarray:
        """Likeness of every item to this one, -inf where there is none."""

    @abstractmethod
    def _contributions(self, row: int, item: int) -> np.ndarray:
        """Give what each cell of the user's history adds to the score of the item."""

    @abstractmethod
    def _arrays(self) -> dict[str, np.ndarray]:
        """Return the model's own arrays, to be saved."""

    @abstractmethod
    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Take the model's own arrays back."""

    def _widened(self, interactions: Interactions) -> Interactions:
        """Add the users and items that the model can serve although nobody acted yet."""
        return interactions

    def _folded(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """New values of the per-user arrays for these rows of the (exchanged) histories."""
        del rows
        return {}

    @property
    def known(self) -> Known:
        """What was learnt about users and items; NotFittedError before `fit` or `load`."""
        if self._known is None:
            raise NotFittedError(self.name)
        return self._known

    @property
    def options(self) -> dict[str, Any]:
        """The options the model was made with."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.init}

    def fit(self, interactions: Interactions, *, progress: Progress = silent) -> Self:
        """Learn from interactions; afterwards nothing else is needed to recommend.

        Parameters
        ----------
        interactions : of at least one user and one item.
        progress : called as progress(fraction, message, iteration=, loss=, seconds_left=) by models
            that iterate; an exception it raises ends the training.
        """
        interactions = self._widened(interactions)
        self._known = Known(
            interactions.user_ids,
            interactions.item_ids,
            interactions.matrix,
            interactions.owned,
            recent_weights(interactions, FALLBACK_HALF_LIFE_DAYS),
            steps_back(interactions),
        )
        self._learn(interactions, progress)
        return self

    def recommend(
        self,
        users: Any = None,
        k: int = 10,
        *,
        exclude_owned: bool = True,
        items: Any = None,
    ) -> pd.DataFrame:
        """Which k items to offer each user.

        Parameters
        ----------
        users : ids; None means all users the model knows. Others get what is popular.
        k : items a user, ≥ 1.
        exclude_owned : leave out what the user has bought, finished or rated.
        items : ids the list may hold; None means all the model knows.

        Returns
        -------
        DataFrame user_id, item_id, score, rank (from 1), source ("model" or "fallback"), in the
        order of `users`; fewer than k rows where fewer items are left.
        """
        if k < 1:
            raise InvalidSettingError("k", k, "ask for at least one item")
        known = self.known
        ids = known.user_ids if users is None else as_text(users)
        rows = np.arange(len(ids)) if users is None else known.rows(ids)
        lists = self.ranked(rows, k, self._allowed(items), exclude_owned=exclude_owned)
        n_most = len(ids) * min(k, len(known.item_ids))
        return as_table(lists, ids, known.item_ids, n_most)

    def predict(self, users: Any, items: Any) -> np.ndarray | None:  # noqa: ARG002 - of the few that do
        """Which rating each user would give the item beside him, within the scale of the ratings.

        Parameters
        ----------
        users, items : ids, as many of the one as of the other.

        Returns
        -------
        ndarray or None
            None from models that foresee what is taken, not how it is rated.
        """
        return None

    def _allowed(self, items: Any) -> np.ndarray:
        known = self.known
        if items is None:
            return np.ones(len(known.item_ids), bool)
        return np.isin(known.item_ids, as_text(items))

    def score_blocks(self, rows: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
        """Scores of all items for these rows, a block at a time; rows of -1 have no evidence."""
        for where in self._blocks(len(rows)):
            yield where, self._scored(rows[where])

    def _blocks(self, n_rows: int) -> list[slice]:
        size = max(1, _BLOCK_CELLS // max(1, len(self.known.item_ids)))
        return [slice(start, min(start + size, n_rows)) for start in range(0, n_rows, size)]

    def _scored(self, rows: np.ndarray) -> np.ndarray:
        """Scores of all items for these rows, -inf for rows of -1."""
        is_known = rows >= 0
        if is_known.all():
            return self._scores(rows).astype(np.float32, copy=False)
        scores = np.full((len(rows), len(self.known.item_ids)), -np.inf, np.float32)
        scores[is_known] = self._scores(rows[is_known])
        return scores

    def ranked(
        self, rows: np.ndarray, k: int, allowed: np.ndarray, *, exclude_owned: bool = True
    ) -> Iterator[tuple[np.ndarray, ...]]:
        """The lists of `recommend` as arrays, a block of users at a time.

        Parameters
        ----------
        rows : of the users, -1 for those the model does not know.
        allowed : bool array over the items.

        Yields
        ------
        position in `rows` (sorted), column of the item, score, whether it is the model's own; from
        the best of each user.
        """
        yield np.zeros(0, int), np.zeros(0, int), np.zeros(0, np.float32), np.zeros(0, bool)
        popular = np.where(allowed, self.known.popularity, -np.inf)

        def listed(where: slice) -> Lists:
            owned = owned_cells(self.known, rows[where] if exclude_owned else rows[:0])
            at, *lists = filled_lists(self._scored(rows[where]), popular, owned, k)
            return at + where.start, *lists

        yield from in_threads(listed, self._blocks(len(rows)))

    def similar_items(self, item_id: str, k: int = 10) -> pd.DataFrame:
        """Which k items are most like this one.

        Returns
        -------
        DataFrame item_id, score, rank; never the item itself; empty where there is no likeness.
        """
        item = self.known.item(item_id)
        likeness = self._similarity(item).copy()
        likeness[item] = -np.inf
        _, best = top_k(likeness[None, :], k)
        return pd.DataFrame(
            {
                "item_id": self.known.item_ids[best].astype(object),
                "score": likeness[best],
                "rank": np.arange(1, len(best) + 1),
            }
        )

    def explain(self, user_id: str, item_id: str, k: int | None = 3) -> pd.DataFrame:
        """Because of which items of the user's history the item got its score.

        The contributions of all items (k=None) add up to the score that `recommend` gives.

        Returns
        -------
        DataFrame item_id, contribution, from the largest; empty where the model does not look at
        the history.

        Raises
        ------
        UnknownCustomerError, UnknownNameError
            If the model has never seen the user or the item.
        """
        row = self.known.user(user_id)
        parts = self._contributions(row, self.known.item(item_id))
        history = self.known.matrix.indices[history_slice(self.known.matrix, row)][: len(parts)]
        order = np.lexsort((history, -parts))[:k]
        return pd.DataFrame(
            {
                "item_id": self.known.item_ids[history[order]].astype(object),
                "contribution": parts[order],
            }
        )

    def shared_features(self, user_id: str, item_id: str, k: int = 3) -> list[str]:
        """What the item has in common with the user's history, in words; empty if unknown."""
        del user_id, item_id, k
        return []

    def fold_in(self, interactions: Interactions, *, is_alone: bool = False) -> Self:
        """Return the model as it knows these users too; new histories replace old ones.

        The items stay as they were learnt: histories are read as far as they hold known items.
        `is_alone` leaves all other users out, which costs nothing even where they are millions.
        """
        known = _without_users(self.known) if is_alone else self.known
        ids = np.union1d(known.user_ids, interactions.user_ids)
        fresh = positions(ids, interactions.user_ids)
        columns = positions(known.item_ids, interactions.item_ids)
        old = positions(ids, known.user_ids)
        recent = recent_weights(interactions, FALLBACK_HALF_LIFE_DAYS)
        joined = replace(
            known,
            user_ids=ids,
            matrix=exchanged(known.matrix, old, interactions.matrix, fresh, columns),
            owned=exchanged(known.owned, old, interactions.owned, fresh, columns),
            recent=exchanged(known.recent, old, recent, fresh, columns),
            steps=exchanged(known.steps, old, steps_back(interactions), fresh, columns),
        )
        if is_alone:
            vars(joined)["popularity"] = self.known.popularity  # what sells stays what it was
        return replace(self)._taught(self._arrays(), joined, old, fresh)  # noqa: SLF001 - our copy

    def _taught(
        self, arrays: Mapping[str, np.ndarray], known: Known, old: np.ndarray, fresh: np.ndarray
    ) -> Self:
        self._known = known
        self._restore(arrays)
        for name in self._of_users:
            kept = getattr(self, name)
            moved = np.zeros((len(known.user_ids), *kept.shape[1:]), kept.dtype)
            moved[old] = kept[: len(old)]  # none where no old user is kept
            setattr(self, name, moved)
        for name, values in self._folded(fresh).items():
            getattr(self, name)[fresh] = values
        return self

    def save(self, folder: str | Path, **facts: Any) -> Path:
        """Write `manifest.json` (with these facts) and `arrays.npz`; nothing is pickled."""
        known = self.known
        arrays = {f"model_{name}": array for name, array in self._arrays().items()}
        manifest = {"model": self.name, "options": self.options, **facts}
        return storage.write(Path(folder), manifest, storage.known_arrays(known) | arrays)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read a model back that `save` wrote; UnreadableModelError where it is damaged."""
        manifest, arrays = storage.read(Path(folder), cls.name)
        model = cls(**manifest["options"])
        model._known = Known(*storage.known_parts(arrays))
        own = {name[6:]: array for name, array in arrays.items() if name.startswith("model_")}
        with storage.complaining(Path(folder)):
            model._restore(own)
        return model


def as_text(ids: Any) -> np.ndarray:
    """Ids as an array of text."""
    return np.asarray([ids] if isinstance(ids, str) else list(ids), str)


def history_slice(matrix: sparse.csr_matrix, row: int) -> slice:
    """Where the row's cells lie in the matrix's arrays."""
    return slice(int(matrix.indptr[row]), int(matrix.indptr[row + 1]))


def owned_cells(known: Known, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions (within `rows`) and columns of what these users own; rows of -1 own nothing."""
    at = np.flatnonzero(rows >= 0)
    start, end = known.owned.indptr[rows[at]], known.owned.indptr[rows[at] + 1]
    before = np.cumsum(end - start) - (end - start)
    cells = np.arange((end - start).sum()) + np.repeat(start - before, end - start)
    return np.repeat(at, end - start), known.owned.indices[cells]


def recent_weights(interactions: Interactions, half_life_days: float) -> sparse.csr_matrix:
    """The weights w · 2^(−age / half-life), the age counted to the latest time of all."""
    matrix = interactions.matrix
    if (interactions.last == interactions.last[:1]).all():
        return matrix
    data = (matrix.data * decay(interactions.last, half_life_days)).astype(np.float32)
    return sparse.csr_matrix((data, matrix.indices, matrix.indptr), matrix.shape)


def _without_users(known: Known) -> Known:
    matrices = {name: getattr(known, name)[:0] for name in ("matrix", "owned", "recent", "steps")}
    return replace(known, user_ids=known.user_ids[:0], **matrices)
