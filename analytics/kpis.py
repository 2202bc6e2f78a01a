"""The headline figures of every period, and the parts they are made of."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from analytics.intervals import LEVEL, newcombe, poisson, rate, wilson
from analytics.payments import payments
from analytics.periods import (
    Period,
    epoch_day,
    is_complete,
    period_end_days,
    period_number,
    period_of,
)
from analytics.repurchase.rate import buyers
from analytics.tables import collect

HORIZON = 90
_Z = float(special.ndtri(0.5 + LEVEL / 2))

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Kpi:
    """One figure per period: its value, its parts, and how two periods are compared."""

    name: str
    kind: str  # "money", "count" or "rate"
    numerator: Floats
    denominator: Floats
    n: Floats  # customers or orders behind it
    is_mature: npt.NDArray[np.bool_]
    variance: Floats | None = None  # of the value, where it is no plain count or proportion


def kpis(
    tables: tuple[Any, Any, Any], as_of: date, period: Period, first_weekday: int
) -> tuple[npt.NDArray[np.int64], list[Kpi]]:
    """Numbers of the periods from the first order to as-of, and every figure over them.

    `tables` are purchases, customer_summary and orders.
    """
    purchases, customer_summary, orders = tables
    counted = [
        _bought(purchases, orders, as_of, period, first_weekday),
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


def _bought(
    purchases: Any, orders: Any, as_of: date, period: Period, first_weekday: int
) -> pd.DataFrame:
    """Orders, buyers and money per period, and the sums over buyers of squares of money.

    One buyer is one event: what a customer pays in a period moves together. Renewals and
    instalments are money, not purchases.
    """
    rows = payments(purchases, orders, as_of)
    rows = rows.mutate(number=period_number(rows.day, period, first_weekday=first_weekday))
    money = rows.group_by("number").aggregate(
        orders=rows.orders.sum(),
        revenue=rows.revenue.sum(),
        again=rows.revenue.sum(where=rows.purchase_number > 1),
    )
    return collect(money).merge(collect(_spread(rows)), on="number")


def _spread(rows: Any) -> Any:
    """Buyers per period and, over them, the squares and products of what they paid."""
    paid = rows.revenue.cast("float64")
    people = rows.group_by(["customer_number", "number"]).aggregate(
        last=rows.purchase_number.max(),
        bought=paid.sum(where=rows.purchase_number > 0),
        again=paid.sum(where=rows.purchase_number > 1),
        other=paid.sum(where=rows.purchase_number == 0),
    )
    bought, again, other = (people[name].fill_null(0.0) for name in ("bought", "again", "other"))
    return people.group_by("number").aggregate(
        buyers=people.count(where=people["last"] > 0),
        returning=people.count(where=people["last"] > 1),
        payers=people.count(),
        squares=((bought + other) * (bought + other)).sum(),
        again_squares=(again * again).sum(),
        crossed=(again * (bought + other)).sum(),
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


def _share_variance(column: dict[str, Floats]) -> Floats:
    """Variance of the share of repeat revenue: of a ratio of two sums over customers.

    Undefined where one customer paid all: nothing is known of how customers vary.
    """
    share = rate(column["again"], column["revenue"])
    spread = column["again_squares"] - 2 * share * column["crossed"]
    spread = np.maximum(spread + share**2 * column["squares"], 0)
    return np.where(column["payers"] > 1, rate(spread, column["revenue"] ** 2), np.nan)


def _named(parts: Any, over: npt.NDArray[np.bool_], ripe: npt.NDArray[np.bool_]) -> list[Kpi]:
    column = {name: parts[name].to_numpy() for name in parts.columns}
    ones = np.ones(len(parts))
    new, people, eligible = column["new"], column["buyers"], column["eligible"]
    revenue, again, paid = column["revenue"], column["again"], column["orders"]
    variance = _share_variance(column)
    ripe, bought, earned = ripe & (eligible > 0), over & (people > 0), over & (revenue > 0)
    return [
        Kpi("revenue", "money", revenue, ones, paid, over, column["squares"]),
        Kpi("new_customers", "count", new, ones, new, over),
        Kpi("buyers", "count", people, ones, people, over),
        Kpi("repurchase_rate_90", "rate", column["back"], eligible, eligible, ripe),
        Kpi("repeat_revenue_share", "rate", again, revenue, paid, earned, variance),
        Kpi("returning_rate", "rate", column["returning"], people, people, bought),
    ]


def values(kpi: Kpi) -> tuple[Floats, Floats, Floats]:
    """Value, ci_lower and ci_upper (95 %) of every period."""
    if kpi.variance is not None:
        value = kpi.numerator if kpi.kind == "money" else rate(kpi.numerator, kpi.denominator)
        half = _Z * np.sqrt(kpi.variance)
        top = np.inf if kpi.kind == "money" else 1.0
        return value, np.maximum(value - half, 0), np.minimum(value + half, top)
    if kpi.kind == "count":
        return kpi.numerator, *poisson(kpi.numerator)
    return rate(kpi.numerator, kpi.denominator), *wilson(kpi.numerator, kpi.denominator)


def change(kpi: Kpi, place: int, before: int) -> tuple[float, float, float]:
    """Change from one period to another, with its interval.

    A difference for rates, a share of the earlier value for counts and money; NaN where that is 0.
    """
    value, _, _ = values(kpi)
    now, then = float(value[place]), float(value[before])
    variance = kpi.numerator if kpi.variance is None else kpi.variance
    if kpi.kind != "rate":
        return _ratio(variance, now, then, place, before)
    if kpi.variance is not None:
        half = _Z * float(np.sqrt(kpi.variance[place] + kpi.variance[before]))
        return now - then, now - then - half, now - then + half
    hits, total = kpi.numerator, kpi.denominator
    found = newcombe(hits[place], total[place], hits[before], total[before])
    return float(found[0]), float(found[1]), float(found[2])


def _ratio(
    variance: Floats, now: float, then: float, place: int, before: int
) -> tuple[float, float, float]:
    if now <= 0 or then <= 0:
        return np.nan, np.nan, np.nan
    half = _Z * float(np.sqrt(variance[place] / now**2 + variance[before] / then**2))
    ratio = now / then
    return ratio - 1, ratio * float(np.exp(-half)) - 1, ratio * float(np.exp(half)) - 1
