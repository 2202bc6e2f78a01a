"""Encodings, delimiters, where the table is, and which line a row came from."""

import gzip
import zipfile
from decimal import Decimal

import pytest

from analytics import intake
from analytics.errors import CancelledError, UnreadableFileError
from analytics.settings import ImportSettings
from tests.intake.files import stage_file

CHINESE = "订单号,客户ID,下单时间,商品名称,金额\n001,甲,2024-01-05 10:00:00,心理学入门,99.00\n"
TRADITIONAL = (
    "訂單編號,會員,訂單時間,商品名稱,金額\n001,王小明,2024-01-05 10:00:00,國語課程,99.00\n"
)
PLAIN = "order_id,customer_id,ordered_at,amount\n1,a,2024-01-05,10\n2,b,2024-01-06,20\n"


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_encodings_of_chinese(stage, encoding, expected):
    result = stage(CHINESE, encoding=encoding)
    assert result.understanding.encoding == expected
    assert result.row("order_id", "customer_id", "item_name") == ("001", "甲", "心理学入门")


def test_big5(stage):
    result = stage(TRADITIONAL * 1, encoding="big5")
    assert result.understanding.encoding == "big5"
    assert result.row("customer_id", "item_name") == ("王小明", "國語課程")


def test_windows_1252_is_told_from_gbk(stage):
    text = "Order #,Email,Order Date,Product,Total\n1,a@b.example,2024-01-05,1× Málaga,5\n"
    result = stage(text, encoding="cp1252")
    assert result.understanding.encoding == "cp1252"
    assert result.row("item_name") == "1× Málaga"
    assert "encoding_doubtful" in result.notes()


def test_gbk_after_a_megabyte_of_ascii_is_not_latin_1(stage):
    rows = "".join(f"{n},c{n},2024-01-05 10:00:00,Course,99.00\n" for n in range(40_000))
    text = (
        "order_id,customer_id,ordered_at,item_name,amount\n" + rows + CHINESE.splitlines()[1] + "\n"
    )
    result = stage(text, encoding="gbk")
    assert result.understanding.encoding == "gb18030"
    assert result.rows("item_name")[-1] == "心理学入门"


