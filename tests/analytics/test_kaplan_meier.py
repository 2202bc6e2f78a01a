"""The estimator against lifelines and against values worked by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.kaplan_meier import kaplan_meier, median_days

WAITS = st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=60)


def of_waits(waits):
    durations = [days for days, _ in waits]
    events = [int(done) for _, done in waits]
    return kaplan_meier(durations, events, [1 - done for done in events])


@settings(deadline=None, max_examples=60)
@given(WAITS)
def test_equals_lifelines(waits):
    lifelines = pytest.importorskip("lifelines")
    durations, events = zip(*waits, strict=True)
    model = lifelines.KaplanMeierFitter().fit(durations, events)
    curve = of_waits(waits)
    assert model.survival_function_.index.tolist() == curve.day.tolist()
    assert np.allclose(model.survival_function_.iloc[:, 0], curve.survival, atol=1e-9)
    expected = model.confidence_interval_.to_numpy()
    inside = (curve.survival > 0) & (curve.survival < 1)
    assert np.allclose(expected[inside], np.transpose(curve.band)[inside], atol=1e-9)
    table = model.event_table
    assert (table["at_risk"].to_numpy()[1:] == curve.n_at_risk[1:]).all()
    median = model.median_survival_time_
    if not np.isclose(curve.survival, 0.5).any():  # there lifelines goes by the last bit
        assert curve.quantile(0.5) == (None if np.isinf(median) else median)


@settings(deadline=None, max_examples=30)
@given(WAITS, st.integers(1, 40))
def test_restricted_mean_equals_lifelines(waits, until):
    utils = pytest.importorskip("lifelines.utils")
    lifelines = pytest.importorskip("lifelines")
    durations, events = zip(*waits, strict=True)
    model = lifelines.KaplanMeierFitter().fit(durations, events)
    expected = utils.restricted_mean_survival_time(model, t=until)
    assert of_waits(waits).restricted_mean(until) == pytest.approx(expected, abs=1e-6)


def test_rest_chance_by_hand():
    """Five wait: back on day 2, 3 and 6, cut off on 4 and 10."""
    curve = kaplan_meier([2, 3, 4, 6, 10], [1, 1, 0, 1, 0], [0, 0, 1, 0, 1])
    chance, lower, upper = curve.chance([0, 3, 3], 3)
    # S(3) = 4/5 * 3/4 = 0.6; S(6) = 0.6 * 1/2 = 0.3
    assert chance.round(9).tolist() == [0.4, 0.5, 0.5]
    assert (lower < chance).all()
    assert (chance < upper).all()


def test_rest_chance_beyond_the_follow_up_is_null():
    curve = kaplan_meier([2, 10], [1, 0], [0, 1])
    assert np.isnan(curve.chance([8], 3)).all()
    assert np.isnan(curve.at(11))


def test_rest_chance_equals_the_curve_of_those_still_waiting():
    random = np.random.default_rng(1)
    waits = [(int(days), bool(done)) for days, done in zip(
        random.integers(1, 100, 300), random.integers(0, 2, 300), strict=True)]  # fmt: skip
    silent, within = 20, 30
    later = [(days - silent, done) for days, done in waits if days > silent]
    expected = of_waits(later)
    place = np.searchsorted(expected.day, within, side="right") - 1
    found = of_waits(waits).chance([silent], within)
    lower, upper = expected.band
    assert found[0][0] == pytest.approx(1 - expected.survival[place])
    assert found[1][0] == pytest.approx(1 - upper[place])
    assert found[2][0] == pytest.approx(1 - lower[place])


def test_nobody_has_no_curve():
    assert kaplan_meier([], [], []) is None


def test_quartile_days():
    curve = kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 0, 0])
    assert [curve.quantile(share) for share in (0.25, 0.5, 0.75)] == [1, 2, 3]


def test_medians_of_many_groups_equal_the_curves_of_each():
    random = np.random.default_rng(8)
    table = pd.DataFrame(
        {
            "item": random.choice(list("abcdefgh"), 400),
            "duration": random.integers(0, 40, 400),
            "events": random.integers(0, 3, 400),
            "censored": random.integers(0, 2, 400),
        }
    )
    table = table.groupby(["item", "duration"], as_index=False).sum().sample(frac=1, random_state=1)
    table.loc[table["item"] == "h", "events"] = 0
    items, days = median_days(table, "item")
    assert items == sorted(items)
    for item, found in zip(items, days, strict=True):
        part = table[table["item"] == item]
        curve = kaplan_meier(part["duration"], part["events"], part["censored"])
        assert (None if pd.isna(found) else found) == curve.quantile(0.5)
    assert days.isna().any()
    assert days.notna().any()
