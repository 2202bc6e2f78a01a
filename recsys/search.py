"""Search for settings of a recommender: what foresees best, within a budget of minutes."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.errors import InvalidSettingError
from analytics.progress import Progress, silent
from recsys.entries import entry
from recsys.interactions import Interactions
from recsys.judging import judge
from recsys.splits import split

CUTOFF = 20  # of NDCG, by which a trial is judged
_LOG, _LINEAR = "log", "linear"
_RANGES: dict[str, tuple[str, float, float]] = {
    "recency_half_life": (_LOG, 0.5, 8),
    "learning_half_life": (_LOG, 1, 16),
    "age_half_life_days": (_LOG, 30, 720),
    "half_life_days": (_LOG, 7, 365),
    "l2": (_LOG, 20, 5000),
    "shrinkage": (_LOG, 1, 200),
    "beta": (_LINEAR, 0, 0.8),
    "alpha": (_LINEAR, 0.5, 1.5),
    "n_neighbours": (_LOG, 20, 400),
    "n_factors": (_LOG, 16, 192),
    "unobserved_weight": (_LOG, 0.001, 1),
    "regularization": (_LOG, 0.001, 0.3),
    "bias_regularization": (_LOG, 0.5, 20),
    "history_dropout": (_LINEAR, 0, 0.8),
    "learning_rate": (_LOG, 0.003, 0.3),
}


@dataclass(frozen=True)
class Found:
    """What a search chose: the options that differ from the given ones, and how it got there."""

    options: Mapping[str, Any]
    value: float  # mean NDCG of the best trial
    first: float  # that of the settings as given
    seconds: float
    tried: tuple[tuple[Mapping[str, Any], float], ...]  # the drawn options of each trial, its NDCG

    @property
    def trials(self) -> int:
        """How many settings were tried."""
        return len(self.tried)

    @property
    def facts(self) -> dict[str, Any]:
        """What the manifest keeps."""
        return {
            "trials": self.trials,
            "tried": [
                {"options": dict(options), f"ndcg@{CUTOFF}": round(value, 6)}
                for options, value in self.tried
            ],
            "seconds": round(self.seconds, 3),
            "options": dict(self.options),
            f"validation_ndcg@{CUTOFF}": round(self.value, 6),
            f"validation_ndcg@{CUTOFF}_as_given": round(self.first, 6),
        }


def searched(model: str, options: Mapping[str, Any]) -> dict[str, tuple[str, float, float]]:
    """Give the ranges of the model's options that a search varies: those not given.

    The hybrid has none: it chooses its shares and half-lives by itself, on each user's last order.
    """
    known = entry(model).options
    return {name: span for name, span in _RANGES.items() if name in known and name not in options}


def search(
    interactions: Interactions,
    model: str,
    options: Mapping[str, Any] | None = None,
    *,
    minutes: float = 5.0,
    trials: int | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Found:
    """Which settings of a model foresee best what customers took next.

    The settings as given are tried first, then draws at random (Bergstra & Bengio 2012), each
    trained on the earlier part of a time split and judged by NDCG@20 on the later one. Pass the
    training part of a split, so that the final judgement sees other orders than the search.

    Parameters
    ----------
    interactions : all that may be looked at.
    model : a name of the catalogue.
    options : as given; they stay as they are.
    minutes : no further trial is begun after them, > 0.
    trials : at most so many, ≥ 1; a search of so many is the same for the same seed.
    seed : of the draws.
    progress : called as progress(fraction, message); if it raises, the search ends.

    Raises
    ------
    NotEnoughDataError
        If the interactions allow no time split.
    InvalidSettingError
        If minutes or trials mean nothing.
    """
    if not minutes > 0:
        raise InvalidSettingError("minutes", minutes, "give a number > 0")
    if trials is not None and trials < 1:
        raise InvalidSettingError("trials", trials, "try at least one")
    given, chosen = dict(options or {}), entry(model)
    plan, random = split(interactions, "time"), np.random.default_rng(seed)
    spans = searched(model, given)
    started, values, tried = time.perf_counter(), [], []
    while not _is_over(len(tried), trials if spans else 1, started, minutes):
        drawn = _drawn(spans, chosen.options, random) if tried else {}
        spent = (time.perf_counter() - started) / (60 * minutes)
        done = max(spent, len(tried) / trials) if trials else spent
        told = {"best": max(values)} if values else {}
        left = 60 * minutes * (1 - done)
        progress(min(1.0, done), f"trial {len(tried) + 1}", seconds_left=left, **told)
        judged = judge(chosen.make(given | drawn), plan, (CUTOFF,))
        values.append(float(judged.per_user["ndcg", CUTOFF].mean()))
        tried.append(drawn)
    best = int(np.argmax(values))
    seconds = time.perf_counter() - started
    both = tuple(zip(tried, values, strict=True))
    return Found(tried[best], values[best], values[0], seconds, both)


def _is_over(done: int, trials: int | None, started: float, minutes: float) -> bool:
    if not done:
        return False
    if trials is not None and done >= trials:
        return True
    return time.perf_counter() - started >= 60 * minutes


def _drawn(
    spans: Mapping[str, tuple[str, float, float]],
    defaults: Mapping[str, Any],
    random: np.random.Generator,
) -> dict[str, Any]:
    """Draw a value for each option, whole where the default is."""
    values: dict[str, Any] = {}
    for name, (scale, low, high) in spans.items():
        if scale == _LOG:
            value = math.exp(random.uniform(math.log(low), math.log(high)))
        else:
            value = random.uniform(low, high)
        values[name] = round(value) if isinstance(defaults[name], int) else float(f"{value:.3g}")
    return values
