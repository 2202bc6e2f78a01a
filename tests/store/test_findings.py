"""What an import says of the whole workspace: where the data begin, where they end."""

from datetime import date, timedelta

import pytest

from tests.store.files import csv, shop

HEADER = "order_id,customer_id,amount,ordered_at"


def notes(folder, *rows):
    opened = shop(folder, csv(folder, "orders.csv", HEADER, *rows))
    return {note["key"]: note["values"] for note in opened.reports()[0]["warning_notes"]}


@pytest.mark.parametrize(
    ("last", "is_open"), [("2024-02-28", True), ("2024-02-29", False), ("2024-12-31", False)]
)
def test_a_month_that_is_not_over_is_told(tmp_path, last, is_open):
    told = notes(tmp_path, "1,a,10,2024-01-03 10:00", f"2,b,10,{last} 10:00")
    assert ("open_month" in told) is is_open
    if is_open:
        assert told["open_month"] == {"day": last, "month": "2024-02"}


def test_a_file_that_begins_mid_history_is_told(tmp_path):
    first = date(2024, 1, 1)
    crowd = [f"c{n},old{n},10,{first + timedelta(days=n % 31)} 10:00" for n in range(120)]
    steady = [f"s{n},new{n},10,{first + timedelta(days=31 + n * 4)} 10:00" for n in range(45)]
    assert notes(tmp_path, *crowd, *steady)["left_truncated"] == {"day": "2024-01-31"}


def test_a_steady_file_is_not(tmp_path):
    first = date(2024, 1, 1)
    steady = [f"s{n},new{n},10,{first + timedelta(days=n * 4)} 10:00" for n in range(60)]
    assert "left_truncated" not in notes(tmp_path, *steady)
