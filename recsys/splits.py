"""What a model may learn from and what it must then foresee: time, whole orders, whole users."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.errors import NotEnoughDataError, UnknownNameError
from recsys.interactions import NEVER, SECONDS_A_DAY, Interactions, positions

HELD_OUT_SHARE = 0.2


class HeldOut(NamedTuple):
    """What some customers took later: ids, sorted, and CSR of them × known, then new items."""

    users: np.ndarray
    relevant: sparse.csr_matrix


@dataclass(frozen=True, eq=False)
class Split:
    """Training interactions and, per test user, the new items held out.

    Parameters
    ----------
    name : time, leave-last or random-users.
    train : what models fit on.
    given : histories of users that training has not seen, to be folded in; None without such.
    users : ids of the test users, sorted.
    relevant : CSR test users × `train.item_ids`: the held-out items.
    n_relevant : held-out items of each test user, those that training never saw included.
    cut : first held-out day, for the time split.
    new_items : ids, sorted, of held-out items that training never saw.
    known, newcomers : what the test users took, and what those took who have no history in
        training; over `train.item_ids` and `new_items`.
    ratings : user_id, item_id, rating of the held-out ratings, of whomever they are.
    """

    name: str
    train: Interactions
    given: Interactions | None
    users: np.ndarray
    relevant: sparse.csr_matrix
    n_relevant: np.ndarray
    cut: date | None = None
    new_items: np.ndarray = field(default_factory=lambda: np.zeros(0, "U1"))
    known: HeldOut | None = None
    newcomers: HeldOut | None = None
    ratings: pd.DataFrame | None = None


def split(interactions: Interactions, name: str = "time", *, seed: int = 0) -> Split:
    """Split by name: "time" (the headline), "leave-last" or "random-users".

    Held out are only target actions (purchases where there are any) on items that the user did not
    own before; all his other actions from then on are left out of training too.

    Raises
    ------
    NotEnoughDataError
        If no user has both a history and something held out.
    """
    if name not in _SPLITS:
        raise UnknownNameError("split", name, _SPLITS)
    found = _SPLITS[name](interactions, seed)
    if not len(found.users):
        raise NotEnoughDataError(
            f"the {name} split", "customers with a history and a later purchase", needed=1, found=0
        )
    return found


def cut_time(interactions: Interactions, share: float = HELD_OUT_SHARE) -> int:
    """First second of the day from which on the last `share` of the dated target actions lie."""
    time = interactions.log["time"].to_numpy()[interactions.is_target]
    time = np.sort(time[time != NEVER])
    if not len(time):
        raise NotEnoughDataError("the time split", "dated interactions", needed=2, found=0)
    at = int(time[min(len(time) - 1, int(np.ceil((1 - share) * len(time))))])
    return at - at % SECONDS_A_DAY


def _by_time(interactions: Interactions, _seed: int) -> Split:
    cut = cut_time(interactions)
    is_late = interactions.log["time"].to_numpy() >= cut
    is_held = is_late & interactions.is_target
    day = datetime.fromtimestamp(cut, UTC).date()
    return _split("time", interactions, ~is_late, is_held, cut=day)


def _leave_last(interactions: Interactions, _seed: int) -> Split:
    """Each user's last order; of ratings and events, the last single one, ties by item."""
    log = interactions.log
    target = log[interactions.is_target & (log["time"] != NEVER)]
    last = target.groupby("user")["time"].max().reindex(np.arange(len(interactions.user_ids)))
    of_user = last.to_numpy(np.float64)[log["user"]]
    is_last = interactions.is_target & (log["time"].to_numpy() == of_user)
    is_late = log["time"].to_numpy() >= np.where(np.isnan(of_user), np.inf, of_user)
    if interactions.target != "purchase":
        best = log[is_last].groupby("user")["item"].max()
        is_of_it = log["item"].to_numpy() == best.reindex(log["user"]).to_numpy()
        is_last &= is_of_it
        is_late &= is_of_it | (log["time"].to_numpy() > of_user)
    return _split("leave-last", interactions, ~is_late, is_last)


