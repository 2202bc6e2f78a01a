"""At-risk threshold, lifetimes, log-rank, Cox."""

import numpy as np
import pandas as pd
import pytest

from analytics.churn.at_risk import at_risk, silence_thresholds, threshold
from analytics.churn.cox import cox
from analytics.churn.lifetimes import lifetimes
from analytics.churn.survival import survival, survival_summary
from analytics.errors import NotEnoughDataError, UnknownNameError
from analytics.kaplan_meier import kaplan_meier
from analytics.log_rank import log_rank
from tests.analytics.shops import Order, Person, Shop, day, random_shop, shop


def two_channels(seed=1, customers=300, days=700):
    """Buyers of `app` stop after each purchase with chance 0.2, of `ads` with 0.6."""
    random = np.random.default_rng(seed)
    orders = []
    for place in range(customers):
        channel = ("app", "ads")[place % 2]
        at = int(random.integers(0, days - 100))
        while at < days:
            when = day("2023-01-01") + pd.Timedelta(days=at).to_pytimedelta()
            orders.append(
                Order(f"c{place:04}", when, float(random.integers(5, 99)), channel=channel)
            )
            at += 1 + int(random.exponential(25))
            if random.uniform() < (0.2 if channel == "app" else 0.6):
                break
    return Shop(orders, as_of=day("2023-01-01") + pd.Timedelta(days=days - 1).to_pytimedelta())


@pytest.fixture(scope="module")
def leaky():
    return two_channels()


def test_threshold_is_the_first_silence_below_the_level():
    """40 wait: 10 come back after 5 days, 10 after 20; 20 are cut off after 100."""
    curve = kaplan_meier([5, 20, 100], [10, 10, 0], [0, 0, 20])
    # silent 0-4: (10 + 10) / 40 within 30 days, silent 5-19: 10 / 30, then 0
    assert threshold(curve, level=0.6, horizon=30) == 0
    assert threshold(curve, level=0.5, horizon=30) == 5
    assert threshold(curve, level=0.2, horizon=30) == 20
    assert threshold(curve, level=0.5, horizon=200) is None


def test_threshold_is_not_read_from_fewer_than_twenty():
    curve = kaplan_meier([5, 100], [30, 0], [0, 19])
    assert threshold(curve, level=0.2, horizon=30) is None


def test_error_of_a_fixed_rule_is_measured():
    """Silent over 30 days with the next 30 days closed: a (back after 40), b, c; d is too young."""
    world = shop(
        "2024-01-01 2024-02-10", "2024-01-01", "2024-01-10 2024-04-01", "2024-03-01",
        as_of="2024-04-20",
    )  # fmt: skip
    table = at_risk(world.table("purchases"), as_of=world.as_of, horizon=30, fixed_days=(30,))
    row = table[table["rule"] == "fixed"].iloc[0]
    # first purchases of a, b, c and the second of a (silent for 70 days) were flagged; only a came
    assert (row["numerator"], row["denominator"]) == (1, 4)
    assert row["customers"] == 3  # a, b and d are silent for more than 30 days now
    assert "25% of those silent for more than 30 days" in table.attrs["notes"][-1]


def test_thresholds_of_a_leaky_shop(leaky):
    table = at_risk(leaky.table("purchases"), as_of=leaky.as_of)
    days = table.set_index("rule")["silent_days"]
    assert 0 < days["below-50%"] < days["below-20%"] < 120
    flagged = table[table["rule"] == "below-20%"].iloc[0]
    assert flagged["rate"] < 0.25
    silence = silence_thresholds(leaky.table("purchases"), as_of=leaky.as_of)
    assert silence.is_lost_measured
    assert silence.at_risk_days >= 30
    assert silence.lost_days >= 90


def test_too_short_a_history_falls_back_and_says_so():
    silence = silence_thresholds(shop("2024-01-01").table("purchases"), as_of=day("2024-01-05"))
    assert (silence.at_risk_days, silence.lost_days) == (90, 180)
    assert not silence.is_at_risk_measured
    assert not silence.is_lost_measured
    table = at_risk(shop("2024-01-01").table("purchases"), as_of=day("2024-01-05"))
    assert table["silent_days"].isna().tolist()[:2] == [True, True]
    assert table["rate"].isna().all()


