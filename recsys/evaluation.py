"""How good lists are: metrics per user, kept apart so that intervals and comparisons are honest.

Knows lists and held-out items only, no model.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from recsys.interactions import positions

RESAMPLES = 500
CONFIDENCE = 0.95
_BLOCK = 1024  # items compared at once
_LEAST = 1e-12  # share of users who have an item, that its surprise is finite


DEFINITIONS = {
    "recall": "hits ÷ T, the items held out of the customer",
    "recall_capped": "hits ÷ min(k, T): the most that a list of k could hold",
    "precision": "hits ÷ k",
    "ndcg": "Σ 1 ÷ log2(rank + 1) over the hits ÷ the same sum of min(k, T) hits at the top",
    "map": "Σ precision at each hit ÷ min(k, T)",
    "mrr": "1 ÷ rank of the first hit",
    "hit_rate": "share of customers with a hit",
    "novelty": "mean −log2 of the share of customers who have the listed item",
    "diversity": "mean 1 − cosine of the pairs in a list",
    "coverage": "share of the items that are in anybody's list",
    "gini": "how unequally the places go to items: 0 evenly, 1 all to one",
    "rmse": "root of the mean squared error of foreseen ratings: an error, no ranking",
    "mae": "mean absolute error of foreseen ratings: an error, no ranking",
}


class Interval(NamedTuple):
    """A mean over users with its bootstrap interval."""

    value: float
    ci_lower: float
    ci_upper: float


class Difference(NamedTuple):
    """A mean difference over users, its bootstrap interval, and the paired test's p-value."""

    value: float
    ci_lower: float
    ci_upper: float
    p_value: float


def list_matrix(lists: pd.DataFrame, users: np.ndarray, item_ids: np.ndarray, k: int) -> np.ndarray:
    """Turn lists into item columns: one row a user, one column a rank, -1 where the list ends.

    Parameters
    ----------
    lists : user_id, item_id, rank.
    users : ids of the rows, sorted.
    item_ids : ids of the columns, sorted.
    """
    row = positions(users, lists["user_id"].to_numpy(str))
    matrix = np.full((len(users), k), -1)
    rank = lists["rank"].to_numpy()
    kept = (row >= 0) & (rank <= k)
    column = positions(item_ids, lists["item_id"].to_numpy(str))
    matrix[row[kept], rank[kept] - 1] = column[kept]
    return matrix


def per_user(
    lists: np.ndarray, relevant: sparse.csr_matrix, n_relevant: np.ndarray, k: int
) -> dict[str, np.ndarray]:
    """Metrics of the first k places of each user's list.

    With hits h_r (1 where rank r holds a held-out item) and T held-out items:
    recall = Σh ÷ T; recall_capped = Σh ÷ min(k, T); precision = Σh ÷ k; hit_rate = [Σh > 0];
    ndcg = Σ h_r/log₂(r+1) ÷ Σ_{r ≤ min(k,T)} 1/log₂(r+1); map = Σ h_r·precision@r ÷ min(k, T);
    mrr = 1 ÷ rank of the first hit, 0 without one.

    Parameters
    ----------
    lists : int array (users, ≥ k ranks) of item columns, -1 where the list ends.
    relevant : CSR users × items of what was held out.
    n_relevant : T of each user, items outside the matrix included; ≥ 1.

    Returns
    -------
    dict of float arrays, one value a user.
    """
    hits = _hits(lists[:, :k], relevant)
    places = np.arange(1, hits.shape[1] + 1)
    found, capped = hits.sum(1), np.minimum(k, n_relevant)
    gain = 1 / np.log2(np.arange(1, k + 1) + 1)
    ideal = np.cumsum(gain)[capped - 1]
    precision_at = np.cumsum(hits, axis=1) / places
    first = np.where(found > 0, hits.argmax(1) + 1, np.inf)
    return {
        "recall": found / n_relevant,
        "recall_capped": found / capped,
        "precision": found / k,
        "ndcg": hits @ gain[: hits.shape[1]] / ideal,
        "map": (hits * precision_at).sum(1) / capped,
        "mrr": 1 / first,
        "hit_rate": (found > 0).astype(float),
    }


def novelty(lists: np.ndarray, share: np.ndarray, k: int) -> np.ndarray:
    """Mean self-information of each user's first k items, −log₂ of the share of users who have it.

    Null for an empty list. Vargas & Castells 2011.
    """
    top = lists[:, :k]
    surprise = np.where(top >= 0, -np.log2(np.maximum(share, _LEAST))[top], np.nan)
    listed = (top >= 0).sum(1)
    return np.where(listed > 0, np.nansum(surprise, 1) / np.maximum(listed, 1), np.nan)


