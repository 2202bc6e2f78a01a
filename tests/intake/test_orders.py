"""Statuses, kinds, totals, refunds, currencies and what is refused, in files of orders."""

from datetime import datetime
from decimal import Decimal

import pytest

HEAD = "order_id,customer_id,ordered_at,amount,status\n"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("paid", "sale"),
        ("Completed", "sale"),
        ("SUCCESS", "sale"),
        ("交易成功", "sale"),
        ('"买家已付款,等待卖家发货"', "sale"),
        ("pending", "pending"),
        ("on-hold", "pending"),
        ("authorized", "pending"),
        ("等待买家付款", "pending"),
        ("refunded", "refunded"),
        ("已全额退款", "refunded"),
        ("partially_refunded", "partially_refunded"),
        ("已退款(￥5.00)", "partially_refunded"),
        ("voided", "cancelled"),
        ("交易关闭", "cancelled"),
        ("Failed", "cancelled"),
        ("test", "test"),
        ("Fee", "not_a_sale"),
        ("", "sale"),
    ],
)
def test_status_words(stage, word, status):
    result = stage(HEAD + f"1,a,2024-01-05,10,{word}\n")
    assert result.row("status") == status
    assert "unknown_status" not in result.notes()


def test_unknown_status_words_are_named(stage):
    result = stage(HEAD + "1,a,2024-01-05,10,gargled\n2,b,2024-01-05,10,paid\n")
    assert result.rows("status") == ["sale", "sale"]
    assert result.notes()["unknown_status"].values["words"] == "gargled"


def test_without_status_an_empty_paid_time_is_pending(stage):
    text = (
        "order_id,customer_id,Created at,Paid at,amount\n"
        "1,a,2024-01-05,2024-01-06,10\n"
        "2,b,2024-01-07,,10\n"
    )
    assert stage(text).rows("status", "ordered_at") == [
        ("sale", datetime(2024, 1, 6)),
        ("pending", datetime(2024, 1, 7)),
    ]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Subscription creation", "subscription"),
        ("Subscription update", "renewal"),
        ("续费", "renewal"),
        ("instalment", "instalment"),
        ("one-off", "one-off"),
        ("", "one-off"),
    ],
)
def test_kinds(stage, word, kind):
    assert (
        stage(f"order_id,customer_id,ordered_at,amount,kind\n1,a,2024-01-05,10,{word}\n").row(
            "kind"
        )
        == kind
    )


def orders_of(*lines):
    return "order_id,customer_id,ordered_at,item,amount\n" + "".join(
        f"{order},a,2024-01-05,i{index},{amount}\n" for index, (order, amount) in enumerate(lines)
    )


def test_an_amount_repeated_on_all_lines_is_the_orders(stage):
    lines = [(order, order * 10) for order in range(1, 8) for _ in range(3)] + [(99, 5)]
    result = stage(orders_of(*lines))
    assert result.rows("order_total") == [Decimal(amount) for _, amount in lines]
    assert result.rows("amount") == [None] * 21 + [Decimal(5)]
    assert result.notes()["amount_is_total"].values["n"] == 7


def test_an_amount_blank_after_the_first_line_is_the_orders(stage):
    lines = [(order, 30 if first else "") for order in range(6) for first in (True, False)]
    result = stage(orders_of(*lines))
    assert result.rows("order_total")[:2] == [Decimal(30), None]
    assert result.staged.rejected == {}


def test_an_amount_that_varies_once_is_each_lines(stage):
    lines = [(order, 10) for order in range(6) for _ in range(2)] + [(7, 10), (7, 20)]
    result = stage(orders_of(*lines))
    assert result.rows("amount") == [Decimal(amount) for _, amount in lines]
    assert set(result.rows("order_total")) == {None}


def test_identical_lines_of_one_order_both_count(stage):
    text = "order_id,customer_id,ordered_at,item,amount\n" + "1,a,2024-01-05,book,10\n" * 2
    assert stage(text).rows("amount", "order_total") == [(Decimal(10), None)] * 2


def test_few_orders_make_the_decision_doubtful(stage):
    result = stage(orders_of((1, 10), (1, 10)))
    assert "amount_is_total_doubtful" in result.notes()


