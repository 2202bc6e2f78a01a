"""Events, customers, items, ratings, subscriptions, and Parquet."""

import json
from datetime import datetime
from decimal import Decimal

import duckdb
import pytest

from tests.intake.files import stage_file


def test_events(stage):
    text = (
        "user_id,event,item_id,occurred_at,duration,progress\n"
        "1,浏览,7,2024-01-05 10:00:00,90,10%\n1,add_to_cart,7,2024-01-05 10:01:00,1:30,\n"
        "2,Gurgle,8,2024-01-05 10:02:00,,100%\n,view,8,2024-01-05 10:02:00,,\n2,view,8,,,\n"
    )
    result = stage(text, name="events.csv")
    assert result.rows("customer_id", "event", "duration_s", "progress") == [
        ("1", "view", 90, pytest.approx(0.1)),
        ("1", "cart", 90, None),
        ("2", "Gurgle", None, 1),
    ]
    assert [row[:3] for row in result.rejects()] == [
        (5, "missing_required", "customer_id"),
        (6, "missing_required", "occurred_at"),
    ]
    assert result.notes()["unknown_event"].values["words"] == "Gurgle"


@pytest.mark.parametrize(
    ("word", "event"),
    [
        ("$pageview", "view"),
        ("[Amplitude] Page Viewed", "view"),
        ("Product Viewed", "view"),
        ("view_item", "view"),
        ("screen_view", "view"),
        ("进入直播间", "view"),
        ("$autocapture", "click"),
        ("video_start", "start"),
        ("Lesson Started", "start"),
        ("学习进度", "progress"),
        ("courseCompleted", "finish"),
        ("完课", "finish"),
        ("write_review", "comment"),
        ("add_to_wishlist", "like"),
        ("begin_checkout", "cart"),
        ("Order Completed", "purchase"),
        ("in_app_purchase", "purchase"),
        ("session_start", "session_start"),
        ("$identify", "$identify"),
        ("Checkout Viewed", "Checkout Viewed"),
    ],
)
def test_words_of_events(stage, word, event):
    text = f"user_id,event,item_id,occurred_at\n1,{word},7,2024-01-05 10:00:00\n"
    assert stage(text, name="events.csv").row("event") == event


def bag(**values):
    return '"' + json.dumps(values).replace('"', '""') + '"'


def test_items_durations_and_progress_out_of_json(stage):
    text = "user_id,event,occurred_at,properties\n" + "".join(
        f"1,view,2024-01-05 10:00:0{n},{cell}\n"
        for n, cell in enumerate(
            [
                bag(course_id="c7", duration=90, percent=50),
                bag(course_id=8, percent=100),
                bag(ecommerce={"items": [{"item_id": "x"}]}),
                bag(),
                "not json",
                "",
            ]
        )
    )
    result = stage(text, name="events.csv")
    assert result.rows("item_id", "duration_s", "progress") == [
        ("c7", 90, pytest.approx(0.5)),
        ("8", None, 1),
        ("x", None, None),
        (None, None, None),
        (None, None, None),
        (None, None, None),
    ]
    assert result.rows("properties")[4] == "not json"


def test_a_list_of_parameters_as_ga4_writes_it(stage):
    parameters = [
        {"key": "item_id", "value": {"string_value": "c7"}},
        {"key": "engagement_time_msec", "value": {"int_value": 1500}},
    ]
    cell = '"' + json.dumps(parameters).replace('"', '""') + '"'
    text = (
        "user_pseudo_id,event_name,event_timestamp,event_params\n"
        f"u1,page_view,1704448800000000,{cell}\n"
    )
    result = stage(text, name="events.csv", mapping={"properties": "event_params"}, table="events")
    assert result.row("item_id", "duration_s", "event") == ("c7", 1.5, "view")


def test_a_column_wins_over_the_json(stage):
    text = "user_id,event,item_id,occurred_at,properties\n1,view,7,2024-01-05," + bag(item_id=8)
    assert stage(text + "\n", name="events.csv").row("item_id") == "7"


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("课程", "course"),
        ("专栏", "column"),
        ("电子书", "ebook"),
        ("图文", "article"),
        ("直播", "live"),
        ("会员", "membership"),
        ("训练营", "camp"),
        ("音频", "audio"),
        ("视频", "video"),
        ("Online Course", "course"),
        ("E-Book", "ebook"),
        ("Webinar", "live"),
        ("gadget", "gadget"),
    ],
)
def test_content_types(stage, word, kind):
    text = f"item_id,item_name,content_type\n7,SQL,{word}\n"
    assert stage(text, name="items.csv", table="items").row("content_type") == kind
    text = (
        f"order_id,customer_id,ordered_at,item_id,content_type,amount\n1,a,2024-01-05,7,{word},9\n"
    )
    assert stage(text).row("content_type") == kind


