"""The traps of the figures, each with the tests that fail when it is sprung.

Every one was seen to fail with its rule broken. Those whose name begins with the number are here.

1   young cohorts       test_1_*
2   unreached cells     test_2_*
3   filters and first   test_3_*
4   lines and orders    tests/store/test_same_sales.py, tests/intake/test_same_sales.py
5   row order           test_5_*
6   later days          test_6_*
6b  late refunds        tests/store/test_late_refunds.py, tests/ui/test_pages.py
7   time zones          test_7_*
8   ids are text        tests/intake/test_customers_and_ids.py, tests/intake/test_other_tables.py
8b  ".0" between tables tests/store/test_orphans.py
9   null customers      tests/intake/test_customers_and_ids.py, tests/store/test_marts.py
10  refunds' day        tests/analytics/test_refund_days.py, tests/store/test_marts.py
11  duplicates          tests/store/test_duplicates.py
12  currencies          tests/store/test_marts.py, tests/analytics/test_reports.py
13  renewals            tests/store/test_marts.py, tests/analytics/test_repurchase_rate.py
14  leaks in time       tests/analytics/test_churn_score.py, tests/analytics/test_returned.py
15  positions           test_15_*
16  calendars           test_16_*
"""

import random
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import ibis
import pandas as pd
import pytest

from analytics.reports import catalogue, run_report
from analytics.settings import Settings
from tests.analytics.shops import Order, Shop, answer, day, random_shop, shop
from tests.store import canonical

NEEDS_MORE = {
    *("cox", "survival", "data-quality", "reconciliation", "subscriptions"),
    *(f"subscription-{name}" for name in ("renewals", "projection", "definitions")),
}
"""Reports that ask for more than these shops hold, or look at rows and not at behaviour."""


def test_the_list_of_traps_names_tests_that_exist():
    root, listed = Path(__file__).parents[2], re.findall(r"^(\d+)\w? .*", __doc__, re.MULTILINE)
    assert sorted({int(number) for number in listed}) == [*range(1, 17)]
    for name in re.findall(r"tests/\S+\.py", __doc__):
        assert "def test_" in (root / name).read_text("utf-8"), name
    for number in re.findall(r"test_(\d+)_\*", __doc__):
        assert any(name.startswith(f"test_{number}_") for name in globals()), number


def table(world, name, **options):
    return run_report(world, name, **options).table


@pytest.fixture(scope="module")
def steady():
    """Two customers every week, for a year; each buys again after 60 days, then never."""
    start = date(2024, 1, 1)
    days = [start + timedelta(days=7 * week) for week in range(52)]
    histories = [[at, at + timedelta(days=60)] for at in days for _ in range(2)]
    as_of = date(2024, 12, 20)  # some of October's customers have had their 60 days, others not
    kept = [[when for when in history if when <= as_of] for history in histories]
    return shop(*kept, as_of=as_of)


RATES = {
    "repurchase-rate": {"horizons": (90,)},
    "repurchase-trend": {"horizon": 90},
    "order-ladder": {"horizon": 90},
    "first-item": {"horizon": 90},
}


@pytest.mark.parametrize("name", sorted(RATES))
def test_1_young_cohorts_are_not_worse_only_younger(steady, name):
    """All come back after 60 days: a rate below 1 would be counting those who had no time yet."""
    found = table(steady, name, **RATES[name])
    if name == "order-ladder":
        found = found[found["step"] == 1]
    reached = found.dropna(subset=["rate"])
    assert len(reached)
    assert (reached["rate"] == 1).all()


def test_1_journeys_and_the_oldest_column_wait_until_everyone_had_time(steady):
    pairs = table(steady, "journey", steps=(1,), horizon=90)
    first = steady.table("purchases").execute()
    first = first[first["purchase_number"] == 1]
    old = first[first["day"] <= pd.Timestamp(steady.as_of - timedelta(days=90))]
    assert pairs[["denominator", "customers"]].to_numpy().tolist() == [[len(old), len(old)]]
    column = table(steady, "retention-over-time", index=2, window="elapsed")
    assert (column.loc[column["is_mature"], "rate"] == 1).all()
    assert column.attrs["trend"] is None  # 1 everywhere: nothing moves


@pytest.mark.parametrize(
    "options", [{}, {"window": "elapsed"}, {"brackets": ("1-30", "31-60", "61-90", "91-400")}]
)
@pytest.mark.parametrize("name", ["retention", "revenue-retention"])
def test_2_unreached_is_null_and_reached_is_zero(name, options):
    world = shop("2024-01-05", "2024-03-05", as_of="2024-03-31")
    cells = table(world, name, **options)
    value = "active" if name == "retention" else "numerator"
    unreached = cells["maturity"] == "unreached"
    assert unreached.any()
    assert cells.loc[unreached, [value, "rate", "ci_lower"]].isna().all().all()
    assert cells.loc[~unreached, value].notna().all()
    assert (cells.loc[~unreached & (cells["period_index"] > 0), value] == 0).all()


