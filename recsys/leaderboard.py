"""Which recommender foresees best what customers took next, popularity always beside."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.notes import Note
from analytics.progress import Progress, silent, within
from recsys import evaluation
from recsys.entries import catalogue, entry, parse_options
from recsys.interactions import Interactions
from recsys.judging import Judged, PerUser, judge
from recsys.models.base import Recommender
from recsys.splits import Split, split

BASELINE, BLEND = "popularity", "hybrid"  # judged first, in this order
BUDGET_SECONDS = 1200.0


@dataclass(frozen=True, eq=False)
class Comparison:
    """What a comparison of recommenders found.

    Parameters
    ----------
    board : the leaderboard, as `evaluate` returns it.
    groups : model, group (known or new customers, known or new items), metric, k, n (customers),
        value, ci_lower, ci_upper.
    plan : the split they were judged on.
    judged : how each did, by its name on the board.
    """

    board: pd.DataFrame
    groups: pd.DataFrame
    plan: Split
    judged: Mapping[str, Judged]

    @property
    def best(self) -> str:
        """Name of the model that should serve."""
        return self.board.attrs["best"]

    def per_user(self) -> pd.DataFrame:
        """Give the metrics of each test user: model, user_id, then one column a metric and k."""
        parts = [
            pd.DataFrame(
                {"model": name, "user_id": self.plan.users}
                | {f"{metric}@{k}": array for (metric, k), array in one.per_user.items()}
            )
            for name, one in self.judged.items()
        ]
        return pd.concat(parts, ignore_index=True)


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
    models : names of the catalogue, "name:option=value:…", or untrained models; None means all that
        can learn from the data but the costly neural ones, as far as the budget reaches. Popularity
        is always among them.
    k : lengths of list to judge.
    split_by : "time" (headline), "leave-last" or "random-users".
    budget_seconds : no further model is begun after it.
    progress : called as progress(fraction, message).

    Returns
    -------
    DataFrame model, metric, k (null for rmse and mae), value, ci_lower, ci_upper, seconds (of
    training), then difference, difference_lower, difference_upper and p_value against popularity
    (null for popularity, coverage, gini and errors of ratings). Two settings of one model are named
    by their options.
    `attrs["notes"]` says what they mean; `attrs["best"]` names the model that should serve;
    `attrs["tied"]` those that can't be told apart from it; `attrs["cut"]`, `attrs["n_users"]`
    describe the test. Intervals: 95 %, users resampled.

    Raises
    ------
    NotEnoughDataError
        If no customer has both a history and a later purchase.
    """
    return compare(
        source, models, k, split_by, budget_seconds=budget_seconds, progress=progress
    ).board


def compare(
    source: Any,
    models: Iterable[str | Recommender] | None = None,
    k: tuple[int, ...] = (10, 20, 50),
    split_by: str = "time",
    *,
    budget_seconds: float = BUDGET_SECONDS,
    progress: Progress = silent,
) -> Comparison:
    """Judge as `evaluate` does, and keep known and new customers apart and each user's values."""
    interactions = (
        source if isinstance(source, Interactions) else Interactions.from_workspace(source)
    )
    plan, ks = split(interactions, split_by), tuple(sorted(set(k)))
    contenders, started = _contenders(models, interactions), time.perf_counter()
    judged: dict[str, Judged] = {}
    baseline: PerUser | None = None
    for number, (name, model) in enumerate(contenders.items()):
        if number and time.perf_counter() - started > budget_seconds:
            break
        progress(number / len(contenders), f"judging {name}")
        own = within(progress, number / len(contenders), (number + 1) / len(contenders))
        judged[name] = judge(model, plan, ks, baseline, own, label=name)
        baseline = judged[name].per_user if baseline is None else baseline
    board = _board(judged, plan, [name for name in contenders if name not in judged])
    groups = pd.concat([one.groups for one in judged.values()], ignore_index=True)
    return Comparison(board, groups, plan, judged)


