"""Groups by what was known at the first purchase, attributes of the customers' file included."""

import json

import pytest

from analytics.breakdown import attribute_names
from analytics.errors import UnknownNameError
from analytics.repurchase.rate import repurchase_rate
from analytics.retention.cohorts import retention
from tests.analytics.shops import Order, Person, Shop, day
from tests.store import canonical


def levels():
    people = {
        "a": Person(attributes=json.dumps({"level": "gold", "等级": "金"}, ensure_ascii=False)),
        "b": Person(attributes=json.dumps({"level": "silver", "Age group (years)": "30"})),
        "c": Person(attributes=json.dumps({"level": "", "it's": "x"})),
        "d": Person(),
    }
    orders = [Order(name, day("2024-01-01")) for name in "abcd"]
    return Shop([*orders, Order("a", day("2024-01-09"))], people, day("2024-03-01"))


def groups(world, by):
    table = repurchase_rate(
        world.table("customer_summary"), as_of=world.as_of, horizons=(30,), by=by
    )
    return [
        (row.group if isinstance(row.group, str) else None, row.numerator, row.denominator)
        for row in table.itertuples()
    ]


def test_attributes_break_down_and_the_unknown_come_last():
    assert groups(levels(), "attributes.level") == [
        ("gold", 1, 1), ("silver", 0, 1), (None, 0, 2),
    ]  # fmt: skip


def test_names_may_be_chinese_or_hold_spaces():
    assert groups(levels(), "attributes.等级") == [("金", 1, 1), (None, 0, 3)]
    assert groups(levels(), "attributes.Age group (years)") == [("30", 0, 1), (None, 1, 3)]


def test_the_triangle_takes_attributes_too():
    world = levels()
    tables = world.tables("purchases", "customer_summary", "orders")
    table = retention(*tables, as_of=world.as_of, by="attributes.level")
    assert table["group"].dropna().unique().tolist() == ["gold", "silver"]
    assert table[table["period_index"] == 0]["cohort_size"].tolist() == [1, 1, 2]


def test_attributes_are_listed():
    assert attribute_names(levels().table("customer_summary")) == (
        "attributes.Age group (years)",
        "attributes.level",
        "attributes.等级",
    )


@pytest.mark.parametrize("name", ["attributes.size", "attributes.", "attributes.it's", "size"])
def test_an_attribute_nobody_has_is_named(name):
    with pytest.raises(UnknownNameError, match="first_channel"):
        groups(levels(), name)


def test_amounts_are_broken_down_in_bands():
    amounts = {"a": 9.99, "b": 10, "c": 499, "d": 1000}
    world = Shop(
        [Order(name, day("2024-01-01"), amount) for name, amount in amounts.items()],
        as_of=day("2024-03-01"),
    )
    assert [group for group, *_ in groups(world, "first_revenue")] == [
        "0-9", "10-49", "100-499", "1000+",
    ]  # fmt: skip


def test_the_mart_holds_attributes_and_the_coupon_of_the_first_day():
    from datetime import datetime

    lines = [
        {"customer_id": "a", "order_id": "1", "coupon": None},
        {"customer_id": "a", "order_id": "2", "coupon": "WELCOME"},
        {
            "customer_id": "a",
            "order_id": "3",
            "coupon": "ABC",
            "ordered_at": datetime(2024, 2, 1),
        },
        {"customer_id": "b", "order_id": "4", "coupon": "B", "status": "cancelled"},
    ]
    people = [{"customer_id": "b", "attributes": '{"level": "gold"}'}]
    built, _ = canonical.build(lines, customers=people)
    found = {
        row["customer_id"]: (row["first_coupon"], row["attributes"])
        for row in built["customer_summary"]
    }
    assert found == {"a": ("WELCOME", None), "b": (None, '{"level": "gold"}')}
