"""Later days change nothing that is complete, refunds do, and that is said: from what to what."""

import pytest

import analytics
from tests.store.files import csv, shop

HEADER = "order_id,customer_id,item_id,amount,status,ordered_at"
JANUARY = (
    "1,a,x,10,paid,2024-01-01 10:00",
    "2,a,x,10,paid,2024-01-11 10:00",
    "3,b,x,20,paid,2024-01-15 10:00",
    "4,b,x,20,paid,2024-03-10 10:00",
)


@pytest.fixture
def january(tmp_path):
    return csv(tmp_path, "january.csv", HEADER, *JANUARY)


def matured(opened):
    table = analytics.run_report(opened, "repurchase-trend", horizon=20).table
    return table[table["is_mature"]].set_index("period")["rate"].to_dict()


def test_later_days_change_no_matured_cell_and_nothing_is_said(tmp_path, january):
    opened = shop(tmp_path, january)
    before = matured(opened)
    later = csv(tmp_path, "later.csv", HEADER, "5,a,x,10,paid,2024-06-01 10:00")
    opened.import_file(later)
    after = matured(opened)
    assert before
    assert {period: after[period] for period in before} == before
    assert opened.late_refunds() == []


def test_a_late_refund_changes_a_matured_cell_and_is_said(tmp_path, january):
    opened = shop(tmp_path, january)
    before = matured(opened)
    opened.import_file(csv(tmp_path, "r.csv", HEADER, "2,a,x,10,refunded,2024-01-11 10:00"))
    assert matured(opened) != before
    (note,) = opened.late_refunds()
    assert note.values == {
        "version": 1,
        "orders": 1,
        "purchases": 1,
        "amount": 10.0,
        "currency": opened.currency,
        "first": "2024-01-11",
        "last": "2024-01-11",
    }


def test_a_refund_stays_said_until_the_next_orders(tmp_path, january):
    refund = csv(tmp_path, "r.csv", HEADER, "2,a,x,10,refunded,2024-01-11 10:00")
    opened = shop(tmp_path, january, refund)
    opened.change_settings(first_weekday=6)
    assert len(opened.late_refunds()) == 1
    opened.import_file(csv(tmp_path, "l.csv", HEADER, "5,a,x,10,paid,2024-06-01 10:00"))
    assert opened.late_refunds() == []


def test_orders_without_ids_are_known_by_customer_and_moment(tmp_path):
    header = "customer_id,item_id,amount,refunded_amount,ordered_at"
    first = csv(tmp_path, "a.csv", header, "a,x,10,0,2024-01-01 10:00", "b,x,10,0,2024-01-02 10:00")
    again = csv(tmp_path, "b.csv", header, "a,x,10,4,2024-01-01 10:00", "b,x,10,0,2024-01-02 10:00")
    (note,) = shop(tmp_path, first, again).late_refunds()
    assert (note.values["orders"], note.values["purchases"], note.values["amount"]) == (1, 0, 4.0)


def test_the_first_file_and_an_empty_workspace_have_none(tmp_path, january):
    assert analytics.open_workspace(tmp_path / "w0", create=True).late_refunds() == []
    assert shop(tmp_path, january).late_refunds() == []
