"""The candidates tried: learnt from earlier snapshots, compared on later ones, judged once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analytics.churn.score_metrics import squared_errors
from analytics.churn.score_models import (
    BOOSTING,
    LOGISTIC,
    SIMPLEST_FIRST,
    Floats,
    Model,
    candidates,
)
from analytics.churn.snapshots import (
    LEARNT,
    SAMPLE,
    Log,
    Plan,
    Snapshot,
    check_floor,
    earlier_cuts,
    is_enough,
    plan,
)
from analytics.tables import collect

_WINS = 2  # later snapshots on which the challenger must beat the logistic regression


@dataclass(frozen=True)
class Forecast:
    """What the candidates said at one cut, and what happened."""

    snapshot: Snapshot
    chances: Mapping[str, Floats]

    def brier(self) -> dict[str, float]:
        """Mean squared error of every candidate."""
        away = self.snapshot.is_away
        return {
            name: float(squared_errors(away, chance).mean())
            for name, chance in self.chances.items()
        }


@dataclass(frozen=True)
class Trial:
    """All that the reports on the churn score are made of.

    `later` are forecasts at cuts before the test, newest first, by models that knew only what had
    ended by then; `test` is the last one; `models` are those that made it; `buyers` are all buyers
    at the cut, of whom at most `SAMPLE` are looked at; `undated` orders were refunded, nobody knows
    when.
    """

    plan: Plan
    test: Forecast
    later: tuple[Forecast, ...]
    models: Mapping[str, Model]
    chosen: str
    buyers: int
    undated: int = 0

    @property
    def is_sample(self) -> bool:
        """Whether only some of the buyers were looked at."""
        return len(self.test.snapshot.is_away) < self.buyers


def run_trial(log: Log, *, as_of: date, horizon: int, cut: date | None) -> Trial:
    """Try the candidates.

    Raises
    ------
    InvalidSettingError
        If the horizon is not positive, or the H days after the cut are not over.
    NotEnoughDataError
        Below the data floor (see `analytics.churn.snapshots`).
    """
    steps = plan(first_day=first_day(log, as_of), as_of=as_of, horizon=horizon, cut=cut)
    buyers = _buyers(log, steps.test)
    check_floor([], buyers=buyers)
    with log.drawn(SAMPLE, buyers) as drawn:
        shots = {day: drawn.snapshot(day, horizon) for day in steps.cuts}
    check_floor(
        [shots[day] for day in (steps.test, *steps.training(steps.test)[:1])], buyers=buyers
    )
    days = [day for day in steps.later if _is_telling(shots, steps, day)]
    later = tuple(_forecast(shots, steps, day)[0] for day in days)
    test, models = _forecast(shots, steps, steps.test)
    chosen = choose([one.brier() for one in later])
    undated = log.refunds.undated if log.refunds else 0
    return Trial(steps, test, later, models, chosen, buyers, undated)


def _is_telling(shots: Mapping[date, Snapshot], steps: Plan, cut: date) -> bool:
    return is_enough(shots[cut]) and is_enough(shots[steps.training(cut)[0]])


def first_day(log: Log, as_of: date) -> date:
    """Day of the first purchase of the log; as-of where there is none."""
    found = collect(log.purchases.aggregate(day=log.purchases.day.min()))["day"].iloc[0]
    return as_of if pd.isna(found) else found.date()


def _buyers(log: Log, cut: date) -> int:
    known = log.purchases.filter(log.purchases.purchase_number == 1, log.purchases.day <= cut)
    return int(collect(known.aggregate(n=known.count()))["n"].iloc[0])


def _forecast(
    shots: Mapping[date, Snapshot], steps: Plan, cut: date
) -> tuple[Forecast, dict[str, Model]]:
    past, now = [shots[day] for day in steps.training(cut)], shots[cut]
    models = {name: model.fit(past, now.known) for name, model in candidates(steps.horizon).items()}
    chances = {name: model.predict(now.known) for name, model in models.items()}
    return Forecast(now, chances), models


def choose(briers: list[dict[str, float]]) -> str:
    """Name the candidate with the least Brier score on the later snapshots, the simpler of equals.

    The boosted trees are considered only if they beat the logistic regression on at least two of
    them; without any later snapshot the logistic regression stands.

    >>> even = {"recency": 0.2, "no-purchase": 0.15, "logistic": 0.12, "boosting": 0.11}
    >>> choose([even]), choose([even, even]), choose([])
    ('logistic', 'boosting', 'logistic')
    """
    if not briers:
        return LOGISTIC
    wins = sum(one[BOOSTING] < one[LOGISTIC] for one in briers)
    open_to = [name for name in SIMPLEST_FIRST if name != BOOSTING or wins >= _WINS]
    return min(open_to, key=lambda name: float(np.mean([one[name] for one in briers])))


def learnt_today(log: Log, chosen: str, *, as_of: date, horizon: int) -> tuple[Model, pd.DataFrame]:
    """Give the chosen candidate, learnt from all that ended by as-of, and the features of now."""
    known = log.known(as_of)
    cuts = earlier_cuts(first_day=first_day(log, as_of), until=as_of, horizon=horizon)
    with log.drawn(SAMPLE, len(known)) as drawn:
        past = [drawn.snapshot(day, horizon) for day in cuts[:LEARNT]]
    return candidates(horizon)[chosen].fit(past, known), known
