"""How many of a group would buy each item; what one list for all and lists of their own bring."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from recsys.limits import Limits, described
from recsys.models.base import Recommender
from recsys.take_up import DEPTH, TakeUp
from recsys.top_k import ranks

WAYS = ("one-item", "own-item", "same-list", "own-lists")
_COLUMNS = [
    "way",
    "n_items",
    "customers",
    "expected_buyers",
    "buyers_lower",
    "buyers_upper",
    "expected_revenue",
    "items",
]


@dataclass(frozen=True, eq=False)
class Listings:
    """Personal lists of some users: cells (user, item, place), the first `DEPTH` of each.

    `rows` are the users' rows in the model, -1 where it does not know them.
    """

    rows: np.ndarray
    user: np.ndarray
    item: np.ndarray
    rank: np.ndarray
    n_items: int

    def matrix(self, values: np.ndarray) -> sparse.csr_matrix:
        """Users × items with a value a cell."""
        shape = (len(self.rows), self.n_items)
        return sparse.csr_matrix((values, (self.user, self.item)), shape)


def listings(recommender: Recommender, rows: np.ndarray, depth: int = DEPTH) -> Listings:
    """List the first items of these users, nothing they own."""
    n_items = len(recommender.known.item_ids)
    parts = list(recommender.ranked(rows, depth, np.ones(n_items, bool)))
    user, item, *_ = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Listings(rows, user, item, ranks(user), n_items)


def expected_buyers(
    recommender: Recommender, take_up: TakeUp, lists: Listings, groups: sparse.csr_matrix
) -> np.ndarray:
    """How many of each group would buy each item within the horizon: groups × items.

    The sum of the members' chances; members the model does not know count nothing.
    """
    known = recommender.known
    pace = take_up.pace(known, lists.rows)
    factor = take_up.item_factors(known.item_ids)
    rate = pace[lists.user] * take_up.rate(lists.rank) * factor[lists.item]
    inside = _dense(groups @ lists.matrix(-np.expm1(-rate)))
    shut = sparse.diags(pace) @ (
        _owned(recommender, lists.rows) + lists.matrix(pace[lists.user] > 0)
    )
    beyond = np.asarray(groups @ pace)[:, None] - _dense(groups @ shut)
    return inside + take_up.beyond * factor * np.maximum(beyond, 0)


def ways_to_contact(
    recommender: Recommender,
    take_up: TakeUp,
    lists: Listings,
    *,
    k: int = 3,
    limits: Limits | None = None,
    items: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What does it change to offer everyone the same, or each customer what is his own?

    Parameters
    ----------
    lists : of the people to contact.
    k : items a list.
    limits, items : as in `recsys.segments.segment_recommendations`.

    Returns
    -------
    DataFrame way ("one-item": the item with most expected buyers for all; "own-item": the first of
    each customer's own list; "same-list": the k items with most expected buyers; "own-lists": the
    first k of each own list), n_items, customers (known to the model), expected_buyers (of at least
    one of the items within the horizon), buyers_lower, buyers_upper (95 %), expected_revenue, items
    (ids where all get the same). Expected are buyers that come by themselves: the list that holds
    what they will want anyway; what the contact adds only a holdout can tell.
    """
    known, bounds = recommender.known, limits or Limits()
    about = described(known.item_ids, items)
    allowed = bounds.allowed(known.item_ids, items)
    rates = _Rates(recommender, take_up, lists)
    everyone = sparse.csr_matrix(np.ones((1, len(lists.rows))))
    total = expected_buyers(recommender, take_up, lists, everyone)[0]
    order = np.argsort(-np.where(allowed, total, -np.inf), kind="stable")[: int(allowed.sum())]
    category, paid = about["category"].to_numpy(), about["paid"].fillna(0).to_numpy()
    found = []
    for n in (1, k):
        same = bounds.first(order, n, known.item_ids, category)
        found.append((rates.of_same(same), paid[same], [str(one) for one in known.item_ids[same]]))
        found.append((*rates.of_own(n, bounds, about.assign(is_allowed=allowed)), None))
    table = pd.DataFrame([_sums(*one) for one in found])
    buyers = table["expected_buyers"].to_numpy()
    single = take_up.interval(buyers)
    several = take_up.interval(buyers, is_one_item=False)
    is_single = np.array(WAYS) == "one-item"
    whole: Any = table.assign(
        way=WAYS,
        n_items=[1, 1, k, k],
        customers=int((lists.rows >= 0).sum()),
        buyers_lower=np.where(is_single, single[0], several[0]),
        buyers_upper=np.where(is_single, single[1], several[1]),
    )
    return whole[_COLUMNS]


