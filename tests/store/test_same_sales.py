"""The same sales in three shapes give the same shop: orders, money, rates and triangle."""

import pytest

from analytics import open_workspace, run_report
from analytics.settings import ImportSettings
from tests.intake.same_sales import write_same_sales

GIVEN = ImportSettings(timezone="Asia/Shanghai", currency="CNY")
HEADLINE = ("orders", "valid_orders", "customers", "revenue", "refunded", "first_at", "last_at")


@pytest.fixture(scope="module")
def shops(tmp_path_factory):
    folder = tmp_path_factory.mktemp("same")
    found = {}
    for shape, path in write_same_sales(folder).items():
        shop = open_workspace(folder / shape, create=True)
        found[shape] = shop, shop.import_file(path, settings=GIVEN)
    return found


@pytest.mark.parametrize("shape", ["shopify", "taobao"])
def test_the_headline_is_the_same(shops, shape):
    told = [{name: getattr(shops[one][1], name) for name in HEADLINE} for one in (shape, "generic")]
    assert told[0] == told[1]
    assert told[0]["valid_orders"] > 0


@pytest.mark.parametrize("shape", ["shopify", "taobao"])
@pytest.mark.parametrize(
    ("report", "options"),
    [
        ("repurchase-rate", {"horizons": (30, 60, 90, 180, 365)}),
        ("retention", {}),
        ("retention", {"window": "elapsed"}),
        ("repurchase-curve", {}),
        ("order-ladder", {"horizon": 5}),
        ("lifecycle", {}),
    ],
)
def test_the_reports_are_the_same(shops, shape, report, options):
    first, second = (run_report(shops[one][0], report, **options) for one in (shape, "generic"))
    assert len(first.table) > 0
    assert first.table.equals(second.table)
