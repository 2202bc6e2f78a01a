"""Segments: ties together, absolute rules, everyone once, nothing by row order."""

import random

import numpy as np
import pandas as pd
import pytest

from analytics.churn.at_risk import silence_thresholds
from analytics.errors import NotEnoughDataError, UnknownNameError
from analytics.segments import KINDS, members, segments, summary
from analytics.segments.cuts import cut_points, score
from analytics.segments.kinds import ALL_TABLES, TABLES
from analytics.segments.rfm import rfm, rfm_grid, rfm_scores, thresholds
from analytics.segments.standing import _now, _then, given, standing
from tests.analytics.shops import Order, Shop, day, random_shop, shop

CONTRACT = [
    "segment", "customers", "share", "revenue", "recency_days", "frequency", "monetary_value",
    "repurchase_rate",
]  # fmt: skip


def standing_of(world):
    return standing(*world.tables(*TABLES), as_of=world.as_of)


def rfm_of(world):
    return rfm(*world.tables(*TABLES), as_of=world.as_of)


def test_equal_values_score_alike():
    values = [1] * 60 + [2] * 25 + [3] * 15
    scores = score(values, cut_points(values, (0.2, 0.4, 0.6, 0.8)))
    assert {value: set(scores[np.array(values) == value]) for value in (1, 2, 3)} == {
        1: {1}, 2: {4}, 3: {5},
    }  # fmt: skip


