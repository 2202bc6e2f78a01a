"""What to offer to a whole segment, and to people of whom only the segment is known."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from recsys.interactions import positions
from recsys.models.base import Recommender, as_text, owned_cells, ranks

SELECTED = "selected"  # the segment of members given as a bare list
_COLUMNS = [
    "segment",
    "item_id",
    "item_name",
    "reach",
    "reach_share",
    "n",
    "mean_score",
    "lift",
    "rank",
]


def segment_recommendations(
    recommender: Recommender,
    members: Iterable[str] | pd.DataFrame,
    *,
    k: int = 10,
    top_n: int = 10,
    items: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Which k items to offer each segment.

    Ranked by expected take-up: the mean of the personal scores over the members who do not own the
    item. Lift does not rank, it explains: an item that 1 % of the segment and 0.1 % of all would
    take has lift 10 and no buyers.

    Parameters
    ----------
    recommender : trained.
    members : customer ids, or a table customer_id, segment (a customer may be in several).
    k : items a segment.
    top_n : length of the personal lists that `reach` looks at.
    items : `item_summary`, for the names.

    Returns
    -------
    DataFrame segment, item_id, item_name, reach (members with the item in their personal top N),
    reach_share (reach ÷ n), n (members), mean_score (over members the model knows who do not own
    the item; 0 where it has no evidence), lift (reach_share ÷ the same share over all customers the
    model knows; null where nobody has it), rank. Sorted by segment, rank; ties by item id. Members
    unknown to the model count in n, and in reach by the popular list they would get.
    """
    table = _members(members)
    known = recommender.known
    users = np.union1d(known.user_ids, as_text(table["customer_id"]))
    segments, groups = _groups(table, users)
    is_known = positions(known.user_ids, users) >= 0
    everyone = sparse.csr_matrix(is_known.astype(np.float32))
    groups = sparse.csr_matrix(sparse.vstack([groups, everyone]))
    size = np.asarray(groups.sum(axis=1)).ravel()
    reach = dense(groups @ _top(recommender, users, top_n))
    mean = _mean_scores(recommender, groups, users)
    share = np.divide(reach, size[:, None], out=np.zeros_like(reach), where=size[:, None] > 0)
    lift = np.divide(share, share[-1], out=np.full_like(share, np.nan), where=share[-1] > 0)
    order = np.lexsort((np.broadcast_to(np.arange(mean.shape[1]), mean.shape), -mean))[:-1, :k]
    at = np.repeat(np.arange(len(segments)), order.shape[1]), order.ravel()
    kept = np.isfinite(mean[at])
    group, item = at[0][kept], at[1][kept]
    found = pd.DataFrame(
        {
            "segment": segments[group].astype(object),
            "item_id": known.item_ids[item].astype(object),
            "reach": reach[group, item].astype(int),
            "reach_share": share[group, item],
            "n": size[group].astype(int),
            "mean_score": mean[group, item],
            "lift": lift[group, item],
            "rank": ranks(group),
        }
    )
    return named(found, items).loc[:, _COLUMNS]


