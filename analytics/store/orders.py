"""From order lines to orders: one row per order with its money, status and validity.

An order is all lines with one order id or, without one, of one customer at one timestamp; an order
total is taken once. A line below zero is money that went back: it neither dates the order nor
counts as one of its lines. A refund that stands in a column and again on lines of its own is taken
once. Own definition, kept by every metric.
"""

import duckdb

from analytics.quoting import literal
from analytics.schema import MONEY, ORDER_STATUSES
from analytics.settings import UNKNOWN_CURRENCY, ValidOrderRule
from analytics.store.lines import PAID, Lines

_BITS = {status: 1 << place for place, status in enumerate(ORDER_STATUSES)}
_PAID_BITS = sum(_BITS[status] for status in PAID)
_WORD = f"ENUM({', '.join(map(literal, ORDER_STATUSES))})"

# What describes an order, as its lines tell.
_DESCRIBING = {
    "source": "source",
    "currency": f"min(coalesce(currency, '{UNKNOWN_CURRENCY}'))",
    "kind": "coalesce(min(kind) FILTER (kind IN ('one-off', 'subscription')), min(kind), "
    "'one-off')",
    "channel": "min(channel)",
    "coupon": "min(coupon)",
}
_DEFAULTS = {"currency": UNKNOWN_CURRENCY, "kind": "one-off"}

# The word says that all came back; lines of money that went back say how much did.
_MONEY = f"""
SELECT *, statuses & {_PAID_BITS} = 0 AS is_unpaid,
    statuses & {_PAID_BITS} = {_BITS["refunded"]}
        AND (returned = 0 OR returned >= lines_gross) AS is_refunded,
    CAST(CASE
        WHEN statuses & {_PAID_BITS} = 0 THEN 0
        WHEN statuses & {_PAID_BITS} = {_BITS["refunded"]} THEN
            CASE WHEN refunds = 0 AND returned = 0 THEN gross ELSE greatest(refunds, returned) END
        WHEN returned > 0 THEN greatest(refunds, returned)
        ELSE refunds + unstated_refunds
    END AS {MONEY}) AS refunded
FROM grouped
"""

_STATUS = f"""
SELECT *, CASE
    WHEN statuses & {_BITS["test"]} > 0 THEN CAST('test' AS {_WORD})
    WHEN statuses = {_BITS["not_a_sale"]} THEN CAST('not_a_sale' AS {_WORD})
    WHEN is_unpaid AND statuses & {_BITS["pending"]} > 0 THEN CAST('pending' AS {_WORD})
    WHEN is_unpaid THEN CAST('cancelled' AS {_WORD})
    WHEN is_refunded OR (refunded > 0 AND refunded >= gross) THEN CAST('refunded' AS {_WORD})
    WHEN refunded > 0 THEN CAST('partially_refunded' AS {_WORD})
    ELSE CAST('sale' AS {_WORD})
END AS status
FROM money
"""

_STATED = ("order_key", "order_id", "customer_id", "ordered_at", "n_lines", "lines_gross", "gross",
           "refunded", "status")  # fmt: skip
# What of an order follows from the rest of it where its lines are plain.
_PLAIN = {
    "lines_gross": "gross",
    "refunded": f"CAST(0 AS {MONEY})",
    "status": f"CAST('sale' AS {_WORD})",
}

_REASONS = f"ENUM({', '.join(map(literal, (*ORDER_STATUSES, 'amount', 'unidentified')))})"

_JUDGED = f"""
SELECT *, reason IS NULL AS is_valid,
    reason IS NULL AND kind IN ('one-off', 'subscription') AS is_purchase
FROM (SELECT *, CASE
        WHEN status NOT IN ('sale', 'partially_refunded') THEN CAST(status AS {_REASONS})
        WHEN NOT (amount {{rule}}) THEN CAST('amount' AS {_REASONS})
        WHEN customer_id IS NULL THEN CAST('unidentified' AS {_REASONS})
    END AS reason
    FROM (SELECT *, CAST(gross - refunded AS {MONEY}) AS amount
        FROM (SELECT *{{following}} FROM {{facts}})))
"""


# One bit an item: as many bits as lines prove that no item comes twice. The other way round it
# proves nothing, which costs time, not truth.
_HAS_TWICE = "bit_count(bit_or(1::UBIGINT << (hash(coalesce(item_id, item_name)) & 63))) < count(*)"


def _statuses(status: str) -> str:
    """SQL of a status as a bit, so that one number tells all statuses of an order's lines."""
    whens = " ".join(f"WHEN {literal(word)} THEN {bit}" for word, bit in _BITS.items())
    return f"CAST(CASE coalesce({status}, 'sale') {whens} END AS UTINYINT)"


