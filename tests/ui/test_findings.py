"""Findings say a change only where the interval of the difference excludes zero."""

import numpy as np
import pandas as pd
import pytest

from analytics.intervals import wilson
from ui import findings


def rates(*rows, column="period"):
    table = pd.DataFrame(rows, columns=[column, "numerator", "denominator", "is_mature"])
    table[column] = pd.to_datetime(table[column])
    lower, upper = wilson(table["numerator"], table["denominator"])
    rate = table["numerator"] / table["denominator"]
    return table.assign(rate=rate, ci_lower=lower, ci_upper=upper)


def cells(*rows):
    table = rates(*rows, column="cohort")
    table = table.rename(columns={"numerator": "active", "denominator": "cohort_size"})
    return table.assign(period_index=1)


def test_a_small_difference_is_not_called_a_trend():
    trend = rates(("2024-01-01", 40, 100, True), ("2024-02-01", 45, 100, True))
    said = findings.newest_against_older(trend, "month")
    assert "no difference" in said
    assert "n = 100" in said


@pytest.mark.parametrize(("hits", "word"), [(800, "above"), (100, "below")])
def test_a_clear_difference_is_called_with_its_interval(hits, word):
    trend = rates(("2024-01-01", 400, 1000, True), ("2024-02-01", hits, 1000, True))
    said = findings.newest_against_older(trend, "month")
    assert word in said
    assert f"{abs(hits - 400) / 10:.1f} points" in said


def test_an_open_cohort_is_never_compared():
    trend = rates(("2024-01-01", 400, 1000, True), ("2024-02-01", 10, 1000, False))
    assert findings.newest_against_older(trend, "month") == ""


def test_equal_cohorts_are_told_to_be_alike():
    table = cells(*((f"2024-0{month}-01", 20, 100, True) for month in range(1, 6)))
    assert "none differs" in findings.standing_out(table, "month")


def test_the_cohort_that_differs_is_named():
    rows = [(f"2024-0{month}-01", 20, 100, True) for month in range(1, 6)]
    said = findings.standing_out(cells(*rows, ("2024-06-01", 60, 100, True)), "month")
    assert "Jun 2024" in said
    assert "60.0%" in said
    assert "20.0%" in said


def test_a_rate_without_people_is_no_number():
    table = pd.DataFrame(
        {
            "horizon_days": [90],
            "scope": ["any"],
            "numerator": [0],
            "denominator": [0],
            "rate": [np.nan],
        }
    )
    assert findings.rate_row(table, horizon_days=90, scope="any") is None
    assert findings.rate_row(table, horizon_days=30) is None
    assert "No customer has been here for 90 days" in findings.repurchase(
        table, pd.DataFrame(), pd.DataFrame(), horizon=90, unit="month"
    )


def test_the_first_sentence_is_bold_and_nothing_is_left_out_quietly():
    assert findings.joined("One.", "", "Two.") == "**One.** Two."
    assert findings.joined("") == ""
