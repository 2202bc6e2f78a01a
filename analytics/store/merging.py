"""What a new file replaces: an order that arrives again, whole; lines without ids, by range."""

_RANGE = """
    source = new_source AND {column} BETWEEN
        (SELECT min({column}) FROM staged WHERE {where}) AND
        (SELECT max({column}) FROM staged WHERE {where})
"""
_KEY = "source = new_source AND ({key}) IN (SELECT ({key}) FROM staged WHERE {where})"

_ORDER_LINES = (
    "(order_id IS NOT NULL AND " + _KEY.format(key="order_id", where="order_id IS NOT NULL") + ")"
    " OR (order_id IS NULL AND "
    + _RANGE.format(column="ordered_at", where="order_id IS NULL")
    + ")"
)

REPLACED: dict[str, str] = {
    "order_lines": _ORDER_LINES,
    "events": _RANGE.format(column="occurred_at", where="true"),
    "customers": _KEY.format(key="customer_id", where="true"),
    "items": _KEY.format(key="item_id", where="true"),
    "ratings": _KEY.format(key="customer_id, item_id", where="true"),
    "subscriptions": _KEY.format(key="customer_id", where="true"),
}


def replaced(table: str) -> str:
    """Return the SQL condition on stored rows that the rows of `staged` replace.

    Rows of another source are never touched. Order lines: an order id that arrives again replaces
    the stored order whole, so late refunds arrive; lines without an order id, and events, replace
    what the same source told about the same stretch of time. Customers, items, ratings and
    subscriptions replace by their key.
    """
    return f"coalesce({REPLACED[table]}, false)".replace(
        "new_source", "(SELECT any_value(source) FROM staged)"
    )
