"""Refunds in all shapes that exports have give the same orders, money and rates."""

from decimal import Decimal

import pytest

from analytics import open_workspace, run_report
from analytics.settings import ImportSettings
from tests.intake.refund_shapes import SALES, WRITERS, write_refund_shapes

GIVEN = ImportSettings(timezone="UTC", currency="CNY")
ORDERS = ["order_id", "customer_id", "ordered_at", "gross", "refunded", "amount", "status",
          "n_lines", "is_purchase"]  # fmt: skip
OTHERS = [shape for shape in WRITERS if shape != "column"]


@pytest.fixture(scope="module")
def shops(tmp_path_factory):
    folder = tmp_path_factory.mktemp("refunds")
    found = {}
    for shape, path in write_refund_shapes(folder).items():
        shop = open_workspace(folder / shape, create=True)
        found[shape] = shop, shop.import_file(path, settings=GIVEN)
    return found


@pytest.mark.parametrize("shape", list(WRITERS))
def test_the_orders_are_those_that_were_sold(shops, shape):
    orders = shops[shape][0].table("orders").select(ORDERS).to_pandas()
    found = sorted(orders.itertuples(index=False, name=None))
    assert found == [
        (
            sale.order_id, sale.customer, sale.at, sale.amount, sale.back, sale.amount - sale.back,
            sale.status, 1, sale.status != "refunded",
        )
        for sale in SALES
    ]  # fmt: skip


@pytest.mark.parametrize("shape", list(WRITERS))
def test_revenue_and_refunds_are_those_of_the_shop(shops, shape):
    report = shops[shape][1]
    kept = sum((sale.amount - sale.back for sale in SALES if sale.status != "refunded"), Decimal(0))
    assert report.revenue == {"CNY": float(kept)}
    assert report.refunded == {"CNY": float(sum(sale.back for sale in SALES))}
    assert (report.orders, report.valid_orders) == (12, 9)


@pytest.mark.parametrize("shape", OTHERS)
@pytest.mark.parametrize(
    ("report", "options"),
    [
        ("repurchase-rate", {"horizons": (10, 30, 90)}),
        ("retention", {}),
        ("order-ladder", {"horizon": 60}),
    ],
)
def test_the_rates_are_the_same(shops, shape, report, options):
    first, second = (run_report(shops[one][0], report, **options) for one in (shape, "column"))
    assert len(first.table) > 0
    assert first.table.equals(second.table)
