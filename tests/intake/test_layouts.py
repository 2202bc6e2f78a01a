"""Where the table is: preambles, headers of one and two lines, guards, what is below the rows."""

from datetime import datetime

import pytest

from analytics.errors import InvalidSettingError, UnreadableFileError
from analytics.intake.layout import find_layout
from analytics.settings import ImportSettings

HEADER = "order_id,customer_id,ordered_at,amount\n"
BODY = "1,a,2024-01-05,10\n2,b,2024-01-06,20\n"
TEXT = HEADER + BODY
NO_NAMES = {"order_id": 1, "customer_id": 2, "ordered_at": 3, "amount": 4}
MAPPING = {field: f"column {number}" for field, number in NO_NAMES.items()}


def names(result):
    return [column.name for column in result.understanding.columns]


@pytest.mark.parametrize(
    "above",
    [
        "Orders of January\n",
        "Shop,Example\nFrom,2024-01-01\nTo,2024-02-01\n\n",
        "Shop,Example,,\nCustomer,Me,,\nOrders,2,,\n",
        "# Start date: 20240101\n# a, b, c, d\n# e\n",
        "Dear user, here, is, your export\nIt has 2 rows, and 4 columns.\n",
        '""\n"Report"\n""\n',
        "------,,,\n说明：本表仅供参考,,,\n,,,\n",
        "order,Total\nAmount,30\n",
        "\n\n\n",
        "a;b;c;d;e;f\n",
        '"A title\nover two lines"\n',
        "Date range: Jan 1, 2024 - Jan 31, 2024\nGenerated: Feb 1, 2024\n\n",
    ],
)
def test_what_stands_above_the_header(stage, above):
    result = stage(above + TEXT)
    n = above.count("\n")
    assert result.rows("order_id", "source_row") == [("1", n + 2), ("2", n + 3)]
    assert result.understanding.header_line == n + 1


@pytest.mark.parametrize("n", [0, 7, 30])
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_thirty_lines_of_every_delimiter_above(stage, n, delimiter):
    above = "".join(f"key {index}{delimiter}value {index}\n" for index in range(n))
    result = stage(above + TEXT.replace(",", delimiter))
    assert result.rows("order_id") == ["1", "2"]
    assert result.staged.aside["above"] == n + 1


@pytest.mark.parametrize(
    ("text", "expected", "n_lines"),
    [
        (
            "Order,,,Customer,\nID,Date,Amount,ID,Email\n1,2024-01-05,10,a,a@b.example\n",
            ["Order ID", "Date", "Amount", "Customer ID", "Email"],
            2,
        ),
        (
            "订单号,买家ID,金额,,下单时间\n,,应付金额,实付金额,\n1,a,12,10,2024-01-05\n",
            ["订单号", "买家ID", "应付金额", "实付金额", "下单时间"],
            2,
        ),
        (HEADER + "-,-,(UTC),(USD)\n" + BODY, HEADER.strip().split(","), 2),
        (HEADER + "string,string,date,decimal\n" + BODY, HEADER.strip().split(","), 2),
        ('order_id,customer_id,"or\ndered"\n1,a,2\n', ["order_id", "customer_id", "or dered"], 2),
    ],
)  # fmt: skip
def test_headers_of_two_lines(text, expected, n_lines):
    layout = find_layout("a.csv", text, ImportSettings())
    assert list(layout.columns) == expected
    assert (layout.header_line, layout.first_line) == (1, n_lines + 1)
    assert [note.values for note in layout.notes if note.key == "header_lines"] == [
        {"n": n_lines, "line": 1}
    ]


def test_a_row_of_words_is_no_second_header(stage):
    text = "customer_id,country,city\nann,,Paris\nbob,France,\n"
    assert stage(text, table="customers").rows("customer_id") == ["ann", "bob"]


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;;"])
def test_the_line_that_names_the_delimiter(stage, line):
    result = stage(f"{line}\n" + TEXT.replace(",", ";"))
    assert result.understanding.delimiter == ";"
    assert result.rows("source_row") == [3, 4]


def test_no_header_below_a_title(stage):
    result = stage("Report of the shop\n\n" + BODY, table="order_lines", mapping=MAPPING)
    assert result.rows("order_id", "source_row") == [("1", 3), ("2", 4)]
    assert {"preamble", "no_header"} <= set(result.notes())


def test_rows_with_few_values_are_no_header():
    text = "o1,ann,2024-01-05,Course,paid,web,CN,x\no2,bob,2024-01-06,Book,paid,web,CN,y\n"
    assert find_layout("a.csv", text, ImportSettings()).header_line == 0


def test_backslashes_before_quotation_marks(stage):
    result = stage(
        HEADER.replace("amount", "amount,item_name")
        + '1,a,2024-01-05,10,"say \\"yes, now\\" ok"\n2,b,2024-01-06,20,"C:\\\\x"\n'
    )
    assert result.rows("item_name") == ['say "yes, now" ok', "C:\\x"]


