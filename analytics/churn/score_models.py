"""The candidates for a churn score: each says how likely no purchase is in the next H days.

`fit(snapshots, known)` learns from the past and may look at the features (not the outcomes) of the
moment that is asked about; `predict(known)` gives a value per customer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

from analytics.churn.features import SEEN_DAYS, WINDOWS
from analytics.churn.snapshots import Snapshot
from analytics.value import beta_geometric
from analytics.value.histories import Histories

Floats = npt.NDArray[np.float64]

RECENCY, NO_PURCHASE, LOGISTIC, BOOSTING = "recency", "no-purchase", "logistic", "boosting"
SIMPLEST_FIRST = (RECENCY, NO_PURCHASE, LOGISTIC, BOOSTING)
NAMES = {
    RECENCY: "days of silence alone",
    NO_PURCHASE: "purchase rhythm, MBG/NBD",
    LOGISTIC: "logistic regression",
    BOOSTING: "boosted trees",
}
"""What they are called in a sentence."""

FACTS: dict[str, tuple[str, ...]] = {
    "silence": ("silent", "rhythm", "overdue"),
    "purchases": ("purchases", "tenure"),
    "recent": tuple(f"bought_{days}" for days in WINDOWS),
    "money": ("revenue", "max_revenue"),
    "breadth": ("items", "categories"),
    "activity": ("quiet", *(f"seen_{days}" for days in SEEN_DAYS)),
    "learning": ("starts", "finishes"),
}
"""What a score may rest on, in words of the trade, and the features that tell it."""

_THREADS = 1  # more fight each other on a small machine: 10 s became 60 s
_ROWS_TO_BOOST = 50_000
_RATIOS = ("rhythm", "overdue")  # of repeat buyers only
_UNNAMED = (
    "customer_number",
    "tenure",
)  # tenure drifts from cut to cut where customers came at once


class Model(Protocol):
    """What every candidate can do."""

    def fit(self, snapshots: Sequence[Snapshot], known: pd.DataFrame, /) -> Self:
        """Learn from snapshots of the past; `known` are the features of the moment asked about."""
        ...

    def predict(self, known: pd.DataFrame, /) -> Floats:
        """Chance of no purchase in the next H days, a value per row."""
        ...


def candidates(horizon: int) -> dict[str, Model]:
    """Give the candidates by name, unlearned, the simplest first."""
    return {
        RECENCY: Recency(),
        NO_PURCHASE: NoPurchase(horizon),
        LOGISTIC: Logistic(),
        BOOSTING: Boosting(),
    }


def _outcomes(snapshots: Sequence[Snapshot]) -> npt.NDArray[np.bool_]:
    return np.concatenate([one.is_away for one in snapshots])


def _log(values: Any) -> Floats:
    return np.log1p(values.to_numpy(float, na_value=0.0).clip(min=0))


@dataclass
class _Linear:
    """Logistic regression on standardised columns, a small ridge, one thread."""

    fitted: Any = field(default=None, init=False)

    def columns(self, known: pd.DataFrame) -> dict[str, Floats]:
        raise NotImplementedError

    def matrix(self, known: pd.DataFrame) -> Floats:
        return np.column_stack(list(self.columns(known).values()))

    def fit(self, snapshots: Sequence[Snapshot], _known: pd.DataFrame, /) -> Self:
        """Learn from snapshots of the past, stacked."""
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - 1 s to import
        from sklearn.pipeline import make_pipeline  # noqa: PLC0415
        from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

        regression = LogisticRegression(solver="newton-cholesky", max_iter=200)
        rows = np.vstack([self.matrix(one.known) for one in snapshots])
        with threadpool_limits(_THREADS):
            self.fitted = make_pipeline(StandardScaler(), regression).fit(
                rows, _outcomes(snapshots)
            )
        return self

    def predict(self, known: pd.DataFrame) -> Floats:
        """Chance of no purchase in the next H days."""
        with threadpool_limits(_THREADS):
            return self.fitted.predict_proba(self.matrix(known))[:, 1]


class Recency(_Linear):
    """The rule to beat: nothing but the days since the last purchase."""

    def columns(self, known: pd.DataFrame) -> dict[str, Floats]:
        """Give log(1 + silent days)."""
        return {"silent": _log(known["silent"])}


class Logistic(_Linear):
    """Logistic regression on logarithms of recency, frequency, money and behaviour."""

    def columns(self, known: pd.DataFrame) -> dict[str, Floats]:
        """Give log1p of every feature, and silence against the own rhythm of repeat buyers."""
        repeats = known["purchases"].to_numpy(float) > 1
        overdue = known["overdue"].to_numpy(float, na_value=1.0).clip(min=0.01)
        columns = {name: _log(known[name]) for name in _named(known) if name not in _RATIOS}
        columns["repeats"] = repeats.astype(float)
        columns["overdue"] = np.where(repeats, np.log(overdue), 0.0)
        mean = known["revenue"] / known["purchases"]
        columns["mean_revenue"] = _log(mean)
        if "quiet" in known:
            columns["never_seen"] = known["quiet"].isna().to_numpy(float)
        return columns


def _named(known: pd.DataFrame) -> list[str]:
    return [str(name) for name in known.columns if name not in _UNNAMED]


@dataclass
class Boosting:
    """Gradient-boosted trees on the features as they are: the challenger."""

    fitted: Any = field(default=None, init=False)

    def fit(self, snapshots: Sequence[Snapshot], _known: pd.DataFrame, /) -> Self:
        """Learn from snapshots of the past, stacked; from every k-th row where there are many."""
        from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - 2 s

        rows = np.vstack([self.matrix(one.known) for one in snapshots])
        some = slice(None, None, -(-len(rows) // _ROWS_TO_BOOST))
        trees: Any = HistGradientBoostingClassifier(
            max_iter=120,
            learning_rate=0.06,
            max_leaf_nodes=15,
            min_samples_leaf=50,
            l2_regularization=1.0,
            early_stopping=False,  # pyright: ignore[reportArgumentType] - its stubs know texts only
            random_state=0,
        )
        with threadpool_limits(_THREADS):
            self.fitted = trees.fit(rows[some], _outcomes(snapshots)[some])
        return self

    def matrix(self, known: pd.DataFrame) -> Floats:
        """Give the features as numbers; NaN where there is none."""
        return known[_named(known)].to_numpy(float, na_value=np.nan)

    def predict(self, known: pd.DataFrame) -> Floats:
        """Chance of no purchase in the next H days."""
        with threadpool_limits(_THREADS):
            return self.fitted.predict_proba(self.matrix(known))[:, 1]


@dataclass
class NoPurchase:
    """P(no purchase in the next H days) of the MBG/NBD: needs histories, but no outcomes.

    Never the chance to have stopped, 1 − P(alive), which ranks one-time buyers as the safest.
    """

    horizon: int
    fitted: Any = field(default=None, init=False)

    def fit(self, _snapshots: Sequence[Snapshot], known: pd.DataFrame, /) -> Self:
        """Fit the histories up to the moment asked about."""
        self.fitted, _ = beta_geometric.fit(Histories.of(*_history(known)), stops_at_first=True)
        return self

    def predict(self, known: pd.DataFrame) -> Floats:
        """Chance of no purchase in the next H days."""
        return self.fitted.no_purchase(*_history(known), self.horizon)


def _history(known: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    length = known["tenure"].to_numpy(float)
    last = np.maximum(length - known["silent"].to_numpy(float), 0)
    x = known["purchases"].to_numpy(float) - 1
    return x, np.where(x > 0, last, 0), length
