"""Encodings older than UTF-8, told apart by words and shapes; text that was decoded twice."""

import pytest

from analytics.errors import InvalidSettingError, UnreadableFileError
from analytics.intake.legacy_encodings import judge
from analytics.intake.repairs import Repair, find_repair, notice_traces
from tests.intake.files import stage_file

HEADER = "order_id,customer_id,ordered_at,amount,item_name\n"
ROW = "1,a,2024-01-05,10,{}\n"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "订单号,客户ID,下单时间,金额\n1,甲,2024-01-05,99\n"),
        ("gb18030", "order_id,customer\n1,张伟\n2,王芳\n"),
        ("gb18030", "id,city\n1,上海\n"),
        ("gb18030", "order_id,item_name\n1,鑫淼焱垚\n"),
        ("gb18030", "order_id,item\n1,《论语》精讲\n2,Python零基础\n"),
        ("gb18030", "a,b\n1,“好”\n"),
        ("big5", "訂單編號,會員,訂單時間,金額\n1,王小明,2024-01-05,99\n"),
        ("big5", "order_id,name\n1,陳怡君\n2,林志豪\n"),
        ("big5", "id,city\n1,台北市\n"),
        ("big5", "id,item\n1,鋼琴入門\n2,攝影構圖\n"),
        ("cp932", "注文番号,顧客,金額,日付\n1,佐藤,100,2024/01/05\n"),
        ("cp932", "order_id,name,item\n1,田中太郎,はじめての英会話\n"),
        ("cp932", "order_id,name\n1,鈴木一郎\n2,高橋\n"),
        ("cp932", "order_id,item\n1,コーヒー\n"),
        ("euc_jp", "注文番号,顧客,金額,日付\n1,佐藤,100,2024/01/05\n"),
        ("euc_jp", "order_id,name,item\n1,田中太郎,はじめての英会話\n"),
        ("cp949", "주문번호,고객,금액\n1,김철수,100\n"),
        ("cp949", "order_id,name\n1,김철수\n2,이영희\n"),
        ("cp1251", "Заказ,Клиент,Сумма\n1,Иванов,100\n"),
        ("cp1251", "order_id,name\n1,Иванов Пётр\n"),
        ("cp1250", "Objednávka,Zákazník,Částka\n1,Dvořák,100\n"),
        ("cp1250", "order_id,name\n1,Łukasz Żółw\n"),
        ("cp1252", "Numéro,Prénom,Quantité\n1,Zoé,2\n"),
        ("cp1252", "order_id,name\n1,Jürgen Müller\n"),
        ("cp1252", "order_id,name\n1,Íñigo Muñoz\n2,José Ángel\n"),
        ("cp1252", "Order #,Product\n1,1× A\n"),
        ("cp1252", "Order #,Product,Price\n1,“Best”—course…,€5\n"),
        ("cp1252", "order,name\n1,MÉLÉE ÉÈÀ\n"),
    ],
)
def test_old_encodings(encoding, text):
    assert judge(text.encode(encoding)).name == encoding


@pytest.mark.parametrize(
    ("encoding", "expected", "name"),
    [
        ("big5", "big5", "國語課程"),
        ("cp932", "cp932", "はじめての英会話"),
        ("utf-32", "utf-32", "心理学入门"),
        ("cp1251", "cp1251", "Курс английского"),
    ],
)
def test_a_file_comes_out_as_it_was_meant(stage, encoding, expected, name):
    result = stage(HEADER + ROW.format(name), encoding=encoding)
    assert result.understanding.encoding == expected
    assert result.row("item_name") == name


@pytest.mark.parametrize("order", ["le", "be"])
def test_chinese_in_utf_16_without_a_mark(stage, order):
    text = (
        "订单号,客户ID,下单时间,金额,商品名称\n"
        + "甲一,甲,2024年1月5日,九十九,心理学入门课程第一讲\n" * 5
    )
    result = stage(text, encoding=f"utf-16-{order}", table="customers")
    assert result.understanding.encoding == f"utf-16-{order}"


def test_shift_jis_after_two_megabytes_of_ascii(stage):
    rows = "".join(f"{n},c{n},2024-01-05 10:00:00,9.50,Course\n" for n in range(60_000))
    result = stage(HEADER + rows + ROW.format("日本語の講座"), encoding="cp932")
    assert result.rows("item_name")[-1] == "日本語の講座"


@pytest.mark.parametrize("wanted", ["nonsense", "base64", "undefined", "a\x00b"])
def test_an_encoding_that_is_none(tmp_path, wanted):
    path = tmp_path / "sales.csv"
    path.write_text(HEADER + ROW.format("x"))
    with pytest.raises(InvalidSettingError, match="encoding"):
        stage_file(path, tmp_path, encoding=wanted)


MEANT = "订单号,客户ID,下单时间,金额,商品名称\n1,张三,2024-01-05,10,心理学\n"


@pytest.mark.parametrize(
    ("garbled", "right"),
    [
        (MEANT.encode().decode("latin-1"), "utf-8"),
        (MEANT.encode("gbk").decode("latin-1"), "gb18030"),
        ((HEADER + ROW.format("学习中国")).encode().decode("gb18030"), "utf-8"),
        ((HEADER + ROW.format("Café & Zürich €")).encode().decode("cp1252"), "utf-8"),
    ],
)
def test_text_decoded_twice_is_mended_where_that_is_exact(stage, garbled, right):
    result = stage(garbled)
    assert result.notes()["mended"].values["right"] == right
    assert result.row("item_name") in {"心理学", "学习中国", "Café & Zürich €"}


def test_one_garbled_name_among_right_ones_is_said_not_mended(stage):
    result = stage(HEADER + ROW.format("CafÃ©") + ROW.format("Zürich").replace("1,", "2,", 1))
    assert result.rows("item_name") == ["CafÃ©", "Zürich"]
    assert "CafÃ©" in result.notes()["decoded_twice"]
    assert "mended" not in result.notes()


@pytest.mark.parametrize(("wrong", "handler"), [("gbk", "replace"), ("cp1252", "replace")])
def test_lost_column_names_are_refused_with_the_reason(stage, wrong, handler):
    garbled = MEANT.encode().decode(wrong, handler)
    with pytest.raises(UnreadableFileError, match="decoded wrongly"):
        stage(garbled)


@pytest.mark.parametrize(
    "text", ["São Paulo, não à João", "Größe: 5 € – “gut”", "1× A; 2÷3", "Ärzte ÄÖÜ", "心理学入门"]
)
def test_right_text_is_left_alone(text):
    assert find_repair(text) is None
    assert notice_traces(text) is None


def test_a_repair_leaves_the_lines_that_it_does_not_fit():
    assert Repair("cp1252", "utf-8").apply("CafÃ©\nZürich\nplain") == "Café\nZürich\nplain"
