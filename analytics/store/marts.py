"""Marts: what the pages read, derived from the canonical tables at each import."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from analytics.quoting import literal
from analytics.schema import TIMES
from analytics.settings import UNKNOWN_CURRENCY, Settings, ValidOrderRule
from analytics.store.lines import Lines, look_at
from analytics.store.orders import make_orders

_NUMBERS = """
SELECT CAST(row_number() OVER (ORDER BY customer_id) AS INTEGER) AS customer_number, customer_id
FROM (
    SELECT customer_id FROM order_lines UNION SELECT customer_id FROM customers
    UNION SELECT customer_id FROM events UNION SELECT customer_id FROM ratings
    UNION SELECT customer_id FROM subscriptions
) WHERE customer_id IS NOT NULL
"""

_ORDERS = """
SELECT customer_number, customer_id, order_id, source, ordered_at, day, amount, gross, refunded,
    currency, status, kind, channel, coupon, n_lines, is_valid, is_purchase, reason,
    CAST(CASE WHEN is_valid AND currency = {currency} THEN amount ELSE 0 END AS DECIMAL(18,4))
        AS revenue
FROM known_orders
"""

_PURCHASES = """
WITH days AS (
    SELECT customer_number, day, CAST(sum(revenue) AS DECIMAL(18,4)) AS revenue,
        CAST(count(*) AS INTEGER) AS n_orders, min(channel) AS channel
    FROM orders WHERE is_purchase GROUP BY customer_number, day
)
SELECT customer_number,
    CAST(row_number() OVER customer AS INTEGER) AS purchase_number,
    day, first_value(day) OVER customer AS first_day, revenue, n_orders,
    CAST(day - lag(day) OVER customer AS INTEGER) AS gap,
    CAST(lead(day) OVER customer - day AS INTEGER) AS next_gap,
    channel
FROM days WINDOW customer AS (PARTITION BY customer_number ORDER BY day)
"""

_PURCHASE_ITEMS = """
WITH paying AS (
    SELECT o.source, o.order_key, o.customer_number, p.purchase_number, o.day,
        CASE WHEN o.currency = {currency} AND o.lines_gross > 0
            THEN CAST(o.amount AS DOUBLE) / CAST(o.lines_gross AS DOUBLE) ELSE 0 END AS share,
        CASE WHEN o.currency = {currency} AND o.lines_gross = 0
            THEN CAST(o.amount AS DOUBLE) / o.n_lines ELSE 0 END AS even_share
    FROM known_orders AS o
    JOIN purchases AS p ON p.customer_number = o.customer_number AND p.day = o.day
    WHERE o.is_purchase
)
SELECT p.customer_number, p.purchase_number, min(p.day) AS day,
    coalesce(k.item_id, k.item_name) AS item_id, {category} AS category,
    CAST({quantity} AS DECIMAL(18,4)) AS quantity,
    CAST(sum(CAST(k.line_gross AS DOUBLE) * p.share + p.even_share) AS DECIMAL(18,4)) AS revenue
