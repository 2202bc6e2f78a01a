"""Refunds on the day of their order, or on their own: a switch, and what it never changes."""

import pytest

import analytics
from analytics.settings import ImportSettings

HEADER = "order_id,customer_id,ordered_at,item_id,amount,currency,status\n"
SALES = (
    "o1,ann,2024-01-05 10:00,i1,50.00,EUR,paid\n"
    "o2,ann,2024-02-05 10:00,i2,40.00,EUR,paid\n"
    "o3,bo,2024-01-20 10:00,i1,30.00,EUR,paid\n"
    "o4,cy,2024-04-30 10:00,i1,10.00,EUR,paid\n"
)
PARTLY = "o2,ann,2024-03-09 10:00,i2,-15.00,EUR,refunded\n"
WHOLLY = "o3,bo,2024-02-29 23:30,i1,-30.00,EUR,refunded\n"
MONEY = ["first_revenue", "repeat_revenue", "other_revenue"]


def asked(tmp_path, rows, refunds, zone="UTC"):
    file = tmp_path / "orders.csv"
    file.write_text(HEADER + SALES + rows, "utf-8")
    shop = analytics.open_workspace(tmp_path / "shop", create=True)
    shop.import_file(file, settings=ImportSettings(timezone=zone, currency="EUR"))
    return analytics.run_report(shop, "repeat-revenue", refunds=refunds)


def months(result):
    return {f"{row.period:%m}": (row.first_revenue, row.repeat_revenue, row.other_revenue)
            for row in result.table.itertuples()}  # fmt: skip


def test_on_the_day_of_the_order_a_refund_changes_what_the_sale_was_worth(tmp_path):
    assert months(asked(tmp_path, PARTLY + WHOLLY, "order")) == {
        "01": (50, 0, 0), "02": (0, 25, 0), "03": (0, 0, 0), "04": (10, 0, 0),
    }  # fmt: skip


def test_on_its_own_day_a_refund_leaves_the_month_of_the_sale_alone(tmp_path):
    """Of o3 nothing is left: it is no purchase, its money came in January and left in February."""
    result = asked(tmp_path, PARTLY + WHOLLY, "refund")
    assert months(result) == {
        "01": (50, 0, 30), "02": (0, 40, -30), "03": (0, -15, 0), "04": (10, 0, 0),
    }  # fmt: skip
    # more went back than came in: 40 of repeat purchases in a month that kept 10 is no share
    assert result.table["rate"].isna().tolist() == [False, True, True, False]
    assert result.notes == []


@pytest.mark.parametrize("rows", ["", PARTLY, WHOLLY, PARTLY + WHOLLY])
def test_the_sum_of_all_months_is_the_same(tmp_path, rows):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    sums = [
        asked(tmp_path / folder, rows, refunds).table[MONEY].to_numpy().sum()
        for folder, refunds in (("a", "order"), ("b", "refund"))
    ]
    assert sums[0] == sums[1]


def test_a_refund_near_midnight_falls_on_the_local_day(tmp_path):
    """23:30 in Shanghai on the last of February, written in local time."""
    result = asked(tmp_path, WHOLLY, "refund", zone="Asia/Shanghai")
    assert months(result)["02"] == (0, 40, -30)


def test_refunds_that_no_row_dates_stay_and_are_told(tmp_path):
    sold = "o5,dee,2024-03-20 10:00,i1,30.00,EUR,refunded\n"
    result = asked(tmp_path, PARTLY + sold, "refund")
    assert months(result)["03"] == (0, -15, 0)
    assert [(note.key, note.values["orders"]) for note in result.notes] == [("undated_refunds", 1)]


def test_past_months_never_change_by_a_later_refund(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    before, after = (
        months(asked(tmp_path / name, rows, "refund")) for name, rows in (("a", ""), ("b", PARTLY))
    )
    assert [before[month] for month in ("01", "02")] == [after[month] for month in ("01", "02")]
    assert before["03"] != after["03"]