def test_lifetimes_end_with_the_last_purchase_or_are_cut_off():
    people = {"a": Person(signed_up=day("2023-12-02")), "b": Person(signed_up=day("2024-02-01"))}
    world = shop(
        "2024-01-01 2024-01-11", "2024-01-01 2024-04-01", as_of="2024-05-01", people=people
    )
    tables = world.tables("purchases", "customer_summary")
    lives = lifetimes(*tables, as_of=world.as_of, lost_days=60, origin="first-purchase").execute()
    rows = lives.sort_values("customer_number")[["duration", "is_event"]].to_numpy().tolist()
    assert rows == [[10, True], [121, False]]
    lives = lifetimes(*tables, as_of=world.as_of, lost_days=60, origin="signup").execute()
    assert lives.sort_values("customer_number")["duration"].tolist() == [40, 121]


def test_survival_columns_and_rule():
    world = shop("2024-01-01", "2024-01-01 2024-04-30", as_of="2024-05-01")
    tables = world.tables("purchases", "customer_summary")
    table = survival(*tables, as_of=world.as_of, lost_days=60)
    contract = ["group", "duration", "n_at_risk", "survival", "ci_lower", "ci_upper"]
    assert list(table.columns)[:6] == contract
    assert table[["duration", "survival"]].to_numpy().tolist() == [[0, 0.5], [121, 0.5]]
    assert "more than 60 days" in table.attrs["notes"][0]


def test_survival_from_sign_up_needs_sign_ups():
    world = shop("2024-01-01", as_of="2024-05-01")
    with pytest.raises(NotEnoughDataError, match="sign-up"):
        survival(*world.tables("purchases", "customer_summary"), as_of=world.as_of, origin="signup")


def test_planted_channel_is_found_by_survival_and_log_rank(leaky):
    tables = leaky.tables("purchases", "customer_summary")
    summary = survival_summary(*tables, as_of=leaky.as_of, by="first_channel")
    mean = summary.set_index("group")["restricted_mean_days"]
    assert mean["app"] > 1.5 * mean["ads"]
    assert summary.attrs["log_rank"].p_value < 1e-6
    table = survival(*tables, as_of=leaky.as_of, by="first_channel")
    assert any("log-rank" in note for note in table.attrs["notes"])


def test_medians_and_means_equal_lifelines(leaky):
    lifelines = pytest.importorskip("lifelines")
    utils = pytest.importorskip("lifelines.utils")
    tables = leaky.tables("purchases", "customer_summary")
    lives = lifetimes(*tables, as_of=leaky.as_of, lost_days=100, origin="first-purchase").execute()
    model = lifelines.KaplanMeierFitter().fit(lives["duration"], lives["is_event"])
    row = survival_summary(*tables, as_of=leaky.as_of, lost_days=100).iloc[0]
    assert row["median_days"] == model.median_survival_time_
    expected = utils.restricted_mean_survival_time(model, t=row["until_days"])
    assert row["restricted_mean_days"] == pytest.approx(expected)


@pytest.mark.parametrize("groups", [2, 3, 5])
def test_log_rank_equals_lifelines(groups):
    statistics = pytest.importorskip("lifelines.statistics")
    random = np.random.default_rng(groups)
    group = random.integers(0, groups, 400)
    frame = pd.DataFrame(
        {
            "group": [f"g{number}" for number in group],
            "duration": random.integers(0, 50, 400) // (1 + group),
            "event": random.integers(0, 2, 400),
        }
    )
    counts = (
        frame.assign(events=frame["event"], censored=1 - frame["event"])
        .groupby(["group", "duration"], as_index=False)[["events", "censored"]]
        .sum()
    )
    expected = statistics.multivariate_logrank_test(
        frame["duration"], frame["group"], frame["event"]
    )
    found = log_rank(counts)
    assert found.statistic == pytest.approx(expected.test_statistic, rel=1e-9)
    assert found.p_value == pytest.approx(expected.p_value, rel=1e-9)
    assert found.degrees == groups - 1


