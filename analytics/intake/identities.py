"""Who a row is about, and the ids of orders and items: always text, never a guess."""

from collections.abc import Mapping, Sequence

import duckdb

from analytics.intake.fields import reading
from analytics.quoting import identifier, literal

CHAIN = ("customer_id", "email", "phone", "customer_name")
_KINDS = {"email": "email", "phone": "phone", "customer_name": "name"}
_NOBODY = (
    "guest|anonymous|unknown|undefined|visitor|walk-in|walk in|no customer"
    "|匿名|匿名用户|游客|散客|未登录|未知"
)
_ZEROS = ("0", "0.0", "-1", "-1.0")
_CROWD = 3  # a zero that has this many times the rows of an average customer is nobody
_DAMAGED = r"^\d(\.\d+)?[eE]\+\d+$"


def identity_kind(column: str) -> str:
    """Say whether a column identifies by id, email, phone or name, judged by its header.

    >>> identity_kind("Billing Name"), identity_kind("买家手机号"), identity_kind("Customer ID")
    ('name', 'phone', 'id')
    """
    said = {field: reading("order_lines", field, column).confidence for field in CHAIN}
    if said["customer_id"] > max(said["email"], said["phone"]):
        return "id"
    best = max(_KINDS, key=lambda field: said[field])
    return _KINDS[best] if said[best] else "id"


def kind_of_field(field: str, column: str) -> str:
    """Say what a mapped field of `CHAIN` identifies by: itself, the customer's id by its header.

    >>> kind_of_field("customer_name", "Customer"), kind_of_field("customer_id", "买家手机号")
    ('name', 'phone')
    """
    return _KINDS.get(field) or identity_kind(column)


def damaged_sql(text: str) -> str:
    """SQL of whether a spreadsheet destroyed this id, as in 5.11384E+18."""
    return f"regexp_matches({text}, '{_DAMAGED}')"


def id_sql(text: str) -> str:
    """SQL of an id of an order, item or session: as written, null where it is destroyed."""
    return f"CASE WHEN NOT {damaged_sql(text)} THEN {text} END"


def zeros_that_are_nobody(con: duckdb.DuckDBPyConnection, field: str) -> tuple[str, ...]:
    """Return those of 0, 0.0, -1 that stand for a missing customer in this column of `cells`.

    A zero is nobody when it has more than three times the rows of an average other customer (own
    definition): an id 0 in a list that counts from 0 stays a customer.
    """
    column = identifier(field)
    zeros = ", ".join(literal(zero) for zero in _ZEROS)
    counts = con.execute(
        f"SELECT {column}, count(*) FROM cells WHERE {column} IN ({zeros}) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    if not counts:
        return ()
    rows, others = con.execute(
        f"SELECT count(*), count(DISTINCT {column}) FROM cells WHERE {column} NOT IN ({zeros})"
    ).fetchall()[0]
    average = rows / others if others else 0
    return tuple(zero for zero, n in counts if n > _CROWD * average or not others)


def customer_sql(kinds: Mapping[str, str], zeros: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """SQL of the customer's id and of whether it is weak.

    The first of the mapped columns that says who it is wins: id, e-mail (lower case), phone
    (digits, without the Chinese country code), name. A name and anything masked with * are weak.

    Parameters
    ----------
    kinds
        Mapped field of `CHAIN` to what its column holds: id, email, phone or name.
    zeros
        Field to the values that mean nobody besides the words that always do.
    """
    parts, weak = [], []
    for field in CHAIN:
        if field in kinds:
            one = _one_identity(identifier(field), kinds[field], zeros.get(field, ()))
            parts.append(one)
            is_name = "true" if kinds[field] == "name" else f"contains({one}, '*')"
            weak.append(f"WHEN {one} IS NOT NULL THEN {is_name}")
    if not parts:
        return "CAST(NULL AS VARCHAR)", "CAST(NULL AS BOOLEAN)"
    return f"coalesce({', '.join(parts)})", f"CASE {' '.join(weak)} END"


def contact_sql(column: str, kind: str) -> str:
    """SQL of an id, an e-mail or a phone as two files have it alike: lower case, digits.

    Parameters
    ----------
    column
        Quoted name of the column of cleaned text.
    kind
        "phone", or what else it holds.
    """
    if kind != "phone":
        return f"CASE WHEN contains({column}, '@') THEN lower({column}) ELSE {column} END"
    digits = f"regexp_replace({column}, '[^0-9]', '', 'g')"
    return (
        f"CASE WHEN contains({column}, '*') THEN {column} "
        f"ELSE nullif(regexp_replace({digits}, '^(?:0086|86)(1\\d{{10}})$', '\\1'), '') END"
    )


def _one_identity(column: str, kind: str, zeros: Sequence[str]) -> str:
    nobody = literal(f"(?i)^({_NOBODY})$")
    empty = f"regexp_matches({column}, {nobody})"
    if zeros:
        empty += f" OR {column} IN ({', '.join(literal(zero) for zero in zeros)})"
    return f"CASE WHEN {empty} THEN NULL ELSE {contact_sql(column, kind)} END"
