"""A map of the items: those that the same customers take lie close, and where a customer stands."""

import numpy as np
import pandas as pd
from sklearn.decomposition import TruncatedSVD
from sklearn.manifold import TSNE

from recsys.models.base import Recommender
from recsys.models.recency import weighed

MOST_ITEMS = 400
_LEAST_ITEMS = 5
_SVD = 32  # dimensions where the model has no vectors of its own
_PERPLEXITY = 20.0
_HALF_LIFE = 2.0  # purchases after which one counts half for where a customer stands


def item_map(recommender: Recommender, *, most: int = MOST_ITEMS, seed: int = 0) -> pd.DataFrame:
    """Where does each item lie among the others?

    The item factors of the model, scaled to length one, laid out in the plane by t-SNE; for models
    without factors those of a truncated SVD of who took what. Only nearness means something: the
    axes have no names, and far apart is far apart, however far.

    Parameters
    ----------
    most : items drawn, those with most customers.

    Returns
    -------
    DataFrame item_id, x, y, customers (who did something with it); empty below 5 items.

    Notes
    -----
    van der Maaten & Hinton (2008), "Visualizing data using t-SNE", JMLR 9.
    """
    known = recommender.known
    n_users = known.matrix.getnnz(axis=0)
    chosen = np.sort(np.argsort(-n_users, kind="stable")[:most])
    vectors = item_vectors(recommender, seed)[chosen]
    length = np.linalg.norm(vectors, axis=1)
    chosen, vectors, length = chosen[length > 0], vectors[length > 0], length[length > 0]
    places = np.zeros((0, 2))
    if len(chosen) >= _LEAST_ITEMS:
        near = min(_PERPLEXITY, (len(chosen) - 1) / 3)
        layout = TSNE(perplexity=near, init="pca", random_state=seed, metric="cosine", n_jobs=1)
        places = layout.fit_transform(vectors / length[:, None])
    return pd.DataFrame(
        {
            "item_id": known.item_ids[chosen[: len(places)]].astype(object),
            "x": places[:, 0].astype(float),
            "y": places[:, 1].astype(float),
            "customers": n_users[chosen[: len(places)]],
        }
    )


def item_vectors(recommender: Recommender, seed: int = 0) -> np.ndarray:
    """Vectors of all items: the model's own, or of a truncated SVD of who took what."""
    parts = [recommender, *getattr(recommender, "_models", ())]  # a blend holds its models
    own = next((one.item_factors for one in parts if hasattr(one, "item_factors")), None)
    if own is not None:
        return np.asarray(own, np.float64)
    matrix = recommender.known.matrix.T.tocsr().astype(np.float64)
    rank = min(_SVD, min(matrix.shape) - 1)
    if rank < 1:
        return matrix.toarray()
    return TruncatedSVD(rank, random_state=seed).fit_transform(matrix)


def standpoint(
    recommender: Recommender, customer_id: str, places: pd.DataFrame
) -> tuple[float, float] | None:
    """Where on the map does the customer stand? Null for one who has nothing on it.

    The middle of the places of his items, the latest counting most.
    """
    row = int(recommender.known.rows([customer_id])[0])
    if row < 0 or places.empty:
        return None
    known = recommender.known
    history = weighed(known.matrix[[row]], known.steps[[row]], _HALF_LIFE)
    weight = pd.Series(history.data, index=known.item_ids[history.indices])
    own = places.set_index("item_id").join(weight.rename("weight"), how="inner")
    if own.empty:
        return None
    total = float(own["weight"].sum())
    return tuple(float((own[axis] * own["weight"]).sum() / total) for axis in ("x", "y"))  # pyright: ignore[reportReturnType]
