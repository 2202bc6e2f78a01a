"""How long does it take until customers buy again?"""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.breakdown import largest_groups, split
from analytics.errors import InvalidSettingError, NotEnoughDataError
from analytics.kaplan_meier import Curve
from analytics.log_rank import log_rank, log_rank_notes
from analytics.notes import Note
from analytics.repurchase.quantiles import weighted_quantiles
from analytics.repurchase.waits import count_by_group, curve_of, waits
from analytics.tables import finish

QUARTILES = (0.25, 0.5, 0.75)
_QUARTILE_COLUMNS = ["p25_days", "median_days", "p75_days"]
_BIASED_COLUMNS = [f"repeaters_{name}" for name in _QUARTILE_COLUMNS]


def repurchase_curve(
    purchases: Any,
    customer_summary: Any,
    *,
    as_of: date,
    step: int = 1,
    by: str | None = None,
    days: tuple[int, ...] | None = None,
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
        Column of `analytics.breakdown.BREAKDOWNS`, or "attributes.NAME"; the 20 largest groups are
        drawn.
    days
        Only these days, such as 0,30,60,90: the numbers at risk under the axis.

    Returns
    -------
    DataFrame
        group ("all" without `by`), day, n_at_risk (still waiting as that day begins), n_events,
        survival (share that has not bought again by the end of that day), ci_lower, ci_upper (95 %,
        log-log Greenwood; null once the curve is 0). One row per day on which a wait ended, and day
        0; with `days` a row for each of them up to the longest follow-up, `n_events` then since the
        row before. Quartile days and the log-rank test of the groups stand in the notes.

    Raises
    ------
    InvalidSettingError
        If `step` is below 1 or a day below 0.
    NotEnoughDataError
        If nobody has reached purchase n.

    Notes
    -----
    Kaplan & Meier (1958). The "repeaters only" median leaves out those who are still waiting and is
    therefore too short; it is told beside the other, never instead.
    """
    if days is not None and min(days) < 0:
        raise InvalidSettingError("a day", min(days), "give days from 0, such as 0,30,60,90")
    counts, notes = _counted(purchases, customer_summary, as_of=as_of, step=step, by=by)
    frames = []
    for group, part, curve in _curves(counts):
        frames.append(curve_table(curve, "day", days).assign(group=group))
        notes += _quartile_notes(curve, part, None if by is None else group)
    notes += log_rank_notes(counts)
    columns = ["group", "day", "n_at_risk", "n_events", "survival", "ci_lower", "ci_upper"]
    return finish(pd.concat(frames, ignore_index=True)[columns], ["group", "day"], notes)


def _counted(
    purchases: Any, customer_summary: Any, *, as_of: date, step: int, by: str | None
) -> tuple[pd.DataFrame, list[Note]]:
    if step < 1:
        raise InvalidSettingError(
            "step", step, "give the number of the purchase to start from, 1 or more"
        )
    chosen = purchases.filter(purchases.purchase_number == step)
    chosen = waits(chosen.select("customer_number", "day", "next_gap"), as_of)
    counts = count_by_group(chosen, customer_summary, by)
    counts, notes = largest_groups(counts.assign(n=counts["events"] + counts["censored"]))
    if counts.empty:
        raise NotEnoughDataError(
            "the repurchase curve", f"customers with purchase {step}", needed=1, found=0
        )
    return counts, notes


def _curves(counts: pd.DataFrame) -> list[tuple[str | None, pd.DataFrame, Curve]]:
    found = ((group, part, curve_of(part)) for group, part in split(counts))
    return [(group, part, curve) for group, part, curve in found if curve is not None]


def curve_table(curve: Curve, day: str, days: tuple[int, ...] | None = None) -> pd.DataFrame:
    """Rows of a curve, its time column named as wanted; at chosen days only, if any are given."""
    lower, upper = curve.band
    table = pd.DataFrame(
        {
            day: curve.day,
            "n_at_risk": curve.n_at_risk,
            "n_events": curve.n_events,
            "survival": curve.survival,
            "ci_lower": lower,
            "ci_upper": upper,
        }
    )
    return table if days is None else _at_days(table, curve, day, days)


def _at_days(table: pd.DataFrame, curve: Curve, day: str, days: tuple[int, ...]) -> pd.DataFrame:
    chosen = np.array(sorted({one for one in days if one <= curve.last_day}), dtype=np.int64)
    place = np.searchsorted(curve.day, chosen, side="right") - 1
    events = np.cumsum(curve.n_events)[place]
    rows = table.iloc[place].reset_index(drop=True)
    n_at_risk, n_events = curve.waiting(chosen - 1), np.diff(events, prepend=0)
    return rows.assign(**{day: chosen, "n_at_risk": n_at_risk, "n_events": n_events})


def _quartile_notes(curve: Curve, counts: pd.DataFrame, group: str | None) -> list[Note]:
    median, biased = curve.quantile(0.5), float(repeaters_quartiles(counts)[1])
    suffix, whose = ("", "") if group is None else ("_of_group", "{group}: ")
    if median is None:
        text = whose + "fewer than half buy again within the {days} days observed."
        return [Note(f"curve_no_median{suffix}", text, days=curve.last_day, group=group)]
    text = (
        whose + "half have bought again after {median} days; among those who did the median is "
        "{repeaters:g} days, which leaves out everyone still waiting."
    )
    key = f"curve_median{suffix}"
    return [Note(key, text, median=median, repeaters=biased, group=group)]


def repeaters_quartiles(counts: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Quartile days among those who bought again: biased, for comparison only; NaN of nobody."""
    return weighted_quantiles(counts["duration"], counts["events"], list(QUARTILES))


def repurchase_quartiles(
    purchases: Any,
    customer_summary: Any,
    *,
    as_of: date,
    step: int = 1,
    by: str | None = None,
) -> pd.DataFrame:
    """After how many days have a quarter, half, three quarters of each group bought again?

    From the Kaplan-Meier curve, which counts those still waiting, and beside it among those who did
    buy again ("repeaters only"): always shorter, and biased.

    Parameters
    ----------
    purchases, customer_summary, as_of, step, by
        As in `repurchase_curve`.

    Returns
    -------
    DataFrame
        group ("all" without `by`), step, customers, n_events (bought again), p25_days, median_days,
        p75_days (null where the curve does not get so far), repeaters_p25_days,
        repeaters_median_days, repeaters_p75_days (biased). Largest group first. The log-rank test
        of the groups is in the notes and in `attrs["log_rank"]` (None with one group).

    Raises
    ------
    InvalidSettingError
        If `step` is below 1.
    NotEnoughDataError
        If nobody has reached purchase n.

    Notes
    -----
    Kaplan & Meier (1958); Mantel (1966).
    """
    counts, notes = _counted(purchases, customer_summary, as_of=as_of, step=step, by=by)
    rows = []
    for group, part, curve in _curves(counts):
        known = [curve.quantile(share) for share in QUARTILES]
        row = {"group": group, "step": step, "customers": int(part["n"].sum())}
        row |= {"n_events": int(part["events"].sum())}
        row |= dict(zip(_QUARTILE_COLUMNS, known, strict=True))
        rows.append(row | dict(zip(_BIASED_COLUMNS, repeaters_quartiles(part), strict=True)))
    table = pd.DataFrame(rows).astype(dict.fromkeys(_QUARTILE_COLUMNS, "Int64"))
    table = table.sort_values("group").sort_values("customers", ascending=False, kind="stable")
    result = finish(table, [], [*notes, *log_rank_notes(counts)])
    result.attrs["log_rank"] = log_rank(counts)
    return result
