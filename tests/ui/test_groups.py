"""Groups of the Retention page: differences are named only where test and interval say so."""

import pandas as pd
import pytest

import analytics
from analytics.reports import run_report
from ui import findings, members, questions
from ui.figures import groups


def pooled(*rows):
    names = ["group", "active", "cohort_size"]
    table = pd.DataFrame(rows, columns=names).assign(period_index=1)
    return table.assign(customers=table["cohort_size"])


def test_a_group_that_differs_is_named_with_its_interval():
    said = findings.groups_apart(pooled(("a", 400, 1000), ("b", 200, 1000)), "Month 1")
    assert "“a” comes back more often" in said
    assert "40.0% against 20.0%" in said
    assert "points apart" in said


def test_what_chance_explains_is_no_difference():
    said = findings.groups_apart(pooled(("a", 40, 100), ("b", 35, 100)), "Month 1")
    assert "no difference" in said
    assert findings.groups_apart(pooled(("a", 40, 100)), "Month 1") == ""


def test_the_largest_groups_come_first_ties_by_name():
    table = pooled(("b", 1, 10), ("c", 1, 90), ("a", 1, 10))
    assert groups.largest(table) == ["c", "a", "b"]
    assert groups.largest(table, 1) == ["c"]


@pytest.fixture
def shop(shop_home):
    return analytics.open_workspace(shop_home / "my-shop")


def test_groups_add_up_to_everyone(shop):
    table = questions.retention_by_group(shop, by="first_channel", period="month")
    everyone = run_report(shop, "retention", period="month").table
    starts = everyone[everyone["period_index"] == 0]
    sizes = table.drop_duplicates("group")["customers"]
    assert sizes.sum() == starts["cohort_size"].sum()


def test_the_people_of_a_group_are_those_of_its_square(shop):
    view = {"period": "month", "window": "calendar"}
    result = questions.report_of_group(
        shop, name="retention", by="first_channel", group="search", **view
    )
    cell = result.table[result.table["period_index"] == 1].dropna(subset="active").iloc[0]
    people = members.cohort_cell(
        shop,
        cohort=f"{cell['cohort']:%Y-%m-%d}",
        period_index=1,
        **groups.view_of(view, "first_channel", "search"),
    )
    assert len(people) == cell["active"]


def test_a_column_without_values_is_one_unknown_group(shop):
    table = questions.retention_by_group(shop, by="gender", period="month")
    assert table["group"].unique().tolist() == [questions.UNKNOWN]
    result = questions.report_of_group(
        shop, name="retention", by="gender", group=questions.UNKNOWN, period="month"
    )
    assert len(result.table)
