"""What a new file replaces: an order that arrives again, whole; lines without ids, by range.

Whose order is it? An export of a known platform is a source of its own: its order ids are that
platform's. A file of no known platform is a source by its shape (its header names), so that next
month's file of the same shape replaces and another shop's export, with the same ids by chance, does
not. Two shapes of one shop (orders and order lines, an export that got a column more) would count
twice, so an order of another shape with the same id is the same order where customer or moment say
so. Own definition.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import duckdb

from analytics.notes import Note
from analytics.quoting import literal
from analytics.schema import TIMES

_FAMILY = "split_part(source, ':', 1) = split_part((SELECT any_value(source) FROM staged), ':', 1)"
# Rows from before sources had shapes carry the plain name.
_SAME = "a.source IN (s.source, s.source || ':' || split_part(a.source, ':', 2))"

_FACTS = """
SELECT source, source_file, order_id,
    min(customer_id) AS customer_id,
    min(ordered_at) AS ordered_at,
    coalesce(bool_or(amount > 0 OR order_total > 0), false) AS has_sale,
    coalesce(bool_or(amount < 0 OR refunded_amount > 0 OR order_refunded > 0), false)
        AS has_refund,
    sum(greatest(-amount, 0) + coalesce(refunded_amount, 0)) AS refund
FROM {lines} GROUP BY source, source_file, order_id
"""

_AGREES = """
split_part(s.source, ':', 1) = 'generic' AND split_part(a.source, ':', 1) = 'generic' AND (
    s.customer_id = a.customer_id
    OR (s.ordered_at = a.ordered_at AND (s.customer_id IS NULL OR a.customer_id IS NULL
        OR CAST(timezone({zone}, timezone('UTC', a.ordered_at)) AS TIME) <> TIME '00:00')))
"""

_LEAVES = """
CASE
    WHEN a.has_refund AND NOT a.has_sale THEN
        s.has_refund AND NOT s.has_sale AND s.refund = a.refund AND s.ordered_at = a.ordered_at
    WHEN s.has_refund AND NOT s.has_sale THEN a.has_refund
    ELSE true
END
"""

_SAME_ORDERS = """
CREATE OR REPLACE TEMP TABLE same_orders AS
WITH arriving AS ({arriving}), stored AS ({stored})
SELECT s.source, s.source_file, s.order_id,
    coalesce({same} OR {agrees}, false) AS is_same, {leaves} AS leaves
FROM stored AS s JOIN arriving AS a USING (order_id)
WHERE {same} OR split_part(s.source, ':', 1) = split_part(a.source, ':', 1)
"""

_ORDER = """
order_id IS NOT NULL AND (source, source_file, order_id) IN
    (SELECT (source, source_file, order_id) FROM same_orders WHERE is_same AND leaves)
