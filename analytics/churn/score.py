"""Who will not buy in the next H days, and can that be foretold?"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.churn.at_risk import silence_thresholds
from analytics.churn.score_metrics import BINS, Resampled, auc, brier, resamples
from analytics.churn.score_models import NAMES, SIMPLEST_FIRST, Floats
from analytics.churn.score_reasons import importance
from analytics.churn.score_trial import Trial, run_trial
from analytics.churn.snapshots import Log
from analytics.notes import Note
from analytics.tables import finish, with_rate

TOO_GOOD = 0.97
"""An AUC above this has nearly always seen the outcome."""

_BOUNDED = ("auc", "pr_auc", "brier", "calibration_error", "buy_lift_10", "buyers_pr_auc")


def churn_score(  # noqa: PLR0917 - the tables of a report
    purchases: Any,
    purchase_items: Any,
    customer_summary: Any,
    events: Any,
    orders: Any = None,
    refund_lines: Any = None,
    *,
    as_of: date,
    zone: str = "UTC",
    cut: date | None = None,
    horizon: int = 90,
) -> pd.DataFrame:
    """How well can it be foretold who will not buy in the next H days, and by which model?

    Four candidates say P(no purchase in the H days after a cut) from what was known at the end of
    that day: "recency" (days since the last purchase alone: the rule to beat), "no-purchase" (the
    MBG/NBD's chance of no purchase in H days; it needs no outcomes), "logistic" (logistic
    regression on logarithms of recency, frequency, money and behaviour) and "boosting"
    (gradient-boosted trees on the same). They learn from up to four earlier snapshots, stacked,
    whose outcome windows had ended by the cut. The one with the least mean Brier score on up to
    three later snapshots before the cut is chosen; boosting only if it beats the logistic
    regression on at least two of them. The snapshot at the cut judges them all, and chooses
    nothing.

    Parameters
    ----------
    purchases, purchase_items, customer_summary, events, orders, refund_lines
        The marts and the events; with the last two, refunds are known by their day, and those
        after a cut have not happened at it.
    as_of
        Local day up to which the data reach.
    zone
        Time zone of local days.
    cut
        Day at whose end the test forecasts; by default H days before as-of.
    horizon
        H, in days.

    Returns
    -------
    DataFrame
        model, auc, pr_auc (average precision for those who stay away), brier, calibration_error
        (mean distance of forecast and outcome over ten equal groups), buy_lift_10 (share of buyers
        in the tenth likeliest to buy ÷ share of buyers among all), n, base_rate (share who stayed
        away), chosen; each measure's `…_lower`, `…_upper` (95 %: DeLong for auc, of a mean for
        brier, bootstrap for the others), buyers_pr_auc (average precision for those who buy),
        auc_active (among those not yet lost by their silence at the cut), later_brier (mean on the
        later snapshots; null without any).

    Raises
    ------
    InvalidSettingError
        If the H days after the cut are not over.
    NotEnoughDataError
        With fewer than 500 buyers at the cut, less than 2 × H of history before it, or fewer than
        100 customers of either outcome.

    Notes
    -----
    Own definition of snapshots and choice. Fader, Hardie & Lee (2005) and Batislam et al. (2007)
    for the MBG/NBD; DeLong et al. (1988) for the interval of the AUC. Where there are more than
    30,000 buyers, so many are drawn by their number. Nobody is ever ranked by 1 − P(alive), which
    takes one-time buyers for the safest. The chance is not promised to be calibrated next season:
    see `churn-reliability`.
    """
    log = Log.of(
        purchases, purchase_items, events, customer_summary, orders, refund_lines, zone=zone
    )
    trial = run_trial(log, as_of=as_of, horizon=horizon, cut=cut)
    silence = silence_thresholds(purchases, as_of=trial.plan.test, horizon=horizon)
    return score_table(trial, lost_days=silence.lost_days)


def score_table(trial: Trial, *, lost_days: int) -> pd.DataFrame:
    """Give the table of `churn_score`; active is who has been silent for at most so many days."""
    shot = trial.test.snapshot
    is_active = shot.known["silent"].to_numpy() <= lost_days
    later = [one.brier() for one in trial.later]
    weights, rows = resamples(len(shot.is_away)), []
    for model in SIMPLEST_FIRST:
        chance = trial.test.chances[model]
        rows.append(
            {
                "model": model,
                **_measured(shot.is_away, Resampled(shot.is_away, chance, weights), chance),
                "n": len(chance),
                "base_rate": float(shot.is_away.mean()),
                "chosen": model == trial.chosen,
                "auc_active": auc(shot.is_away[is_active], chance[is_active])[0],
                "later_brier": float(np.mean([one[model] for one in later])) if later else np.nan,
            }
        )
    first = ["model", "auc", "pr_auc", "brier", "calibration_error", "buy_lift_10", "n"]
    table = pd.DataFrame(rows)
    first += ["base_rate", "chosen"]
    table = table[[*first, *(name for name in table.columns if name not in first)]]
    return finish(table, [], score_notes(trial, float(table.loc[table["chosen"], "auc"].iloc[0])))


def _measured(is_away: Any, drawn: Resampled, chance: Floats) -> dict[str, float]:
    intervals = (
        auc(is_away, chance),
        drawn.pr_auc(),
        brier(is_away, chance),
        drawn.calibration_error(),
        drawn.buy_lift(),
        drawn.buyers_pr_auc(),
    )
    found: dict[str, float] = {}
    for name, (value, lower, upper) in zip(_BOUNDED, intervals, strict=True):
        found |= {name: value, f"{name}_lower": lower, f"{name}_upper": upper}
    return found


def score_notes(trial: Trial, rank: float) -> list[Note]:
    """Say how the score came about, and what would make it suspect."""
    text = (
        "Judged on {day}: who bought until {end}. Learnt from {snapshots} earlier snapshots whose "
        "outcomes were known by then."
    )
    shot = trial.test.snapshot
    learnt = len(trial.plan.training(trial.plan.test))
    notes = [Note("score_judged", text, day=shot.cut, end=shot.end, snapshots=learnt)]
    named = {"candidate": trial.chosen, "named": NAMES[trial.chosen]}
    if trial.later:
        text = "Chosen: {named}, the least squared error on {later} snapshots before that."
        notes.append(Note("score_chosen", text, **named, later=len(trial.later)))
    else:
        text = "Too little history to compare the candidates before that day: {named} it is."
        notes.append(Note("score_not_compared", text, **named))
    if trial.is_sample:
        text = "{n:,} of {buyers:,} buyers, drawn by their number, were looked at."
        notes.append(Note("score_sample", text, n=len(shot.is_away), buyers=trial.buyers))
    if trial.undated:
        text = (
            "{n:,} orders were refunded on days that no file tells. They count at every cut as the "
            "files say today, so the score may know a little of them too early."
        )
        notes.append(Note("score_undated_refunds", text, n=trial.undated))
    return [*notes, *score_leak(rank)]


def score_leak(rank: float) -> list[Note]:
    """Warn of an AUC that nobody reaches who has not seen the outcome."""
    text = (
        "An AUC of {auc:.3f} is too good to be true: look for something in the data that is only "
        "known after the outcome."
    )
    return [Note("score_leak", text, auc=rank)] if rank > TOO_GOOD else []


def churn_reliability(  # noqa: PLR0917 - the tables of a report
    purchases: Any,
    purchase_items: Any,
    customer_summary: Any,
    events: Any,
    orders: Any = None,
    refund_lines: Any = None,
    *,
    as_of: date,
    zone: str = "UTC",
    cut: date | None = None,
    horizon: int = 90,
) -> pd.DataFrame:
    """When the score said 80 %, how many did stay away, and was it so in every season?

    For the test and each later snapshot before it: customers in ten equally large groups by the
    chosen model's chance, beside the share that stayed away. Each forecast was made by a model that
    knew only outcomes known by that cut.

    Parameters
    ----------
    purchases, purchase_items, customer_summary, events, orders, refund_lines
    as_of, zone, cut, horizon
        As in `churn_score`.

    Returns
    -------
    DataFrame
        cut, bin (1 to 10, the lowest chances first; 0: everyone of that snapshot), forecast (mean
        chance), numerator (stayed away), denominator, rate, ci_lower, ci_upper (Wilson, 95 %),
        is_mature. The newest cut first.

    Raises
    ------
    InvalidSettingError, NotEnoughDataError
        As in `churn_score`.

    Notes
    -----
    Own definition. No later correction of the forecasts: on real shops it helped little and, across
    a season, hurt.
    """
    log = Log.of(
        purchases, purchase_items, events, customer_summary, orders, refund_lines, zone=zone
    )
    return reliability_table(run_trial(log, as_of=as_of, horizon=horizon, cut=cut))


def reliability_table(trial: Trial) -> pd.DataFrame:
    """Give the table of `churn_reliability`."""
    rows = []
    for one in (trial.test, *trial.later):
        chance, away = one.chances[trial.chosen], one.snapshot.is_away
        order = np.argsort(chance, kind="stable")
        for number, members in enumerate([order, *np.array_split(order, BINS)]):
            row = (one.snapshot.cut, number, chance[members].mean(), away[members].sum())
            rows.append((*row, len(members)))
    columns = pd.Index(["cut", "bin", "forecast", "numerator", "denominator"])
    table = with_rate(pd.DataFrame(rows, columns=columns)).assign(is_mature=True)
    return finish(table.astype({"cut": "datetime64[ns]"}), [])


def churn_importance(  # noqa: PLR0917 - the tables of a report
    purchases: Any,
    purchase_items: Any,
    customer_summary: Any,
    events: Any,
    orders: Any = None,
    refund_lines: Any = None,
    *,
    as_of: date,
    zone: str = "UTC",
    cut: date | None = None,
    horizon: int = 90,
) -> pd.DataFrame:
    """What does the chosen score rest on?

    Permutation importance on the test snapshot: the rise of the Brier score when customers swap all
    features of one fact among each other, mean of five swaps.

    Parameters
    ----------
    purchases, purchase_items, customer_summary, events, orders, refund_lines
    as_of, zone, cut, horizon
        As in `churn_score`.

    Returns
    -------
    DataFrame
        fact (silence, purchases, recent, money, breadth, activity, learning), brier_rise,
        rise_lower, rise_upper (95 %, of the mean over customers), auc_drop. The most important
        first.

    Raises
    ------
    InvalidSettingError, NotEnoughDataError
        As in `churn_score`.

    Notes
    -----
    Breiman (2001), Machine Learning 45, 5-32, by groups of features. What the forecast uses, not
    what makes customers leave.
    """
    log = Log.of(
        purchases, purchase_items, events, customer_summary, orders, refund_lines, zone=zone
    )
    return importance_table(run_trial(log, as_of=as_of, horizon=horizon, cut=cut))


def importance_table(trial: Trial) -> pd.DataFrame:
    """Give the table of `churn_importance`."""
    return finish(importance(trial.models[trial.chosen], trial.test.snapshot), [])
