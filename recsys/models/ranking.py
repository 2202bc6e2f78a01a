"""Lists of the best items from blocks of scores, their empty places filled by what is popular."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from recsys.top_k import ranks, top_k

_THREADS = 2

Lists = tuple[np.ndarray, ...]  # position of the user, column of the item, score, is_model


def in_threads(work: Callable[[slice], Lists], blocks: list[slice]) -> Iterable[Lists]:
    """Do the work of all blocks, in their order; several share two threads, a BLAS in each."""
    return map(work, blocks) if len(blocks) < _THREADS else _shared(work, blocks)


def _shared(work: Callable[[slice], Lists], blocks: list[slice]) -> Iterator[Lists]:
    with (
        threadpool_limits(limits=1, user_api="blas"),
        ThreadPoolExecutor(_THREADS) as pool,
    ):
        yield from pool.map(work, blocks)


def as_table(
    lists: Iterable[Lists], users: np.ndarray, items: np.ndarray, n_most: int
) -> pd.DataFrame:
    """Name the users and items of lists, a block at a time, so that nothing is held twice.

    Parameters
    ----------
    lists : each of whole users, as `filled_lists` gives them.
    users, items : ids of the positions and columns.
    n_most : rows that there may be.
    """
    users, items = users.astype(object), items.astype(object)
    sources = np.array(["fallback", "model"], object)
    kinds = {"user_id": object, "item_id": object, "score": np.float32, "rank": int}
    columns = {name: np.empty(n_most, kind) for name, kind in (kinds | {"source": object}).items()}
    end = 0
    for at, item, score, is_model in lists:
        start, end = end, end + len(at)
        told = (users[at], items[item], score, ranks(at), sources[is_model.astype(int)])
        for column, values in zip(columns.values(), told, strict=True):
            column[start:end] = values
    return pd.DataFrame({name: column[:end] for name, column in columns.items()}, copy=False)


def filled_lists(
    scores: np.ndarray, popular: np.ndarray, owned: tuple[np.ndarray, np.ndarray], k: int
) -> Lists:
    """The k best items of each row of scores, which are overwritten.

    Parameters
    ----------
    scores : (rows, items), -inf where the model has no evidence.
    popular : weight of each item for the places that the model leaves empty, -inf where an item
        may not be listed at all.
    owned : positions of rows, and columns, that may not be listed.
    """
    scores[:, popular == -np.inf] = -np.inf
    scores[owned] = -np.inf
    best = top_k(scores, k)
    short = np.flatnonzero(np.bincount(best[0], minlength=len(scores)) < k)
    if not len(short):
        return *best, scores[best], np.ones(len(best[0]), bool)
    more = _popular(popular, short, (best, owned), k)
    at, item = (np.concatenate(pair) for pair in zip(best, more, strict=True))
    is_model = np.arange(len(at)) < len(best[0])
    score = np.concatenate([scores[best], popular[more[1]].astype(scores.dtype)])
    order = np.argsort(at, kind="stable")
    order = order[ranks(at[order]) <= k]
    return at[order], item[order], score[order], is_model[order]


def _popular(
    popular: np.ndarray, short: np.ndarray, closed: tuple[Lists, ...], k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Most popular items of these rows that are not closed to them."""
    left = np.tile(popular, (len(short), 1))
    for at, item in closed:
        place = np.searchsorted(short, at)
        is_short = np.append(short, -1)[place] == at
        left[place[is_short], item[is_short]] = -np.inf
    at, item = top_k(left, k)
    return short[at], item
