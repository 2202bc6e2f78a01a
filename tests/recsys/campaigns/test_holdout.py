import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.errors import InvalidSettingError
from recsys.campaigns.holdout import draws, holdout, quotas
from recsys.campaigns.power import minimum_detectable_effect

IDS = pd.Series([f"{n:06}" for n in range(20_000)])


def test_draws_are_uniform_and_differ_by_campaign_and_seed():
    one = draws(IDS, campaign="spring")
    assert stats.kstest(one, "uniform").pvalue > 0.001
    for other in (draws(IDS, campaign="autumn"), draws(IDS, campaign="spring", seed="2")):
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.03


def test_a_known_draw_never_changes():
    """Pinned: stored holdouts must be drawn again years later."""
    assert draws(pd.Series(["0000001"]), campaign="spring").tolist() == [0.2624712144112834]


def test_the_share_is_right():
    held = holdout(IDS, 0.1, campaign="spring")
    assert stats.binomtest(int(held.sum()), len(IDS), 0.1).pvalue > 0.001


def test_an_arm_depends_on_nobody_else():
    whole = pd.Series(holdout(IDS, 0.2, campaign="c"), IDS)
    part = IDS.sample(500, random_state=1)
    assert holdout(part, 0.2, campaign="c").tolist() == whole[part].tolist()


def test_strata_get_their_proportion_whatever_the_row_order():
    strata = pd.Series(np.where(np.arange(20_000) % 7 == 0, "rare", "common"))
    held = holdout(IDS, 0.15, campaign="c", strata=strata)
    assert held.sum() == 3000
    for stratum in ("rare", "common"):
        own = (strata == stratum).to_numpy()
        assert abs(held[own].sum() - 0.15 * own.sum()) <= 1
    order = np.random.default_rng(0).permutation(len(IDS))
    again = holdout(IDS.iloc[order], 0.15, campaign="c", strata=strata.iloc[order])
    assert (again == held[order]).all()


def test_quotas_add_up():
    sizes = np.array([3, 3, 3, 1])
    assert quotas(sizes, 0.5).sum() == 5
    assert (np.abs(quotas(sizes, 0.5) - sizes * 0.5) <= 1).all()


@pytest.mark.parametrize("share", [-0.1, 1, 1.5])
def test_a_share_that_means_nothing_is_refused(share):
    with pytest.raises(InvalidSettingError):
        holdout(IDS, share, campaign="c")


def test_the_least_effect_has_the_power_that_was_asked():
    """Simulated: a two-proportion z-test finds it in about 80 % of trials."""
    n_treatment, n_holdout, base = 4000, 1000, 0.1
    effect = minimum_detectable_effect(n_treatment, n_holdout, base)
    random = np.random.default_rng(0)
    treated = random.binomial(n_treatment, base + effect, 20_000) / n_treatment
    held = random.binomial(n_holdout, base, 20_000) / n_holdout
    pooled = (treated * n_treatment + held * n_holdout) / (n_treatment + n_holdout)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n_treatment + 1 / n_holdout))
    assert (np.abs((treated - held) / error) > 1.96).mean() == pytest.approx(0.8, abs=0.02)


def test_no_effect_can_be_shown_by_nobody():
    assert minimum_detectable_effect(100, 0, 0.1) is None
    assert minimum_detectable_effect(2, 2, 0.5) is None
    with pytest.raises(InvalidSettingError):
        minimum_detectable_effect(10, 10, 2)
