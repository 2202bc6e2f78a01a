"""Who bought n times: how many of them buy once more?"""

from datetime import date, timedelta
from typing import Any

import pandas as pd

from analytics.breakdown import group_column, with_group
from analytics.tables import collect, finish, with_rate

LAST_STEP = 10


def order_ladder(
    purchases: Any,
    customer_summary: Any,
    *,
    as_of: date,
    horizon: int = 90,
    by: str | None = None,
) -> pd.DataFrame:
    """Of those who reached purchase n, what share reached purchase n + 1 within H days?

    Only customers whose n-th purchase lies at least H days before as-of count, in numerator and
    denominator.

    Parameters
    ----------
    purchases, customer_summary
        The marts.
    as_of
        Local day up to which the data reach.
    horizon
        H, in days.
    by
        Column of `analytics.breakdown.BREAKDOWNS`.

    Returns
    -------
    DataFrame
        (group,) step (n = 1 … 10), horizon_days, numerator, denominator, rate, ci_lower, ci_upper
        (Wilson, 95 %), is_mature. Steps that nobody with a closed window has reached are left out.

    Notes
    -----
    Own definition.
    """
    eligible = purchases.filter(
        purchases.purchase_number <= LAST_STEP, purchases.day <= as_of - timedelta(days=horizon)
    )
    if by is not None:
        eligible = with_group(eligible, customer_summary, by)
    keys = [*group_column(by), "purchase_number"]
    counts = eligible.group_by(keys).aggregate(
        numerator=eligible.count(where=eligible.next_gap <= horizon), denominator=eligible.count()
    )
    rates = with_rate(collect(counts)).rename(columns={"purchase_number": "step"})
    rates = rates.assign(horizon_days=horizon, is_mature=True)
    columns = [*group_column(by), "step", "horizon_days", "numerator", "denominator", "rate"]
    return finish(
        rates[[*columns, "ci_lower", "ci_upper", "is_mature"]], [*group_column(by), "step"]
    )
