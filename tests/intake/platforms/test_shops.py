"""Shops: small imitations of their exports, each with its quirks."""

from datetime import datetime
from decimal import Decimal


def test_shopify_orders_over_several_lines_with_a_refund_and_a_parcel_paid_on_delivery(stage):
    text = (
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Total,"
        "Discount Code,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,"
        "Refunded Amount,Vendor,Note Attributes,Phone,Billing Name,Lineitem discount,Source,Id\n"
        '#1001,Ann@B.example,paid,2025-12-06 10:37:33 -0500,fulfilled,USD,30.00,35.00,HELLO,'
        '2025-12-06 10:37:32 -0500,1,Mug,10.00,MUG-1,0.00,Maker,"gift: yes\nwrap: red",,Ann B,'
        "0.00,web,5500000000001\n"
        "#1001,Ann@B.example,,,,,,,,2025-12-06 10:37:32 -0500,2,Cup,12.00,CUP-1,,Maker,,,,4.00,,\n"
        "#1002,,pending,,unfulfilled,USD,20.00,20.00,,2025-12-07 09:00:00 -0500,1,Jar,20.00,,0.00,"
        "Maker,,+1 415 555 0101,Bo C,0.00,web,5500000000002\n"
        "#1003,cy@d.example,partially_refunded,2025-12-08 00:30:00 -0500,fulfilled,USD,50.00,50.00,"
        ",2025-12-08 00:29:00 -0500,1,Bowl,50.00,BWL-1,15.00,Maker,,,Cy D,0.00,web,5500000000003\n"
    )  # fmt: skip
    result = stage(text)
    assert result.understanding.platform == "shopify_orders"
    assert result.rows("order_id", "customer_id", "item_id", "quantity", "amount") == [
        ("#1001", "ann@b.example", "MUG-1", 1, 10),
        ("#1001", "ann@b.example", "CUP-1", 2, 20),
        ("#1002", "4155550101", "Jar", 1, 20),
        ("#1003", "cy@d.example", "BWL-1", 1, 50),
    ]
    assert result.rows("status", "order_total", "currency") == [
        ("sale", 35, "USD"),
        ("sale", None, "USD"),
        ("pending", 20, "USD"),
        ("partially_refunded", 50, "USD"),
    ]
    assert result.rows("order_refunded")[3] == 15
    assert result.rows("ordered_at") == [
        datetime(2025, 12, 6, 15, 37, 33),
        datetime(2025, 12, 6, 15, 37, 33),
        datetime(2025, 12, 7, 14),
        datetime(2025, 12, 8, 5, 30),
    ]
    assert result.rows("channel", "coupon")[0] == ("web", "HELLO")


def test_shopify_customers_with_apostrophes(stage):
    text = (
        "Customer ID,First Name,Email,Accepts Email Marketing,Total Spent,Total Orders,Phone\n"
        "'123,Ann,Ann@B.example,yes,99.00,2,'+14155550100\n"
        "'124,Bo,,no,0.00,0,'+14155550101\n"
    )
    result = stage(text)
    assert result.understanding.platform == "shopify_customers"
    assert result.rows("customer_id") == ["123", "124"]
    assert result.rows("email") == ["ann@b.example", None]
    assert result.rows("phone") == ["4155550100", "4155550101"]


def test_shopify_customers_of_the_older_kind_have_no_id(stage):
    text = (
        "First Name,Last Name,Email,Accepts Marketing,Company,City,Country Code,Phone,"
        "Total Spent,Total Orders,Tags\n"
        "Ann,B,ann@b.example,no,,Graz,AT,,99.00,2,vip\n"
    )
    result = stage(text)
    assert result.understanding.platform == "shopify_customers"
    assert result.row("customer_id", "city", "country") == ("ann@b.example", "Graz", "AT")


WOO_HEAD = (
    "Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,"
    "Coupon(s),N. Revenue\n"
)


