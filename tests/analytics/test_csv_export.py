import csv
import io
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.csv_export import csv_bytes, guarded, unguarded


def rows(frame, **options):
    data = csv_bytes(frame, **options)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def cell(value, dtype=None):
    return rows(pd.DataFrame({"x": pd.Series([value], dtype=dtype or object)}))[1][0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("007", "007"),
        ("会员", "会员"),
        (-3, "-3"),
        (-2.5, "-2.5"),
        (Decimal("1.10"), "1.10"),
        (np.float64(0.1), "0.1"),
        (True, "true"),
        (np.False_, "false"),
        (None, ""),
        (float("nan"), ""),
        (pd.NA, ""),
        (pd.NaT, ""),
        (date(2025, 1, 2), "2025-01-02"),
        (datetime(2025, 1, 2, 3, 4, 5), "2025-01-02T03:04:05+00:00"),
        (datetime(2025, 1, 2, 3, tzinfo=timezone(timedelta(hours=8))), "2025-01-02T03:00:00+08:00"),
        (["a", "b"], "a|b"),
        (["=a"], "'=a"),
        ("=1+1", "'=1+1"),
        ("+86 138", "'+86 138"),
        ("-1", "'-1"),
        ("@me", "'@me"),
        ("\tx", "'\tx"),
    ],
)
def test_cells(value, text):
    assert cell(value) == text


def test_columns_of_midnights_are_days_and_others_times():
    days = pd.DataFrame({"x": pd.to_datetime(["2025-01-01", None])})
    assert [row[0] for row in rows(days)[1:]] == ["2025-01-01", ""]
    times = pd.DataFrame({"x": pd.to_datetime(["2025-01-01 00:00", "2025-01-01 10:00"])})
    assert rows(times)[1] == ["2025-01-01T00:00:00+00:00"]


def test_nullable_numbers_stay_whole():
    frame = pd.DataFrame({"n": pd.array([1, None], dtype="Int64")})
    assert rows(frame)[1:] == [["1"], [""]]


def test_provenance_is_repeated_in_last_columns():
    frame = pd.DataFrame({"a": [1, 2]})
    assert rows(frame, provenance={"version": 3})[0] == ["a", "version"]
    assert [row[1] for row in rows(frame, provenance={"version": 3})[1:]] == ["3", "3"]
    assert list(frame) == ["a"]


def test_a_text_that_looks_guarded_comes_back_too():
    assert unguarded(guarded("'=x")) == "'=x"


def test_headers_are_guarded_too():
    assert rows(pd.DataFrame({"=x": [1]}))[0] == ["'=x"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))))
def test_texts_come_back_as_they_were(texts):
    frame = pd.DataFrame({"n": range(len(texts)), "x": pd.Series(texts, dtype=object)})
    back = [unguarded(row[1]) for row in rows(frame)[1:]]
    assert back == texts


@given(st.text())
def test_a_guarded_text_is_never_a_formula(text):
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))
