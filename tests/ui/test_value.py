"""Customer value: what the finding says, who is listed, and that a square holds its people."""

from types import SimpleNamespace

import pandas as pd
import pytest

import analytics
from analytics.reports import run_report
from analytics.value.alive_map import PURCHASES_FROM, SILENT_FROM
from ui import members, questions
from ui.charts import squares
from ui.figures import value


@pytest.fixture(scope="module")
def shop(shop_home):
    return analytics.open_workspace(shop_home / "my-shop")


def test_value_finding_names_purchases_interval_money_and_half(shop):
    worth, tracking = run_report(shop, "clv", horizon=90), run_report(shop, "btyd-tracking")
    said = value.finding(worth, tracking)
    total = worth.table.iloc[-1]
    assert f"about {total['expected_purchases']:,.0f} purchases" in said
    assert f"({total['purchases_lower']:,.0f} – {total['purchases_upper']:,.0f})" in said
    assert f"{worth.table.attrs['half_customers']:,} of them" in said
    assert "Tested on the last 90 days" in said


@pytest.mark.parametrize(
    ("actual", "words"),
    [(100, "the model was right"), (150, "50% more: take it as a low guess"), (60, "40% fewer")],
)
def test_the_test_is_judged_by_its_interval(actual, words):
    test = {"actual": actual, "expected": 100, "lower": 80, "upper": 120, "days": 90}
    table = pd.DataFrame()
    table.attrs["test"] = test
    assert words in value._tested(SimpleNamespace(table=table))


def test_the_most_valuable_hold_half(shop):
    worth = run_report(shop, "clv", horizon=90)
    half = worth.table.attrs["half_customers"]
    people = members.most_valuable(shop, first=half, horizon=90, margin=1.0)
    assert len(people) == half
    everyone = questions.customer_values(shop, horizon=90)
    total = everyone["expected_value"].sum()
    assert total / 2 <= people["expected_value"].sum() < total
    assert set(members.COLUMNS) <= set(people.columns)


def test_every_square_holds_as_many_people_as_it_says(shop):
    cells = run_report(shop, "btyd-map").table
    for cell in cells.to_dict("records"):
        often, silent = int(cell["purchases_from"]), int(cell["silent_from"])
        people = members.in_cell(
            shop,
            purchases_from=often,
            purchases_to=value._upper(often, PURCHASES_FROM),
            silent_from=silent,
            silent_to=value._upper(silent, SILENT_FROM),
        )
        assert len(people) == cell["customers"]


def test_bounds_are_written_short():
    assert [value._bounds(start, PURCHASES_FROM) for start in (1, 5, 10)] == ["1", "5–6", "10+"]
    assert [value._up_to(start) for start in (0, 181, 366)] == ["≤14", "≤365", ">365"]


def test_a_clickable_grid_gives_its_cells_and_marks_one():
    cells = pd.DataFrame({"r": [1, 2], "f": [5, 6], "n": [3.0, 9.0]})
    figure = squares.grid(
        cells,
        rows=[2, 1],
        columns=[5, 6],
        place=("r", "f"),
        value="n",
        row_labels=["two", "one"],
        column_labels=["five", "six"],
        texts=["3", "9"],
        hover=["three", "nine"],
        is_clickable=True,
        selected=[1, 5],
    )
    texts, layer = figure.data[-2:]
    assert layer.customdata == ([2, 6], [1, 5])
    assert (layer.hovertext, texts.text) == (("nine", "three"), ("9", "3"))
    assert [(shape.x0, shape.y0) for shape in figure.layout.shapes] == [(-0.48, 0.52)]


def test_long_names_of_rows_stand_above_their_squares():
    cells = pd.DataFrame({"r": [0, 1], "c": [0, 0], "n": [1.0, 4.0]})
    figure = squares.grid(
        cells,
        rows=[0, 1],
        columns=[0],
        place=("r", "c"),
        value="n",
        row_labels=["the first", "the second"],
        column_labels=["one"],
        texts=["1", "4"],
        hover=["a", "b"],
        is_named_above=True,
    )
    names = [(note.text, note.y) for note in figure.layout.annotations]
    assert names == [("the first", -0.5), ("the second", 0.5)]
    assert not figure.layout.yaxis.showticklabels
    assert figure.data[1].textfont.color == ("#000000", "#FFFFFF")
