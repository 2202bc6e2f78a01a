"""Which currency an amount is in, cents, and two amounts in a cell."""

from decimal import Decimal

import pytest

HEAD = "order_id,customer_id,ordered_at,item_id,"


def line(cell, n=1):
    return f'{n},a,2024-01-05 10:00:00,i,"{cell}"\n'


@pytest.mark.parametrize(
    ("cell", "currency", "amount"),
    [
        ("R$ 1.234,56", "BRL", "1234.56"),
        ("1 234,50 kr", "SEK", "1234.5"),
        ("CHF 1'234.50", "CHF", "1234.5"),
        ("12.50 EUR", "EUR", "12.5"),
        ("usd 12.50", "USD", "12.5"),
        ("A$5.00", "AUD", "5"),
        ("-£0.03", "GBP", "-0.03"),
        ("($33.62)", "USD", "-33.62"),
        ("¥28.16", "CNY", "28.16"),
        ("₹1,00,000.00", "INR", "100000"),
        ("49,90 zł", "PLN", "49.9"),
        ("1.2万", "XXX", "12000"),
    ],
)
def test_signs_and_codes_in_the_cell(stage, cell, currency, amount):
    result = stage(HEAD + "amount\n" + line(cell), mapping={"amount": "amount"})
    found = result.row("currency", "amount")
    assert found == (currency, Decimal(amount))


@pytest.mark.parametrize(
    ("header", "cell", "settings", "currency"),
    [
        ("amount (CAD)", "$5.00", {}, "CAD"),
        ("amount_usd", "5.00", {}, "USD"),
        ("amount", "$5.00", {"timezone": "Australia/Sydney"}, "AUD"),
        ("amount", "$5.00", {"timezone": "America/Toronto"}, "CAD"),
        ("amount", "$5.00", {"timezone": "Europe/Berlin"}, "USD"),
        ("amount", "¥500", {"timezone": "Asia/Tokyo"}, "JPY"),
        ("amount", "500 kr", {"timezone": "Europe/Oslo"}, "NOK"),
        ("amount", "$5.00", {"currency": "NZD"}, "NZD"),
    ],
)
def test_a_shared_sign_follows_the_other_evidence(stage, header, cell, settings, currency):
    result = stage(HEAD + header + "\n" + line(cell), mapping={"amount": header}, **settings)
    assert result.row("currency") == currency


def test_a_shared_sign_without_evidence_is_said(stage):
    note = stage(HEAD + "amount\n" + line("$5.00")).notes()["sign_assumed"]
    assert (note.values["sign"], note.values["code"]) == ("$", "USD")
    assert "sign_assumed" not in stage(HEAD + "amount\n" + line("€5.00")).notes()
    assert "sign_assumed" not in stage(HEAD + "amount\n" + line("$5.00"), currency="CAD").notes()


def test_currencies_in_one_column_stay_apart(stage):
    result = stage(HEAD + "amount\n" + line("$5.00") + line("5,00 €".replace(",", "."), 2))
    assert result.rows("currency") == ["USD", "EUR"]
    assert result.notes()["currencies"].values["n"] == 2


@pytest.mark.parametrize("header", ["amount_in_cents", "amount (cents)", "金额（分）"])
def test_cents(stage, header):
    result = stage(HEAD + header + "\n" + line("1999"), mapping={"amount": header})
    assert result.row("amount") == Decimal("19.99")


def test_of_two_amounts_the_second_is_what_is_left(stage):
    result = stage(
        HEAD + "amount\n" + line("$47.08 $0.00") + line("$1,038.52 ", 2) + line("$20.00 $15.00", 3)
    )
    assert result.rows("amount", "refunded_amount") == [
        (Decimal("47.08"), Decimal("47.08")),
        (Decimal("1038.52"), None),
        (Decimal(20), Decimal(5)),
    ]


def test_thousands_that_nothing_tells_from_decimals_are_said(stage):
    result = stage(HEAD + "amount\n" + line("1,204") + line("2,500", 2))
    assert result.rows("amount") == [1204, 2500]
    assert result.notes()["decimals_doubtful"].values == {
        "column": "amount", "example": "1,204", "read": "1204", "other": "1.204",
    }  # fmt: skip
    told = stage(HEAD + "amount,price\n" + '1,a,2024-01-05,i,"1,204","9.90"\n')
    assert "decimals_doubtful" not in told.notes()
