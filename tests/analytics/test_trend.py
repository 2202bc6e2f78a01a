"""The trend test, against the textbook and against a weighted regression."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from analytics.retention.over_time import retention_over_time
from analytics.trend import trend, trend_notes
from tests.analytics.shops import random_shop, shop

POSITION, HITS, TOTAL = np.arange(4.0), np.array([10, 14, 16, 22]), np.array([100, 90, 80, 70])


def test_equals_the_textbook_statistic_of_cochran_and_armitage():
    """T² = [Σ t (n p - p̄ n)]² ÷ p̄ q̄ (Σ n t² - (Σ n t)² / N), written as the books do."""
    pooled = HITS.sum() / TOTAL.sum()
    numerator = np.sum(POSITION * (HITS - pooled * TOTAL)) ** 2
    spread = np.sum(TOTAL * POSITION**2) - np.sum(TOTAL * POSITION) ** 2 / TOTAL.sum()
    statistic = numerator / (pooled * (1 - pooled) * spread)
    found = trend(POSITION, HITS, TOTAL)
    assert found.dispersion == 1
    assert found.p_value == pytest.approx(special.chdtrc(1, statistic), abs=1e-12)


def test_equals_a_weighted_regression_that_knows_its_scatter():
    """Scatter beyond chance: the p value is that of weighted least squares."""
    statsmodels = pytest.importorskip("statsmodels.api")
    hits = np.array([10, 60, 5, 70, 20, 75])
    total, position = np.full(6, 100), np.arange(6.0)
    pooled = hits.sum() / total.sum()
    weights = total / (pooled * (1 - pooled))
    line = statsmodels.WLS(hits / total, statsmodels.add_constant(position), weights).fit()
    found = trend(position, hits, total)
    assert found.dispersion == pytest.approx(line.scale)
    assert found.slope == pytest.approx(line.params[1], abs=1e-12)
    assert found.p_value == pytest.approx(line.pvalues[1], abs=1e-12)
    assert np.allclose((found.ci_lower, found.ci_upper), line.conf_int()[1], atol=1e-12)


def test_a_lucky_period_is_no_trend():
    steady = trend(np.arange(6), [20, 22, 24, 26, 28, 30], [200] * 6)
    wild = trend(np.arange(6), [5, 45, 10, 40, 6, 50], [200] * 6)
    assert steady.p_value < 0.2 < wild.p_value
    assert wild.dispersion > 10


def test_gaps_count_as_what_they_are():
    apart = trend([0, 1, 10], [10, 11, 20], [100] * 3)
    together = trend([0, 1, 2], [10, 11, 20], [100] * 3)
    assert apart.slope == pytest.approx(0.01)
    assert together.slope == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("position", "hits", "total"),
    [([0, 1], [1, 2], [9, 9]), ([3, 3, 3], [1, 2, 3], [9, 9, 9]), ([0, 1, 2], [0, 0, 0], [9] * 3)],
)
def test_nothing_to_read_a_trend_from(position, hits, total):
    assert trend(position, hits, total) is None
    assert "three complete periods" in trend_notes(None)[0]


def test_words_follow_the_sign():
    assert "rises by" in trend_notes(trend([0, 1, 2], [10, 30, 50], [100] * 3))[0]
    assert "falls by" in trend_notes(trend([0, 1, 2], [50, 30, 10], [100] * 3))[0]
    assert "No trend" in trend_notes(trend([0, 1, 2], [30, 31, 30], [100] * 3))[0]


def over_time(world, **options):
    tables = world.tables("purchases", "customer_summary", "purchase_items")
    return retention_over_time(*tables, as_of=world.as_of, **options)


def test_one_column_of_the_triangle_read_down():
    world = shop(
        *["2024-01-05 2024-02-05", "2024-01-06"],
        *["2024-02-07 2024-03-01", "2024-02-08 2024-03-02"],
        "2024-04-01",
        as_of="2024-04-30",
    )
    table = over_time(world)
    assert table["cohort"].dt.month.tolist() == [1, 2]
    assert table[["numerator", "denominator"]].to_numpy().tolist() == [[1, 2], [2, 2]]


def test_unfinished_cohorts_are_shown_and_not_tested():
    world = random_shop(2, customers=200, days=300)
    table = over_time(world)
    assert not table["is_mature"].all()
    assert table.attrs["trend"].n == table["is_mature"].sum()


def test_a_planted_rise_is_found():
    histories = []
    for month in range(1, 11):
        start = pd.Timestamp(2024, month, 5)
        back = (start + pd.DateOffset(months=1)).strftime("%Y-%m-%d")
        for place in range(40):
            again = f" {back}" if place < 4 + 3 * month else ""
            histories.append(f"{start:%Y-%m-%d}{again}")
    table = over_time(shop(*histories, as_of="2024-12-31"))
    assert table.attrs["trend"].slope == pytest.approx(3 / 40)
    assert "rises by 7.50 points" in table.attrs["notes"][-1]
