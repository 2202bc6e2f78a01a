"""Course platforms: transactions, students, statements."""

from datetime import datetime
from decimal import Decimal

from analytics import open_workspace


def test_teachable_transactions(stage):
    text = (
        "teachableID,purchasedAt,courseName,finalPrice,earningsUSD,coupon,userID,saleID\n"
        "71,2024-05-01T21:15:00Z,Course A,49.00,44.10,HELLO,9001,501\n"
        "72,2024-05-02T08:00:00Z,Course B,19.50,17.55,,9002,502\n"
    )
    result = stage(text, timezone="Asia/Shanghai")
    assert result.understanding.platform == "teachable_transactions"
    assert result.rows("order_id", "customer_id", "item_name", "amount", "coupon") == [
        ("501", "9001", "Course A", 49, "HELLO"),
        ("502", "9002", "Course B", Decimal("19.50"), None),
    ]
    assert result.rows("ordered_at")[0] == datetime(2024, 5, 1, 21, 15)


def test_teachable_with_words_instead_of_names_of_fields(stage):
    text = (
        "Sale ID,Purchased At,Product Name,User ID,User Email,Final Price,Earnings (USD),Currency\n"
        "501,2024-05-01 21:15:00 UTC,Course A,9001,ann@b.example,49.00,44.10,USD\n"
    )
    result = stage(text)
    assert result.understanding.platform == "teachable_transactions"
    assert result.row("order_id", "customer_id", "amount", "currency") == ("501", "9001", 49, "USD")


def test_thinkific_orders(stage):
    text = (
        "id,Created At,User Email,User Name,User ID,Product Name,Product ID,Amount Dollars,"
        "Coupon Code,Affiliate Referral Code,Status\n"
        "501,2024-05-01T21:15:00Z,Ann@B.example,Ann B,9001,Course A,77,49.0,,,Complete\n"
    )
    result = stage(text)
    assert result.understanding.platform == "thinkific_orders"
    assert result.row("order_id", "customer_id", "item_id", "item_name", "amount", "status") == (
        "501", "9001", "77", "Course A", 49, "sale",
    )  # fmt: skip


def test_thinkific_users_have_their_courses_in_one_cell(stage):
    text = (
        "First Name,Last Name,Email,Sign In Count,Enrollments - list,Date Created\n"
        'Ann,B,Ann@B.example,3,"Course A, Course B",2024-05-01\n'
    )
    result = stage(text, timezone="UTC")
    assert result.understanding.platform == "thinkific_users"
    assert result.row("customer_id", "signed_up_at") == ("ann@b.example", datetime(2024, 5, 1))
    assert "Course A, Course B" in result.row("attributes")


def test_kajabi_transactions(stage):
    text = (
        "ID,Amount,Tax Amount,Currency,Customer ID,Customer Name,Customer Email,Offer ID,"
        "Offer Title,Order No.,Type,Status,Created At,Provider,Coupon Used,Quantity\n"
        "k1,49.00,0.00,USD,9001,Ann B,Ann@B.example,77,Course A,1,charge,succeeded,"
        "2024-05-01 21:15:00 UTC,stripe,,1\n"
        "k2,19.50,0.00,USD,9002,Bo C,bo@c.example,78,Course B,2,charge,failed,"
        "2024-05-02 08:00:00 UTC,stripe,OFF,1\n"
    )
    result = stage(text)
    assert result.understanding.platform == "kajabi_transactions"
    assert result.rows("order_id", "customer_id", "item_id", "amount", "status") == [
        ("1", "9001", "77", 49, "sale"),
        ("2", "9002", "78", Decimal("19.50"), "cancelled"),
    ]
    assert result.rows("ordered_at")[0] == datetime(2024, 5, 1, 21, 15)


def test_kajabi_subscriptions(stage):
    text = (
        "Kajabi Subscription ID,Amount,Currency,Interval,Status,Customer ID,Customer Name,"
        "Customer Email,Offer ID,Offer Title,Created At,Next Payment Date,Canceled On,"
        "Trial Ends On,Provider\n"
        "2194986380,29.00,USD,month,Canceled,9001,Ann B,ann@b.example,77,Club,2024-01-01,,"
        "2024-04-01,2024-01-08,stripe\n"
    )
    result = stage(text, timezone="UTC")
    assert result.understanding.platform == "kajabi_subscriptions"
    assert result.row("customer_id", "plan", "amount", "started_at", "canceled_at") == (
        "9001", "Club", 29, datetime(2024, 1, 1), datetime(2024, 4, 1),
    )  # fmt: skip


def test_udemy_knows_students_by_their_display_name(stage):
    text = (
        "transactionID,date,userName,courseName,couponCode,revenueChannel,vendor,price,"
        "transactionCurrency,taxAmount,storeFee,sharePrice,instructorShare,taxRate,exchangeRate\n"
        "801,2024-05-01 21:15,Ann B,Course A,HELLO,Instructor,Udemy,12.99,EUR,0,0,12.99,12.60,0,1\n"
        "802,2024-05-02 08:00,Bo C,Course A,,Udemy Organic,Udemy,9.99,USD,0,0,9.99,3.70,0,1\n"
    )
    result = stage(text, timezone="UTC")
    assert result.understanding.platform == "udemy_statement"
    assert result.rows("order_id", "customer_id", "is_weak", "amount", "currency") == [
        ("801", "Ann B", True, Decimal("12.99"), "EUR"),
        ("802", "Bo C", True, Decimal("9.99"), "USD"),
    ]
    assert result.rows("channel") == ["Instructor", "Udemy Organic"]


def test_a_kajabi_refund_takes_back_the_sale_of_its_order_number(tmp_path):
    path = tmp_path / "kajabi.csv"
    path.write_text(
        "ID,Amount,Tax Amount,Currency,Customer ID,Customer Name,Customer Email,Offer ID,"
        "Offer Title,Order No.,Type,Status,Created At,Provider,Coupon Used,Quantity\n"
        "k1,97.00,0,USD,9001,Ann B,a@x.org,77,A,1,charge,succeeded,2024-05-01 21:15:00 UTC,s,,1\n"
        "k2,49.00,0,USD,9002,Bo C,b@x.org,78,B,2,charge,succeeded,2024-05-02 08:00:00 UTC,s,,1\n"
        "k3,97.00,0,USD,9001,Ann B,a@x.org,77,A,1,refund,succeeded,2024-05-03 08:00:00 UTC,s,,1\n"
    )
    report = open_workspace(tmp_path / "w", create=True).import_file(path).to_json()
    assert (report["orders"], report["valid_orders"]) == (2, 1)
    assert (report["revenue"], report["refunded"]) == ({"USD": 49.0}, {"USD": 97.0})
