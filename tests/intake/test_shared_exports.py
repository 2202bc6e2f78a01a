"""Real exports by others, where the reference data lies beside the checkout."""

from collections import Counter

import duckdb
import pytest

from analytics import intake
from analytics.errors import HuitouError
from tests.intake.conftest import SHARED
from tests.intake.files import stage_file

pytestmark = pytest.mark.shared


def test_stripe_after_a_spreadsheet(shared, tmp_path):
    result = stage_file(shared / "exports/stripe/payments_semicolon.csv", tmp_path)
    found = result.understanding
    assert (found.platform, found.delimiter, found.header_line) == ("stripe_payments", ";", 1)
    assert result.staged.rows_loaded == 622
    assert Counter(result.rows("currency")) == {"EUR": 319, "USD": 197, "MXN": 106}
    assert result.rows("customer_id").count(None) == 15
    assert result.notes()["no_customer"].values["n"] == 15
    assert set(result.rows("status")) == {"sale"}
    assert "no_timezone" not in result.notes()


def test_stripe_with_all_columns(shared, tmp_path):
    result = stage_file(shared / "exports/stripe/unified_payments.csv", tmp_path)
    assert result.row("order_id", "kind", "currency", "status") == (
        "ch_3POsheC8ukEwBaxR1SBP6Pvo", "renewal", "USD", "sale",
    )  # fmt: skip


def test_alipay_personal(shared, tmp_path):
    path = shared / "exports/alipay/alipay_personal_gbk.csv"
    result = stage_file(path, tmp_path, timezone="Asia/Shanghai")
    found = result.understanding
    assert (found.platform, found.encoding, found.header_line) == ("alipay_personal", "gb18030", 25)
    assert (result.staged.rows_loaded, result.staged.rows_rejected) == (10, 0)
    assert result.notes()["personal_bill"].values == {"income": 1, "other": 9}
    assert result.rows("order_id")[0] == "202302xxxxxx0011000103xxxxxx"
    assert set(result.rows("currency")) == {"CNY"}


def test_wechat_personal(shared, tmp_path):
    result = stage_file(shared / "exports/wechatpay/wechat_personal.csv", tmp_path)
    found = result.understanding
    assert (found.platform, found.encoding, found.header_line) == ("wechat_personal", "utf-8", 17)
    assert (result.staged.rows_loaded, result.staged.rows_rejected) == (27, 0)
    assert result.notes()["personal_bill"].values == {"income": 5, "other": 22}
    assert result.notes()["no_timezone_but_known"].values["zone"] == "Asia/Shanghai"


def test_online_retail(shared, tmp_path):
    path = shared / "data/online_retail/online_retail_with_invoice.parquet"
    result = stage_file(path, tmp_path, timezone="Europe/London", currency="GBP")
    assert result.staged.rows_loaded == 531_282
    assert result.notes()["no_customer"].values["n"] == 133_358
    total, lost, customers, orders = result.con.execute(
        "SELECT sum(amount), sum(amount) FILTER (customer_id IS NULL), "
        "count(DISTINCT customer_id), count(DISTINCT order_id) FROM staged"
    ).fetchone()
    expected = duckdb.execute(
        "SELECT sum(CAST(round(Quantity * UnitPrice, 4) AS DECIMAL(18,4))), "
        "count(DISTINCT CustomerID) - 1, count(DISTINCT InvoiceNo) FROM read_parquet(?)",
        [str(path)],
    ).fetchone()
    assert (total, customers, orders) == expected
    assert 0 < lost < total


def test_cdnow(shared, tmp_path):
    result = stage_file(shared / "data/cdnow/CDNOW_master.txt", tmp_path)
    assert result.understanding.delimiter == " "
    assert result.staged.rows_loaded == 69_659
    assert result.con.execute(
        "SELECT count(DISTINCT customer_id), count(*) FILTER (amount = 0), "
        "min(ordered_at)::DATE::VARCHAR, max(source_row) FROM staged"
    ).fetchone() == (23_570, 80, "1997-01-01", 69_660)


def test_complete_journey(shared, tmp_path):
    path = shared / "data/completejourney/transactions_sample.csv.gz"
    result = stage_file(path, tmp_path)
    assert result.staged.rows_loaded == 75_000
    assert result.understanding.mapping["amount"] == "sales_value"
    assert result.understanding.mapping["customer_id"] == "household_id"


def every_export():
    return sorted(SHARED.glob("exports/*/*")) if SHARED.is_dir() else []


@pytest.mark.parametrize("path", every_export(), ids=lambda path: path.name)
def test_every_export_gives_a_table_or_one_sentence(path, tmp_path):
    problem = None
    try:
        result = stage_file(path, tmp_path)
    except HuitouError as error:
        problem = str(error)
    if problem:
        assert path.name in problem
        assert "\n" not in problem
    else:
        assert result.staged.rows_loaded > 0
        assert len(intake.preview(result.understanding, 3)) > 0
