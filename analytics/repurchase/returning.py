"""Of the buyers of a month, how many bought more than once in it, how many had bought before?"""

from datetime import date
from typing import Any

import pandas as pd

from analytics.intervals import rate, wilson
from analytics.periods import Period, is_complete, period_number, period_of, period_starts
from analytics.tables import collect, every_period, finish


def returning_rate(
    purchases: Any, *, as_of: date, period: Period = "month", first_weekday: int = 0
) -> pd.DataFrame:
    """How much of each period's custom is custom that came back?

    `repeat_rate` = buyers with two or more purchases in the period ÷ buyers in it.
    `returning_rate` = buyers who had bought before the period, or earlier in it, ÷ buyers in it. It
    never looks ahead, so the past periods never change.

    Parameters
    ----------
    purchases
        The mart, one row per purchase.
    as_of
        Local day up to which the data reach.
    period, first_weekday
        Calendar periods; weeks begin on this weekday (0 is Monday).

    Returns
    -------
    DataFrame
        period (its first day), customers, repeat_customers, returning_customers, repeat_rate,
        returning_rate, and for each rate ci_lower, ci_upper (Wilson, 95 %; those without a prefix
        belong to `returning_rate`), is_mature (the period is over). Every period from the first
        purchase to as-of has a row; without buyers its rates are null.

    Notes
    -----
    Own definition. In the first periods of a file that begins mid-history old customers look new,
    so their returning rate is too low.
    """
    known = purchases.filter(purchases.day <= as_of)
    known = known.mutate(number=period_number(known.day, period, first_weekday=first_weekday))
    people = known.group_by(["customer_number", "number"]).aggregate(
        n=known.count(), last=known.purchase_number.max()
    )
    counts = people.group_by("number").aggregate(
        customers=people.count(),
        repeat_customers=people.count(where=people.n > 1),
        returning_customers=people.count(where=people["last"] > 1),
    )
    table = every_period(collect(counts), period_of(as_of, period, first_weekday=first_weekday))
    number = table["number"].to_numpy()
    total = table["customers"].to_numpy()
    repeat_lower, repeat_upper = wilson(table["repeat_customers"], total)
    lower, upper = wilson(table["returning_customers"], total)
    result = table.drop(columns="number").assign(
        period=period_starts(number, period, first_weekday=first_weekday),
        repeat_rate=rate(table["repeat_customers"], total),
        returning_rate=rate(table["returning_customers"], total),
        ci_lower=lower,
        ci_upper=upper,
        repeat_ci_lower=repeat_lower,
        repeat_ci_upper=repeat_upper,
        is_mature=is_complete(number, period, as_of=as_of, first_weekday=first_weekday),
    )
    columns = ["period", "customers", "repeat_customers", "returning_customers", "repeat_rate"]
    intervals = ["ci_lower", "ci_upper", "repeat_ci_lower", "repeat_ci_upper"]
    return finish(result[[*columns, "returning_rate", *intervals, "is_mature"]], ["period"])
