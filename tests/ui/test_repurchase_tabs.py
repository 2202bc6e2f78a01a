"""The tabs of first items and gaps: only clear differences are named, buckets hold every gap."""

import pandas as pd
import pytest

from analytics.breakdown import OTHER
from analytics.trend import Trend
from ui import findings
from ui.charts import at_risk, curves, flows
from ui.figures import first_items, gaps, journeys

BASE = {"ci_lower": 0.2, "ci_upper": 0.5, "difference": 0.0}


def items(*rows):
    names = ["item_id", "customers", "rate", "q_value"]
    return pd.DataFrame(rows, columns=names).assign(**BASE, item_name=[row[0] for row in rows])


def test_clear_items_are_shown_before_the_large_ones_and_untested_never():
    table = items(
        ("a", 900, 0.3, 0.8), ("b", 40, 0.6, 0.01), ("c", 500, 0.4, 0.9), ("d", 5, 1, None)
    )
    assert first_items.telling(table, limit=2)["item_id"].tolist() == ["b", "a"]


def test_only_items_beyond_chance_are_named():
    table = items(("a", 900, 0.3, 0.8), ("b", 40, 0.6, 0.01)).assign(difference=[0.1, 0.25])
    said = first_items.said(table)
    assert "“b” comes back more often: 60.0% against 35.0%" in said
    assert "“a”" not in said


def test_items_that_chance_explains_are_told_to_be_alike():
    assert "No first item" in first_items.said(items(("a", 900, 0.3, 0.8)))
    assert "enough customers" in first_items.said(items().astype({"q_value": float}))


def test_an_item_without_a_name_goes_by_its_id():
    table = items(("a", 1, 0.3, 0.8)).drop(columns="item_name")
    names = pd.DataFrame({"item_id": ["a"], "item_name": [None]})
    assert first_items.named(table, names)["item_name"].tolist() == ["a"]


@pytest.mark.parametrize(
    ("start", "end", "label"), [(1, 7, "1–7"), (366, None, "> 365"), (366, pd.NA, "> 365")]
)
def test_a_bucket_is_labelled_by_its_days(start, end, label):
    assert gaps.bucket_label({"from_days": start, "to_days": end}) == label


def test_the_numbers_at_risk_stand_below_their_ticks():
    lines = [curves.Curve(name, [0, 30], [0.0, 0.4]) for name in ("a", "b")]
    figure = curves.steps(lines, x_title="days")
    rows = [at_risk.Numbers([9, 4.0]), at_risk.Numbers([7, float("nan")])]
    at_risk.below(figure, [0, 30], rows, title="at risk")
    below = [trace for trace in figure.data if trace.yaxis == "y2"]
    assert [list(trace.text) for trace in below] == [["9", "4"], ["7", ""]]
    assert [list(trace.x) for trace in below] == [[0, 30], [0, 30]]
    assert list(figure.layout.xaxis.tickvals) == [0, 30]
    assert figure.layout.yaxis2.domain[1] < figure.layout.yaxis.domain[0]


def test_flows_stand_in_the_given_order_and_nobody_bought_is_grey():
    drawn = [flows.Flow(0, 0, 30, ""), flows.Flow(0, 1, 10, ""), flows.Flow(1, 1, 20, "")]
    figure = flows.sankey(["x", "rest"], ["x", "gone"], drawn, quiet=[False, True], pooled="rest")
    node, link = figure.data[0].node, figure.data[0].link
    assert node.y[0] < node.y[1]
    assert node.y[2] < node.y[3]
    assert list(link.target) == [2, 3, 3]
    assert node.color[0] == node.color[2]
    assert len({node.color[0], node.color[1], node.color[3]}) == 3
    assert link.color[1] == link.color[2] != link.color[0]


def test_ends_follow_the_order_of_the_starts_and_the_rest_comes_last():
    table = pd.DataFrame({"next_item": ["z", "b", OTHER, None, "a"]})
    assert journeys._in_order(table, ["b", "a", OTHER]) == ["b", "a", "z", OTHER]


@pytest.mark.parametrize(
    ("slope", "p", "said"),
    [
        (0.006, 0.0001, "the rate rises by 0.60 points a quarter (0.20 – 1.00; 9 complete"),
        (-0.006, 0.03, "the rate falls by 0.60 points a quarter"),
        (0.006, 0.3, "does not change beyond chance (p = 0.30)"),
    ],
)
def test_a_trend_is_said_only_beyond_chance(slope, p, said):
    table = pd.DataFrame()
    low, high = sorted([slope - 0.004, slope + 0.004])
    table.attrs["trend"] = Trend(slope, low, high, p, 1.0, 9)
    assert said in findings.moved(table, "quarter")


def test_no_trend_is_said_of_too_few_cohorts():
    assert findings.moved(pd.DataFrame(), "month") == ""
