"""Whom to call before they are gone: every active customer's chance to stay away, and why."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.churn.at_risk import silence_thresholds
from analytics.churn.score_reasons import reasons
from analytics.churn.score_trial import learnt_today, run_trial
from analytics.churn.snapshots import Log
from analytics.errors import InvalidSettingError
from analytics.notes import Note
from analytics.tables import collect, finish

_LEFT = ["customer_id", "chance", "at_stake", "last_day", "purchases", "revenue"]
_RIGHT = [
    "silent_days",
    "rhythm_days",
    "quiet_days",
    "seen_90",
    "bought_90",
    "reason_1",
    "reason_2",
]


def churn_list(  # noqa: PLR0917 - the tables of a report
    purchases: Any,
    purchase_items: Any,
    customer_summary: Any,
    events: Any,
    orders: Any = None,
    refund_lines: Any = None,
    *,
    as_of: date,
    zone: str = "UTC",
    horizon: int = 90,
    limit: int = 1000,
) -> pd.DataFrame:
    """Which active customers are likely not to buy in the next H days, and why?

    The model that `churn_score` chose, learnt once more from every snapshot whose outcome window
    has ended by as-of, on what is known now. Active is who is not yet lost by silence (the
    threshold of `at_risk` at 20 %).

    Parameters
    ----------
    purchases, purchase_items, customer_summary, events, orders, refund_lines
    as_of, zone, horizon
        As in `churn_score`.
    limit
        Most rows; 0 for all.

    Returns
    -------
    DataFrame
        customer_id, chance (of no purchase in H days), at_stake (chance × what the customer brought
        so far at the pace of H days: revenue · H ÷ the larger of tenure and H), last_day,
        purchases, revenue, silent_days, rhythm_days (mean days between purchases; null after one),
        quiet_days (since the last event; null without one), seen_90 (events in the last 90 days),
        bought_90 (purchases in them), reason_1, reason_2 (facts as in `churn_importance` that raise
        the chance most, by a point of per cent at least, against the customer in the middle, and
        lie on the side of the middle that reads as a reason; null where none does). The most at
        stake first, ties by id.

    Raises
    ------
    InvalidSettingError
        If `limit` is negative or the horizon not positive.
    NotEnoughDataError
        As in `churn_score`.

    Notes
    -----
    Own definition. A high chance says whom the shop is about to lose, not who can be won back: that
    takes a holdout.
    """
    if limit < 0:
        raise InvalidSettingError("limit", limit, "give whole rows from 1, or 0 for all")
    log = Log.of(
        purchases, purchase_items, events, customer_summary, orders, refund_lines, zone=zone
    )
    chosen = run_trial(log, as_of=as_of, horizon=horizon, cut=None).chosen
    table = scored(log, customer_summary, chosen, as_of=as_of, horizon=horizon)
    shown = table.head(limit) if limit else table
    notes = []
    if len(shown) < len(table):
        text = "{customers:,} customers are active; listed are the {shown:,} with most at stake."
        notes = [Note("score_list_cut", text, customers=len(table), shown=len(shown))]
    return finish(shown, [], notes)


def stake(chance: Any, revenue: Any, tenure: Any, horizon: int) -> Any:
    """Chance × what the customer brought so far at the pace of H days."""
    pace = horizon / np.maximum(tenure.to_numpy(float), horizon)
    return chance * revenue.to_numpy(float).clip(min=0) * pace


def scored(
    log: Log, customer_summary: Any, chosen: str, *, as_of: date, horizon: int
) -> pd.DataFrame:
    """Give every active customer's row, by the model of this name."""
    model, known = learnt_today(log, chosen, as_of=as_of, horizon=horizon)
    silence = silence_thresholds(log.purchases, as_of=as_of, horizon=horizon)
    active: Any = known[known["silent"] <= silence.lost_days].reset_index(drop=True)
    chance = model.predict(active)
    table = active.assign(
        chance=chance,
        at_stake=stake(chance, active["revenue"], active["tenure"], horizon),
        last_day=pd.Timestamp(as_of) - pd.to_timedelta(active["silent"], unit="D"),
        silent_days=active["silent"],
        rhythm_days=active["rhythm"],
        quiet_days=active.get("quiet", np.nan),
        seen_90=active.get("seen_90", np.nan),
        **reasons(model, active, chance),
    )
    ids = collect(customer_summary.select("customer_number", "customer_id"))
    named: Any = table.merge(ids, on="customer_number")
    named = named.sort_values(["at_stake", "customer_id"], ascending=[False, True])
    return named[[*_LEFT, *_RIGHT]].reset_index(drop=True)
