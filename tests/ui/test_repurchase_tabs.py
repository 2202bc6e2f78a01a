"""The tabs of first items and gaps: only clear differences are named, buckets hold every gap."""

import pandas as pd
import pytest

from ui.figures import first_items, gaps

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