"""

_KEYS = {
    "customers": "customer_id",
    "items": "item_id",
    "ratings": "customer_id, item_id",
    "subscriptions": "customer_id, started_at",
}


@dataclass(frozen=True)
class Replaced:
    """What a file replaces of the rows that are stored.

    `where` is the SQL condition on the stored rows that leave, None where none does. `orders` are
    replaced whole; `rows` by range (lines without ids, events) or by key (the other tables);
    `first_at` and `last_at` are the ends of the range, UTC.
    """

    where: str | None = None
    orders: int = 0
    rows: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    notes: list[Note] = field(default_factory=list)

    def counts(self) -> dict[str, int | str | None]:
        """Return what an import report tells of it; times are ISO-8601."""
        ends = (self.first_at, self.last_at)
        first, last = (end and end.replace(tzinfo=UTC).isoformat() for end in ends)
        return {"orders": self.orders, "rows": self.rows, "first_at": first, "last_at": last}


def replaced(con: duckdb.DuckDBPyConnection, table: str, *, zone: str) -> Replaced:
    """Find the stored rows that the rows of `staged` replace.

    Order lines: an order id that arrives again replaces the stored order whole, so late refunds
    arrive. An order of which only refunds arrive joins the stored sale, and a sale that arrives
    without a word of refunds leaves those of such a file in place: files of sales and of refunds
    give the same in any order. Lines without an order id, and events, replace what the same source
    told about the same stretch of time. Customers, items and ratings replace by their key,
    subscriptions by customer and start, whatever the shape of the file.

    Parameters
    ----------
    con
        With the table `staged` and the stored rows as a view of the table's name.
    table
        Canonical table.
    zone
        In which a moment at midnight is a mere date, and in which notes tell times.
    """
    if table == "order_lines":
        return _orders(con, zone)
    if table == "events":
        return _range(con, "events", "true", zone)
    key = _KEYS[table]
    where = f"({_FAMILY} AND ({key}) IN (SELECT ({key}) FROM staged))"
    rows = _count(con, table, where)
    text = "{n:,} rows were here already and are replaced by what the file says now."
    notes = [Note("replaced_rows", text, n=rows)] if rows else []
    return Replaced(where if rows else None, rows=rows, notes=notes)


def _orders(con: duckdb.DuckDBPyConnection, zone: str) -> Replaced:
    known = "(SELECT * FROM order_lines WHERE order_id IN (SELECT order_id FROM staged))"
    con.execute(
        _SAME_ORDERS.format(
            arriving=_FACTS.format(lines="(SELECT * FROM staged WHERE order_id IS NOT NULL)"),
            stored=_FACTS.format(lines=known),
            same=_SAME,
            agrees=_AGREES.format(zone=literal(zone)),
            leaves=_LEAVES,
        )
    )
    orders, joined, apart, files = con.execute(
        "SELECT count(DISTINCT order_id) FILTER (is_same AND leaves), "
        "count(DISTINCT order_id) FILTER (is_same AND NOT leaves), "
        "count(DISTINCT order_id) FILTER (NOT is_same), "
        "string_agg(DISTINCT source_file, ', ' ORDER BY source_file) FILTER (NOT is_same) "
        "FROM same_orders"
    ).fetchall()[0]
    ranged = _range(con, "order_lines", "order_id IS NULL", zone)
    parts = [*([f"({_ORDER})"] if orders else []), *([ranged.where] if ranged.where else [])]
    return Replaced(
        " OR ".join(parts) or None,
        orders,
        ranged.rows,
        ranged.first_at,
        ranged.last_at,
        [*_order_notes(orders, joined, apart, files), *ranged.notes],
    )


def _range(con: duckdb.DuckDBPyConnection, table: str, those: str, zone: str) -> Replaced:
    time = TIMES[table]
    first, last, source = con.execute(
        f"SELECT min({time}), max({time}), any_value(source) FROM staged WHERE {those}"
    ).fetchall()[0]
    if first is None:
        return Replaced()
    sources = f"({literal(source)}, {literal(source.partition(':')[0])})"
    where = (
        f"({those} AND source IN {sources} AND {time} BETWEEN "
        f"TIMESTAMP '{first.isoformat(' ')}' AND TIMESTAMP '{last.isoformat(' ')}')"
    )
    rows = _count(con, table, where)
    if not rows:
        return Replaced()
    local = [f"{_local(end, zone):%Y-%m-%d %H:%M}" for end in (first, last)]
    text = (
        "{n:,} rows without ids from {first} to {last}, from files with the same columns, are "
        "replaced: this file tells of that stretch of time anew."
    )
    note = Note("replaced_range", text, n=rows, first=local[0], last=local[1])
    return Replaced(where, 0, rows, first, last, [note])


def _local(moment: datetime, zone: str) -> datetime:
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))


def _count(con: duckdb.DuckDBPyConnection, table: str, where: str) -> int:
    return con.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchall()[0][0]


def _order_notes(orders: int, joined: int, apart: int, files: str | None) -> list[Note]:
    notes = []
    if orders:
        text = "{n:,} orders were here already and are replaced whole by what the file says now."
        notes.append(Note("replaced_orders", text, n=orders))
    if joined:
        text = "{n:,} orders keep what another file says of them: one has the sale, one the refund."
        notes.append(Note("joined_refunds", text, n=joined))
    if apart:
        text = (
            "{n:,} order ids are also in {files}, with other columns, customers and times: they "
            "are kept apart, as orders of another shop."
        )
        notes.append(Note("shared_order_ids", text, n=apart, files=files))
    return notes
