"""How many days lie between purchases?"""

from datetime import date
from typing import Any

import ibis
import numpy as np
import pandas as pd

from analytics.errors import InvalidSettingError
from analytics.kaplan_meier import kaplan_meier
from analytics.notes import Note
from analytics.repurchase.quantiles import weighted_quantiles
from analytics.repurchase.waits import count_waits, waits
from analytics.tables import collect, finish

STEPS = (1, 2, 3)
BUCKET_STARTS = (1, 8, 15, 31, 61, 91, 181, 366)
"""First days of the buckets of gaps: a week, two, a month, two, a quarter, half a year, a year."""

_QUANTILES = {
    "p10_days": 0.1,
    "p25_days": 0.25,
    "median_days": 0.5,
    "p75_days": 0.75,
    "p90_days": 0.9,
}


def time_between(purchases: Any, *, as_of: date) -> pd.DataFrame:
    """How long do customers take from one purchase to the next, per step and over all?

    Quantiles of the gaps that have ended, beside the Kaplan-Meier quartile days that also count
    those still waiting: the former are too short wherever many wait. The natural cycle is the
    median over customers of each customer's own median gap.

    Parameters
    ----------
    purchases
        The mart, one row per purchase.
    as_of
        Local day up to which the data reach.

    Returns
    -------
    DataFrame
        step (1, 2, 3 for 1→2, 2→3, 3→4; null for all gaps together), n_gaps (ended), n_waiting,
        mean_days, p10_days … p90_days and mode_days of the ended gaps, km_p25_days, km_median_days,
        km_p75_days (null where the curve does not get so far), natural_cycle_days (in the row of
        all gaps, else null).

    Notes
    -----
    Own definition. Quantiles interpolate linearly between the two nearest gaps.
    """
    known = waits(purchases.select("purchase_number", "day", "next_gap"), as_of)
    counts = count_waits(known, "purchase_number")
    rows = [
        _summary(counts[counts["purchase_number"] == step], step)
        for step in STEPS
        if (counts["purchase_number"] == step).any()
    ]
    cycle = natural_cycle(purchases, as_of=as_of)
    rows.append({**_summary(counts, None), "natural_cycle_days": cycle})
    table = pd.DataFrame(rows).astype({"step": "Int64", "mode_days": "Int64"})
    table = table.astype({f"km_{name}_days": "Int64" for name in ("p25", "median", "p75")})
    table["natural_cycle_days"] = table["natural_cycle_days"].astype("float64")
    table.attrs["notes"] = [] if cycle is None else [_cycle_note(cycle)]
    return table


def _cycle_note(cycle: float) -> Note:
    return Note(
        "natural_cycle", "The natural cycle of repeat customers is {days:g} days.", days=cycle
    )


def _summary(counts: Any, step: int | None) -> dict[str, Any]:
    durations, events = counts["duration"].to_numpy(), counts["events"].to_numpy()
    curve = kaplan_meier(durations, events, counts["censored"])
    quantiles = weighted_quantiles(durations, events, list(_QUANTILES.values()))
    total = int(events.sum())
    per_length = np.bincount(durations, events) if total else np.array([])
    return {
        "step": step,
        "n_gaps": total,
        "n_waiting": int(counts["censored"].sum()),
        "mean_days": float(durations @ events / total) if total else None,
        **dict(zip(_QUANTILES, quantiles, strict=True)),
        "mode_days": int(per_length.argmax()) if total else None,
        "km_p25_days": curve.quantile(0.25) if curve else None,
        "km_median_days": curve.quantile(0.5) if curve else None,
        "km_p75_days": curve.quantile(0.75) if curve else None,
        "natural_cycle_days": None,
    }


def natural_cycle(purchases: Any, *, as_of: date) -> float | None:
    """Median over repeat customers of each one's own median gap, in days; None without any."""
    known = purchases.filter(purchases.day <= as_of, purchases.gap.notnull())
    medians = customer_medians(known)
    counts = collect(medians.group_by("doubled").aggregate(n=medians.count()))
    median = weighted_quantiles(counts["doubled"].to_numpy(float), counts["n"].to_numpy(), [0.5])[0]
    return None if np.isnan(median) else float(median) / 2


