"""Items as vectors of words: titles in English and Chinese, categories, tags, teachers, prices."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

_WEIGHTS = {
    "item_name": 1.0,
    "category": 1.0,
    "tags": 1.0,
    "teacher": 0.5,
    "content_type": 0.5,
    "price": 0.3,
}
_SIGN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"  # kana, Chinese, Hangul
_RUNS = re.compile(rf"[{_SIGN}]+|[^\W_{_SIGN}]+")
_SEPARATORS = re.compile(r"\s*[;,|/>；，、]\s*")
_PRICE_STEPS = 5
_DIRECTIONS = 32


@dataclass(frozen=True, eq=False)
class ItemVectors:
    """TF-IDF vectors of items.

    Parameters
    ----------
    matrix : CSR of float32, items × terms; rows of length 1, or empty where nothing is known.
    kinds, words : of each term: the column it comes from, and what it says.
    """

    matrix: sparse.csr_matrix
    kinds: np.ndarray
    words: np.ndarray


def item_vectors(items: pd.DataFrame, item_ids: np.ndarray) -> ItemVectors:
    """Describe items by the words of their columns.

    Each column is a block of TF-IDF of its own (sub-linear term frequency, Salton & Buckley 1988),
    scaled to length 1 and weighed: title, category and tags count most, the price band least. Terms
    of one item only are left out, since no other item can share them.

    Parameters
    ----------
    items : `recsys.features.ITEM_COLUMNS`, one row per item.
    item_ids : of the rows wanted; an id that `items` lacks gets an empty row.
    """
    table: Any = items.set_index("item_id").reindex(index=item_ids, columns=list(_WEIGHTS))
    table["price"] = price_bands(pd.to_numeric(table["price"]))
    blocks = [_block(table[kind], kind) for kind in _WEIGHTS]
    matrix = _unit(sparse.csr_matrix(sparse.hstack([block.matrix for block in blocks])))
    kinds, words = ([getattr(block, name) for block in blocks] for name in ("kinds", "words"))
    return ItemVectors(matrix, np.concatenate(kinds), np.concatenate(words))


def dense_vectors(items: pd.DataFrame, item_ids: np.ndarray, *, seed: int) -> np.ndarray:
    """Describe items by a few numbers each: the leading directions of `item_vectors`.

    Returns
    -------
    float32, items × at most 32; rows of 0 where nothing is known (Deerwester et al. 1990).
    """
    from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415 - 1 s to import

    matrix = item_vectors(items, item_ids).matrix
    n_terms = matrix.nnz and matrix.shape[1]  # pyright: ignore[reportOptionalSubscript]
    size = min(_DIRECTIONS, n_terms, len(item_ids))
    if not size:
        return np.zeros((len(item_ids), 0), np.float32)
    left, strength, _ = randomized_svd(matrix, size, random_state=seed)
    return np.asarray(left * strength, np.float32)


def words_of(text: str) -> list[str]:
    """Words of a title: English ones in small letters, Chinese ones as pairs of signs.

    >>> words_of("Python 数据分析 for Beginners, 书")
    ['python', '数据', '据分', '分析', 'beginners', '书']
    """
    return [word for run in _RUNS.findall(text.lower()) for word in _words_of_run(run)]


def parts_of(text: str) -> list[str]:
    """Parts of a list in one cell.

    >>> parts_of("编程;coding，career")
    ['编程', 'coding', 'career']
    """
    return [part for part in _SEPARATORS.split(text.strip()) if part]


def price_bands(prices: Any) -> pd.Series:
    """Name the band of each price, as many items in each; null where the price is unknown.

    >>> price_bands(pd.Series([1.0, 2.0, None])).tolist()
    ['1 – 1.2', '1.8 – 2', None]
    """
    known = prices.dropna().astype(float)
    if known.empty:
        return prices.astype(object).where(prices.notna(), None)
    edges = np.unique(np.quantile(known, np.linspace(0, 1, _PRICE_STEPS + 1)))
    names = [f"{low:.4g} – {high:.4g}" for low, high in pairwise(edges)]
    named = np.asarray(names or [f"{edges[0]:.4g}"], object)
    codes = np.searchsorted(edges[1:-1], known)
    found = pd.Series(named[codes], index=known.index, dtype=object).reindex(prices.index)
    return found.where(found.notna(), None)


def phrases(words: Iterable[str]) -> list[str]:
    """Join pairs of Chinese signs that overlap, as they stood in the title.

    >>> phrases(["据分", "python", "数据", "分析"])
    ['数据分析', 'python']
    """
    left = list(words)
    at = 0
    while at < len(left):
        joined = next((n for n in range(len(left)) if n != at and _follows(left[at], left[n])), -1)
        if joined < 0:
            at += 1
            continue
        left[min(at, joined)] = left[at] + left[joined][1:]
        del left[max(at, joined)]
        at = 0
    return left


def _follows(first: str, second: str) -> bool:
    is_signs = all(re.fullmatch(rf"[{_SIGN}]{{2,}}", word) for word in (first, second))
    return is_signs and first[-1] == second[0]


def _words_of_run(run: str) -> list[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS  # noqa: PLC0415 - 1 s to import

    if not re.match(rf"[{_SIGN}]", run):
        return [] if run in ENGLISH_STOP_WORDS else [run]
    return [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]


def _block(texts: pd.Series, kind: str) -> ItemVectors:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - 1 s to import

    cells = [text if isinstance(text, str) else "" for text in texts]
    analyzer = _analyzer(kind)
    used = [word for cell in cells for word in set(analyzer(cell))]
    names, count = np.unique(np.asarray(used, str), return_counts=True)
    shared = names[count > 1]
    if not len(shared):
        return ItemVectors(sparse.csr_matrix((len(cells), 0), dtype=np.float32), shared, shared)
    options: dict[str, Any] = {"analyzer": analyzer, "dtype": np.float32}
    vectorizer: Any = TfidfVectorizer(
        **options, vocabulary=shared.tolist(), lowercase=False, sublinear_tf=True
    )
    matrix = vectorizer.fit_transform(cells) * np.float32(_WEIGHTS[kind])
    return ItemVectors(matrix, np.full(len(shared), kind), shared)


def _analyzer(kind: str) -> Callable[[str], list[str]]:
    if kind == "item_name":
        return words_of
    return parts_of if kind in {"tags", "category"} else _whole


def _whole(text: str) -> list[str]:
    return [text] if text else []


def _unit(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Scale each row to length 1."""
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1))).ravel()
    length[length == 0] = 1
    return sparse.csr_matrix(sparse.diags(1 / length) @ matrix, dtype=np.float32)
