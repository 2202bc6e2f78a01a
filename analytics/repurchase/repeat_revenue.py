"""How much of the revenue comes from customers who bought before?"""

from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd
from scipy import special

from analytics.intervals import LEVEL, rate
from analytics.periods import Period, is_complete, period_number, period_of, period_starts
from analytics.tables import collect, finish, product

_PARTS = ["first_revenue", "repeat_revenue", "other_revenue"]
_NOTHING: Any = ibis.literal(Decimal(0), type="decimal(18, 4)")
_SUMS = ["repeat_squares", "crossed", "total_squares"]


def repeat_revenue(
    purchases: Any,
    orders: Any,
    *,
    as_of: date,
    period: Period = "month",
    first_weekday: int = 0,
) -> pd.DataFrame:
    """What share of each period's revenue comes from second and later purchases?

    Revenue of purchases 2 and later ÷ revenue of all valid orders. Renewals and instalments are
    revenue but no purchases: they are in the denominator, and shown on their own.

    Parameters
    ----------
    purchases, orders
        The marts.
    as_of
        Local day up to which the data reach.
    period, first_weekday
        Calendar periods; weeks begin on this weekday (0 is Monday).

    Returns
    -------
    DataFrame
        period (its first day), first_revenue (first purchases), repeat_revenue, other_revenue
        (renewals and instalments), numerator (= repeat_revenue), denominator (their sum), rate,
        ci_lower, ci_upper (95 %, see Notes), is_mature (the period is over), customers (who paid in
        it). Every period from the first valid order to as-of has a row; without revenue its rate is
        null.

    Notes
    -----
    Own definition. A share of money is no share of people: the interval is that of a ratio of two
    sums over customers, by linearisation (Cochran 1977, Sampling Techniques, section 2.11).
    """
    paid = _paid(purchases, orders, as_of)
    paid = paid.mutate(number=period_number(paid.day, period, first_weekday=first_weekday))
    people = paid.group_by(["customer_number", "number"]).aggregate(
        **{name: paid[name].sum() for name in _PARTS}
    )
    people = people.mutate(
        total=people.first_revenue + people.repeat_revenue + people.other_revenue
    )
    sums = people.group_by("number").aggregate(
        **{name: people[name].sum() for name in _PARTS},
        repeat_squares=product(people.repeat_revenue, people.repeat_revenue).sum(),
        crossed=product(people.repeat_revenue, people.total).sum(),
        total_squares=product(people.total, people.total).sum(),
        customers=people.count(where=people.total > 0),
    )
    newest = period_of(as_of, period, first_weekday=first_weekday)
    table = _with_share(_every_period(collect(sums), newest))
    number = table["number"].to_numpy()
    table = table.assign(
        period=period_starts(number, period, first_weekday=first_weekday),
        is_mature=is_complete(number, period, as_of=as_of, first_weekday=first_weekday),
    )
    columns = ["period", *_PARTS, "numerator", "denominator", "rate", "ci_lower", "ci_upper"]
    return finish(table[[*columns, "is_mature", "customers"]], ["period"])


def _paid(purchases: Any, orders: Any, as_of: date) -> Any:
    """Purchases and the valid orders that are none, each with its revenue in one of three columns.

    The purchases mart already knows which purchase is the first, so no join is needed.
    """
    known = purchases.filter(purchases.day <= as_of)
    is_first = known.purchase_number == 1
    bought = known.select(
        "customer_number",
        "day",
        first_revenue=is_first.ifelse(known.revenue, _NOTHING),
        repeat_revenue=is_first.ifelse(_NOTHING, known.revenue),
        other_revenue=_NOTHING,
    )
    others = orders.filter(orders.is_valid, ~orders.is_purchase, orders.day <= as_of)
    renewed = others.select(
        "customer_number",
        "day",
        first_revenue=_NOTHING,
        repeat_revenue=_NOTHING,
        other_revenue=others.revenue,
    )
    return bought.union(renewed)


def _every_period(sums: pd.DataFrame, newest: int) -> pd.DataFrame:
    if sums.empty:
        return sums
    every = np.arange(int(sums["number"].min()), newest + 1)
    filled = sums.set_index("number").reindex(every, fill_value=0)
    return filled.rename_axis("number").reset_index()


def _with_share(table: pd.DataFrame) -> pd.DataFrame:
    column = {name: table[name].to_numpy(float) for name in [*_PARTS, *_SUMS]}
    revenue = np.add.reduce([column[name] for name in _PARTS])
    share = rate(column["repeat_revenue"], revenue)
    spread = column["repeat_squares"] - 2 * share * column["crossed"]
    spread = np.maximum(spread + share**2 * column["total_squares"], 0)
    half = float(special.ndtri(0.5 + LEVEL / 2)) * rate(np.sqrt(spread), revenue)
    return table.assign(
        numerator=column["repeat_revenue"],
        denominator=revenue,
        rate=share,
        ci_lower=np.maximum(share - half, 0),
        ci_upper=np.minimum(share + half, 1),
    )