def test_woocommerce_analytics_with_a_refund_that_repeats_its_order(stage):
    text = WOO_HEAD + (
        "8/9/2024 11:33,101,$38.52 ,completed,Ann B,new,1× Mug,1,,38.52\n"
        "8/15/2024 10:00,102,$44.00 ,refunded,Bo C,new,2× Jar &amp; lid,2,,44\n"
        "8/16/2024 10:00,102,$44.00 $0.00,refunded,Bo C,new,2× Jar &amp; lid,'-2,,'-44\n"
        "8/17/2024 10:00,103,$20.00 ,on-hold,Ann B,returning,1× Mug,1,,20\n"
    )
    result = stage(text, encoding="windows-1252", currency="USD")
    assert result.understanding.platform == "woocommerce_orders"
    assert result.rows("order_id", "customer_id", "is_weak", "status")[0] == (
        "101", "Ann B", True, "sale",
    )  # fmt: skip
    assert result.rows("ordered_at")[0] == datetime(2024, 8, 9, 11, 33)
    assert result.rows("amount")[0] == Decimal("38.52")
    assert result.rows("status") == ["sale", "refunded", "refunded", "pending"]


def test_woocommerce_analytics_in_a_language_of_its_own(stage):
    text = (
        "Datum,Objednávka #,N. Revenue (formatted),Stav,Zákazník,Customer type,Produkt(y),"
        "Prodané položky,Kupón(y),N. Revenue\n"
        "2024-08-09 11:33:00,101,$38.52 ,completed,Ann B,new,1× Mug,1,,38.52\n"
        "2024-08-15 10:00:00,102,$44.00 ,completed,Bo C,new,2× Jar,2,,44\n"
        "2024-08-16 10:00:00,103,$44.00 ,completed,Ann B,returning,2× Jar,2,,44\n"
    )
    result = stage(text, mapping={"customer_name": "Zákazník", "order_id": "Objednávka #"})
    assert result.understanding.platform == "woocommerce_orders"
    assert result.rows("order_id", "customer_id", "amount") == [
        ("101", "Ann B", Decimal("38.52")),
        ("102", "Bo C", 44),
        ("103", "Ann B", 44),
    ]
    assert result.rows("ordered_at")[0] == datetime(2024, 8, 9, 11, 33)


def test_woocommerce_lines_with_the_total_on_the_first(stage):
    text = (
        "order_number,order_date,status,customer_email,order_currency,order_total,shipping_total,"
        "sku,product_name,quantity,item_total,paid_date\n"
        "501,2024-03-01 10:00:00,completed,Ann@B.example,EUR,35.00,5.00,MUG,Mug,1,10.00,"
        "2024-03-01 10:05:00\n"
        "501,2024-03-01 10:00:00,completed,Ann@B.example,EUR,,,CUP,Cup,2,20.00,"
        "2024-03-01 10:05:00\n"
        "502,2024-03-02 10:00:00,wc-on-hold,bo@c.example,EUR,9.00,0.00,JAR,Jar,1,9.00,\n"
    )
    result = stage(text, timezone="UTC")
    assert result.understanding.platform == "woocommerce_lines"
    assert result.rows("order_id", "customer_id", "item_id", "amount", "status", "currency") == [
        ("501", "ann@b.example", "MUG", 10, "sale", "EUR"),
        ("501", "ann@b.example", "CUP", 20, "sale", "EUR"),
        ("502", "bo@c.example", "JAR", 9, "pending", "EUR"),
    ]
    assert result.rows("order_total")[0] == 35
    assert result.rows("ordered_at") == [
        datetime(2024, 3, 1, 10, 5), datetime(2024, 3, 1, 10, 5), datetime(2024, 3, 2, 10),
    ]  # fmt: skip
    assert set(result.rows("source")) == {"woocommerce_orders"}


