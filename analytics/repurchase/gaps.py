"""How many days lie between purchases?"""

from datetime import date
from typing import Any

import ibis
import numpy as np
import pandas as pd

from analytics.kaplan_meier import kaplan_meier
from analytics.notes import Note
from analytics.repurchase.quantiles import weighted_quantiles
from analytics.repurchase.waits import count_waits, waits
from analytics.tables import collect, finish

STEPS = (1, 2, 3)
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
    counts = count_waits(waits(purchases, as_of), "purchase_number")
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
    counts = collect(_customer_medians(known))
    median = weighted_quantiles(counts["doubled"].to_numpy(float), counts["n"].to_numpy(), [0.5])[0]
    return None if np.isnan(median) else float(median) / 2


def _customer_medians(gaps: Any) -> Any:
    """Customers by twice their median gap: by rank, since engines differ in their medians."""
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
    doubled = medians.mutate(doubled=medians.low + medians.high)
    return doubled.group_by("doubled").aggregate(n=doubled.count())


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
