"""Who did what with which item, as a sparse matrix: the one form every recommender reads.

Only here do a workspace's `customer_id`s become a recommender's `user_id`s.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import ibis
import numpy as np
import pandas as pd
from scipy import sparse

from analytics.errors import InvalidSettingError, MissingColumnsError, NotEnoughDataError
from recsys.features import Features

DEFAULT_WEIGHTS: dict[str, float] = {
    "purchase": 1.0,
    "rating": 1.0,
    "finish": 0.5,
    "cart": 0.3,
    "start": 0.3,
    "progress": 0.3,
    "comment": 0.3,
    "like": 0.3,
    "share": 0.3,
    "click": 0.1,
    "view": 0.05,
}
OWNING = ("purchase", "finish", "rating", "interaction")  # after these there is nothing to sell
TARGETS = ("purchase", "rating", "interaction")  # what a recommendation tries to bring about
NEVER = np.iinfo(np.int64).min  # how NumPy stores "no time" (NaT)
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
        (int64 seconds), `weight`.
    is_additive : whether repeats of one action add up (else they count once).
    half_life_days : float or None, as above.
    features : what is known of items and customers besides.
    """

    user_ids: np.ndarray
    item_ids: np.ndarray
    matrix: sparse.csr_matrix
    owned: sparse.csr_matrix
    last: np.ndarray
    log: pd.DataFrame
    is_additive: bool = False
    half_life_days: float | None = None
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
        named = [name for name in (user, item, time, weight, action) if name]
        missing = [name for name in named if name not in frame]
        if missing:
            raise MissingColumnsError("the table of interactions", missing, map(str, frame.columns))
        kept = frame.loc[frame[user].notna() & frame[item].notna()]
        rows = pd.DataFrame(
            {
                "user_id": kept[user].astype(str).to_numpy(),
                "item_id": kept[item].astype(str).to_numpy(),
                "action": kept[action].to_numpy() if action else "interaction",
                "time": _seconds(kept[time]) if time else NEVER,
                "weight": kept[weight].to_numpy(np.float32) if weight else np.float32(1),
            }
        )
        return cls._from_rows(
            rows,
            is_additive=weight is not None,
            half_life_days=half_life_days,
            features=features or Features(),
        )

    @classmethod
    def from_workspace(
        cls,
        ws: Any,
        weights: Mapping[str, float] | None = None,
        *,
        half_life_days: float | None = None,
        rating_threshold: float | None = None,
    ) -> Self:
        """Interactions of a workspace: purchases, events and ratings, whichever it holds.

        Renewals and instalments do not count: they choose nothing. Several orders of one item
        weigh as one; a time is a local day.

        Parameters
        ----------
        ws : the workspace.
        weights : weight per action, over `DEFAULT_WEIGHTS`; 0 leaves an action out.
        half_life_days : as in `from_frame`.
        rating_threshold : ratings below it are left out; None keeps all.

        Raises
        ------
        NotEnoughDataError
            If no row names both a customer and an item.
        InvalidSettingError
            If an action is unknown or its weight is negative.
        """
        chosen = checked_weights(weights or {})
        parts = [_purchases(ws), _events(ws, chosen), _ratings(ws, rating_threshold)]
        rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
        rows["weight"] = rows["action"].map(lambda action: chosen[action]).astype(np.float32)
        rows = rows.loc[rows["weight"] > 0]
        if rows.empty:
            raise NotEnoughDataError(
                "a recommender",
                "rows that name a customer and an item",
                needed=1,
                found=0,
                remedy="import orders with items, or ratings",
            )
        return cls._from_rows(
            rows,
            is_additive=False,
            half_life_days=half_life_days,
            features=Features.of_workspace(ws),
        )

    @classmethod
    def _from_rows(cls, rows: pd.DataFrame, **options: Any) -> Self:
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
        return cls._from_log(log, np.asarray(user_ids, str), np.asarray(item_ids, str), **options)

    @classmethod
    def _from_log(
        cls,
        log: pd.DataFrame,
        user_ids: np.ndarray,
        item_ids: np.ndarray,
        *,
        is_additive: bool,
        half_life_days: float | None,
        features: Features,
    ) -> Self:
        log = log.sort_values(["user", "item", "action", "time", "weight"], ignore_index=True)
        shape = (len(user_ids), len(item_ids))
        cells = _cells(log, is_additive=is_additive, half_life_days=half_life_days)
        matrix = _csr(cells, cells["weight"].to_numpy(np.float32), shape)
        owned = cells.loc[cells["is_owned"]]
        return cls(
            user_ids,
            item_ids,
            matrix,
            _csr(owned, np.ones(len(owned), np.float32), shape),
            cells["time"].to_numpy(np.int64),
            log,
            is_additive,
            half_life_days,
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
            is_additive=self.is_additive,
            half_life_days=self.half_life_days,
            features=self.features,
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


def checked_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights per action: `DEFAULT_WEIGHTS` with these changes.

    >>> checked_weights({"view": 0})["view"]
    0.0
    """
    for action, weight in weights.items():
        if action not in DEFAULT_WEIGHTS:
            known = ", ".join(DEFAULT_WEIGHTS)
            raise InvalidSettingError("an action to weigh", action, f"the actions are {known}")
        if not 0 <= weight < np.inf:
            raise InvalidSettingError(f"the weight of {action}", weight, "give a number ≥ 0")
    return DEFAULT_WEIGHTS | {action: float(weight) for action, weight in weights.items()}


def positions(known: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Index of each wanted id in the sorted array `known`, -1 where it is not there.

    >>> positions(np.array(["a", "c"]), np.array(["c", "b"])).tolist()
    [1, -1]
    """
    if not len(known):
        return np.full(len(wanted), -1)
    found = np.searchsorted(known, wanted).clip(max=len(known) - 1)
    return np.where(known[found] == wanted, found, -1)


def _cells(log: pd.DataFrame, *, is_additive: bool, half_life_days: float | None) -> pd.DataFrame:
    weight = log["weight"].to_numpy(np.float64)
    if half_life_days is not None:
        weight = weight * decay(log["time"].to_numpy(), half_life_days)
    owning = log["action"].isin(OWNING)
    rows = log[["user", "item", "action", "time"]].assign(weight=weight, is_owned=owning)
    per_action = rows.groupby(["user", "item", "action"], observed=True, sort=True).agg(
        time=("time", "max"),
        weight=("weight", "sum" if is_additive else "max"),
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


def _seconds(times: pd.Series) -> np.ndarray:
    parsed = pd.to_datetime(times, utc=True).dt.tz_localize(None)
    return parsed.to_numpy("datetime64[s]").astype(np.int64)


def _rows(table: Any, action: str | None = None) -> pd.DataFrame:
    """Run an expression of customer_id, item_id, time (and action) and call its users users."""
    named = table.drop_null(["customer_id", "item_id"])
    frame = named.execute().rename(columns={"customer_id": "user_id"})
    frame["time"] = _seconds(frame["time"])
    return frame if action is None else frame.assign(action=action)


def _purchases(ws: Any) -> pd.DataFrame:
    bought, customers = ws.table("purchase_items"), ws.table("customer_summary")
    joined = bought.inner_join(customers, "customer_number")
    table = joined.select("customer_id", "item_id", time=bought.day).distinct()
    return _rows(table, "purchase")


def _events(ws: Any, weights: Mapping[str, float]) -> pd.DataFrame:
    events = ws.table("events")
    actions = [action for action, weight in weights.items() if weight > 0]
    table = (
        events.filter(events.event.isin(actions))
        .select("customer_id", "item_id", action="event", time=events.occurred_at.truncate("m"))
        .distinct()
    )
    return _local_days(_rows(table), ws.zone)


def _ratings(ws: Any, threshold: float | None) -> pd.DataFrame:
    ratings = ws.table("ratings")
    if threshold is not None:
        ratings = ratings.filter(ratings.rating >= ibis.literal(threshold))
    table = ratings.select("customer_id", "item_id", time="rated_at").distinct()
    return _local_days(_rows(table, "rating"), ws.zone)


def _local_days(rows: pd.DataFrame, zone: str) -> pd.DataFrame:
    time = rows["time"].to_numpy().astype("datetime64[s]")
    local = pd.Series(time).dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)
    return rows.assign(time=_seconds(local.dt.normalize())).drop_duplicates(ignore_index=True)