def coverage(lists: np.ndarray, n_items: int, k: int) -> float:
    """Share of the catalogue that is in anybody's first k."""
    top = lists[:, :k]
    return len(np.unique(top[top >= 0])) / n_items


def gini(lists: np.ndarray, n_items: int, k: int) -> float:
    """How unequally the first k places are spread over the catalogue: 0 evenly, 1 all on one item.

    G = Σ_i (2i − n − 1)·c_i ÷ ((n − 1)·Σc), the c_i being the times each item is listed, sorted
    upwards. Null where nothing is listed or there is one item. Fleder & Hosanagar 2009; divided by
    n − 1 rather than n, so that one item on all lists gives 1.
    """
    top = lists[:, :k]
    times = np.sort(np.bincount(top[top >= 0], minlength=n_items))
    if n_items <= 1 or not times.any():
        return float("nan")
    order = 2 * np.arange(1, n_items + 1) - n_items - 1
    return float(order @ times / ((n_items - 1) * times.sum()))


def diversity(lists: np.ndarray, taken: sparse.csr_matrix, k: int) -> np.ndarray:
    """Mean unlikeness of the pairs within each user's first k items: 1 − cosine of their users.

    Null for a list of fewer than two items. Ziegler et al. 2005 (intra-list similarity).

    Parameters
    ----------
    lists : int array (users, ranks) of item columns, -1 where the list ends.
    taken : CSR users × items of the training.
    """
    top = lists[:, :k]
    left, right = np.triu_indices(top.shape[1], 1)
    pairs = np.stack([top[:, left], top[:, right]])
    is_pair = (pairs >= 0).all(axis=0)
    low, high = pairs.min(axis=0)[is_pair], pairs.max(axis=0)[is_pair]
    different, where = np.unique(np.stack([low, high]), axis=1, return_inverse=True)
    apart = np.zeros(is_pair.shape)
    apart[is_pair] = (1 - _likeness(taken, *different))[where.ravel()]
    n_pairs = is_pair.sum(axis=1)
    return np.where(n_pairs > 0, apart.sum(axis=1) / np.maximum(n_pairs, 1), np.nan)


