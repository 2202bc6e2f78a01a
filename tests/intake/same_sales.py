"""The same sales written as three files: an English line file, a Shopify export, a Taobao export.

Whatever reads them must come to the same orders, customers and money; times are those of
Asia/Shanghai. Reusable: `write_same_sales(folder)` returns the three paths.
"""

import csv
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

SHANGHAI = timezone(timedelta(hours=8))
EASTERN = timezone(timedelta(hours=-5))


@dataclass(frozen=True)
class Line:
    item_id: str
    item_name: str
    price: Decimal
    quantity: int = 1

    @property
    def amount(self):
        return self.price * self.quantity


@dataclass(frozen=True)
class Order:
    order_id: str
    customer: str
    at: datetime  # local time of Shanghai
    lines: tuple[Line, ...] = field(default_factory=tuple)
    status: str = "paid"
    refunded: Decimal = Decimal(0)

    @property
    def total(self):
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def is_paid(self):
        return self.status not in {"pending", "voided"}


SQL = Line("007", "SQL 入门", Decimal("1299.00"))
ART = Line("0042", "Art, a history", Decimal("99.00"))
YOGA = Line("0108", 'Yoga "slow"', Decimal("49.50"))
BOOK = Line("1", "Workbook", Decimal("19.90"), quantity=3)
REFUNDED, PARTLY = "refunded", "partially_refunded"
VIP = Line("900", "VIP course", Decimal("12345.60"))

ORDERS = (
    Order("000101", "ann@example.com", datetime(2024, 1, 5, 10, 0), (SQL, BOOK)),
    Order("000102", "0007", datetime(2024, 1, 6, 23, 50), (ART,)),
    Order("000103", "0007", datetime(2024, 1, 7, 0, 10), (YOGA,)),
    Order("000104", "bo@example.com", datetime(2024, 1, 31, 23, 50), (VIP,)),
    Order("000105", "ann@example.com", datetime(2024, 2, 10, 8, 30), (ART, ART)),
    Order("000106", "chen@example.com", datetime(2024, 2, 11, 9, 0), (SQL,), REFUNDED, SQL.amount),
    Order("000107", "chen@example.com", datetime(2024, 2, 12, 9), (ART, YOGA), PARTLY, YOGA.amount),
    Order("000108", "dee@example.com", datetime(2024, 2, 13, 9, 0), (ART,), "voided"),
    Order("000109", "dee@example.com", datetime(2024, 2, 14, 9, 0), (BOOK,), "pending"),
    Order("000110", "dee@example.com", datetime(2024, 3, 1, 12, 0), (YOGA, BOOK, ART)),
    Order("900719925474099312", "bo@example.com", datetime(2024, 3, 31, 23, 59, 59), (BOOK,)),
    Order("000112", "0007", datetime(2024, 4, 1, 0, 0), (SQL, YOGA)),
)  # fmt: skip


def _comma(amount):
    return f"{amount:,.2f}"


def write_generic(path):
    """English headers, one row per line, naive local times, thousands separators, line amounts."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            ["order_id", "customer_id", "ordered_at", "item_id", "item_name", "quantity",
             "amount", "refunded_amount", "currency", "status"]
        )  # fmt: skip
        for order in ORDERS:
            rest = order.refunded
            for line in order.lines:
                refund = min(rest, line.amount)
                rest -= refund
                writer.writerow(
                    [order.order_id, order.customer, order.at.strftime("%Y-%m-%d %H:%M:%S"),
                     line.item_id, line.item_name, line.quantity, _comma(line.amount),
                     _comma(refund) if refund else "", "CNY", order.status]
                )  # fmt: skip
    return path


SHOPIFY_HEADER = [
    "Name",
    "Email",
    "Financial Status",
    "Paid at",
    "Fulfillment Status",
    "Accepts Marketing",
    "Currency",
    "Subtotal",
    "Shipping",
    "Taxes",
    "Total",
    "Discount Code",
    "Discount Amount",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Lineitem sku",
    "Lineitem discount",
    "Billing Name",
    "Cancelled at",
    "Refunded Amount",
    "Vendor",
    "Id",
    "Phone",
    "Source",
]


def write_shopify(path):
    """Order fields on the first line only, times with an offset of another zone, BOM."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, SHOPIFY_HEADER)
        writer.writeheader()
        for number, order in enumerate(ORDERS):
            at = (
                order.at.replace(tzinfo=SHANGHAI)
                .astimezone(EASTERN)
                .strftime("%Y-%m-%d %H:%M:%S %z")
            )
            head = {
                "Email": order.customer, "Financial Status": order.status, "Currency": "CNY",
                "Paid at": at if order.is_paid else "", "Subtotal": order.total, "Shipping": "0.00",
                "Taxes": "0.00", "Total": order.total, "Discount Amount": "0.00",
                "Billing Name": "Somebody", "Refunded Amount": order.refunded,
                "Id": 5_000_000_000_000 + number, "Source": "web",
            }  # fmt: skip
            for index, line in enumerate(order.lines):
                writer.writerow(
                    (head if index == 0 else {})
                    | {
                        "Name": order.order_id, "Created at": at,
                        "Lineitem quantity": line.quantity,
                        "Lineitem name": line.item_name, "Lineitem price": line.price,
                        "Lineitem sku": line.item_id, "Lineitem discount": "0.00",
                        "Vendor": "School",
                    }
                )  # fmt: skip
    return path


_TAOBAO_STATUS = {
    "paid": "交易成功",
    "refunded": "交易关闭",
    "partially_refunded": "交易成功",
    "voided": "交易关闭",
    "pending": "等待买家付款",
}


def write_taobao(path):
    """One row per order, GBK, prose above, totals below, guards of Excel, naive local times."""
    rows = [
        [
            f'="{order.order_id}"', order.customer, _comma(order.total),
            _comma(order.total) if order.is_paid else "0.00", _TAOBAO_STATUS[order.status],
            order.at.strftime("%Y-%m-%d %H:%M:%S"),
            order.at.strftime("%Y-%m-%d %H:%M:%S") if order.is_paid else "",
            "，".join(line.item_name for line in order.lines),
            sum(line.quantity for line in order.lines), _comma(order.refunded),
        ]
        for order in ORDERS
    ]  # fmt: skip
    with path.open("w", encoding="gbk", newline="") as stream:
        stream.write("店铺订单报表\r\n导出时间：2024-04-02 09:00:00\r\n\r\n")
        writer = csv.writer(stream)
        writer.writerow(
            ["订单编号", "买家会员名", "总金额", "买家实际支付金额", "订单状态", "订单创建时间",
             "订单付款时间", "宝贝标题", "宝贝总数量", "退款金额"]
        )  # fmt: skip
        writer.writerows(rows)
        writer.writerow(["合计", "", _comma(sum(order.total for order in ORDERS)), *[""] * 7])
    return path


def write_same_sales(folder):
    """Write the three files into a folder and return their paths by name."""
    folder = Path(folder)
    return {
        "generic": write_generic(folder / "sales.csv"),
        "shopify": write_shopify(folder / "orders_export.csv"),
        "taobao": write_taobao(folder / "ExportOrderList.csv"),
    }