def test_chosen_encoding_is_taken(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_bytes(CHINESE.encode("gbk"))
    result = stage_file(path, tmp_path, encoding="GBK")
    assert result.understanding.encoding == "gb18030"
    assert result.understanding.encoding_reason.key == "encoding_chosen"


def test_one_bad_byte_costs_one_row(tmp_path):
    rows = "".join(f"{n},ü{n},2024-01-07,1\n" for n in range(3, 60_000)).encode()
    path = tmp_path / "sales.csv"
    path.write_bytes(PLAIN.encode() + rows + b"x,\xe9x,2024-01-08,1\n" + rows)
    result = stage_file(path, tmp_path)
    assert result.understanding.encoding == "utf-8"
    assert result.staged.rejected == {"unreadable_line": 1}
    assert result.rejects()[0][0] == 60_001


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(stage, delimiter):
    result = stage(PLAIN.replace(",", delimiter))
    assert result.understanding.delimiter == delimiter
    assert result.rows("order_id") == ["1", "2"]


def test_runs_of_blanks(stage):
    text = (
        " customer_id  date number_of_cds  dollar_value\n"
        " 00001 19970101  1   11.77\n"
        " 00002 19970112  5   77.00\n"
    )
    result = stage(text, name="log.txt")
    assert result.understanding.delimiter == " "
    assert result.rows("customer_id", "amount", "source_row") == [
        ("00001", Decimal("11.77"), 2),
        ("00002", 77, 3),
    ]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends(stage, ends):
    result = stage(PLAIN.replace("\n", ends))
    assert result.rows("order_id", "source_row") == [("1", 2), ("2", 3)]


@pytest.mark.parametrize("n", [1, 4, 16, 30])
@pytest.mark.parametrize("padding", ["", ",,,"])
def test_preamble(stage, n, padding):
    prose = "".join(f"说明 {index}{padding}\n" for index in range(n))
    result = stage(prose + PLAIN)
    assert result.understanding.header_line == n + 1
    assert result.rows("source_row") == [n + 2, n + 3]
    assert result.notes()["preamble"].values == {"n": n, "line": n + 1}


def test_totals_blank_lines_and_repeated_headers_are_no_rows(stage):
    text = PLAIN + "\n,,,\n合计,,,30\nTotal,,,30\n#交易合计：2笔,,,\n" + PLAIN
    result = stage(text)
    assert result.rows("order_id") == ["1", "2", "1", "2"]
    notes = result.notes()
    assert notes["totals"].values == {"n": 3}
    assert notes["blank_lines"].values == {"n": 2}
    assert notes["repeated_headers"].values == {"n": 1}


def test_an_order_number_with_a_hash_is_no_total(stage):
    text = (
        "Order ID,Email,Created at,Item name,Unit price\n"
        "#1001,a@b.example,2024-01-05,Course,10\n#1001,,,Book,5\n#1002,c@d.example,2024-01-06,Book,5\n"
    )
    assert stage(text).rows("order_id") == ["#1001", "#1001", "#1002"]


def test_lines_are_counted_through_cells_with_line_breaks(stage):
    text = (
        "order_id,customer_id,ordered_at,item_name,amount\n"
        '1,a,2024-01-05,"two\nlines",10\n\n2,b,2024-01-06,"x, ""y""",20\n3,c,2024-01-07,z,30\n'
    )
    result = stage(text)
    assert result.rows("source_row", "item_name") == [(2, "two\nlines"), (5, 'x, "y"'), (6, "z")]


def test_a_stray_quote_costs_its_own_row_only(stage):
    rows = "".join(f"{n},c{n},2024-01-05,item,10\n" for n in range(3000))
    text = "order_id,customer_id,ordered_at,item_name,amount\n" + '9,x,2024-01-05,"open,10\n' + rows
    result = stage(text)
    assert result.staged.rows_loaded == 3000
    assert result.rejects() == [(2, "unreadable_line", None, '9,x,2024-01-05,"open,10')]
    assert result.rows("source_row")[0] == 3


def test_two_stray_quotes_do_not_swallow_what_is_between(stage):
    rows = "".join(f"{n},c{n},2024-01-05,item,10\n" for n in range(5))
    stray = '9,x,2024-01-05,"open,10\n'
    text = "order_id,customer_id,ordered_at,item_name,amount\n" + stray + rows + stray + rows
    result = stage(text)
    assert result.staged.rows_loaded == 10
    assert [row[0] for row in result.rejects()] == [2, 8]


def test_wide_and_narrow_rows(stage):
    result = stage(PLAIN + "3,c,2024-01-07,30,surplus\n4,d,2024-01-08,40,,\n5,e,2024-01-09\n")
    assert result.rows("order_id") == ["1", "2", "4"]
    assert [row[:3] for row in result.rejects()] == [
        (4, "too_many_columns", None),
        (6, "missing_required", "amount"),
    ]


def test_duplicate_and_empty_headers(stage):
    text = "order_id,customer_id,ordered_at,amount,note,note,\n1,a,2024-01-05,10,x,y,z\n"
    result = stage(text)
    names = [column.name for column in result.understanding.columns]
    assert names == [
        "order_id",
        "customer_id",
        "ordered_at",
        "amount",
        "note",
        "note (2)",
        "column 7",
    ]


def test_no_header(stage):
    text = "1,a,2024-01-05,10\n2,b,2024-01-06,20\n"
    mapping = {
        "order_id": "column 1",
        "customer_id": "column 2",
        "ordered_at": "column 3",
        "amount": "column 4",
    }
    result = stage(text, table="order_lines", mapping=mapping)
    assert result.understanding.header_line == 0
    assert result.rows("order_id", "source_row") == [("1", 1), ("2", 2)]


def test_chosen_header_line(stage):
    result = stage("a,b,c,d\n" + PLAIN, header_line=2)
    assert result.rows("order_id") == ["1", "2"]


def test_gzip_and_zip(tmp_path):
    packed = tmp_path / "sales.csv.gz"
    packed.write_bytes(gzip.compress(PLAIN.encode()))
    assert stage_file(packed, tmp_path).rows("order_id") == ["1", "2"]
    archive = tmp_path / "sales.zip"
    with zipfile.ZipFile(archive, "w") as stream:
        stream.writestr("inner.csv", PLAIN)
    assert stage_file(archive, tmp_path).rows("order_id") == ["1", "2"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04damaged", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel"),
        (b"[[1, 2]]", "JSON"),
        (b'{"rows": []}', "JSON"),
        (b"<html><body>", "web page"),
        (b"\x1f\x8b\x08damaged", "unpacked"),
        (b"PAR1 is not enough", "Parquet"),
        (b"order_id,customer_id,ordered_at,amount\n", "no rows"),
    ],
)
def test_what_is_no_table_gets_one_sentence(stage, data, words):
    with pytest.raises(UnreadableFileError, match=words) as caught:
        stage(data)
    assert str(caught.value).startswith("sales.csv")
    assert str(caught.value).count(".\n") == 0


def test_a_missing_file(tmp_path):
    with pytest.raises(UnreadableFileError, match="no such file"):
        intake.understand(tmp_path / "nothing.csv")


def test_progress_may_cancel(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text(PLAIN)
    seen = []

    def progress(share, message):
        seen.append((share, message))
        if len(seen) > 1:
            raise CancelledError("the import")

    with pytest.raises(CancelledError):
        stage_file(path, tmp_path, progress=progress)
    assert [item.name for item in tmp_path.iterdir()] == ["sales.csv"]


def test_progress_rises_to_one(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text(PLAIN)
    shares = []
    stage_file(path, tmp_path, progress=lambda share, _: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_preview_shows_rows_as_they_will_be_stored(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text(PLAIN + "3,c,someday,30\n")
    understanding = intake.understand(path, settings=ImportSettings(currency="eur"))
    table = intake.preview(understanding, 5)
    assert list(table["order_id"]) == ["1", "2", "3"]
    assert list(table["currency"]) == ["EUR"] * 3
    assert table["fault_reason"].tolist()[2] == "bad_date"
