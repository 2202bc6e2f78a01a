"""One other library on one split: the child of recsys_rivals.py, run by the library's interpreter.

    python recsys_rival.py LIBRARY FOLDER

Each setting below is trained on the inner training part and judged by NDCG@10 on the inner held-out
part; the best is trained anew on the whole training part, and its lists are written to FOLDER.
Every item is ranked, those of the training part left out. Needs NumPy, SciPy and the library only.
"""

# pyright: reportMissingImports=false - the libraries live elsewhere
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

if "implicit" in sys.argv[1:2]:  # it has threads of its own, and is much slower with others
    os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from scipy import sparse

K = 10
_BLOCK = 1000  # users scored at once
_GAIN = 1 / np.log2(np.arange(2, K + 2))

Train = sparse.csr_matrix
Lists = Callable[[np.ndarray], np.ndarray]  # rows of users → (users, K) columns, -1 for none
Fit = Callable[[Train], Lists]


def by_scores(train: Train, score: Callable[[np.ndarray], np.ndarray]) -> Lists:
    """Lists from dense scores of blocks of users."""

    def listed(rows: np.ndarray) -> np.ndarray:
        parts = []
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            scores = np.array(score(block), np.float32)
            scores[train[block].nonzero()] = -np.inf
            best = np.argpartition(-scores, K, axis=1)[:, :K]
            order = np.argsort(-np.take_along_axis(scores, best, 1), axis=1, kind="stable")
            parts.append(np.take_along_axis(best, order, 1))
        return np.concatenate(parts)

    return listed


def of_implicit() -> dict[str, Fit]:
    """ALS over confidence and ridge, and its item neighbours."""
    from implicit import als, nearest_neighbours

    def factors(n_factors: int, alpha: float, ridge: float) -> Fit:
        def fit(train: Train) -> Lists:
            model = als.AlternatingLeastSquares(
                factors=n_factors,
                alpha=alpha,
                regularization=ridge,
                iterations=15,
                num_threads=2,
                random_state=0,
            )
            model.fit(train, show_progress=False)
            return by_scores(train, lambda rows: model.user_factors[rows] @ model.item_factors.T)

        return fit

    def neighbours(kind: Any, k: int) -> Fit:
        def fit(train: Train) -> Lists:
            model = kind(K=k, num_threads=2)
            model.fit(train, show_progress=False)
            likeness = model.similarity
            return by_scores(train, lambda rows: (train[rows] @ likeness).toarray())

        return fit

    settings: dict[str, Fit] = {
        f"ALS f={f} alpha={alpha} reg={ridge}": factors(f, alpha, ridge)
        for f, alpha, ridge in (
            (64, 5, 10),
            (64, 30, 10),
            (64, 200, 100),
            (128, 5, 1),
            (128, 5, 10),
            (128, 30, 10),
            (128, 30, 100),
            (128, 200, 100),
            (128, 200, 300),
        )
    }
    for name in ("CosineRecommender", "TFIDFRecommender", "BM25Recommender"):
        settings[f"{name} K=200"] = neighbours(getattr(nearest_neighbours, name), 200)
    return settings


def of_lightfm() -> dict[str, Fit]:
    """WARP over width, epochs and item ridge."""
    from lightfm import LightFM

    def warp(width: int, epochs: int, ridge: float) -> Fit:
        def fit(train: Train) -> Lists:
            model = LightFM(
                no_components=width, loss="warp", item_alpha=ridge, user_alpha=ridge, random_state=0
            )
            model.fit(train.tocoo(), epochs=epochs, num_threads=2)
            bias, items = model.get_item_representations()
            _, users = model.get_user_representations()
            return by_scores(train, lambda rows: users[rows] @ items.T + bias)

        return fit

    return {
        f"WARP f={width} epochs={epochs} alpha={ridge}": warp(width, epochs, ridge)
        for width, epochs, ridge in ((64, 15, 0.0), (64, 40, 1e-6), (128, 40, 1e-6))
    }


def of_cornac() -> dict[str, Fit]:
    """EASE, BPR, weighted neighbours of items."""
    import cornac

    def any_model(make: Callable[[], Any]) -> Fit:
        def fit(train: Train) -> Lists:
            cells = train.tocoo()
            n_items = cells.shape[1]
            rows = list(zip(cells.row.tolist(), cells.col.tolist(), [1.0] * cells.nnz, strict=True))
            shown = cornac.data.Dataset.from_uir(rows, seed=0)
            model = make().fit(shown)
            user = dict(shown.uid_map.items())
            column = np.fromiter(shown.item_ids, int)

            def score(block: np.ndarray) -> np.ndarray:
                scores = np.full((len(block), n_items), -1e9, np.float32)
                for at, row in enumerate(block.tolist()):
                    if row in user:
                        scores[at, column] = model.score(user[row])
                return scores

            return by_scores(train, score)

        return fit

    models = cornac.models
    settings: dict[str, Callable[[], Any]] = {
        f"EASE lamb={lamb} posB={positive}": lambda lamb=lamb, positive=positive: models.EASE(
            lamb=lamb, posB=positive, verbose=False, seed=0
        )
        for lamb, positive in ((200, False), (500, False), (500, True))
    }
    for ridge in (0.001, 0.01):
        settings[f"BPR k=64 reg={ridge}"] = lambda ridge=ridge: models.BPR(
            k=64, max_iter=100, learning_rate=0.05, lambda_reg=ridge, num_threads=2, seed=0
        )
    return {name: any_model(make) for name, make in settings.items()}


