"""How long do customers stay, and do groups differ?"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.breakdown import largest_groups, split
from analytics.churn.at_risk import silence_thresholds
from analytics.churn.lifetimes import Origin, lifetimes
from analytics.errors import NotEnoughDataError
from analytics.log_rank import log_rank, log_rank_notes
from analytics.notes import Note
from analytics.repurchase.curve import curve_table
from analytics.repurchase.waits import count_by_group, curve_of
from analytics.tables import finish

LIVED = (0, 30, 90, 180, 365)
_AHEAD = 90


def survival(
    purchases: Any,
    customer_summary: Any,
    *,
    as_of: date,
    by: str | None = None,
    origin: Origin = "first-purchase",
    lost_days: int | None = None,
) -> pd.DataFrame:
    """What share is still a customer so many days after the first purchase?

    Kaplan-Meier estimate of customer lifetimes. Lost is who has been silent for longer than the
    at-risk threshold of 20 % (see `at_risk`); the lifetime then ran from the origin to the last
    purchase. Everyone else is censored at as-of.

    Parameters
    ----------
    purchases, customer_summary
        The marts.
    as_of
        Local day up to which the data reach.
    by
        Column of `analytics.breakdown.BREAKDOWNS`; the 20 largest groups are drawn.
    origin
        "first-purchase", or "signup": the day of sign-up, buyers with a sign-up date only.
    lost_days
        A fixed silence instead of the data's own threshold, in days.

    Returns
    -------
    DataFrame
        group ("all" without `by`), duration (days from the origin), n_at_risk, survival, ci_lower,
        ci_upper (95 %, log-log Greenwood), n_events. The log-rank test, medians and restricted
        means stand in the notes and in `survival_summary`.

    Raises
    ------
    NotEnoughDataError
        If there is no buyer (with a sign-up date).

    Notes
    -----
    Kaplan & Meier (1958); Mantel (1966). Nobody can be seen to be lost in the last `lost_days`
    days, so the curve's last stretch is too high. Who bought once and stayed away is lost on day 0.
    """
    counts, chosen, notes = _counted(
        purchases, customer_summary, as_of=as_of, by=by, origin=origin, lost_days=lost_days
    )
    frames = [
        curve_table(curve, "duration").assign(group=group)
        for group, part in split(counts)
        if (curve := curve_of(part)) is not None
    ]
    notes = [_lost_note(chosen), *log_rank_notes(counts), *notes]
    columns = ["group", "duration", "n_at_risk", "survival", "ci_lower", "ci_upper", "n_events"]
    return finish(pd.concat(frames, ignore_index=True)[columns], ["group", "duration"], notes)


def survival_summary(
    purchases: Any,
    customer_summary: Any,
    *,
    as_of: date,
    by: str | None = None,
    origin: Origin = "first-purchase",
    lost_days: int | None = None,
) -> pd.DataFrame:
    """How long do customers of each group stay, in two numbers?

    Parameters
    ----------
    purchases, customer_summary, as_of, by, origin, lost_days
        As in `survival`.

    Returns
    -------
    DataFrame
        group, customers, n_events (lost), median_days (null where fewer than half are lost),
        restricted_mean_days (mean lifetime counting at most `until_days` each, so that groups
        compare at equal follow-up), mean_lower, mean_upper (95 %), until_days. The log-rank test is
        in `attrs["log_rank"]` (None with one group).
    """
    counts, chosen, notes = _counted(
        purchases, customer_summary, as_of=as_of, by=by, origin=origin, lost_days=lost_days
    )
    curves = [(group, part, curve) for group, part in split(counts) if (curve := curve_of(part))]
    until = min(curve.last_day for _, _, curve in curves)
    rows = [
        {
            "group": group,
            "customers": int(part["n"].sum()),
            "n_events": int(part["events"].sum()),
            "median_days": curve.quantile(0.5),
            "restricted_mean_days": curve.restricted_mean(until),
            **dict(
                zip(("mean_lower", "mean_upper"), curve.restricted_mean_band(until), strict=True)
            ),
            "until_days": until,
        }
        for group, part, curve in curves
    ]
    table = pd.DataFrame(rows).astype({"median_days": "Int64"})
    result = finish(table, ["group"], [_lost_note(chosen), *notes])
    result.attrs["log_rank"] = log_rank(counts)
    return result


def remaining_life(
    purchases: Any,
    customer_summary: Any,
    *,
    as_of: date,
    lived: tuple[int, ...] = LIVED,
    lost_days: int | None = None,
) -> pd.DataFrame:
    """How much longer do customers stay who have already stayed for so long?

    From the curve of `survival` among those not lost after s days: the day by which half of them
    are, `S(s + t) = S(s) ÷ 2`, and the share still a customer 90 days on. Whoever has stayed long
    tends to stay longer, since the fickle have left.

    Parameters
    ----------
    purchases, customer_summary, as_of, lost_days
        As in `survival`.
    lived
        Days since the first purchase, s.

    Returns
    -------
    DataFrame
        lived_days, n_at_risk (customers observed beyond that day), median_remaining_days (null
        where the follow-up is too short to say), chance (of being lost within 90 more days),
        ci_lower, ci_upper (95 %, log-log Greenwood), is_mature (the follow-up reaches so far).

    Raises
    ------
    NotEnoughDataError
        If there is no buyer.

    Notes
    -----
    Kaplan & Meier (1958), conditional on having lived so long. Lost as in `survival`.
    """
    counts, chosen, _ = _counted(
        purchases,
        customer_summary,
        as_of=as_of,
        by=None,
        origin="first-purchase",
        lost_days=lost_days,
    )
    curve: Any = curve_of(counts)
    days = np.array(sorted(set(lived)))
    chance, lower, upper = curve.chance(days, _AHEAD)
    medians = [curve.remaining(day) if day <= curve.last_day else None for day in days]
    table = pd.DataFrame(
        {
            "lived_days": days,
            "n_at_risk": curve.waiting(days),
            "median_remaining_days": pd.array(medians, dtype="Int64"),
            "chance": chance,
            "ci_lower": lower,
            "ci_upper": upper,
            "is_mature": days + _AHEAD <= curve.last_day,
        }
    )
    return finish(table, ["lived_days"], [_lost_note(chosen)])


def _counted(
    purchases: Any,
    customer_summary: Any,
    *,
    as_of: date,
    by: str | None,
    origin: Origin,
    lost_days: int | None,
) -> tuple[pd.DataFrame, int, list[Note]]:
    chosen = lost_days
    if chosen is None:
        chosen = silence_thresholds(purchases, as_of=as_of).lost_days
    lives = lifetimes(purchases, customer_summary, as_of=as_of, lost_days=chosen, origin=origin)
    counts = count_by_group(lives, customer_summary, by)
    if counts.empty:
        unit = "buyers with a sign-up date" if origin == "signup" else "buyers"
        raise NotEnoughDataError("the survival curve", unit, needed=1, found=0)
    kept, notes = largest_groups(counts.assign(n=counts["events"] + counts["censored"]))
    return kept, chosen, notes


def _lost_note(days: int) -> Note:
    text = "Lost means silent for more than {days} days; the lifetime ends with the last purchase."
    return Note("lost_rule", text, days=days)
