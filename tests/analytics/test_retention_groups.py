"""A filter or a group of the retention tabs: what the shop of only those customers would tell."""

from dataclasses import replace

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from analytics.reports import run_report
from analytics.retention.stickiness import stickiness
from tests.analytics.shops import Order, Person, Shop, answer, day, random_shop

PAIR = {"cohort": day("2024-02-01"), "base": day("2024-01-01")}
REPORTS = (
    ("retention-over-time", {}),
    ("retention-over-time", {"index": 2, "return_rule": "on-or-before", "window": "elapsed"}),
    ("cohort-difference", PAIR),
    ("cohort-difference", {**PAIR, "brackets": ("1-20", "21-60")}),
    ("stickiness", {"last": 5}),
    ("stickiness", {"last": 5, "who": "buyers"}),
    ("lifecycle", {}),
    ("lifecycle", {"period": "week"}),
)
NARROWING = (("channel", "web"), ("item", "i1"), ("category", "even"))


@pytest.fixture(scope="module")
def world():
    """Channels by order, countries by customer.

    All signed up when they began: where a file begins late is told of the file, not of a group.
    """
    made = random_shop(41, customers=300, days=400)
    who = sorted({order.customer for order in made.orders if order.customer})
    number = {name: place for place, name in enumerate(who)}
    orders = [
        replace(order, channel="web" if (number.get(order.customer, 0) + place) % 3 else "app")
        for place, order in enumerate(made.orders)
    ]
    begun = {name: min(one.day for one in orders if one.customer == name) for name in who}
    people = {
        name: Person(begun[name], country=("DE", "FR", None)[place % 3])
        for name, place in number.items()
    }
    return Shop(orders, people, made.as_of)


def firsts(world):
    """The valid purchases of each customer's first day of buying, as the marts number them."""
    lines = world.table("purchase_items").execute().rename(columns={"item_id": "item"})
    channels = world.table("purchases").execute()[["customer_number", "purchase_number", "channel"]]
    lines = lines.drop(columns="channel", errors="ignore")
    lines = lines.merge(channels, on=["customer_number", "purchase_number"])
    return lines[lines["purchase_number"] == 1]


def shop_of(world, kept):
    """The same days, but nobody but these customers has ever bought."""
    names = {name for name, number in world.numbers.items() if number in kept}
    orders = [order for order in world.orders if order.customer in names]
    return Shop(orders, {name: world.people[name] for name in names}, world.as_of)


def same(found, expected):
    assert len(found)
    assert_frame_equal(found.reset_index(drop=True), expected, check_dtype=False)


@pytest.mark.parametrize(("column", "value"), NARROWING)
@pytest.mark.parametrize(("name", "options"), REPORTS)
def test_a_filter_is_the_shop_of_those_who_began_so(world, name, options, column, value):
    """Whoever bought it later only is not among them, and nobody becomes new by it: trap 3."""
    found = firsts(world)
    kept = set(found.loc[found[column] == value, "customer_number"])
    assert 0 < len(kept) < len(set(found["customer_number"]))
    alone = run_report(shop_of(world, kept), name, **options).table
    same(run_report(world, name, **options, **{column: value}).table, alone)


@pytest.mark.parametrize("country", ["DE", "FR", None])
@pytest.mark.parametrize(("name", "options"), REPORTS)
def test_a_group_is_the_shop_of_its_customers(world, name, options, country):
    kept = {world.numbers[who] for who, one in world.people.items() if one.country == country}
    alone = run_report(shop_of(world, kept), name, **options).table
    table = run_report(world, name, **options, by="country").table
    assert table.columns[0] == "group"
    own = table[table["group"].isna() if country is None else table["group"] == country]
    same(own.drop(columns="group"), alone)


def test_each_group_has_its_own_trend(world):
    table = run_report(world, "retention-over-time", by="country").table
    assert set(table.attrs["trends"]) == {"DE", "FR", None}
    kept = {world.numbers[who] for who, one in world.people.items() if one.country == "DE"}
    alone = run_report(shop_of(world, kept), "retention-over-time").table
    assert tuple(table.attrs["trends"]["DE"]) == pytest.approx(tuple(alone.attrs["trend"]))


def test_a_group_without_one_of_the_two_cohorts_is_left_out():
    orders = [Order("a", day("2024-01-05")), Order("b", day("2024-02-05"))]
    world = Shop(
        [*orders, Order("c", day("2024-02-07"))],
        {"a": Person(country="DE"), "b": Person(country="DE"), "c": Person(country="FR")},
        as_of=day("2024-04-30"),
    )
    table = run_report(world, "cohort-difference", **PAIR, by="country").table
    assert table["group"].unique().tolist() == ["DE"]


def test_the_periods_are_the_same_for_every_group():
    """FR began in March: established from April on only, so of January to April nobody counts."""
    world = Shop(
        [
            *(Order("a", day(text)) for text in ("2023-12-05", "2024-01-05", "2024-04-05")),
            *(Order("b", day(text)) for text in ("2024-03-05", "2024-04-06")),
        ],
        {"a": Person(country="DE"), "b": Person(country="FR")},
        as_of=day("2024-04-30"),
    )
    tables = world.tables("purchases", "customer_summary")
    found = stickiness(*tables, as_of=world.as_of, by="country")
    assert found[["group", "active_periods", "numerator"]].to_numpy().tolist() == [
        ["DE", 0, 0], ["DE", 1, 0], ["DE", 2, 1], ["DE", 3, 0], ["DE", 4, 0],
    ]  # fmt: skip
    buyers = stickiness(*tables, as_of=world.as_of, by="country", who="buyers", last=4)
    counted = buyers[buyers["numerator"] > 0]
    assert counted[["group", "active_periods"]].to_numpy().tolist() == [["DE", 2], ["FR", 2]]
    assert (buyers["periods"] == 4).all()


@pytest.mark.parametrize("name", ["retention-over-time", "stickiness", "lifecycle"])
def test_nobody_who_fits_is_an_empty_table(world, name):
    table = run_report(world, name, channel="nowhere", by="country").table
    assert table.empty
    assert table.columns[0] == "group"
    assert "rows" in answer(world, name, channel="nowhere")
    assert pd.isna(run_report(world, name, by="gender").table["group"]).all()