def test_single_quotation_marks(stage):
    result = stage(
        "'order_id','customer_id','ordered_at','amount','item_name'\n"
        "'1','a','2024-01-05','10','A, B'\n'2','b','2024-01-06','20','it''s'\n"
    )
    assert result.rows("item_name") == ["A, B", "it's"]


def test_an_apostrophe_that_guards_is_no_quotation_mark(stage):
    result = stage(TEXT.replace("1,a", "'001,'a"))
    assert result.rows("order_id", "customer_id")[0] == ("001", "a")


def test_guards_of_spreadsheets(stage):
    result = stage(
        "order_id,customer_id,ordered_at,amount,item_name\n"
        '="001",`a,\'2024-01-05,10\t,\tx\n"=""002""",`b,2024-01-06,20,5" pipe\n'
    )
    assert result.rows("order_id", "customer_id", "item_name") == [
        ("001", "a", "x"), ("002", "b", '5" pipe'),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("\n", "\r\n") + "3,c,2024-01-07,30\n4,d,2024-01-08,40\r5,e,2024-01-09,50\r",
        TEXT.replace("\n", "\r\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT.replace("a", "\x00a\x00"),
        TEXT.replace("\n", ",\n"),
        TEXT.replace("\n", ",,,\n").replace("amount,,,", "amount"),
        "\ufeff\ufeff" + TEXT,
    ],
)
def test_odd_line_ends_and_characters(stage, text):
    result = stage(text)
    assert result.rows("order_id", "source_row")[:2] == [("1", 2), ("2", 3)]
    assert result.staged.rows_rejected == 0


def test_a_return_inside_a_cell_ends_no_line(stage):
    text = HEADER.replace("amount", "amount,item_name") + "".join(
        f'{n},a,2024-01-05,10,"x\ry"\r\n' for n in range(5)
    )
    assert stage(text).rows("item_name") == ["x y"] * 5


def test_mac_ends_with_line_feeds_inside_cells(stage):
    text = HEADER.replace("amount", "amount,item_name").replace("\n", "\r") + "".join(
        f'{n},a,2024-01-05,10,"x\ny"\r' for n in range(5)
    )
    assert stage(text).rows("item_name") == ["x\ny"] * 5


def test_names_of_columns_are_told_apart(stage):
    result = stage("order_id,customer_id,ordered_at,amount,x,,x,X\n1,a,2024-01-05,10,,,,\n")
    assert names(result)[4:] == ["x", "column 6", "x (2)", "X"]


def test_section_titles_and_footnotes_are_counted_apart(stage):
    text = (
        HEADER.replace("amount", "amount,item_name,note")
        + "January 2024,,,,,\n1,a,2024-01-05,10,x,\n"
        + '"40 + Reward","A description <ul><li>of, it</li></ul>",,,,\n2,b,2024-01-06,20,x,\n'
        + "* refunds are not shown, see help,,,,\nNote: prices include tax\n"
    )
    result = stage(text)
    assert result.rows("order_id") == ["1", "2"]
    assert result.staged.rows_rejected == 0
    lines = result.staged.aside["sections"] + result.staged.aside.get("totals", 0)
    assert lines == 4


def test_a_second_table_below_is_counted_apart(stage):
    text = TEXT + "\n总交易单数,总金额,退款金额,手续费\n`2,`30.00,`0.00,`0.1\n"
    result = stage(text)
    assert result.staged.rows_read == 2
    assert result.notes()["second_table"].values == {"n": 2, "line": 5}


def test_bad_last_rows_stay_rejected(stage):
    result = stage(TEXT + "x9,c,someday,abc\nx8,d,2024-01-07,7\nx7,e,never,5\n")
    assert [row[0] for row in result.rejects()] == [4, 6]
    assert "second_table" not in result.notes()


@pytest.mark.parametrize("text", [HEADER, "Title\n\n" + HEADER, "a", HEADER + "\n,,,\n"])
def test_names_without_rows(stage, text):
    with pytest.raises(UnreadableFileError, match="no rows"):
        stage(text)


def test_too_many_columns_are_refused():
    text = ",".join(f"c{n}" for n in range(5000)) + "\n" + "1," * 4999 + "1\n"
    with pytest.raises(UnreadableFileError, match="5,000 columns"):
        find_layout("a.csv", text, ImportSettings())


@pytest.mark.parametrize("delimiter", ["", '"', "\n", "ab"])
def test_an_impossible_delimiter(delimiter):
    with pytest.raises(InvalidSettingError, match="delimiter"):
        find_layout("a.csv", TEXT, ImportSettings(delimiter=delimiter or "''"))


def test_dates_of_rows_survive_a_wide_preamble(stage):
    result = stage("Export,2024-01-31,by,us,at,noon\n" + TEXT)
    assert result.rows("ordered_at") == [datetime(2024, 1, 5), datetime(2024, 1, 6)]
