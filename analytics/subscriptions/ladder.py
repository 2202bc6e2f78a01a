"""Renewal by renewal: who faced the n-th one, and who made it."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.errors import UnknownNameError
from analytics.periods import Period, is_complete, period_of, period_starts
from analytics.settings import UNKNOWN_CURRENCY
from analytics.subscriptions.book import GRACE, Book, read_book
from analytics.subscriptions.movements import day_of
from analytics.tables import finish, with_rate


def faced(book: Book, interval: str | None) -> tuple[Any, str]:
    """One row per renewal that a spell faced and that is decided: spell, renewal, is_renewed.

    Only terms of one interval, from the spell's start until it changes to another; the commonest
    interval unless one is named.

    Raises
    ------
    UnknownNameError
        If no paid subscription has this interval.
    """
    sizes = book.runs.groupby("interval")["spell"].nunique()
    if interval is not None and interval not in sizes.index:
        raise UnknownNameError("interval", interval, [str(name) for name in sizes.index])
    chosen = interval or min(str(name) for name in sizes.index[sizes == sizes.max()])
    terms = book.terms
    is_other = terms["interval"].ne(chosen)
    kept = terms[is_other.groupby(terms["spell"]).cumsum().eq(0) & terms["is_decided"]]
    return kept.assign(renewal=kept.groupby("spell").cumcount() + 1), chosen


def subscription_renewals(
    subscriptions: Any,
    *,
    as_of: date,
    period: Period = "quarter",
    interval: str | None = None,
    grace: int = GRACE,
    first_weekday: int = 0,
    zone: str = "UTC",
) -> pd.DataFrame:
    """How many of each cohort of subscribers make the first, second, third renewal?

    Cohorts by the period in which a customer's paid time began; who comes back after the grace
    begins anew. `rate = renewed ÷ due` at the n-th renewal, `survival` the product of the rates up
    to it.

    Parameters
    ----------
    subscriptions, as_of, grace, first_weekday, zone
        As in `subscriptions`.
    period
        Length of a cohort.
    interval
        Billing interval: "month", "year" …; the commonest by default. Terms after a change to
        another interval are left out.

    Returns
    -------
    DataFrame
        cohort (first day), renewal (n), cohort_size, due (faced it and the grace is over), renewed,
        rate, ci_lower, ci_upper (Wilson, 95 %), survival (null after a renewal that nobody faced),
        is_mature (everybody of the cohort who made the renewal before has faced this one).

    Raises
    ------
    NotEnoughDataError
        If there is no paid subscription.
    UnknownNameError
        If no subscription has this interval.

    Notes
    -----
    Own definition.
    """
    book = read_book(subscriptions, as_of=as_of, zone=zone, currency=UNKNOWN_CURRENCY, grace=grace)
    rows, chosen = faced(book, interval)
    first = book.runs.drop_duplicates("spell").set_index("spell")
    started = first.loc[first["interval"].eq(chosen), "paid_from"]
    days, code = np.unique(started, return_inverse=True)
    cohorts = [period_of(day_of(day), period, first_weekday=first_weekday) for day in days]
    cohort = pd.Series(np.array(cohorts, dtype=np.int64)[code], index=started.index)
    counted = rows[rows["spell"].isin(cohort.index)]
    counted = counted.assign(number=cohort.loc[counted["spell"]].to_numpy())
    table: Any = counted.groupby(["number", "renewal"], as_index=False).agg(
        due=("is_renewed", "size"), renewed=("is_renewed", "sum")
    )
    table["cohort_size"] = table["number"].map(cohort.value_counts())
    table = with_rate(table, "renewed", "due")
    by_cohort = table.groupby("number")
    before = by_cohort["renewed"].shift().fillna(table["cohort_size"])
    table = table.assign(
        survival=by_cohort["rate"].cumprod(),
        cohort=period_starts(table["number"], period, first_weekday=first_weekday),
        is_mature=(table["due"] == before)
        & is_complete(table["number"], period, as_of=day_of(book.today)),
    )
    columns = ["cohort", "renewal", "cohort_size", "due", "renewed", "rate", "ci_lower", "ci_upper"]
    found = table[[*columns, "survival", "is_mature"]]
    result = finish(found, ["cohort", "renewal"], book.notes)
    result.attrs["interval"] = chosen
    return result
