"""Train, judge, save and serve a workspace's recommenders."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from analytics.errors import (
    InvalidSettingError,
    NotFittedError,
    UnknownNameError,
)
from analytics.progress import Progress, silent, within
from recsys.actions import Counting
from recsys.entries import catalogue, entry
from recsys.interactions import Interactions
from recsys.leaderboard import BASELINE
from recsys.models import storage
from recsys.models.base import Recommender
from recsys.proving import AUTOMATIC, HEADLINE, Proof, proven
from recsys.search import search
from recsys.splits import split
from recsys.take_up import TakeUp
from recsys.take_up_learning import learnt

_CHOICE = "serving.json"
_JUDGED_FILE = "judged.npz"
_JUDGED = 0.35  # share of the progress at which the model is judged
_SEARCHED = 0.75  # share of the progress at which a search, where one is asked for, ends
_KEPT_PER_USER = tuple(f"{m}@{k}" for m in ("recall", "ndcg", "hit_rate") for k in (10, 20, 50))
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

    def per_user(self, metric: str) -> np.ndarray | None:
        """Values of each test user, such as of "ndcg@20"; None where none were kept.

        Models judged on the same data, with actions counted alike, have the same users in the same
        order.
        """
        kept = self.folder / _JUDGED_FILE
        if not kept.is_file():
            return None
        with np.load(kept, allow_pickle=False) as archive:
            return archive[metric] if metric in archive.files else None


def train(
    ws: Any,
    *,
    model: str = AUTOMATIC,
    options: Mapping[str, Any] | None = None,
    counting: Counting | None = None,
    search_minutes: float | None = None,
    search_trials: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Train a recommender on a workspace, judge it on a time split and save it.

    Popularity is saved beside it, to serve where the model does not beat it.

    Parameters
    ----------
    ws : the workspace.
    model : a name of the catalogue, or "automatic": the leaderboard chooses, popularity where
        nothing beats it.
    options : of the named model, as text or values.
    counting : how actions count; None: as usual.
    search_minutes : to look for better settings on the training part of the split; None: no search.
    search_trials : at most so many settings.
    progress : called as progress(fraction, message, iteration=, loss=, seconds_left=); if it raises
        (CancelledError), nothing is kept.

    Returns
    -------
    dict model, version, seconds, n_users, n_items, n_interactions (different user–item pairs),
    metrics (of the model, `popularity` and `difference` with its interval, by "ndcg@20" …;
    `groups`, `beats_popularity`, `note`; `candidates` where the leaderboard chose), search (what it
    chose; where one was asked for).

    Raises
    ------
    NotEnoughDataError
        If no row of the workspace names both a customer and an item.
    InvalidSettingError
        If options are given without the name of their model.
    """
    report, counts = progress or silent, counting or Counting()
    started, given = time.perf_counter(), dict(options or {})
    _check(model, given)
    report(0.0, "reading interactions")
    interactions = Interactions.from_workspace(ws, counts)
    proof = proven(interactions, model, given, progress=within(report, 0.05, _JUDGED))
    found: dict[str, Any] = {}
    if search_minutes is not None:
        budget = {"minutes": search_minutes, "trials": search_trials}
        searching = within(report, _JUDGED, _SEARCHED)
        found["search"] = _searched(interactions, proof.model, given, budget, searching)
        report = within(report, _SEARCHED, 1.0)
        if found["search"]["options"]:
            given |= found["search"]["options"]
            judging = within(report, 0.0, _JUDGED)
            proof = _again(proof, proven(interactions, proof.model, given, progress=judging))
    untrained = entry(proof.model).make(given)
    report(_JUDGED, "learning the chances")
    chances = _chances(interactions, proof, given, within(report, _JUDGED, _FITTING[0]))
    untrained.fit(interactions, progress=within(report, *_FITTING))
    facts = _facts(ws, interactions, counts)
    report(_FITTING[1], "saving")
    if proof.model != BASELINE and not _is_there(ws, facts, proof):
        _save_baseline(ws, interactions, facts, proof)
    seconds = round(time.perf_counter() - started, 3)
    about = {"metrics": dict(proof.metrics), "take_up": _kept(chances), "seconds": seconds}
    version = _save(ws, untrained, facts | found | about, proof.per_user[0])
    report(1.0, "done")
    sizes = {name: facts[name] for name in ("n_users", "n_items", "n_interactions")}
    told = {"model": proof.model, "version": version, "seconds": seconds, **sizes}
    return told | {"metrics": dict(proof.metrics), **found}


