"""Refund rows that come without their sale, before it, again, or larger than it."""

import pytest

from analytics import open_workspace
from analytics.settings import ImportSettings

HEAD = "order_id,customer_id,ordered_at,item_id,amount\n"
JANUARY = HEAD + (
    "1,ann,2024-01-05 10:00:00,i1,100\n"
    "2,ann,2024-01-20 10:00:00,i1,60\n"
    "3,bo,2024-01-21 10:00:00,i1,40\n"
)
FEBRUARY = HEAD + (
    "1,ann,2024-02-03 09:00:00,i1,-30\n"
    "3,bo,2024-02-04 09:00:00,i1,-40\n"
    "4,bo,2024-02-28 10:00:00,i1,25\n"
)
EXPECTED = [
    ("1", "2024-01-05", 100, 30, "partially_refunded", 1),
    ("2", "2024-01-20", 60, 0, "sale", 1),
    ("3", "2024-01-21", 40, 40, "refunded", 1),
    ("4", "2024-02-28", 25, 0, "sale", 1),
]


@pytest.fixture
def orders_of(tmp_path):
    def run(*texts):
        shop = open_workspace(tmp_path / "shop", create=True)
        for number, text in enumerate(texts):
            path = tmp_path / f"{number}-{len(text)}.csv"
            path.write_text(text, encoding="utf-8")
            shop.import_file(path, settings=ImportSettings(timezone="UTC", currency="EUR"))
        columns = ["order_id", "day", "gross", "refunded", "status", "n_lines"]
        orders = shop.table("orders").select(columns).to_pandas().sort_values("order_id")
        orders["day"] = orders["day"].astype(str)
        return list(orders.itertuples(index=False, name=None))

    return run


@pytest.mark.parametrize(
    "files",
    [
        (JANUARY, FEBRUARY),
        (FEBRUARY, JANUARY),
        (JANUARY, FEBRUARY, FEBRUARY),
        (JANUARY, FEBRUARY, JANUARY),
        (JANUARY + FEBRUARY.removeprefix(HEAD),),
        (JANUARY, FEBRUARY, JANUARY + FEBRUARY.removeprefix(HEAD)),
    ],
    ids=["in turn", "refunds first", "refunds twice", "sales again", "one file", "all again"],
)
def test_refunds_of_the_next_export_reach_their_orders(orders_of, files):
    assert orders_of(*files) == EXPECTED


def test_a_refund_whose_sale_never_came_is_no_purchase(orders_of):
    assert orders_of(FEBRUARY)[0] == ("1", "2024-02-03", 0, 30, "refunded", 1)


def test_a_refund_larger_than_what_was_paid(orders_of):
    found = orders_of(HEAD + "1,ann,2024-01-05,i1,100\n1,ann,2024-02-05,i1,-120\n")
    assert found == [("1", "2024-01-05", 100, 120, "refunded", 1)]


def test_a_refund_in_a_column_and_in_a_row_of_its_own_counts_once(orders_of):
    found = orders_of(
        HEAD.replace("amount", "amount,refunded_amount")
        + "1,ann,2024-01-05,i1,100,30\n1,ann,2024-02-05,i1,-30,\n"
    )
    assert found == [("1", "2024-01-05", 100, 30, "partially_refunded", 1)]


def test_several_refunds_of_one_order_add_up(orders_of):
    rows = "1,ann,2024-01-05,i1,100\n1,ann,2024-02-05,i1,-30\n1,ann,2024-03-05,i1,-70\n"
    assert orders_of(HEAD + rows) == [("1", "2024-01-05", 100, 100, "refunded", 1)]


def test_a_refund_that_failed_or_waits_is_none(orders_of):
    found = orders_of(
        HEAD.replace("amount", "amount,status")
        + "1,ann,2024-01-05,i1,100,paid\n1,ann,2024-02-05,i1,-100,pending\n"
    )
    assert found == [("1", "2024-01-05", 100, 0, "sale", 1)]


def test_repeated_totals_count_once_beside_a_refund_row(orders_of):
    rows = "".join(
        f"{order},ann,2024-01-0{order} 10:00:00,i{line},{order * 10}\n"
        for order in range(1, 7)
        for line in range(2)
    )
    found = orders_of(HEAD + rows + "1,ann,2024-02-01 10:00:00,i0,-4\n")
    assert found[0] == ("1", "2024-01-01", 10, 4, "partially_refunded", 2)
    assert [order[2] for order in found] == [10, 20, 30, 40, 50, 60]