def _likeness(taken: sparse.csr_matrix, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Cosine of each pair of columns, the left ones sorted; a block of columns at a time."""
    by_item = sparse.csr_matrix(taken.T)
    norms = np.sqrt(np.asarray(by_item.multiply(by_item).sum(axis=1))).ravel()
    common = np.zeros(len(left))
    for start in range(0, len(norms), _BLOCK):
        part = slice(*np.searchsorted(left, [start, start + _BLOCK]))
        if part.start < part.stop:
            block = (by_item[start : start + _BLOCK] @ taken).toarray()
            common[part] = block[left[part] - start, right[part]]
    scale = norms[left] * norms[right]
    return np.divide(common, scale, out=np.zeros(len(left)), where=scale > 0)


def _hits(lists: np.ndarray, relevant: sparse.csr_matrix) -> np.ndarray:
    if not relevant.shape[1]:  # pyright: ignore[reportOptionalSubscript]
        return np.zeros(lists.shape)
    rows = np.repeat(np.arange(len(lists)), lists.shape[1])
    hits = np.asarray(relevant[rows, np.maximum(lists, 0).ravel()]).reshape(lists.shape)
    return np.where(lists >= 0, hits, 0).astype(float)


def intervals(values: np.ndarray, *, resamples: int = RESAMPLES, seed: int = 0) -> list[Interval]:
    """Mean of each column over users with its 95 % bootstrap interval (users are resampled).

    The same seed resamples the same users, so columns and calls can be compared. Nulls in a column
    leave the user out of it. Efron 1979, percentile method.

    Parameters
    ----------
    values : float array (users, columns).

    Examples
    --------
    >>> intervals(np.ones((5, 1)))[0]
    Interval(value=1.0, ci_lower=1.0, ci_upper=1.0)
    """
    means, tail = _resampled(values, resamples, seed), (1 - CONFIDENCE) / 2
    return [_interval(values[:, at], means[:, at], tail) for at in range(values.shape[1])]


def differences(
    values: np.ndarray, *, resamples: int = RESAMPLES, seed: int = 0
) -> list[Difference]:
    """Mean of each column of differences between two models, user by user, and whether it is 0.

    The paired bootstrap test: p = 2 · min(share of resampled means ≤ 0, share ≥ 0), each share
    with one more on either side of the fraction bar, at most 1. Efron & Tibshirani 1993.

    Parameters
    ----------
    values : float array (users, columns): the one model's metric less the other's.

    Examples
    --------
    >>> differences(np.ones((5, 1)), resamples=99)[0].p_value
    0.02
    """
    means, tail = _resampled(values, resamples, seed), (1 - CONFIDENCE) / 2
    found = []
    for at in range(values.shape[1]):
        known = means[np.isfinite(means[:, at]), at]
        least = min((known <= 0).sum(), (known >= 0).sum())
        p_value = min(1.0, 2 * (1 + int(least)) / (1 + len(known)))
        found.append(Difference(*_interval(values[:, at], means[:, at], tail), p_value))
    return found


def _resampled(values: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """Means of the columns over users drawn anew, nulls left out: (resamples, columns)."""
    n_users, random = len(values), np.random.default_rng(seed)
    is_known = np.isfinite(values)
    filled = np.where(is_known, values, 0)
    means = np.full((resamples, values.shape[1]), np.nan)
    for draw in range(resamples):
        times = np.bincount(random.integers(n_users, size=n_users), minlength=n_users)
        known = times @ is_known
        np.divide(times @ filled, known, out=means[draw], where=known > 0)
    return means


def _interval(values: np.ndarray, means: np.ndarray, tail: float) -> Interval:
    values, means = values[np.isfinite(values)], means[np.isfinite(means)]
    if not len(values) or not len(means):
        return Interval(np.nan, np.nan, np.nan)
    lower, upper = np.quantile(means, [tail, 1 - tail])
    return Interval(float(values.mean()), float(lower), float(upper))


def rating_errors(users: np.ndarray, gaps: np.ndarray) -> dict[str, Interval]:
    """Root mean square and mean absolute error of foreseen ratings; users are resampled.

    Parameters
    ----------
    users : who gave each rating.
    gaps : rating less what was foreseen.
    """
    _, user = np.unique(users, return_inverse=True)
    n_users = int(user.max()) + 1
    sums = np.column_stack(
        [np.bincount(user, values, n_users) for values in (np.ones(len(gaps)), gaps**2, abs(gaps))]
    )
    random = np.random.default_rng(0)
    draws = (random.integers(n_users, size=n_users) for _ in range(RESAMPLES))
    drawn = np.array([sums[draw].sum(axis=0) for draw in draws])
    tail, total = (1 - CONFIDENCE) / 2, sums.sum(axis=0)
    rmse = np.sqrt(total[1] / total[0]), np.sqrt(drawn[:, 1] / drawn[:, 0])
    mae = total[2] / total[0], drawn[:, 2] / drawn[:, 0]
    return {
        name: Interval(float(value), *map(float, np.quantile(means, [tail, 1 - tail])))
        for name, (value, means) in {"rmse": rmse, "mae": mae}.items()
    }


def metric_table(
    lists: np.ndarray,
    relevant: sparse.csr_matrix,
    n_relevant: np.ndarray,
    taken: sparse.csr_matrix,
    k: tuple[int, ...],
) -> dict[tuple[str, int], np.ndarray]:
    """All per-user metrics at every k, keyed by (metric, k); `taken` is what was trained on."""
    share = taken.getnnz(axis=0) / taken.shape[0]  # pyright: ignore[reportOptionalSubscript]
    table: dict[tuple[str, int], np.ndarray] = {}
    for at in k:
        values = per_user(lists, relevant, n_relevant, at)
        values["novelty"] = novelty(lists, share, at)
        values["diversity"] = diversity(lists, taken, at)
        table |= {(name, at): array for name, array in values.items()}
    return table


def headline_k(ks: Iterable[int]) -> int:
    """Give the length of list by which models are compared: the middle one."""
    known = sorted(set(ks))
    return int(known[len(known) // 2])


def best(board: pd.DataFrame, *, metric: str = "ndcg", baseline: str = "popularity") -> str:
    """Name of the model that should serve: the best of those that beat popularity for certain.

    A model beats it when the interval of its difference lies above zero, at the middle k of the
    board; when none does, popularity serves.

    Parameters
    ----------
    board : as `recsys.leaderboard.evaluate` returns it.
    """
    rows = board.loc[(board["metric"] == metric) & (board["k"] == headline_k(board["k"].dropna()))]
    certain = rows.loc[(rows["difference_lower"] > 0) & (rows["model"] != baseline)]
    if certain.empty:
        return baseline
    order = certain.sort_values(["value", "model"], ascending=[False, True])
    return str(order["model"].iloc[0])