def _check(model: str, options: Mapping[str, Any]) -> None:
    """Refuse options that mean nothing before anything is read."""
    if model != AUTOMATIC:
        entry(model).make(options)
    elif options:
        text = "name the model they belong to with --model"
        raise InvalidSettingError("an option", ", ".join(options), text)


def _again(first: Proof, found: Proof) -> Proof:
    """Judge the settings that a search found, and keep among whom the model was chosen."""
    kept = {name: first.metrics[name] for name in ("candidates",) if name in first.metrics}
    return replace(found, metrics={**found.metrics, **kept})


def _chances(
    interactions: Interactions, proof: Proof, options: Mapping[str, Any], progress: Progress
) -> TakeUp | None:
    """Learn the chances on the model of the judgement where it is old enough, else on another."""
    untrained = entry(proof.model).make(options)
    earlier = None if proof.trained is None else (proof.trained, proof.until)
    return learnt(untrained, interactions, earlier=earlier, progress=progress)


def _is_there(ws: Any, facts: Mapping[str, Any], proof: Proof) -> bool:
    """Whether popularity is saved already, trained on and judged by the same."""
    same = ("data_version", "counting")
    usual = dict(entry(BASELINE).options)
    return any(
        one.name == BASELINE
        and one.manifest["options"] == usual
        and all(one.manifest.get(name) == facts[name] for name in same)
        and one.metrics.get("cut") == proof.baseline.get("cut")
        for one in saved(ws)
    )


def _save_baseline(
    ws: Any, interactions: Interactions, facts: Mapping[str, Any], proof: Proof
) -> None:
    base = entry(BASELINE).make().fit(interactions)
    taken = _kept(learnt(entry(BASELINE).make(), interactions))
    about = {"metrics": dict(proof.baseline), "take_up": taken}
    _save(ws, base, {**facts, **about}, proof.per_user[1])


def _searched(
    interactions: Interactions,
    model: str,
    options: Mapping[str, Any],
    budget: Mapping[str, Any],
    report: Progress,
) -> dict[str, Any]:
    """Search within what the judgement trains on, so that it sees other orders."""
    earlier = split(interactions, "time").train
    return search(earlier, model, options, **budget, progress=report).facts


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


def _kept(chances: TakeUp | None) -> dict[str, Any] | None:
    return None if chances is None else chances.to_json()


def _facts(ws: Any, interactions: Interactions, counting: Counting) -> dict[str, Any]:
    return {
        "data_version": ws.version,
        "as_of": None if ws.as_of is None else ws.as_of.isoformat(),
        "counting": counting.to_json(),
        "n_users": len(interactions.user_ids),
        "n_items": len(interactions.item_ids),
        "n_interactions": int(interactions.matrix.nnz),
    }


def _save(
    ws: Any, model: Recommender, facts: Mapping[str, Any], per_user: Mapping[str, np.ndarray]
) -> int:
    """Save under the next number of its name: written aside, then renamed."""
    root = ws.folder("models")
    number = 1 + max((one.manifest["saved"] for one in saved(ws)), default=0)
    (root / model.name).mkdir(exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".saving-", dir=root))
    try:
        model.save(temporary, **facts, saved=number)
        if per_user:
            kept = {
                name: per_user[name].astype(np.float32)
                for name in _KEPT_PER_USER
                if name in per_user
            }
            np.savez(temporary / _JUDGED_FILE, allow_pickle=False, **kept)  # pyright: ignore[reportArgumentType]
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
