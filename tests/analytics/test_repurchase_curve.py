"""The curve of waits, its quartile days and what is left of a chance after silence."""

import numpy as np
import pytest

from analytics.errors import InvalidSettingError, NotEnoughDataError
from analytics.repurchase.curve import repurchase_curve, repurchase_quartiles
from analytics.repurchase.rest import rest_chance
from tests.analytics.shops import Order, Shop, day, random_shop, shop


def curve(world, **options):
    tables = world.tables("purchases", "customer_summary")
    return repurchase_curve(*tables, as_of=world.as_of, **options)


def test_by_hand():
    """Waits 10, 20 and 30 days ended; cut off after 20 and 40."""
    world = shop(
        "2024-01-01 2024-01-11",
        "2024-01-01 2024-01-21",
        "2024-01-01 2024-01-31",
        "2024-01-21",
        "2024-01-01",
        as_of="2024-02-10",
    )
    table = curve(world)
    assert table["group"].unique().tolist() == ["all"]
    assert table["day"].tolist() == [0, 10, 20, 30, 40]
    assert table["n_at_risk"].tolist() == [5, 5, 4, 2, 1]
    assert table["n_events"].tolist() == [0, 1, 1, 1, 0]
    assert table["survival"].round(12).tolist() == [1, 0.8, 0.6, 0.3, 0.3]


def test_quartile_days_beside_the_biased_ones():
    world = shop(
        "2024-01-01 2024-01-11", "2024-01-01 2024-01-21", "2024-01-01", "2024-01-01",
        as_of="2024-06-01",
    )  # fmt: skip
    tables = world.tables("purchases", "customer_summary")
    row = repurchase_quartiles(*tables, as_of=world.as_of).iloc[0]
    assert [row["p25_days"], row["median_days"]] == [10, 20]
    assert row.isna()["p75_days"]
    biased = [row[f"repeaters_{name}_days"] for name in ("p25", "median", "p75")]
    assert biased == [12.5, 15, 17.5]


def test_equals_lifelines_on_the_waits_themselves():
    lifelines = pytest.importorskip("lifelines")
    world = random_shop(5)
    waits = world.table("purchases").execute()
    second = waits[waits["purchase_number"] == 2]
    follow_up = (np.datetime64(world.as_of) - second["day"].to_numpy("datetime64[D]")).astype(int)
    events = second["next_gap"].notna()
    model = lifelines.KaplanMeierFitter().fit(
        second["next_gap"].fillna(0).where(events, follow_up), events
    )
    assert np.allclose(
        curve(world, step=2)["survival"], model.survival_function_.iloc[:, 0], atol=1e-9
    )


def test_step_starts_at_the_nth_purchase():
    world = shop("2024-01-01 2024-01-11 2024-01-13", as_of="2024-02-01")
    assert curve(world, step=2)["day"].tolist() == [0, 2]


def test_groups_are_curves_of_their_own():
    world = Shop(
        [
            Order("a", day("2024-01-01"), channel="web"),
            Order("a", day("2024-01-08"), channel="app"),
            Order("b", day("2024-01-01"), channel="app"),
        ],
        as_of=day("2024-01-31"),
    )
    table = curve(world, by="first_channel")
    assert table[["group", "day"]].to_numpy().tolist() == [
        ["app", 0],
        ["app", 30],
        ["web", 0],
        ["web", 7],
    ]
    assert any("web" in note for note in table.attrs["notes"])


def test_only_the_largest_groups_are_drawn_and_that_is_said():
    orders = [
        Order(f"c{place}-{copy}", day("2024-01-01"), channel=f"ch{place:02}")
        for place in range(25)
        for copy in range(2 if place > 4 else 1)
    ]
    table = curve(Shop(orders, as_of=day("2024-02-01")), by="first_channel")
    assert sorted(table["group"].unique()) == [f"ch{place:02}" for place in range(5, 25)]
    assert "20 largest of 25" in table.attrs["notes"][0]


def test_a_purchase_after_as_of_does_not_exist_yet():
    world = shop("2024-01-01 2024-03-01")
    table = repurchase_curve(
        *world.tables("purchases", "customer_summary"), as_of=day("2024-02-01")
    )
    assert table["n_events"].sum() == 0
    assert table["day"].max() == 31


def test_nobody_at_that_step_is_said():
    with pytest.raises(NotEnoughDataError, match="customers with purchase 3"):
        curve(shop("2024-01-01 2024-01-05"), step=3)
    with pytest.raises(InvalidSettingError):
        curve(shop("2024-01-01"), step=0)


def test_rest_chance_counts_only_those_still_silent():
    world = shop(
        "2024-01-01 2024-01-06",
        "2024-01-01 2024-01-21",
        "2024-01-01 2024-03-01",
        "2024-01-01",
        as_of="2024-06-01",
    )
    table = rest_chance(world.table("purchases"), as_of=world.as_of, horizon=15, silences=(0, 10))
    assert table["chance"].tolist() == [0.25, pytest.approx(1 / 3)]


def test_rest_chance_of_an_empty_step_is_null():
    world = shop("2024-01-01")
    table = rest_chance(world.table("purchases"), as_of=world.as_of, step=5)
    assert table[["chance", "ci_lower", "ci_upper"]].isna().all().all()


