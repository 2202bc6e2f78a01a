"""What may start a cohort: any first purchase, the first that matches, every one."""

import pandas as pd
import pytest

from analytics.errors import InvalidSettingError
from analytics.retention.cohorts import retention
from analytics.retention.people import cell_people
from tests.analytics.shops import Order, Shop, day, random_shop

TABLES = ("purchases", "customer_summary", "orders", "purchase_items")


def bought(who, when, item, category="c", channel=None):
    return Order(who, day(when), items=((item, category),), channel=channel)


def courses():
    """a buys x in January and y in March; b buys y in February, x in March, y in April."""
    return Shop(
        [
            bought("a", "2024-01-05", "x", "art", "web"),
            bought("a", "2024-03-05", "y", "math", "app"),
            bought("b", "2024-02-05", "y", "math", "web"),
            bought("b", "2024-03-10", "x", "art", "web"),
            bought("b", "2024-04-10", "y", "math", "web"),
        ],
        as_of=day("2024-04-30"),
    )


def triangle(world, **options):
    table = retention(*world.tables(*TABLES), as_of=world.as_of, **options)
    rows = {}
    for row in table.itertuples():
        text = "." if pd.isna(row.active) else str(row.active)
        rows.setdefault(row.cohort.strftime("%m"), []).append(text)
    return {cohort: " ".join(cells) for cohort, cells in rows.items()}


def test_a_filter_shows_some_of_the_new_and_never_changes_who_is_new():
    """b's first purchase holds y; a's later one does not make a new in March."""
    assert triangle(courses(), item="y") == {"02": "1 1 1"}
    assert triangle(courses(), category="art") == {"01": "1 0 1 0"}
    assert triangle(courses(), channel="web") == {"01": "1 0 1 0", "02": "1 1 1 ."}


def test_first_matching_begins_with_the_first_purchase_that_matches():
    """Any purchase counts as coming back: b's x in March after the y of February."""
    assert triangle(courses(), start_rule="first-matching", item="y") == {
        "02": "1 1 1",
        "03": "1 0 .",
    }
    assert triangle(courses(), start_rule="first-matching", channel="app") == {"03": "1 0"}


def test_first_matching_without_a_filter_is_first():
    world = courses()
    assert triangle(world, start_rule="first-matching") == triangle(world)


def test_recurring_starts_count_matching_periods_only():
    assert triangle(courses(), start_rule="recurring", item="y") == {
        "02": "1 1 1",
        "03": "1 0 .",
        "04": "1 . .",
    }


def test_item_and_category_must_be_on_one_line():
    assert triangle(courses(), start_rule="first-matching", item="x", category="math") == {}


def test_a_filter_that_nothing_matches_gives_no_cohorts():
    assert triangle(courses(), item="z") == {}


def test_a_filter_by_item_needs_the_items():
    world = courses()
    with pytest.raises(InvalidSettingError, match="purchase_items"):
        retention(*world.tables(*TABLES[:3]), as_of=world.as_of, item="x")


@pytest.mark.parametrize("start", ["first", "first-matching", "recurring"])
@pytest.mark.parametrize("window", ["calendar", "elapsed"])
def test_people_of_filtered_cells_are_as_many_as_they_count(start, window):
    world = random_shop(19, customers=30, days=200)
    view = {"start_rule": start, "window": window, "item": "i1"}
    table = retention(*world.tables(*TABLES), as_of=world.as_of, **view)
    for row in table[table["active"].notna()].iloc[::5].itertuples():
        back = cell_people(
            *world.tables("purchases", "customer_summary", "purchase_items"),
            as_of=world.as_of,
            cohort=row.cohort.date(),
            period_index=row.period_index,
            **view,
        )
        assert len(back) == row.active


@pytest.mark.parametrize("start", ["first", "first-matching", "recurring"])
def test_first_matching_equals_plain_pandas(start):
    world = random_shop(23, customers=50)
    lines = world.table("purchase_items").execute()
    lines["month"] = pd.to_datetime(lines["day"]).dt.to_period("M")
    held = lines[lines["category"] == "even"]
    if start == "first":
        held = held[held["purchase_number"] == 1]
    keys = ["customer_number", "month"] if start == "recurring" else ["customer_number"]
    cohorts = held.groupby(keys)["month"].min()
    expected = cohorts.value_counts().sort_index().tolist()
    table = retention(*world.tables(*TABLES), as_of=world.as_of, start_rule=start, category="even")
    assert table[table["period_index"] == 0]["cohort_size"].tolist() == expected