FROM ({lines}) AS k JOIN paying AS p ON {same_order} {catalogue}
WHERE k.is_paid AND NOT k.is_return AND coalesce(k.item_id, k.item_name) IS NOT NULL
GROUP BY p.customer_number, p.purchase_number, coalesce(k.item_id, k.item_name)
"""

_CATALOGUE = """
LEFT JOIN (SELECT item_id, min(category) AS category FROM items GROUP BY item_id) AS c
ON c.item_id = k.item_id
"""

_CUSTOMER_SUMMARY = """
WITH known AS (
    SELECT customer_id, min(signed_up_at) AS signed_up_at, min(channel) AS channel,
        min(country) AS country, min(city) AS city, min(gender) AS gender, min(age) AS age,
        min(attributes) AS attributes
    FROM customers GROUP BY customer_id
), weak AS ({weak}), bought AS (
    SELECT customer_number, min(day) AS first_day, max(day) AS last_day,
        CAST(count(*) AS INTEGER) AS purchases,
        CAST(sum(revenue) AS DECIMAL(18,4)) AS purchase_revenue,
        min(day) FILTER (purchase_number = 2) AS second_day,
        min(next_gap) FILTER (purchase_number = 1) AS days_to_second,
        min(revenue) FILTER (purchase_number = 1) AS first_revenue,
        min(channel) FILTER (purchase_number = 1) AS first_channel
    FROM purchases GROUP BY customer_number
), money AS (
    SELECT customer_number, CAST(count(*) AS INTEGER) AS orders,
        CAST(sum(revenue) AS DECIMAL(18,4)) AS revenue
    FROM orders WHERE is_valid GROUP BY customer_number
), coupons AS (
    SELECT o.customer_number, min(o.coupon) AS first_coupon FROM orders AS o
    JOIN bought AS b ON b.customer_number = o.customer_number AND b.first_day = o.day
    WHERE o.is_purchase AND o.coupon IS NOT NULL GROUP BY o.customer_number
), first_items AS (SELECT * FROM purchase_items WHERE purchase_number = 1),
dearest AS (
    SELECT customer_number, item_id AS first_item_id, category AS first_category FROM first_items
    QUALIFY row_number() OVER (PARTITION BY customer_number ORDER BY revenue DESC, item_id) = 1
), same_item AS (
    SELECT f.customer_number, CAST(min(l.day - f.day) AS INTEGER) AS days_to_same_item
    FROM first_items AS f JOIN purchase_items AS l
    ON l.customer_number = f.customer_number AND l.item_id = f.item_id AND l.purchase_number > 1
    GROUP BY f.customer_number
), same_category AS (
    SELECT f.customer_number, CAST(min(l.day - f.day) AS INTEGER) AS days_to_same_category
    FROM (SELECT DISTINCT customer_number, day, category FROM first_items) AS f
    JOIN purchase_items AS l
    ON l.customer_number = f.customer_number AND l.category = f.category AND l.purchase_number > 1
    GROUP BY f.customer_number
)
SELECT n.customer_number, n.customer_id, coalesce(weak.is_weak, false) AS is_weak,
    CAST(timezone({zone}, timezone('UTC', known.signed_up_at)) AS DATE) AS signed_up_day,
    known.channel, country, city, gender, age,
    first_day, second_day, last_day, coalesce(purchases, 0) AS purchases,
    coalesce(orders, 0) AS orders, coalesce(revenue, 0) AS revenue,
    coalesce(purchase_revenue, 0) AS purchase_revenue, first_revenue, days_to_second,
    days_to_same_category, days_to_same_item, first_item_id, first_category, first_channel,
    first_coupon, attributes
FROM numbers AS n
LEFT JOIN known USING (customer_id) LEFT JOIN weak USING (customer_id)
LEFT JOIN bought USING (customer_number) LEFT JOIN money USING (customer_number)
LEFT JOIN dearest USING (customer_number) LEFT JOIN same_item USING (customer_number)
LEFT JOIN same_category USING (customer_number) LEFT JOIN coupons USING (customer_number)
"""

_WEAK = """
SELECT customer_id, bool_and(coalesce(is_weak, false)) AS is_weak FROM order_lines
GROUP BY customer_id
"""
_NOBODY_IS_WEAK = "SELECT CAST(NULL AS VARCHAR) AS customer_id, false AS is_weak"

_ITEM_SUMMARY = """
WITH named AS (
    SELECT coalesce(item_id, item_name) AS item_id, min(item_name) AS item_name,
        min(category) AS category, min(content_type) AS content_type
    FROM ({lines}) GROUP BY 1
), listed AS (
    SELECT item_id, min(item_name) AS item_name, min(category) AS category,
        min(content_type) AS content_type, min(price) AS price, min(published_at) AS published_at
    FROM items GROUP BY item_id
), numbered AS (
    SELECT item_id, row_number() OVER () AS item_number
    FROM (SELECT DISTINCT item_id FROM purchase_items)
), pairs AS (
    SELECT DISTINCT item_number << 32 | customer_number AS pair
    FROM purchase_items JOIN numbered USING (item_id)
), buyers AS (
    SELECT pair >> 32 AS item_number, CAST(count(*) AS INTEGER) AS customers
    FROM pairs GROUP BY pair >> 32
), sold AS (
    SELECT item_id, any_value(customers) AS customers,
        CAST(count(*) AS INTEGER) AS purchases, CAST(sum(revenue) AS DECIMAL(18,4)) AS revenue,
        min(day) AS first_sold, max(day) AS last_sold
    FROM purchase_items JOIN numbered USING (item_id) JOIN buyers USING (item_number)
    GROUP BY item_id
), known AS (
    SELECT item_id FROM named UNION SELECT item_id FROM listed
    UNION SELECT item_id FROM events UNION SELECT item_id FROM ratings
)
SELECT item_id, coalesce(listed.item_name, named.item_name, item_id) AS item_name,
    coalesce(listed.category, named.category) AS category,
    coalesce(listed.content_type, named.content_type) AS content_type, price,
    CAST(timezone({zone}, timezone('UTC', published_at)) AS DATE) AS published_day,
    coalesce(customers, 0) AS customers, coalesce(purchases, 0) AS purchases,
    coalesce(revenue, 0) AS revenue, first_sold, last_sold