def test_rest_chance_tells_its_people_and_how_far_it_sees():
    world = shop(
        "2024-01-01 2024-01-06", "2024-01-01 2024-01-21", "2024-01-01 2024-03-01", "2024-01-01",
        as_of="2024-06-01",
    )  # fmt: skip
    table = rest_chance(world.table("purchases"), as_of=world.as_of, silences=(60, 0, 5, 100))
    assert table["silent_days"].tolist() == [0, 5, 60, 100]
    assert table["n_at_risk"].tolist() == [4, 3, 1, 1]  # the one of 60 days bought on that day
    assert table["is_mature"].tolist() == [True, True, True, False]


def test_rest_chance_over_every_purchase():
    world = shop("2024-01-01 2024-01-06 2024-01-26", "2024-01-01", as_of="2024-06-01")
    purchases = world.table("purchases")
    pooled = rest_chance(purchases, as_of=world.as_of, step=0, horizon=10, silences=(0,))
    assert pooled["n_at_risk"].tolist() == [4]
    assert pooled["chance"].tolist() == [0.25]
    with pytest.raises(InvalidSettingError):
        rest_chance(purchases, as_of=world.as_of, horizon=0)
    with pytest.raises(InvalidSettingError):
        rest_chance(purchases, as_of=world.as_of, silences=(-1,))


def test_numbers_at_risk_at_round_days():
    """Waits 10, 20 and 30 days ended; cut off after 20 and 40."""
    world = shop(
        "2024-01-01 2024-01-11", "2024-01-01 2024-01-21", "2024-01-01 2024-01-31", "2024-01-21",
        "2024-01-01", as_of="2024-02-10",
    )  # fmt: skip
    table = curve(world, days=(0, 15, 20, 21, 40, 90))
    assert table["day"].tolist() == [0, 15, 20, 21, 40]
    assert table["n_at_risk"].tolist() == [5, 4, 4, 2, 1]
    assert table["n_events"].tolist() == [0, 1, 1, 0, 1]
    assert table["survival"].round(12).tolist() == [1, 0.8, 0.6, 0.6, 0.3]
    with pytest.raises(InvalidSettingError, match="0,30,60,90"):
        curve(world, days=(-1,))


def test_round_days_equal_lifelines():
    lifelines = pytest.importorskip("lifelines")
    world = random_shop(5)
    waits = world.table("purchases").execute()
    first = waits[waits["purchase_number"] == 1]
    follow_up = (np.datetime64(world.as_of) - first["day"].to_numpy("datetime64[D]")).astype(int)
    durations = first["next_gap"].fillna(0).where(first["next_gap"].notna(), follow_up)
    model = lifelines.KaplanMeierFitter().fit(durations, first["next_gap"].notna())
    days = (0, 30, 60, 90, 180)
    table = curve(world, days=days)
    assert np.allclose(table["survival"], model.predict(days), atol=1e-9)
    assert table["n_at_risk"].tolist() == [(durations >= day).sum() for day in days]
    inside = model.confidence_interval_.loc[:60].iloc[-1].tolist()
    assert np.allclose(table.loc[2, ["ci_lower", "ci_upper"]].astype(float), inside, atol=1e-9)


def quartiles(world, **options):
    tables = world.tables("purchases", "customer_summary")
    return repurchase_quartiles(*tables, as_of=world.as_of, **options)


def test_quartiles_of_groups_beside_the_biased_ones():
    world = shop(
        "2024-01-01 2024-01-11", "2024-01-01 2024-01-21", "2024-01-01", "2024-01-01",
        as_of="2024-06-01",
    )  # fmt: skip
    row = quartiles(world).iloc[0]
    assert row[["customers", "n_events", "p25_days", "median_days"]].tolist() == [4, 2, 10, 20]
    biased = ["repeaters_p25_days", "repeaters_median_days", "repeaters_p75_days"]
    assert row[biased].tolist() == [12.5, 15, 17.5]
    assert quartiles(world)["p75_days"].isna().all()
    assert quartiles(world).attrs["log_rank"] is None


def test_groups_are_tested_as_lifelines_does():
    statistics = pytest.importorskip("lifelines.statistics")
    world = random_shop(5, customers=150)
    table = quartiles(world, by="first_channel")
    waits = world.table("purchases").execute()
    first = waits[waits["purchase_number"] == 1]
    follow_up = (np.datetime64(world.as_of) - first["day"].to_numpy("datetime64[D]")).astype(int)
    durations = first["next_gap"].fillna(0).where(first["next_gap"].notna(), follow_up)
    people = world.table("customer_summary").execute().set_index("customer_number")
    groups = first["customer_number"].map(people["first_channel"])
    expected = statistics.multivariate_logrank_test(durations, groups, first["next_gap"].notna())
    assert table.attrs["log_rank"].p_value == pytest.approx(expected.p_value, abs=1e-9)
    assert table["customers"].sum() == len(first)
    drawn = curve(world, by="first_channel")
    assert any("log-rank p" in note for note in drawn.attrs["notes"])
    assert not any("log-rank p" in note for note in curve(world).attrs["notes"])
