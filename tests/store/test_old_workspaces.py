"""Workspaces of before a column was known: read, imported upon, never asked to be made anew."""

from dataclasses import replace

import duckdb
import pytest

from analytics import open_workspace, schema
from analytics.settings import Settings
from analytics.store import engines, importing, manifest
from analytics.store.importing import Place
from analytics.store.manifest import Version
from tests.store.files import csv, keys, orders

LATER = {"content_type", "email", "phone"}
HEADER = "order_id,customer_id,item_id,amount,ordered_at"


def old_table(place, name, rows):
    """Write a table as it was: without the later columns, its source without a shape."""
    from deltalake import write_deltalake

    columns = [one for one in schema.columns_of(name) if one.name not in LATER]
    nulls = ", ".join(
        f"CAST({rows.get(one.name, 'NULL')} AS {one.dtype}) AS {one.name}" for one in columns
    )
    write_deltalake(place.table(name), duckdb.sql(f"SELECT {nulls}").to_arrow_table())


@pytest.fixture
def old(tmp_path):
    opened = open_workspace(tmp_path / "shop", create=True)
    place = Place(opened.path)
    told = {"source": "'generic'", "source_file": "'old.csv'", "source_row": "2"}
    line = {"customer_id": "'a'", "order_id": "'1'", "amount": "10", "status": "'sale'"}
    old_table(place, "order_lines", {**told, **line, "ordered_at": "TIMESTAMP '2024-05-01'"})
    old_table(place, "customers", {**told, "customer_id": "'a'"})
    before = Version(settings=Settings(timezone="UTC"), tables={"order_lines": 0, "customers": 0})
    with engines.connect() as con:
        made = importing.rebuild(con, place, before.following("import", "old.csv"), lambda *_: None)
    manifest.publish(place.versions, made)
    return opened.refresh()


def test_the_later_columns_are_null(old):
    assert old.table("order_lines").execute()["content_type"].isna().all()
    assert old.table("customers").execute()[["email", "phone"]].isna().all(axis=None)
    assert orders(old) == [("1", 10.0, "sale")]


def test_a_later_mart_is_read_from_what_stands_in_for_it(old):
    older = replace(old._state, tables={**old._state.tables})
    del older.tables["refund_lines"]
    old._state = older
    assert old.table("refund_lines").execute()[["order_id", "amount"]].to_numpy().tolist() == [
        ["1", 10]
    ]


def test_new_files_are_added_and_replace_what_they_tell_anew(old, tmp_path):
    more = csv(tmp_path, "more.csv", HEADER, "2,b@x.org,x,5,2024-05-02")
    old.import_file(more)
    again = csv(tmp_path, "again.csv", HEADER, "1,a,x,7,2024-05-01")
    assert "replaced_orders" in keys(old.import_file(again))
    people = "customer_id,name,email"
    old.import_file(csv(tmp_path, "people.csv", people, "a,Ann,ann@x.org", "b,Bo,b@x.org"))
    assert orders(old) == [("1", 7.0, "sale"), ("2", 5.0, "sale")]
    assert sorted(old.table("orders").execute()["customer_id"]) == ["a", "b"]
    assert old.count("customers") == 2
