"""Marts: what the pages read, derived from the canonical tables at each import."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from analytics.quoting import literal
from analytics.schema import MONEY, TIMES
from analytics.settings import UNKNOWN_CURRENCY, Settings, ValidOrderRule
from analytics.store import mart_queries as queries
from analytics.store import refund_links
from analytics.store.lines import Lines, look_at
from analytics.store.orders import make_orders

_STEPS = {
    "orders": queries.ORDERS,
    "purchases": queries.PURCHASES,
    "purchase_items": queries.PURCHASE_ITEMS,
    "customer_summary": queries.CUSTOMER_SUMMARY,
    "item_summary": queries.ITEM_SUMMARY,
    "refund_lines": queries.REFUND_LINES,
}

_PAIRS = 16_000_000  # of item and customer, which are held in memory at once

_WITH_AS_OF = ("order_lines", "events", "ratings", "subscriptions")

_HEADLINE = """
SELECT (SELECT count(*) FROM order_lines) AS lines,
    (SELECT count(*) FROM orders) AS orders,
    (SELECT count(*) FROM orders WHERE reason IS NULL OR reason = 'unidentified') AS paid_orders,
    (SELECT count(*) FROM orders WHERE is_valid) AS valid_orders,
    (SELECT count(*) FROM purchases) AS purchases,
    (SELECT count(*) FROM customer_summary) AS customers,
    (SELECT count(*) FROM customer_summary WHERE purchases > 0) AS buyers,
    (SELECT count(*) FROM customer_summary WHERE purchases > 1) AS repeat_buyers,
    (SELECT CAST(coalesce(sum(revenue), 0) AS VARCHAR) FROM orders) AS revenue
"""


@dataclass(frozen=True)
class MartFacts:
    """What a version's manifest keeps of the marts: span of days, currency, headline counts."""

    as_of: dict[str, date]
    first_day: date | None
    currency: str
    headline: dict[str, Any]


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> Any:
    row = con.execute(sql).fetchone()
    return row[0] if row else None


def _currency(con: duckdb.DuckDBPyConnection, settings: Settings) -> str:
    if settings.currency:
        return settings.currency
    most_used = _one(
        con,
        "SELECT currency FROM known_orders WHERE is_valid GROUP BY currency "
        "ORDER BY count(*) DESC, currency LIMIT 1",
    )
    return most_used or UNKNOWN_CURRENCY


def _wording(
    con: duckdb.DuckDBPyConnection, lines: Lines, *, currency: str, zone: str
) -> dict[str, str]:
    """What the queries of the marts depend on; no work goes into columns that say nothing."""
    has_items = _one(con, "SELECT 1 FROM items LIMIT 1") is not None
    category = "coalesce(k.category, c.category)" if has_items else "k.category"
    is_one_source, is_one_channel = (name in lines.constants for name in ("source", "channel"))
    is_shared = not lines.are_plain or lines.constants.get("currency") != currency
    varying = [*([] if is_one_source else ["source"]), *([] if is_one_channel else ["channel"])]
    counted = f"CASE WHEN is_valid AND currency = {literal(currency)} THEN amount ELSE 0 END"
    told = {
        "currency": literal(currency),
        "revenue": f"CAST({counted} AS {MONEY})",
        "zone": literal(zone),
        "lines": lines.sql,
        "relation": lines.relation,
        "may_be_below": "false" if lines.is_positive else "true",
        "varying": "".join(f"{name}, " for name in varying),
        "channel": lines.constant("channel") if is_one_channel else "channel",
        "shares": queries.SHARES.format(currency=literal(currency)) if is_shared else "",
        "item_revenue": queries.SHARED if is_shared else "k.line_gross",
        "same_order": "k.order_key = p.order_key"
        + ("" if is_one_source else " AND k.source = p.source"),
        "category": category,
        "catalogue": queries.CATALOGUE if has_items else "",
        "quantity": "1" if lines.lacks("quantity") else "coalesce(k.quantity, 1)",
        "weak": queries.WEAK if lines.may_be("is_weak", "true") else queries.NOBODY_IS_WEAK,
    }
    once = f"{queries.IS_ONE_ORDER} AND NOT has_twice"
    sold = {"sold_once": once, "sold": f"NOT ({once})"}
    return told | {name: queries.SOLD.format(**told, those=those) for name, those in sold.items()}


def _spans(con: duckdb.DuckDBPyConnection, zone: str) -> dict[str, date]:
    latest = "SELECT CAST(timezone({zone}, timezone('UTC', max({time}))) AS DATE) FROM {table}"
    days = {
        name: _one(con, latest.format(zone=literal(zone), time=TIMES[name], table=name))
        for name in _WITH_AS_OF
    }
    return {name: day for name, day in days.items() if day is not None}


def _find_again(con: duckdb.DuckDBPyConnection) -> None:
    """Find who bought an item again, among so many customers at a time as fit into memory."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE item_numbers AS {queries.ITEM_NUMBERS}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE item_again ({queries.ITEM_AGAIN_COLUMNS})")
    parts = len(con.table("purchase_items")) // _PAIRS + 1
    for part in range(parts):
        those = "true" if parts == 1 else f"customer_number % {parts} = {part}"
        con.execute(f"INSERT INTO item_again {queries.ITEM_AGAIN.format(part=those)}")


def build(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    *,
    done: Callable[[str, duckdb.DuckDBPyRelation], None],
    files: Iterable[str] = (),
) -> MartFacts:
    """Build every mart on a connection that has all canonical tables as relations of their names.

    `done(name, rows)` is called with each mart in an order in which they may be computed; it may
    put what it wrote in the place of the view `name`, from which later marts are computed. Days are
    local to `settings.zone`; purchases merge a customer's orders of one local day and leave out
    renewals and instalments; `revenue` counts the workspace's currency only, so that currencies are
    never summed. `files` are the Parquet files behind `order_lines`, where there are such.
    """
    lines = look_at(con, refund_links.linked(con, "order_lines"), files=files)
    con.execute(f"CREATE OR REPLACE TEMP TABLE numbers AS {queries.NUMBERS}")
    rule = ValidOrderRule.parse(settings.valid_rule)
    make_orders(con, "known_orders", lines, rule=rule, zone=settings.zone, numbers="numbers")
    currency = _currency(con, settings)
    values = _wording(con, lines, currency=currency, zone=settings.zone)
    con.execute(f"CREATE OR REPLACE TEMP TABLE paying AS {queries.PAYING.format(**values)}")
    for name, sql in _STEPS.items():
        if name == "customer_summary":
            _find_again(con)
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql.format(**values)}")
        done(name, con.table(name))
    row = con.sql(_HEADLINE)
    return MartFacts(
        as_of=_spans(con, settings.zone),
        first_day=_one(con, "SELECT min(day) FROM orders WHERE is_valid"),
        currency=currency,
        headline=dict(zip(row.columns, row.fetchone() or (), strict=True)),
    )
