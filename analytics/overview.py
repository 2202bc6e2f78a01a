"""How is the shop doing, and what has changed beyond chance?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analytics.intervals import LEVEL, newcombe, poisson, rate, wilson
from analytics.notes import Note
from analytics.periods import (
    Period,
    epoch_day,
    is_complete,
    period_end_days,
    period_number,
    period_of,
    period_starts,
)
from analytics.repurchase.rate import buyers
from analytics.tables import collect, finish

HORIZON = 90
SPARKLINE = 13
_Z = float(stats.norm.ppf(0.5 + LEVEL / 2))

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Kpi:
    """One figure per period: its value, its parts, and how two periods are compared."""

    name: str
    kind: str  # "money", "count" or "rate"
    numerator: Floats
    denominator: Floats
    n: Floats  # customers or orders behind it
    is_mature: npt.NDArray[np.bool_]
    variance: Floats | None = None  # of the value, where it is no plain count or proportion


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
    first purchases whose 90 days are over), beside the period before it. A change counts as clear
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
    number, kpis = _kpis(tables, as_of, period, first_weekday)
    starts = period_starts(number, period, first_weekday=first_weekday)
    table = pd.DataFrame([_newest(kpi, starts) for kpi in kpis])
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
    number, kpis = _kpis(tables, as_of, period, first_weekday)
    starts = period_starts(number, period, first_weekday=first_weekday)
    frames = [
        pd.DataFrame(
            dict(
                zip(
                    ("kpi", "period", "value", "ci_lower", "ci_upper", "n", "is_mature"),
                    (kpi.name, starts, *_values(kpi), kpi.n, kpi.is_mature),
                    strict=True,
                )
            )
        )
        for kpi in kpis
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


def _kpis(
    tables: tuple[Any, Any, Any], as_of: date, period: Period, first_weekday: int
) -> tuple[npt.NDArray[np.int64], list[_Kpi]]:
    purchases, customer_summary, orders = tables
    counted = [
        _paid(orders, as_of, period, first_weekday),
        _bought(purchases, as_of, period, first_weekday),
        _began(customer_summary, as_of, period, first_weekday),
    ]
    newest = period_of(as_of, period, first_weekday=first_weekday)
    oldest = min((int(part["number"].min()) for part in counted if len(part)), default=newest)
    number = np.arange(oldest, newest + 1)
    parts = pd.concat([part.set_index("number").reindex(number) for part in counted], axis=1)
    parts = parts.fillna(0).astype(float)
    over = is_complete(number, period, as_of=as_of, first_weekday=first_weekday)
    ends = period_end_days(number, period, first_weekday=first_weekday)
    return number, _named(parts, over, ends + HORIZON <= epoch_day(as_of))


def _paid(orders: Any, as_of: date, period: Period, first_weekday: int) -> pd.DataFrame:
    valid = orders.filter(orders.is_valid, orders.day <= as_of)
    amount = valid.revenue.cast("float64")
    return collect(
        valid.group_by(
            number=period_number(valid.day, period, first_weekday=first_weekday)
        ).aggregate(
            orders=valid.count(), revenue=valid.revenue.sum(), squares=(amount * amount).sum()
        )
    )


def _bought(purchases: Any, as_of: date, period: Period, first_weekday: int) -> pd.DataFrame:
    known = purchases.filter(purchases.day <= as_of)
    again = (known.purchase_number > 1).ifelse(known.revenue, 0)
    squares = again.cast("float64") * again.cast("float64")
    known = known.mutate(
        number=period_number(known.day, period, first_weekday=first_weekday),
        again=again,
        again_squares=squares,
    )
    people = known.group_by(["customer_number", "number"]).aggregate(
        last=known.purchase_number.max(),
        again=known.again.sum(),
        again_squares=known.again_squares.sum(),
    )
    return collect(
        people.group_by("number").aggregate(
            buyers=people.count(),
            returning=people.count(where=people["last"] > 1),
            repeat_revenue=people.again.sum(),
            repeat_squares=people.again_squares.sum(),
        )
    )


def _began(customer_summary: Any, as_of: date, period: Period, first_weekday: int) -> pd.DataFrame:
    people = buyers(customer_summary, as_of)
    eligible = people.follow_up >= HORIZON
    return collect(
        people.group_by(
            number=period_number(people.first_day, period, first_weekday=first_weekday)
        ).aggregate(
            new=people.count(),
            eligible=people.count(where=eligible),
            back=people.count(where=eligible & (people.days_to_second <= HORIZON)),
        )
    )


def _named(parts: Any, over: npt.NDArray[np.bool_], ripe: npt.NDArray[np.bool_]) -> list[_Kpi]:
    column = {name: parts[name].to_numpy() for name in parts.columns}
    ones = np.ones(len(parts))
    new, people, eligible = column["new"], column["buyers"], column["eligible"]
    revenue, again, paid = column["revenue"], column["repeat_revenue"], column["orders"]
    share = rate(again, revenue)
    spread = column["repeat_squares"] * (1 - 2 * share) + share**2 * column["squares"]
    variance = np.full(len(parts), np.nan)
    np.divide(np.maximum(spread, 0), revenue**2, out=variance, where=revenue > 0)
    return [
        _Kpi("revenue", "money", revenue, ones, paid, over, column["squares"]),
        _Kpi("new_customers", "count", new, ones, new, over),
        _Kpi("buyers", "count", people, ones, people, over),
        _Kpi("repurchase_rate_90", "rate", column["back"], eligible, eligible, ripe),
        _Kpi("repeat_revenue_share", "rate", again, revenue, paid, over, variance),
        _Kpi("returning_rate", "rate", column["returning"], people, people, over),
    ]


def _values(kpi: _Kpi) -> tuple[Floats, Floats, Floats]:
    if kpi.variance is not None:
        value = kpi.numerator if kpi.kind == "money" else rate(kpi.numerator, kpi.denominator)
        half = _Z * np.sqrt(kpi.variance)
        top = np.inf if kpi.kind == "money" else 1.0
        return value, np.maximum(value - half, 0), np.minimum(value + half, top)
    if kpi.kind == "count":
        return kpi.numerator, *poisson(kpi.numerator)
    return rate(kpi.numerator, kpi.denominator), *wilson(kpi.numerator, kpi.denominator)


def _newest(kpi: _Kpi, starts: npt.NDArray[np.datetime64]) -> dict[str, Any]:
    value, lower, upper = _values(kpi)
    mature = np.flatnonzero(kpi.is_mature)
    place = int(mature[-1]) if len(mature) else len(value) - 1
    change = _change(kpi, value, place) if len(mature) > 1 else (np.nan, np.nan, np.nan)
    is_clear = bool(change[1] > 0 or change[2] < 0)
    return {
        "kpi": kpi.name,
        "period": starts[place],
        "value": value[place],
        "ci_lower": lower[place],
        "ci_upper": upper[place],
        "n": kpi.n[place],
        "previous": value[place - 1] if len(mature) > 1 else np.nan,
        "change": change[0],
        "change_lower": change[1],
        "change_upper": change[2],
        "change_kind": "points" if kpi.kind == "rate" else "relative",
        "is_change_clear": is_clear,
        "is_mature": bool(len(mature)),
        "series": [float(value[index]) for index in mature[-SPARKLINE:]],
    }


def _change(kpi: _Kpi, value: Floats, place: int) -> tuple[float, float, float]:
    """Change against the period before, with its interval."""
    now, before = value[place], value[place - 1]
    if kpi.kind == "rate" and kpi.variance is None:
        both = [
            [float(part[index])]
            for index in (place, place - 1)
            for part in (kpi.numerator, kpi.denominator)
        ]
        difference, lower, upper = newcombe(*both)
        return float(difference[0]), float(lower[0]), float(upper[0])
    if kpi.kind == "rate" and kpi.variance is not None:
        half = _Z * np.sqrt(kpi.variance[place] + kpi.variance[place - 1])
        return float(now - before), float(now - before - half), float(now - before + half)
    if before <= 0 or now <= 0:
        return float("nan"), float("nan"), float("nan")
    spread = value if kpi.variance is None else kpi.variance
    half = _Z * np.sqrt(spread[place] / now**2 + spread[place - 1] / before**2)
    ratio = now / before
    return float(ratio - 1), float(ratio * np.exp(-half) - 1), float(ratio * np.exp(half) - 1)


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
