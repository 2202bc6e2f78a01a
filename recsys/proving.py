"""Before a model is trained for good: how it does on a time split, or which of several to take."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analytics.errors import NotEnoughDataError
from analytics.notes import Note
from analytics.progress import Progress
from recsys.entries import entry
from recsys.interactions import Interactions
from recsys.judging import Judged
from recsys.leaderboard import BASELINE, Comparison, compare, verdict
from recsys.models.base import Recommender

AUTOMATIC = "automatic"
CANDIDATES = ("hybrid", "rp3beta", "item-neighbours", "ease", "ials")  # for the leaderboard
BUDGET_SECONDS = 600.0  # after which no further candidate is tried
K = (10, 20, 50)
HEADLINE = ("ndcg", 20)


@dataclass(frozen=True, eq=False)
class Proof:
    """What the time split says.

    Parameters
    ----------
    model : the one to train: that asked for, or the leaderboard's choice.
    metrics : of the model, `popularity` and `difference` with its interval, by "ndcg@20" …;
        `groups`, `beats_popularity`, `note`, and `candidates` where the leaderboard chose.
    baseline : the same of popularity.
    trained : the model as trained on the earlier part, until `until` (seconds since 1970); None
        where the data allows no split.
    per_user : values of each test user by "ndcg@20" …, of the model and of popularity.
    """

    model: str
    metrics: Mapping[str, Any]
    baseline: Mapping[str, Any]
    trained: Recommender | None = None
    until: int = 0
    per_user: tuple[Mapping[str, np.ndarray], Mapping[str, np.ndarray]] = field(
        default_factory=lambda: ({}, {})
    )


def proven(
    interactions: Interactions,
    model: str,
    options: Mapping[str, Any],
    *,
    progress: Progress,
) -> Proof:
    """Judge a model on a time split; "automatic" takes the best of some that beat popularity.

    Parameters
    ----------
    model : a name of the catalogue, or "automatic": one of `CANDIDATES`, popularity where none of
        them beats it for certain.
    options : of the named model.
    """
    if model == AUTOMATIC:
        wanted: list[Any] = list(CANDIDATES)
    else:
        made = entry(model).make(options)
        wanted = [] if made.options == entry(BASELINE).options else [made]
    contenders = [entry(BASELINE).make(), *wanted]
    try:
        found = compare(
            interactions, contenders, K, budget_seconds=BUDGET_SECONDS, progress=progress
        )
    except NotEnoughDataError as error:
        note = Note("not_judged", "Not judged on a time split: {why}", why=str(error))
        unknown = {"beats_popularity": False, "note": str(note)}
        return Proof(BASELINE if model == AUTOMATIC else model, unknown, unknown)
    if model == AUTOMATIC:
        return _proof(found, found.best, is_open=True)
    return _proof(found, list(found.judged)[-1], is_open=False)


def _proof(found: Comparison, name: str, *, is_open: bool) -> Proof:
    own, base = found.judged[name], found.judged[BASELINE]
    n_users = len(found.plan.users)
    about = {"split": found.plan.name, "cut": str(found.plan.cut), "n_test_users": n_users}
    metrics = about | _own(own) | {"popularity": _named(base.rows, "value")}
    metrics |= _difference(own.rows, name, n_users)
    if is_open:
        metrics["note"] = " ".join(map(str, found.board.attrs["notes"]))
        metrics["candidates"] = _candidates(found)
    baseline = about | _own(base) | {"beats_popularity": False}
    cut = int(np.datetime64(found.plan.cut, "s").astype(np.int64))
    values = tuple({f"{m}@{k}": v for (m, k), v in one.per_user.items()} for one in (own, base))
    return Proof(own.trained.name, metrics, baseline, own.trained, cut, (values[0], values[1]))


def _own(one: Judged) -> dict[str, Any]:
    """Metrics by "recall@20" …, errors of ratings by name, and the groups."""
    errors: Any = one.rows[one.rows["k"].isna()]
    names = ["value", "ci_lower", "ci_upper"]
    kept: dict[str, Any] = {
        str(metric): dict(zip(names, map(float, bounds), strict=True))
        for metric, bounds in zip(errors["metric"], errors[names].to_numpy(), strict=True)
    }
    groups = one.groups.drop(columns="model").to_dict("records")
    return _named(one.rows, "value") | kept | {"groups": groups}


def _candidates(found: Comparison) -> list[dict[str, Any]]:
    """What each candidate reached, the best first."""
    rows: Any = found.board[
        (found.board["metric"] == HEADLINE[0]) & (found.board["k"] == HEADLINE[1])
    ]
    rows = rows.sort_values(["value", "model"], ascending=[False, True])
    names = ["model", "value", "difference_lower", "difference_upper", "seconds"]
    known = rows[names].astype(object).where(rows[names].notna(), None)
    return known.to_dict("records")


def _difference(own: pd.DataFrame, model: str, n_users: int) -> dict[str, Any]:
    columns = {
        "value": "difference",
        "ci_lower": "difference_lower",
        "ci_upper": "difference_upper",
        "p_value": "p_value",
    }
    parts = {name: _named(own, column) for name, column in columns.items()}
    gaps = {
        key: {name: part[key] for name, part in parts.items()}
        for key, value in parts["value"].items()
        if value is not None
    }
    lower = gaps.get("{}@{}".format(*HEADLINE), {}).get("ci_lower")
    is_better = lower is not None and lower > 0
    note = verdict(model if is_better else BASELINE, n_users)
    return {"difference": gaps, "beats_popularity": is_better, "note": str(note)}


def _named(rows: pd.DataFrame, column: str) -> dict[str, float | None]:
    return {
        f"{metric}@{k}": round(value, 6) if math.isfinite(value) else None
        for metric, k, value in zip(rows["metric"], rows["k"], rows[column], strict=True)
        if not pd.isna(k)
    }
