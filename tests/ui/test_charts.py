"""Figures: nothing unreached is drawn, whiskers are the intervals, losses hang below the axis."""

import pandas as pd
import pytest

from ui.charts import bars, cohorts, curves, forest


@pytest.fixture
def triangle():
    rows = [
        ("2024-01-01", 0, 100, 100, True),
        ("2024-01-01", 1, 100, 30, True),
        ("2024-01-01", 2, 100, 20, False),
        ("2024-02-01", 0, 20, 20, True),
        ("2024-02-01", 1, 20, 5, True),
        ("2024-02-01", 2, 20, None, False),
    ]
    names = ["cohort", "period_index", "cohort_size", "active", "is_mature"]
    table = pd.DataFrame(rows, columns=names)
    table["cohort"] = pd.to_datetime(table["cohort"])
    return table.assign(rate=table["active"] / table["cohort_size"])


def grid(table, **options):
    return cohorts.grid(
        table,
        value="rate",
        write=lambda rate: f"{rate:.0%}",
        row_label=lambda day: f"{day:%b}",
        column_label=lambda index: f"M{index}",
        size_label="New",
        hover=["hover"] * len(table),
        **options,
    )


def test_an_unreached_square_is_neither_drawn_nor_clickable(triangle):
    figure = grid(triangle)
    clicks = [tuple(point) for point in figure.data[-1].customdata]
    assert ("2024-02-01", 2) not in clicks
    assert len(clicks) == 5
    written = [text for trace in figure.data[:-2] for row in trace.text for text in row if text]
    assert sorted(written) == sorted(["100%", "30%", "20%", "100%", "25%"])


def test_an_open_square_is_outlined_and_the_chosen_one_marked(triangle):
    assert len(grid(triangle).layout.shapes) == 1
    marked = grid(triangle, selected=(pd.Timestamp("2024-01-01"), 1))
    assert len(marked.layout.shapes) == 2
    assert marked.layout.shapes[1].line.width == 2


def test_rows_carry_the_cohort_and_its_size(triangle):
    head, first, second = grid(triangle).layout.yaxis.ticktext
    assert head == "New"
    assert first.startswith("Jan")
    assert first.endswith("100")
    assert second.endswith("\u200720")


def test_every_column_is_headed_alike_and_fits():
    heads = grid(triangle_of(12)).data[-2]
    assert list(heads.text[0]) == [f"M{index}" for index in range(13)]
    assert heads.textfont.size is None  # Plotly then writes as large as the squares allow


def triangle_of(last):
    table = pd.DataFrame({"period_index": range(last + 1), "cohort_size": 50, "is_mature": True})
    return table.assign(cohort=pd.Timestamp("2024-01-01"), rate=0.5, active=25)


def test_whiskers_are_the_interval():
    figure = bars.upright(["a"], [0.5], lower=[0.4], upper=[0.7], hover=["x"])
    whiskers = figure.data[0].error_y
    assert whiskers.array == pytest.approx((0.2,))
    assert whiskers.arrayminus == pytest.approx((0.1,))


def test_bars_begin_at_zero():
    assert bars.upright(["a"], [0.5], hover=["x"]).layout.yaxis.rangemode == "tozero"
    assert bars.lying(["a"], [5], texts=["5"], hover=["x"]).layout.xaxis.rangemode == "tozero"


def test_a_stack_with_losses_has_ticks_on_both_sides():
    layers = [
        bars.Layer("new", [1200, 800], "#000000", ["", ""]),
        bars.Layer("gone", [-300, -900], "#000000", ["", ""]),
    ]
    axis = bars.stack(["Jan", "Feb"], layers).layout.yaxis
    assert min(axis.tickvals) < 0 < max(axis.tickvals)
    assert "1.0k" in axis.ticktext


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, 7), (-3, 12), (0, 23_256), (-5e5, 9e6)])
def test_ticks_are_few_and_cover_the_range(low, high):
    ticks = bars.amount_ticks(low, high)["tickvals"]
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert len(ticks) <= 8


def test_several_curves_are_named_in_their_colours():
    lines = [curves.Curve(name, [0, 1], [1.0, 0.5]) for name in ("a", "b")]
    figure = curves.steps(lines, x_title="days")
    assert all(f"</span> {name}" in figure.layout.annotations[0].text for name in ("a", "b"))
    assert not curves.steps(lines[:1], x_title="days").layout.annotations


def test_names_above_a_figure_break_into_lines_that_fit_a_phone():
    lines = [curves.Curve(f"类目 category {i}", [0, 1], [1.0, 0.5]) for i in range(6)]
    text = curves.steps(lines, x_title="days").layout.annotations[0].text
    assert text.count("<br>") == 2
    assert all(f"category {i}" in text for i in range(6))


def test_no_more_groups_are_drawn_than_there_are_colours_the_largest_first():
    parts = [pd.DataFrame({"group": f"g{i}", "n_at_risk": [i, i - 1]}) for i in range(1, 9)]
    names = [name for name, _ in curves.largest(pd.concat(parts), "group")]
    assert names == ["g8", "g7", "g6", "g5", "g4", "g3"]


def test_ratios_stand_on_a_logarithmic_axis_around_one():
    figure = forest.ratios(
        ["a"], [2.0], [1.5], [3.0], hover=["x"], is_clear=[True], x_title="ratio"
    )
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.shapes[0].x0 == 1
