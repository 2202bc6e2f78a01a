"""What a churn score rests on: for everyone together, and in plain reasons for each customer."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analytics.churn.score_metrics import auc, squared_errors
from analytics.churn.score_models import FACTS, Floats, Model
from analytics.churn.snapshots import Snapshot
from analytics.intervals import LEVEL

LEAST = 0.01
"""Facts that raise the chance by less are no reason."""

_READS_AS_REASON = {
    "silence": ("silent", 1),
    "purchases": ("purchases", -1),
    "recent": ("bought_90", -1),
    "breadth": ("categories", -1),
    "activity": ("seen_90", -1),
    "learning": ("finishes", -1),
}
"""On which side of the middle a fact is a reason to leave: silent for longer, seen less …"""

_SHUFFLES, _SEED = 5, 20_240_601
_CHECKED = 10_000


def _told(known: pd.DataFrame) -> Iterator[tuple[str, list[str]]]:
    """Facts of which these features tell something, with their columns."""
    for fact, names in FACTS.items():
        there = [name for name in names if name in known.columns]
        if there:
            yield fact, there


def importance(model: Model, snapshot: Snapshot) -> pd.DataFrame:
    """How much worse does the model forecast when customers swap this fact among each other?

    All features that tell one fact are swapped together, five times: apart, each could stand in for
    the others and none would seem to matter. Of many customers every k-th is looked at.

    Returns
    -------
    DataFrame
        fact, brier_rise, rise_lower, rise_upper (95 %, normal interval of the mean over customers),
        auc_drop; the most important first.
    """
    some = slice(None, None, -(-len(snapshot.known) // _CHECKED))
    away = snapshot.is_away[some]
    known: Any = snapshot.known.iloc[some].reset_index(drop=True)
    chance = model.predict(known)
    errors, rank = squared_errors(away, chance), auc(away, chance)[0]
    z, rows = float(special.ndtri(0.5 + LEVEL / 2)), []
    for fact, names in _told(known):
        swapped = [model.predict(other) for other in _swapped(known, names)]
        rise = np.mean([squared_errors(away, one) for one in swapped], axis=0) - errors
        half = z * rise.std(ddof=1) / np.sqrt(len(rise))
        drop = rank - float(np.mean([auc(away, one)[0] for one in swapped]))
        rows.append((fact, rise.mean(), rise.mean() - half, rise.mean() + half, drop))
    columns = pd.Index(["fact", "brier_rise", "rise_lower", "rise_upper", "auc_drop"])
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["brier_rise", "fact"], ascending=[False, True], ignore_index=True)


def _swapped(known: pd.DataFrame, names: list[str]) -> Iterator[pd.DataFrame]:
    random = np.random.default_rng(_SEED)
    for _ in range(_SHUFFLES):
        order = random.permutation(len(known))
        yield known.assign(**{name: known[name].to_numpy()[order] for name in names})


def reasons(model: Model, known: pd.DataFrame, chance: Floats) -> pd.DataFrame:
    """Which facts raise the chance of each of these customers most?

    A fact's weight is by how much the chance would fall if the fact were as it is for the customer
    in the middle (the median of those given). It counts only where the customer lies on the side of
    the middle that reads as a reason (or on it): silent for longer, bought or seen less.

    Returns
    -------
    DataFrame
        reason_1, reason_2: names of `FACTS`, null where no fact weighs a point of per cent.
    """
    facts, weights = [], []
    for fact, names in _told(known):
        usual = {name: _median(known[name]) for name in names}
        facts.append(fact)
        weight = chance - model.predict(known.assign(**usual))
        weights.append(np.where(_leans(known, fact), weight, 0.0))
    weight = np.array(weights)
    order = np.argsort(-weight, axis=0, kind="stable")[:2]
    named: Any = np.array(facts, dtype=object)[order]
    named[np.take_along_axis(weight, order, axis=0) < LEAST] = None
    return pd.DataFrame({"reason_1": named[0], "reason_2": named[1]}, index=known.index)


def _leans(known: pd.DataFrame, fact: str) -> Any:
    name, sign = _READS_AS_REASON.get(fact, ("", 1))
    if name not in known:
        return True
    return sign * (known[name].to_numpy(float) - _median(known[name])) >= 0


def _median(values: Any) -> float:
    there = values.dropna().to_numpy(float)
    return float(np.median(there)) if len(there) else np.nan
