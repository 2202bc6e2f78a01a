"""Which rows of a file of orders are money going back, however the file writes them.

A refund may stand in a column of the sale, or in a row of its own: below zero, with units below
zero, named a refund by its type, or marked refunded behind the sale that it takes back. All rows of
their own come to one form: an amount below zero on the order that was refunded.
"""

from collections.abc import Collection, Mapping

import duckdb

from analytics.intake.vocabulary import Words
from analytics.intake.words import word_key
from analytics.quoting import identifier

MONEY = "DECIMAL(18,4)"
_STATES = ("status", "refund_status")
_MOSTLY, _ALMOST_ALL = 0.5, 0.9
# Nouns name what happened in the row; participles the state of an order.
_DEEDS = {"refund", "退款", "返金", "退货", "退貨", "return", "chargeback", "remboursement",
          "erstattung", "rückerstattung", "reembolso", "devolución", "estorno", "rimborso",
          "交易退款", "退费", "환불", "返品"}  # fmt: skip


def said_refund_sql(fields: Collection[str], words: Mapping[str, Words]) -> str | None:
    """SQL of whether the words of a row call it refunded; None where no word of the file does."""
    tests = [
        f"{words[name].sql()} = 'refunded'"
        for name in _STATES
        if name in fields and "refunded" in words[name].meanings.values()
    ]
    return f"coalesce({' OR '.join(tests)}, false)" if tests else None


def typed_refund_sql(fields: Collection[str], words: Mapping[str, Words]) -> str | None:
    """SQL of whether the type of a transaction names it a refund; None where none does."""
    name = "transaction_type"
    if name not in fields or "refunded" not in words[name].meanings.values():
        return None
    return f"coalesce({words[name].sql()} = 'refunded', false)"


def has_refund_rows(
    con: duckdb.DuckDBPyConnection,
    fields: Collection[str],
    words: Mapping[str, Words],
    amount: str | None,
) -> bool:
    """Whether rows marked refunded, with an amount above zero, take back a sale of the same order.

    They do where their order has another row of the same item, not marked so, with at least as
    much money: nearly always in the file, or mostly where the word is a noun such as "Refund". A
    line that is merely in the state refunded has no such twin. Own definition.

    Parameters
    ----------
    con
        With the table `cells`.
    fields
        The mapped fields.
    words
        Field to what its words mean.
    amount
        SQL of the amount of a row of `cells`.
    """
    said = said_refund_sql(fields, words)
    if not said or not amount or "order_id" not in fields:
        return False
    item = next((identifier(name) for name in ("item_id", "item_name") if name in fields), "''")
    worded = " OR ".join(f"{name} IS NOT NULL" for name in _STATES if name in fields)
    twins, marked = con.execute(
        f"WITH marked AS (SELECT order_id, {item} AS item, {amount} AS amount, {said} AS is_back, "
        f"{worded} AS is_worded FROM cells "
        f"WHERE order_id IN (SELECT order_id FROM cells WHERE {said})), "
        "sold AS (SELECT *, CASE WHEN NOT is_back AND is_worded THEN amount END AS asked "
        "FROM marked), "
        "paired AS (SELECT *, max(asked) OVER (PARTITION BY order_id) AS any_sold, "
        "max(asked) OVER (PARTITION BY order_id, item) AS sold FROM sold) "
        "SELECT count(*) FILTER ((CASE WHEN item IS NULL THEN any_sold ELSE sold END) >= amount), "
        "count(*) FROM paired WHERE is_back AND amount > 0"
    ).fetchall()[0]
    is_deed = all(
        word_key(word) in _DEEDS
        for name in _STATES
        if name in fields
        for word, meaning in words[name].meanings.items()
        if meaning == "refunded"
    )
    return marked > 0 and twins >= (_MOSTLY if is_deed else _ALMOST_ALL) * marked


def back_sql(
    fields: Collection[str], words: Mapping[str, Words], *, marks_rows: bool
) -> str | None:
    """SQL of whether a row is a refund of its own, judged by its words; None where none is.

    Parameters
    ----------
    fields
        The mapped fields.
    words
        Field to what its words mean.
    marks_rows
        What `has_refund_rows` found.
    """
    tests = [
        typed_refund_sql(fields, words),
        said_refund_sql(fields, words) if marks_rows else None,
    ]
    found = [test for test in tests if test]
    return f"({' OR '.join(found)})" if found else None


def signed_sql(amount: str, fields: Collection[str]) -> str:
    """SQL of the amount of a row: below zero where its words or its units say that money went back.

    Parameters
    ----------
    amount
        SQL of the amount as the file has it.
    fields
        The mapped fields; their numbers are named NAME__n, what their words say `is_back`.
    """
    stated = "nullif(abs(refunded_amount__n), 0), " if "refunded_amount" in fields else ""
    tests = [f"WHEN is_back THEN CAST(-coalesce({stated}abs({amount})) AS {MONEY})"]
    if "quantity" in fields:
        tests.append(f"WHEN quantity__n < 0 AND {amount} > 0 THEN -{amount}")
    return f"CASE {' '.join(tests)} ELSE {amount} END"
