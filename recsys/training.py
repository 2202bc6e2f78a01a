"""Train, judge, save and serve a workspace's recommenders."""

import json
import math
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.errors import (
    InvalidSettingError,
    NotEnoughDataError,
    NotFittedError,
    UnknownNameError,
)
from analytics.notes import Note
from analytics.progress import Progress, silent
from recsys.actions import Counting
from recsys.entries import DEFAULT, ModelEntry, catalogue, entry
from recsys.interactions import Interactions
from recsys.judging import judge
from recsys.leaderboard import BASELINE, verdict
from recsys.models import storage
from recsys.models.base import Recommender
from recsys.search import search
from recsys.splits import split
from recsys.take_up import TakeUp
from recsys.take_up_learning import learnt

K = (10, 20, 50)
HEADLINE = ("ndcg", 20)
_CHOICE = "serving.json"
_WEIGHT = "weight."
_SEARCHING = 0.7  # share of the progress that a search takes
_JUDGED = 0.35  # share of the progress at which the model is judged
_FITTING = (0.5, 0.95)  # share of the progress at which the final training starts and ends


@dataclass(frozen=True)
class SavedModel:
    """A trained model on disk: its name, number, folder and what its manifest says."""

    name: str
    version: int
    folder: Path
    manifest: Mapping[str, Any]

    @property
    def metrics(self) -> Mapping[str, Any]:
        """How it did on the time split; empty where the data did not allow one."""
        return self.manifest.get("metrics", {})

    @property
    def beats_popularity(self) -> bool:
        """Whether the interval of its difference to popularity lay above zero."""
        return bool(self.metrics.get("beats_popularity", False))


