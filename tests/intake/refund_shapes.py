"""The same shop, its refunds written in the seven shapes that exports have.

Whatever reads them must come to the same orders, customers and money. `write_refund_shapes(folder)`
returns the paths by shape.
"""

import csv
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True)
class Sale:
    order_id: str
    customer: str
    at: datetime
    amount: Decimal
    back: Decimal = Decimal(0)

    @property
    def refund_at(self):
        return self.at + timedelta(days=9, hours=3)

    @property
    def status(self):
        if not self.back:
            return "sale"
        return "refunded" if self.back >= self.amount else "partially_refunded"


SALES = tuple(
    Sale(
        f"0{1000 + n}", customer, datetime(2024, month, day, 10, n), Decimal(amount), Decimal(back)
    )
    for n, (customer, month, day, amount, back) in enumerate(
        [
            ("ann", 1, 5, "120.00", "0"),
            ("bo", 1, 6, "80.00", "80.00"),
            ("ann", 1, 20, "44.00", "44.00"),
            ("chen", 1, 21, "1299.00", "200.50"),
            ("ann", 2, 10, "60.00", "0"),
            ("bo", 2, 11, "35.50", "0"),
            ("dee", 2, 12, "19.90", "0"),
            ("chen", 2, 25, "99.00", "9.00"),
            ("dee", 3, 1, "75.00", "75.00"),
            ("eve", 3, 2, "50.00", "0"),
            ("bo", 3, 20, "131.77", "89.84"),
            ("eve", 6, 30, "10.00", "0"),
        ]
    )
)


def _time(at):
    return at.strftime("%Y-%m-%d %H:%M:%S")


def _write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def _rows_of_their_own(sale_row, refund_row):
    """Every sale, and the refunds when they happened, in the order of time."""
    timed = [(sale.at, sale_row(sale)) for sale in SALES]
    timed += [(sale.refund_at, refund_row(sale)) for sale in SALES if sale.back]
    return [row for _, row in sorted(timed, key=lambda pair: pair[0])]


def write_column(path):
    """A column of its own."""
    header = ["order_id", "customer_id", "ordered_at", "item_id", "amount", "refunded_amount"]
    rows = [
        [sale.order_id, sale.customer, _time(sale.at), "i1", sale.amount, sale.back or ""]
        for sale in SALES
    ]
    return _write(path, header, rows)


def write_negative_row(path):
    """A second row with the same order id, below zero."""
    header = ["order_id", "customer_id", "ordered_at", "item_id", "amount"]
    rows = _rows_of_their_own(
        lambda sale: [sale.order_id, sale.customer, _time(sale.at), "i1", sale.amount],
        lambda sale: [sale.order_id, sale.customer, _time(sale.refund_at), "i1", -sale.back],
    )
    return _write(path, header, rows)


def write_positive_row(path):
    """A second row with the same order id, marked a refund, above zero."""
    header = ["order_id", "customer_id", "ordered_at", "item_id", "amount", "Financial Status"]
    rows = _rows_of_their_own(
        lambda sale: [sale.order_id, sale.customer, _time(sale.at), "i1", sale.amount, "Charged"],
        lambda sale: [
            sale.order_id, sale.customer, _time(sale.refund_at), "i1", sale.back, "Refund",
        ],
    )  # fmt: skip
    return _write(path, header, rows)


def write_negative_units(path):
    """A second row with the same order id, units below zero, the price above it."""
    header = ["order_id", "customer_id", "ordered_at", "item_id", "quantity", "price"]
    rows = _rows_of_their_own(
        lambda sale: [sale.order_id, sale.customer, _time(sale.at), "i1", 1, sale.amount],
        lambda sale: [sale.order_id, sale.customer, _time(sale.refund_at), "i1", -1, sale.back],
    )
    return _write(path, header, rows)


def write_both_refunded(path):
    """Both rows marked refunded, the second guarded by an apostrophe."""
    header = ["order_id", "customer_id", "ordered_at", "item_id", "amount", "status"]
    rows = _rows_of_their_own(
        lambda sale: [
            sale.order_id, sale.customer, _time(sale.at), "i1", sale.amount,
            "refunded" if sale.back else "completed",
        ],
        lambda sale: [
            sale.order_id, sale.customer, _time(sale.refund_at), "i1", f"'-{sale.back}", "refunded",
        ],
    )  # fmt: skip
    return _write(path, header, rows)


def write_noted(path):
    """A note in brackets behind the amount."""
    header = ["订单编号", "客户ID", "下单时间", "商品ID", "金额"]
    rows = [
        [
            sale.order_id, sale.customer, _time(sale.at), "i1",
            f"{sale.amount}(已退款{sale.back})" if sale.back else sale.amount,
        ]
        for sale in SALES
    ]  # fmt: skip
    return _write(path, header, rows)


def write_flag(path):
    """A flag alone for the whole amount, and a column for a part of it."""
    header = ["order_id", "customer_id", "ordered_at", "item_id", "amount", "Refunded?",
              "Partial Refund"]  # fmt: skip
    rows = [
        [
            sale.order_id, sale.customer, _time(sale.at), "i1", sale.amount,
            "yes" if sale.status == "refunded" else "no",
            sale.back if sale.status == "partially_refunded" else "",
        ]
        for sale in SALES
    ]  # fmt: skip
    return _write(path, header, rows)


WRITERS = {
    "column": write_column,
    "negative_row": write_negative_row,
    "positive_row": write_positive_row,
    "negative_units": write_negative_units,
    "both_refunded": write_both_refunded,
    "noted": write_noted,
    "flag": write_flag,
}


def write_refund_shapes(folder):
    """Write the seven files into a folder and return their paths by shape."""
    return {shape: write(Path(folder) / f"{shape}.csv") for shape, write in WRITERS.items()}
