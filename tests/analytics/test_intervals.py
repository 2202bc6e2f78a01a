"""Intervals against published numbers and against statsmodels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.intervals import (
    benjamini_hochberg,
    newcombe,
    poisson,
    rate,
    two_share_p_value,
    wilson,
)


def test_wilson_reproduces_newcombe_1998_table_1():
    """Cases of Newcombe (1998), "Two-sided confidence intervals for the single proportion"."""
    lower, upper = wilson([81, 15, 0, 1], [263, 148, 20, 29])
    assert lower.round(4).tolist() == [0.2553, 0.0624, 0.0, 0.0061]
    assert upper.round(4).tolist() == [0.3662, 0.1605, 0.1611, 0.1718]


def test_wilson_equals_statsmodels():
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    hits = np.array([0, 1, 3, 50, 99, 100, 7, 400])
    total = np.array([1, 1, 10, 100, 100, 100, 9, 100_000])
    expected = proportion.proportion_confint(hits, total, method="wilson")
    assert np.allclose(wilson(hits, total), expected, atol=1e-12)


def test_newcombe_equals_statsmodels():
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    cases = [(56, 70, 48, 80), (9, 10, 3, 10), (0, 20, 5, 20), (6, 7, 2, 7)]
    for case in cases:
        difference, lower, upper = newcombe(*([value] for value in case))
        expected = proportion.confint_proportions_2indep(*case, method="newcomb", compare="diff")
        assert np.allclose([lower[0], upper[0]], expected, atol=1e-12)
        assert difference[0] == pytest.approx(case[0] / case[1] - case[2] / case[3])


def test_newcombe_cookie_cats_retention_7():
    """Interval of ../shared/data/reference_values.json, cookie_cats.ret7."""
    _, lower, upper = newcombe([8279], [45489], [8502], [44700])
    assert (round(lower[0], 5), round(upper[0], 5)) == (-0.01328, -0.00312)


def test_undefined_shares_are_null():
    assert np.isnan(rate([0], [0])).all()
    assert np.isnan(wilson([0], [0])).all()
    assert np.isnan(newcombe([0], [0], [1], [2])).all()
    assert np.isnan(two_share_p_value([0], [0], [1], [2])).all()


def test_nobody_back_twice_is_no_surprise():
    assert two_share_p_value([0], [10], [0], [20]).tolist() == [1.0]


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_holds_the_share_and_stays_inside(hits, total):
    hits = min(hits, total)
    lower, upper = wilson(hits, total)
    assert 0 <= lower <= hits / total <= upper <= 1


def test_poisson_limits_of_garwood_1936():
    assert [round(float(bound), 3) for bound in poisson(0)] == [0, 3.689]
    assert [round(float(bound), 3) for bound in poisson(5)] == [1.623, 11.668]


def test_benjamini_hochberg_equals_statsmodels():
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    p = np.random.default_rng(3).uniform(size=40) ** 2
    assert np.allclose(benjamini_hochberg(p), multitest.multipletests(p, method="fdr_bh")[1])


def test_benjamini_hochberg_ignores_untested_rows():
    q = benjamini_hochberg([np.nan, 0.02, np.nan, 0.04])
    assert np.isnan(q[[0, 2]]).all()
    assert q[[1, 3]].tolist() == [0.04, 0.04]