FROM known LEFT JOIN listed USING (item_id) LEFT JOIN named USING (item_id)
LEFT JOIN sold USING (item_id) WHERE item_id IS NOT NULL ORDER BY item_id
"""

_STEPS = {
    "orders": _ORDERS,
    "purchases": _PURCHASES,
    "purchase_items": _PURCHASE_ITEMS,
    "customer_summary": _CUSTOMER_SUMMARY,
    "item_summary": _ITEM_SUMMARY,
}

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
    category = "min(coalesce(k.category, c.category))" if has_items else "min(k.category)"
    is_empty = lines.lacks("category") and not has_items
    is_one_source = "source" in lines.constants
    return {
        "currency": literal(currency),
        "zone": literal(zone),
        "lines": lines.sql,
        "same_order": "k.order_key = p.order_key"
        + ("" if is_one_source else " AND k.source = p.source"),
        "category": "CAST(NULL AS VARCHAR)" if is_empty else category,
        "catalogue": _CATALOGUE if has_items else "",
        "quantity": "count(*)" if lines.lacks("quantity") else "sum(coalesce(k.quantity, 1))",
        "weak": _NOBODY_IS_WEAK if lines.constants.get("is_weak") == "False" else _WEAK,
    }


def _spans(con: duckdb.DuckDBPyConnection, zone: str) -> dict[str, date]:
    latest = "SELECT CAST(timezone({zone}, timezone('UTC', max({time}))) AS DATE) FROM {table}"
    days = {
        name: _one(con, latest.format(zone=literal(zone), time=TIMES[name], table=name))
        for name in _WITH_AS_OF
    }
    return {name: day for name, day in days.items() if day is not None}


def build(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    *,
    done: Callable[[str, duckdb.DuckDBPyRelation], None],
) -> MartFacts:
    """Build every mart on a connection that has all canonical tables as relations of their names.

    `done(name, rows)` is called with each mart in an order in which they may be computed; it may
    put what it wrote in the place of the view `name`, from which later marts are computed. Days are
    local to `settings.zone`; purchases merge a customer's orders of one local day and leave out
    renewals and instalments; `revenue` counts the workspace's currency only, so that currencies are
    never summed.
    """
    lines = look_at(con, "order_lines")
    con.execute(f"CREATE OR REPLACE TEMP TABLE numbers AS {_NUMBERS}")
    rule = ValidOrderRule.parse(settings.valid_rule)
    make_orders(con, "known_orders", lines, rule=rule, zone=settings.zone, numbers="numbers")
    currency = _currency(con, settings)
    values = _wording(con, lines, currency=currency, zone=settings.zone)
    for name, sql in _STEPS.items():
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql.format(**values)}")
        done(name, con.table(name))
    row = con.sql(_HEADLINE)
    return MartFacts(
        as_of=_spans(con, settings.zone),
        first_day=_one(con, "SELECT min(day) FROM orders WHERE is_valid"),
        currency=currency,
        headline=dict(zip(row.columns, row.fetchone() or (), strict=True)),
    )
