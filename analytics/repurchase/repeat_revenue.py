"""How much of the revenue comes from customers who bought before?"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analytics.intervals import LEVEL, rate
from analytics.notes import Note
from analytics.payments import RefundDay, booked, payments
from analytics.periods import Period, is_complete, period_number, period_of, period_starts
from analytics.settings import UNKNOWN_CURRENCY
from analytics.tables import collect, every_period, finish, product

_PARTS = ["first_revenue", "repeat_revenue", "other_revenue"]
_SUMS = ["repeat_squares", "crossed", "total_squares"]


def repeat_revenue(
    purchases: Any,
    orders: Any,
    refund_lines: Any = None,
    *,
    as_of: date,
    period: Period = "month",
    refunds: RefundDay = "order",
    first_weekday: int = 0,
    zone: str = "UTC",
    currency: str = UNKNOWN_CURRENCY,
) -> pd.DataFrame:
    """What share of each period's revenue comes from second and later purchases?

    Revenue of purchases 2 and later ÷ revenue of all valid orders. Renewals and instalments are
    revenue but no purchases: they are in the denominator, and shown on their own.

    Parameters
    ----------
    purchases, orders, refund_lines
        The marts; the last one only for refunds on their own day.
    as_of
        Local day up to which the data reach.
    period, first_weekday
        Calendar periods; weeks begin on this weekday (0 is Monday).
    refunds
        Day on which a refund counts: that of its "order" (behaviour: what the sale was worth in the
        end; a late refund changes a past period) or its own ("refund", as a ledger has it: past
        periods never change). Refunds that no row dates stay on the order's day, and are told.
    zone, currency
        Of the workspace.

    Returns
    -------
    DataFrame
        period (its first day), first_revenue (first purchases), repeat_revenue, other_revenue
        (renewals and instalments; with refunds on their own day also orders of which nothing is
        left), numerator (= repeat_revenue), denominator (their sum), rate,
        ci_lower, ci_upper (95 %, see Notes), is_mature (the period is over), customers (who paid in
        it). Every period from the first valid order to as-of has a row; without revenue, or
        where more went back than came in, its rate is null; with a single customer the interval.

    Notes
    -----
    Own definition. A share of money is no share of people: the interval is that of a ratio of two
    sums over customers, by linearisation (Cochran 1977, Sampling Techniques, section 2.11).
    """
    paid, notes = payments(purchases, orders, as_of), []
    if refunds == "refund" and refund_lines is not None:
        marts = (purchases, orders, refund_lines)
        paid, undated = booked(*marts, as_of, zone=zone, currency=currency)
        notes = _undated_notes(undated)
    paid = paid.mutate(number=period_number(paid.day, period, first_weekday=first_weekday))
    sums = {
        "first_revenue": paid.revenue.sum(where=paid.purchase_number == 1),
        "repeat_revenue": paid.revenue.sum(where=paid.purchase_number > 1),
        "other_revenue": paid.revenue.sum(where=paid.purchase_number == 0),
    }
    people = paid.group_by(["customer_number", "number"]).aggregate(
        **{name: money.fill_null(0) for name, money in sums.items()}
    )
    people = people.mutate(
        total=people.first_revenue + people.repeat_revenue + people.other_revenue
    )
    totals = people.group_by("number").aggregate(
        **{name: people[name].sum() for name in _PARTS},
        repeat_squares=product(people.repeat_revenue, people.repeat_revenue).sum(),
        crossed=product(people.repeat_revenue, people.total).sum(),
        total_squares=product(people.total, people.total).sum(),
        customers=people.count(where=people.total > 0),
    )
    newest = period_of(as_of, period, first_weekday=first_weekday)
    table = _with_share(every_period(collect(totals), newest))
    number = table["number"].to_numpy()
    table = table.assign(
        period=period_starts(number, period, first_weekday=first_weekday),
        is_mature=is_complete(number, period, as_of=as_of, first_weekday=first_weekday),
    )
    columns = ["period", *_PARTS, "numerator", "denominator", "rate", "ci_lower", "ci_upper"]
    return finish(table[[*columns, "is_mature", "customers"]], ["period"], notes)


def _undated_notes(orders: int) -> list[Note]:
    text = (
        "{orders:,} refunded orders have no row that dates the refund: it counts on the day of the "
        "order."
    )
    return [Note("undated_refunds", text, orders=orders)] if orders else []


def _with_share(table: pd.DataFrame) -> pd.DataFrame:
    column = {name: table[name].to_numpy(float) for name in [*_PARTS, *_SUMS]}
    revenue = np.add.reduce([column[name] for name in _PARTS])
    share = rate(column["repeat_revenue"], revenue)
    # where more of a part went back than came in there is no whole to have a share of
    share = np.where((share >= 0) & (share <= 1), share, np.nan)
    spread = column["repeat_squares"] - 2 * share * column["crossed"]
    spread = np.maximum(spread + share**2 * column["total_squares"], 0)
    half = float(special.ndtri(0.5 + LEVEL / 2)) * rate(np.sqrt(spread), revenue)
    half = np.where(table["customers"].to_numpy() > 1, half, np.nan)
    return table.assign(
        numerator=column["repeat_revenue"],
        denominator=revenue,
        rate=share,
        ci_lower=np.maximum(share - half, 0),
        ci_upper=np.minimum(share + half, 1),
    )
