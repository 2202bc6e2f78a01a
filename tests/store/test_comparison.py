"""Two versions compared: every figure, and what each kind of change added to it, by hand."""

from datetime import date

import pandas as pd
import pytest

from analytics.errors import UnknownNameError
from tests.store.files import csv, shop

HEADER = "order_id,customer_id,item_id,amount,status,ordered_at"
PARTS = ["settings", "removed_orders", "changed_orders", "late_refunds", "new_orders", "more_days"]


def told(table):
    """Figure to (change, {part: share of it}) where it changed and is defined."""
    rows = table.set_index("figure").dropna()
    return {
        name: (row["change"], {part: row[part] for part in PARTS if row[part]})
        for name, row in rows.iterrows()
        if row["change"]
    }


@pytest.fixture
def january(tmp_path):
    return csv(
        tmp_path,
        "january.csv",
        HEADER,
        "1,a,x,10,paid,2024-01-01 10:00",
        "2,a,x,10,paid,2024-01-11 10:00",
        "3,b,x,20,paid,2024-01-15 10:00",
        "4,c,x,40,pending,2024-01-20 10:00",
        "5,d,x,80,paid,2024-02-10 10:00",
    )


@pytest.fixture
def may(tmp_path):
    return csv(
        tmp_path,
        "may.csv",
        HEADER,
        "2,a,x,10,refunded,2024-01-11 10:00",
        "4,c,x,40,paid,2024-01-20 10:00",
        "6,b,x,5,paid,2024-02-01 10:00",
        "7,e,x,7,paid,2024-05-20 10:00",
    )


def test_what_changed_and_why(tmp_path, january, may):
    table = shop(tmp_path, january, may).compare(1, 2)
    assert list(table.columns) == ["figure", "before", "after", "change", *PARTS]
    assert told(table) == {
        "orders": (2, {"new_orders": 2}),
        "valid_orders": (2, {"changed_orders": 1, "late_refunds": -1, "new_orders": 2}),
        "buyers": (2, {"changed_orders": 1, "new_orders": 1}),
        # a, the only one eligible, is back no more; later b, c and d are eligible, b is back
        "repurchase_rate_30": (-0.75, {"late_refunds": -1, "more_days": 0.25}),
        "revenue": (42, {"changed_orders": 40, "late_refunds": -10, "new_orders": 12}),
    }


def test_parts_that_cancel_out_are_both_told(tmp_path, january, may):
    table = shop(tmp_path, january, may).compare(1, 2).set_index("figure")
    repeat = table.loc["repeat_buyers"]
    assert (repeat["before"], repeat["after"], repeat["change"]) == (1, 1, 0)
    assert (repeat["late_refunds"], repeat["new_orders"]) == (-1, 1)


def test_a_rate_that_nobody_was_eligible_for_has_no_change(tmp_path, january, may):
    rate = shop(tmp_path, january, may).compare(1, 2).set_index("figure").loc["repurchase_rate_90"]
    assert rate["after"] == 0.25
    assert rate[["before", "change", *PARTS]].isna().all()


def test_backwards_orders_are_removed(tmp_path, january, may):
    changes = told(shop(tmp_path, january, may).compare(2, 1))
    assert changes["orders"] == (-2, {"removed_orders": -2})
    assert changes["revenue"] == (-42, {"removed_orders": -12, "changed_orders": -30})


def test_settings_alone_are_told_as_such(tmp_path, january):
    opened = shop(tmp_path, january)
    opened.change_settings(valid_rule="amount>15")
    table = opened.compare(1, 2)
    assert told(table) == {
        "valid_orders": (-2, {"settings": -2}),
        "buyers": (-1, {"settings": -1}),
        "repeat_buyers": (-1, {"settings": -1}),
        "revenue": (-20, {"settings": -20}),
    }
    assert [note.key for note in table.attrs["notes"]] == ["compared_settings"]


def test_another_day_moves_only_the_rates(tmp_path, january, may):
    opened = shop(tmp_path, january, may)
    opened.change_settings(as_of=date(2024, 2, 15))
    assert told(opened.compare(2, 3)) == {
        "repurchase_rate_30": (0.25, {"more_days": 0.25}),
    }


def test_the_parts_sum_to_the_change(tmp_path, january, may):
    table = shop(tmp_path, january, may).compare(0, 2)
    counted = table[~table["figure"].str.startswith("repurchase")]
    assert (counted[PARTS].sum(axis=1) == counted["change"]).all()
    assert counted["before"].eq(0).all()


def test_equal_versions_do_not_differ(tmp_path, january):
    table = shop(tmp_path, january).compare(1, 1)
    assert (told(table), table.attrs["notes"]) == ({}, [])


def test_an_unknown_version_is_told_with_those_that_exist(tmp_path, january):
    with pytest.raises(UnknownNameError, match="no version '7'; choose among 0, 1"):
        shop(tmp_path, january).compare(1, 7)


@pytest.mark.parametrize(("older", "newer"), [(0, 2), (1, 2), (2, 1), (2, 0)])
def test_without_reasons_the_figures_are_the_same(tmp_path, january, may, older, newer):
    opened = shop(tmp_path, january, may)
    quick, whole = (opened.compare(older, newer, reasons=one) for one in (False, True))
    columns = ["figure", "before", "after", "change"]
    pd.testing.assert_frame_equal(quick[columns], whole[columns], check_exact=False)