@pytest.mark.parametrize(
    ("word", "interval"),
    [
        ("Month", "month"),
        ("monthly", "month"),
        ("月", "month"),
        ("每月", "month"),
        ("every 3 months", "quarter"),
        ("12 months", "year"),
        ("年付", "year"),
        ("Annual", "year"),
        ("every 2 weeks", "2 weeks"),
        ("6 个月", "6 months"),
        ("jährlich", "year"),
        ("终身", "lifetime"),
        ("whenever", "whenever"),
    ],
)
def test_intervals_of_subscriptions(stage, word, interval):
    text = f"customer_id,plan,started_at,amount,interval\n1,pro,2024-01-05,9,{word}\n"
    result = stage(text, table="subscriptions", mapping={"interval": "interval"})
    assert result.row("interval") == interval


def test_other_columns_of_customers_become_attributes(stage):
    text = (
        "user_id,name,signed_up_at,age,Level,VIP\n"
        "007,Ann,2024-01-05,thirty,gold,\n"
        "8,Bo,soon,31,,yes\n"
    )
    result = stage(text, name="users.csv")
    assert result.rows("customer_id", "customer_name", "age") == [
        ("007", "Ann", None),
        ("8", "Bo", 31),
    ]
    attributes = [json.loads(text) for text in result.rows("attributes")]
    assert attributes == [{"Level": "gold"}, {"VIP": "yes"}]
    notes = [note for note in result.staged.warnings if note.key == "unread_cells"]
    assert {note.values["field"] for note in notes} == {"age", "signed_up_at"}


def test_items(stage):
    text = "课程ID,课程名称,分类,价格,讲师,上架时间\n7,SQL,数据,99,Lee,2024-01-05\n"
    result = stage(text, name="课程.csv")
    assert result.understanding.table == "items"
    assert result.row("item_id", "item_name", "category", "price", "teacher") == (
        "7", "SQL", "数据", Decimal(99), "Lee",
    )  # fmt: skip


def test_ratings(stage):
    text = "user_id,item_id,rating,timestamp\n1,7,4.5,1704067200\n1,8,great,1704067200\n"
    result = stage(text, name="ratings.csv")
    assert result.row("rating", "rated_at") == (4.5, datetime(2024, 1, 1))
    assert result.rejects() == [(3, "bad_number", "rating", "great")]


def test_subscriptions(stage):
    text = (
        "customer_id,plan,started_at,canceled_at,amount,interval,currency,reason\n"
        "1,pro,2024-01-05,2024-03-05,9,month,usd,price\n"
        "2,pro,never,,9,month,usd,\n"
    )
    result = stage(text)
    assert result.row("plan", "canceled_at", "amount", "currency", "reason") == (
        "pro", datetime(2024, 3, 5), Decimal(9), "USD", "price",
    )  # fmt: skip
    assert result.rejects() == [(3, "bad_date", "started_at", "never")]


def test_parquet_with_whole_floats_and_text_dates(tmp_path):
    path = tmp_path / "sales.parquet"
    with duckdb.connect() as con:
        con.execute(
            "COPY (SELECT CAST(17850 AS DOUBLE) AS CustomerID, "
            "'2010-12-01 08:26:00' AS InvoiceDate, "
            "2.55 AS UnitPrice, 6 AS Quantity, 536365 AS InvoiceNo UNION ALL "
            "SELECT 'nan'::DOUBLE, '2010-12-02 08:26:00', 1.5, 2, 536366) TO "
            f"'{path}' (FORMAT parquet)"
        )
    result = stage_file(path, tmp_path)
    assert result.understanding.delimiter is None
    assert result.understanding.header_line is None
    assert sorted(result.rows("customer_id", "ordered_at", "amount", "source_row"), key=str) == [
        ("17850", datetime(2010, 12, 1, 8, 26), Decimal("15.30"), 1),
        (None, datetime(2010, 12, 2, 8, 26), Decimal("3.00"), 2),
    ]


def test_rejects_are_written_guarded(stage, tmp_path):
    from analytics import intake

    result = stage(
        "order_id,customer_id,ordered_at,amount\n1,a,=cmd(),10\n2,甲,2024-01-05,10\n3,b,x,1\n"
    )
    path = tmp_path / "rejects.csv"
    intake.write_rejects(result.con, path)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfsource_row,reason,field,value,sentence,raw")
    lines = data.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("2,bad_date,ordered_at,'=cmd(),")
    assert len(lines) == 3


def test_two_colons_part_the_columns_of_ratings(stage):
    result = stage(
        "1::1193::5::978300760\n1::661::3::978302109\n2::914::4::978301968\n", name="r.dat"
    )
    assert result.rows("customer_id", "item_id", "rating") == [
        ("1", "1193", 5.0), ("1", "661", 3.0), ("2", "914", 4.0),
    ]  # fmt: skip


def test_a_list_of_who_stayed_how_long_is_one_of_views(stage):
    text = (
        "Email,Join Time,Leave Time,Time in Session (minutes)\n"
        "a@x.org,2024-01-19 18:00:00,2024-01-19 18:59:00,59\n"
        "b@x.org,2024-01-19 18:01:00,2024-01-19 18:30:00,29\n"
    )
    result = stage(text)
    assert result.understanding.table == "events"
    assert result.rows("event", "duration_s") == [("view", 3540.0), ("view", 1740.0)]
