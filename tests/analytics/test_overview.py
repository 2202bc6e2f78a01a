"""Headline figures: which period, against which, and whether the change is clear."""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import UnknownCustomerError
from analytics.overview import overview, overview_series, what_changed
from analytics.profile import customer_profile
from analytics.retention.cohorts import retention
from tests.analytics.shops import Order, Shop, day, random_shop, shop

TABLES = ("purchases", "customer_summary", "orders")


def overview_of(world, **options):
    table = overview(*world.tables(*TABLES), as_of=world.as_of, **options)
    return table, table.set_index("kpi")


def test_figures_by_hand():
    world = Shop(
        [
            Order("a", day("2024-01-05"), 100),
            Order("b", day("2024-01-06"), 50),
            Order("a", day("2024-02-01"), 30),
            Order("a", day("2024-02-02"), 7, kind="renewal"),
            Order("c", day("2024-02-03"), 20),
            Order("d", day("2024-03-01"), 5),
        ],
        as_of=day("2024-05-02"),
    )
    series = overview_series(*world.tables(*TABLES), as_of=world.as_of)
    wide = series.set_index(["period", "kpi"])["value"].unstack("kpi")  # noqa: PD010 - no aggregation
    february = wide.loc[pd.Timestamp("2024-02-01")]
    assert february["revenue"] == 57
    assert february["new_customers"] == 1
    assert february["buyers"] == 2
    assert february["returning_rate"] == 0.5
    assert february["repeat_revenue_share"] == pytest.approx(30 / 57)
    assert wide["repurchase_rate_90"].tolist()[0] == 0.5
    assert np.isnan(wide["returning_rate"].iloc[3])  # nobody in April
    table, kpis = overview_of(world)
    assert kpis.loc["revenue", "period"] == pd.Timestamp("2024-04-01")
    assert kpis.loc["repurchase_rate_90", "period"] == pd.Timestamp("2024-01-01")
    assert kpis.loc["returning_rate", "period"] == pd.Timestamp("2024-03-01")
    assert not table["is_change_clear"].any()
    assert table.attrs["notes"] == [
        "No change from the period before that these numbers could show."
    ]


def test_a_clear_change_is_told_with_its_interval():
    orders = [Order(f"a{place}", day("2024-01-10"), 10) for place in range(100)]
    orders += [Order(f"b{place}", day("2024-02-10"), 10) for place in range(200)]
    table, kpis = overview_of(Shop(orders, as_of=day("2024-02-29")))
    row = kpis.loc["buyers"]
    assert (row["value"], row["previous"], row["change"]) == (200, 100, 1.0)
    assert row["change_lower"] == pytest.approx(
        2 * np.exp(-1.96 * np.sqrt(1 / 100 + 1 / 200)) - 1, abs=1e-3
    )
    assert row["is_change_clear"]
    assert row["series"] == [100, 200]
    assert any(note.startswith("buyers changed by +100.0%") for note in table.attrs["notes"])


def test_a_running_month_is_not_compared():
    orders = [Order(f"a{place}", day("2024-01-10")) for place in range(100)]
    _, kpis = overview_of(Shop([*orders, Order("z", day("2024-02-01"))]))
    assert kpis.loc["buyers", "value"] == 100
    assert np.isnan(kpis.loc["buyers", "change"])


def test_before_any_month_is_over_the_running_one_is_immature():
    table, kpis = overview_of(shop("2024-01-05", "2024-01-06"))
    assert kpis.loc["buyers", "value"] == 2
    assert not table["is_mature"].any()


def test_revenue_agrees_with_the_triangle():
    world = random_shop(6)
    series = overview_series(*world.tables(*TABLES), as_of=world.as_of)
    triangle = retention(*world.tables(*TABLES), as_of=world.as_of)
    assert series[series["kpi"] == "revenue"]["value"].sum() == pytest.approx(
        triangle["revenue"].sum()
    )


def test_spread_of_the_repeat_share_is_that_of_resampled_customers():
    """The linearised interval against a bootstrap over customers."""
    world = random_shop(7, customers=400)
    table = overview_series(*world.tables(*TABLES), as_of=world.as_of)
    rows = table[(table["kpi"] == "repeat_revenue_share") & table["is_mature"]]
    row = rows.iloc[-1]
    bought = world.table("purchases").execute()
    bought["revenue"] = bought["revenue"].astype(float)
    month = pd.to_datetime(bought["day"]).dt.to_period("M") == row["period"].to_period("M")
    mine = bought[month].assign(again=bought["revenue"].where(bought["purchase_number"] > 1, 0))
    sums = mine.groupby("customer_number")[["again", "revenue"]].sum().to_numpy()
    picks = np.random.default_rng(0).integers(0, len(sums), (2000, len(sums)))
    resampled = sums[picks].sum(axis=1)
    spread = (resampled[:, 0] / resampled[:, 1]).std()
    assert (row["ci_upper"] - row["value"]) / 1.96 == pytest.approx(spread, rel=0.15)


def test_what_changed_between_versions():
    before = shop("2024-01-05", "2024-02-01", as_of="2024-02-29")
    after = Shop([*before.orders, Order("b", day("2024-01-09"), 5)], as_of=day("2024-03-31"))
    tables = [
        overview_series(*world.tables(*TABLES), as_of=world.as_of) for world in (after, before)
    ]
    changed = what_changed(*tables)
    january = changed[changed["period"] == pd.Timestamp("2024-01-01")].set_index("kpi")
    assert january.loc["revenue", ["before", "after"]].tolist() == [10, 15]
    march = changed[changed["period"] == pd.Timestamp("2024-03-01")]
    assert march["before"].isna().all()


class WithEvents(Shop):
    def table(self, name):
        if name != "events":
            return super().table(name)
        return self._con.sql(
            "SELECT 'a' AS customer_id, 'view' AS event, TIMESTAMP '2024-01-20 10:00:00' AS "
            "occurred_at, 'i9' AS item_id"
        )


def test_profile_of_a_customer():
    world = WithEvents(
        [
            Order("a", day("2024-01-05"), 100, (("i1", "art"), ("i2", "music"))),
            Order("a", day("2024-01-15"), 50, (("i3", "art"),)),
            Order("a", day("2024-01-16"), 9, is_valid=False),
            Order("b", day("2024-01-06"), 10, (("i4", "music"),)),
        ],
        as_of=day("2024-01-25"),
    )
    profile = customer_profile(world, "a")
    facts = profile.facts
    assert (facts["purchases"], facts["recency_days"], facts["age_days"]) == (2, 10, 20)
    assert facts["mean_gap_days"] == 10
    assert facts["return_chance_90"] is None  # the data do not reach so far
    assert profile.purchases["items"].tolist() == ["i1, i2", "i3"]
    assert profile.categories[["category", "purchases"]].to_numpy().tolist() == [
        ["art", 2],
        ["music", 1],
    ]
    assert profile.categories["affinity"].tolist() == pytest.approx([4 / 3, 2 / 3])
    assert profile.behaviour[["event", "n"]].to_numpy().tolist() == [["view", 1]]
    assert profile.timeline["kind"].tolist() == ["view", "order", "purchase", "purchase"]


def test_profile_of_a_stranger():
    with pytest.raises(UnknownCustomerError, match="007"):
        customer_profile(shop("2024-01-01"), "007")
