"""Who did what with which item, as a sparse matrix: the one form every recommender reads.

Only here do a workspace's `customer_id`s become a recommender's `user_id`s.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.errors import MissingColumnsError, NotEnoughDataError
from recsys.actions import NEVER, OWNING, TARGETS, Counting, action_rows, seconds
from recsys.features import Features

SECONDS_A_DAY = 86_400


@dataclass(frozen=True, eq=False)
class Interactions:
    """The weights of users (rows) by items (columns), with the log they came from.

    A cell's weight is the sum, over the different actions of the user on the item, of the action's
    weight: a course viewed forty times and bought once weighs view + purchase. With a half-life
    each action's weight is halved for every so many days between its last time and the latest
    time of all. Own definition; weights are the confidences of Hu, Koren & Volinsky (2008).

    Parameters
    ----------
    user_ids, item_ids : arrays of text, sorted; the order of rows and columns.
    matrix : CSR of float32, users × items, all stored weights above 0.
    owned : CSR of float32 ones, users × items: the cells that `exclude_owned` leaves out.
    last : int64 seconds since 1970 of the last action in each cell, aligned with `matrix.data`;
        `NEVER` where no time is known.
    log : one row per user, item, action and time: codes `user`, `item`, then `action`, `time`
        (int64 seconds), `weight` and, where there are ratings, `rating` (null for other actions).
    how : by which rules the cells follow from the log.
    features : what is known of items and customers besides.
    """

    user_ids: np.ndarray
    item_ids: np.ndarray
    matrix: sparse.csr_matrix
    owned: sparse.csr_matrix
    last: np.ndarray
    log: pd.DataFrame
    how: "Rules"
    features: Features = field(default_factory=Features)

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        user: str = "user_id",
        item: str = "item_id",
        time: str | None = None,
        weight: str | None = None,
        action: str | None = None,
        rating: str | None = None,
        half_life_days: float | None = None,
        features: Features | None = None,
    ) -> Self:
        """Interactions of a table with one row per interaction.

        Parameters
        ----------
        frame : rows without a user or an item are left out.
        user, item : its id columns; ids are taken as text, "007" stays "007".
        time : its column of dates or times; None where there are none.
        weight : its column of weights > 0, which add up over repeats; None: a pair counts once.
        action : its column of action names; None: all are "interaction", after which one owns it.
        rating : its column of the user's ratings, which change no weight; None: there are none.
        half_life_days : weights halve for every so many days of age; None: they do not.
        features : of items and customers; None: nothing is known.

        Raises
        ------
        MissingColumnsError
            If a named column is not there.

        Examples
        --------
        >>> sales = pd.DataFrame({"user_id": ["u1", "u1", "u2"], "item_id": ["01", "02", "01"]})
        >>> Interactions.from_frame(sales).matrix.toarray().tolist()
        [[1.0, 1.0], [1.0, 0.0]]
        """
        named = [name for name in (user, item, time, weight, action, rating) if name]
        missing = [name for name in named if name not in frame]
        if missing:
            raise MissingColumnsError("the table of interactions", missing, map(str, frame.columns))
        kept = frame.loc[frame[user].notna() & frame[item].notna()]
        rows = pd.DataFrame(
            {
                "user_id": kept[user].astype(str).to_numpy(),
                "item_id": kept[item].astype(str).to_numpy(),
                "action": kept[action].to_numpy() if action else "interaction",
                "time": seconds(kept[time]) if time else NEVER,
                "weight": kept[weight].to_numpy(np.float32) if weight else np.float32(1),
            }
        )
        if rating:
            rows["rating"] = kept[rating].to_numpy(np.float32)
        rules = Rules(is_additive=weight is not None, half_life_days=half_life_days)
        return cls._from_rows(rows, rules, features or Features())

    @classmethod
    def from_workspace(cls, ws: Any, counting: Counting | None = None) -> Self:
        """Interactions of a workspace: purchases, events and ratings, whichever it holds.

        Renewals and instalments do not count: they choose nothing. Several orders of one item
        weigh as one; a time is a local day.

        Parameters
        ----------
        ws : the workspace.
        counting : what each action weighs, and the like; None: as usual.

        Raises
        ------
        NotEnoughDataError
            If no row names both a customer and an item.
        """
        chosen = counting or Counting()
        rows = action_rows(ws, chosen)
        if rows.empty:
            raise NotEnoughDataError(
                "a recommender",
                "rows that name a customer and an item",
                needed=1,
                found=0,
                remedy="import orders with items, or ratings",
            )
        rules = Rules(
            half_life_days=chosen.half_life_days, is_repurchasable=chosen.is_repurchasable
        )
        return cls._from_rows(rows, rules, Features.of_workspace(ws))

    @classmethod
    def _from_rows(cls, rows: pd.DataFrame, how: "Rules", features: Features) -> Self:
        user, user_ids = pd.factorize(rows["user_id"].astype(object), sort=True)
        item, item_ids = pd.factorize(rows["item_id"].astype(object), sort=True)
        log = pd.DataFrame(
            {
                "user": user.astype(np.int32),
                "item": item.astype(np.int32),
                "action": pd.Categorical(rows["action"], sorted(set(rows["action"]))),
                "time": rows["time"].to_numpy(np.int64),
                "weight": rows["weight"].to_numpy(np.float32),
            }
        )
        if "rating" in rows and np.isfinite(rows["rating"].to_numpy()).any():
            log["rating"] = rows["rating"].to_numpy(np.float32)
        ids = np.asarray(user_ids, str), np.asarray(item_ids, str)
        return cls._from_log(log, *ids, how, features)

    @classmethod
    def _from_log(
        cls,
        log: pd.DataFrame,
        user_ids: np.ndarray,
        item_ids: np.ndarray,
        how: "Rules",
        features: Features,
    ) -> Self:
        order = ["user", "item", "action", "time", "weight", "rating"]
        log = log.sort_values([name for name in order if name in log], ignore_index=True)
        shape = (len(user_ids), len(item_ids))
        cells = _cells(log, how)
        matrix = _csr(cells, cells["weight"].to_numpy(np.float32), shape)
        owned = cells.loc[cells["is_owned"] & (not how.is_repurchasable)]
        return cls(
            user_ids,
            item_ids,
            matrix,
            _csr(owned, np.ones(len(owned), np.float32), shape),
            cells["time"].to_numpy(np.int64),
            log,
            how,
            features,
        )

    def where(self, is_kept: np.ndarray) -> "Interactions":
        """Keep the log's rows where `is_kept`; ids left without a row drop out."""
        log = self.log.loc[is_kept]
        users, user = np.unique(log["user"].to_numpy(), return_inverse=True)
        items, item = np.unique(log["item"].to_numpy(), return_inverse=True)
        return self._from_log(
            log.assign(user=user.astype(np.int32), item=item.astype(np.int32)),
            self.user_ids[users],
            self.item_ids[items],
            self.how,
            self.features,
        )

    def including(self, *, users: Iterable[str] = (), items: Iterable[str] = ()) -> "Interactions":
        """Give these users and items a row and a column too, empty where they are new."""
        user_ids = np.union1d(self.user_ids, np.asarray(list(users), str))
        item_ids = np.union1d(self.item_ids, np.asarray(list(items), str))
        user, item = positions(user_ids, self.user_ids), positions(item_ids, self.item_ids)
        shape = (len(user_ids), len(item_ids))
        log = self.log.assign(
            user=user[self.log["user"]].astype(np.int32),
            item=item[self.log["item"]].astype(np.int32),
        )
        return replace(
            self,
            user_ids=user_ids,
            item_ids=item_ids,
            matrix=_spread(self.matrix, user, item, shape),
            owned=_spread(self.owned, user, item, shape),
            log=log,
        )

    @property
    def target(self) -> str:
        """What a recommendation tries to bring about: purchase, else rating, else any action."""
        present = set(self.log["action"].cat.categories[np.unique(self.log["action"].cat.codes)])
        return next((name for name in TARGETS if name in present), "any")

    @property
    def is_target(self) -> np.ndarray:
        """Which rows of the log are the target action."""
        if self.target == "any":
            return np.ones(len(self.log), bool)
        return (self.log["action"] == self.target).to_numpy()