def test_price_times_quantity_makes_equal_amounts_the_lines_own(stage):
    text = "order_id,customer_id,ordered_at,item,price,quantity,amount\n" + "".join(
        f"{order},a,2024-01-05,i{line},5,2,10\n" for order in range(6) for line in range(2)
    )
    result = stage(text)
    assert set(result.rows("amount")) == {Decimal(10)}
    assert set(result.rows("order_total")) == {None}


def test_price_and_quantity_stand_for_the_amount(stage):
    text = (
        "order_id,customer_id,ordered_at,item,price,quantity,discount\n"
        "1,a,2024-01-05,x,10,3,4\n"
        "2,a,2024-01-06,y,5,,\n"
    )
    assert stage(text).rows("amount", "quantity") == [(Decimal(26), Decimal(3)), (Decimal(5), None)]


def test_a_named_total_beside_line_amounts_is_taken_once(stage):
    text = (
        "order_id,customer_id,ordered_at,line_total,order_total\n"
        "1,a,2024-01-05,10,35\n"
        "1,a,2024-01-05,20,35\n"
    )
    assert stage(text).rows("amount", "order_total") == [(10, 35), (20, 35)]


def test_a_total_that_varies_within_an_order_is_the_lines(stage):
    text = "order_id,customer_id,ordered_at,Total\n1,a,2024-01-05,10\n1,a,2024-01-05,20\n"
    assert stage(text).rows("amount", "order_total") == [(10, None), (20, None)]


def test_only_a_total_in_a_file_of_one_row_per_order(stage):
    text = "订单编号,客户ID,下单时间,订单金额\n1,a,2024-01-05,10\n2,a,2024-01-06,20\n"
    assert stage(text).rows("amount", "order_total") == [(10, None), (20, None)]


def test_refunds_are_positive_and_noted_ones_found(stage):
    text = (
        "order_id,customer_id,ordered_at,amount,refunded_amount\n"
        "1,a,2024-01-05,10,-4\n"
        "2,a,2024-01-06,131.77(已退款89.84),\n"
    )
    assert stage(text).rows("amount", "refunded_amount") == [
        (10, 4),
        (Decimal("131.77"), Decimal("89.84")),
    ]


def test_net_amounts_of_taobao_become_gross(stage):
    text = (
        "订单编号,买家会员名,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,退款金额\n"
        "1,a,100,100,交易成功,2024-01-05 10:00:00,2024-01-05 10:01:00,0\n"
        "2,b,100,0,交易关闭,2024-01-05 10:00:00,2024-01-05 10:01:00,100\n"
        "3,c,100,60,交易成功,2024-01-05 10:00:00,2024-01-05 10:01:00,40\n"
        "4,d,100,0,等待买家付款,2024-01-05 10:00:00,,0\n"
    )
    result = stage(text, encoding="gbk")
    assert result.rows("amount", "refunded_amount", "status") == [
        (100, 0, "sale"),
        (100, 100, "refunded"),
        (100, 40, "sale"),
        (100, 0, "pending"),
    ]


@pytest.mark.parametrize(
    ("header", "cell", "settings", "currency"),
    [
        ("amount", "10", {}, "XXX"),
        ("amount", "10", {"currency": "eur"}, "EUR"),
        ("amount", "$10", {}, "USD"),
        ("amount", "$10", {"currency": "CAD"}, "CAD"),
        ("amount", "¥10", {"currency": "JPY"}, "JPY"),
        ("amount", "€10", {"currency": "USD"}, "EUR"),
        ("金额(元)", "10", {}, "CNY"),
        ("金额（元）", "10", {"currency": "USD"}, "CNY"),
    ],
)
def test_currency(stage, header, cell, settings, currency):
    result = stage(f"order_id,customer_id,ordered_at,{header}\n1,a,2024-01-05,{cell}\n", **settings)
    assert result.row("currency") == currency


def test_currency_column_wins_and_mixes_are_reported(stage):
    text = (
        "order_id,customer_id,ordered_at,amount,currency\n"
        "1,a,2024-01-05,10,usd\n"
        "2,a,2024-01-05,10,人民币\n"
        "3,a,2024-01-05,10,\n"
    )
    result = stage(text, currency="GBP")
    assert result.rows("currency") == ["USD", "CNY", "GBP"]
    assert result.notes()["currencies"].values["n"] == 3