def _random_users(interactions: Interactions, seed: int) -> Split:
    """Hide a fifth of the users; four fifths of their items are given, one fifth is foreseen."""
    random = np.random.default_rng(seed)
    is_test = random.random(len(interactions.user_ids)) < HELD_OUT_SHARE
    cells = interactions.matrix.tocoo()
    is_hidden = sparse.csr_matrix(
        (random.random(cells.nnz) < HELD_OUT_SHARE, (cells.row, cells.col)), cells.shape
    )
    log = interactions.log
    tested = is_test[log["user"]]
    hidden = np.asarray(is_hidden[log["user"], log["item"]]).ravel() & tested
    given = interactions.where(tested & ~hidden) if (tested & ~hidden).any() else None
    return _split(
        "random-users", interactions, ~tested, hidden & interactions.is_target, given=given
    )


def _split(
    name: str,
    interactions: Interactions,
    is_train: np.ndarray,
    is_held: np.ndarray,
    *,
    given: Interactions | None = None,
    cut: date | None = None,
) -> Split:
    if not is_train.any():
        raise NotEnoughDataError(f"the {name} split", "earlier interactions", needed=1, found=0)
    train = interactions.where(is_train)
    source = train if given is None else given
    held = interactions.log.loc[is_held, ["user", "item"]].drop_duplicates()
    ids, item = interactions.user_ids[held["user"]], interactions.item_ids[held["item"]]
    user = positions(source.user_ids, ids)
    warm = (user >= 0) & ~_is_owned(source, user, positions(source.item_ids, item))
    new_items = np.setdiff1d(item, train.item_ids)
    column = positions(train.item_ids, item)
    column = np.where(column >= 0, column, len(train.item_ids) + positions(new_items, item))
    n_columns = len(train.item_ids) + len(new_items)
    known = _held_out(ids[warm], column[warm], n_columns)
    newcomers = _held_out(ids[user < 0], column[user < 0], n_columns)
    return Split(
        name,
        train,
        given,
        known.users,
        sparse.csr_matrix(known.relevant[:, : len(train.item_ids)]),
        known.relevant.getnnz(axis=1),
        cut,
        new_items,
        known,
        newcomers,
        _held_ratings(interactions, is_train, given),
    )


def _held_out(ids: np.ndarray, column: np.ndarray, n_columns: int) -> HeldOut:
    users, row = np.unique(ids, return_inverse=True)
    cells = (np.ones(len(row), np.float32), (row, column))
    return HeldOut(users, sparse.csr_matrix(cells, (len(users), n_columns)))


def _held_ratings(
    interactions: Interactions, is_train: np.ndarray, given: Interactions | None
) -> pd.DataFrame | None:
    """Ratings that neither training nor the given histories hold; None where nobody rates."""
    if "rating" not in interactions.log:
        return None
    log = interactions.log.loc[~is_train & interactions.log["rating"].notna().to_numpy()]
    user, item = (log[name].to_numpy() for name in ("user", "item"))
    table = pd.DataFrame(
        {
            "user_id": interactions.user_ids[user],
            "item_id": interactions.item_ids[item],
            "rating": log["rating"].to_numpy(float),
        }
    )
    if given is None or not len(table):
        return table
    row = positions(given.user_ids, interactions.user_ids[user])
    column = positions(given.item_ids, interactions.item_ids[item])
    is_known = (row >= 0) & (column >= 0)
    is_given = np.zeros(len(table), bool)
    is_given[is_known] = np.asarray(given.matrix[row[is_known], column[is_known]]).ravel() > 0
    return table.loc[~is_given]


def _is_owned(source: Interactions, user: np.ndarray, item: np.ndarray) -> np.ndarray:
    known = (user >= 0) & (item >= 0)
    owned = np.zeros(len(user), bool)
    if known.any():
        owned[known] = np.asarray(source.owned[user[known], item[known]]).ravel() > 0
    return owned


_SPLITS: dict[str, Callable[[Interactions, int], Split]] = {
    "time": _by_time,
    "leave-last": _leave_last,
    "random-users": _random_users,
}
