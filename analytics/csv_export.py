"""The one way a table leaves as CSV: spreadsheets read it, and nothing in it runs there."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_LIST_SEPARATOR = "|"


def csv_bytes(frame: pd.DataFrame, provenance: Mapping[str, Any] | None = None) -> bytes:
    r"""Write a table as CSV: UTF-8 with BOM, one header row, RFC 4180 line ends.

    Times are ISO-8601 with offset (naive ones are UTC), days are YYYY-MM-DD, numbers are numbers,
    nulls are empty cells, lists are joined by `|`. A text cell that a spreadsheet would take for a
    formula (it starts with = + - @ tab or return) gets an apostrophe before it; `unguarded` takes
    it off again. OWASP, "CSV Injection".

    Parameters
    ----------
    frame : any table; the index is left out.
    provenance : facts about the file (workspace version, as-of …), added as constant last columns.

    Returns
    -------
    bytes

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"id": ["007"], "n": [3], "note": ["=1+1"]}), {"version": 2})
    b"\xef\xbb\xbfid,n,note,version\r\n007,3,'=1+1,2\r\n"
    """
    table = frame.assign(**dict(provenance or {}))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(str(name)) for name in table.columns])
    columns = [_cells(table.iloc[:, at]) for at in range(table.shape[1])]
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode("utf-8-sig")


def guarded(text: str) -> str:
    """Return the text as a spreadsheet will leave it alone.

    >>> guarded("@SUM(A1)"), guarded("a=b")
    ("'@SUM(A1)", 'a=b')
    """
    return f"'{text}" if _is_dangerous(text) else text


def unguarded(text: str) -> str:
    """Take off what `guarded` put before a text.

    >>> unguarded("'-1"), unguarded("'tis")
    ('-1', "'tis")
    """
    return text[1:] if text.startswith("'") and _is_dangerous(text) else text


def _is_dangerous(text: str) -> bool:
    """Tell a formula, also behind apostrophes: guarding twice and undoing it once must be exact."""
    return text.lstrip("'").startswith(_DANGEROUS)


def _cells(column: pd.Series) -> list[str]:
    if _is_days(column):
        return ["" if pd.isna(day) else day.date().isoformat() for day in column]
    return [_cell(value) for value in column]


def _is_days(column: pd.Series) -> bool:
    """Tell a column of days (all naive midnights) from one of times."""
    if not pd.api.types.is_datetime64_dtype(column):
        return False
    times = column.dropna()
    return bool((times == times.dt.normalize()).all())


def _cell(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return guarded(_LIST_SEPARATOR.join(map(str, value)))
    if pd.isna(value):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return str(value).lower()
    if isinstance(value, date):  # a datetime is one too
        return _moment(value)
    return str(value) if isinstance(value, (Real, Decimal)) else guarded(str(value))


def _moment(value: date) -> str:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC).isoformat()
    return value.isoformat()