def train(
    ws: Any,
    *,
    model: str = DEFAULT,
    options: Mapping[str, Any] | None = None,
    search_minutes: float | None = None,
    search_trials: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Train a recommender on a workspace, judge it on a time split and save it.

    Popularity is saved beside it, to serve where the model does not beat it.

    Parameters
    ----------
    ws : the workspace.
    model : a name of the catalogue.
    options : of the model, as text or values; "weight.view=0.1" sets the weight of an action.
    search_minutes : to look for better settings on the training part of the split; None: no search.
    search_trials : at most so many settings.
    progress : called as progress(fraction, message, iteration=, loss=, seconds_left=); if it raises
        (CancelledError), nothing is kept.

    Returns
    -------
    dict model, version, seconds, n_users, n_items, n_interactions (different user–item pairs),
    metrics (of the model, `popularity` and `difference` with its interval, by "ndcg@20" …;
    `beats_popularity`; `note`), search (what it chose; where one was asked for).

    Raises
    ------
    NotEnoughDataError
        If no row of the workspace names both a customer and an item.
    """
    report = progress or silent
    started = time.perf_counter()
    chosen, (model_options, weights) = entry(model), _parted(options or {})
    chosen.make(model_options)  # refuses options that mean nothing before anything is read
    report(0.0, "reading interactions")
    interactions = Interactions.from_workspace(ws, Counting(weights))
    found: dict[str, Any] = {}
    if search_minutes is not None:
        budget = {"minutes": search_minutes, "trials": search_trials}
        found["search"] = _searched(interactions, model, model_options, budget, report)
        model_options |= found["search"]["options"]
        report = _within(report, _SEARCHING, 1.0)
    untrained = chosen.make(model_options)
    metrics = _judged(chosen, model_options, interactions, _within(report, 0.05, _JUDGED))
    report(_JUDGED, "learning the chances")
    trial = chosen.make(model_options)
    chances = learnt(trial, interactions, progress=_within(report, _JUDGED, _FITTING[0]))
    untrained.fit(interactions, progress=_within(report, *_FITTING))
    facts = _facts(ws, interactions, weights)
    report(_FITTING[1], "saving")
    if model != BASELINE:
        taken = _kept(learnt(entry(BASELINE).make(), interactions))
        about = {"metrics": _baseline(metrics), "take_up": taken}
        _save(ws, entry(BASELINE).make().fit(interactions), facts | about)
    seconds = round(time.perf_counter() - started, 3)
    facts |= found | {"metrics": metrics, "take_up": _kept(chances), "seconds": seconds}
    version = _save(ws, untrained, facts)
    report(1.0, "done")
    counts = {name: facts[name] for name in ("n_users", "n_items", "n_interactions")}
    told = {"model": model, "version": version, "seconds": seconds, **counts}
    return told | {"metrics": metrics, **found}


def _searched(
    interactions: Interactions,
    model: str,
    options: Mapping[str, Any],
    budget: Mapping[str, Any],
    report: Progress,
) -> dict[str, Any]:
    """Search within what the judgement trains on, so that it sees other orders."""
    earlier = split(interactions, "time").train
    return search(
        earlier, model, options, **budget, progress=_within(report, 0.0, _SEARCHING)
    ).facts


def saved(ws: Any) -> list[SavedModel]:
    """All saved models, newest version first, then by name."""
    found = [
        SavedModel(folder.parent.name, int(folder.name), folder, storage.read_manifest(folder))
        for folder in ws.folder("models").glob("*/*")
        if folder.name.isdecimal() and (folder / storage.MANIFEST).is_file()
    ]
    return sorted(found, key=lambda one: (-one.manifest["saved"], one.name))


def load_saved(ws: Any, name: str | None = None, version: int | None = None) -> Recommender:
    """Load a saved recommender, ready to recommend.

    Parameters
    ----------
    name : of the model; None means the one that serves.
    version : None means the newest of that name.

    Raises
    ------
    NotFittedError
        If none was ever trained here.
    UnknownNameError, UnreadableModelError
        If there is no such version, or it is damaged.
    """
    one = serving(ws) if name is None else find(ws, name, version)
    if one is None:
        raise NotFittedError("the recommender")
    return catalogue()[one.name].cls.load(one.folder)


def serving(ws: Any) -> SavedModel | None:
    """Find whose lists the pages show: the operator's choice, else the leaderboard's winner.

    The winner is, among the newest version of each model trained on the newest data, the one with
    the highest NDCG@20 that beat popularity for certain; popularity where none did. Null where
    nothing is trained.
    """
    return chosen(ws) or _winner(saved(ws))


def chosen(ws: Any) -> SavedModel | None:
    """The model that the operator chose to serve; null where the leaderboard decides."""
    choice = ws.folder("models") / _CHOICE
    if not choice.is_file():
        return None
    wanted = json.loads(choice.read_text("utf-8"))
    return find(ws, wanted["name"], wanted["version"])


def choose(ws: Any, name: str | None, version: int | None = None) -> SavedModel | None:
    """Serve this model from now on (an older version: a rollback); None: the winner again."""
    choice = ws.folder("models") / _CHOICE
    if name is None:
        choice.unlink(missing_ok=True)
        return serving(ws)
    one = find(ws, name, version)
    temporary = choice.with_suffix(".tmp")
    temporary.write_text(json.dumps({"name": one.name, "version": one.version}), "utf-8")
    temporary.replace(choice)
    return one


def _winner(models: list[SavedModel]) -> SavedModel | None:
    newest: dict[str, SavedModel] = {}
    for one in models:
        newest.setdefault(one.name, one)
    if not newest:
        return None
    data = max(one.manifest["data_version"] for one in newest.values())
    current = [one for one in newest.values() if one.manifest["data_version"] == data]
    certain = [one for one in current if one.beats_popularity]
    if certain:
        key = "{}@{}".format(*HEADLINE)
        return max(certain, key=lambda one: (one.metrics[key], one.name))
    return newest.get(BASELINE, current[0])


def find(ws: Any, name: str, version: int | None) -> SavedModel:
    """Find a saved model by name, the newest where no version is named; else UnknownNameError."""
    named = [one for one in saved(ws) if one.name == name]
    wanted = [one for one in named if version in (None, one.version)]
    if not wanted:
        label = name if version is None else f"{name} {version}"
        raise UnknownNameError(
            "saved recommender", label, [f"{one.name} {one.version}" for one in saved(ws)]
        )
    return max(wanted, key=lambda one: one.version)


def _parted(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, float]]:
    """Options of the model, and weights of actions."""
    own = {name: value for name, value in options.items() if not name.startswith(_WEIGHT)}
    weights = {}
    for name, value in options.items():
        if name.startswith(_WEIGHT):
            weights[name.removeprefix(_WEIGHT)] = _number(name, value)
    return own, weights


def _number(name: str, value: Any) -> float:
    try:
        return float(value)
    except ValueError as error:
        raise InvalidSettingError(name, value, "give a number ≥ 0") from error


def _within(progress: Progress, start: float, end: float) -> Progress:
    def scaled(fraction: float, message: str, **details: Any) -> None:
        progress(start + (end - start) * fraction, message, **details)

    return scaled


def _judged(
    chosen: ModelEntry, options: Mapping[str, Any], interactions: Interactions, progress: Progress
) -> dict[str, Any]:
    """Metrics of the contract on a time split; only a note where the data does not allow one."""
    try:
        plan = split(interactions, "time")
    except NotEnoughDataError as error:
        note = Note("not_judged", "Not judged on a time split: {why}", why=str(error))
        return {"beats_popularity": False, "note": str(note)}
    popularity = judge(entry(BASELINE).make(), plan, K)
    base = own = popularity.rows
    if chosen.name != BASELINE:
        own = judge(chosen.make(options), plan, K, popularity.per_user, progress).rows
    metrics = {"split": plan.name, "cut": str(plan.cut), "n_test_users": len(plan.users)}
    metrics |= _named(own, "value")
    metrics["popularity"] = _named(base, "value")
    return metrics | _difference(own, chosen.name, len(plan.users))


def _kept(chances: TakeUp | None) -> dict[str, Any] | None:
    return None if chances is None else chances.to_json()


def _difference(own: pd.DataFrame, model: str, n_users: int) -> dict[str, Any]:
    columns = {
        "value": "difference",
        "ci_lower": "difference_lower",
        "ci_upper": "difference_upper",
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


def _baseline(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Metrics of popularity, taken from those of the model it was compared with."""
    about = {name: metrics[name] for name in ("split", "cut", "n_test_users") if name in metrics}
    return about | metrics.get("popularity", {}) | {"beats_popularity": False}


def _facts(ws: Any, interactions: Interactions, weights: Mapping[str, float]) -> dict[str, Any]:
    return {
        "data_version": ws.version,
        "as_of": None if ws.as_of is None else ws.as_of.isoformat(),
        "weights": dict(weights),
        "n_users": len(interactions.user_ids),
        "n_items": len(interactions.item_ids),
        "n_interactions": int(interactions.matrix.nnz),
    }


def _save(ws: Any, model: Recommender, facts: Mapping[str, Any]) -> int:
    """Save under the next number of its name: written aside, then renamed."""
    root = ws.folder("models")
    number = 1 + max((one.manifest["saved"] for one in saved(ws)), default=0)
    (root / model.name).mkdir(exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".saving-", dir=root))
    try:
        model.save(temporary, **facts, saved=number)
        return _published(temporary, root / model.name)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _published(temporary: Path, place: Path) -> int:
    taken = [int(folder.name) for folder in place.iterdir() if folder.name.isdecimal()]
    version = max(taken, default=0) + 1
    while (place / str(version)).exists():
        version += 1
    os.rename(temporary, place / str(version))  # noqa: PTH104 - must fail where the name is taken
    return version
