"""The ladder, the gaps, the returning share, by hand."""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import InvalidSettingError
from analytics.repurchase.gaps import gap_buckets, gap_histogram, natural_cycle, time_between
from analytics.repurchase.ladder import order_ladder
from analytics.repurchase.returning import returning_rate
from tests.analytics.shops import day, random_shop, shop


def test_ladder_counts_those_whose_window_is_over():
    world = shop(
        "2024-01-01 2024-01-11 2024-01-21",
        "2024-01-01 2024-01-31",
        "2024-02-20 2024-02-21",
        as_of="2024-03-01",
    )
    table = order_ladder(
        *world.tables("purchases", "customer_summary"), as_of=world.as_of, horizon=20
    )
    contract = ["step", "horizon_days", "numerator", "denominator", "rate", "ci_lower", "ci_upper"]
    assert list(table.columns)[:7] == contract
    assert table[["step", "numerator", "denominator"]].to_numpy().tolist() == [
        [1, 1, 2],  # 10 and 30 days; the third began 10 days ago
        [2, 1, 2],  # a back after 10; b silent for 30
        [3, 0, 1],
    ]


def test_ladder_has_ten_steps_at_most():
    world = shop(
        [day("2024-01-01") + pd.Timedelta(days=step) for step in range(20)], as_of="2024-06-01"
    )
    table = order_ladder(*world.tables("purchases", "customer_summary"), as_of=world.as_of)
    assert table["step"].tolist() == list(range(1, 11))


def test_first_step_of_the_ladder_is_the_repurchase_rate():
    from analytics.repurchase.rate import repurchase_rate

    world = random_shop(2)
    ladder = order_ladder(*world.tables("purchases", "customer_summary"), as_of=world.as_of)
    rates = repurchase_rate(world.table("customer_summary"), as_of=world.as_of, horizons=(90,))
    assert (
        ladder.iloc[0][["numerator", "denominator"]].tolist()
        == rates.iloc[0][["numerator", "denominator"]].tolist()
    )


def test_time_between_by_step():
    world = shop(
        "2024-01-01 2024-01-11 2024-01-13",
        "2024-01-01 2024-01-21",
        "2024-01-01 2024-01-31 2024-02-04 2024-02-05",
        as_of="2024-02-10",
    )
    table = time_between(world.table("purchases"), as_of=world.as_of)
    assert table["step"].isna().tolist() == [False, False, False, True]
    assert table["n_gaps"].tolist() == [3, 2, 1, 6]
    assert table["n_waiting"].tolist() == [0, 1, 1, 3]
    assert table["median_days"].tolist() == [20, 3, 1, 7]
    assert table["km_median_days"].tolist()[0] == 20
    # medians of the customers: 6, 20, 4
    assert table["natural_cycle_days"].tolist()[-1] == 6


def test_quantiles_are_those_of_numpy():
    world = random_shop(4)
    gaps = world.table("purchases").gap.execute().dropna().to_numpy(float)
    row = time_between(world.table("purchases"), as_of=world.as_of).iloc[-1]
    names = ["p10_days", "p25_days", "median_days", "p75_days", "p90_days"]
    assert np.allclose(row[names].astype(float), np.quantile(gaps, [0.1, 0.25, 0.5, 0.75, 0.9]))
    assert row["mean_days"] == pytest.approx(gaps.mean())


def test_natural_cycle_is_the_median_of_medians():
    world = random_shop(6)
    frame = world.table("purchases").execute().dropna(subset=["gap"])
    expected = frame.groupby("customer_number")["gap"].median().median()
    assert natural_cycle(world.table("purchases"), as_of=world.as_of) == expected


def test_one_time_buyers_have_no_cycle():
    world = shop("2024-01-01", "2024-02-01")
    table = time_between(world.table("purchases"), as_of=world.as_of)
    assert table["median_days"].isna().all()
    assert table["natural_cycle_days"].isna().all()
    assert table.attrs["notes"] == []


def test_gap_histogram_counts_ended_gaps():
    world = shop("2024-01-01 2024-01-08 2024-01-15", "2024-01-01 2024-01-08", as_of="2024-03-01")
    table = gap_histogram(world.table("purchases"), as_of=world.as_of)
    assert table.to_numpy().tolist() == [[7, 3]]
    assert gap_histogram(world.table("purchases"), as_of=world.as_of, step=2)["n"].tolist() == [1]


def test_returning_never_looks_ahead():
    world = shop(
        "2024-01-05 2024-01-25 2024-03-03",  # repeat in January, returning in January and March
        "2024-01-31",
        "2024-03-30",
        as_of="2024-04-15",
    )
    table = returning_rate(world.table("purchases"), as_of=world.as_of)
    contract = ["period", "customers", "repeat_customers", "returning_customers"]
    assert list(table.columns)[:6] == [*contract, "repeat_rate", "returning_rate"]
    assert table[contract[1:]].to_numpy().tolist() == [[2, 1, 1], [0, 0, 0], [2, 0, 1], [0, 0, 0]]
    assert table["period"].dt.strftime("%m").tolist() == ["01", "02", "03", "04"]
    assert table["returning_rate"].isna().tolist() == [False, True, False, True]
    assert table["is_mature"].tolist() == [True, True, True, False]


def test_later_days_never_change_past_returning_rates():
    world = random_shop(8)
    whole = returning_rate(world.table("purchases"), as_of=world.as_of)
    early = returning_rate(world.table("purchases"), as_of=day("2024-06-30"))
    pd.testing.assert_frame_equal(early, whole.head(len(early)))


def buckets(world, **options):
    return gap_buckets(world.table("purchases"), as_of=world.as_of, **options)


def test_gaps_fall_into_buckets():
    """Gaps 7 and 8 at the first step, 31 at the second; one customer still waits after 60 days."""
    world = shop(
        "2024-01-01 2024-01-08 2024-02-08", "2024-01-01 2024-01-09", "2024-02-01",
        as_of="2024-04-01",
    )  # fmt: skip
    table = buckets(world, starts=(1, 8, 31))
    first = table[table["step"] == 1]
    assert first["to_days"].tolist()[:2] == [7, 30]
    assert first[["n", "total"]].to_numpy().tolist() == [[1, 2], [1, 2], [0, 2]]
    assert first["cumulative_share"].tolist() == [0.5, 1, 1]
    assert first["curve_share"].round(4).tolist() == [0.3333, 0.6667, 0.6667]
    every = table[table["step"].isna()]
    assert every["n"].tolist() == [1, 1, 1]
    assert set(table["step"].dropna()) == {1, 2}


def test_buckets_of_equal_width_reach_the_longest_gap():
    table = buckets(shop("2024-01-01 2024-01-31", as_of="2024-06-01"), width=10)
    assert table.loc[table["step"] == 1, "from_days"].tolist() == [1, 11, 21]
    assert table.loc[table["step"] == 1, "n"].tolist() == [0, 0, 1]


def test_buckets_hold_every_gap():
    world = random_shop(4)
    table = buckets(world)
    histogram = gap_histogram(world.table("purchases"), as_of=world.as_of)
    assert table.loc[table["step"].isna(), "n"].sum() == histogram["n"].sum()


def test_no_gaps_no_buckets_and_odd_edges_are_refused():
    assert buckets(shop("2024-01-01")).empty
    for wrong in ({"width": 0}, {"starts": (2, 5)}, {"starts": (1, 5, 5)}):
        with pytest.raises(InvalidSettingError):
            buckets(shop("2024-01-01"), **wrong)
