"""How well the recommenders foresee, beside popularity, EASE and the figures published for a set.

Each set is read where it lies and only if its path is given; nothing of it is kept:

  --retail FILE    order lines as Parquet or CSV (UCI Online Retail's columns); last order held out
  --movielens FILE MovieLens 100K as a tab-separated table: 75/25 by user, and 80/20 at random;
                   a blend of EASE and iALS beside plain EASE
  --courses FILE   tab-separated user, item, rating, seconds; last interaction held out
  --basket FILE    order lines without a collaborative signal (Complete Journey's columns)
  --export DIR     write the splits there, for other libraries

Settings of the MovieLens models are chosen within the training part of each split. Intervals are
95 %, over resampled users; the errors of MovieLens are those of the mean of the seeds.
"""

import argparse
import os
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import numpy as np
import pandas as pd
from scipy import sparse

from recsys import evaluation
from recsys.interactions import Interactions, positions
from recsys.leaderboard import evaluate
from recsys.models.base import Recommender
from recsys.models.blending import scaled
from recsys.models.ease import Ease
from recsys.models.hybrid import Hybrid
from recsys.models.ials import ImplicitALS
from recsys.models.popularity import Popularity
from recsys.splits import split

ALL_TIME = 1e6  # days of half-life: popularity that never fades
K = 10
SEEDS = range(5)
SHARES = (0.0, 0.3, 0.5, 0.7, 1.0)  # of EASE in a blend
HELD = {"75/25": 0.25, "80/20": 0.2}
BARS = {"75/25": {"ndcg": 0.4751}, "80/20": {"precision": 0.377, "recall": 0.244}}


def read(path: Path) -> pd.DataFrame:
    """Read a table by the end of its name."""
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)


def retail(path: Path) -> Interactions:
    """Purchases of known customers at a price, one a customer, item and day."""
    lines = read(path)
    lines = lines.loc[
        (lines["CustomerID"] > 0) & (lines["UnitPrice"] > 0) & (lines["Quantity"] > 0)
    ]
    item = "StockCode" if "StockCode" in lines else "Description"
    return purchases(lines, "CustomerID", item, "InvoiceDate")


def basket(path: Path) -> Interactions:
    """Purchases of households by product."""
    return purchases(read(path), "household_id", "product_id", "transaction_timestamp")


def purchases(lines: pd.DataFrame, user: str, item: str, time: str) -> Interactions:
    """One purchase a user, item and day."""
    named = lines.dropna(subset=[user, item])
    rows = pd.DataFrame(
        {
            "user_id": named[user].astype(int).astype(str),
            "item_id": named[item].astype(str),
            "day": pd.to_datetime(named[time]).dt.normalize(),
            "action": "purchase",
        }
    ).drop_duplicates()
    return Interactions.from_frame(rows, time="day", action="action")


def courses(path: Path) -> Interactions:
    """Courses that at least three users took."""
    frame = pd.read_csv(path, sep="\t", names=["user_id", "item_id", "rating", "time"])
    _, item, taken = np.unique(frame["item_id"], return_inverse=True, return_counts=True)
    is_kept = taken[item] >= 3
    return Interactions.from_frame(
        frame[is_kept].assign(time=pd.to_datetime(frame["time"], unit="s")), time="time"
    )


def last_order(name: str, interactions: Interactions) -> None:
    """Print NDCG@10 of the contenders on each user's last order, and their ratios."""
    contenders: list[Recommender] = [
        Popularity(half_life_days=ALL_TIME),
        Popularity(),
        Ease(recency_half_life=0.0),
        Ease(),
        Hybrid(),
    ]
    labels = ["popularity, all time", "popularity, 30 days", "EASE", "EASE with recency", "hybrid"]
    print(f"{name}: {interactions.matrix.shape}, last order held out, NDCG@10")
    found = {}
    for label, model in zip(labels, contenders, strict=True):
        board = evaluate(interactions, [model], (K,), "leave-last")
        row = board[(board["metric"] == "ndcg") & (board["model"] == model.name)].iloc[0]
        found[label] = row["value"]
        span = f"{row['ci_lower']:.4f}–{row['ci_upper']:.4f}"
        print(f"  {label:22} {row['value']:.4f} ({span})  {row['seconds']:.1f} s", flush=True)
    for other in labels[:-1]:
        print(f"  hybrid ÷ {other}: {found['hybrid'] / found[other]:.2f}")


