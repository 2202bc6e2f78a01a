"""One recommender against what customers took later: overall, and known and new ones apart."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.progress import Progress, silent
from recsys import evaluation
from recsys.models.base import Recommender
from recsys.splits import Split

COLUMNS = [
    "model",
    "metric",
    "k",
    "value",
    "ci_lower",
    "ci_upper",
    "seconds",
    "difference",
    "difference_lower",
    "difference_upper",
    "p_value",
]
GROUP_COLUMNS = ["model", "group", "metric", "k", "n", "value", "ci_lower", "ci_upper"]
GROUPS = ("known_customers", "new_customers", "known_items", "new_items")
GROUP_METRICS = ("recall", "ndcg", "hit_rate")

PerUser = Mapping[tuple[str, int], np.ndarray]


@dataclass(frozen=True, eq=False)
class Judged:
    """How one model did.

    Parameters
    ----------
    trained : the model, fit on the training part of the split.
    rows : of the leaderboard (`COLUMNS`); those of rmse and mae have no k.
    groups : `GROUP_COLUMNS`: customers with and without a history in training, and of the former
        the items that training knew and those it never saw; n customers each.
    per_user : the metrics of each test user, keyed by (metric, k).
    """

    trained: Recommender
    rows: pd.DataFrame
    groups: pd.DataFrame
    per_user: PerUser


def judge(
    model: Recommender,
    plan: Split,
    k: tuple[int, ...],
    baseline: PerUser | None = None,
    progress: Progress = silent,
    *,
    label: str | None = None,
) -> Judged:
    """Train one model on the split and compare its lists with what was held out.

    Parameters
    ----------
    k : lengths of list.
    baseline : values per user of the model to compare with.
    label : its name on the board; None: the model's own.
    """
    started = time.perf_counter()
    fit = model.fit(plan.train, progress=progress)
    seconds = time.perf_counter() - started
    trained = fit if plan.given is None else fit.fold_in(plan.given)
    lists = _lists(trained, plan, plan.users, max(k))
    relevant, taken = _all_items(plan), _widened(plan)
    values = evaluation.metric_table(lists, relevant, plan.n_relevant, taken, k)
    rows = [*_compared(values, baseline), *_spread(lists, len(plan.train.item_ids), k)]
    rows += _rating_errors(trained, plan)
    name = label or model.name
    board = pd.DataFrame(rows).assign(model=name, seconds=seconds).reindex(columns=COLUMNS)
    groups = pd.DataFrame(_groups(trained, plan, lists, k), columns=pd.Index(GROUP_COLUMNS[1:]))
    groups.insert(0, "model", name)
    return Judged(
        fit, board.astype(dict.fromkeys(COLUMNS[3:], float) | {"k": "Int64"}), groups, values
    )


def _all_items(plan: Split) -> sparse.csr_matrix:
    return plan.relevant if plan.known is None else plan.known.relevant


def _widened(plan: Split) -> sparse.csr_matrix:
    """Cells of the training, with an empty column for each new item."""
    matrix = plan.train.matrix
    shape = (len(plan.train.user_ids), len(plan.train.item_ids) + len(plan.new_items))
    return sparse.csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape)


def _lists(model: Recommender, plan: Split, users: np.ndarray, k: int) -> np.ndarray:
    """Lists as columns: items of the training, then new ones, then -1 for what nobody took."""
    ids = np.concatenate([plan.train.item_ids, plan.new_items])
    order = np.argsort(ids)
    found = evaluation.list_matrix(model.recommend(users, k), users, ids[order], k)
    return np.where(found < 0, -1, order[found])


def _compared(values: PerUser, baseline: PerUser | None) -> Iterator[dict[str, Any]]:
    """Give the mean of each metric with its interval, and its difference to the baseline."""
    own = evaluation.intervals(np.column_stack(list(values.values())))
    gaps: list[Any] = [None] * len(own)
    if baseline is not None:
        apart = [array - baseline[key] for key, array in values.items()]
        gaps = evaluation.differences(np.column_stack(apart))
    for (metric, k), mean, gap in zip(values, own, gaps, strict=True):
        about = {} if gap is None else dict(zip(COLUMNS[7:], gap, strict=True))
        yield {"metric": metric, "k": k, **mean._asdict(), **about}


def _spread(lists: np.ndarray, n_items: int, k: tuple[int, ...]) -> Iterator[dict[str, Any]]:
    known = np.where(lists < n_items, lists, -1)
    for at in k:
        yield {"metric": "coverage", "k": at, "value": evaluation.coverage(known, n_items, at)}
        yield {"metric": "gini", "k": at, "value": evaluation.gini(known, n_items, at)}


def _rating_errors(model: Recommender, plan: Split) -> Iterator[dict[str, Any]]:
    """Errors of foreseen ratings, for a model that foresees some."""
    if plan.ratings is None or plan.ratings.empty:
        return
    users = plan.ratings["user_id"].to_numpy(str)
    foreseen = model.predict(users, plan.ratings["item_id"])
    if foreseen is None:
        return
    gaps = plan.ratings["rating"].to_numpy() - foreseen
    for metric, error in evaluation.rating_errors(users, gaps).items():
        yield {"metric": metric, "k": None, **error._asdict()}


def _groups(
    model: Recommender, plan: Split, lists: np.ndarray, k: tuple[int, ...]
) -> Iterator[tuple[Any, ...]]:
    relevant, n_known = _all_items(plan), len(plan.train.item_ids)
    parts = [("known_customers", lists, relevant)]
    if plan.newcomers is not None and len(plan.newcomers.users):
        theirs = _lists(model, plan, plan.newcomers.users, max(k))
        parts.append(("new_customers", theirs, plan.newcomers.relevant))
    for name, is_of in (("known_items", True), ("new_items", False)):
        only = sparse.diags(((np.arange(relevant.shape[1]) < n_known) == is_of).astype(np.float32))  # pyright: ignore[reportOptionalSubscript]
        taken = sparse.csr_matrix(relevant @ only)
        taken.eliminate_zeros()
        some = np.flatnonzero(taken.getnnz(axis=1))
        parts.append((name, lists[some], taken[some]))
    for name, own, taken in parts:
        if len(own):
            yield from _group(name, own, taken, k)


def _group(
    name: str, lists: np.ndarray, relevant: sparse.csr_matrix, k: tuple[int, ...]
) -> Iterator[tuple[Any, ...]]:
    for at in k:
        found = evaluation.per_user(lists, relevant, relevant.getnnz(axis=1), at)
        columns = np.column_stack([found[metric] for metric in GROUP_METRICS])
        for metric, mean in zip(GROUP_METRICS, evaluation.intervals(columns), strict=True):
            yield name, metric, at, len(lists), *mean