class Rules(NamedTuple):
    """How cells follow from the log.

    Parameters
    ----------
    is_additive : whether repeats of one action add up (else they count once).
    half_life_days : weights halve for every so many days of age; None: they do not.
    is_repurchasable : whether what a user has may be offered again: nothing is `owned` then.
    """

    is_additive: bool = False
    half_life_days: float | None = None
    is_repurchasable: bool = False


def positions(known: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Index of each wanted id in the sorted array `known`, -1 where it is not there.

    >>> positions(np.array(["a", "c"]), np.array(["c", "b"])).tolist()
    [1, -1]
    """
    if not len(known):
        return np.full(len(wanted), -1)
    found = np.searchsorted(known, wanted).clip(max=len(known) - 1)
    return np.where(known[found] == wanted, found, -1)


def _cells(log: pd.DataFrame, how: Rules) -> pd.DataFrame:
    weight = log["weight"].to_numpy(np.float64)
    if how.half_life_days is not None:
        weight = weight * decay(log["time"].to_numpy(), how.half_life_days)
    owning = log["action"].isin(OWNING)
    rows = log[["user", "item", "action", "time"]].assign(weight=weight, is_owned=owning)
    per_action = rows.groupby(["user", "item", "action"], observed=True, sort=True).agg(
        time=("time", "max"),
        weight=("weight", "sum" if how.is_additive else "max"),
        is_owned=("is_owned", "any"),
    )
    return (
        per_action.groupby(["user", "item"], sort=True)
        .agg(time=("time", "max"), weight=("weight", "sum"), is_owned=("is_owned", "any"))
        .reset_index()
    )


def decay(time: np.ndarray, half_life_days: float) -> np.ndarray:
    """Share of a weight that is left at the latest time, halved every `half_life_days`.

    Where no time is known nothing decays.

    >>> decay(np.array([0, 30 * 86_400, NEVER]), 30).tolist()
    [0.5, 1.0, 1.0]
    """
    dated = time != NEVER
    if not dated.any():
        return np.ones(len(time))
    age = np.where(dated, time[dated].max() - np.where(dated, time, 0), 0) / SECONDS_A_DAY
    return 0.5 ** (age / half_life_days)


def _csr(cells: pd.DataFrame, data: np.ndarray, shape: tuple[int, int]) -> sparse.csr_matrix:
    start = np.searchsorted(cells["user"].to_numpy(), np.arange(shape[0] + 1))
    return sparse.csr_matrix((data, cells["item"].to_numpy(np.int32), start), shape)


def _spread(
    matrix: sparse.csr_matrix, rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]
) -> sparse.csr_matrix:
    """Move cells to these rows and columns of a larger matrix, in the same order."""
    length = np.zeros(shape[0], np.int64)
    length[rows] = np.diff(matrix.indptr)
    start = np.concatenate([[0], np.cumsum(length)])
    moved = columns[matrix.indices].astype(np.int32)
    return sparse.csr_matrix((matrix.data, moved, start), shape)
