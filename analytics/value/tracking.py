"""Did the model foresee what came?"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.notes import Note
from analytics.periods import epoch_day, epoch_days, period_of, period_start_days, period_starts
from analytics.tables import collect, finish
from analytics.value.histories import Floats, customer_histories
from analytics.value.models import Fitted, Model, calibration_end, fit_model
from analytics.value.suspicions import fit_notes

HELD_BACK = 90


def btyd_tracking(
    purchases: Any,
    *,
    as_of: date,
    first_weekday: int = 0,
    model: Model = "mbg-nbd",
    until: date | None = None,
) -> pd.DataFrame:
    """Do as many repeat purchases come week by week as the model expects?

    The model sees the purchases up to a day and is then left alone. Expected in a week: what the
    model expects of every customer won by then, from the first purchase on; only those customers
    are counted. Weeks after that day are the test.

    Parameters
    ----------
    purchases
        The mart, one row per purchase.
    as_of
        Local day up to which the data reach.
    first_weekday
        0 is Monday.
    model
        "mbg-nbd", "bg-nbd" or "pareto-nbd".
    until
        Last day that the model sees; by default 90 days before as-of.

    Returns
    -------
    DataFrame
        period (first day of the week), actual and expected repeat purchases, cumulative_actual,
        cumulative_expected, is_holdout (the week began after `until`), is_mature (as-of has
        completed it). The whole test stands in the notes: expected with its 95 % interval, and what
        came; `attrs["test"]` holds the same numbers.

    Raises
    ------
    InvalidSettingError
        If `until` is not before as-of.
    NotEnoughDataError
        If fewer than 100 customers had bought again by then.

    Notes
    -----
    Fader, Hardie & Lee (2005), figures 2 and 3. The expectation of the test is conditional: of each
    customer by the history known at `until`.
    """
    end = calibration_end(as_of=as_of, until=until, default=HELD_BACK)
    fitted = fit_model(purchases, until=end, model=model)
    first = _first_days(purchases, end)
    origin, last = int(first["day"].min()), epoch_day(as_of)
    actual = _repeats(purchases, end, as_of, origin, last)
    expected = _expected(first, fitted, origin, last)
    days = pd.DataFrame({"actual": actual, "expected": expected}, index=np.arange(origin, last + 1))
    table = _weekly(days, as_of=as_of, end=end, first_weekday=first_weekday)
    test = held_out(fitted, actual[epoch_day(end) + 1 - origin :].sum(), (as_of - end).days)
    notes = [_test_note(test, (as_of - end).days), *fit_notes(fitted, purchases, until=end)]
    result = finish(table, ["period"], notes)
    result.attrs["test"] = test
    return result


def held_out(fitted: Fitted, actual: float, days: int) -> dict[str, float]:
    """Purchases that the model expects of its customers in the days after, and what came."""
    h = fitted.histories
    expected = float(h.customers @ fitted.outlook(*h, horizon=days).expected)
    variance = float(h.customers @ fitted.variance(*h, horizon=days))
    half = fitted.interval(variance, fitted.slopes(*h, horizon=days).T @ h.customers)
    return {
        "actual": float(actual),
        "expected": expected,
        "lower": max(expected - half, 0.0),
        "upper": expected + half,
        "days": float(days),
    }


def _first_days(purchases: Any, end: date) -> pd.DataFrame:
    rows = customer_histories(purchases, until=end)
    rows = rows.select(day=epoch_days(rows.first_day))
    return collect(rows.group_by("day").aggregate(n=rows.count())).sort_values("day")


def _repeats(purchases: Any, end: date, as_of: date, origin: int, last: int) -> Floats:
    """Repeat purchases by day of customers won up to the end of the fit."""
    known = purchases.filter(
        (purchases.first_day <= end) & (purchases.day <= as_of) & (purchases.purchase_number > 1)
    )
    known = known.select(day=epoch_days(known.day))
    counts = collect(known.group_by("day").aggregate(n=known.count()))
    counted = np.bincount(counts["day"] - origin, counts["n"], last - origin + 1)
    return counted.astype(np.float64)


def _expected(first: pd.DataFrame, fitted: Fitted, origin: int, last: int) -> Floats:
    """Expected repeat purchases by day: new customers a day, folded with what one of them makes."""
    days = last - origin + 1
    won = np.bincount(first["day"] - origin, first["n"], days)
    made = np.diff(fitted.model.expected_new(np.arange(days)), prepend=0.0)
    return np.convolve(won, made)[:days]


def _weekly(days: Any, *, as_of: date, end: date, first_weekday: int) -> pd.DataFrame:
    """Add up the days of each week; a first week that is not whole has fewer."""
    first = np.datetime64(int(days.index[0]), "D").item()
    begin = period_of(first, "week", first_weekday=first_weekday)
    newest = period_of(as_of, "week", first_weekday=first_weekday)
    numbers = np.arange(begin, newest + 1)
    starts = period_start_days(numbers, "week", first_weekday=first_weekday)
    week = np.searchsorted(starts, days.index, side="right") - 1
    sums = days.groupby(week).sum()
    return pd.DataFrame(
        {
            "period": period_starts(numbers, "week", first_weekday=first_weekday),
            "actual": sums["actual"].astype("int64"),
            "expected": sums["expected"],
            "cumulative_actual": sums["actual"].cumsum().astype("int64"),
            "cumulative_expected": sums["expected"].cumsum(),
            "is_holdout": starts > epoch_day(end),
            "is_mature": starts + 6 <= epoch_day(as_of),
        }
    )


def _test_note(test: dict[str, float], days: int) -> Note:
    text = (
        "Tested on the last {days} days, which the model did not see: {actual:,.0f} repeat "
        "purchases came, {expected:,.0f} were expected ({lower:,.0f} to {upper:,.0f})."
    )
    numbers = {name: test[name] for name in ("actual", "expected", "lower", "upper")}
    return Note("value_tested", text, days=days, **numbers)
