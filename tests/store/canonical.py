"""Canonical tables for mart tests, from a few words per order line."""

from datetime import datetime

from analytics import schema
from analytics.settings import Settings
from analytics.store import engines, marts

LINE = {
    "customer_id": "a",
    "is_weak": False,
    "order_id": None,
    "ordered_at": datetime(2024, 1, 1, 12),
    "item_id": "i1",
    "item_name": None,
    "category": "c1",
    "quantity": 1,
    "amount": 10,
    "order_total": None,
    "refunded_amount": None,
    "order_refunded": None,
    "currency": "CNY",
    "status": "sale",
    "kind": "one-off",
    "channel": "web",
    "coupon": None,
    "source": "test",
    "source_file": "t.csv",
}

LEADING = {
    "orders": "customer_number, ordered_at",
    "purchases": "customer_number, day",
    "purchase_items": "customer_number, purchase_number, item_id",
    "customer_summary": "customer_number",
    "item_summary": "item_id",
    "refund_lines": "source, order_id, ordered_at",
}


def in_order(name, rows):
    """Return the rows of a mart in an order that depends on nothing but what they say."""
    return rows.order(", ".join([LEADING[name], *(f'"{column}"' for column in rows.columns)]))


def connection(lines, customers=(), items=()):
    con = engines.connect()
    given = {"order_lines": lines, "customers": customers, "items": items}
    for name in schema.CANONICAL:
        declared = ", ".join(f'"{one.name}" {one.dtype}' for one in schema.columns_of(name))
        con.execute(f"CREATE TABLE {name} ({declared})")
        for number, row in enumerate(given.get(name, ()), start=2):
            full = {**(LINE if name == "order_lines" else {}), "source_row": number, **row}
            names = ", ".join(f'"{key}"' for key in full)
            marks = ", ".join("?" for _ in full)
            con.execute(f"INSERT INTO {name} ({names}) VALUES ({marks})", list(full.values()))
    return con


def build(lines, settings=None, customers=(), items=()):
    """Build the marts; return {name: list of row dicts} and the facts."""
    con = connection(lines, customers, items)
    built = {}

    def keep(name, rows):
        con.execute(f"CREATE TEMP TABLE kept_{name} AS SELECT * FROM {name}")
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM kept_{name}")
        built[name] = (
            in_order(name, rows)
            .df()
            .astype(object)
            .where(lambda f: f.notna(), None)
            .to_dict("records")
        )

    facts = marts.build(con, settings or Settings(timezone="UTC"), done=keep)
    return built, facts
