"""The same sales in three shapes are the same orders (trap 4 of the definitions)."""

from datetime import datetime
from decimal import Decimal

import pytest

from tests.intake.files import stage_file
from tests.intake.same_sales import ORDERS, write_same_sales

_ORDERS = """
SELECT order_id, min(customer_id), count(DISTINCT customer_id), min(ordered_at), max(ordered_at),
    coalesce(max(order_total), sum(amount)), sum(amount),
    coalesce(max(order_refunded), sum(refunded_amount), 0), min(currency), min(kind),
    bool_and(status IN ('sale', 'partially_refunded')) AS is_sale, bool_or(is_weak)
FROM staged GROUP BY order_id ORDER BY order_id
"""


@pytest.fixture(params=["generic", "shopify", "taobao"])
def shape(request, tmp_path):
    paths = write_same_sales(tmp_path)
    return stage_file(paths[request.param], tmp_path, timezone="Asia/Shanghai")


def test_orders_are_those_that_were_sold(shape):
    expected = [
        (
            order.order_id,
            order.customer,
            1,
            *[datetime.fromisoformat(f"{order.at:%Y-%m-%d %H:%M:%S}+08:00").utctimetuple()[:6]] * 2,
            order.total,
            order.total,
            order.refunded,
            "CNY",
            "one-off",
            order.status in {"paid", "partially_refunded"},
            False,
        )
        for order in sorted(ORDERS, key=lambda order: order.order_id)
    ]
    found = [
        (*row[:3], row[3].timetuple()[:6], row[4].timetuple()[:6], *row[5:])
        for row in shape.con.execute(_ORDERS).fetchall()
    ]
    assert found == expected


def test_platform_and_table_are_recognised(shape):
    assert shape.understanding.table == "order_lines"
    assert shape.staged.rejected == {}
    assert shape.understanding.platform in {"generic", "shopify_orders", "taobao_orders"}


def test_statuses_survive(tmp_path):
    for name, path in write_same_sales(tmp_path).items():
        result = stage_file(path, tmp_path, timezone="Asia/Shanghai")
        found = dict(
            result.con.execute("SELECT order_id, min(status) FROM staged GROUP BY 1").fetchall()
        )
        assert found["000106"] == "refunded", name
        assert found["000108"] == "cancelled", name
        assert found["000109"] == "pending", name


def test_lines_of_the_line_files_agree(tmp_path):
    paths = write_same_sales(tmp_path)
    query = "SELECT order_id, item_id, quantity, amount FROM staged ORDER BY ALL"
    lines = [
        stage_file(paths[name], tmp_path, timezone="Asia/Shanghai").con.execute(query).fetchall()
        for name in ("generic", "shopify")
    ]
    assert lines[0] == lines[1]
    assert sum(line[3] for line in lines[0]) == sum((order.total for order in ORDERS), Decimal(0))
