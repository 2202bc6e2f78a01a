"""The query that types the rows of order lines."""

from collections.abc import Collection

from analytics.intake.currencies import currency_sql
from analytics.intake.dates import dated
from analytics.intake.decisions import Decisions
from analytics.intake.identities import customer_sql
from analytics.intake.numbers import noted_refund_sql, number_sql
from analytics.intake.refunds import back_sql, signed_sql
from analytics.intake.statuses import status_sql
from analytics.quoting import identifier, literal

_MONEY_FIELDS = ("amount", "price", "quantity", "discount", "order_total", "gross",
                 "refunded_amount", "order_refunded")  # fmt: skip
_REFUND_FIELDS = {"refunded_amount", "order_refunded"}
_FILLED_BY_FIELDS = _REFUND_FIELDS | {"item_name", "category", "content_type", "quantity",
                                      "order_total", "channel", "coupon"}  # fmt: skip
_MONEY = "DECIMAL(18,4)"
_NEVER_PAID = "('cancelled', 'pending', 'test')"
_NULL_MONEY = f"CAST(NULL AS {_MONEY})"


def order_lines_sql(fields: Collection[str], decisions: Decisions) -> str:
    """Return the query over `cells` that gives typed order lines and their faults.

    Parameters
    ----------
    fields
        Mapped fields.
    decisions
        What was decided from the values.

    Returns
    -------
    str
        Columns: source_row, those of the canonical table, fault_reason, fault_field, fault_value
        (null where the row is sound).
    """
    names = decisions.shape.filled_down
    relation = f"({_filled(names)})" if names else "cells"
    numbers = [
        f"{number_sql(identifier(name), decisions.numbers[name])} AS {name}__n"
        for name in _MONEY_FIELDS
        if name in fields
    ]
    times = dated(relation, decisions.dates, decisions.zones)
    rows = f"SELECT {', '.join(['*', *numbers])} FROM ({times})"
    people = decisions.people
    customer, is_weak = customer_sql(
        people.kinds, people.nobody, named=people.named, ignores_weak=people.ignores_weak
    )
    columns = {
        "customer_id": customer,
        "is_weak": f"coalesce({is_weak}, false)",
        "order_id": _text(fields, "order_id"),
        "ordered_at": _ordered_at(fields),
        "item_id": _item_id(fields),
        "item_name": _text(fields, "item_name"),
        "category": _text(fields, "category"),
        "content_type": _word(fields, "content_type", decisions),
        "quantity": _number(fields, "quantity"),
        **_money(fields, decisions),
        "currency": _currency(fields, decisions),
        "status": "status__word",
        "kind": _kind(fields, decisions),
        "channel": _text(fields, "channel"),
        "coupon": _text(fields, "coupon"),
    }
    back = back_sql(fields, decisions.words, marks_rows=decisions.shape.marks_refunds)
    stated = (
        f"SELECT *, {_status(fields, decisions)} AS status__word, "
        f"{back or 'false'} AS is_back FROM ({rows})"
    )
    listed = ", ".join(f"{sql} AS {identifier(f'{name}__out')}" for name, sql in columns.items())
    typed = f"SELECT *, {listed} FROM ({stated})"
    final = {name: identifier(f"{name}__out") for name in columns} | _of_refunds(fields, decisions)
    renamed = ", ".join(f"{sql} AS {name}" for name, sql in final.items())
    return f"SELECT source_row, {renamed}, {_fault(fields, decisions)} FROM ({typed})"


def never_filled(fields: Collection[str], decisions: Decisions) -> set[str]:
    """Columns of order lines that are null in every row, since nothing in the file tells them."""
    told = set(fields)
    if decisions.shape.total_field:
        told.add("order_total")
    if decisions.shape.notes_refunds or told & _REFUND_FIELDS:
        told |= _REFUND_FIELDS
    return _FILLED_BY_FIELDS - told


