"""Exports of one platform belong together: orders do not add up, customers find their orders."""

from decimal import Decimal

import pytest

import analytics

TAOBAO_ORDERS = (
    "订单编号,买家会员名,买家实际支付金额,总金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量\n"
    "1000,ann,95.00,100.00,交易成功,2024-01-05 10:00:00,2024-01-05 10:01:00,课程A，课程B,2\n"
    "2000,bo,60.00,60.00,交易成功,2024-01-06 10:00:00,2024-01-06 10:01:00,课程A,1\n"
)
TAOBAO_ITEMS = (
    "子订单编号,主订单编号,买家会员名,标题,购买数量,订单状态,买家实际支付金额,订单创建时间,订单付款时间\n"
    "1001,1000,ann,课程A,1,交易成功,55.00,2024-01-05 10:00:00,2024-01-05 10:01:00\n"
    "1002,1000,ann,课程B,1,交易成功,40.00,2024-01-05 10:00:00,2024-01-05 10:01:00\n"
)
ETSY_ORDERS = (
    "Sale Date,Order ID,Buyer User ID,Full Name,Number of Items,Currency,Order Total\n"
    "08/09/25,1000,ann7,Ann B,2,USD,95.00\n09/10/25,2000,bo8,Bo C,1,USD,60.00\n"
)
ETSY_ITEMS = (
    "Sale Date,Item Name,Buyer,Quantity,Price,Discount Amount,Currency,Listing ID,Order ID\n"
    "08/09/25,Card,ann7,1,55.00,0,USD,1,1000\n08/09/25,Pin,ann7,2,25.00,10.00,USD,2,1000\n"
)


@pytest.fixture
def workspace(tmp_path):
    return analytics.open_workspace(tmp_path / "shop", create=True)


def write(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("orders", "items"),
    [(TAOBAO_ORDERS, TAOBAO_ITEMS), (ETSY_ORDERS, ETSY_ITEMS)],
    ids=["taobao", "etsy"],
)
def test_the_items_of_orders_replace_their_totals(workspace, tmp_path, orders, items):
    workspace.import_file(write(tmp_path, "orders.csv", orders))
    workspace.import_file(write(tmp_path, "items.csv", items))
    found = workspace.table("orders").order_by("order_id").execute()
    assert [tuple(row) for row in found[["order_id", "gross", "n_lines"]].to_numpy()] == [
        ("1000", Decimal(95), 2),
        ("2000", Decimal(60), 1),
    ]


def test_customers_of_shopify_find_orders_that_know_an_address(workspace, tmp_path):
    orders = (
        "Name,Email,Financial Status,Paid at,Created at,Currency,Total,Lineitem quantity,"
        "Lineitem name,Lineitem price,Lineitem sku\n"
        "#1,Ann@B.example,paid,2025-12-06 10:37:33 -0500,2025-12-06 10:37:32 -0500,USD,10,1,Mug,10,"
        "M\n"
    )
    customers = (
        "Customer ID,First Name,Email,Accepts Email Marketing,Total Spent,Total Orders\n"
        "'123,Ann,ann@b.example,yes,10.00,1\n'124,Bo,bo@c.example,no,0.00,0\n"
    )
    workspace.import_file(write(tmp_path, "orders.csv", orders))
    workspace.import_file(write(tmp_path, "customers.csv", customers))
    found = workspace.table("customer_summary").order_by("customer_id").execute()
    assert list(zip(found["customer_id"], found["purchases"], strict=True)) == [
        ("123", 1),
        ("124", 0),
    ]
