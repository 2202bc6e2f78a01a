"""How well the recommenders foresee, beside popularity, EASE and the figures published for a set.

Each set is read where it lies and only if its path is given; nothing of it is kept:

  --retail FILE    order lines as Parquet or CSV (UCI Online Retail's columns); last order held out
  --movielens FILE MovieLens 100K as a tab-separated table: 75/25 by user, and 80/20 at random
  --courses FILE   tab-separated user, item, rating, seconds; last interaction held out
  --basket FILE    order lines without a collaborative signal (Complete Journey's columns)
  --export DIR     write the splits there, for other libraries

Settings of the MovieLens models are chosen within the training part of each split. Intervals are
95 %, over resampled users; the errors of MovieLens are those of the mean of the seeds.
"""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import numpy as np
import pandas as pd
from scipy import sparse

from recsys import evaluation
from recsys.interactions import Interactions
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
    frame: pd.DataFrame, protocol: str, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Divide ratings: a quarter of each user's, or a fifth of all, is held out."""
    random = np.random.default_rng(seed)
    draw = random.random(len(frame))
    if protocol == "75/25":
        order = pd.Series(draw).groupby(frame["user_id"].to_numpy()).rank(pct=True).to_numpy()
        is_held = order > 0.75
    else:
        is_held = draw >= np.quantile(draw, 0.8)
    return frame.loc[~is_held], frame.loc[is_held]


class Blend:
    """Standardised scores of EASE and iALS, added: the settings are those of `grid`."""

    def __init__(
        self, l2: float, factors: int, unobserved: float, ridge: float, share: float
    ) -> None:
        self.ease = Ease(l2=l2, recency_half_life=0.0)
        self.ials = ImplicitALS(
            n_factors=factors, unobserved_weight=unobserved, regularization=ridge
        )
        self.share = share

    def fit(self, interactions: Interactions) -> "Blend":
        """Train both."""
        self.ease.fit(interactions)
        self.ials.fit(interactions)
        return self

    def ranked(self, shares: tuple[float, ...]) -> Iterator[np.ndarray]:
        """Give the first ten new items of every user for each share of EASE."""
        known = self.ease.known
        rows = np.arange(len(known.user_ids))
        first, second = (scaled(one._scores(rows)) for one in (self.ease, self.ials))  # noqa: SLF001
        taken = known.matrix.toarray() > 0
        for share in shares:
            total = share * first + (1 - share) * second
            total[taken] = -np.inf
            yield np.argsort(-total, axis=1, kind="stable")[:, :K]


def judged(train: pd.DataFrame, held: pd.DataFrame, model: Blend, shares: tuple) -> list[dict]:
    """Mean metrics of the users with something held out, one dict a share."""
    interactions = Interactions.from_frame(train)
    users = np.intersect1d(interactions.user_ids, held["user_id"].unique().astype(str))
    rows = np.searchsorted(interactions.user_ids, users)
    held = held.loc[np.isin(held["user_id"].to_numpy(str), users)]
    column = np.searchsorted(interactions.item_ids, held["item_id"])
    is_known = np.isin(held["item_id"], interactions.item_ids)
    user = np.searchsorted(users, held["user_id"])
    relevant = sparse.csr_matrix(
        (np.ones(int(is_known.sum()), np.float32), (user[is_known], column[is_known])),
        (len(users), len(interactions.item_ids)),
    )
    n_relevant = np.bincount(user, minlength=len(users))
    lists = model.fit(interactions).ranked(shares)
    metrics = [evaluation.per_user(one[rows], relevant, n_relevant, K) for one in lists]
    return [{name: float(value.mean()) for name, value in one.items()} for one in metrics]


def chosen_settings(train: pd.DataFrame, protocol: str, metric: str) -> tuple:
    """Choose the settings on a further split of one training part."""
    inner, held = rating_splits(train, protocol, seed=99)
    shares = (0.0, 0.3, 0.5, 0.7, 1.0)
    best = (-1.0, ())
    for factors, unobserved, ridge in ((64, 0.3, 0.02), (64, 0.3, 0.03), (128, 0.3, 0.03)):
        for l2 in (200.0, 400.0):
            model = Blend(l2, factors, unobserved, ridge, 0.5)
            for share, found in zip(shares, judged(inner, held, model, shares), strict=True):
                best = max(best, (found[metric], (l2, factors, unobserved, ridge, share)))
    return best[1]


def movielens(path: Path) -> None:
    """Print the means over five seeds beside what is published."""
    frame = pd.read_csv(path, sep="\t", header=0, names=["user_id", "item_id", "rating", "time"])
    frame = frame.astype({"user_id": str, "item_id": str})
    for protocol, bars in BARS.items():
        print(f"MovieLens 100K, {protocol}: l2, factors, a0, ridge, share of EASE")
        runs = [
            _run(*rating_splits(frame, protocol, seed), protocol, next(iter(bars)))
            for seed in SEEDS
        ]
        for metric in ("ndcg", "precision", "recall"):
            for at, label in enumerate(("blend", "EASE")):
                values = np.array([run[at][metric] for run in runs])
                error = values.std(ddof=1) / np.sqrt(len(values))
                bar = f"  bar {bars[metric]}" if metric in bars else ""
                print(f"  {label:6} {metric:9} {values.mean():.4f} ± {error:.4f}{bar}", flush=True)


def _run(train: pd.DataFrame, held: pd.DataFrame, protocol: str, metric: str) -> list[dict]:
    """Choose the settings within the training part, then judge the blend and EASE."""
    settings = chosen_settings(train, protocol, metric)
    print(f"  {settings}", flush=True)
    return judged(train, held, Blend(*settings), (settings[-1], 1.0))


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
