"""Reading Parquet files whose columns are not all of today's."""

import duckdb
import pytest

from analytics.schema import Column
from analytics.store.engines import cursor, scan

COLUMNS = [Column("customer_id", "VARCHAR"), Column("email", "VARCHAR"), Column("age", "DOUBLE")]


def written(folder, name, query):
    path = folder / name
    duckdb.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return str(path)


@pytest.fixture
def old(tmp_path):
    return written(tmp_path, "old.parquet", "SELECT 'a' AS customer_id, 30.0::DOUBLE AS age")


@pytest.fixture
def new(tmp_path):
    query = "SELECT 'b' AS customer_id, 'b@x.org' AS email, 40.0::DOUBLE AS age"
    return written(tmp_path, "new.parquet", query)


def rows(files):
    return cursor().execute(f"{scan(files, COLUMNS)} ORDER BY customer_id").fetchall()


def test_a_column_that_no_file_has_is_null(old):
    assert rows([old]) == [("a", None, 30.0)]


def test_a_column_that_one_file_lacks_is_null_there(old, new):
    assert rows([old, new]) == rows([new, old]) == [("a", None, 30.0), ("b", "b@x.org", 40.0)]


def test_a_missing_column_has_its_type(old):
    (types,) = cursor().execute(f"SELECT typeof(email) FROM ({scan([old], COLUMNS)})").fetchall()
    assert types == ("VARCHAR",)
