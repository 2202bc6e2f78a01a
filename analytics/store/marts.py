"""Marts: what the pages read, derived from the canonical tables at each import."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from analytics.quoting import literal
from analytics.schema import MONEY, TIMES
from analytics.settings import UNKNOWN_CURRENCY, Settings
from analytics.store import line_runs, refund_links
from analytics.store import mart_queries as queries
from analytics.store.grouped_orders import GroupedOrders
from analytics.store.lines import Lines, look_at
from analytics.store.standing_orders import StandingOrders

_STEPS = {
    "orders": queries.ORDERS,
    "purchases": queries.PURCHASES,
    "purchase_items": queries.PURCHASE_ITEMS,
    "customer_summary": queries.CUSTOMER_SUMMARY,
    "item_summary": queries.ITEM_SUMMARY,
    "refund_lines": queries.REFUND_LINES,
}

Source = GroupedOrders | StandingOrders

_WITH_AS_OF = ("order_lines", "events", "ratings", "subscriptions")

_HEADLINE = """
SELECT lines, orders, paid_orders, valid_orders, purchases, customers, buyers, repeat_buyers,
    revenue, first_day
FROM (SELECT count(*) AS lines FROM order_lines), (
    SELECT count(*) AS orders,
        count(*) FILTER (reason IS NULL OR reason = 'unidentified') AS paid_orders,
        count(*) FILTER (is_valid) AS valid_orders, min(day) FILTER (is_valid) AS first_day,
        CAST(coalesce(sum(revenue), 0) AS VARCHAR) AS revenue
    FROM orders
), (SELECT count(*) AS purchases FROM purchases), (
    SELECT count(*) AS customers, count(*) FILTER (purchases > 0) AS buyers,
        count(*) FILTER (purchases > 1) AS repeat_buyers
    FROM customer_summary
)
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
    con: duckdb.DuckDBPyConnection, lines: Lines, source: Source, *, currency: str, zone: str
) -> dict[str, str]:
    """What the queries of the marts depend on; no work goes into columns that say nothing."""
    has_items = _one(con, "SELECT 1 FROM items LIMIT 1") is not None
    own = lines.constant("category") if "category" in lines.constants else "k.category"
    category = f"coalesce({own}, c.category)" if has_items else own
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
        "coupons": queries.NO_COUPONS if lines.lacks("coupon") else queries.COUPONS,
        "weak": queries.WEAK if lines.may_be("is_weak", "true") else queries.NOBODY_IS_WEAK,
    }
    told["bought"] = source.bought.format(**told)
    once = {"sold_once": source.is_once, "sold": f"NOT ({source.is_once})"}
    return told | {name: source.sold.format(**told, those=those) for name, those in once.items()}


def _spans(con: duckdb.DuckDBPyConnection, zone: str) -> dict[str, date]:
    latest = "SELECT CAST(timezone({zone}, timezone('UTC', max({time}))) AS DATE) FROM {table}"
    days = {
        name: _one(con, latest.format(zone=literal(zone), time=TIMES[name], table=name))
        for name in _WITH_AS_OF
    }
    return {name: day for name, day in days.items() if day is not None}


def _source(con: duckdb.DuckDBPyConnection, lines: Lines, settings: Settings) -> Source:
    """Find the quickest way to the orders of these lines."""
    currency = lines.constants.get("currency")
    if currency and settings.currency in {None, currency}:
        runs = line_runs.read(con, lines)
        if runs is not None:
            return StandingOrders(con, lines, runs, settings)
    return GroupedOrders(con, lines, settings)


def build(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    *,
    done: Callable[[str, duckdb.DuckDBPyRelation], None],
    files: Iterable[str] = (),
) -> MartFacts:
    """Build every mart on a connection that has all canonical tables as relations of their names.

    `done(name, rows)` is called with each mart in an order in which they may be computed; it has to
    put what it wrote in the place of the view `name`, from which later marts are computed. Days are
    local to `settings.zone`; purchases merge a customer's orders of one local day and leave out
    renewals and instalments; `revenue` counts the workspace's currency only, so that currencies are
    never summed. `files` are the Parquet files behind `order_lines`, where there are such.
    """
    lines = look_at(con, refund_links.linked(con, "order_lines"), files=files)
    with _source(con, lines, settings) as source:
        source.make_orders()
        currency = _currency(con, settings)
        values = _wording(con, lines, source, currency=currency, zone=settings.zone)
        for name, sql in _STEPS.items():
            source.prepare(name, values)
            con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql.format(**values)}")
            done(name, con.table(name))
        row = con.sql(_HEADLINE)
        headline = dict(zip(row.columns, row.fetchone() or (), strict=True))
        return MartFacts(
            as_of=_spans(con, settings.zone),
            first_day=headline.pop("first_day"),
            currency=currency,
            headline=headline,
        )
