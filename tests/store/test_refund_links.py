"""Refunds with ids of their own: put to the one sale that they can mean, else told."""

from itertools import permutations

import pytest

from analytics import open_workspace
from analytics.settings import ImportSettings

HEAD = "order_id,type,customer_id,ordered_at,item_name,amount\n"
SALES = (
    "K1,Sale,ann,2024-01-05 10:00:00,Lab,497.00\n"
    "K2,Sale,bo,2024-01-16 11:00:00,Lab,497.00\n"
    "K4,Sale,ann,2024-02-05 12:00:00,Files,47.00\n"
)
REFUND = "K3,Refund,bo,2024-01-20 09:00:00,Lab,-497.00\n"


@pytest.fixture
def shop_of(tmp_path):
    def run(*texts):
        shop = open_workspace(tmp_path / f"shop{len(list(tmp_path.iterdir()))}", create=True)
        reports = []
        for number, text in enumerate(texts):
            path = tmp_path / f"{number}.csv"
            path.write_text(HEAD + text, encoding="utf-8")
            settings = ImportSettings(timezone="UTC", currency="EUR")
            reports.append(shop.import_file(path, settings=settings))
        return shop, reports

    return run


def told(report):
    notes = {one["key"]: one["values"] for one in report.warning_notes}
    return {key: notes[key] for key in ("linked_refunds", "loose_refunds") if key in notes}


def orders(shop):
    rows = shop.table("orders").select("order_id", "status").to_pandas()
    return dict(rows.sort_values("order_id").itertuples(index=False, name=None))


def test_a_refund_with_an_id_of_its_own_goes_to_the_only_sale_it_can_mean(shop_of):
    shop, (report,) = shop_of(SALES + REFUND)
    assert orders(shop) == {"K1": "sale", "K2": "refunded", "K4": "sale"}
    assert told(report) == {"linked_refunds": {"n": 1, "amount": "497.00 EUR"}}
    assert (report.orders, report.valid_orders, report.revenue) == (3, 2, {"EUR": 544.0})
    assert "--map refund_of=COLUMN" in " ".join(report.warnings)


def test_the_order_of_files_plays_no_part(shop_of):
    for texts in permutations([SALES, REFUND]):
        assert orders(shop_of(*texts)[0]) == {"K1": "sale", "K2": "refunded", "K4": "sale"}


@pytest.mark.parametrize(
    ("more", "amount"),
    [
        ("K0,Sale,bo,2024-01-02 11:00:00,Lab,497.00\n" + REFUND, "497.00 EUR"),
        (REFUND + REFUND.replace("K3", "K5"), "994.00 EUR"),
        (REFUND.replace("2024-01-20", "2024-01-10"), "497.00 EUR"),
        (REFUND.replace("Lab", "Files"), "497.00 EUR"),
        (REFUND.replace("-497", "-400"), "400.00 EUR"),
        (REFUND.replace("bo", "chen"), "497.00 EUR"),
    ],
    ids=["two sales", "two refunds", "later sale", "other item", "part of it", "other customer"],
)
def test_what_is_not_clear_is_told_and_the_sale_stands(shop_of, more, amount):
    shop, (report,) = shop_of(SALES + more)
    assert orders(shop)["K2"] == "sale"
    assert [values["amount"] for values in told(report).values()] == [amount]
    assert list(told(report)) == ["loose_refunds"]


def test_a_refund_of_the_order_itself_is_not_told(shop_of):
    shop, (report,) = shop_of(SALES + REFUND.replace("K3", "K2"))
    assert orders(shop)["K2"] == "refunded"
    assert not told(report)


def test_a_refund_of_one_item_leaves_the_rest_of_the_order(shop_of):
    two = "K6,Sale,dee,2024-01-01,Lab,30.00\nK6,Sale,dee,2024-01-01,Files,20.00\n"
    back = "K7,Refund,dee,2024-01-09,Files,-20.00\n"
    shop, _ = shop_of(SALES + two + back)
    assert orders(shop)["K6"] == "partially_refunded"