def _of_refunds(fields: Collection[str], decisions: Decisions) -> dict[str, str]:
    """Give every row of money that went back one form: below zero, refunded, on its order."""
    turned = "amount__out < 0 AND status__word IN ('sale', 'partially_refunded', 'cancelled')"
    to = "'not_a_sale'" if decisions.spends_below_zero else "'refunded'"
    own_order = "order_id__out"
    if "refund_of" in fields:
        is_refund = f"amount__out < 0 AND (status__word = 'refunded' OR {to} = 'refunded')"
        own_order = (
            f"CASE WHEN {is_refund} THEN coalesce(refund_of, order_id__out) ELSE order_id__out END"
        )
    return {
        "order_id": own_order,
        "amount": f"CASE WHEN amount__out IS NULL AND order_total__out IS NULL AND status__word IN "
        f"{_NEVER_PAID} THEN CAST(0 AS {_MONEY}) ELSE amount__out END",
        "status": f"CASE WHEN {turned} THEN {to} ELSE status__word END",
        "refunded_amount": "CASE WHEN amount__out >= 0 OR amount__out IS NULL "
        "THEN refunded_amount__out END",
    }


def _text(fields: Collection[str], name: str) -> str:
    return identifier(name) if name in fields else "CAST(NULL AS VARCHAR)"


def _number(fields: Collection[str], name: str) -> str:
    return f"{name}__n" if name in fields else _NULL_MONEY


def _filled(names: Collection[str]) -> str:
    """Give the lines of an order what its first line says about the order."""
    firsts = ", ".join(f"arg_min({name}, source_row) AS {name}" for name in names)
    filled = ", ".join(f"coalesce(c.{name}, o.{name}) AS {name}" for name in names)
    return (
        f"SELECT c.* REPLACE ({filled}) FROM cells AS c LEFT JOIN (SELECT order_id, {firsts} "
        "FROM cells WHERE order_id IN (SELECT order_id FROM order_sizes) GROUP BY order_id) AS o "
        "ON c.order_id = o.order_id"
    )


def _ordered_at(fields: Collection[str]) -> str:
    """Paid, else created: an unpaid order is dated by its creation."""
    times = [f"{name}__at" for name in ("ordered_at", "created_at") if name in fields]
    return f"coalesce({', '.join(times)})"


def _item_id(fields: Collection[str]) -> str:
    """The item's id or, where the file has none, its name, so that items can be told apart."""
    ids = ["item_id"] if "item_id" in fields else []
    names = ["item_name"] if "item_name" in fields else []
    return f"coalesce({', '.join([*ids, *names, 'CAST(NULL AS VARCHAR)'])})"


def _money(fields: Collection[str], decisions: Decisions) -> dict[str, str]:
    shape = decisions.shape
    total = f"{shape.total_field}__n" if shape.total_field else None
    line = _line_amount(fields, decisions)
    if total and not line and not shape.has_multi_line:
        line, total = total, None
    elif total and not line:
        line = (
            f"CASE WHEN is_back OR {total} < 0 OR order_id IS NULL "
            f"OR order_id NOT IN (SELECT order_id FROM order_sizes) THEN {total} END"
        )
    refund = _refund(fields, decisions)
    own = f"abs({_number(fields, 'order_refunded')})"
    return {
        "amount": signed_sql(line, fields) if line else _NULL_MONEY,
        "order_total": f"CASE WHEN NOT is_back AND {total} >= 0 THEN {total} END"
        if total
        else _NULL_MONEY,
        "refunded_amount": _NULL_MONEY if shape.refund_is_total else refund,
        "order_refunded": f"coalesce({own}, {refund})" if shape.refund_is_total else own,
    }


def _line_amount(fields: Collection[str], decisions: Decisions) -> str | None:
    parts = []
    if decisions.shape.line_field:
        parts.append(_paid(fields, decisions))
    if "price" in fields:
        parts.append(
            "try_cast(price__n * "
            f"{'coalesce(quantity__n, 1)' if 'quantity' in fields else '1'} - "
            f"{'coalesce(discount__n, 0)' if 'discount' in fields else '0'} AS {_MONEY})"
        )
    return f"coalesce({', '.join(parts)})" if parts else None


