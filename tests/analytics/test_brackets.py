"""Windows of a reader's own, by hand."""

import pandas as pd
import pytest

from analytics.errors import InvalidSettingError
from analytics.retention.cohorts import retention
from analytics.retention.people import cell_people
from tests.analytics.shops import shop

TABLES = ("purchases", "customer_summary", "orders")


def cells(world, *columns, **options):
    table = retention(*world.tables(*TABLES), as_of=world.as_of, **options)
    return [tuple(row) for row in table[list(columns)].itertuples(index=False)]


def three():
    """Days after the start: a 0 2 8, b 0 5, c 0 (three days before as-of)."""
    return shop(
        "2024-01-01 2024-01-03 2024-01-09", "2024-01-10 2024-01-15", "2024-01-28",
        as_of="2024-01-31",
    )  # fmt: skip


def test_day_zero_comes_before_the_brackets():
    found = cells(three(), "bracket", "period_index", "active", brackets=("1-3", "4-7", "8-14"))
    assert found == [("0", 0, 3), ("1-3", 1, 1), ("4-7", 2, 1), ("8-14", 3, 1)]


def test_a_bracket_is_mature_once_it_has_closed_for_every_member():
    """c began on 28 January: days 1-3 are over on the 31st, days 4-7 are not."""
    found = cells(three(), "maturity", brackets=("1-3", "4-7", "8-14"))
    assert found == [("complete",), ("complete",), ("in-progress",), ("in-progress",)]


def test_unreached_brackets_are_null():
    world = shop("2024-01-28", as_of="2024-01-31")
    found = cells(world, "active", "maturity", brackets=("1-3", "4-7"))
    assert found[:2] == [(1, "complete"), (0, "complete")]
    assert pd.isna(found[2][0])
    assert found[2][1] == "unreached"


def test_on_or_before_adds_up_and_on_or_after_ends_at_the_last_bracket():
    brackets = ("1-3", "4-7", "8-14")
    assert cells(three(), "active", brackets=brackets, return_rule="on-or-before") == [
        (0,), (1,), (2,), (2,),
    ]  # fmt: skip
    found = cells(three(), "active", brackets=brackets, return_rule="on-or-after", cap=9)
    assert found == [(3,), (2,), (2,), (1,)]


def test_money_beyond_the_last_bracket_is_not_counted():
    found = cells(three(), "revenue", "cumulative_revenue", brackets=("1-3", "4-7"))
    assert found == [(30, 30), (10, 40), (10, 50)]


def test_people_of_a_bracket():
    world = three()
    tables = world.tables("purchases", "customer_summary")
    back = cell_people(
        *tables,
        as_of=world.as_of,
        cohort=world.as_of,
        period_index=2,
        brackets=("1-3", "4-7"),
    )
    assert [name for name, number in world.numbers.items() if number in back] == ["b"]


def test_equal_brackets_are_elapsed_windows():
    world = three()
    brackets = ("0-6", "7-13", "14-20", "21-27", "28-34")
    weeks = cells(world, "active", "is_mature", period="week", window="elapsed", periods=4)
    assert cells(world, "active", "is_mature", period="week", brackets=brackets) == weeks


@pytest.mark.parametrize("texts", [("1-3", "5-7"), ("1-3", "3-7"), ("4-2",), ("week",), ("2-3",)])
def test_brackets_follow_one_another(texts):
    with pytest.raises(InvalidSettingError, match="1-3,4-7,8-14"):
        cells(three(), "active", brackets=texts)
