"""Files without names, files that are none of ours, columns that only look like a field."""

import pytest

from analytics import intake
from analytics.errors import MissingColumnsError, NoCustomersError
from analytics.intake.fields import reading


@pytest.fixture
def understood(tmp_path):
    def run(text, *, name="data.csv", **options):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return intake.understand(path, **options)

    return run


def best(table, column):
    found = {field: reading(table, field, column) for field in intake.mappable_fields(table)}
    field = max(found, key=lambda name: found[name].confidence)
    return field if found[field].confidence > 0.5 else None


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Kunden-E-Mail", "email"),
        ("Bestellnummer", "order_id"),
        ("N° de commande", "order_id"),
        ("Adresse e-mail de l'acheteur", "email"),
        ("order.customer.email", "email"),
        ("Customer: Email", "email"),
        ("billing_email", "email"),
        ("buyerEmail", "email"),
        ("Umsatz (EUR)", "amount"),
        ("Fecha de pago", "ordered_at"),
        ("Código do produto", "item_id"),
        ("訂單編號", "order_id"),
        ("注文番号", "order_id"),
        ("주문번호", "order_id"),
        ("Номер заказа", "order_id"),
        ("会员手机号", "phone"),
        ("商品实付金额", "amount"),
        ("Quantità", "quantity"),
    ],
)
def test_headers_of_ten_languages(column, field):
    assert best("order_lines", column) == field


@pytest.mark.parametrize(
    "column",
    [
        "Shipping amount", "Tax amount", "Processing fee", "Tip", "Commission", "Payout amount",
        "Balance", "Ship date", "Delivery date", "Updated at", "Birthday", "Shop ID", "Employee",
        "Seller", "Staff name", "Vendor e-mail", "Affiliate email", "Referrer", "Product owner",
        "Tracking number", "商品种类数", "运费", "推广员", "序号", "Versandkosten", "Frais de port",
        "Costo de envío", "Discount %", "# of Guests",
    ],
)  # fmt: skip
def test_headers_that_only_look_like_a_field(column):
    assert best("order_lines", column) is None


def test_a_file_without_names_is_read_by_its_values(understood):
    rows = "".join(
        f"{100 + n % 7},202401{n % 9 + 1:02d},{1 + n % 3 // 2},{(n % 5 + 1) * 3.99:.2f}\n"
        for n in range(30)
    )
    found = understood(rows)
    assert found.mapping == {
        "customer_id": "column 1",
        "ordered_at": "column 2",
        "quantity": "column 3",
        "amount": "column 4",
    }
    assert "table_doubtful" in {note.key for note in found.warnings}


def test_an_order_has_one_customer_and_a_customer_several_orders(understood):
    rows = "".join(
        f"A{n // 2},C{n // 2 % 5},2024-01-{n // 2 + 1:02d},{1 + n % 2},{n % 5 + 1}.50\n"
        for n in range(40)
    )
    found = understood("col1,col2,col3,col4,col5\n" + rows)
    assert (found.mapping["order_id"], found.mapping["customer_id"]) == ("col1", "col2")


def test_ratings_without_names(understood):
    rows = "".join(
        f"{n % 9 + 1}\t{200 + n % 11}\t{n % 5 + 1}\t{1104537600 + n * 1000}\n" for n in range(40)
    )
    found = understood(rows)
    assert found.table == "ratings"
    assert found.mapping["rating"] == "column 3"


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("date,station,temperature,humidity\n2024-01-05,Oslo,-3.2,80\n", "customer_id"),
        ("customer_id,segment,reason\nc1,champions,recent\nc2,at risk,late\n", "ordered_at"),
        ("Category,Planned,Actual,Month\nRent,1000,1000,2024-01\n", "item_id"),
    ],
)
def test_files_that_are_none_of_ours(understood, text, lacks):
    with pytest.raises(MissingColumnsError, match="none of our tables") as caught:
        understood(text)
    assert lacks in caught.value.fields


def test_sales_to_nobody_are_refused_with_the_reason(understood):
    text = "Order ID,Order Date,SKU,Quantity,Total\n1,2024-01-05,S1,1,10.00\n"
    with pytest.raises(NoCustomersError, match="Order Date"):
        understood(text)
    assert understood(text, mapping={"customer_id": "SKU"}).table == "order_lines"


def test_what_sums_up_orders_is_a_list_of_customers(understood):
    text = (
        "customer_id,email,created_at,first order,last order,orders count,total spent\n"
        "1,a@x.org,2024-01-01,2024-01-02,2024-03-01,3,90.00\n"
        "2,b@x.org,2024-01-05,2024-01-06,2024-02-01,1,20.00\n"
    )
    assert understood(text).table == "customers"


def test_a_close_call_is_told(understood):
    text = "order_id,customer_id,paid at,completed date,ship date,Sale Amount,Sales\n" + "".join(
        f"{n},c{n % 3},2024-01-0{n},2024-01-0{n},2024-02-01,{n}.50,{n}.10\n" for n in range(1, 8)
    )
    notes = [note for note in understood(text).warnings if note.key == "close_call"]
    assert {note.values["field"] for note in notes} == {"amount"}


def test_price_times_quantity_is_the_lines_amount(understood):
    text = "order_id,customer_id,date,price,qty,total,grand total\n" + "".join(
        f"o{n // 2},c{n // 4},2024-01-05,{n}.50,2,{2 * n + 1}.00,99.00\n" for n in range(1, 9)
    )
    found = understood(text)
    assert (found.mapping["amount"], found.mapping["order_total"]) == ("total", "grand total")


def test_a_column_with_several_addresses_per_value_is_no_customer(understood):
    text = "order_id,account code,email,date,amount\n" + "".join(
        f"o{n},200,p{n % 4}@x.org,2024-01-0{n},5.00\n" for n in range(1, 9)
    )
    assert "customer_id" not in understood(text).mapping


def test_two_colons_part_ratings_of_the_last_century(understood):
    rows = "".join(
        f"{n % 9 + 1}::{200 + n % 11}::{n % 5 + 1}::{978300760 + n * 1000}\n" for n in range(40)
    )
    found = understood(rows, name="ratings.dat")
    assert (found.table, found.delimiter) == ("ratings", "::")
    assert found.mapping == {
        "customer_id": "column 1",
        "item_id": "column 2",
        "rating": "column 3",
        "rated_at": "column 4",
    }


def test_a_running_id_of_lines_is_no_order_id(understood):
    text = "id,email,created_at,product,price\n" + "".join(
        f"{700 + n},{'ab'[n // 2 % 2]}@x.com,2024-01-{n // 2 + 1:02d} 10:00,P{n % 3},{n + 1}.50\n"
        for n in range(10)
    )
    assert "order_id" not in understood(text).mapping
    once = text.replace(" 10:00", "")
    assert understood(once).mapping["order_id"] == "id"


def test_sales_in_an_unknown_language_are_no_list_of_customers(understood):
    text = "xaq,email,wop,zur\n" + "".join(
        f"Q{n},{'abc'[n % 3]}@x.com,2024-01-{n + 1:02d},{n + 1}.50\n" for n in range(12)
    )
    with pytest.raises(MissingColumnsError, match="--map amount=zur"):
        understood(text)