def customer_medians(gaps: Any) -> Any:
    """Twice each customer's median gap, `doubled`: by rank, since engines differ in medians."""
    mine = ibis.window(group_by="customer_number")
    in_order = ibis.window(group_by="customer_number", order_by=["gap", "purchase_number"])
    ranked = gaps.select(
        "customer_number",
        "gap",
        rank=ibis.row_number().over(in_order) + 1,
        n=gaps.count().over(mine),
    )
    middle = ranked.filter((ranked["rank"] * 2 >= ranked.n) & (ranked["rank"] * 2 <= ranked.n + 2))
    medians = middle.group_by("customer_number").aggregate(
        low=middle.gap.min(), high=middle.gap.max()
    )
    return medians.select("customer_number", doubled=medians.low + medians.high)


def gap_histogram(purchases: Any, *, as_of: date, step: int | None = None) -> pd.DataFrame:
    """How often does each gap occur, in whole days?

    Parameters
    ----------
    purchases, as_of
        As in `time_between`.
    step
        Only the gaps from purchase n to n + 1; None for all.

    Returns
    -------
    DataFrame
        day, n: ended gaps of that length, by length.
    """
    chosen = purchases if step is None else purchases.filter(purchases.purchase_number == step)
    counts = count_waits(waits(chosen, as_of))
    counts = counts.rename(columns={"duration": "day", "events": "n"})
    return finish(counts.loc[counts["n"] > 0, ["day", "n"]], ["day"])


def gap_buckets(
    purchases: Any,
    *,
    as_of: date,
    starts: tuple[int, ...] = BUCKET_STARTS,
    width: int | None = None,
) -> pd.DataFrame:
    """How do the gaps between purchases spread over days, weeks and months?

    Parameters
    ----------
    purchases, as_of
        As in `time_between`.
    starts
        First day of each bucket; the last one is open.
    width
        Buckets of equal width in days, such as 10 (1-10, 11-20, …), instead of `starts`.

    Returns
    -------
    DataFrame
        step (1, 2, 3 for 1→2, 2→3, 3→4; null for all gaps together), from_days, to_days (null:
        open), n (ended gaps), total, share (n ÷ total), cumulative_share (of the ended gaps, biased
        towards short ones), curve_share (Kaplan-Meier share of everyone at that step who has bought
        again by the end of the bucket, those still waiting counted; null beyond the longest
        follow-up). Every step with an ended gap has all buckets.

    Raises
    ------
    InvalidSettingError
        If the starts do not rise from 1, or the width is not positive.
    """
    known = waits(purchases.select("purchase_number", "day", "next_gap"), as_of)
    counts = count_waits(known, "purchase_number")
    longest = int(counts.loc[counts["events"] > 0, "duration"].max()) if _has_ended(counts) else 0
    edges = _edges(starts, width, longest)
    parts: list[tuple[int | None, Any]] = [
        (step, counts[counts["purchase_number"] == step]) for step in STEPS
    ]
    frames = [
        _bucketed(part, edges).assign(step=step)
        for step, part in [*parts, (None, counts)]
        if _has_ended(part)
    ]
    empty = _bucketed(counts.head(0), edges).assign(step=None).head(0)
    table = pd.concat(frames or [empty], ignore_index=True).astype({"step": "Int64"})
    columns = ["from_days", "to_days", "n", "total", "share", "cumulative_share", "curve_share"]
    return finish(table[["step", *columns]], ["step", "from_days"])


def _has_ended(counts: pd.DataFrame) -> bool:
    return bool(counts["events"].sum() > 0)


def _edges(starts: tuple[int, ...], width: int | None, longest: int) -> Any:
    if width is not None and width < 1:
        raise InvalidSettingError("width", width, "give whole days from 1")
    edges = np.array(starts if width is None else range(1, longest + 1, width) or [1])
    if edges[0] != 1 or (np.diff(edges) < 1).any():
        raise InvalidSettingError("starts", starts, "give days that rise from 1, such as 1,8,31")
    return edges


def _bucketed(counts: Any, edges: Any) -> pd.DataFrame:
    done = counts[counts["events"] > 0]
    place = np.searchsorted(edges, done["duration"].to_numpy(int), side="right") - 1
    n = np.bincount(place, done["events"].to_numpy(float), minlength=len(edges)).astype(int)
    ends = [*(edges[1:] - 1).tolist(), None]
    curve = kaplan_meier(counts["duration"], counts["events"], counts["censored"])
    last = curve.last_day if curve else 0
    reached = [last if end is None else end for end in ends]
    total = int(n.sum())
    return pd.DataFrame(
        {
            "from_days": edges,
            "to_days": pd.array(ends, dtype="Int64"),
            "n": n,
            "total": total,
            "share": n / total if total else 0.0,
            "cumulative_share": n.cumsum() / total if total else 0.0,
            "curve_share": [1 - curve.at(day) if curve else np.nan for day in reached],
        }
    )
