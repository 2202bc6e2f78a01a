"""What a file replaces: orders that arrive again, ranges of time, keys; and what it leaves."""

import itertools

import pytest
from deltalake import DeltaTable

from analytics.schema import columns_of
from analytics.store.importing import Place
from analytics.store.readings import Request
from tests.store.files import ZONE, csv, keys, orders, shop

LINES = "order_id,customer_id,item_id,amount,status,ordered_at"
WHOLE = "Order Number,Client ID,Total Amount,State,Ordered On"
BARE = "customer_id,amount,ordered_at"


def report_of(opened):
    return opened.reports()[-1]


def imported(opened, path):
    return opened.import_file(path)


def test_late_refunds_arrive_with_the_whole_order(tmp_path):
    may = csv(
        tmp_path,
        "may.csv",
        LINES,
        "1,a,x,10,paid,2024-05-01 10:00",
        "1,a,y,5,paid,2024-05-01 10:00",
        "2,b,x,10,paid,2024-05-02 10:00",
    )
    june = csv(tmp_path, "june.csv", LINES, "1,a,x,10,refunded,2024-05-01 10:00")
    opened = shop(tmp_path, may)
    report = imported(opened, june)
    assert orders(opened) == [("1", 0.0, "refunded"), ("2", 10.0, "sale")]
    assert report.replaced == {"orders": 1, "rows": 0, "first_at": None, "last_at": None}
    assert "replaced_orders" in keys(report)
    assert report_of(opened)["replaced"]["orders"] == 1


def test_the_same_file_again_changes_nothing(tmp_path):
    rows = [f"{n},c{n % 3},x,10,paid,2024-05-0{n} 10:00" for n in range(1, 6)]
    path = csv(tmp_path, "may.csv", LINES, *rows)
    opened = shop(tmp_path, path)
    before = opened.headline
    report = imported(opened, path)
    assert (opened.headline, report.replaced["orders"]) == (before, 5)


@pytest.fixture
def two_shops(tmp_path):
    one = csv(tmp_path, "one.csv", LINES, "1,a,x,10,paid,2024-05-01", "2,b,x,20,paid,2024-05-02")
    other = csv(tmp_path, "other.csv", WHOLE, "1,k,7,paid,2024-05-01", "3,l,8,paid,2024-06-02")
    return one, other


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_ids_of_another_shop_are_other_orders(tmp_path, two_shops, order):
    opened = shop(tmp_path, *(two_shops[place] for place in order))
    assert [amount for _, amount, _ in orders(opened)] == [10.0, 7.0, 20.0, 8.0]
    assert "shared_order_ids" in [note["key"] for note in report_of(opened)["warning_notes"]]


def test_the_next_file_of_that_shop_replaces_its_own_orders_only(tmp_path, two_shops):
    opened = shop(tmp_path, *two_shops)
    imported(opened, csv(tmp_path, "again.csv", WHOLE, "1,k,6,paid,2024-05-01"))
    assert [amount for _, amount, _ in orders(opened)] == [10.0, 6.0, 20.0, 8.0]


@pytest.mark.parametrize("moment", ["2024-05-01 10:30:00", "2024-05-01"])
def test_another_shape_of_the_same_order_replaces_it(tmp_path, moment):
    lines = csv(tmp_path, "lines.csv", LINES, f"1,a,x,10,paid,{moment}", f"1,a,y,5,paid,{moment}")
    whole = csv(tmp_path, "whole.csv", WHOLE, f"1,a,15,paid,{moment}")
    assert orders(shop(tmp_path, lines, whole)) == [("1", 15.0, "sale")]
    assert orders(shop(tmp_path, whole, lines, name="reversed")) == [("1", 15.0, "sale")]


def test_a_moment_tells_that_two_names_of_a_customer_are_one_order(tmp_path):
    by_id = csv(tmp_path, "ids.csv", LINES, "1,a,x,10,paid,2024-05-01 10:30:07")
    by_mail = csv(tmp_path, "mails.csv", WHOLE, "1,a@x.org,10,paid,2024-05-01 10:30:07")
    assert len(orders(shop(tmp_path, by_id, by_mail))) == 1
    same_day = csv(tmp_path, "day.csv", WHOLE, "1,a@x.org,10,paid,2024-05-01")
    other_id = csv(tmp_path, "day_ids.csv", LINES, "1,a,x,10,paid,2024-05-01")
    assert len(orders(shop(tmp_path, other_id, same_day, name="days"))) == 2


SALES = "1,a,x,50,paid,2024-05-01 10:00", "2,b,x,20,paid,2024-05-02 10:00"
REFUNDS = ("1,a,x,-20,refunded,2024-06-01 10:00",)


