from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from analytics.settings import Settings
from analytics.store import grouped_orders, line_runs
from tests.store.canonical import build


def day(number, hour=12):
    return datetime(2024, 1, number, hour)


def order(built, order_id):
    (found,) = [row for row in built["orders"] if row["order_id"] == order_id]
    return found


def test_lines_of_one_order_are_one_order_and_identical_lines_both_count():
    built, _ = build([{"order_id": "1"}, {"order_id": "1"}, {"order_id": "2", "amount": 7}])
    assert [row["amount"] for row in built["orders"]] == [20, 7]
    assert order(built, "1")["n_lines"] == 2


@pytest.mark.parametrize(
    "odd", [{"status": "refunded"}, {"order_total": 3}, {"refunded_amount": 4}, {"amount": -5}]
)
def test_plain_orders_give_the_same_beside_one_that_is_not(odd):
    lines = [
        {"order_id": "1"},
        {"order_id": "1", "amount": 7.25},
        {"order_id": "2", "item_id": "i2", "amount": 0},
        {"order_id": "3", "ordered_at": day(9), "item_id": "i2"},
        {"order_id": "4", "customer_id": "b", "amount": 0.01},
        {"order_id": "5", "customer_id": None},
    ]
    plain, _ = build(lines)
    mixed, _ = build([*lines, {"order_id": "z", "customer_id": "z", **odd}])
    for name in ("orders", "purchases", "purchase_items"):
        assert plain[name] == [row for row in mixed[name] if row["customer_number"] != 3]


def test_an_order_total_is_taken_once():
    lines = [
        {"order_id": "1", "amount": 10, "order_total": 33},
        {"order_id": "1", "amount": 20},
    ]
    built, _ = build(lines)
    assert order(built, "1")["amount"] == 33
    assert [row["revenue"] for row in built["purchase_items"]] == [33]


def test_lines_without_order_id_share_an_order_by_customer_and_time():
    lines = [{}, {"item_id": "i2"}, {"customer_id": "b"}]
    built, _ = build(lines)
    assert [(row["customer_id"], row["amount"]) for row in built["orders"]] == [
        ("a", 20),
        ("b", 10),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({}, None),
        ({"status": "pending"}, "pending"),
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "test"}, "test"),
        ({"status": "not_a_sale"}, "not_a_sale"),
        ({"status": "refunded"}, "refunded"),
        ({"refunded_amount": 10}, "refunded"),
        ({"refunded_amount": 4}, None),
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "refunded"),
        ({"customer_id": None}, "unidentified"),
    ],
)
def test_why_an_order_is_not_valid(line, reason):
    built, _ = build([{"order_id": "1", **line}])
    assert order(built, "1")["reason"] == reason
    assert order(built, "1")["is_valid"] is (reason is None)


def test_the_rule_can_count_free_visits():
    built, _ = build([{"order_id": "1", "amount": 0}], Settings("UTC", valid_rule="amount>=0"))
    assert order(built, "1")["is_valid"]


def test_a_refund_as_a_negative_line_nets_the_order():
    built, _ = build([{"order_id": "1"}, {"order_id": "1", "amount": -4, "ordered_at": day(9)}])
    assert order(built, "1")["amount"] == 6
    assert order(built, "1")["status"] == "partially_refunded"
    assert order(built, "1")["day"].date() == date(2024, 1, 1)


def test_one_refunded_line_of_two_leaves_the_other():
    built, _ = build([{"order_id": "1"}, {"order_id": "1", "amount": 5, "status": "refunded"}])
    assert (order(built, "1")["amount"], order(built, "1")["refunded"]) == (10, 5)


def test_orders_of_one_local_day_are_one_purchase():
    lines = [
        {"order_id": "1", "ordered_at": day(1, 8)},
        {"order_id": "2", "ordered_at": day(1, 20)},
        {"order_id": "3", "ordered_at": day(11)},
    ]
    built, facts = build(lines)
    steps = [(row["purchase_number"], row["revenue"], row["gap"]) for row in built["purchases"]]
    assert steps == [(1, 20, None), (2, 10, 10)]
    assert facts.as_of["order_lines"] == date(2024, 1, 11)


def test_the_zone_moves_only_orders_near_midnight():
    lines = [
        {"order_id": "1", "ordered_at": day(1, 17)},  # 01:00 on the 2nd in Shanghai
        {"order_id": "2", "ordered_at": day(2, 3)},
    ]
    assert len(build(lines)[0]["purchases"]) == 2
    assert len(build(lines, Settings("Asia/Shanghai"))[0]["purchases"]) == 1