def test_2_means_leave_unreached_cells_out():
    world = shop("2024-01-05 2024-02-05", "2024-03-05", as_of="2024-03-31")
    line = table(world, "retention-mean")
    assert line["rate"].tolist() == [1, 1, 0]
    assert line["cohorts"].tolist() == [2, 1, 1]


def test_3_filters_never_redefine_first():
    """x in January, y in February and March: looking at y makes nobody new in February."""
    orders = [
        Order("a", day("2024-01-05"), items=(("x", "art"),), channel="web"),
        Order("a", day("2024-02-05"), items=(("y", "math"),), channel="app"),
        Order("b", day("2024-03-05"), items=(("y", "math"),), channel="app"),
    ]
    world = Shop(orders, as_of=day("2024-03-31"))
    for chosen in ({"item": "y"}, {"category": "math"}, {"channel": "app"}):
        cells = table(world, "retention", **chosen)
        assert cells["cohort"].unique().tolist() == [pd.Timestamp("2024-03-01")]
        line = table(world, "retention-over-time", index=0, **chosen)
        assert line["denominator"].tolist() == [1]


@pytest.mark.parametrize("by", ["first_channel", "first_revenue", "first_item_id"])
def test_3_groups_split_the_customers_and_make_no_new_ones(by):
    world = random_shop(41, customers=80)
    whole = table(world, "retention").set_index(["cohort", "period_index"])
    parts = table(world, "retention", by=by).groupby(["cohort", "period_index"])
    names = ["cohort_size", "active", "orders"]
    summed = parts[names].sum(min_count=1).astype("Int64")
    pd.testing.assert_frame_equal(summed, whole[names].astype("Int64").loc[summed.index])


def alike():
    """Nine customers who differ in nothing but their names and items: all ranks are tied."""
    orders = [
        Order(f"c{place}", day(when), items=((f"i{place}", f"k{place}"),), channel=f"h{place}")
        for place in range(9)
        for when in ("2024-01-01", "2024-01-20", "2024-02-08")
    ]
    return Shop([*orders, Order("late", day("2024-02-10"))], as_of=day("2024-06-20"))


@pytest.mark.parametrize("world", [random_shop(43, customers=120), alike()], ids=["many", "alike"])
def test_5_row_order_changes_nothing(world):
    shuffled = world.orders.copy()
    random.Random(3).shuffle(shuffled)
    other = Shop(shuffled, as_of=world.as_of)
    for name in sorted(set(catalogue()) - NEEDS_MORE):
        assert answer(other, name) == answer(world, name), name


MATURE = {
    "repurchase-trend": (["period", "horizon_days", "scope"], {"horizons": (30, 90)}),
    "returning-rate": (["period"], {}),
    "repeat-revenue": (["period"], {}),
    "lifecycle": (["period"], {}),
    "retention": (["cohort", "period_index"], {}),
    "revenue-retention": (["cohort", "period_index"], {}),
    "retention-over-time": (["cohort", "period_index"], {"index": 2}),
}
VIEWS = [
    {},
    {"window": "elapsed"},
    {"return_rule": "on-or-after", "cap": 2},
    {"return_rule": "on-or-before"},
    {"start_rule": "recurring"},
    {"start_rule": "first-matching", "category": "even"},
    {"brackets": ("1-14", "15-60", "61-120")},
]
CASES = [(name, {}) for name in MATURE] + [("retention", view) for view in VIEWS[1:]]


@pytest.mark.parametrize(("name", "view"), CASES)
def test_6_later_days_never_change_a_mature_cell(name, view):
    keys, options = MATURE[name]
    whole = random_shop(47, customers=150)
    for cut in ("2024-04-30", "2024-07-17", "2024-10-31"):
        then = [order for order in whole.orders if order.day <= day(cut)]
        early = table(Shop(then, as_of=day(cut)), name, **options, **view)
        late = table(whole, name, **options, **view).set_index(keys)
        mature = early[early["is_mature"]].set_index(keys)
        names = [column for column in mature if column not in {"maturity", "is_left_truncated"}]
        assert len(mature)
        pd.testing.assert_frame_equal(mature[names], late.loc[mature.index, names])


def built(lines, zone):
    """A workspace over marts that the store builds in this zone."""
    con, source, settings = ibis.duckdb.connect(), canonical.connection(lines), Settings(zone)

    def keep(name, rows):
        kept = rows.to_arrow_table()
        con.create_table(name, kept)
        source.execute(f"CREATE TEMP TABLE kept_{name} AS SELECT * FROM kept")
        source.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM kept_{name}")

    facts = canonical.marts.build(source, settings, done=keep)

    class Built:
        as_of, currency, version, table = facts.as_of["order_lines"], facts.currency, 1, con.table

    Built.settings, Built.rows_read = settings, len(lines)
    return Built()


def line(who, when, place):
    return {
        "customer_id": who,
        "order_id": f"o{place}",
        "ordered_at": datetime.fromisoformat(when),
    }