def _paid(fields: Collection[str], decisions: Decisions) -> str:
    """The line's own amount before refunds; of an order that was never paid, what was asked."""
    amount = f"{decisions.shape.line_field}__n"
    if "gross" not in fields:
        return amount
    asked = f"CASE WHEN status__word IN ('pending', 'cancelled') AND {amount} = 0 THEN gross__n END"
    paid = f"{amount} + coalesce(refunded_amount__n, 0)" if decisions.shape.is_net else amount
    return f"CAST(coalesce({asked}, {paid}, gross__n) AS {_MONEY})"


def _refund(fields: Collection[str], decisions: Decisions) -> str:
    refund = f"abs({_number(fields, 'refunded_amount')})"
    if not decisions.shape.notes_refunds:
        return refund
    return f"coalesce({refund}, {noted_refund_sql('amount', decisions.numbers['amount'])})"


def _currency(fields: Collection[str], decisions: Decisions) -> str:
    amount = next((name for name in ("amount", "order_total", "price") if name in fields), None)
    return currency_sql(
        column="currency" if "currency" in fields else None,
        amount=amount,
        signs=decisions.signs,
        fallback=decisions.currency,
    )


def _status(fields: Collection[str], decisions: Decisions) -> str:
    """SQL of the status: its words, and money that came back from an order called cancelled."""
    status = status_sql(fields, decisions.words)
    if "refunded_amount" in fields:
        was_paid = f"refunded_amount__n <> 0 AND {status} = 'cancelled'"
        status = f"CASE WHEN {was_paid} THEN 'refunded' ELSE {status} END"
    return status


def _word(fields: Collection[str], name: str, decisions: Decisions) -> str:
    """The meaning of a word, or the word as it is written."""
    if name not in fields:
        return _text(fields, name)
    return f"coalesce({decisions.words[name].sql()}, {identifier(name)})"


def _kind(fields: Collection[str], decisions: Decisions) -> str:
    if "kind" not in fields:
        return "'one-off'"
    return f"coalesce({decisions.words['kind'].sql(default='one-off')}, 'one-off')"


def _fault(fields: Collection[str], decisions: Decisions) -> str:
    """SQL of fault_reason, fault_field and fault_value of the first fault of a row."""
    times = [name for name in ("ordered_at", "created_at") if name in fields]
    when = f"coalesce({', '.join(times)})"
    faults = [
        (f"{when} IS NULL", "missing_required", "'ordered_at'", "NULL"),
        ("ordered_at__out IS NULL", "bad_date", "'ordered_at'", when),
        *(
            (f"{name} IS NOT NULL AND {name}__n IS NULL", "bad_number", literal(name), name)
            for name in _MONEY_FIELDS
            if name in fields
        ),
        (_lacks_amount(decisions), "missing_required", "'amount'", "NULL"),
    ]
    reason = " ".join(f"WHEN {test} THEN '{reason}'" for test, reason, _, _ in faults)
    field = " ".join(f"WHEN {test} THEN {field}" for test, _, field, _ in faults)
    value = " ".join(f"WHEN {test} THEN {value}" for test, _, _, value in faults)
    return (
        f"CASE {reason} END AS fault_reason, CASE {field} END AS fault_field, "
        f"CASE {value} END AS fault_value"
    )


def _lacks_amount(decisions: Decisions) -> str:
    """SQL of whether a row that was sold does not say for how much; one never paid need not."""
    lacks = (
        f"amount__out IS NULL AND order_total__out IS NULL AND status__word NOT IN {_NEVER_PAID}"
    )
    if decisions.shape.total_field and decisions.shape.has_multi_line:
        return (
            f"{lacks} AND (order_id IS NULL OR order_id NOT IN (SELECT order_id FROM order_sizes))"
        )
    return lacks
