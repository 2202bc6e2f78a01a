"""Repurchase within H, on shops small enough to count by hand."""

import pandas as pd
import pytest

from analytics.errors import InvalidSettingError, UnknownNameError
from analytics.repurchase.rate import repurchase_rate
from analytics.repurchase.trend import repurchase_trend
from tests.analytics.shops import Order, Person, Shop, day, shop


def rates(world, **options):
    return repurchase_rate(world.table("customer_summary"), as_of=world.as_of, **options)


def cells(table, *columns):
    return [tuple(row) for row in table[list(columns)].itertuples(index=False)]


def test_only_the_eligible_count():
    world = shop(
        "2024-01-01 2024-01-31",  # back after exactly 30 days
        "2024-01-01 2024-02-01",  # after 31
        "2024-03-01",  # bought exactly 30 days before as-of: eligible
        "2024-03-02 2024-03-03",  # one day too young, though already back
        as_of="2024-03-31",
    )
    table = rates(world, horizons=(30, 60))
    assert cells(table, "horizon_days", "numerator", "denominator", "too_young") == [
        (30, 1, 3, 1),
        (60, 2, 2, 2),
    ]
    assert table["rate"].tolist() == [1 / 3, 1.0]
    assert table["is_mature"].all()
    assert "1 customers bought first less than 30 days" in table.attrs["notes"][0]


def test_columns_are_the_contract():
    world = shop("2024-01-01", "2024-02-01")
    contract = ["horizon_days", "scope", "numerator", "denominator", "rate", "ci_lower", "ci_upper"]
    assert list(rates(world).columns)[: len(contract)] == contract
    by = rates(world, by="first_channel")
    assert list(by.columns)[: len(contract) + 1] == ["group", *contract]


def test_nobody_eligible_has_a_null_rate():
    table = rates(shop("2024-01-01"), horizons=(30,))
    assert cells(table, "numerator", "denominator", "is_mature") == [(0, 0, False)]
    assert table[["rate", "ci_lower", "ci_upper"]].isna().all().all()


def test_scopes_share_the_denominator():
    def basket(who, when, *items):
        return Order(who, day(when), items=items)

    world = Shop(
        [
            basket("a", "2024-01-01", ("i1", "x"), ("i2", "y")),
            basket("a", "2024-01-05", ("i3", "z")),  # neither
            basket("a", "2024-01-11", ("i4", "y")),  # same category
            basket("a", "2024-01-21", ("i1", "x")),  # same item
            basket("b", "2024-01-01", ("i1", "x")),
            basket("b", "2024-01-09", ("i5", "z")),
            basket("c", "2024-03-01", ("i1", "x")),
        ]
    )
    table = rates(world, horizons=(7, 10, 30), scope="all")
    assert cells(table, "horizon_days", "scope", "numerator", "denominator") == [
        (7, "any", 1, 2),
        (7, "category", 0, 2),
        (7, "item", 0, 2),
        (10, "any", 2, 2),
        (10, "category", 1, 2),
        (10, "item", 0, 2),
        (30, "any", 2, 2),
        (30, "category", 1, 2),
        (30, "item", 1, 2),
    ]
    assert cells(rates(world, horizons=(30,), scope="item"), "scope", "numerator") == [("item", 1)]


def test_several_orders_of_one_day_are_one_purchase():
    world = shop("2024-01-01 2024-01-01", "2024-03-01")
    assert rates(world, horizons=(30,))["numerator"].tolist() == [0]


def test_renewals_and_instalments_are_no_repurchase():
    world = Shop(
        [
            Order("a", day("2024-01-01"), kind="subscription"),
            Order("a", day("2024-02-01"), kind="renewal"),
            Order("a", day("2024-02-02"), kind="instalment"),
            Order("b", day("2024-06-01")),
        ]
    )
    assert rates(world, horizons=(90,))["numerator"].tolist() == [0]


def test_invalid_orders_and_strangers_do_not_count():
    world = Shop(
        [
            Order("a", day("2024-01-01")),
            Order("a", day("2024-01-05"), is_valid=False),
            Order(None, day("2024-01-06")),
            Order("b", day("2024-06-01"), is_valid=False),
        ]
    )
    assert cells(rates(world, horizons=(30,)), "numerator", "denominator") == [(0, 1)]


def test_by_shows_groups_and_the_unknown_last():
    world = Shop(
        [
            Order("a", day("2024-01-01"), channel="web"),
            Order("a", day("2024-01-05"), channel="app"),
            Order("b", day("2024-01-01"), channel="app"),
            Order("c", day("2024-01-01")),
            Order("d", day("2024-06-01"), channel="web"),
        ]
    )
    table = rates(world, horizons=(30,), by="first_channel")
    assert table["group"].isna().tolist() == [False, False, True]
    assert cells(table, "group", "numerator", "denominator")[:2] == [("app", 0, 1), ("web", 1, 1)]


