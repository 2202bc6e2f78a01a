"""Calendar periods as integers, and the one way to turn days into numbers.

A period is numbered so that neighbours differ by one: months by `12 · year + month − 1`, weeks from
the first weekday, days from 1970-01-01. Integers group fast, subtract exactly and mean the same on
every engine; dates return where a table leaves the engine.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Period = Literal["month", "week", "quarter", "day", "year"]

WINDOW_DAYS: dict[str, int] = {"day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}

DAY_S = 86_400

_EPOCH = date(1970, 1, 1)
_THURSDAY = 3  # the weekday of the epoch, Monday being 0
_DAYS_IN_WEEK, _MONTHS_IN_YEAR, _QUARTERS_IN_YEAR = 7, 12, 4


def epoch_day(day: date) -> int:
    """Days from 1970-01-01 to this day.

    >>> epoch_day(date(1970, 1, 31))
    30
    """
    return (day - _EPOCH).days


def epoch_days(column: Any) -> Any:
    """Days from 1970-01-01 to each day of an Ibis date column, as an integer expression.

    Difference of two such columns is whole local days, across any change of clocks.
    """
    return column.epoch_days().cast("int64")


def period_of(day: date, period: Period, *, first_weekday: int = 0) -> int:
    """Number of the period that holds this day.

    >>> period_of(date(2024, 2, 29), "month") - period_of(date(2023, 12, 31), "month")
    2
    >>> period_of(date(2021, 1, 3), "week") - period_of(date(2020, 12, 28), "week")
    0
    """
    numbers: dict[str, int] = {
        "day": epoch_day(day),
        "week": (epoch_day(day) + _THURSDAY - first_weekday) // _DAYS_IN_WEEK,
        "month": day.year * _MONTHS_IN_YEAR + day.month - 1,
        "quarter": day.year * _QUARTERS_IN_YEAR + (day.month - 1) // 3,
        "year": day.year,
    }
    return numbers[period]


def period_number(column: Any, period: Period, *, first_weekday: int = 0) -> Any:
    """Number of the period that holds each day of an Ibis date column.

    Equals `period_of` day by day; see there.
    """
    numbers: dict[str, Callable[[], Any]] = {
        "day": lambda: epoch_days(column),
        "week": lambda: (epoch_days(column) + (_THURSDAY - first_weekday)) // _DAYS_IN_WEEK,
        "month": lambda: column.year() * _MONTHS_IN_YEAR + column.month() - 1,
        "quarter": lambda: column.year() * _QUARTERS_IN_YEAR + column.quarter() - 1,
        "year": column.year,
    }
    return numbers[period]().cast("int64")


def period_starts(
    numbers: npt.ArrayLike, period: Period, *, first_weekday: int = 0
) -> npt.NDArray[np.datetime64]:
    """First day of each numbered period, as `datetime64[ns]`.

    >>> period_starts([period_of(date(2024, 5, 31), "quarter")], "quarter").astype("datetime64[D]")
    array(['2024-04-01'], dtype='datetime64[D]')
    """
    number = np.asarray(numbers, dtype=np.int64)
    if period == "week":
        days = number * _DAYS_IN_WEEK - _THURSDAY + first_weekday
        return days.astype("datetime64[D]").astype("datetime64[ns]")
    since_epoch, unit = {
        "day": (number, "D"),
        "month": (number - _EPOCH.year * _MONTHS_IN_YEAR, "M"),
        "quarter": (number * 3 - _EPOCH.year * _MONTHS_IN_YEAR, "M"),
        "year": (number - _EPOCH.year, "Y"),
    }[period]
    return since_epoch.astype(f"datetime64[{unit}]").astype("datetime64[ns]")


def period_start_days(
    numbers: npt.ArrayLike, period: Period, *, first_weekday: int = 0
) -> npt.NDArray[np.int64]:
    """First day of each numbered period, as days from 1970-01-01.

    >>> int(period_start_days([1970 * 12 + 1], "month")[0])
    31
    """
    starts = period_starts(numbers, period, first_weekday=first_weekday)
    return starts.astype("datetime64[D]").astype(np.int64)


def period_end_days(
    numbers: npt.ArrayLike, period: Period, *, first_weekday: int = 0
) -> npt.NDArray[np.int64]:
    """Last day of each numbered period, as days from 1970-01-01.

    >>> int(period_end_days([1970 * 12], "month")[0])
    30
    """
    following = np.asarray(numbers, dtype=np.int64) + 1
    return period_start_days(following, period, first_weekday=first_weekday) - 1


def is_complete(
    numbers: npt.ArrayLike, period: Period, *, as_of: date, first_weekday: int = 0
) -> npt.NDArray[np.bool_]:
    """Whether as-of has reached the last day of each numbered period.

    >>> is_complete([2024 * 12, 2024 * 12 + 1], "month", as_of=date(2024, 2, 28)).tolist()
    [True, False]
    """
    return period_end_days(numbers, period, first_weekday=first_weekday) <= epoch_day(as_of)


def last_complete(as_of: date, period: Period, *, first_weekday: int = 0) -> int:
    """Number of the newest period that as-of has completed.

    >>> last_complete(date(2024, 2, 29), "month") == period_of(date(2024, 2, 1), "month")
    True
    """
    tomorrow = as_of + timedelta(days=1)
    return period_of(tomorrow, period, first_weekday=first_weekday) - 1
