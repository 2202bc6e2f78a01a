"""Rows that a file holds twice: told and kept, dropped only where a line id proves it."""

from pathlib import Path

from analytics.store import duplicates, engines
from tests.store.files import csv, orders, shop

LINES = "order_id,customer_id,item_id,amount,ordered_at"


def test_equal_rows_are_kept_and_told_with_their_lines(tmp_path):
    row = "1,a,x,10,2024-05-01 10:00"
    path = csv(tmp_path, "o.csv", LINES, row, "2,b,x,5,2024-05-02 10:00", row, row)
    opened = shop(tmp_path, path)
    assert orders(opened) == [("1", 30.0, "sale"), ("2", 5.0, "sale")]
    (note,) = [note for note in opened.reports()[0]["warning_notes"] if note["key"] == "duplicates"]
    assert note["values"] == {"n": 2, "line": 2, "other_line": 5}


def test_rows_that_differ_anywhere_are_no_duplicates(tmp_path):
    path = csv(tmp_path, "o.csv", LINES, "1,a,x,10,2024-05-01 10:00", "1,a,y,10,2024-05-01 10:00")
    assert "duplicates" not in [
        note["key"] for note in shop(tmp_path, path).reports()[0]["warning_notes"]
    ]


def test_a_line_id_proves_that_a_row_was_written_twice(tmp_path):
    header = f"order item id,{LINES}"
    path = csv(
        tmp_path,
        "o.csv",
        header,
        "901,1,a,x,10,2024-05-01 10:00",
        "902,1,a,x,10,2024-05-01 10:00",
        "901,1,a,x,10,2024-05-01 10:00",
        "902,1,a,x,-4,2024-05-03 10:00",
    )
    opened = shop(tmp_path, path)
    report = opened.reports()[0]
    assert (report["rows_read"], report["rows_loaded"]) == (4, 3)
    assert report["rejected"] == {"duplicate_line": 1}
    assert orders(opened) == [("1", 16.0, "partially_refunded")]
    told = Path(report["rejects_file"]).read_text("utf-8-sig")
    assert "o.csv, line 4: an earlier row with the line id 901" in told


def test_large_files_are_estimated_and_say_so(monkeypatch):
    monkeypatch.setattr(duplicates, "_COUNTED_WHOLE", 100)
    with engines.connect() as con:
        con.execute(
            "CREATE TABLE staged AS SELECT 'c' || (range % 40000) AS customer_id, "
            "TIMESTAMP '2024-01-01' AS ordered_at, range + 2 AS source_row, "
            "* EXCLUDE (range) FROM range(44000), (SELECT NULL AS is_weak, NULL AS order_id, "
            "NULL AS item_id, NULL AS item_name, NULL AS category, NULL AS content_type, "
            "1 AS quantity, 1 AS amount, NULL AS order_total, NULL AS refunded_amount, "
            "NULL AS order_refunded, NULL AS currency, NULL AS status, NULL AS kind, "
            "NULL AS channel, NULL AS coupon)"
        )
        (note,) = duplicates.notes(con, "order_lines")
    assert note.key == "duplicates_about"
    assert 3_000 < note.values["n"] < 5_000
