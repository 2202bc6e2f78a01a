"""Keys of one table that another should know and does not, and what would explain it."""

import duckdb
import pandas as pd

from analytics.notes import Note

_PAIRS = (
    ("order_lines", "customers", "customer_id"),
    ("events", "customers", "customer_id"),
    ("ratings", "customers", "customer_id"),
    ("subscriptions", "customers", "customer_id"),
    ("order_lines", "items", "item_id"),
    ("events", "items", "item_id"),
    ("ratings", "items", "item_id"),
    # the other way round it is no fault: not everybody bought, not everything was sold
    ("customers", "order_lines", "customer_id"),
    ("items", "order_lines", "item_id"),
    ("events", "order_lines", "customer_id"),
    ("ratings", "order_lines", "customer_id"),
)
_EXPECTED = ("customers", "items")

# What two spellings of one key have in common, by the name of the hint.
_FORMS = {
    "dot_zero": r"regexp_replace({key}, '\.0+$', '')",
    "leading_zeros": "ltrim({key}, '0')",
    "case": "lower({key})",
    "blanks": r"regexp_replace({key}, '[\s\-]', '', 'g')",
}
# A key that is one of these, where the other table has none such.
_KINDS = {
    "email": "contains({key}, '@')",
    "phone": r"regexp_matches({key}, '^(\+\d{{8,15}}|1\d{{10}})$')",
}

_ORPHANS = """
CREATE OR REPLACE TEMP TABLE orphans AS
SELECT {key} AS key, count(*) AS n FROM {table}
WHERE {key} IS NOT NULL AND {key} NOT IN (SELECT {key} FROM {other} WHERE {key} IS NOT NULL)
GROUP BY {key}
"""

COLUMNS = (
    "table",
    "other_table",
    "key",
    "rows",
    "missing",
    "share",
    "is_expected",
    "hint",
    "explained",
    "example",
)


def orphans(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Which customers and items of one table have no row in the other?

    Parameters
    ----------
    con
        With every canonical table as a view of its name.

    Returns
    -------
    DataFrame
        One row for each pair of tables that are both filled and do not agree: table, other_table,
        key (its column), rows (of `table`, without a partner), missing (distinct keys without a
        partner), share (of its distinct keys), is_expected (no fault: a customer who never bought,
        an item never sold), hint (null, or what makes `explained` of the keys agree: dot_zero,
        leading_zeros, case, blanks; or what they are while the other's are not: email, phone),
        example (a key). Attribute `notes`: a sentence for each row that is no mere expectation.

    Notes
    -----
    Own definition. Between events or ratings and orders only what a hint explains is listed: people
    who look and never buy are no fault.
    """
    filled = {
        table
        for table in {name for pair in _PAIRS for name in pair[:2]}
        if con.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall()
    }
    found = [_pair(con, *pair) for pair in _PAIRS if {pair[0], pair[1]} <= filled]
    rows = [row for row in found if row is not None]
    table = pd.DataFrame(rows, columns=pd.Index(COLUMNS))
    table.attrs["notes"] = [note for row in rows for note in _notes(row)]
    return table


def _pair(
    con: duckdb.DuckDBPyConnection, table: str, other: str, key: str
) -> dict[str, object] | None:
    con.execute(_ORPHANS.format(table=table, other=other, key=key))
    missing, rows, example = con.execute(
        "SELECT count(*), sum(n), min(key) FROM orphans"
    ).fetchall()[0]
    if not missing:
        return None
    hint, explained, shown = _hint(con, other, key)
    is_expected = other not in _EXPECTED
    if is_expected and hint is None and table not in _EXPECTED:
        return None
    (known,) = con.execute(f"SELECT count(DISTINCT {key}) FROM {table}").fetchall()[0]
    return {
        "table": table,
        "other_table": other,
        "key": key,
        "rows": int(rows),
        "missing": missing,
        "share": missing / known,
        "is_expected": is_expected,
        "hint": hint,
        "explained": explained,
        "example": shown or example,
    }


def _hint(
    con: duckdb.DuckDBPyConnection, other: str, key: str
) -> tuple[str | None, int, str | None]:
    """The spelling that makes most orphans agree with the other table, and how many those are."""
    best: tuple[str | None, int, str | None] = (None, 0, None)
    for name, form in _FORMS.items():
        theirs = f"SELECT {form.format(key=key)} FROM {other} WHERE {key} IS NOT NULL"
        n, example = con.execute(
            f"SELECT count(*), min(key) FROM orphans WHERE {form.format(key='key')} IN ({theirs})"
        ).fetchall()[0]
        best = (name, n, example) if n > best[1] else best
    if best[0] is not None or key != "customer_id":
        return best
    for name, test in _KINDS.items():
        n, example = con.execute(
            f"SELECT count(*), min(key) FROM orphans WHERE {test.format(key='key')} AND NOT "
            f"EXISTS (SELECT 1 FROM {other} WHERE {test.format(key=key)})"
        ).fetchall()[0]
        best = (name, n, example) if n > best[1] else best
    return best


def _notes(row: dict[str, object]) -> list[Note]:
    values = {"field": row["key"], **{name: row[name] for name in COLUMNS if name != "key"}}
    if row["table"] in _EXPECTED:
        return []  # their orphans are expected, and a hint is said of the other direction
    if row["hint"] is not None:
        return [Note(f"orphans_{row['hint']}", _HINTS[str(row["hint"])], **values)]
    if row["is_expected"]:
        return []
    text = (
        "{missing:,} values of {field} in {table} ({share:.1%}, e.g. {example}) have no row in "
        "{other_table}."
    )
    return [Note("orphans", text, **values)]


_WHO = "{explained:,} values of {field} in {table} (e.g. {example}) are "
_HINTS = {
    "dot_zero": _WHO + "in {other_table} but for a “.0” at the end, which a spreadsheet or a data "
    "frame adds: export one of them anew.",
    "leading_zeros": _WHO + "in {other_table} but for zeros in front, which a spreadsheet drops: "
    "export one of them anew.",
    "case": _WHO + "in {other_table} but for capital letters.",
    "blanks": _WHO + "in {other_table} but for blanks or dashes.",
    "email": _WHO + "e-mail addresses, {other_table} has none: a customers file with ids and "
    "e-mails would join them.",
    "phone": _WHO + "phone numbers, {other_table} has none: a customers file with ids and phones "
    "would join them.",
}
