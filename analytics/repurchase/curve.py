"""How long does it take until customers buy again?"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.breakdown import largest_groups, split, with_group
from analytics.errors import InvalidSettingError, NotEnoughDataError
from analytics.kaplan_meier import Curve
from analytics.notes import Note
from analytics.repurchase.waits import count_waits, curve_of, step_curve, waits
from analytics.tables import finish

QUARTILES = (0.25, 0.5, 0.75)


def repurchase_curve(
    purchases: Any,
    customer_summary: Any,
    *,
    as_of: date,
    step: int = 1,
    by: str | None = None,
) -> pd.DataFrame:
    """What share has not yet bought again, day by day after the n-th purchase?

    Kaplan-Meier estimate of the days from purchase n to purchase n + 1, where those who have not
    bought again are censored at as-of. One minus `survival` is the repurchase curve.

    Parameters
    ----------
    purchases, customer_summary
        The marts.
    as_of
        Local day up to which the data reach.
    step
        n, from 1.
    by
        Column of `analytics.breakdown.BREAKDOWNS`; the 20 largest groups are drawn.

    Returns
    -------
    DataFrame
        group ("all" without `by`), day, n_at_risk, n_events, survival (share that has not bought
        again by the end of that day), ci_lower, ci_upper (95 %, log-log Greenwood; null once the
        curve is 0). One row per day on which a wait ended, and day 0. Quartile days stand in the
        notes.

    Raises
    ------
    InvalidSettingError
        If `step` is below 1.
    NotEnoughDataError
        If nobody has reached purchase n.

    Notes
    -----
    Kaplan & Meier (1958). The "repeaters only" median leaves out those who are still waiting and is
    therefore too short; it is told beside the other, never instead.
    """
    if step < 1:
        raise InvalidSettingError(
            "step", step, "give the number of the purchase to start from, 1 or more"
        )
    chosen = waits(purchases.filter(purchases.purchase_number == step), as_of)
    counts = count_waits(with_group(chosen, customer_summary, by), "group")
    counts, notes = largest_groups(counts.assign(n=counts["events"] + counts["censored"]))
    if counts.empty:
        raise NotEnoughDataError(
            "the repurchase curve", f"customers with purchase {step}", needed=1, found=0
        )
    frames = []
    for group, part in split(counts):
        curve = curve_of(part)
        if curve is not None:
            frames.append(curve_table(curve, "day").assign(group=group))
            notes += _quartile_notes(curve, part, None if by is None else group)
    columns = ["group", "day", "n_at_risk", "n_events", "survival", "ci_lower", "ci_upper"]
    return finish(pd.concat(frames, ignore_index=True)[columns], ["group", "day"], notes)


def curve_table(curve: Curve, day: str) -> pd.DataFrame:
    """Rows of a curve, its time column named as wanted."""
    lower, upper = curve.band
    return pd.DataFrame(
        {
            day: curve.day,
            "n_at_risk": curve.n_at_risk,
            "n_events": curve.n_events,
            "survival": curve.survival,
            "ci_lower": lower,
            "ci_upper": upper,
        }
    )


def _quartile_notes(curve: Curve, counts: pd.DataFrame, group: str | None) -> list[Note]:
    median, biased = curve.quantile(0.5), repeaters_median(counts)
    suffix, whose = ("", "") if group is None else ("_of_group", "{group}: ")
    if median is None or biased is None:
        text = whose + "fewer than half buy again within the {days} days observed."
        return [Note(f"curve_no_median{suffix}", text, days=curve.last_day, group=group)]
    text = (
        whose + "half have bought again after {median} days; among those who did the median is "
        "{repeaters:g} days, which leaves out everyone still waiting."
    )
    key = f"curve_median{suffix}"
    return [Note(key, text, median=median, repeaters=biased, group=group)]


def repeaters_median(counts: pd.DataFrame) -> float | None:
    """Median days to the next purchase among those who made one: biased, for comparison only."""
    done = np.repeat(counts["duration"].to_numpy(float), counts["events"].to_numpy(int))
    return float(np.median(done)) if len(done) else None


def quartile_days(purchases: Any, *, as_of: date, step: int = 1) -> pd.DataFrame:
    """After how many days have 25, 50 and 75 % bought again?

    Returns
    -------
    DataFrame
        share, days (null where the curve does not get so far), repeaters_only_days (the same
        quantile among those who did buy again: biased).
    """
    chosen = waits(purchases.filter(purchases.purchase_number == step), as_of)
    counts = count_waits(chosen)
    curve = curve_of(counts)
    days = [curve.quantile(share) if curve else None for share in QUARTILES]
    done = np.repeat(counts["duration"].to_numpy(float), counts["events"].to_numpy(int))
    biased = np.quantile(done, QUARTILES) if len(done) else np.full(len(QUARTILES), np.nan)
    return pd.DataFrame(
        {
            "share": QUARTILES,
            "days": pd.array(days, dtype="Int64"),
            "repeaters_only_days": biased,
        }
    )


def rest_chance(
    purchases: Any,
    *,
    as_of: date,
    step: int | None = 1,
    horizon: int = 90,
    silences: tuple[int, ...] = (0, 7, 14, 30, 60, 90, 180, 365),
) -> pd.DataFrame:
    """Having been silent for s days since purchase n, how likely is another purchase within H more?

    `P(T ≤ s + H | T > s) = 1 − S(s + H) / S(s)`, read from the repurchase curve.

    Parameters
    ----------
    purchases, as_of
        As in `repurchase_curve`.
    step
        n; None pools the waits after every purchase.
    horizon
        H, in days.
    silences
        s, in days.

    Returns
    -------
    DataFrame
        silent_days, horizon_days, chance, ci_lower, ci_upper; null where s + H lies beyond the
        longest follow-up.
    """
    curve = step_curve(purchases, as_of=as_of, step=step)
    silent = np.asarray(silences, float)
    empty = np.full(len(silent), np.nan)
    chance, lower, upper = curve.chance(silent, horizon) if curve else (empty, empty, empty)
    return pd.DataFrame(
        {
            "silent_days": np.asarray(silences, int),
            "horizon_days": horizon,
            "chance": chance,
            "ci_lower": lower,
            "ci_upper": upper,
        }
    )
