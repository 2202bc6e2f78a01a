"""Billing terms: how long one is, and the days on which a run of them falls due."""

import re

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.float64]
"""Days from 1970-01-01; NaN where there is none."""

Whole = npt.NDArray[np.int64]

MONTH_DAYS = 365.25 / 12
_WORDS = re.compile(r"(?:(\d+) )?(day|week|month|quarter|year)s?")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}
_LAST_MONTH = 12 * (9999 - 1970)  # as good as never


def term_of(interval: str | None) -> tuple[int, int]:
    """Length of a billing interval in months and in days, one of them 0; a month where unknown.

    >>> [term_of(word) for word in ("month", "year", "2 weeks", "6 months", None)]
    [(1, 0), (12, 0), (0, 14), (6, 0), (1, 0)]
    """
    match = _WORDS.fullmatch(interval or "")
    if match is None:
        return 1, 0
    n, unit = int(match[1] or 1), match[2]
    return n * _MONTHS.get(unit, 0), n * _DAYS.get(unit, 0)


def due_days(anchor: Days, number: npt.ArrayLike, months: Days, days: Days) -> Days:
    """Day on which the n-th renewal after each anchor falls due; a short month ends on its last.

    >>> start = np.array([19753.0])  # 2024-01-31
    >>> found = due_days(start, [1], np.array([1.0]), np.array([0.0]))
    >>> found.astype("datetime64[D]")
    array(['2024-02-29'], dtype='datetime64[D]')
    """
    n = np.asarray(number, float)
    month, day = _month_and_day(anchor)
    later = month + (n * months).astype(np.int64)
    return np.where(months > 0, _on_day(later, day), anchor + n * days).astype(float)


def every_due_day(anchor: Days, known: Whole, months: int, days: int) -> Days:
    """Days on which the first so many renewals after each anchor fall due, all in a row.

    >>> start = np.array([19753.0, 19754.0])  # 2024-01-31 and the day after
    >>> every_due_day(start, np.array([2, 1]), 1, 0).astype("datetime64[D]")
    array(['2024-02-29', '2024-03-31', '2024-03-01'], dtype='datetime64[D]')
    """
    before = np.repeat(np.cumsum(known) - known, known)
    number = np.arange(len(before)) - before + 1
    if not months:
        return np.repeat(anchor, known) + number * days
    month, day = (np.repeat(part, known) for part in _month_and_day(anchor))
    return _on_day(month + number * months, day).astype(float)


def _month_and_day(days: Days) -> tuple[Whole, Whole]:
    """Month counted from 1970 and day in it, from 0."""
    dates = days.astype(np.int64).astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    return month.astype(np.int64), (dates - month.astype("datetime64[D]")).astype(np.int64)


def _on_day(month: Whole, day: Whole) -> Whole:
    """The day of this number (from 0) in each month counted from 1970; its last if it is short."""
    if not month.size:
        return month
    month = np.minimum(month, _LAST_MONTH)
    low, high = int(month.min()), int(month.max())
    months = np.arange(low, high + 2).astype("datetime64[M]")
    starts = months.astype("datetime64[D]").astype(np.int64)
    place = month - low
    return starts[place] + np.minimum(day, np.diff(starts)[place] - 1)


def terms_by(anchor: Days, until: Days, months: Days, days: Days) -> Days:
    """How many renewals fell due by the end of each day `until`; 0 before the first.

    >>> start, month, none = np.array([19753.0]), np.array([1.0]), np.array([0.0])
    >>> [int(terms_by(start, start + wait, month, none)[0]) for wait in (28, 29, 60, -5)]
    [0, 1, 2, 0]
    """
    length = np.where(months > 0, months * MONTH_DAYS, days)
    number = np.maximum(np.floor((until - anchor) / length) - 1, 0)
    for _ in range(3):  # the estimate is at most two terms too low
        number += due_days(anchor, number + 1, months, days) <= until
    return number