def _contenders(
    models: Iterable[str | Recommender] | None, interactions: Interactions
) -> dict[str, Recommender]:
    """Name the models, the baseline first: the usual popularity before one with other options."""
    wanted = _all_models(interactions) if models is None else list(models)
    made = [_made(one) if isinstance(one, str) else one for one in wanted]
    others = [model for model in made if model.name != BASELINE]
    base = [model for model in made if model.name == BASELINE] or [entry(BASELINE).make()]
    base.sort(key=lambda model: model.options != entry(BASELINE).options)
    return _named([*base, *others])


def _made(text: str) -> Recommender:
    """Make the model of "name" or "name:option=value:…"."""
    name, *options = text.split(":")
    return entry(name).make(parse_options(options))


def _named(models: list[Recommender]) -> dict[str, Recommender]:
    times = Counter(model.name for model in models)
    named: dict[str, Recommender] = {}
    for model in models:
        usual = entry(model.name).options if times[model.name] > 1 else model.options
        changed = [f"{key}={one}" for key, one in model.options.items() if one != usual[key]]
        named[":".join([model.name, *changed])] = model
    return named


def _all_models(interactions: Interactions) -> list[str]:
    """List what can learn but for the costly, the blend first, so that a short budget judges it."""
    usual = [
        name
        for name, one in catalogue().items()
        if not one.cls.is_costly and one.cls.can_learn(interactions)
    ]
    return sorted(usual, key=lambda name: (name != BLEND, name))


def _board(judged: Mapping[str, Judged], plan: Split, skipped: list[str]) -> pd.DataFrame:
    board = pd.concat([one.rows for one in judged.values()], ignore_index=True)
    winner, n_users = evaluation.best(board), len(plan.users)
    tied = _tied(board, judged, winner)
    board.attrs |= {
        "split": plan.name,
        "cut": plan.cut,
        "n_users": n_users,
        "best": winner,
        "tied": tied,
        "skipped": skipped,
        "notes": notes(plan.name, winner, n_users, tied=tied, skipped=skipped),
    }
    return board


def notes(
    split_by: str, winner: str, n_users: int, *, tied: Sequence[str], skipped: Sequence[str]
) -> list[Note]:
    """Say what a comparison found: who serves, who may be as good, who was not judged."""
    found = [verdict(winner, n_users)]
    if tied:
        found.append(no_winner(winner, tied))
    if split_by == "random-users":
        text = "Users drawn at random: to compare with papers only, for it looks into the future."
        found.append(Note("for_papers_only", text))
    if skipped:
        names = ", ".join(skipped)
        found.append(Note("models_skipped", "Not judged, the time was up: {names}.", names=names))
    return found


def _tied(board: pd.DataFrame, judged: Mapping[str, Judged], winner: str) -> list[str]:
    key = ("ndcg", evaluation.headline_k(board["k"].dropna()))
    others = [name for name in _certain(board, key) if name != winner]
    return alike({name: judged[name].per_user[key] for name in (winner, *others)}, winner)


def _certain(board: pd.DataFrame, key: tuple[str, int]) -> list[str]:
    """Models that beat popularity for certain."""
    rows = board[(board["metric"] == key[0]) & (board["k"] == key[1])]
    return rows.loc[rows["difference_lower"] > 0, "model"].tolist()


def alike(values: Mapping[str, np.ndarray], leader: str) -> list[str]:
    """Which models can't be told apart from the leader: the interval of the difference holds 0.

    Parameters
    ----------
    values : of each test user, by model, in the same order.
    """
    found = []
    for name, array in values.items():
        if name == leader:
            continue
        gap = evaluation.differences((values[leader] - array)[:, None])[0]
        if gap.ci_lower <= 0 <= gap.ci_upper:
            found.append(name)
    return found


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


def no_winner(leader: str, tied: Sequence[str]) -> Note:
    """Say that the leader may lead by chance."""
    return Note(
        "no_single_winner",
        "No winner among them: {names} may be as good as {model}, which serves for its mean.",
        model=leader,
        names=", ".join(tied),
    )
