"""Customers known by an e-mail or a phone in one file and by an id in another."""

import itertools

import pytest

from analytics import open_workspace
from analytics.store.readings import Request
from tests.store.files import ZONE, csv, shop

PEOPLE = "customer_id,name,email,phone,signed_up_at"


@pytest.fixture
def people(tmp_path):
    return csv(
        tmp_path,
        "people.csv",
        PEOPLE,
        "1001,Ann,Ann@X.org,+86 139 1234 5678,2024-01-01",
        "1002,Bob,bob@x.org,13700000000,2024-01-02",
        "1003,Bea,shared@x.org,13700000001,2024-01-03",
        "1004,Ben,shared@x.org,13700000001,2024-01-04",
    )


@pytest.fixture
def by_mail(tmp_path):
    header = "order_id,email,item_id,amount,ordered_at"
    rows = "1,ann@x.org,x,10,2024-05-01", "2,shared@x.org,x,20,2024-05-02"
    return csv(tmp_path, "mails.csv", header, *rows)


@pytest.fixture
def by_phone(tmp_path):
    header = "order number,phone,amount,ordered on"
    return csv(tmp_path, "phones.csv", header, "3,13912345678,30,2024-05-03")


@pytest.fixture
def by_id(tmp_path):
    header = "order,customer_id,amount,ordered at,item_id"
    return csv(tmp_path, "ids.csv", header, "4,1002,40,2024-05-04,x")


@pytest.fixture
def files(people, by_mail, by_phone, by_id):
    return [people, by_mail, by_phone, by_id]


def buyers(opened):
    frame = opened.table("customer_summary").execute()
    bought = frame[frame["orders"] > 0].sort_values("customer_id")
    return {row.customer_id: float(row.revenue) for row in bought.itertuples()}


BUYERS = {"1001": 40.0, "1002": 40.0, "shared@x.org": 20.0}


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_files_in_any_order_give_the_same_customers(tmp_path, files, order):
    opened = open_workspace(tmp_path / "shop", create=True)
    opened.import_files([Request(files[place], settings=ZONE) for place in order])
    assert buyers(opened) == BUYERS


def test_one_after_the_other_gives_the_same_as_all_at_once(tmp_path, files):
    assert buyers(shop(tmp_path, *files[1:], files[0])) == BUYERS


def test_the_stored_rows_keep_what_their_file_said(tmp_path, people, by_mail):
    opened = shop(tmp_path, people, by_mail)
    kept = opened.table("order_lines").execute()["customer_id"]
    assert sorted(kept) == ["ann@x.org", "shared@x.org"]


def test_a_contact_that_two_share_joins_nobody_and_is_no_orphan_of_a_hint(
    tmp_path, people, by_mail
):
    opened = shop(tmp_path, people, by_mail)
    table = opened.orphans()
    missing = table[(table["table"] == "order_lines") & (table["other_table"] == "customers")]
    assert missing["example"].tolist() == ["shared@x.org"]


def test_an_email_that_is_itself_an_id_stays(tmp_path, by_mail):
    header = "customer_id,name,email,signed_up_at"
    rows = "ann@x.org,Ann,old@x.org,2024-01-01", "1,Other,ann@x.org,2024-01-02"
    opened = shop(tmp_path, csv(tmp_path, "people.csv", header, *rows), by_mail)
    assert buyers(opened)["ann@x.org"] == 10.0


def test_undoing_the_customers_undoes_the_join(tmp_path, people, by_mail):
    opened = shop(tmp_path, by_mail, people)
    assert "1001" in buyers(opened)
    opened.undo()
    assert buyers(opened) == {"ann@x.org": 10.0, "shared@x.org": 20.0}