def _told(lines: Lines) -> dict[str, str]:
    """What the lines of an order tell of it: name to aggregate, or to a constant."""
    paid = "" if lines.are_sales else " FILTER (is_paid)"
    gross, back = f"sum(line_gross){paid}", f"sum(line_refunded){paid}"
    unstated = "sum(line_gross) FILTER (status = 'refunded' AND coalesce(refunded_amount, 0) = 0)"
    if lines.lacks("refunded_amount"):
        back = "NULL"
    sold = "" if lines.is_positive else " FILTER (NOT is_return)"
    bits = f"bit_or({_statuses('status')})"
    total, own = (
        "NULL" if lines.lacks(name) else f"max({name})"
        for name in ("order_total", "order_refunded")
    )
    return {
        "order_id": "order_key" if lines.has_ids else "min(order_id)",
        "customer_id": "min(customer_id)",
        "ordered_at": f"coalesce(min(ordered_at){sold}, min(ordered_at))"
        if sold
        else "min(ordered_at)",
        "n_lines": f"CAST(coalesce(nullif(count(*){sold}, 0), count(*)) AS INTEGER)"
        if sold
        else "CAST(count(*) AS INTEGER)",
        "statuses": _statuses("'sale'")
        if lines.are_sales
        else (f"coalesce({bits}{sold}, {bits})" if sold else bits),
        "returned": f"CAST(coalesce(sum(line_returned){paid}, 0) AS {MONEY})" if sold else "0",
        "lines_gross": f"CAST(coalesce({gross}, 0) AS {MONEY})",
        "gross": f"CAST(coalesce({total}, {gross}, sum(line_gross), 0) AS {MONEY})",
        "refunds": f"coalesce({own}, {back}, 0)",
        "unstated_refunds": "0" if lines.are_sales else f"coalesce({unstated}, 0)",
    }


def _following(lines: Lines) -> dict[str, str]:
    """What of an order follows from the rest of it: name to SQL."""
    told = _PLAIN if lines.are_plain else {}
    return {**told, **({"order_id": "order_key"} if lines.has_ids else {})}


def local_day(zone: str) -> str:
    """SQL of the day of `ordered_at` in this zone."""
    if zone == "UTC":
        return "CAST(ordered_at AS DATE)"
    return f"CAST(timezone({literal(zone)}, timezone('UTC', ordered_at)) AS DATE)"


def make_orders(
    con: duckdb.DuckDBPyConnection,
    name: str,
    lines: Lines,
    *,
    rule: ValidOrderRule,
    zone: str,
    numbers: str | None = None,
) -> None:
    """Make the temporary view `name`: one row per order of these lines, valid or not.

    `amount` is net of refunds, `reason` says why an order is not valid (its status, `amount`, or
    `unidentified`; null where it is valid), `day` is its local day, `is_purchase` is false for
    renewals and instalments. What stands behind the view is computed once, here.

    Parameters
    ----------
    con
        On which the lines are a relation.
    name
        Of the view to make.
    lines
        From `look_at`.
    rule
        What an amount must be for an order to be valid.
    zone
        IANA name of the zone of local days.
    numbers
        A relation of customer_id and customer_number; with it, orders know their customer's number
        and `has_twice`: false where no item is on two of their lines.
    """
    told = _told(lines)
    constant = [column for column in _DESCRIBING if column in lines.constants]
    varying = [column for column in _DESCRIBING if column not in constant]
    told |= {column: _DESCRIBING[column] for column in varying}
    if numbers:
        told["has_twice"] = _HAS_TWICE
    listed = ", ".join(f"{sql} AS {column}" for column, sql in told.items())
    key = "order_key, source" if "source" in varying else "order_key"
    grouped = f"SELECT order_key, {listed} FROM ({lines.sql}) GROUP BY {key}"
    kept = [one for one in (*_STATED, *varying) if one not in _following(lines)]
    number = ", customer_number, has_twice" if numbers else ""
    joined = f" LEFT JOIN {numbers} USING (customer_id)" if numbers else ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {name}_facts AS "
        f"WITH grouped AS ({grouped}), money AS ({_MONEY}), stated AS ({_STATUS}) "
        f"SELECT {', '.join(kept)}, {local_day(zone)} AS day{number} FROM stated{joined}"
    )
    judge(con, name, lines, rule=rule)


def judge(con: duckdb.DuckDBPyConnection, name: str, lines: Lines, *, rule: ValidOrderRule) -> None:
    """Make the temporary view `name` of orders, valid or not, from the relation `name`_facts."""
    following = _following(lines) | {
        column: lines.constant(column, _DEFAULTS.get(column))
        for column in _DESCRIBING
        if column in lines.constants
    }
    judged = _JUDGED.format(
        rule=f"{rule.operator} {rule.amount}",
        following="".join(f", {sql} AS {column}" for column, sql in following.items()),
        facts=f"{name}_facts",
    )
    con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {judged}")