def test_magento_calls_a_refunded_order_closed(stage):
    text = (
        "ID,Purchase Point,Purchase Date,Bill-to Name,Ship-to Name,Grand Total (Base),"
        "Grand Total (Purchased),Status,Customer Email,Total Refunded\n"
        '000000101,"Main Website\nMain Store\nDefault","Aug 8, 2024, 10:05:00 PM",Ann B,Ann B,'
        "$36.39,$36.39,Complete,ann@b.example,\n"
        '000000102,"Main Website\nMain Store\nDefault","Aug 9, 2024, 9:05:00 AM",Bo C,Bo C,'
        "$40.00,$40.00,Closed,bo@c.example,$40.00\n"
        '000000103,"Main Website\nMain Store\nDefault","Aug 9, 2024, 9:30:00 AM",Bo C,Bo C,'
        "$5.00,$5.00,Pending Payment,bo@c.example,\n"
    )
    result = stage(text, timezone="UTC")
    assert result.understanding.platform == "magento_orders"
    assert result.rows("order_id", "customer_id", "amount", "currency", "status") == [
        ("000000101", "ann@b.example", Decimal("36.39"), "USD", "sale"),
        ("000000102", "bo@c.example", 40, "USD", "refunded"),
        ("000000103", "bo@c.example", 5, "USD", "pending"),
    ]
    assert result.rows("ordered_at")[0] == datetime(2024, 8, 8, 22, 5)


def test_bigcommerce_dates_of_mails(stage):
    text = (
        "Order ID,Customer ID,Customer Name,Customer Email,Date Created,Order Status,"
        "Subtotal (inc tax),Order Total (inc tax),Order Total (ex tax),Refund Amount,"
        "Order Currency Code,Total Quantity\n"
        '100,7,Ann B,Ann@B.example,"Mon, 23 Sep 2024 14:21:24 +0000",Awaiting Fulfillment,'
        "20.00,25.00,22.00,0.00,USD,2\n"
        '101,8,Bo C,bo@c.example,"Tue, 24 Sep 2024 14:21:24 +0000",Refunded,'
        "20.00,25.00,22.00,25.00,USD,1\n"
        '102,0,,cy@d.example,"Tue, 24 Sep 2024 15:00:00 +0000",Awaiting Payment,'
        "10.00,10.00,10.00,0.00,USD,1\n"
    )
    result = stage(text)
    assert result.understanding.platform == "bigcommerce_orders"
    assert result.rows("order_id", "amount", "status", "ordered_at") == [
        ("100", 25, "sale", datetime(2024, 9, 23, 14, 21, 24)),
        ("101", 25, "refunded", datetime(2024, 9, 24, 14, 21, 24)),
        ("102", 10, "pending", datetime(2024, 9, 24, 15)),
    ]
    assert result.rows("customer_id")[:2] == ["7", "8"]


def test_etsy_orders_write_american_dates(stage):
    text = (
        "Sale Date,Order ID,Buyer User ID,Full Name,Number of Items,Payment Method,Date Shipped,"
        "Ship City,Ship Country,Currency,Order Value,Coupon Code,Discount Amount,Shipping,"
        "Sales Tax,Order Total,Status,Order Net,Buyer,Order Type\n"
        "08/09/25,3001,ann7,Ann B,2,Credit Card,08/10/25,Graz,Austria,USD,13.00,,0,4.50,0.62,18.12,"
        ",16.30,Ann B,online\n"
        "09/10/25,3002,bo8,Bo C,1,Credit Card,,Wien,Austria,USD,5.00,HELLO,0.5,0,0,4.50,"
        ",4.10,Bo C,online\n"
    )
    result = stage(text, timezone="America/New_York")
    assert result.understanding.platform == "etsy_orders"
    assert result.rows("order_id", "customer_id", "amount", "ordered_at") == [
        ("3001", "ann7", Decimal("18.12"), datetime(2025, 8, 9, 4)),
        ("3002", "bo8", Decimal("4.50"), datetime(2025, 9, 10, 4)),
    ]
    assert "date_order_doubtful" not in result.notes()