def test_7_a_time_zone_moves_only_the_orders_near_midnight():
    """UTC and an hour east of it: of all orders, b's of 23:30 on 31 January is in February."""
    noon = [f"2024-{month:02}-{at:02} 12:00" for month in range(1, 5) for at in (2, 15, 27)]
    lines = [line(f"c{place % 5}", when, place) for place, when in enumerate(noon)]
    lines.append(line("late", "2024-01-31 23:30", 98))
    lines.append(line("last", "2024-04-30 22:00", 99))
    here, east = built(lines, "UTC"), built(lines, "Africa/Lagos")
    assert here.as_of == east.as_of
    sizes = {}
    for name, world in (("here", here), ("east", east)):
        cells = table(world, "retention")
        starts = cells[cells["period_index"] == 0].set_index("cohort")["cohort_size"]
        sizes[name] = {month.month: int(n) for month, n in starts.items()}
    moved = {1: sizes["here"][1] - 1, 2: sizes["here"].get(2, 0) + 1}
    assert sizes["east"] == sizes["here"] | moved
    days = [world.table("purchases").execute() for world in (here, east)]
    changed = days[0].merge(days[1], on=["customer_number", "purchase_number"])
    assert (changed["day_x"] != changed["day_y"]).sum() == 1


def test_15_the_kth_period_is_counted_by_dates_never_by_rows():
    """Nothing at all happens in February and March."""
    world = shop("2024-01-05 2024-04-05", "2024-04-06 2024-05-07", as_of="2024-05-31")
    cells = table(world, "retention")
    january = cells[cells["cohort"] == pd.Timestamp("2024-01-01")]
    assert january["active"].tolist() == [1, 0, 0, 1, 0]
    assert table(world, "lifecycle")["resurrected"].tolist() == [0, 0, 0, 1, 0]
    assert table(world, "returning-rate")["customers"].tolist() == [1, 0, 0, 2, 1]
    assert table(world, "repeat-revenue")["denominator"].tolist() == [10, 0, 0, 20, 10]
    line = table(world, "stickiness", last=5, who="buyers")
    assert line["numerator"].tolist() == [0, 2, 0, 0, 0]


def test_15_a_trend_knows_how_far_apart_its_cohorts_are():
    """Cohorts of January, February and December: 10 % a month from the first to the second."""

    def month(start, again, hits, n=20):
        return [f"{start} {again}" if place < hits else start for place in range(n)]

    world = shop(
        *month("2023-01-05", "2023-02-05", 2),
        *month("2023-02-05", "2023-03-05", 4),
        *month("2023-12-05", "2024-01-05", 6),
        as_of="2024-03-31",
    )
    found = table(world, "retention-over-time").attrs["trend"]
    x, y = [0, 1, 11], [0.1, 0.2, 0.3]
    mean = sum(x) / 3
    slope = sum((a - mean) * b for a, b in zip(x, y, strict=True)) / sum((a - mean) ** 2 for a in x)
    assert found.slope == pytest.approx(slope)


def test_16_weeks_run_across_the_year_and_months_have_their_own_length():
    """Week 1 of 2025 begins on 30 December; 29 February is in period 1 of January."""
    weeks = table(shop("2024-12-29 2024-12-30 2025-01-06", as_of="2025-01-12"), "retention",
                  period="week")  # fmt: skip
    assert weeks["cohort"].unique().tolist() == [pd.Timestamp("2024-12-23")]
    assert weeks["active"].tolist() == [1, 1, 1]
    months = table(shop("2024-01-31 2024-02-29 2024-03-31", as_of="2024-03-31"), "retention")
    assert months["active"].tolist() == [1, 1, 1]
    assert months["is_mature"].all()
    elapsed = table(
        shop("2024-01-31 2024-02-29 2024-03-31", as_of="2024-04-30"), "retention", window="elapsed"
    )
    assert elapsed["active"].tolist() == [1, 0, 1, 0]  # days 0 and 29, then 60
    ends = {"2024-02-28": False, "2024-02-29": True, "2023-02-28": True, "2024-01-30": False}
    for as_of, is_over in ends.items():
        month = table(shop(as_of, as_of=as_of), "lifecycle")
        assert month["is_mature"].tolist() == [is_over], as_of


def test_16_days_are_those_of_the_calendar_when_the_clocks_change():
    """New York: 24 hours from 9 to 11 March, two days; 25 hours from 2 to 3 November, one day."""
    lines = [
        line("a", "2024-03-10 04:30", 1),  # 9 March, 23:30, UTC-5
        line("a", "2024-03-11 04:30", 2),  # 11 March, 0:30, UTC-4
        line("b", "2024-11-03 03:30", 3),  # 2 November, 23:30, UTC-4
        line("b", "2024-11-04 04:30", 4),  # 3 November, 23:30, UTC-5
        line("b", "2024-12-01 12:00", 5),
    ]
    world = built(lines, "America/New_York")
    rate = table(world, "repurchase-rate", horizons=(1,))
    assert rate[["numerator", "denominator"]].to_numpy().tolist() == [[1, 2]]
    days = table(world, "retention", period="day", window="elapsed", periods=2)
    assert days["active"].tolist() == [1, 0, 1, 1, 1, 0]
