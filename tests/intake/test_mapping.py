"""Which column is which field: proposals, ties, what is missing, what the user says."""

import pytest

from analytics import intake
from analytics.errors import AmbiguousMappingError, MissingColumnsError, UnknownNameError


def understood(tmp_path, header, *rows, name="sales.csv", **options):
    path = tmp_path / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return intake.understand(path, **options)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("order_id,customer_id,ordered_at,amount", "1,a,2024-01-05,10"),
        ("Order ID,Customer ID,Order Date,Amount", "1,a,2024-01-05,10"),
        ("InvoiceNo,CustomerID,InvoiceDate,Amount", "1,a,2024-01-05,10"),
        ("订单号,用户ID,支付时间,实付金额", "1,a,2024-01-05,10"),
        ("訂單編號,會員,訂單時間,金額", "1,a,2024-01-05,10"),
        ("basket_id,household_id,transaction_timestamp,sales_value", "1,a,2024-01-05 10:00:00,1.5"),
    ],
)
def test_headers_of_order_lines(tmp_path, header, row):
    found = understood(tmp_path, header, row)
    names = header.split(",")
    fields = ["order_id", "customer_id", "ordered_at", "amount"]
    assert found.table == "order_lines"
    assert {field: found.mapping[field] for field in fields} == dict(
        zip(fields, names, strict=True)
    )


def test_proposals_carry_confidence_and_reason(tmp_path):
    found = understood(tmp_path, "order_id,customer_id,ordered_at,amount", "1,a,2024-01-05,10")
    proposal = next(one for one in found.proposals if one.field == "amount")
    assert proposal.column == "amount"
    assert 0.9 < proposal.confidence <= 1
    assert proposal.reason.key == "header_known"


def test_missing_columns(tmp_path):
    with pytest.raises(MissingColumnsError, match="--map amount=COLUMN") as caught:
        understood(
            tmp_path, "order_id,customer_id,ordered_at", "1,a,2024-01-05", table="order_lines"
        )
    assert caught.value.fields == ["amount"]


def test_two_readings_tie(tmp_path):
    header, row = "order_id,customer_id,ordered_at,Net,Gross", "1,a,2024-01-05,8,10"
    with pytest.raises(AmbiguousMappingError, match="--map amount=Gross") as caught:
        understood(tmp_path, header, row)
    assert caught.value.columns == ["Gross", "Net"]
    assert understood(tmp_path, header, row, mapping={"amount": "Net"}).mapping["amount"] == "Net"


def test_paid_is_preferred_to_ordered_and_created(tmp_path):
    header = "订单号,用户ID,下单时间,付款时间,创建时间,金额"
    row = "1,a,2024-01-05 10:00:00,2024-01-05 10:05:00,2024-01-05 09:00:00,10"
    found = understood(tmp_path, header, row)
    assert found.mapping["ordered_at"] == "付款时间"
    assert found.mapping["created_at"] == "创建时间"


def test_a_product_name_is_no_customer(tmp_path):
    header, row = "order_id,customer_id,ordered_at,name,amount", "1,a,2024-01-05,SQL course,10"
    found = understood(tmp_path, header, row)
    assert found.mapping["item_name"] == "name"
    assert "customer_name" not in found.mapping


def test_equal_columns_are_no_tie(tmp_path):
    header, row = "order_id,customer_id,ordered_at,Net,Gross", "1,a,2024-01-05,10,10"
    assert understood(tmp_path, header, row).mapping["amount"] in {"Net", "Gross"}


def test_dates_are_known_by_their_values(tmp_path):
    found = understood(tmp_path, "order_id,customer_id,wann,amount", "1,a,2024-01-05,10")
    assert found.mapping["ordered_at"] == "wann"


def test_the_user_overrides_and_drops(tmp_path):
    header, row = "order_id,customer_id,ordered_at,amount,other", "1,a,2024-01-05,10,20"
    found = understood(tmp_path, header, row, mapping={"amount": "other", "order_id": ""})
    assert found.mapping["amount"] == "other"
    assert "order_id" not in found.mapping


@pytest.mark.parametrize("mapping", [{"amount": "nothing"}, {"nonsense": "amount"}])
def test_names_that_do_not_exist(tmp_path, mapping):
    with pytest.raises(UnknownNameError):
        understood(
            tmp_path, "order_id,customer_id,ordered_at,amount", "1,a,2024-01-05,10", mapping=mapping
        )


def test_unknown_table(tmp_path):
    with pytest.raises(UnknownNameError, match="order_lines"):
        understood(tmp_path, "a,b", "1,2", table="sales")


@pytest.mark.parametrize(
    ("name", "header", "row", "table"),
    [
        ("users.csv", "user_id,name,age,city", "1,Ann,30,Rome", "customers"),
        ("items.csv", "item_id,title,category,price", "1,SQL,data,99", "items"),
        ("ratings.csv", "user_id,item_id,rating,timestamp", "1,7,4.5,1704067200", "ratings"),
        ("log.csv", "user_id,event,item_id,time", "1,view,7,2024-01-05 10:00:00", "events"),
        ("行为.csv", "用户ID,行为,课程ID,时间", "1,浏览,7,2024-01-05 10:00:00", "events"),
        (
            "s.csv",
            "customer_id,plan,started_at,canceled_at,amount",
            "1,pro,2024-01-05,,9",
            "subscriptions",
        ),
        ("orders.csv", "user_id,order_id,created_at,price", "1,7,2024-01-05,9", "order_lines"),
        ("x.csv", "user,item,rating", "1,7,4.5", "ratings"),
    ],
)
def test_tables_are_told_apart(tmp_path, name, header, row, table):
    found = understood(tmp_path, header, row, name=name)
    assert found.table == table
    assert str(found.table_reason)


def test_every_table_has_mappable_fields():
    assert "email" in intake.mappable_fields("customers")
