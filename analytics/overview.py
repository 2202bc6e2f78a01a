"""How is the shop doing, and what has changed beyond chance?"""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.kpis import Kpi, change, kpis, values
from analytics.notes import Note
from analytics.periods import Period, period_starts
from analytics.tables import finish

SPARKLINE = 13


def overview(
    purchases: Any,
    customer_summary: Any,
    orders: Any,
    *,
    as_of: date,
    period: Period = "month",
    first_weekday: int = 0,
) -> pd.DataFrame:
    """How is the shop doing, and what has changed beyond chance?

    Each figure for the newest period that is over (for the repurchase rate: the newest period of
    first purchases whose 90 days are over), beside the one before it; periods in which a rate has
    nothing to divide by are passed over. A change counts as clear
    only where its interval excludes zero.

    Parameters
    ----------
    purchases, customer_summary, orders
        The marts.
    as_of
        Local day up to which the data reach.
    period, first_weekday
        Calendar periods; weeks begin on this weekday (0 is Monday).

    Returns
    -------
    DataFrame
        kpi, period (first day), value, ci_lower, ci_upper, n, previous (value of the period
        before), change, change_lower, change_upper, change_kind ("relative": share of the previous
        value; "points": difference of two rates), is_change_clear, is_mature, series (values of up
        to 13 mature periods, oldest first). The figures: revenue, new_customers, buyers,
        repurchase_rate_90, repeat_revenue_share (revenue of purchases 2 and later ÷ revenue),
        returning_rate. Before any period is over the running one is shown, immature.

    Notes
    -----
    Own definition. Counts: exact Poisson interval, ratio of two counts on the log scale. Revenue: a
    sum over a random number of orders, variance Σ amount². Rates: Wilson, differences after
    Newcombe; the revenue share by linearisation.
    """
    tables = (purchases, customer_summary, orders)
    number, figures = kpis(tables, as_of, period, first_weekday)
    starts = period_starts(number, period, first_weekday=first_weekday)
    table = pd.DataFrame([_newest(kpi, starts) for kpi in figures])
    return finish(table, [], _changes(table))


def overview_series(
    purchases: Any,
    customer_summary: Any,
    orders: Any,
    *,
    as_of: date,
    period: Period = "month",
    first_weekday: int = 0,
) -> pd.DataFrame:
    """How did each headline figure move from period to period?

    Parameters
    ----------
    purchases, customer_summary, orders, as_of, period, first_weekday
        As in `overview`.

    Returns
    -------
    DataFrame
        kpi, period (first day), value, ci_lower, ci_upper, n (customers, buyers or orders behind
        it; for rates the denominator), is_mature; every period from the first order to as-of.
    """
    tables = (purchases, customer_summary, orders)
    number, figures = kpis(tables, as_of, period, first_weekday)
    starts = period_starts(number, period, first_weekday=first_weekday)
    frames = [
        pd.DataFrame(
            dict(
                zip(
                    ("kpi", "period", "value", "ci_lower", "ci_upper", "n", "is_mature"),
                    (kpi.name, starts, *values(kpi), kpi.n, kpi.is_mature),
                    strict=True,
                )
            )
        )
        for kpi in figures
    ]
    return finish(pd.concat(frames, ignore_index=True), [])


def what_changed(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Which headline figures differ between two versions of the data, for the same period?

    Parameters
    ----------
    now, before
        Results of `overview_series` on the newer and the older version.

    Returns
    -------
    DataFrame
        kpi, period, before, after, difference: periods mature in both whose value is no longer the
        same (late refunds, corrected files), and periods that are new or newly mature (before
        null).
    """
    keys = ["kpi", "period"]
    mature: list[Any] = [table[table["is_mature"]][[*keys, "value"]] for table in (now, before)]
    merged: Any = mature[0].merge(mature[1], on=keys, how="left", suffixes=("_now", "_before"))
    same = np.isclose(merged["value_now"], merged["value_before"], rtol=1e-9, equal_nan=True)
    changed = merged[~same].rename(columns={"value_now": "after", "value_before": "before"})
    changed = changed.assign(difference=changed["after"] - changed["before"])
    return finish(changed[[*keys, "before", "after", "difference"]], keys)


def _newest(kpi: Kpi, starts: npt.NDArray[np.datetime64]) -> dict[str, Any]:
    value, lower, upper = values(kpi)
    mature = np.flatnonzero(kpi.is_mature)
    place = int(mature[-1]) if len(mature) else len(value) - 1
    before = int(mature[-2]) if len(mature) > 1 else None
    unknown = (np.nan, np.nan, np.nan)
    moved = unknown if before is None else change(kpi, place, before)
    is_clear = bool(moved[1] > 0 or moved[2] < 0)
    return {
        "kpi": kpi.name,
        "period": starts[place],
        "value": value[place],
        "ci_lower": lower[place],
        "ci_upper": upper[place],
        "n": kpi.n[place],
        "previous": np.nan if before is None else value[before],
        "change": moved[0],
        "change_lower": moved[1],
        "change_upper": moved[2],
        "change_kind": "points" if kpi.kind == "rate" else "relative",
        "is_change_clear": is_clear,
        "is_mature": bool(len(mature)),
        "series": [float(value[index]) for index in mature[-SPARKLINE:]],
    }


def _changes(table: Any) -> list[Note]:
    clear = table[table["is_change_clear"]]
    if clear.empty:
        text = "No change from the period before that these numbers could show."
        return [Note("nothing_changed", text)]
    return [_change_note(row) for row in clear.itertuples()]


def _change_note(row: Any) -> Note:
    is_rate = row.change_kind == "points"
    scale = 100 if is_rate else 1
    names = ("change", "lower", "upper")
    moved = (row.change, row.change_lower, row.change_upper)
    values = {name: float(value) * scale for name, value in zip(names, moved, strict=True)}
    if is_rate:
        text = "{kpi} changed by {change:+.1f} points ({lower:+.1f} to {upper:+.1f})."
        return Note("kpi_moved_points", text, kpi=row.kpi, **values)
    text = "{kpi} changed by {change:+.1%} ({lower:+.1%} to {upper:+.1%})."
    return Note("kpi_moved", text, kpi=row.kpi, **values)