@pytest.mark.parametrize("files", list(itertools.permutations(["sales", "refunds", "more"])))
def test_files_of_sales_and_of_refunds_give_the_same_in_any_order(tmp_path, files):
    rows = {
        "sales": SALES,
        "refunds": REFUNDS,
        "more": ("1,a,x,-10,refunded,2024-06-09 10:00",),
    }
    paths = [csv(tmp_path, f"{name}.csv", LINES, *rows[name]) for name in files]
    opened = shop(tmp_path, *paths, paths[0], paths[1])
    assert orders(opened) == [("1", 20.0, "partially_refunded"), ("2", 20.0, "sale")]


def test_an_order_that_tells_of_its_refund_replaces_what_others_told_of_it(tmp_path):
    sales = csv(tmp_path, "sales.csv", LINES, *SALES)
    refunds = csv(tmp_path, "refunds.csv", LINES, *REFUNDS)
    both = csv(tmp_path, "both.csv", LINES, SALES[0], "1,a,x,-30,refunded,2024-06-05 10:00")
    assert orders(shop(tmp_path, sales, refunds, both))[0] == ("1", 20.0, "partially_refunded")


def test_rows_without_ids_replace_their_stretch_of_time_and_say_so(tmp_path):
    may = csv(
        tmp_path,
        "may.csv",
        BARE,
        "a,1,2024-05-01 08:00",
        "b,2,2024-05-20 08:00",
        "c,3,2024-05-31 08:00",
    )
    june = csv(tmp_path, "june.csv", BARE, "b,2,2024-05-20 08:00", "d,4,2024-06-10 08:00")
    opened = shop(tmp_path, may)
    report = imported(opened, june)
    assert report.replaced == {
        "orders": 0,
        "rows": 2,
        "first_at": "2024-05-20T00:00:00+00:00",
        "last_at": "2024-06-10T00:00:00+00:00",
    }
    assert "replaced_range" in keys(report)
    assert sorted(opened.table("order_lines").execute()["customer_id"]) == ["a", "b", "d"]


def test_events_of_another_shape_stay(tmp_path):
    views = csv(
        tmp_path, "views.csv", "customer_id,event,occurred_at,item_id", "a,view,2024-05-01,x"
    )
    plays = csv(
        tmp_path, "plays.csv", "user_id,event_name,event_time,progress", "a,start,2024-05-01,0.5"
    )
    opened = shop(tmp_path, views, plays, views)
    assert sorted(opened.table("events").execute()["event"]) == ["start", "view"]


def test_customers_of_any_shape_replace_by_their_id(tmp_path):
    old = csv(tmp_path, "old.csv", "customer_id,name,city", "7,Ann,Ulm", "8,Bo,Ulm")
    new = csv(tmp_path, "new.csv", "customer_id,name,city,country", "7,Ann,Bonn,DE")
    opened = shop(tmp_path, old)
    report = imported(opened, new)
    frame = opened.table("customers").execute().sort_values("customer_id")
    assert frame["city"].tolist() == ["Bonn", "Ulm"]
    assert (report.replaced["rows"], "replaced_rows" in keys(report)) == (1, True)


def test_a_second_subscription_leaves_the_first(tmp_path):
    header = "customer_id,plan,started_at,ended_at"
    first = csv(tmp_path, "first.csv", header, "a,month,2024-01-01,2024-03-01")
    then = csv(tmp_path, "then.csv", header, "a,year,2024-06-01,")
    ended = csv(tmp_path, "ended.csv", header, "a,year,2024-06-01,2025-06-01")
    opened = shop(tmp_path, first, then, ended)
    frame = opened.table("subscriptions").execute().sort_values("started_at")
    assert frame["plan"].tolist() == ["month", "year"]
    assert frame["ended_at"].notna().all()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_columns_that_only_some_files_fill(tmp_path, order):
    files = [
        csv(tmp_path, "bare.csv", LINES, "1,a,x,10,paid,2024-05-01"),
        csv(tmp_path, "coupons.csv", f"{LINES},coupon", "2,b,x,10,paid,2024-05-02,MAY"),
        csv(tmp_path, "counts.csv", f"{LINES},quantity", "3,c,x,10,paid,2024-05-03,2"),
    ]
    opened = shop(tmp_path, *(files[place] for place in order))
    opened.import_files([Request(files[0], settings=ZONE)])  # replaces an order: all is written
    lines = opened.table("order_lines").execute().sort_values("order_id")
    assert lines["coupon"].tolist() == [None, "MAY", None]
    assert lines["quantity"].notna().tolist() == [False, False, True]
    table = DeltaTable(Place(opened.path).table("order_lines"))
    assert {field.name for field in table.schema().fields} == {
        column.name for column in columns_of("order_lines")
    }