def test_etsy_items_are_lines_of_the_same_orders(stage):
    text = (
        "Sale Date,Item Name,Buyer,Quantity,Price,Coupon Code,Coupon Details,Discount Amount,"
        "Shipping Discount,Order Shipping,Order Sales Tax,Item Total,Currency,Transaction ID,"
        "Listing ID,Date Paid,Date Shipped,Ship Name,Order ID,Variations,SKU\n"
        "08/09/25,Fox card,ann7,2,5.00,,,0.50,0,4.50,0.62,10.00,USD,4001,9001,08/09/25,,Ann B,"
        "3001,,"
        "FOX-1\n"
        "08/09/25,Fox sticker,ann7,1,3.00,,,0,0,0.00,0.00,3.00,USD,4002,9002,08/09/25,,Ann B,3001,,"
        "FOX-2\n"
    )
    result = stage(text, timezone="UTC")
    assert result.understanding.platform == "etsy_items"
    assert result.rows("order_id", "customer_id", "item_id", "quantity", "amount") == [
        ("3001", "ann7", "9001", 2, Decimal("9.50")),
        ("3001", "ann7", "9002", 1, 3),
    ]
    assert set(result.rows("source")) == {"etsy_orders"}


def test_amazon_orders_that_name_the_buyer(stage):
    text = (
        "amazon-order-id\tpurchase-date\tpayments-date\tbuyer-email\tbuyer-name\t"
        "order-status\tsku\t"
        "product-name\tquantity\tcurrency\titem-price\titem-tax\tasin\n"
        "112-1-1\t2024-04-10T09:15:00+00:00\t2024-04-10T09:16:00+00:00\tx1@m.example\tAnn B\t"
        "Shipped"
        "\tMUG\tMug\t2\tEUR\t20.00\t3.00\tB01\n"
        "112-1-2\t2024-04-11T09:15:00+00:00\t\tx2@m.example\tBo C\tUnshipped\tMUG\tMug\t1\t"
        "EUR\t10.00"
        "\t1.50\tB01\n"
        "112-1-3\t2024-04-12T09:15:00+00:00\t\tx2@m.example\tBo C\tCancelled\tMUG\tMug\t1\t"
        "EUR\t10.00"
        "\t1.50\tB01\n"
    )
    result = stage(text, name="orders.txt")
    assert result.understanding.platform == "amazon_orders"
    assert result.rows("order_id", "customer_id", "item_id", "quantity", "amount", "status") == [
        ("112-1-1", "x1@m.example", "B01", 2, 20, "sale"),
        ("112-1-2", "x2@m.example", "B01", 1, 10, "sale"),
        ("112-1-3", "x2@m.example", "B01", 1, 10, "cancelled"),
    ]
    assert result.rows("ordered_at")[0] == datetime(2024, 4, 10, 9, 16)


SQUARE_HEAD = (
    "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,"
    "Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,"
    "Location,Dining Option,Customer ID,Customer Name,Customer Reference ID,Token\n"
)


def test_square_items_know_their_zone_by_a_name_of_its_own(stage):
    text = SQUARE_HEAD + (
        "2024-01-10,22:30:00,Eastern Time (US & Canada),None,Latte,2.0,Regular,,,$8.00,-$1.00,"
        "$7.00,"
        '$0.50,T1,P1,iPad,"no sugar\nplease",,Payment,Main,,C1,Ann B,,TOK1\n'
        "2024-01-11,09:00:00,Eastern Time (US & Canada),Food,Bun,1.0,Regular,,,$3.74,$0.00,$3.74,"
        "$0.00,T2,P2,iPad,,,Payment,Main,,C2,Bo C,,TOK2\n"
        "2024-01-12,09:00:00,Eastern Time (US & Canada),Food,Bun,-1.0,Regular,,,-$3.74,$0.00,"
        "-$3.74,"
        "$0.00,T2,P3,iPad,,,Refund,Main,,C2,Bo C,,TOK2\n"
    )
    result = stage(text)
    assert result.understanding.platform == "square_items"
    assert result.rows("order_id", "customer_id", "item_id", "currency")[:2] == [
        ("T1", "C1", "TOK1", "USD"),
        ("T2", "C2", "TOK2", "USD"),
    ]
    assert result.rows("amount")[:2] == [7, Decimal("3.74")]
    assert result.rows("category")[0] is None
    assert result.rows("ordered_at")[0] == datetime(2024, 1, 11, 3, 30)
    assert result.rows("status") == ["sale", "sale", "refunded"]