def of_lenskit() -> dict[str, Fit]:
    """EASE, item neighbours and implicit ALS, through its pipelines."""
    import lenskit
    import pandas as pd
    from lenskit import als, batch, data, knn, pipeline

    def any_scorer(make: Callable[[], Any]) -> Fit:
        def fit(train: Train) -> Lists:
            cells = train.tocoo()
            frame = pd.DataFrame({"user_id": cells.row, "item_id": cells.col})
            shown = data.from_interactions_df(frame)
            pipe = pipeline.topn_pipeline(make(), n=K)
            pipe.train(shown, lenskit.training.TrainingOptions(rng=0))

            def listed(rows: np.ndarray) -> np.ndarray:
                found = batch.recommend(pipe, rows.tolist(), n=K, n_jobs=1)
                lists = np.full((len(rows), K), -1)
                place = {int(row): at for at, row in enumerate(rows)}
                for key, items in found.items():
                    ids = items.ids()
                    lists[place[int(key.user_id)], : len(ids)] = ids
                return lists

            return listed

        return fit

    settings: dict[str, Callable[[], Any]] = {
        f"EASE l2={l2}": lambda l2=l2: knn.EASEScorer(regularization=l2) for l2 in (200, 500)
    }
    for k in (50, 200):
        settings[f"ItemKNN k={k}"] = lambda k=k: knn.ItemKNNScorer(max_nbrs=k, feedback="implicit")
    for weight, ridge in ((5, 0.1), (40, 0.1), (40, 1.0), (200, 1.0)):
        settings[f"ImplicitMF f=128 w={weight} reg={ridge}"] = lambda weight=weight, ridge=ridge: (
            als.ImplicitMFScorer(embedding_size=128, weight=weight, regularization=ridge, epochs=15)
        )
    return {name: any_scorer(make) for name, make in settings.items()}


def of_rectools() -> dict[str, Fit]:
    """EASE, and its wrapped item neighbours and ALS."""
    import pandas as pd
    from implicit.als import AlternatingLeastSquares
    from implicit.nearest_neighbours import BM25Recommender, TFIDFRecommender
    from rectools import models
    from rectools.dataset import Dataset

    def any_model(make: Callable[[], Any]) -> Fit:
        def fit(train: Train) -> Lists:
            cells = train.tocoo()
            frame = pd.DataFrame(
                {
                    "user_id": cells.row,
                    "item_id": cells.col,
                    "weight": 1.0,
                    "datetime": "2020-01-01",
                }
            )
            shown = Dataset.construct(frame)
            model = make().fit(shown)

            def listed(rows: np.ndarray) -> np.ndarray:
                found = model.recommend(rows, shown, k=K, filter_viewed=True)
                lists = np.full((len(rows), K), -1)
                row = np.searchsorted(rows, found["user_id"])
                lists[row, found["rank"] - 1] = found["item_id"]
                return lists

            return listed

        return fit

    settings: dict[str, Callable[[], Any]] = {
        f"EASE l2={l2}": lambda l2=l2: models.EASEModel(regularization=l2) for l2 in (200, 500)
    }
    for kind in (TFIDFRecommender, BM25Recommender):
        settings[f"{kind.__name__} K=100"] = lambda kind=kind: models.ImplicitItemKNNWrapperModel(
            kind(K=100)
        )
    for alpha, ridge in ((5, 10), (30, 10), (200, 300)):
        settings[f"ALS f=128 alpha={alpha} reg={ridge}"] = lambda alpha=alpha, ridge=ridge: (
            models.ImplicitALSWrapperModel(
                AlternatingLeastSquares(128, alpha=alpha, regularization=ridge, random_state=0)
            )
        )
    return {name: any_model(make) for name, make in settings.items()}


def ndcg(lists: np.ndarray, relevant: sparse.csr_matrix, n_relevant: np.ndarray) -> float:
    """Mean NDCG@10, the ideal being all that was held out of a user, as far as ten places reach."""
    rows = np.repeat(np.arange(len(lists)), K)
    hits = np.asarray(relevant[rows, lists.clip(0).ravel()]).reshape(lists.shape) * (lists >= 0)
    return float((hits @ _GAIN / np.cumsum(_GAIN)[np.minimum(K, n_relevant) - 1]).mean())


def main() -> None:
    """Choose a setting, write the lists, print what was found as JSON."""
    if len(sys.argv) != 3:
        print("recsys_rivals.py runs this script")
        return
    library, folder = sys.argv[1], Path(sys.argv[2])
    settings = globals()[f"of_{library}"]()
    inner, whole = (sparse.load_npz(folder / f"{part}.npz") for part in ("inner", "whole"))
    told = np.load(folder / "users.npz")
    relevant = sparse.load_npz(folder / "inner_relevant.npz")
    started, values = time.process_time(), {}
    for name, fit in settings.items():
        lists = fit(inner)(told["inner"])
        values[name] = ndcg(lists, relevant, told["inner_relevant"])
        print(f"    {library} {name}: {values[name]:.4f}", file=sys.stderr, flush=True)
    best = max(values, key=lambda name: values[name])
    np.save(folder / f"{library}.npy", settings[best](whole)(told["whole"]))
    seconds = time.process_time() - started
    print(json.dumps({"setting": best, "tried": len(values), "processor": seconds}))


if __name__ == "__main__":
    main()
