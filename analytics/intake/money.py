"""Which money is a line's own and which is the order's, decided from the values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from analytics.intake.identities import CHAIN
from analytics.intake.numbers import NumberPlan, number_sql
from analytics.intake.recogniser import Platform
from analytics.intake.refunds import back_sql, has_refund_rows
from analytics.intake.vocabulary import Words
from analytics.notes import Note
from analytics.quoting import identifier

MONEY_FIELDS = frozenset(
    {"amount", "order_total", "price", "discount", "gross", "refunded_amount", "order_refunded"}
)
ORDER_FIELDS = (
    *CHAIN,
    "ordered_at",
    "created_at",
    "paid_at",
    "time_zone",
    "currency",
    "status",
    "refund_status",
    "refunded_at",
    "cancelled_at",
    "transaction_type",
    "direction",
    "kind",
    "channel",
    "coupon",
)
_LINE_AGREEMENT = 0.95
_FEW_ORDERS = 5
_SOME_ROWS = 20_000


@dataclass(frozen=True)
class MoneyShape:
    """How the money of a file of orders is laid out.

    `total_field` is the column that is taken once per order, if there is one; `line_field` the one
    that is each line's own. `filled_down` are the fields of the order that stand on its first line
    only; `marks_refunds` that rows marked refunded are refunds of their own; `refund_is_total` that
    refunds are the order's; `is_net` that the amount paid is what is
    left after the refund; `notes_refunds` that refunds stand in brackets behind the amount.
    """

    line_field: str | None = None
    total_field: str | None = None
    has_multi_line: bool = False
    filled_down: tuple[str, ...] = ()
    marks_refunds: bool = False
    refund_is_total: bool = False
    is_net: bool = False
    notes_refunds: bool = False
    warnings: tuple[Note, ...] = ()


@dataclass(frozen=True)
class _Evidence:
    """Of the orders with several lines that differ: how many show which pattern."""

    orders: int = 0
    constant: int = 0
    blank: int = 0

    @property
    def is_total(self) -> bool:
        return self.orders > 0 and self.constant + self.blank == self.orders


def money_shape(
    con: duckdb.DuckDBPyConnection,
    fields: Iterable[str],
    numbers: Mapping[str, NumberPlan],
    *,
    words: Mapping[str, Words],
    platform: Platform | None,
) -> MoneyShape:
    """Decide what is taken once per order.

    A column is an order total if it is named so, is blank on the lines after the first, or is
    constant within all orders of several lines; unless it varies within an order, or equals price
    × quantity line by line. Own definition (see the words of the definitions: order).

    Parameters
    ----------
    con
        With the table `cells`.
    fields
        The mapped fields.
    numbers
        Field to how its numbers are read.
    words
        Field to what its words mean.
    platform
        Known exports settle what their amount is.
    """
    present = set(fields)
    asked = _asked(present, numbers)
    marks = has_refund_rows(con, present, words, asked)
    back = back_sql(present, words, marks_rows=marks)
    _sale_rows(con, present, numbers, back)
    has_multi = "order_id" in present and _has_multi(con)
    line, total, warnings = _amounts(con, present, numbers, platform, has_multi=has_multi)
    filled = _filled_down(con, present, platform) if has_multi else ()
    if has_multi and (total or filled):
        _all_several(con)  # the rows are typed with it
    return MoneyShape(
        line_field=line,
        total_field=total,
        has_multi_line=has_multi,
        marks_refunds=marks,
        filled_down=filled,
        refund_is_total=has_multi and _refund_is_total(con, present, numbers, total),
        is_net={"amount", "gross", "refunded_amount"} <= present and _is_net(con, numbers),
        notes_refunds="amount" in present
        and (numbers["amount"].has_refunds or numbers["amount"].has_pairs),
        warnings=warnings,
    )


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(con.execute(query).fetchall()[0][0])


def _asked(present: set[str], numbers: Mapping[str, NumberPlan]) -> str | None:
    """SQL of what a row of `cells` asked for, where nothing is decided yet."""
    asked = {
        name: number_sql(identifier(name), numbers[name])
        for name in ("amount", "order_total", "price", "quantity")
        if name in present
    }
    for name in ("amount", "order_total"):
        if name in asked:
            return asked[name]
    if "price" not in asked:
        return None
    return f"{asked['price']} * coalesce({asked.get('quantity', '1')}, 1)"


def _sale_rows(
    con: duckdb.DuckDBPyConnection,
    present: set[str],
    numbers: Mapping[str, NumberPlan],
    back: str | None,
) -> None:
    """Make the view `sale_rows`: the rows of `cells` that sold something.

    Rows of money that went back are lines of nothing, and would hide that a total is repeated.
    """
    tests = [
        f"contains({name}, '-') OR starts_with({name}, '(')"
        for name in ("amount", "order_total", "quantity")
        if name in present and numbers[name].has_negatives
    ]
    is_back = " OR ".join([*tests, *([back] if back else [])]) or "false"
    con.execute(
        "CREATE OR REPLACE TEMP VIEW sale_rows AS SELECT * FROM cells "
        f"WHERE NOT coalesce({is_back}, false)"
    )


def _has_multi(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether some order has several lines; some lines of some such orders become `some_rows`.

    One exception among them settles what must hold for all, without a look at all.
    """
    con.execute("DROP TABLE IF EXISTS order_sizes")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE some_rows AS "
        f"SELECT * FROM (SELECT * FROM sale_rows LIMIT {_SOME_ROWS}) WHERE order_id IS NOT NULL "
        "QUALIFY count(*) OVER (PARTITION BY order_id) > 1"
    )
    if _count(con, "SELECT count(*) FROM some_rows"):
        return True
    return _count(con, f"SELECT count(*) FROM {_all_several(con)}") > 0


