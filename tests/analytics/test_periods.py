"""Numbers of periods against the calendar, in Python and in the engine."""

from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.periods import (
    epoch_day,
    epoch_days,
    is_complete,
    last_complete,
    period_end_days,
    period_number,
    period_of,
    period_starts,
)

PERIODS = ("day", "week", "month", "quarter", "year")
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def start(day, period, first_weekday=0):
    number = period_of(day, period, first_weekday=first_weekday)
    return period_starts([number], period, first_weekday=first_weekday)[0].astype("datetime64[D]")


@pytest.mark.parametrize(
    ("day", "period", "expected"),
    [
        ("2024-02-29", "month", "2024-02-01"),
        ("2023-12-31", "month", "2023-12-01"),
        ("2024-12-31", "quarter", "2024-10-01"),
        ("2024-12-31", "year", "2024-01-01"),
        ("2024-12-31", "week", "2024-12-30"),  # ISO week 1 of 2025
        ("2021-01-03", "week", "2020-12-28"),  # ISO week 53 of 2020
        ("1969-12-31", "week", "1969-12-29"),
    ],
)
def test_start_of_the_period(day, period, expected):
    assert str(start(date.fromisoformat(day), period)) == expected


def test_a_sunday_first_week_begins_on_sunday():
    assert str(start(date(2024, 5, 4), "week", first_weekday=6)) == "2024-04-28"
    assert str(start(date(2024, 5, 5), "week", first_weekday=6)) == "2024-05-05"


@given(DAYS, st.sampled_from(PERIODS), st.integers(0, 6))
def test_a_day_lies_between_start_and_end_of_its_period(day, period, first_weekday):
    number = period_of(day, period, first_weekday=first_weekday)
    begin = start(day, period, first_weekday).astype(np.int64)
    end = period_end_days([number], period, first_weekday=first_weekday)[0]
    assert begin <= epoch_day(day) <= end
    assert period_of(day + timedelta(days=int(end) - epoch_day(day) + 1), period,
                     first_weekday=first_weekday) == number + 1  # fmt: skip


@given(DAYS)
def test_iso_weeks_agree_with_the_standard_library(day):
    assert start(day, "week") == np.datetime64(day - timedelta(days=day.weekday()))


def test_the_engine_numbers_days_as_python_does():
    days = [date(2019, 12, 25) + timedelta(days=step) for step in range(0, 2000, 3)]
    table = ibis.memtable(pa_days(days))
    for period in PERIODS:
        for first_weekday in (0, 6):
            found = table.select(
                "day", n=period_number(table.day, period, first_weekday=first_weekday)
            )
            frame = ibis.duckdb.connect().execute(found)
            expected = [
                period_of(pd.Timestamp(day).date(), period, first_weekday=first_weekday)
                for day in frame["day"]
            ]
            assert frame["n"].tolist() == expected


def pa_days(days):
    import pyarrow as pa

    return pa.table({"day": pa.array(days, pa.date32())})


def test_differences_of_epoch_days_are_calendar_days():
    table = ibis.memtable(pa_days([date(2024, 2, 28), date(2024, 3, 1)]))
    found = ibis.duckdb.connect().execute(table.select(n=epoch_days(table.day)))["n"]
    assert found.max() - found.min() == 2


@pytest.mark.parametrize(
    ("as_of", "period", "expected"),
    [
        ("2024-02-28", "month", "2024-01-01"),
        ("2024-02-29", "month", "2024-02-01"),
        ("2023-12-31", "quarter", "2023-10-01"),
        ("2024-05-05", "week", "2024-04-29"),
        ("2024-05-04", "week", "2024-04-22"),
    ],
)
def test_a_period_is_complete_once_as_of_has_reached_its_last_day(as_of, period, expected):
    day = date.fromisoformat(as_of)
    newest = last_complete(day, period)
    assert str(period_starts([newest], period)[0].astype("datetime64[D]")) == expected
    assert is_complete([newest, newest + 1], period, as_of=day).tolist() == [True, False]
