"""What to offer to a whole segment, and to people of whom only the segment is known."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.notes import Note
from recsys.expected import expected_buyers, listings
from recsys.interactions import positions
from recsys.limits import Limits, described
from recsys.models.base import Recommender, as_text, owned_cells
from recsys.take_up import DEPTH, TakeUp
from recsys.top_k import ranks

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
    "n_open",
    "expected_buyers",
    "buyers_lower",
    "buyers_upper",
    "expected_revenue",
]
_USERS_AT_ONCE = 50_000  # whose lists are held in memory


def segment_recommendations(
    recommender: Recommender,
    members: Iterable[str] | pd.DataFrame,
    *,
    k: int = 10,
    top_n: int = 10,
    items: pd.DataFrame | None = None,
    take_up: TakeUp | None = None,
    limits: Limits | None = None,
    min_customers: int = 1,
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
    items : `item_summary`, for names, prices and categories.
    take_up : chances that places in a list are bought; without it nothing is expected.
    limits : bounds of what is offered; pinned items come first.
    min_customers : smaller segments are left out.

    Returns
    -------
    DataFrame segment, item_id, item_name, reach (members with the item in their personal top N),
    reach_share (reach ÷ n), n (members), mean_score (over members the model knows who do not own
    the item; 0 where it has no evidence), lift (reach_share ÷ the same share over all customers the
    model knows; null where nobody has it), rank, n_open (members known to the model without the
    item), expected_buyers (Σ of their chances to buy it within the horizon, by themselves),
    buyers_lower, buyers_upper (95 %), expected_revenue (expected buyers × what a sale of the item
    brought in the mean). Sorted by segment, rank; ties by item id. Members unknown to the model
    count in n, and in reach by the popular list they would get. `attrs["notes"]` names what was
    left out.
    """
    table, notes = _large_enough(_members(members), min_customers)
    known, bounds = recommender.known, limits or Limits()
    users = np.union1d(known.user_ids, as_text(table["customer_id"]))
    segments, groups = _groups(table, users)
    is_known = positions(known.user_ids, users) >= 0
    groups = sparse.csr_matrix(sparse.vstack([groups, is_known.astype(np.float32)]))
    size = np.asarray(groups.sum(axis=1)).ravel()
    reach, expected = _reached(recommender, groups, users, top_n, take_up)
    mean, n_open = _mean_scores(recommender, groups, users)
    share = np.divide(reach, size[:, None], out=np.zeros_like(reach), where=size[:, None] > 0)
    lift = np.divide(share, share[-1], out=np.full_like(share, np.nan), where=share[-1] > 0)
    group, item = _chosen(mean[:-1], k, known.item_ids, bounds, items)
    buyers = expected[group, item]
    lower, upper = (buyers, buyers) if take_up is None else take_up.interval(buyers)
    paid = described(known.item_ids, items)["paid"].to_numpy()
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
            "n_open": n_open[group, item].astype(int),
            "expected_buyers": buyers,
            "buyers_lower": lower,
            "buyers_upper": upper,
            "expected_revenue": buyers * paid[item],
        }
    )
    shown = named(found, items).loc[:, _COLUMNS]
    shown.attrs["notes"] = notes
    return shown


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


def _large_enough(table: pd.DataFrame, least: int) -> tuple[pd.DataFrame, list[Note]]:
    """Leave out segments with fewer members, and say which."""
    size: Any = table.groupby("segment")["customer_id"].transform("size")
    small = sorted(set(table.loc[size < least, "segment"]))
    if not small:
        return table, []
    note = Note(
        "small_segments",
        "Left out, fewer than {least} members: {names}.",
        least=least,
        names=", ".join(small),
    )
    return table.loc[size >= least], [note]


def _reached(
    recommender: Recommender,
    groups: sparse.csr_matrix,
    users: np.ndarray,
    top_n: int,
    take_up: TakeUp | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Members with each item in their first N, and expected buyers (null without chances)."""
    rows = positions(recommender.known.user_ids, users)
    n_items = len(recommender.known.item_ids)
    reach = np.zeros((groups.shape[0], n_items))  # pyright: ignore[reportOptionalSubscript]
    expected = np.full_like(reach, np.nan) if take_up is None else np.zeros_like(reach)
    columns = sparse.csc_matrix(groups)
    for start in range(0, len(rows), _USERS_AT_ONCE):
        part: Any = sparse.csr_matrix(columns[:, start : start + _USERS_AT_ONCE])
        depth = top_n if take_up is None else max(top_n, DEPTH)
        lists = listings(recommender, rows[start : start + _USERS_AT_ONCE], depth)
        reach += dense(part @ lists.matrix((lists.rank <= top_n).astype(float)))
        if take_up is not None:
            expected += expected_buyers(recommender, take_up, lists, part)
    return reach, expected


def _chosen(
    mean: np.ndarray, k: int, item_ids: np.ndarray, limits: Limits, items: pd.DataFrame | None
) -> tuple[np.ndarray, np.ndarray]:
    """Segment and item of each place of the lists: the highest means inside the limits."""
    is_allowed = limits.allowed(item_ids, items)
    category = described(item_ids, items)["category"].to_numpy()
    group, item = [np.zeros(0, int)], [np.zeros(0, int)]
    for at, own in enumerate(mean):
        order = np.argsort(-own, kind="stable")
        order = order[is_allowed[order] & np.isfinite(own[order])]
        best = limits.first(order, k, item_ids, category)
        group.append(np.full(len(best), at))
        item.append(best)
    return np.concatenate(group), np.concatenate(item)


def _mean_scores(
    recommender: Recommender, groups: sparse.csr_matrix, users: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean score over each group's known members who do not own the item, -inf without any.

    Beside it their number.
    """
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
    mean = np.divide(total, count, out=np.full_like(total, -np.inf), where=count > 0)
    return mean, count