def _all_several(con: duckdb.DuckDBPyConnection) -> str:
    """Make `order_sizes`, the orders of more than one line; return the relation of their rows."""
    con.execute(
        "CREATE TEMP TABLE IF NOT EXISTS order_sizes AS SELECT order_id, count(*) AS n "
        "FROM sale_rows WHERE order_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
    )
    return "(SELECT * FROM sale_rows WHERE order_id IN (SELECT order_id FROM order_sizes))"


def _amounts(
    con: duckdb.DuckDBPyConnection,
    present: set[str],
    numbers: Mapping[str, NumberPlan],
    platform: Platform | None,
    *,
    has_multi: bool,
) -> tuple[str | None, str | None, tuple[Note, ...]]:
    """Return the line's field, the order's field and what to say about it."""
    total = "order_total" if "order_total" in present else None
    line = "amount" if "amount" in present else None
    if platform and platform.is_line_level:
        return line, total, ()
    if total and not line and (not has_multi or _varies(con, total)):
        return total, None, ()
    if not line or not has_multi or total:
        return line, total, ()
    evidence = _evidence(con, line)
    if not evidence.is_total or _is_price_times_quantity(con, present, numbers):
        return line, None, ()
    return None, line, (_total_note(evidence),)


def _total_note(evidence: _Evidence) -> Note:
    if evidence.orders < _FEW_ORDERS:
        return Note(
            "amount_is_total_doubtful",
            "The amount is the same on all lines of an order (or blank after the first) in only "
            "{n} orders of several lines; it was taken once per order.",
            n=evidence.orders,
        )
    return Note(
        "amount_is_total",
        "The amount is the order's, repeated or blank on its other lines, and was taken once in "
        "{n:,} orders of several lines.",
        n=evidence.orders,
    )


def _evidence(con: duckdb.DuckDBPyConnection, field: str, where: str = "true") -> _Evidence:
    """Look at the orders with several lines; wholly identical lines say nothing and stay aside."""
    if _differs(con, "some_rows", field, where):
        return _Evidence(orders=1)
    quick = _patterns(con, field, where, kinds="2")
    if quick.orders and not quick.is_total:
        return quick
    kinds = "count(DISTINCT hash(*COLUMNS(* EXCLUDE (source_row))))"
    return _patterns(con, field, where, kinds=kinds)


