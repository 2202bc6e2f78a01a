"""Who is likely to stay away, and with whom most would be lost? The churn score as segments."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.churn.at_risk import AT_RISK, LOST
from analytics.churn.score import score_leak
from analytics.churn.score_list import stake
from analytics.churn.score_metrics import auc
from analytics.churn.score_models import NAMES
from analytics.churn.score_trial import learnt_today, run_trial
from analytics.churn.snapshots import Log
from analytics.errors import NotEnoughDataError
from analytics.notes import Note
from analytics.segments.cuts import cut_points, score
from analytics.segments.standing import HORIZON, Standing

RISK = ("save-first", "high", "medium", "low", "lost", "unknown")

_WORTH_MOST = 0.8

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Risks:
    """Risk of every buyer, in the order of `Standing.table`.

    `table`: customer_number, segment, chance (of no purchase in the next 90 days; NaN if unknown),
    at_stake (chance × what the customer brought so far at the pace of 90 days). `notes` say what
    the chance was read from.
    """

    table: pd.DataFrame
    notes: list[Note]


def risks(shop: Standing, log: Log, *, as_of: date) -> Risks:
    """How likely is each buyer to stay away for the next 90 days, and what is at stake?

    The chance is that of the model that `churn_score` chooses, learnt once more from all that ended
    by as-of. Where the data are below its floor, the shop's own curve of return stands in, by the
    number of purchases and the silence (`Standing.chance`). Nobody is ranked by 1 − P(alive).

    - save-first: not lost, likely to stay away (50 % or more), and of all those at stake more than
      four fifths of them; equal amounts are never parted
    - high: not lost, 80 % or more
    - medium: not lost, 50 % to 80 %
    - low: not lost, less than 50 %
    - lost: silent for longer than the shop's own threshold of 20 % (see `at_risk`)
    - unknown: no chance can be told, for the data do not span 90 days
    """
    try:
        chance, notes = _scored(shop, log, as_of)
    except NotEnoughDataError:
        text = "Too little data for a churn score: the chance is read from the curve of return."
        chance, notes = 1 - shop.chance(), [Note("risk_by_curve", text)]
    table = shop.table
    at_stake = stake(chance, table["revenue"], table["age_days"], HORIZON)
    segment = _segments(chance, at_stake, table["recency_days"] > shop.silence.lost_days)
    found = table[["customer_number"]].assign(segment=segment, chance=chance, at_stake=at_stake)
    return Risks(found, notes)


def _scored(shop: Standing, log: Log, as_of: date) -> tuple[Floats, list[Note]]:
    trial = run_trial(log, as_of=as_of, horizon=HORIZON, cut=None)
    model, known = learnt_today(log, trial.chosen, as_of=as_of, horizon=HORIZON)
    chance = pd.Series(model.predict(known), index=known["customer_number"])
    text = "Chance to buy nothing in the next {horizon} days by the churn score ({named})."
    named = {"candidate": trial.chosen, "named": NAMES[trial.chosen]}
    notes = [Note("risk_by_score", text, horizon=HORIZON, **named)]
    rank = auc(trial.test.snapshot.is_away, trial.test.chances[trial.chosen])[0]
    return chance.reindex(shop.table["customer_number"]).to_numpy(), [*notes, *score_leak(rank)]


def _segments(chance: Floats, at_stake: Floats, is_lost: Any) -> npt.NDArray[Any]:
    is_likely = ~is_lost.to_numpy() & (chance >= 1 - AT_RISK)
    worth = at_stake[is_likely]
    is_first = is_likely.copy()
    is_first[is_likely] = score(worth, cut_points(worth, (_WORTH_MOST,))) > 1
    conditions = [np.isnan(chance), is_lost, is_first, chance >= 1 - LOST, chance >= 1 - AT_RISK]
    names = ["unknown", "lost", "save-first", "high", "medium"]
    return np.select(conditions, names, default="low").astype(object)


def most_at_stake_first(people: Any) -> Any:
    """Sort customers (customer_id, at_stake) by what is at stake, ties by id."""
    return people.sort_values(
        ["at_stake", "customer_id"], ascending=[False, True], ignore_index=True
    )