def test_square_transactions_write_negatives_in_brackets(stage):
    text = (
        "Date,Time,Time Zone,Gross Sales,Net Sales,Partial Refunds,Total Collected,Card,Cash,Fees,"
        "Net Total,Transaction ID,Payment ID,Description,Event Type,Location,Customer ID,"
        "Customer Name,Transaction Status\n"
        '12/27/2018,17:00:00,Pacific Time (US & Canada),"$1,100.00 ","$1,100.00 ",$0.00,'
        '"$1,149.00 ","$1,149.00 ",$0.00,($33.62),"$1,115.38 ",T1,P1,Table,Payment,Main,C1,Ann B,'
        "Complete\n"
        "12/28/2018,17:00:00,Pacific Time (US & Canada),$20.00,$20.00,$0.00,$20.00,$0.00,$20.00,"
        "$0.00,$20.00,T2,P2,Lamp,Payment,Main,,,Complete\n"
    )
    result = stage(text)
    assert result.understanding.platform == "square_transactions"
    assert result.rows("order_id", "customer_id", "amount", "status") == [
        ("T1", "C1", 1149, "sale"),
        ("T2", None, 20, "sale"),
    ]
    assert result.rows("ordered_at")[0] == datetime(2018, 12, 28, 1)
    assert set(result.rows("source")) == {"square_items"}


def test_gumroad_asks_whether_it_was_refunded_and_ends_in_totals(stage):
    text = (
        "Purchase ID,Item Name,Buyer Name,Purchase Email,Buyer Email,Purchase Date,"
        "Purchase Time (UTC timezone),Subtotal ($),Sale Price ($),Fees ($),Net Total ($),Refunded?,"
        "Partial Refund ($),Fully Refunded?,Discount Code,Product ID,Quantity,Recurring Charge?\n"
        "g1,Course A,Ann B,Ann@B.example,,2024-05-01,21:15:00,10.00,10.00,1.00,9.00,0,0.00,0,,"
        "pA,1,0\n"
        "g2,Course A,,bo@c.example,,2024-05-02,08:00:00,10.00,10.00,1.00,9.00,1,0.00,1,,pA,1,0\n"
        "g3,Course B,,cy@d.example,,2024-05-03,08:00:00,20.00,20.00,1.00,9.00,1,5.00,0,OFF,pB,1,1\n"
        "Totals,,,,,,,40.00,40.00,3.00,27.00,,5.00,,,,,\n"
    )
    result = stage(text, timezone="Asia/Shanghai")
    assert result.understanding.platform == "gumroad_sales"
    assert result.rows("order_id", "customer_id", "item_id", "amount", "currency") == [
        ("g1", "ann@b.example", "pA", 10, "USD"),
        ("g2", "bo@c.example", "pA", 10, "USD"),
        ("g3", "cy@d.example", "pB", 20, "USD"),
    ]
    assert result.rows("ordered_at")[0] == datetime(2024, 5, 1, 21, 15)
    assert result.rows("status")[:2] == ["sale", "refunded"]
    assert result.rows("refunded_amount")[2] == 5
    assert result.rows("kind") == ["one-off", "one-off", "renewal"]
    assert result.notes()["totals"].values == {"n": 1}
