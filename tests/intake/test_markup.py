"""Tables in HTML and in Excel's old XML, as systems write them into files named .xls."""

from decimal import Decimal

import pytest

from analytics.errors import UnreadableFileError

NAMES = ["订单号", "客户ID", "下单时间", "金额", "商品名称"]


def html(*rows, tag="td"):
    lines = ["".join(f"<{tag}>{cell}</{tag}>" for cell in row) for row in rows]
    return "<table border=1>" + "".join(f"<tr>{line}</tr>\n" for line in lines) + "</table>"


ROWS = [
    ["001", "甲", "2024-01-05", "9.50", "A &amp; B<br>second"],
    ["002", "乙", "2024-01-06", "1,000", " <b>写作</b>\n 课 "],
]
EXPECTED = [("001", "甲", Decimal("9.5"), "A & B\nsecond"), ("002", "乙", 1000, "写作 课")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    "start",
    [
        "",
        "<html><head><title>x</title><style>td {mso: 1}</style></head><body>",
        "<!DOCTYPE html>\n<html><body>",
        '<meta charset="utf-8">\n<table><tr><td colspan="5">订单明细</td></tr></table>',
    ],
)
def test_html(stage, start, encoding):
    result = stage(start + html(NAMES, *ROWS), name="orders.xls", encoding=encoding)
    assert result.rows("order_id", "customer_id", "amount", "item_name") == EXPECTED
    assert result.understanding.delimiter is None


def test_cells_over_several_rows_and_columns(stage):
    text = (
        "<table><tr><th colspan=2>买家</th><th></th></tr>"
        "<tr><th>客户ID<th>订单号<th>下单时间<th>金额"
        "<tr><td rowspan=2>甲<td>1<td>2024-01-05<td>5"
        "<tr><td>2<td>2024-01-06<td>6</table>"
    )
    result = stage(text, name="orders.xls")
    assert result.rows("customer_id", "order_id", "amount") == [("甲", "1", 5), ("甲", "2", 6)]
    assert result.rows("source_row") == [3, 4]


def test_excels_xml(stage):
    cells = [f"<Cell><Data ss:Type='String'>{name}</Data></Cell>" for name in NAMES]
    text = (
        "<?xml version='1.0'?>\n<?mso-application progid='Excel.Sheet'?>\n"
        "<Workbook xmlns:ss='x'><Styles><Style ss:ID='a'/></Styles><Worksheet ss:Name='a'><Table>"
        f"<Row>{''.join(cells)}</Row><Row><Cell><Data>007</Data></Cell><Cell><Data>甲</Data></Cell>"
        "<Cell><Data>2024-01-05T10:00:00.000</Data></Cell><Cell><Data>9.5</Data></Cell></Row>"
        "<Row><Cell ss:Index='2'><Data>乙</Data></Cell><Cell><Data>2024-01-06</Data></Cell>"
        "<Cell><Data>3</Data></Cell></Row></Table></Worksheet></Workbook>"
    )
    result = stage(text, name="orders.xls")
    assert result.rows("order_id", "customer_id", "amount") == [
        ("007", "甲", Decimal("9.5")), (None, "乙", 3),
    ]  # fmt: skip


def test_a_number_whose_text_is_rounded(stage):
    text = html(NAMES, ROWS[0]).replace("<td>001", '<td x:num="20240101000001">2.02401E+13')
    assert stage(text, name="orders.xls").row("order_id") == "20240101000001"


@pytest.mark.parametrize(
    "text", ["<html><body>Please log in</body></html>", "<?xml version='1.0'?><a><b>1</b></a>"]
)
def test_pages_without_a_table(stage, text):
    with pytest.raises(UnreadableFileError, match="without a table"):
        stage(text, name="orders.xls")
