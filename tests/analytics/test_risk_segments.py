"""Segments by risk: the churn score where there is enough to learn from, else the shop's curve."""

import numpy as np
import pandas as pd
import pytest

from analytics.churn.score_list import churn_list
from analytics.segments import members, segments
from analytics.segments.kinds import ALL_TABLES, standing_of
from analytics.segments.risk import RISK, most_at_stake_first
from analytics.value.clv import customer_values
from tests.analytics.shops import Order, Shop, day, random_shop
from tests.analytics.test_churn_score import TABLES, leaving_shop


@pytest.fixture(scope="module")
def leaving():
    return leaving_shop()


@pytest.fixture(scope="module")
def people(leaving):
    return members(leaving, "risk")


def test_the_chance_is_that_of_the_churn_score(leaving, people):
    listed = churn_list(*leaving.tables(*TABLES), as_of=leaving.as_of, limit=0)
    active = people[people["segment"] != "lost"].set_index("customer_id")
    assert sorted(active.index) == sorted(listed["customer_id"])
    expected = listed.set_index("customer_id")["chance"]
    assert active["chance"].to_dict() == pytest.approx(expected.to_dict())


def test_save_first_are_likely_lost_and_worth_most(people):
    likely = people[people["segment"].isin(["save-first", "high", "medium"])]
    assert likely["chance"].min() >= 0.5
    first = likely["segment"] == "save-first"
    assert first.mean() == pytest.approx(0.2, abs=0.02)
    assert likely.loc[first, "at_stake"].min() > likely.loc[~first, "at_stake"].max()
    assert people.loc[people["segment"] == "high", "chance"].min() >= 0.8
    assert people.loc[people["segment"] == "low", "chance"].max() < 0.5


def test_nobody_is_ranked_by_having_stopped_for_good(leaving, people):
    """By 1 − P(alive) who bought once is the safest; by the score the silent are the likelier."""
    tables = leaving.tables("purchases", "customer_summary")
    alive = customer_values(*tables, as_of=leaving.as_of, horizon=90)
    both = people.merge(alive[["customer_id", "alive"]], on="customer_id")
    last = pd.Series({one.customer: one.day for one in sorted(leaving.orders, key=lambda o: o.day)})
    silent = (pd.Timestamp(leaving.as_of) - pd.to_datetime(last)).dt.days
    order = both["customer_id"].map(silent)
    assert both["chance"].corr(order, method="spearman") > 0.6
    assert not np.allclose(both["chance"].rank(), (1 - both["alive"]).rank())


def test_the_sizes_say_where_the_chance_comes_from(leaving, people):
    table = segments(*leaving.tables(*ALL_TABLES), as_of=leaving.as_of, kind="risk")
    counts = people["segment"].value_counts()
    assert table["segment"].tolist() == list(RISK)
    assert table["customers"].tolist() == [counts.get(name, 0) for name in RISK]
    assert table.attrs["notes"][0].key == "risk_by_score"


def test_below_the_floor_the_curve_stands_in_and_says_so():
    world = random_shop(5, customers=200)
    table = segments(*world.tables(*ALL_TABLES), as_of=world.as_of, kind="risk")
    assert table.attrs["notes"][0].key == "risk_by_curve"
    found = members(world, "risk")
    assert found["chance"].tolist() == pytest.approx((1 - standing_of(world).chance()).tolist())


def test_equal_amounts_at_stake_are_never_parted():
    orders = [Order(f"c{n:02}", day("2024-01-01")) for n in range(30)]
    orders += [Order("other", day(text)) for text in ("2024-01-01", "2024-09-01")]
    found = members(Shop(orders), "risk")
    same = found[found["customer_id"] != "other"]
    assert len(set(same["segment"])) == 1


def test_the_most_at_stake_come_first_ties_by_id():
    table = pd.DataFrame({"customer_id": ["b", "a", "c"], "at_stake": [1.0, 1.0, 2.0]})
    assert most_at_stake_first(table)["customer_id"].tolist() == ["c", "a", "b"]
