"""A refund that comes after the cut changes no feature; one before it does."""

from datetime import date

import pandas as pd
import pytest

import analytics
from analytics.churn.snapshots import Log
from analytics.settings import ImportSettings

CUT = date(2024, 4, 30)
HEADER = "order_id,customer_id,ordered_at,item_id,item_name,category,amount,currency,status\n"
SALES = (
    "o1,ann,2024-01-05 10:00,i1,Course,a,50.00,EUR,paid\n"
    "o2,ann,2024-03-05 10:00,i2,Book,b,20.00,EUR,paid\n"
    "o3,bo,2024-02-01 10:00,i1,Course,a,50.00,EUR,paid\n"
    "o4,cy,2024-04-01 10:00,i1,Course,a,50.00,EUR,paid\n"
    "o4,cy,2024-04-01 10:00,i2,Book,b,20.00,EUR,paid\n"
    "o5,dee,2024-06-20 10:00,i1,Course,a,50.00,EUR,paid\n"
)
BACK = {
    "whole order": "o2,ann,{day} 23:30,i2,Book,b,-20.00,EUR,refunded\n",
    "only order": "o3,bo,{day} 23:30,i1,Course,a,-50.00,EUR,refunded\n",
    "part of an order": "o4,cy,{day} 23:30,i2,Book,b,-20.00,EUR,refunded\n",
    "only order, own id": "r3,bo,{day} 23:30,i1,Course,a,-50.00,EUR,refunded\n",
}
ALL = "".join(rows for what, rows in BACK.items() if what != "only order")


def log(path, rows, zone, sold=SALES):
    path.mkdir()
    file = path / "orders.csv"
    file.write_text(HEADER + sold + rows, "utf-8")
    workspace = analytics.open_workspace(path / "shop", create=True, name="Shop")
    workspace.import_file(file, settings=ImportSettings(timezone=zone, currency="EUR"))
    names = ("purchases", "purchase_items", "events", "customer_summary", "orders", "refund_lines")
    return workspace, Log.of(*(workspace.table(name) for name in names), zone=zone)


def features(found):
    workspace, known = found
    summary = workspace.table("customer_summary").select("customer_number", "customer_id").execute()
    table = known.known(CUT).merge(summary, on="customer_number").drop(columns="customer_number")
    return table.sort_values("customer_id", ignore_index=True)


@pytest.mark.parametrize("what", [*BACK, "all of them"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_a_refund_after_the_cut_changes_no_feature(tmp_path, what, zone):
    rows = BACK.get(what, ALL)
    before = features(log(tmp_path / "before", "", zone))
    later = log(tmp_path / "later", rows.format(day="2024-05-01"), zone)
    assert later[0].table("orders").filter(lambda o: o.refunded > 0).count().execute()
    pd.testing.assert_frame_equal(features(later), before)


def test_a_refund_by_the_cut_is_known_at_it(tmp_path):
    rows = ALL.format(day="2024-04-30")
    found = features(log(tmp_path / "shop", rows, "UTC")).set_index("customer_id")
    assert found.index.tolist() == ["ann", "cy"]
    assert found["purchases"].tolist() == [1, 1]
    assert found["revenue"].tolist() == [50, 50]


def test_two_refunds_of_one_order_count_from_their_own_day(tmp_path):
    rows = BACK["part of an order"].format(day="2024-04-15")
    rows += "o4,cy,2024-05-20 12:00,i1,Course,a,-50.00,EUR,refunded\n"
    found = features(log(tmp_path / "shop", rows, "UTC")).set_index("customer_id")
    assert found.loc["cy", ["purchases", "revenue"]].tolist() == [1, 50]


def test_items_known_by_name_alone_are_still_there_at_the_cut(tmp_path):
    sold = SALES.replace(",i1,", ",,").replace(",i2,", ",,")
    back = BACK["only order, own id"].replace(",i1,", ",,")
    before = features(log(tmp_path / "before", "", "UTC", sold))
    later = features(log(tmp_path / "later", back.format(day="2024-05-01"), "UTC", sold))
    assert before.set_index("customer_id").loc["bo", "items"] == 1
    pd.testing.assert_frame_equal(later, before)


def test_sales_and_refunds_after_the_cut_change_no_feature(tmp_path):
    before = features(log(tmp_path / "before", "", "UTC"))
    rows = ALL.format(day="2024-06-30")
    rows += "o6,ann,2024-05-02 10:00,i1,Course,a,50.00,EUR,paid\n"
    rows += "o7,bo,2024-07-01 10:00,i2,Book,b,20.00,EUR,paid\n"
    rows += "r7,bo,2024-07-09 10:00,i2,Book,b,-20.00,EUR,refunded\n"
    pd.testing.assert_frame_equal(features(log(tmp_path / "later", rows, "UTC")), before)


@pytest.mark.parametrize("rows", ["", BACK["whole order"].format(day="2024-05-01")])
def test_a_refund_told_by_a_status_alone_is_counted_and_holds_at_every_cut(tmp_path, rows):
    sold = SALES.replace("o3,bo,2024-02-01 10:00,i1,Course,a,50.00,EUR,paid",
                         "o3,bo,2024-02-01 10:00,i1,Course,a,50.00,EUR,refunded")  # fmt: skip
    found = log(tmp_path / "shop", rows, "UTC", sold)
    assert found[1].refunds.undated == 1
    assert features(found)["customer_id"].tolist() == ["ann", "cy"]


def test_without_refunds_nothing_is_looked_up(tmp_path):
    assert log(tmp_path / "shop", "", "UTC")[1].refunds is None