@pytest.mark.parametrize("kind", ["renewal", "instalment"])
def test_renewals_and_instalments_are_money_and_valid_orders_but_never_purchases(kind):
    lines = [
        {"order_id": "1"},
        {"order_id": "2", "kind": kind, "ordered_at": day(31)},
    ]
    (summary,) = build(lines)[0]["customer_summary"]
    assert (summary["orders"], summary["purchases"], summary["revenue"]) == (2, 1, 20)
    assert summary["days_to_second"] is None


def test_currencies_are_never_summed():
    lines = [
        {"order_id": "1"},
        {"order_id": "2", "ordered_at": day(3)},
        {"order_id": "3", "currency": "USD", "amount": 99, "ordered_at": day(5)},
    ]
    built, facts = build(lines)
    assert facts.currency == "CNY"
    assert [row["revenue"] for row in built["purchases"]] == [10, 10, 0]


def test_unidentified_orders_are_never_a_customer():
    built, facts = build([{"order_id": "1"}, {"order_id": "2", "customer_id": None}])
    assert [row["customer_id"] for row in built["customer_summary"]] == ["a"]
    assert (facts.headline["paid_orders"], facts.headline["valid_orders"]) == (2, 1)


def test_as_of_is_the_latest_line_whatever_its_status():
    _, facts = build([{"order_id": "1"}, {"status": "cancelled", "ordered_at": day(20)}])
    assert facts.as_of["order_lines"] == date(2024, 1, 20)


def test_days_to_the_same_category_and_item():
    lines = [
        {"order_id": "1", "item_id": "x", "category": "c1"},
        {"order_id": "2", "item_id": "y", "category": "c2", "ordered_at": day(3)},
        {"order_id": "3", "item_id": "z", "category": "c1", "ordered_at": day(6)},
        {"order_id": "4", "item_id": "x", "category": "c1", "ordered_at": day(9)},
    ]
    (summary,) = build(lines)[0]["customer_summary"]
    assert summary["days_to_second"] == 2
    assert summary["days_to_same_category"] == 5
    assert summary["days_to_same_item"] == 8


def test_the_first_item_is_the_dearest_and_ties_go_by_id():
    lines = [
        {"order_id": "1", "item_id": "b", "amount": 5},
        {"order_id": "1", "item_id": "a", "amount": 5},
        {"order_id": "1", "item_id": "z", "amount": 9},
        {"order_id": "2", "customer_id": "k", "item_id": "b", "amount": 5},
        {"order_id": "2", "customer_id": "k", "item_id": "a", "amount": 5},
    ]
    built, _ = build(lines)
    assert [row["first_item_id"] for row in built["customer_summary"]] == ["z", "a"]


def test_categories_come_from_the_items_table_where_lines_have_none():
    built, _ = build([{"category": None}], items=[{"item_id": "i1", "category": "yoga"}])
    assert built["purchase_items"][0]["category"] == "yoga"
    assert built["item_summary"][0]["category"] == "yoga"


def test_customers_who_never_bought_are_known_without_purchases():
    built, _ = build([{}], customers=[{"customer_id": "0007", "signed_up_at": day(1)}])
    first = built["customer_summary"][0]
    assert (first["customer_id"], first["purchases"], first["first_day"]) == ("0007", 0, None)


@pytest.mark.parametrize("pairs", [1, 2, 100])
def test_an_items_customers_are_the_same_counted_in_any_number_of_parts(monkeypatch, pairs):
    monkeypatch.setattr(line_runs, "MOST_LINES", 0)
    monkeypatch.setattr(grouped_orders, "_PAIRS", pairs)
    sold = [("a", "i1", 1), ("a", "i1", 2), ("b", "i1", 1), ("c", "i1", 3), ("c", "i2", 3)]
    lines = [
        {
            "customer_id": customer,
            "item_id": item,
            "ordered_at": day(n),
            "order_id": f"{customer}{n}",
        }
        for customer, item, n in sold
    ]
    built, _ = build(lines)
    assert {row["item_id"]: row["customers"] for row in built["item_summary"]} == {"i1": 3, "i2": 1}


LINES = st.lists(
    st.fixed_dictionaries(
        {
            "customer_id": st.sampled_from(["a", "b", None]),
            "order_id": st.sampled_from(["1", "2", None]),
            "amount": st.integers(-3, 9).map(Decimal),
            "status": st.sampled_from(["sale", "pending", "refunded", "cancelled"]),
            "item_id": st.sampled_from(["x", "y"]),
            "ordered_at": st.sampled_from([day(1), day(1, 20), day(9)]),
        }
    ),
    min_size=1,
    max_size=6,
)


@hypothesis_settings(max_examples=25, deadline=None)
@given(LINES, st.randoms())
def test_row_order_changes_nothing(lines, random):
    numbered = [{**line, "source_row": number} for number, line in enumerate(lines)]
    shuffled = list(numbered)
    random.shuffle(shuffled)
    assert build(numbered) == build(shuffled)