def test_columns_are_the_contract():
    assert list(rfm_of(random_shop(1)).columns)[:8] == CONTRACT


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_buyer_is_in_exactly_one_segment(kind):
    world = random_shop(1)
    people = members(world, kind)
    assert people["customer_id"].tolist() == sorted({order.customer for order in world.orders})
    assert set(people["segment"]) <= set(KINDS[kind].segments)
    table = segments(*world.tables(*ALL_TABLES), as_of=world.as_of, kind=kind)
    assert table["customers"].sum() == len(people)
    assert table["share"].sum() == pytest.approx(1)
    assert table["revenue"].sum() == pytest.approx(sum(order.amount for order in world.orders))
    sizes = summary(people)
    assert sizes["size"].sum() == len(people)
    assert list(sizes.columns) == ["segment", "size", "share"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_row_order_changes_nobody(kind):
    world = random_shop(2)
    shuffled = world.orders.copy()
    random.Random(0).shuffle(shuffled)
    expected = members(world, kind)
    pd.testing.assert_frame_equal(members(Shop(shuffled, as_of=world.as_of), kind), expected)


def test_a_dying_shop_has_no_champions():
    """The same customers, looked at two years after the last of them bought."""
    alive = random_shop(3)
    dead = Shop(alive.orders, as_of=day("2027-01-01"))
    sizes = {name: rfm_of(world).set_index("segment")["customers"] for name, world in
             (("alive", alive), ("dead", dead))}  # fmt: skip
    assert sizes["alive"]["champions"] > 0
    assert sizes["dead"]["champions"] == 0
    assert sizes["dead"]["lost"] == sizes["dead"].sum()


def test_named_groups_by_hand():
    histories = {
        "new": "2024-06-20",
        "promising": "2024-05-01",
        "about": "2024-03-01",
        "twice": "2024-05-01 2024-06-01",
        "often": "2024-04-01 2024-05-01 2024-06-01",
        "silent": "2024-01-01 2024-02-20",
        "gone": "2023-06-01",
    }
    orders = [
        Order(name, day(text), 10 if name != "often" else 99)
        for name, history in histories.items()
        for text in history.split()
    ]
    world = Shop(orders, as_of=day("2024-06-30"))  # too short to measure: 90 and 180 days
    people = members(world, "rfm").set_index("customer_id")["segment"]
    assert people.to_dict() == {
        "about": "about-to-sleep", "gone": "lost", "new": "new", "often": "champions",
        "promising": "promising", "silent": "at-risk", "twice": "potential-loyal",
    }  # fmt: skip
    stages = members(world, "lifecycle").set_index("customer_id")["segment"]
    assert stages[["new", "promising", "about", "gone"]].tolist() == [
        "new",
        "active",
        "at-risk",
        "lost",
    ]


def test_resurrected_came_back_after_a_long_silence():
    world = shop("2023-06-01 2024-06-01", "2024-04-01 2024-06-01", as_of="2024-06-30")
    assert members(world, "lifecycle")["segment"].tolist() == ["resurrected", "active"]


def test_thresholds_are_visible():
    world = random_shop(4)
    shop_ = standing_of(world)
    table = thresholds(shop_)
    assert table["purchases_from"].tolist() == [1, 2, 3, 4, 6]
    scores = rfm_scores(shop_)
    best = shop_.table[scores["r"] == 5]["recency_days"].max()
    assert best <= table["recency_up_to_days"].iloc[-1]
    poor = shop_.table[scores["m"] == 1]["revenue"].max()
    assert poor <= table["revenue_above"].iloc[1]
    result = rfm_of(world)
    assert "R 5 to 2: silent for at most" in result.attrs["notes"][0]
    assert pd.DataFrame(result.attrs["thresholds"]).equals(table)
    assert "segment" in repr(result)


def test_grid_holds_everyone_once():
    shop_ = standing_of(random_shop(4))
    grid = rfm_grid(shop_)
    assert len(grid) == 25
    assert grid["customers"].sum() == len(shop_.table)
    assert grid["revenue"].sum() == pytest.approx(shop_.table["revenue"].sum())


def test_value_tiers_never_part_equal_amounts():
    world = shop(*["2024-01-01"] * 30, as_of="2024-02-01")
    assert members(world, "value")["segment"].unique().tolist() == ["low"]


def test_the_chance_to_return_is_known_where_the_data_span_it():
    chance = pd.Series(standing_of(random_shop(5, customers=200)).chance())
    assert chance.notna().all()
    assert chance.between(0, 1).all()
    assert members(shop("2024-01-01"), "risk")["segment"].tolist() == ["unknown"]


def test_standing_is_that_of_as_of_not_of_later_days():
    world = shop("2024-01-01 2024-06-01")
    early = standing(*world.tables(*TABLES), as_of=day("2024-02-01")).table.iloc[0]
    assert early[["recency_days", "purchases", "revenue"]].tolist() == [31, 1, 10]


def test_repurchase_rate_of_a_segment_counts_the_eligible():
    world = shop("2024-01-01 2024-01-05", "2024-01-02", "2024-06-25", as_of="2024-06-30")
    table = segments(*world.tables(*ALL_TABLES), as_of=world.as_of, kind="value")
    assert table[["numerator", "denominator"]].sum().tolist() == [1, 2]


def test_unknown_kinds_and_empty_workspaces_are_told():
    with pytest.raises(UnknownNameError, match="rfm"):
        members(shop("2024-01-01"), "zodiac")
    with pytest.raises(NotEnoughDataError):
        members(shop(), "rfm")


def test_the_summaries_say_what_counting_says():
    world = random_shop(7, customers=150)
    purchases, summary, orders = world.tables(*TABLES)
    counted = _then(purchases, summary, orders, world.as_of)
    read_off = _now(purchases, summary, world.as_of)
    pd.testing.assert_frame_equal(read_off, counted)


def test_one_threshold_of_silence_whoever_counts():
    world = random_shop(9, customers=300)
    purchases, *_ = world.tables(*TABLES)
    assert standing_of(world).silence == silence_thresholds(purchases, as_of=world.as_of)


def test_a_given_standing_is_not_counted_anew():
    world, other = random_shop(5, customers=80), random_shop(6, customers=40)
    with given(standing_of(other)):
        assert rfm_of(world)["customers"].sum() == len(standing_of(other).table)
    assert rfm_of(world)["customers"].sum() == len(standing_of(world).table)


def test_chances_of_some_are_those_of_all():
    shop_ = standing_of(random_shop(5, customers=120))
    wanted = np.arange(len(shop_.table)) % 3 == 0
    np.testing.assert_array_equal(shop_.chance(wanted), shop_.chance()[wanted])
