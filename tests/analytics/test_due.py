"""Whose next purchase is due: by hand, and tried on the past."""

import pandas as pd
import pytest

from analytics.errors import InvalidSettingError
from analytics.kaplan_meier import kaplan_meier
from analytics.repurchase.due import due
from tests.analytics.shops import Order, Shop, day, random_shop, shop

TABLES = ("purchases", "customer_summary", "purchase_items")


def listed(world, **options):
    return due(*world.tables(*TABLES), as_of=world.as_of, **options)


def test_a_cycle_of_ones_own_is_the_median_gap():
    """Gaps 10 and 20: 15 days after 31 January is 15 February, five days ahead."""
    world = shop("2024-01-01 2024-01-11 2024-01-31", as_of="2024-02-10")
    row = listed(world).iloc[0]
    assert (row["customer_id"], row["basis"], row["cycle_days"]) == ("a", "own", 15)
    assert row["due_day"] == pd.Timestamp("2024-02-15")
    assert (row["silent_days"], row["purchases"], row["revenue"]) == (10, 3, 30)


@pytest.mark.parametrize(
    ("as_of", "is_listed"),
    [("2024-02-07", False), ("2024-02-08", True), ("2024-02-14", True), ("2024-02-15", False)],
)
def test_due_from_tomorrow_to_the_seventh_day(as_of, is_listed):
    world = shop("2024-01-01 2024-01-11 2024-01-31", as_of=as_of)
    assert len(listed(world)) == is_listed


def test_others_follow_the_curve_of_their_step():
    """Everyone else came back after 20 days: a first buyer of 15 days ago is due in five."""
    returning = ["2024-01-01 2024-01-21"] * 9
    world = shop(*returning, "2024-01-01", "2024-05-01", as_of="2024-05-16")
    table = listed(world)
    assert table[["customer_id", "basis", "cycle_days"]].to_numpy().tolist() == [["k", "curve", 20]]
    # nine of ten who were still silent after 15 days bought within the next seven
    assert table["chance"].tolist() == [pytest.approx(0.9)]
    assert table["n_at_risk"].tolist() == [10]


def test_where_few_come_back_the_wait_of_those_who_do():
    world = shop(
        *["2024-01-01 2024-01-21"] * 2, *["2024-01-01"] * 8, "2024-05-01", as_of="2024-05-16"
    )
    row = listed(world).iloc[0]
    assert (row["customer_id"], row["basis"], row["cycle_days"]) == ("k", "repeaters", 20)
    assert row["chance"] == pytest.approx(0.2)


def test_chance_is_that_of_the_curve_after_the_silence():
    world = random_shop(5, customers=300)
    table = listed(world)
    bought = world.table("purchases").execute()
    bought["step"] = bought["purchase_number"].clip(upper=3)
    follow_up = (pd.Timestamp(world.as_of) - pd.to_datetime(bought["day"])).dt.days
    is_event = bought["next_gap"].notna()
    bought["duration"] = bought["next_gap"].fillna(follow_up).astype(int)
    for row in table.itertuples():
        mine = bought[bought["step"] == min(row.purchases, 3)]
        curve = kaplan_meier(mine["duration"], is_event[mine.index], ~is_event[mine.index])
        assert row.chance == pytest.approx(curve.chance(row.silent_days, 7)[0][0])
        assert row.n_at_risk == (mine["duration"] > row.silent_days).sum()
    assert table["chance"].is_monotonic_decreasing


def test_last_item_and_value():
    world = Shop(
        [
            Order("a", day("2024-01-01"), 50, items=(("x", "c"),)),
            Order("a", day("2024-01-11"), 20, items=(("y", "c"), ("b", "c"))),
            Order("a", day("2024-01-21"), 20, items=(("z", "c"),)),
            *[Order("b", day(f"2023-01-{one:02}")) for one in (1, 11, 21, 29)],
        ],
        as_of=day("2024-01-26"),
    )
    row = listed(world).iloc[0]
    assert row["last_item_id"] == "z"
    assert (row["revenue"], row["mean_purchase_revenue"]) == (90, 30)
    assert row["chance"] == 0.5  # of b's two waits after the third purchase one ended, on day 8
    assert row["expected_revenue"] == 15


def test_the_past_is_seen_as_it_was():
    """Moving as-of back gives the list of that day, whatever came later."""
    world, early = random_shop(6, customers=200), day("2024-07-01")
    known = Shop([order for order in world.orders if order.day <= early], as_of=early)
    now = due(*world.tables(*TABLES), as_of=early)
    then = due(*known.tables(*TABLES), as_of=early)
    pd.testing.assert_frame_equal(now, then)


def test_the_rule_is_tried_on_the_past():
    """Every tenth day, and one customer who never returns: all of the list came, nobody else."""
    regular = [f"2024-01-{1 + place:02} 2024-01-{11 + place:02} 2024-01-{21 + place:02}"
               for place in range(5)]  # fmt: skip
    late = [f"{days} 2024-02-{place + 1:02}" if place else days for place, days in
            enumerate(f"{days} 2024-01-31" if not place else days
                      for place, days in enumerate(regular))]  # fmt: skip
    world = shop(*late, "2023-01-01", as_of="2024-02-04")
    note = listed(world).attrs["notes"][-1]
    assert note.key == "due_trial"
    assert note.values["day"] == "2024-01-28"
    assert note.values["base"] == 0


def test_groups_have_their_own_cycle():
    fast = [
        Order(f"f{place:02}", day(when), channel="fast")
        for place in range(40)
        for when in ("2024-01-01", "2024-01-11")
    ]
    slow = [
        Order(f"s{place:02}", day(when), channel="slow")
        for place in range(40)
        for when in ("2024-01-01", "2024-01-31")
    ]
    new = [Order("newfast", day("2024-06-01"), channel="fast"),
           Order("newslow", day("2024-06-01"), channel="slow")]  # fmt: skip
    world = Shop([*fast, *slow, *new], as_of=day("2024-06-06"))
    assert listed(world, by="first_channel")["customer_id"].tolist() == ["newfast"]
    world.as_of = day("2024-06-26")
    assert listed(world, by="first_channel")["customer_id"].tolist() == ["newslow"]


def test_the_limit_is_told():
    world = random_shop(5, customers=300)
    whole = listed(world, limit=0)
    short = listed(world, limit=3)
    assert short["customer_id"].tolist() == whole["customer_id"].tolist()[:3]
    assert f"{len(whole)} customers are due" in short.attrs["notes"][0]
    with pytest.raises(InvalidSettingError):
        listed(world, within=0)
    with pytest.raises(InvalidSettingError):
        listed(world, limit=-1)
