"""Workbooks: the right sheet, cells as text, rows by their number in the sheet."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import openpyxl
import pytest

from analytics.errors import UnknownNameError, UnreadableFileError
from analytics.intake.workbooks import cell_text

HEADER = ["订单号", "下单时间", "金额", "用户ID", "商品名称"]


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def book_of(*rows, title="订单"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return book


ROWS = (
    HEADER,
    ["00017850", datetime(2024, 1, 5, 10, 0), 99.5, 17850.0, "心理学\n入门"],
    ["2", date(2024, 1, 6), "¥1,099.00", 17851, True],
)


@pytest.mark.parametrize("name", ["orders.xlsx", "orders.csv"])
def test_cells_become_text_and_rows_keep_their_number(stage, name):
    result = stage(saved(book_of(["订单明细"], [], *ROWS, ["合计", None, 1198.5])), name=name)
    found = result.understanding
    assert (found.header_line, found.sheets, found.encoding, found.delimiter) == (
        3, ("订单",), None, None,
    )  # fmt: skip
    assert result.rows("source_row", "order_id", "customer_id", "amount", "item_name") == [
        (4, "00017850", "17850", Decimal("99.5"), "心理学\n入门"),
        (5, "2", "17851", Decimal(1099), "true"),
    ]
    assert result.rows("ordered_at") == [datetime(2024, 1, 5, 10), datetime(2024, 1, 6)]
    assert result.staged.lines == 6
    assert result.staged.aside["above"] == 3


def test_the_sheet_with_the_table_is_taken_and_the_others_are_named(stage):
    book = book_of(["This export holds your orders"], ["Date", "of export"], title="Read me")
    for row in ROWS:
        (book["订单"] if "订单" in book.sheetnames else book.create_sheet("订单")).append(row)
    book.create_sheet("empty")
    result = stage(saved(book), name="orders.xlsx")
    assert result.understanding.source.sheet == "订单"
    assert result.understanding.sheets == ("Read me", "订单", "empty")
    assert result.notes()["sheets"].values["others"] == "Read me, empty"
    assert result.staged.rows_loaded == 2


def test_a_chosen_sheet_is_taken(stage):
    book = book_of(*ROWS, title="January")
    second = book.create_sheet("February")
    for row in ROWS[:2]:
        second.append(row)
    assert stage(saved(book), name="a.xlsx").staged.rows_loaded == 2
    result = stage(saved(book), name="a.xlsx", sheet="February")
    assert (result.staged.rows_loaded, result.understanding.source.sheet) == (1, "February")
    with pytest.raises(UnknownNameError, match="January, February"):
        stage(saved(book), name="a.xlsx", sheet="March")


def test_a_hidden_sheet_comes_last(stage):
    book = book_of(*ROWS, *ROWS[1:], title="old")
    book.active.sheet_state = "hidden"
    visible = book.create_sheet("new")
    for row in ROWS:
        visible.append(row)
    book.active = 1
    assert stage(saved(book), name="a.xlsx").understanding.source.sheet == "new"


def test_cells_merged_over_the_lines_of_an_order_hold_for_all_of_them(stage):
    rows = (HEADER, ["A1", date(2024, 1, 5), 10, "u1", "x"], [None, None, 5, None, "y"])
    book = book_of(*rows)
    for column in "ABD":
        book.active.merge_cells(f"{column}2:{column}3")
    result = stage(saved(book), name="a.xlsx")
    assert result.rows("order_id", "customer_id", "item_name") == [
        ("A1", "u1", "x"), ("A1", "u1", "y"),
    ]  # fmt: skip


def test_a_merged_group_above_the_names(stage):
    book = book_of(["Order", None, None, "Customer", None], ["ID", "Date", "Amount", "ID", "Name"])
    book.active.append(["1", date(2024, 1, 5), 10, "u1", "Ann"])
    result = stage(saved(book), name="a.xlsx")
    names = [column.name for column in result.understanding.columns]
    assert names == ["Order ID", "Date", "Amount", "Customer ID", "Name"]
    assert result.row("order_id", "customer_id") == ("1", "u1")


def test_errors_are_nothing(stage):
    book = book_of(*ROWS, ["3", date(2024, 1, 7), 50.0, 17852, "course"])
    book.active["E2"], book.active["E2"].data_type = "#N/A", "e"
    assert stage(saved(book), name="a.xlsx").rows("item_name") == [None, "true", "course"]


def open_document(*rows):
    """Bytes of an ods file with these rows of texts and numbers."""
    names = ("office", "table", "text")
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names
    )
    cells = [
        "".join(
            f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
            if isinstance(cell, float)
            else '<table:table-cell office:value-type="string">'
            f"<text:p>{cell}</text:p></table:table-cell>"
            for cell in row
        )
        for row in rows
    ]
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="Orders">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        manifest = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest {manifest}/>")
    return out.getvalue()


@pytest.mark.parametrize("name", ["orders.ods", "orders.zip"])
def test_open_document(stage, name):
    header = ["order_id", "customer_id", "ordered_at", "amount"]
    data = open_document(header, ["007", 17850.0, "2024-01-05", 9.5])
    result = stage(data, name=name)
    assert result.understanding.sheets == ("Orders",)
    assert result.row("order_id", "customer_id", "amount") == ("007", "17850", Decimal("9.5"))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (17850.0, "17850"),
        (-0.5, "-0.5"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (1704448800000000.0, "1704448800000000"),
        (5.11384e17, "5.11384E+17"),
        (2.024010100000001e17, "2.0240101E+17"),
        (float("nan"), ""),
        (True, "true"),
        (False, "false"),
        (None, ""),
        ("  007 ", "  007 "),
        (datetime(2024, 1, 5, 10, 0, 0, 500000), "2024-01-05 10:00:00.500"),
        (date(2024, 1, 5), "2024-01-05"),
        (time(9, 5), "09:05:00"),
        (timedelta(hours=30, seconds=1), "30:00:01"),
    ],
)
def test_cell_text(cell, text):
    assert cell_text(cell) == text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (saved(book_of())[:2000], "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "Excel workbook can't be read"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (saved(book_of()), "no sheet of it holds rows"),
        (saved(book_of(HEADER)), "no rows"),
    ],
)
def test_what_is_no_workbook_gets_one_sentence(stage, data, words):
    with pytest.raises(UnreadableFileError, match=words) as caught:
        stage(data, name="orders.xlsx")
    assert str(caught.value).startswith("orders.xlsx")
