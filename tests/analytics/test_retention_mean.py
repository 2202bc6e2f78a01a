"""One line for a triangle, against the examples that other products publish."""

import pandas as pd
import pytest

from analytics.retention.cohorts import retention
from analytics.retention.mean import retention_line, retention_mean
from tests.analytics.shops import Order, Shop, day, random_shop

WAYS = ("mixpanel", "pooled", "simple")


def cells(*rows):
    names = ["cohort", "period_index", "cohort_size", "active", "is_mature"]
    table = pd.DataFrame(rows, columns=names)
    table["active"] = table["active"].astype("Int64")
    return table.assign(
        rate=table["active"].astype(float) / table["cohort_size"],
        revenue=0.0,
        cumulative_revenue=0.0,
    )


def test_mixpanel_example_500_of_1000_and_400_of_500():
    """Documented weights 56 %, pooled 60 %, simple 65 %."""
    table = cells(("2024-01", 1, 1000, 500, True), ("2024-02", 1, 500, 400, True))
    found = {method: retention_mean(table, method=method) for method in WAYS}
    assert {method: mean["rate"].tolist() for method, mean in found.items()} == {
        "mixpanel": [0.56],
        "pooled": [0.6],
        "simple": [0.65],
    }
    assert found["mixpanel"][["ci_lower", "ci_upper"]].isna().all().all()


AMPLITUDE_MATURE = {"2024-03-01": (100, 500), "2024-03-02": (120, 720), "2024-03-03": (80, 320)}
AMPLITUDE_YOUNG = {"2024-03-01": (100, 500), "2024-03-02": (120, 720), "2024-03-03": (80, 200)}


def n_day_value(cohorts, as_of):
    """Overall value of the first three days, each customer paying on the day of the start."""
    orders = [
        Order(f"{start}-{place:03}", day(start), paid / people)
        for start, (people, paid) in cohorts.items()
        for place in range(people)
    ]
    world = Shop(orders, as_of=day(as_of))
    line = retention_line(
        *world.tables("purchases", "customer_summary", "orders"),
        as_of=world.as_of,
        period="day",
        brackets=("0-2",),
    )
    return line.iloc[0]


def test_amplitude_example_1_overall_3_day_value_of_three_mature_cohorts():
    """$500 + $720 + $320 over 100 + 120 + 80 users."""
    row = n_day_value(AMPLITUDE_MATURE, "2024-03-05")
    assert (row["cohorts"], row["cohort_size"]) == (3, 300)
    assert round(row["cumulative_revenue_per_customer"], 2) == 5.13


def test_amplitude_example_2_cohorts_that_are_not_yet_mature_stay_out():
    """Two of three and one of three days observed: $500 over the 100 users of the first."""
    row = n_day_value(AMPLITUDE_YOUNG, "2024-03-03")
    assert (row["cohorts"], row["cohort_size"]) == (1, 100)
    assert round(row["cumulative_revenue_per_customer"], 2) == 5.00


def test_posthog_example_10_at_20_percent_and_100_at_none():
    table = cells(("2024-01", 1, 10, 2, True), ("2024-02", 1, 100, 0, True))
    assert round(retention_mean(table)["rate"].iloc[0], 3) == 0.018
    assert retention_mean(table, method="simple")["rate"].iloc[0] == pytest.approx(0.1)


def test_cells_that_are_still_open_do_not_count():
    table = cells(
        ("2024-01", 1, 10, 5, True), ("2024-02", 1, 10, 0, False), ("2024-03", 1, 10, None, False)
    )
    mean = retention_mean(table)
    assert mean[["cohorts", "cohort_size", "active"]].to_numpy().tolist() == [[1, 10, 5]]


def test_same_cohorts_speak_of_the_same_customers():
    table = cells(
        ("2024-01", 0, 10, 10, True), ("2024-01", 1, 10, 5, True), ("2024-01", 2, 10, 4, True),
        ("2024-02", 0, 90, 90, True), ("2024-02", 1, 90, 9, True), ("2024-02", 2, 90, 0, False),
    )  # fmt: skip
    assert retention_mean(table)["rate"].tolist() == [1, 0.14, 0.4]
    same = retention_mean(table, method="same-cohorts", through=2)
    assert same["rate"].tolist() == [1, 0.5, 0.4]
    assert same["cohorts"].tolist() == [1, 1, 1]
    assert retention_mean(table, method="same-cohorts")["period_index"].tolist() == [0, 1]


def test_simple_mean_has_no_interval():
    table = cells(("2024-01", 1, 10, 5, True))
    assert retention_mean(table, method="simple")[["ci_lower", "ci_upper"]].isna().all().all()


def test_groups_keep_their_own_line():
    world = random_shop(3)
    table = retention(
        *world.tables("purchases", "customer_summary", "orders"),
        as_of=world.as_of,
        by="first_channel",
    )
    mean = retention_mean(table)
    assert mean["group"].unique().tolist() == ["ch0", "ch1", "ch2"]
    assert (mean.loc[mean["period_index"] == 0, "rate"] == 1).all()


def test_pooled_value_per_customer():
    world = random_shop(3)
    table = retention(*world.tables("purchases", "customer_summary", "orders"), as_of=world.as_of)
    mean = retention_mean(table).iloc[2]
    chosen = table[(table["period_index"] == 2) & table["is_mature"]]
    expected = chosen["cumulative_revenue"].sum() / chosen["cohort_size"].sum()
    assert mean["cumulative_revenue_per_customer"] == pytest.approx(expected)


def test_the_simple_mean_of_money_weighs_cohorts_alike():
    cells = pd.DataFrame(
        {
            "cohort": pd.to_datetime(["2025-01-01", "2025-02-01"]),
            "period_index": [1, 1],
            "cohort_size": [10, 30],
            "active": [5, 6],
            "rate": [0.5, 0.2],
            "revenue": [100.0, 60.0],
            "cumulative_revenue": [200.0, 90.0],
            "is_mature": [True, True],
        }
    )
    simple = retention_mean(cells, method="simple").iloc[0]
    assert simple["revenue_per_customer"] == pytest.approx((10 + 2) / 2)
    assert simple["cumulative_revenue_per_customer"] == pytest.approx((20 + 3) / 2)
    pooled = retention_mean(cells).iloc[0]
    assert pooled["revenue_per_customer"] == pytest.approx(160 / 40)
