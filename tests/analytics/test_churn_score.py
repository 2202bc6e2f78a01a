"""The churn score: nothing is seen after the cut, and it is judged on time alone."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from analytics.churn.score import churn_importance, churn_reliability, churn_score, score_notes
from analytics.churn.score_gains import gains_table, ranking
from analytics.churn.score_list import churn_list
from analytics.churn.score_models import BOOSTING, FACTS, LOGISTIC, candidates
from analytics.churn.score_reasons import reasons
from analytics.churn.score_trial import Forecast, Trial, choose, run_trial
from analytics.churn.snapshots import Log, Plan, Snapshot, plan
from analytics.errors import InvalidSettingError, NotEnoughDataError
from tests.analytics.reference_shops import NEEDS_SHARED, cdnow, online_retail
from tests.analytics.shops import Event, Order, Shop, day, random_shop, shop

TABLES = ("purchases", "purchase_items", "customer_summary", "events")
START = date(2022, 1, 1)


def leaving_shop(seed=3, customers=1200, days=700, *, until=None):
    """Buyers every 20 days, who stop with chance 0.15 after a purchase; each is looked at."""
    random = np.random.default_rng(seed)
    orders, events = [], []
    for place in range(customers):
        at = int(random.integers(0, days - 60))
        while at < days:
            when = START + timedelta(days=at)
            orders.append(Order(f"c{place:04}", when, float(random.integers(5, 90))))
            is_over = random.uniform() < 0.15
            following = at + 1 + int(random.exponential(20))
            if not is_over:
                seen = datetime.combine(when, datetime.min.time()) + timedelta(days=2, hours=20)
                events.append(Event(f"c{place:04}", "view", seen))
            at = days if is_over else following
    if until is not None:
        orders = [order for order in orders if order.day <= until]
        events = [event for event in events if event.at.date() <= until]
    return Shop(orders, as_of=until or START + timedelta(days=days - 1), events=events)


@pytest.fixture(scope="module")
def leaving():
    return leaving_shop()


@pytest.fixture(scope="module")
def score(leaving):
    return churn_score(*leaving.tables(*TABLES), as_of=leaving.as_of)


def log_of(world, zone="UTC"):
    purchases, items, summary, events = world.tables(*TABLES)
    return Log.of(purchases, items, events, summary, zone=zone)


def feature_table(world, cut, zone="UTC"):
    return log_of(world, zone).known(cut)


def test_features_by_hand():
    """a bought on days 1, 31 and 61 of 2024 and looked on the 62nd; b once; c only later."""
    orders = [
        Order("a", day("2024-01-01"), 10, (("i", "c"), ("j", "c"))),
        Order("a", day("2024-01-31"), 30, (("k", "d"),)),
        Order("a", day("2024-03-01"), 20, (("i", "c"),)),
        Order("b", day("2024-02-20"), 5),
        Order("c", day("2024-03-12"), 5),
    ]
    events = [
        Event("a", "start", datetime(2024, 1, 2, 8)),
        Event("a", "finish", datetime(2024, 3, 2, 8)),
        Event("a", "view", datetime(2024, 3, 11, 0)),
    ]
    table = feature_table(Shop(orders, events=events), day("2024-03-10"))
    assert table["customer_number"].tolist() == [1, 2]
    a, b = table.iloc[0], table.iloc[1]
    assert (a["purchases"], a["tenure"], a["silent"]) == (3, 69, 9)
    assert (a["revenue"], a["max_revenue"]) == (60, 30)
    assert (a["bought_30"], a["bought_90"]) == (1, 3)
    assert (a["items"], a["categories"]) == (3, 2)
    assert (a["quiet"], a["seen_30"], a["seen_90"], a["starts"], a["finishes"]) == (8, 1, 2, 1, 1)
    assert (a["rhythm"], a["overdue"]) == (30, 9 / 30)
    assert pd.isna(b["rhythm"])
    assert pd.isna(b["quiet"])
    assert (b["seen_90"], b["finishes"]) == (0, 0)


def test_the_local_day_ends_where_the_shop_is():
    """16:30 UTC on 10 March is the 11th in Shanghai."""
    events = [Event("a", "view", datetime(2024, 3, 10, 16, 30))]
    world = Shop([Order("a", day("2024-03-01"))], as_of=day("2024-04-01"), events=events)
    assert feature_table(world, day("2024-03-10"))["seen_30"].tolist() == [1]
    assert feature_table(world, day("2024-03-10"), "Asia/Shanghai")["seen_30"].tolist() == [0]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rows_after_the_cut_change_no_feature(seed):
    cut = date(2024, 6, 1)
    world = random_shop(seed)
    events = [
        Event(order.customer, "view", datetime.combine(order.day, datetime.min.time()))
        for order in world.orders
    ]
    whole = Shop(world.orders, as_of=world.as_of, events=events)
    assert any(order.day > cut for order in whole.orders)
    early = Shop(
        [order for order in world.orders if order.day <= cut],
        as_of=cut,
        events=[event for event in events if event.at.date() <= cut],
    )
    one, other = feature_table(whole, cut), feature_table(early, cut)
    # customers who only came later shift the numbers: compare by name
    names = {number: name for name, number in whole.numbers.items()}
    own = {number: name for name, number in early.numbers.items()}
    one["customer_number"] = one["customer_number"].map(names)
    other["customer_number"] = other["customer_number"].map(own)
    pd.testing.assert_frame_equal(one, other)


def test_later_rows_change_no_forecast_of_the_past():
    """The whole trial at a cut, with and without the year that follows its outcome window."""
    cut = START + timedelta(days=400)
    known = leaving_shop(until=cut + timedelta(days=90))
    one = run_trial(log_of(known), as_of=known.as_of, horizon=90, cut=cut)
    whole = leaving_shop()
    other = run_trial(log_of(whole), as_of=whole.as_of, horizon=90, cut=cut)
    assert one.chosen == other.chosen
    assert len(one.test.snapshot.known) == len(other.test.snapshot.known)
    for model, chance in one.test.chances.items():
        np.testing.assert_allclose(chance, other.test.chances[model], atol=1e-9)


def test_outcome_windows_end_before_what_they_teach_is_asked():
    steps = plan(first_day=date(2022, 1, 1), as_of=date(2023, 12, 31), horizon=90)
    window = timedelta(days=90)
    assert steps.test + window == date(2023, 12, 31)
    assert len(steps.training(steps.test)) == 4
    assert len(steps.later) == 3
    for cut in (steps.test, *steps.later):
        assert all(one + window <= cut for one in steps.training(cut))
    assert all(later + window <= steps.test for later in steps.later)
    assert min(steps.earlier) >= date(2022, 1, 1) + window


def test_outcomes_are_the_days_after_the_cut():
    world = shop("2024-01-01 2024-03-01", "2024-01-01 2024-03-02", "2024-01-01 2024-05-30",
                 "2024-01-01 2024-05-31", as_of="2024-12-31")  # fmt: skip
    found = log_of(world).snapshot(day("2024-03-01"), 90)
    # a bought on the cut's own day only, d one day after the window's last
    assert found.end == day("2024-05-30")
    assert found.is_away.tolist() == [True, False, False, True]


def test_a_cut_whose_outcome_is_not_over_is_refused():
    with pytest.raises(InvalidSettingError, match="2023-10-02"):
        plan(
            first_day=date(2022, 1, 1), as_of=date(2023, 12, 31), horizon=90, cut=date(2023, 11, 1)
        )


def test_below_the_floor_it_is_refused_with_the_numbers():
    few = leaving_shop(customers=400)
    with pytest.raises(NotEnoughDataError, match="at least 500 buyers, found 3"):
        churn_score(*few.tables(*TABLES), as_of=few.as_of)
    short = leaving_shop(days=250)
    with pytest.raises(NotEnoughDataError, match="at least 180 days of history before the cut"):
        churn_score(*short.tables(*TABLES), as_of=short.as_of)
    once = Shop([Order(f"c{i}", START + timedelta(days=i % 400)) for i in range(900)])
    with pytest.raises(NotEnoughDataError, match="100 customers who bought again, found 0"):
        churn_score(*once.tables(*TABLES), as_of=once.as_of)


def test_the_score_beats_the_rule_where_there_is_something_to_know(score):
    table = score.set_index("model")
    chosen = table[table["chosen"]].iloc[0]
    assert chosen["auc_lower"] > 0.8
    assert chosen["brier"] < table.loc["recency", "brier"]
    assert (table["auc_lower"] < table["auc"]).all()
    assert (table["auc"] < table["auc_upper"]).all()
    assert len(set(table["n"])) == 1
    assert len(set(table["base_rate"])) == 1


def test_row_order_and_names_mean_nothing(leaving, score):
    turned = Shop(
        [
            Order(f"z{9999 - int(order.customer[1:])}", order.day, order.amount)
            for order in leaving.orders[::-1]
        ],
        as_of=leaving.as_of,
        events=[
            Event(f"z{9999 - int(event.customer[1:])}", event.event, event.at)
            for event in leaving.events[::-1]
        ],
    )
    again = churn_score(*turned.tables(*TABLES), as_of=turned.as_of)
    steady = [*score.columns[:3], "brier", "n", "base_rate", "chosen"]
    pd.testing.assert_frame_equal(score[steady], again[steady], atol=0.01)


def test_a_leak_raises_the_alarm(score):
    trial = Trial(
        Plan(START, 90, ()), Forecast(Snapshot(START, START, score, score["chosen"]), {}), (), {},
        LOGISTIC, len(score),
    )  # fmt: skip
    keys = [note.key for note in score_notes(trial, 0.98)]
    assert "score_leak" in keys
    assert "score_undated_refunds" not in keys
    assert "3 orders were refunded" in str(score_notes(replace(trial, undated=3), 0.9)[-1])
    assert "score_leak" not in [note.key for note in score_notes(trial, 0.96)]


def test_a_feature_read_after_the_cut_is_what_the_alarm_is_for(leaving):
    """Features of the end of the outcome window tell the outcome: AUC above 0.97."""
    from analytics.churn.score_metrics import auc

    shots = log_of(leaving)
    cut = START + timedelta(days=400)
    honest = shots.snapshot(cut, 90)
    late = shots.known(cut + timedelta(days=90))
    leak = late[late["customer_number"].isin(honest.known["customer_number"])]
    seen = Snapshot(honest.cut, honest.end, leak.reset_index(drop=True), honest.is_away)
    for model in candidates(90).values():
        chance = model.fit([seen], seen.known).predict(seen.known)
        if model.__class__.__name__ in {"Boosting", "Recency"}:
            assert auc(honest.is_away, chance)[0] > 0.97


def test_choice_needs_two_wins_of_the_trees():
    near = {"recency": 0.2, "no-purchase": 0.19, LOGISTIC: 0.15, BOOSTING: 0.10}
    far = near | {BOOSTING: 0.16}
    assert choose([near, near, far]) == BOOSTING
    assert choose([near, far, far]) == LOGISTIC
    assert choose([near]) == LOGISTIC


def test_gains_by_hand():
    """Ten customers; the three likeliest to stay away do, and one more far down the list."""
    away = np.array([1, 1, 1, 0, 0, 0, 0, 0, 1, 0], bool)
    chance = np.linspace(0.95, 0.05, 10)
    shot = Snapshot(START, START, pd.DataFrame(index=range(10)), away)
    trial = Trial(Plan(START, 90, ()), Forecast(shot, {LOGISTIC: chance}), (), {}, LOGISTIC, 1000)
    table = gains_table(ranking(trial), size=300)
    row = table[table["decile_rate"].isna()].iloc[0]
    assert (row["denominator"], row["numerator"], row["size"]) == (3, 3, 300)
    assert table["gain"].iloc[-1] == 1
    assert table["lift"].iloc[-1] == 1
    assert table["decile_rate"].dropna().tolist() == away[:10].astype(float).tolist()
    buyers = gains_table(ranking(trial), side="buyers")
    assert buyers["numerator"].tolist() == [1, 1, 2, 3, 4, 5, 6, 6, 6, 6]


def test_reliability_counts_everyone_once(leaving):
    table = churn_reliability(*leaving.tables(*TABLES), as_of=leaving.as_of)
    assert table["cut"].nunique() == 4
    for _, part in table.groupby("cut"):
        whole, bins = part[part["bin"] == 0].iloc[0], part[part["bin"] > 0]
        assert whole["denominator"] == bins["denominator"].sum()
        assert whole["numerator"] == bins["numerator"].sum()
        assert bins["forecast"].is_monotonic_increasing


def test_importance_finds_what_matters(leaving):
    table = churn_importance(*leaving.tables(*TABLES), as_of=leaving.as_of)
    assert table["fact"].iloc[0] in {"silence", "recent", "activity"}
    money = table[table["fact"] == "money"].iloc[0]  # drawn at random, tells nothing
    assert abs(money["brier_rise"]) < table["brier_rise"].iloc[0] / 5
    assert set(table["fact"]) <= set(FACTS)


def test_a_long_silence_is_the_reason():
    """A model of silence alone: those more silent than the middle have it as their only reason."""
    known = pd.DataFrame({"silent": [10, 40, 200], "rhythm": np.nan, "overdue": np.nan})
    known = known.assign(purchases=1, tenure=200, revenue=5.0, max_revenue=5.0, items=1)

    class Simple:
        def predict(self, table):
            return table["silent"].to_numpy(float) / 400

    found = reasons(Simple(), known, Simple().predict(known))
    assert found["reason_1"].tolist() == [None, None, "silence"]
    assert found["reason_2"].isna().all()


def test_many_visits_are_no_reason_to_leave():
    """A model that takes visits for a bad sign: those who come often are not told so."""
    known = pd.DataFrame({"silent": 5, "seen_90": [0, 10, 40], "seen_30": 0, "quiet": 1})
    known = known.assign(rhythm=np.nan, overdue=np.nan, purchases=1, tenure=9)

    class Odd:
        def predict(self, table):
            return np.abs(table["seen_90"].to_numpy(float) - 10) / 100 + 0.2

    assert reasons(Odd(), known, Odd().predict(known))["reason_1"].tolist() == [
        "activity", None, None,
    ]  # fmt: skip


def test_the_list_names_the_active_with_most_at_stake(leaving):
    table = churn_list(*leaving.tables(*TABLES), as_of=leaving.as_of, limit=20)
    assert len(table) == 20
    assert table["at_stake"].is_monotonic_decreasing
    assert table["chance"].between(0, 1).all()
    assert "customers are active" in table.attrs["notes"][0]
    whole = churn_list(*leaving.tables(*TABLES), as_of=leaving.as_of, limit=0)
    assert whole["customer_id"].is_unique
    # silence and chance go together
    assert np.corrcoef(whole["silent_days"], whole["chance"])[0, 1] > 0.5


def test_a_shop_without_events_has_none_of_their_features(leaving):
    quiet = Shop(leaving.orders, as_of=leaving.as_of)
    assert "quiet" not in log_of(quiet).known(quiet.as_of)


def test_the_same_customers_are_drawn_at_every_cut(leaving):
    drawn = log_of(leaving).sampled(300, 1200)
    early, late = drawn.known(START + timedelta(days=300)), drawn.known(leaving.as_of)
    assert 200 < len(late) < 400
    assert set(early["customer_number"]) <= set(late["customer_number"])


def test_rows_that_are_computed_once_tell_the_same(leaving):
    log, cut = log_of(leaving), START + timedelta(days=300)
    with log.drawn(300, 1200) as drawn:
        found = drawn.known(cut)
    pd.testing.assert_frame_equal(found, log.sampled(300, 1200).known(cut))
    with log.drawn(1200, 1200) as everyone:
        assert everyone is log


@pytest.mark.shared
@NEEDS_SHARED
def test_cdnow_at_the_end_of_1997():
    """../shared/design/research/churn.md, section 5.1; its 80 rows of amount 0 are visits."""
    world = cdnow(has_visits=True)
    table = churn_score(
        *world.tables(*TABLES), as_of=world.as_of, cut=date(1997, 12, 31), horizon=91
    ).set_index("model")
    assert table["n"].iloc[0] == 23_570
    assert table.loc["no-purchase", "auc"] >= 0.79
    assert table.loc[table["chosen"], "auc"].iloc[0] >= 0.80
    assert table["base_rate"].iloc[0] == pytest.approx(0.838, abs=1e-3)


@pytest.mark.shared
@NEEDS_SHARED
def test_online_retail_in_september_2011():
    """As above; the training windows end before the cut."""
    world = online_retail()
    table = churn_score(
        *world.tables(*TABLES), as_of=world.as_of, cut=date(2011, 9, 9), horizon=91
    ).set_index("model")
    assert table.loc[table["chosen"], "auc"].iloc[0] >= 0.73
    assert table.loc["no-purchase", "auc"] >= 0.73
    assert table.loc["no-purchase", "auc"] > table.loc["recency", "auc"] + 0.04