def rating_splits(
    frame: pd.DataFrame, protocol: str, share: float, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Divide ratings: this share of each user's, or of all, is held out."""
    random = np.random.default_rng(seed)
    draw = random.random(len(frame))
    if protocol == "75/25":
        order = pd.Series(draw).groupby(frame["user_id"].to_numpy()).rank(pct=True).to_numpy()
        is_held = order > 1 - share
    else:
        is_held = draw >= np.quantile(draw, 1 - share)
    return frame.loc[~is_held], frame.loc[is_held]


class Trial:
    """Scores of models trained on one part of the ratings, judged by the other."""

    def __init__(self, train: pd.DataFrame, held: pd.DataFrame) -> None:
        self.interactions = Interactions.from_frame(train)
        user_ids, item_ids = self.interactions.user_ids, self.interactions.item_ids
        users = np.intersect1d(user_ids, held["user_id"].unique().astype(str))
        held = held.loc[np.isin(held["user_id"].to_numpy(str), users)]
        column, user = positions(item_ids, held["item_id"].to_numpy(str)), held["user_id"]
        at, is_known = np.searchsorted(users, user.to_numpy(str)), column >= 0
        cells = np.ones(int(is_known.sum()), np.float32), (at[is_known], column[is_known])
        self.relevant = sparse.csr_matrix(cells, (len(users), len(item_ids)))
        self.n_relevant = np.bincount(at, minlength=len(users))
        self.rows = np.searchsorted(user_ids, users)
        self.taken = self.interactions.matrix[self.rows].toarray() > 0

    def scores(self, label: str) -> np.ndarray:
        """Standardised scores of one of the models of `SETTINGS`."""
        model = SETTINGS[label]().fit(self.interactions)
        return scaled(model._scores(self.rows))  # noqa: SLF001 - a blend is one of the family

    def metrics(self, scores: np.ndarray) -> dict[str, float]:
        """Mean metrics of the first ten new items of each user."""
        lists = np.argsort(np.where(self.taken, np.inf, -scores), axis=1, kind="stable")[:, :K]
        found = evaluation.per_user(lists, self.relevant, self.n_relevant, K)
        return {name: float(value.mean()) for name, value in found.items()}


PLAIN, HIDDEN = ("EASE 200", "EASE 400"), ("EASE 200 with dropout",)
FACTORS = ("iALS 0.02", "iALS 0.03")
SETTINGS: dict[str, Callable[[], Recommender]] = {
    "EASE 200": lambda: Ease(l2=200, recency_half_life=0),
    "EASE 400": lambda: Ease(l2=400, recency_half_life=0),
    "EASE 200 with dropout": lambda: Ease(l2=200, history_dropout=0.6, recency_half_life=0),
    "iALS 0.02": lambda: ImplicitALS(unobserved_weight=0.3, regularization=0.02),
    "iALS 0.03": lambda: ImplicitALS(unobserved_weight=0.3, regularization=0.03),
}


def chosen_settings(
    train: pd.DataFrame, protocol: str, metrics: Iterable[str]
) -> tuple[tuple[str, str, float], str]:
    """Choose the blend and the plain EASE on a tenth of the training part.

    So the models are tried on nearly as many ratings as they will be trained on. Several metrics
    are weighed by their product.
    """
    trial = Trial(*rating_splits(train, protocol, 0.1, seed=99))
    scores = {label: trial.scores(label) for label in SETTINGS}

    def value(found: np.ndarray) -> float:
        measured = trial.metrics(found)
        return float(np.prod([measured[metric] for metric in metrics]))

    blends = product((*PLAIN, *HIDDEN), FACTORS, SHARES)
    blend = max(blends, key=lambda one: value(_blended(scores[one[0]], scores[one[1]], one[2])))
    return blend, max(PLAIN, key=lambda one: value(scores[one]))


def _blended(first: np.ndarray, second: np.ndarray, share: float) -> np.ndarray:
    return share * first + (1 - share) * second


def movielens(path: Path) -> None:
    """Print the means over five seeds beside what is published."""
    frame = pd.read_csv(path, sep="\t", header=0, names=["user_id", "item_id", "rating", "time"])
    frame = frame.astype({"user_id": str, "item_id": str})
    for protocol, bars in BARS.items():
        print(f"MovieLens 100K, {protocol}: blend, share of its EASE; plain EASE")
        runs = [
            _run(*rating_splits(frame, protocol, HELD[protocol], seed), protocol, bars)
            for seed in SEEDS
        ]
        for metric in ("ndcg", "precision", "recall"):
            values = np.array([[one[metric] for one in run] for run in runs])
            error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
            bar = f"  bar {bars[metric]}" if metric in bars else ""
            for at, label in enumerate(("blend", "EASE")):
                print(f"  {label:6} {metric:9} {values[:, at].mean():.4f} ± {error[at]:.4f}{bar}")
            ratios = values[:, 0] / values[:, 1]
            print(f"  blend ÷ EASE {ratios.mean():.4f} ({ratios.min():.4f} to {ratios.max():.4f})")


def _run(
    train: pd.DataFrame, held: pd.DataFrame, protocol: str, metrics: Iterable[str]
) -> list[dict[str, float]]:
    """Choose the settings within the training part, then judge the blend and plain EASE."""
    (first, second, share), plain = chosen_settings(train, protocol, metrics)
    print(f"  {first}, {second}, {share}; {plain}", flush=True)
    trial = Trial(train, held)
    mixed = _blended(trial.scores(first), trial.scores(second), share)
    return [trial.metrics(mixed), trial.metrics(trial.scores(plain))]


def exported(interactions: Interactions, name: str, folder: Path) -> None:
    """Write the last-order split as text, so that every library sees the same."""
    plan = split(interactions, "leave-last")
    cells = plan.train.matrix.tocoo()
    train = {"user": cells.row, "item": cells.col, "time": plan.train.last}
    pd.DataFrame(train).to_csv(folder / f"{name}_train.csv", index=False)
    held = plan.relevant.tocoo()
    rows = np.searchsorted(plan.train.user_ids, plan.users)
    test = {"user": rows[held.row], "item": held.col, "held": plan.n_relevant[held.row]}
    pd.DataFrame(test).to_csv(folder / f"{name}_test.csv", index=False)


def main() -> None:
    """Judge the sets that are given."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for option in ("retail", "movielens", "courses", "basket", "export"):
        parser.add_argument(f"--{option}", type=Path)
    given = parser.parse_args()
    for name, reader in {"retail": retail, "courses": courses, "basket": basket}.items():
        path = getattr(given, name)
        if path is not None:
            interactions = reader(path)
            if given.export:
                exported(interactions, name, given.export)
            last_order(name, interactions)
    if given.movielens is not None:
        movielens(given.movielens)


if __name__ == "__main__":
    main()