def test_log_rank_of_waltons():
    """Published by lifelines; ../shared/data/reference_values.json, km.waltons_logrank."""
    data = pytest.importorskip("lifelines.datasets").load_waltons()
    counts = (
        data.assign(duration=data["T"].astype(int), events=data["E"], censored=1 - data["E"])
        .groupby(["group", "duration"], as_index=False)[["events", "censored"]]
        .sum()
    )
    found = log_rank(counts)
    assert found.statistic == pytest.approx(122.24912557)
    assert found.p_value == pytest.approx(2.0359832e-28)


def test_one_group_has_nothing_to_differ_from():
    counts = pd.DataFrame({"group": ["a"], "duration": [1], "events": [1], "censored": [0]})
    assert log_rank(counts) is None


def test_cox_finds_the_planted_channel(leaky):
    table = cox(
        *leaky.tables("purchases", "customer_summary"),
        as_of=leaky.as_of,
        covariates=("first_channel",),
    )
    contract = ["covariate", "hazard_ratio", "ci_lower", "ci_upper", "p_value", "q_value"]
    assert list(table.columns)[:6] == contract
    row = table.iloc[0]
    assert row["covariate"] in {"first_channel=app", "first_channel=ads"}
    sign = 1 if row["covariate"].endswith("ads") else -1
    assert np.log(row["hazard_ratio"]) * sign > 0.3
    assert row["ci_lower"] < row["hazard_ratio"] < row["ci_upper"]
    assert row["q_value"] < 1e-4
    assert "Concordance 0." in table.attrs["notes"][0]
    assert "is compared with" in table.attrs["notes"][1]


def test_cox_on_the_second_purchase_turns_the_sign(leaky):
    tables = leaky.tables("purchases", "customer_summary")
    names = ("first_channel",)
    lost = cox(*tables, as_of=leaky.as_of, covariates=names).iloc[0]
    again = cox(*tables, as_of=leaky.as_of, covariates=names, event="second-purchase").iloc[0]
    assert lost["covariate"] == again["covariate"]
    assert (lost["hazard_ratio"] > 1) != (again["hazard_ratio"] > 1)


def test_cox_equals_lifelines_on_the_same_rows(leaky):
    lifelines = pytest.importorskip("lifelines")
    tables = leaky.tables("purchases", "customer_summary")
    lives = lifetimes(*tables, as_of=leaky.as_of, lost_days=100, origin="first-purchase").execute()
    people = leaky.table("customer_summary").execute()[["customer_number", "first_channel"]]
    rows = lives.merge(people, on="customer_number")
    found = cox(*tables, as_of=leaky.as_of, covariates=("first_channel",), lost_days=100).iloc[0]
    other = found["covariate"].split("=")[1]
    rows["x"] = (rows["first_channel"] == other).astype(float)
    model = lifelines.CoxPHFitter().fit(
        rows[["duration", "is_event", "x"]].astype(float), "duration", "is_event"
    )
    assert found["hazard_ratio"] == pytest.approx(float(model.hazard_ratios_["x"]), rel=1e-6)


def test_cox_drops_what_others_already_say(leaky):
    people = {
        order.customer: Person(channel=order.channel) for order in leaky.orders
    }  # the customers table repeats the first order's channel
    world = Shop(leaky.orders, people, leaky.as_of)
    table = cox(*world.tables("purchases", "customer_summary"), as_of=world.as_of)
    names = table["covariate"].str.partition("=")[0].tolist()
    assert names == ["first_channel", "first_revenue (doubled)"]


def test_cox_refuses_what_it_cannot_answer(leaky):
    tables = leaky.tables("purchases", "customer_summary")
    with pytest.raises(UnknownNameError, match="last_day"):
        cox(*tables, as_of=leaky.as_of, covariates=("last_day",))
    with pytest.raises(NotEnoughDataError, match="attributes that vary"):
        cox(*tables, as_of=leaky.as_of, covariates=("country",))
    tiny = shop("2024-01-01", as_of="2024-12-31")
    with pytest.raises(NotEnoughDataError, match="at least 20"):
        cox(*tiny.tables("purchases", "customer_summary"), as_of=tiny.as_of)


def test_a_loyal_shop_has_no_threshold():
    world = random_shop(3)
    table = at_risk(world.table("purchases"), as_of=world.as_of)
    assert table["silent_days"].isna().tolist()[1]
    assert any("never falls below 20%" in note for note in table.attrs["notes"])
