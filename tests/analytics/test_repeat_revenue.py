"""The share of revenue from customers who bought before."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.overview import overview_series
from analytics.repurchase.repeat_revenue import repeat_revenue
from tests.analytics.shops import Order, Shop, day, random_shop, shop


def table_of(world, **options):
    return repeat_revenue(*world.tables("purchases", "orders"), as_of=world.as_of, **options)


def test_by_hand():
    world = Shop(
        [
            Order("a", day("2024-01-05"), 100),
            Order("a", day("2024-01-20"), 50),
            Order("a", day("2024-02-03"), 30, kind="renewal"),
            Order("b", day("2024-02-10"), 70),
            Order("b", day("2024-02-11"), 99, is_valid=False),
        ],
        as_of=day("2024-04-10"),
    )
    table = table_of(world)
    assert table[["first_revenue", "repeat_revenue", "other_revenue"]].to_numpy().tolist() == [
        [100, 50, 0], [70, 0, 30], [0, 0, 0], [0, 0, 0],
    ]  # fmt: skip
    assert table["rate"].tolist()[:2] == [pytest.approx(1 / 3), 0]
    assert table["rate"].isna().tolist() == [False, False, True, True]
    assert table["customers"].tolist() == [1, 2, 0, 0]
    assert table["is_mature"].tolist() == [True, True, True, False]


def test_equals_the_headline_figure():
    world = random_shop(8, customers=200)
    renewed = [replace(order, amount=33, kind="renewal") for order in world.orders[::3]]
    world = Shop([*world.orders, *renewed], as_of=world.as_of)
    series = overview_series(
        *world.tables("purchases", "customer_summary", "orders"), as_of=world.as_of
    )
    headline = series[series["kpi"] == "repeat_revenue_share"]
    table = table_of(world)
    for name, other in (("rate", "value"), ("ci_lower", "ci_lower"), ("ci_upper", "ci_upper")):
        assert np.allclose(table[name], headline[other], atol=1e-12, equal_nan=True)


def test_later_days_never_change_finished_periods():
    world, early = random_shop(8, customers=100), day("2024-06-30")
    whole = table_of(world)
    then = repeat_revenue(*world.tables("purchases", "orders"), as_of=early)
    assert then["is_mature"].all()
    pd.testing.assert_frame_equal(then, whole.head(len(then)))


def test_nothing_sold_is_an_empty_table():
    assert table_of(shop(as_of="2024-01-31")).empty


def test_one_customer_has_no_interval():
    world = Shop([Order("a", day("2024-01-01"), 5), Order("a", day("2024-01-09"), 5)])
    row = repeat_revenue(*world.tables("purchases", "orders"), as_of=day("2024-02-01")).iloc[0]
    assert row["rate"] == 0.5
    assert np.isnan(row["ci_lower"])