def newcomer_recommendations(
    recommender: Recommender,
    members: Iterable[str] | pd.DataFrame,
    *,
    k: int = 10,
    smoothing: float = 50.0,
    items: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What to offer people of whom nothing but the segment is known: what is popular there.

    share = (recent weight of the item in the segment + smoothing · its share over all)
    ÷ (recent weight of the segment + smoothing); weights halve every 30 days. Own definition.

    Returns
    -------
    DataFrame segment, item_id, item_name, score (that share), rank.
    """
    table, known = _members(members), recommender.known
    segments, groups = _groups(table, known.user_ids)
    weight = dense(groups @ known.recent)
    overall = known.popularity / max(known.popularity.sum(), 1e-12)
    share = (weight + smoothing * overall) / (weight.sum(axis=1, keepdims=True) + smoothing)
    return _popular(segments, share, known.item_ids, k, items)


def category_recommendations(
    recommender: Recommender, items: pd.DataFrame, *, k: int = 10
) -> pd.DataFrame:
    """What to offer people of whom only a category of interest is known: what sells there lately.

    Parameters
    ----------
    items : `item_summary`, whose categories count.

    Returns
    -------
    DataFrame segment (the category), item_id, item_name, score (share of the category's recent
    weight), rank.
    """
    known = recommender.known
    category = items.dropna(subset=["category"]).set_index("item_id")["category"]
    own = category.reindex(known.item_ids).to_numpy(object)
    categories = np.array(sorted({one for one in own if isinstance(one, str)}), object)
    inside = own == categories[:, None] if len(categories) else np.zeros((0, len(own)), bool)
    weight = np.where(inside, known.popularity, 0)
    totals = weight.sum(axis=1, keepdims=True)
    share = np.divide(
        weight, totals, out=np.full(weight.shape, -np.inf), where=inside & (totals > 0)
    )
    return _popular(categories, share, known.item_ids, k, items)


def named(table: pd.DataFrame, items: pd.DataFrame | None) -> pd.DataFrame:
    """Return the table with the name of each item, its id where it has none."""
    if items is None:
        return table.assign(item_name=table["item_id"])
    names = items.drop_duplicates("item_id").set_index("item_id").loc[:, "item_name"]
    return table.assign(item_name=table["item_id"].map(names).fillna(table["item_id"]))


def dense(matrix: Any) -> np.ndarray:
    """Return a sparse matrix as a dense one of float64."""
    return np.asarray(matrix.toarray(), np.float64)


def _popular(
    segments: np.ndarray,
    share: np.ndarray,
    item_ids: np.ndarray,
    k: int,
    items: pd.DataFrame | None,
) -> pd.DataFrame:
    order = np.argsort(-share, axis=1, kind="stable")[:, :k]
    group, item = np.repeat(np.arange(len(segments)), order.shape[1]), order.ravel()
    kept = np.isfinite(share[group, item])
    group, item = group[kept], item[kept]
    found = pd.DataFrame(
        {
            "segment": segments[group].astype(object),
            "item_id": item_ids[item].astype(object),
            "score": share[group, item],
            "rank": ranks(group),
        }
    )
    return named(found, items).loc[:, ["segment", "item_id", "item_name", "score", "rank"]]


def _members(members: Iterable[str] | pd.DataFrame) -> pd.DataFrame:
    if isinstance(members, pd.DataFrame):
        table = members.loc[:, ["customer_id", "segment"]].dropna()
    else:
        table = pd.DataFrame({"customer_id": list(members), "segment": SELECTED})
    return table.astype(str).drop_duplicates()


def _groups(table: pd.DataFrame, users: np.ndarray) -> tuple[np.ndarray, sparse.csr_matrix]:
    """Names of the segments, sorted, and who is in them (segments × users, ones)."""
    segments, group = np.unique(as_text(table["segment"]), return_inverse=True)
    column = positions(users, as_text(table["customer_id"]))
    kept = column >= 0
    cells = (np.ones(int(kept.sum()), np.float32), (group[kept], column[kept]))
    return segments, sparse.csr_matrix(cells, (len(segments), len(users)))


def _top(recommender: Recommender, users: np.ndarray, top_n: int) -> sparse.csr_matrix:
    """Users × items: 1 where the item is in the user's personal list."""
    lists = recommender.recommend(users, top_n)
    row = positions(users, as_text(lists["user_id"]))
    column = positions(recommender.known.item_ids, as_text(lists["item_id"]))
    shape = (len(users), len(recommender.known.item_ids))
    cells = (np.ones(len(lists), np.float32), (row, column))
    return sparse.csr_matrix(cells, shape)


def _mean_scores(
    recommender: Recommender, groups: sparse.csr_matrix, users: np.ndarray
) -> np.ndarray:
    """Mean score over each group's known members who do not own the item, -inf without any."""
    known = recommender.known
    rows = positions(known.user_ids, users)
    total = np.zeros((groups.shape[0], len(known.item_ids)))  # pyright: ignore[reportOptionalSubscript]
    count = np.zeros_like(total)
    for where, scores in recommender.score_blocks(rows):
        is_open = np.ones(scores.shape, np.float32)
        is_open[rows[where] < 0] = 0
        is_open[owned_cells(known, rows[where])] = 0
        part: Any = groups[:, where]
        total += part @ np.where(is_open * np.isfinite(scores) > 0, scores, 0)
        count += part @ is_open
    return np.divide(total, count, out=np.full_like(total, -np.inf), where=count > 0)
