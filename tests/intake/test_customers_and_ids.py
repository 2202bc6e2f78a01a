"""Who a row is about: ids stay text, nobody is never one giant customer."""

import pytest

from analytics.errors import NoCustomersError

HEAD = "order_id,customer_id,ordered_at,amount\n"


def test_leading_zeros_and_eighteen_digits_survive(stage):
    result = stage(
        HEAD + "007,0042,2024-01-05,1\n900719925474099312,123456789012345678,2024-01-06,1\n"
    )
    assert result.rows("order_id", "customer_id") == [
        ("007", "0042"),
        ("900719925474099312", "123456789012345678"),
    ]


@pytest.mark.parametrize(
    "written", ["`0042", "0042\t", "\t0042", "'0042", '"=""0042"""', " 0042 ", "\u30000042"]
)
def test_guards_of_excel_go(stage, written):
    assert stage(HEAD + f"1,{written},2024-01-05,1\n").row("customer_id") == "0042"


def test_ids_that_a_spreadsheet_destroyed_are_missing_and_reported(stage):
    rows = "".join(f"5.11384E+18,c{n},2024-01-05,1\n" for n in range(3))
    result = stage(HEAD + rows + "17,5.1E+17,2024-01-05,1\n")
    assert result.rows("order_id") == [None, None, None, "17"]
    assert result.rows("customer_id") == ["c0", "c1", "c2", None]
    notes = [note for note in result.staged.warnings if note.key == "damaged_ids"]
    assert [note.values["n"] for note in notes] == [3, 1]


@pytest.mark.parametrize(
    "word", ["", "nan", "null", "None", "guest", "Guest", "—", "/", "N/A", "匿名"]
)
def test_words_for_nobody(stage, word):
    result = stage(HEAD + f"1,{word},2024-01-05,1\n2,ann,2024-01-06,3\n")
    assert result.rows("customer_id") == [None, "ann"]
    note = result.notes()["no_customer"]
    assert note.values["n"] == 1
    assert note.values["share"] == 0.5
    assert note.values["money"] == 0.25


@pytest.mark.parametrize("zero", ["0", "0.0", "-1"])
def test_a_zero_that_is_everywhere_is_nobody(stage, zero):
    rows = "".join(f"{n},{zero},2024-01-05,1\n" for n in range(10))
    others = "".join(f"{n},{n},2024-01-05,1\n" for n in range(10, 20))
    result = stage(HEAD + rows + others)
    assert result.rows("customer_id")[:11] == [None] * 10 + ["10"]
    assert result.staged.rows_loaded == 20


def test_a_customer_zero_among_equals_stays(stage):
    rows = "".join(f"{n},{n % 5},2024-01-05,1\n" for n in range(20))
    result = stage(HEAD + rows)
    assert set(result.rows("customer_id")) == {"0", "1", "2", "3", "4"}


def test_a_crowd_is_reported(stage):
    crowd = "".join(f"{n},cash desk,2024-01-05,1\n" for n in range(30))
    result = stage(HEAD + crowd + "31,ann,2024-01-05,1\n32,bo,2024-01-05,1\n")
    assert result.notes()["crowd"].values["customer"] == "cash desk"


def test_mail_is_lower_cased_phone_is_digits(stage):
    text = (
        "order_id,Email,Phone,Billing Name,ordered_at,amount\n"
        "1, Ann@Example.com ,,Ann,2024-01-05,1\n2,,+86 138-0013-8000,Bo,2024-01-05,1\n"
        "3,,13800138000,Bo,2024-01-06,1\n4,,,Cy,2024-01-06,1\n5,,138****8000,,2024-01-06,1\n"
    )
    assert stage(text).rows("customer_id", "is_weak") == [
        ("ann@example.com", False),
        ("13800138000", False),
        ("13800138000", False),
        (None, False),  # a name identifies only where the file has nothing better
        ("138****8000", True),
    ]


def test_weak_customers_are_reported(stage):
    text = "order_id,Customer Name,ordered_at,amount\n1,Ann Lee,2024-01-05,1\n"
    result = stage(text)
    assert result.row("is_weak") is True
    assert result.notes()["weak_customers"].values["n"] == 1


def test_a_file_without_any_customer_is_refused(stage):
    with pytest.raises(NoCustomersError, match="customer_id") as caught:
        stage(HEAD + "1,guest,2024-01-05,1\n2,,2024-01-06,1\n")
    assert caught.value.file == "sales.csv"