def _patterns(con: duckdb.DuckDBPyConnection, field: str, where: str, *, kinds: str) -> _Evidence:
    column, rows = identifier(field), _all_several(con)
    row = con.execute(
        f"WITH grouped AS (SELECT count(*) AS n, count({column}) AS filled, "
        f"min({column}) AS low, max({column}) AS high, {kinds} AS kinds, "
        f"arg_min({column} IS NOT NULL, source_row) AS first_filled "
        f"FROM {rows} GROUP BY order_id HAVING {where}) "
        "SELECT count(*), count(*) FILTER (filled = n AND low = high), "
        "count(*) FILTER (filled = 1 AND first_filled AND n > 1) FROM grouped WHERE kinds > 1"
    ).fetchall()[0]
    return _Evidence(*(int(value) for value in row))


def _varies(con: duckdb.DuckDBPyConnection, field: str) -> bool:
    """Whether a column named like a total differs between the lines of some order."""
    return _differs(con, "some_rows", field) or _differs(con, _all_several(con), field)


def _differs(con: duckdb.DuckDBPyConnection, rows: str, field: str, where: str = "true") -> bool:
    """Whether a column has several values in some order of these rows."""
    found = con.execute(
        f"SELECT 1 FROM {rows} GROUP BY order_id "
        f"HAVING {where} AND count(DISTINCT {identifier(field)}) > 1 LIMIT 1"
    ).fetchall()
    return bool(found)


def _is_price_times_quantity(
    con: duckdb.DuckDBPyConnection, present: set[str], numbers: Mapping[str, NumberPlan]
) -> bool:
    if not {"price", "quantity"} <= present:
        return False
    amount, price, quantity = (
        f"CAST({number_sql(name, numbers[name])} AS DOUBLE)"
        for name in ("amount", "price", "quantity")
    )
    agreeing, n = con.execute(
        f"SELECT count(*) FILTER (abs({amount} - {price} * {quantity}) < 0.01), count(*) "
        f"FROM {_all_several(con)}"
    ).fetchall()[0]
    return agreeing >= _LINE_AGREEMENT * n


def _filled_down(
    con: duckdb.DuckDBPyConnection, present: set[str], platform: Platform | None
) -> tuple[str, ...]:
    """Return the order's fields that stand on the first line only of every order that has them."""
    if platform and platform.is_personal_bill:
        return ()
    fields = [field for field in ORDER_FIELDS if field in present]
    fields = [field for field, _, repeated in _fills(con, "some_rows", fields) if not repeated]
    if fields:
        found = _fills(con, _all_several(con), fields)
        fields = [field for field, only_first, repeated in found if only_first and not repeated]
    return tuple(fields)


def _fills(
    con: duckdb.DuckDBPyConnection, rows: str, fields: Sequence[str]
) -> list[tuple[str, int, int]]:
    """Count for each field the orders that have it on the first line only, and on several."""
    if not fields:
        return []
    patterns = ", ".join(
        f"count(*) FILTER (first_{field} AND n_{field} = 1), count(*) FILTER (n_{field} > 1)"
        for field in fields
    )
    firsts = ", ".join(
        f"arg_min({field} IS NOT NULL, source_row) AS first_{field}, count({field}) AS n_{field}"
        for field in fields
    )
    found = con.execute(
        f"SELECT {patterns} FROM (SELECT {firsts} FROM {rows} GROUP BY order_id)"
    ).fetchall()[0]
    return list(zip(fields, found[0::2], found[1::2], strict=True))


def _refund_is_total(
    con: duckdb.DuckDBPyConnection,
    present: set[str],
    numbers: Mapping[str, NumberPlan],
    total: str | None,
) -> bool:
    if "refunded_amount" not in present or not total:
        return False
    refund = number_sql("refunded_amount", numbers["refunded_amount"])
    return _evidence(con, "refunded_amount", f"max(abs({refund})) > 0").is_total


def _is_net(con: duckdb.DuckDBPyConnection, numbers: Mapping[str, NumberPlan]) -> bool:
    """Whether paid + refunded gives the gross amount more often than paid alone does."""
    paid, gross, refund = (
        f"coalesce({number_sql(name, numbers[name])}, 0)"
        for name in ("amount", "gross", "refunded_amount")
    )
    net, whole = con.execute(
        f"SELECT count(*) FILTER (abs({paid} + {refund} - {gross}) < 0.01), "
        f"count(*) FILTER (abs({paid} - {gross}) < 0.01) FROM cells WHERE {refund} > 0"
    ).fetchall()[0]
    return net > whole
