"""Renewal by renewal: who faced the n-th one, and who made it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.errors import UnknownNameError
from analytics.periods import Period, is_complete, period_of, period_starts
from analytics.settings import UNKNOWN_CURRENCY
from analytics.subscriptions.book import GRACE, Book, read_book
from analytics.subscriptions.movements import day_of
from analytics.subscriptions.paid_terms import Small
from analytics.subscriptions.terms import Whole
from analytics.tables import finish, with_rate


@dataclass(frozen=True)
class Faced:
    """Renewals that were faced and are decided, by spell; `renewal` numbers a spell's from 1."""

    spell: Small
    renewal: Whole
    is_renewed: npt.NDArray[np.bool_]


def faced(book: Book, interval: str | None) -> tuple[Faced, str]:
    """Who faced which renewal, and made it?

    Only terms of one interval, from the spell's start until it changes to another; the commonest
    interval unless one is named.

    Raises
    ------
    UnknownNameError
        If no paid subscription has this interval.
    """
    sizes = book.runs.drop_duplicates(["interval", "spell"])["interval"].value_counts()
    sizes = sizes[sizes > 0]
    if interval is not None and interval not in sizes.index:
        raise UnknownNameError("interval", interval, [str(name) for name in sorted(sizes.index)])
    chosen = interval or min(str(name) for name in sizes.index[sizes == sizes.max()])
    terms = book.terms
    place = np.arange(len(terms.spell))
    is_first = np.append(True, terms.spell[1:] != terms.spell[:-1])[: len(place)]
    start = np.maximum.accumulate(np.where(is_first, place, 0))
    is_other = terms.interval != terms.intervals.index(chosen)
    changed = np.maximum.accumulate(np.where(is_other, place, -1))
    is_kept = (changed < start) & terms.is_decided
    renewal = (place - start + 1)[is_kept]
    return Faced(terms.spell[is_kept], renewal, terms.is_renewed[is_kept]), chosen


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
    cohort, numbers = _cohorts(book, chosen, period, first_weekday)
    table = _counted(rows, cohort, numbers)
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


def _cohorts(book: Book, chosen: str, period: Period, first_weekday: int) -> tuple[Whole, Whole]:
    """Place of each spell's cohort, -1 where it began with another interval; and their numbers."""
    spell = book.runs["spell"].to_numpy()
    first = book.runs[np.append(True, spell[1:] != spell[:-1])]
    days, code = np.unique(first["paid_from"], return_inverse=True)
    known = [period_of(day_of(day), period, first_weekday=first_weekday) for day in days]
    numbers, place = np.unique(np.array(known, dtype=np.int64), return_inverse=True)
    return np.where(first["interval"].eq(chosen), place[code], -1), numbers


def _counted(rows: Faced, cohort: Whole, numbers: Whole) -> pd.DataFrame:
    """How many of each cohort faced and made each renewal."""
    mine = cohort[rows.spell]
    width = int(rows.renewal.max(initial=0)) + 1
    key = (mine * width + rows.renewal)[mine >= 0]
    due = np.bincount(key, minlength=len(numbers) * width)
    renewed = np.bincount(key, rows.is_renewed[mine >= 0], len(due))
    there = np.flatnonzero(due)
    sizes = np.bincount(cohort[cohort >= 0], minlength=len(numbers))
    table = pd.DataFrame(
        {
            "number": numbers[there // width],
            "renewal": there % width,
            "due": due[there],
            "renewed": renewed[there].astype(np.int64),
            "cohort_size": sizes[there // width],
        }
    )
    return with_rate(table, "renewed", "due")