def test_breaking_down_never_changes_who_is_new():
    """The filtered customers' first purchases stay their first-ever ones."""
    world = shop("2024-01-01 2024-01-10", "2024-02-01", as_of="2024-06-01")
    whole = rates(world)
    parts = rates(world, by="country").groupby("horizon_days")[["numerator", "denominator"]].sum()
    assert (parts.to_numpy() == whole[["numerator", "denominator"]].to_numpy()).all()


def test_age_is_broken_down_in_bands():
    people = {"a": Person(age=17.9), "b": Person(age=18), "c": Person(age=70), "d": Person()}
    world = shop(*["2024-01-01"] * 4, as_of="2024-06-01", people=people)
    assert rates(world, horizons=(30,), by="age")["group"].tolist()[:3] == ["0-17", "18-24", "65+"]


def test_only_what_was_known_at_the_first_purchase_may_break_down():
    with pytest.raises(UnknownNameError, match="purchases"):
        rates(shop("2024-01-01"), by="purchases")


def test_a_horizon_is_at_least_a_day():
    with pytest.raises(InvalidSettingError, match="30,90"):
        rates(shop("2024-01-01"), horizons=(0,))


def test_trend_is_mature_once_the_last_day_of_the_period_is_eligible():
    world = shop("2024-01-01 2024-01-20", "2024-01-31", "2024-02-10", as_of="2024-03-01")
    table = repurchase_trend(world.table("customer_summary"), as_of=world.as_of, horizon=30)
    found = cells(table, "period", "numerator", "denominator", "customers", "is_mature")
    assert found == [
        (pd.Timestamp("2024-01-01"), 1, 2, 2, True),
        (pd.Timestamp("2024-02-01"), 0, 0, 1, False),
    ]


def trend(world, **options):
    return repurchase_trend(world.table("customer_summary"), as_of=world.as_of, **options)


def test_trend_takes_scopes_and_several_horizons():
    def basket(who, when, item, category):
        return Order(who, day(when), items=((item, category),))

    world = Shop(
        [
            basket("a", "2024-01-05", "x", "c"),
            basket("a", "2024-01-10", "z", "d"),
            basket("a", "2024-01-25", "y", "c"),
            basket("a", "2024-03-05", "x", "c"),
            basket("b", "2024-01-06", "x", "c"),
        ],
        as_of=day("2024-12-31"),
    )
    table = trend(world, horizons=(90, 30), scope="all")
    assert cells(table, "horizon_days", "scope", "numerator", "denominator") == [
        (30, "any", 1, 2),
        (30, "category", 1, 2),
        (30, "item", 0, 2),
        (90, "any", 1, 2),
        (90, "category", 1, 2),
        (90, "item", 1, 2),
    ]
    with pytest.raises(InvalidSettingError, match="30,90"):
        trend(world, horizons=(30, 0))


def test_one_horizon_of_the_trend_is_the_trend_of_that_horizon():
    from tests.analytics.shops import random_shop

    world = random_shop(7, customers=200)
    both = trend(world, horizons=(60, 180), scope="all", by="first_channel")
    for horizon in (60, 180):
        alone = trend(world, horizon=horizon, scope="item", by="first_channel")
        kept = both[(both["horizon_days"] == horizon) & (both["scope"] == "item")]
        pd.testing.assert_frame_equal(alone, kept.reset_index(drop=True), check_flags=False)


def test_trend_says_whether_it_moves():
    histories = [
        f"2024-{month:02}-05 2024-{month:02}-20" if place < 2 * month else f"2024-{month:02}-05"
        for month in range(1, 11)
        for place in range(30)
    ]
    table = trend(shop(*histories, as_of="2024-12-31"), horizon=30)
    assert table.attrs["trend"].slope == pytest.approx(2 / 30)
    assert "rises by 6.67 points" in table.attrs["notes"][-1]
    several = trend(shop(*histories, as_of="2024-12-31"), horizons=(30, 60))
    assert "trend" not in several.attrs


def test_the_full_first_months_of_a_file_are_flagged_and_not_tested():
    first = [f"2024-01-{1 + place % 28:02}" for place in range(40)]
    later = [f"2024-{month:02}-{1 + place:02}" for month in range(2, 9) for place in range(10)]
    table = trend(shop(*first, *later, as_of="2024-12-31"), horizon=30)
    assert table["is_left_truncated"].tolist() == [True, *[False] * 7]
    assert table.attrs["trend"] is None  # nobody ever came back
