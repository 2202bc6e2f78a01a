"""Which recommender foresees best what customers took next, popularity always beside."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analytics.notes import Note
from analytics.progress import Progress, silent
from recsys import evaluation
from recsys.entries import catalogue, entry
from recsys.interactions import Interactions
from recsys.models.base import Recommender
from recsys.splits import Split, split

BASELINE, BLEND = "popularity", "hybrid"  # judged first, in this order
BUDGET_SECONDS = 1200.0
_COLUMNS = [
    "model",
    "metric",
    "k",
    "value",
    "ci_lower",
    "ci_upper",
    "seconds",
    "difference",
    "difference_lower",
    "difference_upper",
]


def evaluate(
    source: Any,
    models: Iterable[str | Recommender] | None = None,
    k: tuple[int, ...] = (10, 20, 50),
    split_by: str = "time",
    *,
    budget_seconds: float = BUDGET_SECONDS,
    progress: Progress = silent,
) -> pd.DataFrame:
    """How well each model's lists foresaw what customers took next.

    Parameters
    ----------
    source : a workspace or `Interactions`.
    models : names of the catalogue, or untrained models; None means all of it but the costly neural
        ones, as far as the budget reaches. Popularity is always among them.
    k : lengths of list to judge.
    split_by : "time" (headline), "leave-last" or "random-users".
    budget_seconds : no further model is begun after it.
    progress : called as progress(fraction, message).

    Returns
    -------
    DataFrame model, metric, k, value, ci_lower, ci_upper, seconds (of training), then difference,
    difference_lower, difference_upper to popularity (null for popularity, coverage and gini).
    `attrs["notes"]` says what they mean; `attrs["best"]` names the model that should serve;
    `attrs["cut"]`, `attrs["n_users"]` describe the test. Intervals: 95 %, users resampled.

    Raises
    ------
    NotEnoughDataError
        If no customer has both a history and a later purchase.
    """
    interactions = (
        source if isinstance(source, Interactions) else Interactions.from_workspace(source)
    )
    plan = split(interactions, split_by)
    ks = tuple(sorted(set(k)))
    judged: dict[str, pd.DataFrame] = {}
    baseline: Mapping[tuple[str, int], np.ndarray] | None = None
    contenders, started = _contenders(models), time.perf_counter()
    for number, model in enumerate(contenders):
        if number and time.perf_counter() - started > budget_seconds:
            break
        progress(number / len(contenders), f"judging {model.name}")
        rows, values = judge(model, plan, ks, baseline)
        baseline = values if baseline is None else baseline
        judged[model.name] = rows
    return _board(judged, plan, [model.name for model in contenders])


def judge(
    model: Recommender,
    plan: Split,
    k: tuple[int, ...],
    baseline: Mapping[tuple[str, int], np.ndarray] | None = None,
    progress: Progress = silent,
) -> tuple[pd.DataFrame, dict[tuple[str, int], np.ndarray]]:
    """Train one model on the split and compare its lists with what was held out.

    Returns
    -------
    Its rows of the board, and its values per user keyed by (metric, k), a baseline for others.
    """
    started = time.perf_counter()
    trained = model.fit(plan.train, progress=progress)
    seconds = time.perf_counter() - started
    if plan.given is not None:
        trained = trained.fold_in(plan.given)
    lists = _lists(trained, plan, max(k))
    taken = plan.train.matrix
    values = evaluation.metric_table(lists, plan.relevant, plan.n_relevant, taken, k)
    rows = [_row(*key, own, gap) for key, own, gap in _intervals(values, baseline)]
    n_items = len(plan.train.item_ids)
    for at in k:
        rows.append(_row("coverage", at, (evaluation.coverage(lists, n_items, at),)))
        rows.append(_row("gini", at, (evaluation.gini(lists, n_items, at),)))
    board = pd.DataFrame(rows).assign(model=model.name, seconds=seconds)
    return board.reindex(columns=_COLUMNS), values


def _lists(model: Recommender, plan: Split, k: int) -> np.ndarray:
    lists = model.recommend(plan.users, k)
    return evaluation.list_matrix(lists, plan.users, plan.train.item_ids, k)


def _contenders(models: Iterable[str | Recommender] | None) -> list[Recommender]:
    wanted = _all_models() if models is None else list(models)
    made = [entry(one).make() if isinstance(one, str) else one for one in wanted]
    others = [model for model in made if model.name != BASELINE]
    base = [model for model in made if model.name == BASELINE] or [entry(BASELINE).make()]
    return base + others


def _all_models() -> list[str]:
    """List the catalogue but for the costly, the blend first, so that a short budget judges it."""
    usual = [name for name, one in catalogue().items() if not one.cls.is_costly]
    return sorted(usual, key=lambda name: (name != BLEND, name))


def _intervals(
    values: Mapping[tuple[str, int], np.ndarray],
    baseline: Mapping[tuple[str, int], np.ndarray] | None,
) -> Iterable[tuple[tuple[str, int], tuple, tuple]]:
    own = evaluation.intervals(np.column_stack(list(values.values())))
    if baseline is None:
        gaps: list[tuple] = [()] * len(own)
    else:
        differences = [array - baseline[key] for key, array in values.items()]
        gaps = [tuple(gap) for gap in evaluation.intervals(np.column_stack(differences))]
    return zip(values, own, gaps, strict=True)


def _row(metric: str, k: int, own: tuple, gap: tuple = ()) -> dict[str, Any]:
    names = ("value", "ci_lower", "ci_upper")
    gaps = ("difference", "difference_lower", "difference_upper")
    return {
        "metric": metric,
        "k": k,
        **dict(zip(names, own, strict=False)),
        **dict(zip(gaps, gap, strict=False)),
    }


def _board(judged: Mapping[str, pd.DataFrame], plan: Split, wanted: list[str]) -> pd.DataFrame:
    parts = [rows.astype({"k": "int64"}) for rows in judged.values()]
    numeric = _COLUMNS[3:]
    board = pd.concat([part.astype(dict.fromkeys(numeric, float)) for part in parts])
    board = board.reset_index(drop=True)
    winner = evaluation.best(board)
    board.attrs |= {
        "split": plan.name,
        "cut": plan.cut,
        "n_users": len(plan.users),
        "best": winner,
        "notes": _notes(plan, winner, [name for name in wanted if name not in judged]),
    }
    return board


def _notes(plan: Split, winner: str, skipped: list[str]) -> list[Note]:
    notes = [verdict(winner, len(plan.users))]
    if skipped:
        names = ", ".join(skipped)
        notes.append(Note("models_skipped", "Not judged, the time was up: {names}.", names=names))
    return notes


def verdict(winner: str, n_users: int) -> Note:
    """Say in one sentence which model serves, and why."""
    if winner == BASELINE:
        return Note(
            "popularity_serves",
            "No model beat popularity for certain on {n_users:,} customers, so popularity serves.",
            n_users=n_users,
        )
    return Note(
        "model_beats_popularity",
        "{model} foresaw the next purchases of {n_users:,} customers better than popularity.",
        model=winner,
        n_users=n_users,
    )
