"""sBG and beta-discrete-Weibull against published values and against each other.

Survivors of 1,000 customers by year: Fader & Hardie (2007), tables 1 and 2.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from analytics.subscriptions.projection import holdout_error
from analytics.subscriptions.renewal_models import RenewalModel, fit_renewals

HIGH_END = np.array([1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394])
REGULAR = np.array([1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173])
SEGMENTS = {"high_end": HIGH_END, "regular": REGULAR}
SHARED = Path(__file__).parents[3] / "shared/data/reference_values.json"


def fitted(survivors, years, *, is_bent):
    return fit_renewals(survivors[:years], survivors[1 : years + 1], is_bent=is_bent)


@pytest.mark.parametrize(
    ("survivors", "years", "alpha", "beta", "likelihood"),
    [
        (HIGH_END, 7, 0.668, 3.806, -1611.158),
        (REGULAR, 7, 0.704, 1.182, -1680.265),
        (HIGH_END, 4, 1.281, 7.790, None),
        (REGULAR, 4, 0.7637, 1.2958, None),
    ],
)
def test_sbg_of_both_segments(survivors, years, alpha, beta, likelihood):
    model = fitted(survivors, years, is_bent=False)
    assert model.alpha == pytest.approx(alpha, abs=5.1e-4)
    assert model.beta == pytest.approx(beta, abs=5.1e-4)
    if likelihood:
        assert model.log_likelihood == pytest.approx(likelihood, abs=5.1e-4)


@pytest.mark.parametrize(
    ("survivors", "years", "parameters", "likelihood"),
    [
        (HIGH_END, 7, (0.2143, 1.4266, 1.7236), -1605.314),
        (REGULAR, 7, (0.4556, 0.7793, 1.2835), -1679.603),
        (HIGH_END, 4, (0.2593, 1.7226, 1.5844), None),
        (REGULAR, 4, (0.5230, 0.8943, 1.1964), None),
    ],
)
def test_bdw_of_both_segments(survivors, years, parameters, likelihood):
    model = fitted(survivors, years, is_bent=True)
    assert (model.alpha, model.beta, model.c) == pytest.approx(parameters, abs=5.1e-5)
    if likelihood:
        assert model.log_likelihood == pytest.approx(likelihood, abs=5.1e-4)


@pytest.mark.parametrize(
    ("survivors", "years", "is_bent", "error", "last"),
    [
        (HIGH_END, 7, False, 0.028, 37.8),
        (HIGH_END, 7, True, 0.013, 40.4),
        (REGULAR, 7, False, 0.015, 17.0),
        (REGULAR, 7, True, 0.014, 17.7),
        (HIGH_END, 4, False, 0.132, 30.7),
        (HIGH_END, 4, True, 0.017, 38.9),
        (REGULAR, 4, False, 0.054, 16.0),
        (REGULAR, 4, True, 0.013, 17.1),
    ],
)
def test_error_on_the_years_held_out(survivors, years, is_bent, error, last):
    model = fitted(survivors, years, is_bent=is_bent)
    found = holdout_error(model, survivors[1:] / 1000, years)
    assert found == pytest.approx(error, abs=5.1e-4)
    assert 100 * model.survival([12])[0] == pytest.approx(last, abs=0.051)


def test_cohorts_of_different_age_are_fitted_together():
    cohorts = [10000, 8000, 6480, 5307, 4391]
    due = [4 * 10000, 3 * 8000, 2 * 6480, 5307]
    renewed = [4 * 8000, 3 * 6480, 2 * 5307, 4391]
    assert due[0] == 4 * cohorts[0]
    model = fit_renewals(due, renewed, is_bent=False)
    assert (model.alpha, model.beta) == pytest.approx((3.7981, 15.1919), abs=5.1e-5)


def test_residual_lifetime_at_ten_percent():
    """Fader & Hardie (2010): a high-end customer before renewal n + 1."""
    model = fitted(HIGH_END, 7, is_bent=False)
    found = [model.remaining(n, discount=0.1) for n in range(12)]
    expected = [5.414, 5.901, 6.294, 6.620, 6.897, 7.136, 7.345, 7.530, 7.695, 7.843, 7.977, 8.100]
    assert found == pytest.approx(expected, abs=5.1e-4)


def test_the_sum_of_the_bent_model_meets_the_closed_form_where_it_is_straight():
    straight = RenewalModel(0.668, 3.806, 1.0, float("nan"))
    nearly = RenewalModel(0.668, 3.806, 1.0 + 1e-12, float("nan"))
    for n in (0, 7):
        assert nearly.remaining(n, discount=0.1) == pytest.approx(
            straight.remaining(n, discount=0.1), rel=1e-9
        )


def test_without_discount_a_heavy_tail_never_ends():
    assert RenewalModel(0.668, 3.806, 1.0, 0.0).remaining(0) == float("inf")
    # mean of b / (a - 1) renewals: 12 / 3
    assert RenewalModel(4.0, 12.0, 1.0, 0.0).remaining(0) == pytest.approx(4)


def test_the_likelihood_is_at_its_top():
    model = fitted(HIGH_END, 7, is_bent=True)

    def likelihood(alpha, beta, c):
        share = RenewalModel(alpha, beta, c, 0.0).survival(np.arange(8))
        lost = HIGH_END[:7] - HIGH_END[1:8]
        return float(lost @ np.log(-np.diff(share)) + HIGH_END[7] * np.log(share[7]))

    best = likelihood(model.alpha, model.beta, model.c)
    assert best == pytest.approx(model.log_likelihood, abs=1e-6)
    for factor in (0.97, 1.03):
        assert likelihood(model.alpha * factor, model.beta, model.c) < best
        assert likelihood(model.alpha, model.beta * factor, model.c) < best
        assert likelihood(model.alpha, model.beta, model.c * factor) < best


def test_customers_who_are_alike_give_a_constant_rate():
    due = np.round(10000 * 0.9 ** np.arange(10))
    renewed = np.round(due * 0.9)
    share = fit_renewals(due, renewed, is_bent=False).survival(np.arange(11))
    assert share[1:] / share[:-1] == pytest.approx(np.full(10, 0.9), abs=1e-3)


@pytest.mark.shared
def test_reference_values_hold_the_same_fits():
    values = json.loads(SHARED.read_text(encoding="utf-8"))
    for segment, survivors in SEGMENTS.items():
        sbg = values["sbg"]["fit_yrs_0_7"][segment]
        model = fitted(survivors, 7, is_bent=False)
        assert (model.alpha, model.beta) == pytest.approx((sbg["alpha"], sbg["beta"]), abs=5.1e-4)
        for years in (4, 7):
            model = fitted(survivors, years, is_bent=True)
            expected = values["bdw"][f"fit_yrs_0_{years}"][segment]
            assert (model.alpha, model.beta, model.c) == pytest.approx(expected, abs=5.1e-5)
