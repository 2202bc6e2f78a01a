"""Keys that one table has and the other does not, and what would explain them."""

import pytest

from tests.store.files import csv, keys, shop

LINES = "order_id,customer_id,item_id,amount,ordered_at"
PEOPLE = "customer_id,name,signed_up_at"
ITEMS = "item_id,item_name,category"


def lines(folder, *pairs):
    rows = [f"{n},{who},{what},10,2024-05-01" for n, (who, what) in enumerate(pairs, 1)]
    return csv(folder, "orders.csv", LINES, *rows)


def people(folder, *ids):
    return csv(folder, "people.csv", PEOPLE, *(f"{one},Name,2024-01-01" for one in ids))


def found(opened):
    columns = ["table", "other_table", "rows", "missing", "hint", "explained"]
    return [tuple(row) for row in opened.orphans()[columns].itertuples(index=False)]


def test_tables_that_agree_have_none(tmp_path):
    opened = shop(tmp_path, lines(tmp_path, ("a", "x")), people(tmp_path, "a"))
    assert (found(opened), opened.orphans().attrs["notes"]) == ([], [])


def test_one_table_alone_has_none(tmp_path):
    assert found(shop(tmp_path, lines(tmp_path, ("a", "x")))) == []


def test_customers_of_orders_that_the_customers_table_does_not_know(tmp_path):
    bought = lines(tmp_path, ("ann", "x"), ("bob", "x"), ("bob", "y"), ("cy", "x"))
    opened = shop(tmp_path, bought, people(tmp_path, "ann", "dee"))
    assert found(opened) == [
        ("order_lines", "customers", 3, 2, None, 0),
        ("customers", "order_lines", 1, 1, None, 0),
    ]
    table = opened.orphans()
    assert table["share"].round(3).tolist() == [0.667, 0.5]
    assert table["is_expected"].tolist() == [False, True]
    assert [str(note) for note in table.attrs["notes"]] == [
        "2 values of customer_id in order_lines (66.7%, e.g. bob) have no row in customers."
    ]


@pytest.mark.parametrize(
    ("hint", "ours", "theirs"),
    [
        ("dot_zero", "17850", "17850.0"),
        ("leading_zeros", "0042", "42"),
        ("case", "Ann-K", "ann-k"),
        ("blanks", "AB 12", "AB12"),
        ("email", "ann@x.org", "1001"),
        ("phone", "13912345678", "1001"),
    ],
)
def test_what_explains_a_mismatch_is_named(tmp_path, hint, ours, theirs):
    opened = shop(tmp_path, lines(tmp_path, (ours, "x")), people(tmp_path, theirs))
    assert found(opened)[0] == ("order_lines", "customers", 1, 1, hint, 1)
    assert [note.key for note in opened.orphans().attrs["notes"]] == [f"orphans_{hint}"]


def test_items_of_ratings_and_events(tmp_path):
    rated = csv(tmp_path, "ratings.csv", "customer_id,item_id,rating", "a,x,5", "a,z,4")
    seen = csv(
        tmp_path, "events.csv", "customer_id,event,occurred_at,item_id", "a,view,2024-05-01,q"
    )
    sold = csv(tmp_path, "items.csv", ITEMS, "x,Course,Writing")
    assert found(shop(tmp_path, rated, seen, sold)) == [
        ("events", "items", 1, 1, None, 0),
        ("ratings", "items", 1, 1, None, 0),
    ]


def test_people_who_only_look_are_no_orphans_unless_their_ids_are_spelt_otherwise(tmp_path):
    bought = lines(tmp_path, ("17", "x"))
    header = "customer_id,event,occurred_at"
    looked = csv(tmp_path, "looked.csv", header, "18,view,2024-05-01")
    assert found(shop(tmp_path, bought, looked)) == []
    spelt = csv(tmp_path, "spelt.csv", header, "17.0,view,2024-05-01")
    assert found(shop(tmp_path, bought, spelt, name="other")) == [
        ("events", "order_lines", 1, 1, "dot_zero", 1)
    ]


def test_the_import_that_brings_the_second_table_says_it(tmp_path):
    opened = shop(tmp_path, lines(tmp_path, ("17", "x")))
    report = opened.import_file(people(tmp_path, "17.0"))
    assert "orphans_dot_zero" in keys(report)
