"""What each step from rows to purchases leaves, counted by hand."""

from datetime import date

import pytest

from analytics.data_quality import data_quality
from analytics.errors import InvalidSettingError
from analytics.repurchase.rate import repurchase_rate
from tests.analytics.shops import Order, Shop, day, random_shop

TWO_LINES = (("i", "c"), ("j", "c"))


@pytest.fixture(scope="module")
def world():
    orders = [
        Order("again", day("2024-01-01"), items=TWO_LINES),
        Order("again", day("2024-03-01")),
        Order("same day", day("2024-02-01")),
        Order("same day", day("2024-02-01")),
        Order("cancelled", day("2024-03-01")),
        Order("cancelled", day("2024-04-01"), is_valid=False),
        Order("too young", day("2024-12-01")),
        Order("too young", day("2024-12-05")),
        Order(None, day("2024-05-01"), is_valid=False),
        Order("renewed", day("2024-01-10")),
        Order("renewed", day("2024-02-10"), kind="renewal"),
        Order("two lines", day("2024-06-01"), items=TWO_LINES),
    ]
    return Shop(orders, as_of=date(2024, 12, 31))


def counted(table):
    return {
        row.step: (row.count, row.customers, row.repeat_customers)
        for row in table.astype(object).itertuples(index=False)
    }


def test_each_step_says_what_the_headline_would_be_there(world):
    table = data_quality(world.table("orders"), as_of=world.as_of, rows_read=20)
    assert counted(table[1:]) == {
        "lines": (14, 6, 5),
        "orders": (12, 6, 4),
        "valid": (11, 6, 3),
        "identified": (10, 5, 3),
        "purchases": (8, 5, 1),
    }
    assert table["step"].tolist()[0] == "rows"
    assert table["count"].tolist()[0] == 20
    assert table["rate"].isna().tolist() == [True, False, False, False, False, False]
    assert table["rate"].round(3).tolist()[1:] == [0.833, 0.667, 0.5, 0.6, 0.2]


@pytest.mark.parametrize("horizon", [30, 90])
@pytest.mark.parametrize("seed", range(3))
def test_the_last_step_is_the_headline_itself(seed, horizon):
    world = random_shop(seed)
    last = data_quality(world.table("orders"), as_of=world.as_of, horizon=horizon).iloc[-1]
    rate = repurchase_rate(
        world.table("customer_summary"), as_of=world.as_of, horizons=(horizon,)
    ).iloc[0]
    assert (last["repeat_customers"], last["customers"]) == (rate.numerator, rate.denominator)
    assert (last["ci_lower"], last["ci_upper"]) == (rate.ci_lower, rate.ci_upper)


def test_orders_after_as_of_are_not_there_yet(world):
    early = data_quality(world.table("orders"), as_of=date(2024, 2, 15), horizon=30)
    assert early["count"].tolist()[1:] == [6, 5, 5, 5, 3]


def test_a_horizon_is_whole_days(world):
    with pytest.raises(InvalidSettingError, match="horizon"):
        data_quality(world.table("orders"), as_of=world.as_of, horizon=0)
