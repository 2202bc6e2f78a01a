"""Marts from lines that stand together by order are those from the same lines in any order."""

import random
from datetime import datetime, timedelta

import pytest

from analytics.settings import Settings
from analytics.store import line_runs
from analytics.store.lines import look_at
from tests.store import canonical

SHANGHAI = Settings(timezone="Asia/Shanghai")


def some_lines(seed, *, customers=6, orders=60, prefix="o"):
    """Lines order by order: some of nobody, some free, items bought twice, two orders in a day."""
    pick = random.Random(seed)
    lines, moment = [], datetime(2024, 1, 30, 20)
    for place in range(orders):
        moment += timedelta(hours=pick.choice([0, 1, 5, 30]))
        who = pick.choice([None, *(f"c{number}" for number in range(customers))])
        lines += [
            {
                "order_id": f"{prefix}{place + 95}",
                "customer_id": who,
                "ordered_at": moment + timedelta(minutes=pick.randrange(3)),
                "item_id": pick.choice([None, "x", "y", "long name"]),
                "item_name": pick.choice([None, "by name"]),
                "category": pick.choice([None, "k", "l"]),
                "quantity": pick.choice([None, 1, 2]),
                "amount": pick.choice([0, 0, "9.9", 20]),
            }
            for _ in range(pick.choice([1, 1, 2, 3, 7]))
        ]
    return lines


def stands(lines):
    with canonical.connection(lines) as con:
        return line_runs.read(con, look_at(con, "order_lines")) is not None


def shuffled(lines):
    mixed = list(lines)
    random.Random(1).shuffle(mixed)
    return mixed


@pytest.mark.parametrize("settings", [None, SHANGHAI, Settings(valid_rule="amount>=0")])
@pytest.mark.parametrize("seed", range(2))
def test_both_ways_agree(seed, settings):
    lines = some_lines(seed)
    assert stands(lines)
    assert not stands(shuffled(lines))
    assert canonical.build(lines, settings) == canonical.build(shuffled(lines), settings)


def test_both_ways_agree_about_customers_and_items_of_other_tables():
    lines = some_lines(9, customers=3)
    known = {
        "customers": [{"customer_id": "a"}, {"customer_id": "c1"}, {"customer_id": "d"}],
        "items": [{"item_id": "x", "category": "z"}, {"item_id": "new"}],
    }
    assert canonical.build(lines, **known) == canonical.build(shuffled(lines), **known)


def test_newest_orders_may_come_first():
    lines = some_lines(5)[::-1]
    assert stands(lines)
    assert canonical.build(lines) == canonical.build(shuffled(lines))


def test_without_a_purchase():
    lines = [{"order_id": f"o{place}", "amount": 0} for place in range(3)]
    assert stands(lines)
    assert canonical.build(lines)[0]["purchases"] == []


@pytest.mark.parametrize(
    "lines",
    [
        [{"order_id": "1"}, {"order_id": "2"}, {"order_id": "1"}],
        [{"order_id": "1"}, {"order_id": "1", "customer_id": "b"}],
        [{"order_id": "1"}, {"order_id": "1", "customer_id": None}],
        [{"order_id": "1"}, {"order_id": "2", "channel": "app"}],
        [{"order_id": "1"}, {"order_id": "2", "amount": -1}],
        [{"order_id": "1"}, {"order_id": None}],
        [],
    ],
)
def test_what_does_not_stand_together(lines):
    assert not stands(lines)