def test_rows_that_cannot_be_loaded_are_listed(stage):
    result = stage(
        HEAD + "1,a,someday,10,paid\n2,a,2024-01-05,ten,paid\n3,a,,10,paid\n4,a,2024-01-05,,paid\n"
        "5,a,2024-01-05,10,paid\n"
    )
    assert result.rejects() == [
        (2, "bad_date", "ordered_at", "someday"),
        (3, "bad_number", "amount", "ten"),
        (4, "missing_required", "ordered_at", None),
        (5, "missing_required", "amount", None),
    ]
    sentences = result.rows("sentence", table="rejected")
    assert sentences[1] == "sales.csv, line 3: amount is no number: ten; write it as 1234.50."
    assert result.rows("raw", table="rejected")[0] == "1,a,someday,10,paid"


def test_zone_warning_and_utc_header(stage):
    assert "no_timezone" in stage(HEAD + "1,a,2024-01-05 23:00,10,\n").notes()
    assert "no_timezone" not in stage(HEAD + "1,a,2024-01-05 23:00,10,\n", timezone="UTC").notes()
    assert "no_timezone" not in stage(HEAD + "1,a,2024-01-05 23:00Z,10,\n").notes()
    text = HEAD.replace("ordered_at", "Created date (UTC)") + "1,a,2024-01-05 23:00,10,\n"
    result = stage(text, timezone="Asia/Shanghai")
    assert result.row("ordered_at") == datetime(2024, 1, 5, 23)
    assert result.understanding.timezone == "UTC"


def test_date_time_and_zone_in_three_columns(stage):
    text = (
        "Transaction ID,From Email Address,Date,Time,TimeZone,Gross,Currency\n"
        "1,a@b.example,1/17/2024,19:32:54,America/Los_Angeles,9.99,USD\n"
    )
    assert stage(text).row("ordered_at") == datetime(2024, 1, 18, 3, 32, 54)


def test_items_without_ids_are_told_apart_by_name(stage):
    text = "order_id,customer_id,ordered_at,item_name,amount\n1,a,2024-01-05,Course A,10\n"
    assert stage(text).row("item_id", "item_name") == ("Course A", "Course A")


@pytest.mark.parametrize("status", ["Cancelled", "Pending"])
def test_what_was_never_paid_needs_no_price(stage, status):
    text = (
        "order id,email,date,total,status\n"
        f"1,a@x.org,2024-01-05,10.00,paid\n2,b@x.org,2024-01-06,,{status}\n"
        "3,b@x.org,2024-01-07,,paid\n"
    )
    result = stage(text)
    assert result.rows("order_id", "amount", "status") == [
        ("1", 10, "sale"), ("2", 0, status.lower()),
    ]  # fmt: skip
    assert [row[1:3] for row in result.rejects()] == [("missing_required", "amount")]


def test_further_items_of_an_order_may_stand_below_it_alone(stage):
    text = (
        "order no,customer id,paid at,total,item,price,quantity\n"
        "1,c1,2024-01-05,50.00,Course,30.00,1\n,,,,Book,10.00,2\n"
        "2,c2,2024-01-06,30.00,Course,30.00,1\n"
    )
    result = stage(text)
    assert result.rows("order_id", "customer_id", "item_name", "amount") == [
        ("1", "c1", "Course", 30), ("1", "c1", "Book", 20), ("2", "c2", "Course", 30),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "currency"),
    [
        ("订单号,手机号,支付时间,实付金额", "CNY"),
        ("注文番号,メールアドレス,注文日,金額", "JPY"),
        ("주문번호,이메일,결제일시,결제금액", "KRW"),
        ("訂單編號,電子郵件,付款時間,付款金額", "XXX"),
    ],
)
def test_the_language_of_the_headers_tells_the_currency(stage, header, currency):
    who = "13800000001" if "手机号" in header else "a@x.org"
    result = stage(f"{header}\n1,{who},2024-01-05 10:00:00,10.00\n")
    assert result.understanding.currency == currency
    keys = {note.key for note in result.understanding.warnings}
    assert ("currency_by_language" in keys) == (currency != "XXX")
