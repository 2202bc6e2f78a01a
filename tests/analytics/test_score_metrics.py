"""Measures of a forecast, against scikit-learn, simulation and counting by hand."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from analytics.churn.score_metrics import Resampled, auc, brier, resamples


def forecasts(seed, n=600, *, is_coarse=False):
    random = np.random.default_rng(seed)
    chance = random.uniform(0.02, 0.98, n)
    away = random.uniform(size=n) < chance
    return away, np.round(chance, 1) if is_coarse else chance


def drawn(away, chance):
    return Resampled(away, chance, resamples(len(away)))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("is_coarse", [False, True])
def test_values_are_those_of_scikit_learn(seed, is_coarse):
    away, chance = forecasts(seed, is_coarse=is_coarse)
    assert auc(away, chance)[0] == pytest.approx(roc_auc_score(away, chance), abs=1e-12)
    assert brier(away, chance)[0] == pytest.approx(brier_score_loss(away, chance), abs=1e-12)
    of_leavers = average_precision_score(away, chance)
    of_buyers = average_precision_score(~away, 1 - chance)
    measures = drawn(away, chance)
    assert measures.pr_auc()[0] == pytest.approx(of_leavers, abs=1e-12)
    assert measures.buyers_pr_auc()[0] == pytest.approx(of_buyers, abs=1e-12)


def test_delong_interval_holds_its_level():
    """Scores of two normal groups one apart: the true AUC is Φ(1/√2) = 0.7602."""
    random = np.random.default_rng(3)
    inside = 0
    for _ in range(1500):
        score = np.concatenate([random.normal(1, 1, 60), random.normal(0, 1, 120)])
        _, lower, upper = auc(np.repeat([True, False], [60, 120]), score)
        inside += lower <= 0.760250 <= upper
    assert inside / 1500 == pytest.approx(0.95, abs=0.02)


def test_a_perfect_and_an_undefined_ranking():
    away = np.array([True, True, False])
    assert auc(away, np.array([0.9, 0.8, 0.1])) == (1, 1, 1)
    assert np.isnan(auc(np.array([True, True]), np.array([0.9, 0.8]))).all()


def test_calibration_error_by_hand():
    """Twenty customers in ten pairs, each foretold 0.5; in four pairs both came out alike."""
    away = np.array([True, True] * 2 + [False, False] * 2 + [True, False] * 6)
    assert drawn(away, np.full(20, 0.5)).calibration_error()[0] == pytest.approx(4 * 0.5 / 10)


def test_lift_by_hand():
    """Ten buyers among a hundred; six of them among the ten likeliest to buy."""
    chance = np.linspace(0, 1, 100)
    away = np.ones(100, bool)
    away[[0, 1, 2, 3, 4, 5, 50, 60, 70, 80]] = False
    value, lower, upper = drawn(away, chance).buy_lift()
    assert value == pytest.approx(0.6 / 0.1)
    assert lower < value < upper


def test_bootstrap_intervals_hold_the_truth_of_many_samples():
    values = np.array([drawn(*forecasts(seed, 300)).pr_auc() for seed in range(60)])
    truth = drawn(*forecasts(999, 60_000)).pr_auc()[0]
    inside = (values[:, 1] <= truth) & (truth <= values[:, 2])
    assert inside.mean() > 0.85
