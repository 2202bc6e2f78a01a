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
    assert [(note.values["n"], note.values["share"]) for note in notes] == [(3, 0.75), (1, 0.25)]
    assert notes[0].values["example"] == "5.11384E+18"


@pytest.mark.parametrize(
    "damaged", ["5.1E+18", "1.23457E+12", "1,23457E+12", "1.23457E12", "5E+11", "########"]
)
def test_damaged_ids_in_every_shape_are_nobody(stage, damaged):
    result = stage(
        HEAD + f'1,"{damaged}",2024-01-05,1\n2,"{damaged}",2024-01-05,1\n3,x,2024-01-05,1\n'
    )
    assert result.rows("customer_id") == [None, None, "x"]


@pytest.mark.parametrize("sound", ["1E10", "12e5", "5e3a", "0x1E+5", "#1001", "E+12"])
def test_ids_that_only_look_like_numbers_stay(stage, sound):
    assert stage(HEAD + f"{sound},a,2024-01-05,1\n").row("order_id") == sound


@pytest.mark.parametrize(
    "word",
    [
        "",
        "nan",
        "null",
        "None",
        "guest",
        "Guest",
        "—",
        "/",
        "N/A",
        "匿名",
        "(not set)",
        "微信用户",
        "Walk-in customer",
        "ゲスト",
    ],
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
    result = stage(text)
    assert result.notes()["weak_ignored"].values["n"] == 1
    assert result.rows("customer_id", "is_weak") == [
        ("ann@example.com", False),
        ("13800138000", False),
        ("13800138000", False),
        (None, False),  # a name identifies only where the file has nothing better
        (None, False),  # so does a masked phone
    ]


PEOPLE = "order_id,customer_id,email,phone,ordered_at,amount\n"


def test_an_address_stands_for_the_one_id_it_goes_with(stage):
    result = stage(
        PEOPLE
        + "1,c1,Ann@X.example,+86 138 0013 8001,2024-01-05,1\n2,,ann@x.example,,2024-01-06,1\n"
        "3,,,138-0013-8001,2024-01-07,1\n4,,,008613800138001,2024-01-07,1\n"
    )
    assert result.rows("customer_id") == ["c1"] * 4
    assert result.notes()["people_joined"].values["n"] == 3


def test_an_address_of_two_ids_stands_for_itself(stage):
    result = stage(
        PEOPLE + "1,c1,family@x.example,,2024-01-05,1\n2,c2,family@x.example,,2024-01-06,1\n"
        "3,,family@x.example,,2024-01-07,1\n"
    )
    assert result.rows("customer_id") == ["c1", "c2", "family@x.example"]
    assert result.notes()["people_torn"].values["n"] == 1
    assert "people_joined" not in result.notes()


def test_a_phone_leads_to_an_email_and_that_to_an_id(stage):
    result = stage(
        PEOPLE + "1,c1,ann@x.example,,2024-01-05,1\n2,,ann@x.example,13800138001,2024-01-06,1\n"
        "3,,,13800138001,2024-01-07,1\n"
    )
    assert result.rows("customer_id") == ["c1"] * 3


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("+1 (415) 555-0100", "4155550100"),
        ("001 415 555 0100", "4155550100"),
        ("415.555.0100", "4155550100"),
        ("+8613800138001", "13800138001"),
        ("13800138001.0", "13800138001"),
        ("13055550100", "13055550100"),
        ("+44 20 7946 0018", "442079460018"),
        ("(415) 555-0100 ext. 12", "4155550100"),
    ],
)
def test_phones_are_the_same_however_they_are_written(stage, written, digits):
    text = f"order_id,Phone,ordered_at,amount\n1,{written},2024-01-05,1\n"
    assert stage(text, mapping={"phone": "Phone"}).row("customer_id") == digits


def test_an_address_of_the_shop_that_is_everywhere_is_nobody(stage):
    crowd = "".join(f"{n},no-reply@shop.example,2024-01-05,1\n" for n in range(10))
    others = "".join(f"{n},c{n}@x.example,2024-01-05,1\n" for n in range(10, 20))
    result = stage("order_id,email,ordered_at,amount\n" + crowd + others)
    assert result.rows("customer_id") == [None] * 10 + [f"c{n}@x.example" for n in range(10, 20)]
    assert result.notes()["no_customer"].values["share"] == 0.5


def test_masked_phones_identify_where_the_file_has_nothing_better(stage):
    text = "order_id,手机号,下单时间,金额\n1,186****1234,2024-01-05,1\n2,187****1234,2024-01-06,1\n"
    result = stage(text)
    assert result.rows("customer_id", "is_weak") == [("186****1234", True), ("187****1234", True)]
    assert result.notes()["weak_customers"].values["share"] == 1.0


def test_weak_customers_are_reported(stage):
    text = "order_id,Customer Name,ordered_at,amount\n1,Ann Lee,2024-01-05,1\n"
    result = stage(text)
    assert result.row("is_weak") is True
    assert result.notes()["weak_customers"].values["n"] == 1


def test_a_file_without_any_customer_is_refused(stage):
    with pytest.raises(NoCustomersError, match="customer_id") as caught:
        stage(HEAD + "1,guest,2024-01-05,1\n2,,2024-01-06,1\n")
    assert caught.value.file == "sales.csv"
