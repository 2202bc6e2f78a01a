"""A cohort's revenue against that of its first window."""

import numpy as np
import pandas as pd
import pytest

from analytics.retention.revenue import revenue_retention
from tests.analytics.shops import Order, Shop, day, random_shop

TABLES = ("purchases", "customer_summary", "orders")


def table_of(world, **options):
    return revenue_retention(*world.tables(*TABLES), as_of=world.as_of, **options)


def paying():
    return Shop(
        [
            Order("a", day("2024-01-01"), 100),
            Order("a", day("2024-02-05"), 60),  # 35 days later: window 1
            Order("b", day("2024-01-10"), 50),
            Order("b", day("2024-01-20"), 50),
            Order("b", day("2024-02-15"), 20, kind="renewal"),  # 36 days
        ],
        as_of=day("2024-04-30"),
    )


def test_by_hand():
    table = table_of(paying())
    assert table["numerator"].tolist() == [200, 80, 0, 0, 0]
    assert table["rate"].tolist() == [1, 0.4, 0, 0, 0]
    assert table["denominator"].tolist() == [200] * 5
    assert table["is_mature"].tolist() == [True, True, True, False, False]


def test_calendar_windows():
    assert table_of(paying(), window="calendar")["numerator"].tolist() == [200, 80, 0, 0]


def test_unreached_is_null_and_reached_without_money_is_zero():
    world = Shop([*paying().orders, Order("c", day("2024-03-01"), 10)], as_of=day("2024-04-30"))
    rows = table_of(world).set_index(["cohort", "period_index"])["rate"]
    assert rows[pd.Timestamp("2024-03-01"), 2] == 0
    assert np.isnan(rows[pd.Timestamp("2024-03-01"), 3])


def test_interval_is_that_of_a_ratio_of_two_sums():
    """Checked against a bootstrap over the customers."""
    world = random_shop(5, customers=400, days=300)
    table = table_of(world, period="year")
    row = table[(table["period_index"] == 0)].iloc[0]
    assert (row["ci_lower"], row["ci_upper"]) == (1, 1)
    months = table_of(world)
    cell = months[(months["period_index"] == 1) & months["is_mature"]].iloc[2]
    orders = world.table("orders").execute()
    first = orders.groupby("customer_number")["day"].transform("min")
    orders["k"] = (pd.to_datetime(orders["day"]) - pd.to_datetime(first)).dt.days // 30
    orders["cohort"] = pd.to_datetime(first).dt.to_period("M").dt.start_time
    mine = orders[orders["cohort"] == cell["cohort"]]
    wide = mine.pivot_table(
        index="customer_number", columns="k", values="revenue", aggfunc="sum", fill_value=0
    ).astype(float)
    random = np.random.default_rng(1)
    picks = random.integers(0, len(wide), (4000, len(wide)))
    base, later = wide[0].to_numpy(), wide[1].to_numpy()
    ratios = later[picks].sum(axis=1) / base[picks].sum(axis=1)
    half = (cell["ci_upper"] - cell["ci_lower"]) / 2
    assert cell["rate"] == pytest.approx(later.sum() / base.sum())
    assert half == pytest.approx(1.96 * ratios.std(), rel=0.25)


def test_groups_and_brackets():
    table = table_of(paying(), brackets=("1-30", "31-60"), by="first_channel")
    assert table["bracket"].tolist() == ["0", "1-30", "31-60"]
    assert table["numerator"].tolist() == [150, 50, 80]