class _Rates:
    """Rates at which each user buys given items: users × items, dense over few items."""

    def __init__(self, recommender: Recommender, take_up: TakeUp, lists: Listings) -> None:
        self._recommender, self._lists, self._take_up = recommender, lists, take_up
        self._pace = take_up.pace(recommender.known, lists.rows)
        self._factor = take_up.item_factors(recommender.known.item_ids)
        self._owned = _owned(recommender, lists.rows)
        self._rank = lists.matrix(lists.rank)

    def of_same(self, items: np.ndarray) -> np.ndarray:
        """Rates of these items, users × items; 0 for what a user owns."""
        place = self._take_up.rate(_dense(self._rank[:, items]).astype(int))
        rates = self._pace[:, None] * place * self._factor[items]
        return np.where(_dense(self._owned[:, items]) > 0, 0, rates)

    def of_own(self, k: int, limits: Limits, about: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Rates and prices of the first k items of each own list, as the limits leave it."""
        lists = self._lists
        user, item, rank = lists.user, lists.item, lists.rank
        if limits != Limits():
            user, item = self._within(k, limits, about)
            rank = np.asarray(self._rank[user, item]).ravel().astype(int)
        place = ranks(user)
        user, item, rank, place = (one[place <= k] for one in (user, item, rank, place))
        rates, prices = np.zeros((2, len(lists.rows), k))
        rates[user, place - 1] = self._pace[user] * self._take_up.rate(rank) * self._factor[item]
        prices[user, place - 1] = about["paid"].fillna(0).to_numpy()[item]
        return rates, prices

    def _within(self, k: int, limits: Limits, about: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Users and items of the lists within the limits, the best of each user first."""
        allowed, ids = about["is_allowed"].to_numpy(bool), self._recommender.known.item_ids
        pinned = np.isin(ids, limits.pin)
        depths = [(max(DEPTH, k), allowed), (int(pinned.sum()), pinned)]
        parts = [
            part[:2]
            for depth, among in depths
            if depth
            for part in self._recommender.ranked(self._lists.rows, depth, among)
        ]
        user, item = (np.concatenate(column) for column in zip(*parts, strict=True))
        table = pd.DataFrame({"user": user, "item": item}).drop_duplicates()
        table = table.assign(
            item_id=ids[table["item"]],
            category=about["category"].to_numpy()[table["item"]],
            rank=np.arange(len(table)),
        )
        kept = limits.lists(table, k)
        return kept["user"].to_numpy(), kept["item"].to_numpy()


def _sums(rates: np.ndarray, prices: np.ndarray, items: list[str] | None) -> dict[str, object]:
    return {
        "expected_buyers": float(-np.expm1(-rates.sum(axis=1)).sum()),
        "expected_revenue": float((-np.expm1(-rates) * prices).sum()),
        "items": items,
    }


def _owned(recommender: Recommender, rows: np.ndarray) -> sparse.csr_matrix:
    owned = recommender.known.owned[np.maximum(rows, 0)]
    return sparse.csr_matrix(sparse.diags((rows >= 0).astype(float)) @ owned)


def _dense(matrix: Any) -> np.ndarray:
    return np.asarray(matrix.toarray(), np.float64)
