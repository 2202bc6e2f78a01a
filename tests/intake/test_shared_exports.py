"""Real exports by others, where the reference data lies beside the checkout."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import duckdb
import pytest

from analytics import intake
from analytics.errors import HuitouError
from tests.intake.files import stage_file

pytestmark = pytest.mark.shared


@dataclass(frozen=True)
class Imported:
    """What a file is read as: rows that are none (headings, totals) are in neither number."""

    platform: str
    table: str
    rows: int
    customers: int
    sales: int = 0


@dataclass(frozen=True)
class Refused:
    """The sentence that a file is refused with, or the part of it that matters."""

    reason: str


NO_COLUMNS = Refused("no column for")
EXPORTS: dict[str, Imported | Refused] = {
    "alipay/alipay_personal_gbk.csv": Imported("alipay_personal", "order_lines", 10, 7, 1),
    "beehiiv/members.csv": Imported("beehiiv_subscribers", "customers", 9, 9),
    "mailchimp/subscribed.csv": Imported("mailchimp_audience", "customers", 5, 5),
    "mailchimp/unsubscribed.csv": Imported("mailchimp_audience", "customers", 5, 5),
    "meituan/meituan_bill.csv": Refused("a Meituan bill lists what one person bought"),
    "nasty/csvkit_bad.csv": NO_COLUMNS,
    "nasty/csvkit_empty.csv": Refused("it is empty"),
    "nasty/csvkit_mac_newlines.csv": NO_COLUMNS,
    "nasty/csvkit_test_extra_header.csv": NO_COLUMNS,
    "nasty/csvkit_test_header_newline.csv": NO_COLUMNS,
    "nasty/csvkit_test_locale.csv": NO_COLUMNS,
    "nasty/csvkit_test_utf8_bom.csv": NO_COLUMNS,
    "nasty/frictionless_duplicate-headers.csv": Refused("id and id (2) and id (3) fit"),
    "nasty/frictionless_escaping.csv": NO_COLUMNS,
    "nasty/frictionless_issue-1009-comma.csv": NO_COLUMNS,
    "nasty/frictionless_leading-zeros.csv": NO_COLUMNS,
    "nasty/frictionless_matrix-with-comment.csv": NO_COLUMNS,
    "nasty/frictionless_without-rows.csv": Refused("it holds no rows"),
    "nasty/messytables_null.csv": NO_COLUMNS,
    "nasty/messytables_small.csv": Refused("it holds no rows"),
    "nasty/messytables_utf-16le_encoded.csv": NO_COLUMNS,
    "nasty/papaparse_malformed.tsv": NO_COLUMNS,
    "nasty/papaparse_utf8_bom.csv": NO_COLUMNS,
    "nasty/spectrum_json.csv": NO_COLUMNS,
    "patreon/PatronReport_2019_sections.csv": Imported("patreon_patrons", "customers", 46, 46),
    "paypal/paypal_fr.csv": Imported("paypal_activity", "order_lines", 60, 8, 0),
    "stripe/payments_semicolon.csv": Imported("stripe_payments", "order_lines", 622, 196, 622),
    "stripe/unified_payments.csv": Imported("stripe_payments", "order_lines", 1, 1, 1),
    "substack/posts.csv": Imported("substack_posts", "items", 5, 0),
    "substack/signup_emails.csv": Imported("substack_subscribers", "customers", 21, 21),
    "substack/subscriber_emails.csv": Imported("substack_subscribers", "customers", 17, 17),
    "wechatpay/wechat_personal.csv": Imported("wechat_personal", "order_lines", 27, 17, 5),
}


def outcome(path, folder):
    """Import a file as it is: what came of it, and that in words."""
    problem = ""
    try:
        result = stage_file(path, folder)
    except HuitouError as error:
        problem = str(error)
    if problem:
        return Refused(problem), problem
    found, staged = result.understanding, result.staged
    assert staged.rows_rejected == 0
    assert len(intake.preview(found, 3)) > 0
    customers = set() if found.table == "items" else {*result.rows("customer_id")} - {None}
    sales = result.rows("status").count("sale") if found.table == "order_lines" else 0
    read = Imported(found.platform, found.table, staged.rows_loaded, len(customers), sales)
    said = f"{read.platform}: {read.rows} {read.table}, {read.customers} customers"
    return read, f"{said}, {read.sales} sales" if found.table == "order_lines" else said


@pytest.mark.parametrize("name", EXPORTS)
def test_every_export_is_read_rightly_or_refused_with_the_reason(shared, tmp_path, tell, name):
    read, said = outcome(shared / "exports" / name, tmp_path)
    tell(f"{name}  {said}")
    expected = EXPORTS[name]
    if isinstance(expected, Refused):
        assert isinstance(read, Refused), read
        assert expected.reason in read.reason
        assert read.reason.startswith(name.split("/")[1])
        assert "\n" not in read.reason
    else:
        assert read == expected


def test_every_export_has_an_outcome(shared):
    found = {str(path.relative_to(shared / "exports")) for path in shared.glob("exports/*/*")}
    assert found == set(EXPORTS)


def test_stripe_after_a_spreadsheet(shared, tmp_path):
    result = stage_file(shared / "exports/stripe/payments_semicolon.csv", tmp_path)
    assert (result.understanding.delimiter, result.understanding.header_line) == (";", 1)
    assert Counter(result.rows("currency")) == {"EUR": 319, "USD": 197, "MXN": 106}
    assert result.notes()["no_customer"].values["n"] == 15
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
    assert (found.encoding, found.header_line) == ("gb18030", 25)
    assert result.notes()["personal_bill"].values == {"income": 1, "other": 9}
    assert result.rows("order_id")[0] == "202302xxxxxx0011000103xxxxxx"
    assert set(result.rows("currency")) == {"CNY"}


def test_wechat_personal(shared, tmp_path):
    result = stage_file(shared / "exports/wechatpay/wechat_personal.csv", tmp_path)
    assert (result.understanding.encoding, result.understanding.header_line) == ("utf-8", 17)
    assert result.notes()["personal_bill"].values == {"income": 5, "other": 22}
    assert result.notes()["no_timezone_but_known"].values["zone"] == "Asia/Shanghai"


def test_paypal_of_a_buyer_holds_no_sale(shared, tmp_path):
    result = stage_file(shared / "exports/paypal/paypal_fr.csv", tmp_path)
    assert set(result.rows("status")) == {"not_a_sale"}
    first = result.rows("ordered_at", "amount", "currency")[0]
    assert first == (datetime(2020, 1, 7, 12, 5, 42), Decimal("-59.30"), "USD")


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
