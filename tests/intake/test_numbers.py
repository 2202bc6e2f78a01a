"""Money as people write it; what does not fit the column is refused, never off by tens."""

from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.intake.currencies import currency_sql, sign_codes
from analytics.intake.numbers import noted_refund_sql, number_sql, plan_numbers


def read(values, query=None):
    with duckdb.connect() as con:
        con.execute(
            "CREATE TEMP TABLE cells AS SELECT generate_subscripts(v, 1) AS source_row, "
            "unnest(v) AS t FROM (SELECT CAST(? AS VARCHAR[]) AS v)",
            [values],
        )
        sql = query(con) if query else number_sql("t", plan_numbers(con, ["t"])["t"])
        rows = con.execute(f"SELECT {sql} FROM cells ORDER BY source_row").fetchall()
        return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", "1234.5"),
        ("1,234.50", "1234.5"),
        ("$1,149.00", "1149"),
        ("($33.62)", "-33.62"),
        ("-£0.03", "-0.03"),
        ("¥28.16", "28.16"),
        ("￥１，２３４．５０", "1234.5"),
        ("12-", "-12"),
        ("−5", "-5"),
        ("99元", "99"),
        ("CNY 20.00", "20"),
        ("1 234.50", "1234.5"),
        ("1'234.50", "1234.5"),
        ("131.77(已退款89.84)", "131.77"),
        ("-59,30", "-59.3"),
        ("1.234,56 €", "1234.56"),
        ("2 026,41", "2026.41"),
        ("200.000.000", "200000000"),
        ("1,204", "1204"),
        ("1,00,000.00", "100000"),
        ("1e-3", "0.001"),
        (".5", "0.5"),
        ("$1,149.00 ", "1149"),
        ("-$14.95", "-14.95"),
        ("$-14.95", "-14.95"),
        ("R$ 1.234,56", "1234.56"),
        ("1 234,50 kr", "1234.5"),
        ("1\u00a0234,50\u00a0€", "1234.5"),
        ("CHF 1'234.50", "1234.5"),
        ("1’234’567.50", "1234567.5"),
        ("₹1,00,000.00", "100000"),
        ("12,34,567", "1234567"),
        ("1,234,567", "1234567"),
        ("Rs. 500", "500"),
        ("US$ 5.00", "5"),
        ("5.00 USD", "5"),
        ("EUR12,50", "12.5"),
        ("1.2万", "12000"),
        ("3k", "3000"),
        ("$47.08 $0.00", "47.08"),
        ("12.50-", "-12.5"),
        ("+12.50", "12.5"),
        ("10%", "10"),
        ("0,204", "0.204"),
    ],
)
def test_one_value_alone(text, value):
    assert read([text]) == [Decimal(value)]


@pytest.mark.parametrize(
    "text", ["abc", "12abc", "nan", "1,2,3", ".", "12:30", "(5", "5 6", "1-2", "--5"]
)
def test_what_is_no_number(text):
    assert read([text]) == [None]


def test_the_column_decides_what_a_comma_means():
    assert read(["1,204", "1,7"]) == [Decimal("1.204"), Decimal("1.7")]
    assert read(["1,204", "1.7"]) == [Decimal(1204), Decimal("1.7")]


def test_other_columns_help_a_silent_one():
    with duckdb.connect() as con:
        con.execute("CREATE TEMP TABLE cells AS SELECT '1,204' AS a, '9,90' AS b")
        plans = plan_numbers(con, ["a", "b"])
        assert {name: plan.decimal for name, plan in plans.items()} == {"a": ",", "b": ","}
        assert plans["a"].example is None


def test_a_value_against_the_column_is_refused():
    assert read(["12.50", "13.50", "1,234.00", "12,5"])[3] is None


def test_refund_noted_behind_the_amount():
    found = read(
        ["131.77(已退款89.84)", "5.00"],
        lambda con: noted_refund_sql("t", plan_numbers(con, ["t"])["t"]),
    )
    assert found == [Decimal("89.84"), None]


def test_currency_of_the_sign_in_the_cell():
    def query(con):
        return currency_sql(
            column=None,
            amount="t",
            signs=sign_codes(plan_numbers(con, ["t"])["t"].marks, None),
            fallback="XXX",
        )

    assert read(["€5", "HK$5", "$5", "5"], query) == ["EUR", "HKD", "USD", "XXX"]


amounts = st.decimals(-(10**9), 10**9, places=2, allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(st.lists(amounts, min_size=1, max_size=5))
def test_what_is_written_is_read(values):
    assert read([f"{value:,.2f}" for value in values]) == values


@settings(max_examples=60, deadline=None)
@given(st.lists(amounts, min_size=1, max_size=5))
def test_what_is_written_with_a_decimal_comma_is_read(values):
    swap = str.maketrans(",.", ".,")
    assert read([f"{value:,.2f} €".translate(swap) for value in values]) == values


@pytest.mark.parametrize(("mark", "amount"), [(".", 1204), (",", Decimal("1.204"))])
def test_a_person_may_name_the_decimal_mark(stage, mark, amount):
    text = 'order id,email,date,total\n1,a@x.org,2024-01-05,"1,204"\n'
    result = stage(text, decimal=mark)
    assert result.row("amount") == amount
    assert "number_doubtful" not in {note.key for note in result.understanding.warnings}
