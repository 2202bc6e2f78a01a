"""Refunds with an id of their own, and the sales that they take back.

Some exports book a refund as a transaction with an id of its own and no word of the sale. Left as
it is, the sale would stand. A refund goes to a sale where only one can be meant: the only sale of
the same customer, item, amount and currency before it, of the same source, not refunded otherwise,
and claimed by no other refund. All others are told. The stored rows keep what their file said, so
the order in which files arrive plays no part. Own definition.
"""

import duckdb

from analytics.notes import Note
from analytics.schema import MONEY

_ITEM = "coalesce(item_id, item_name)"

# A refund that stands in the order that it takes back is not loose.
_LOOSE = """
CREATE OR REPLACE TEMP TABLE loose_refunds AS
WITH refunds AS (SELECT * FROM {lines} WHERE amount < 0 AND status = 'refunded'),
sold AS (
    SELECT DISTINCT source, order_id FROM {lines}
    WHERE order_id IN (SELECT order_id FROM refunds) AND NOT coalesce(amount < 0, false)
)
SELECT CAST(source AS VARCHAR) AS source, order_id, {item} AS item, min(source_file) AS file,
    min(customer_id) AS customer_id, min(currency) AS currency, min(ordered_at) AS ordered_at,
    count(*) AS n, CAST(-sum(amount) AS {money}) AS back, CAST(NULL AS VARCHAR) AS sale_id
FROM refunds ANTI JOIN sold USING (source, order_id)
GROUP BY source, order_id, {item}
"""

_PAIRED = """
UPDATE loose_refunds AS r SET sale_id = p.sale_id FROM (
    WITH lines AS (
        SELECT *, {item} AS item FROM {lines} WHERE order_id IS NOT NULL
        AND customer_id IN (SELECT customer_id FROM loose_refunds WHERE order_id IS NOT NULL)
    ),
    sales AS (
        SELECT source, order_id, min(customer_id) AS customer_id, min(currency) AS currency,
            min(ordered_at) AS ordered_at, coalesce(max(order_total), sum(amount)) AS whole
        FROM lines GROUP BY source, order_id
        HAVING bool_and(coalesce(status, 'sale') = 'sale' AND coalesce(refunded_amount, 0) = 0
            AND coalesce(order_refunded, 0) = 0 AND coalesce(amount, 0) >= 0)
    ),
    parts AS (
        SELECT source, order_id, NULL AS item, whole AS amount FROM sales
        UNION ALL
        SELECT source, order_id, item, sum(amount) AS amount FROM lines
        WHERE item IS NOT NULL GROUP BY source, order_id, item
    ),
    met AS (
        SELECT r.source, r.order_id, r.item, s.order_id AS sale_id,
            count(*) OVER (PARTITION BY r.source, r.order_id, r.item) AS n_sales,
            count(*) OVER (PARTITION BY s.source, s.order_id) AS n_refunds
        FROM loose_refunds AS r
        JOIN sales AS s ON s.source = r.source AND s.customer_id = r.customer_id
            AND s.currency IS NOT DISTINCT FROM r.currency AND s.ordered_at <= r.ordered_at
        JOIN parts AS p ON p.source = s.source AND p.order_id = s.order_id
            AND p.item IS NOT DISTINCT FROM r.item AND p.amount = r.back
        WHERE r.order_id IS NOT NULL
    )
    SELECT * FROM met WHERE n_sales = 1 AND n_refunds = 1
) AS p
WHERE p.source = r.source AND p.order_id = r.order_id AND p.item IS NOT DISTINCT FROM r.item
"""

_VIEW = """
CREATE OR REPLACE TEMP VIEW linked_{lines} AS
SELECT t.* REPLACE (coalesce(r.sale_id, t.order_id) AS order_id)
FROM {lines} AS t LEFT JOIN loose_refunds AS r
    ON r.order_id = CASE WHEN t.amount < 0 THEN t.order_id END AND r.source = t.source
    AND r.item IS NOT DISTINCT FROM {item}
"""

_TOLD = """
SELECT is_linked, sum(n), string_agg(amount, ', ' ORDER BY amount)
FROM (
    SELECT sale_id IS NOT NULL AS is_linked, sum(n) AS n,
        format('{:,.2f} {}', CAST(sum(back) AS DOUBLE), coalesce(currency, 'XXX')) AS amount
    FROM loose_refunds WHERE file = ? GROUP BY is_linked, currency
) GROUP BY is_linked ORDER BY is_linked DESC
"""


def linked(con: duckdb.DuckDBPyConnection, lines: str) -> str:
    """Return the name of these order lines with every refund on the order that it takes back.

    It is the name given where there is nothing to do.

    Parameters
    ----------
    con
        On which `lines` is a table or a view. Its table `loose_refunds` is made anew.
    lines
        Name of a relation of order lines.
    """
    values = {"lines": lines, "item": _ITEM, "money": MONEY}
    con.execute(_LOOSE.format(**values))
    if not con.execute("SELECT 1 FROM loose_refunds LIMIT 1").fetchone():
        return lines
    con.execute(_PAIRED.format(**values))
    con.execute(_VIEW.format(**values))
    return f"linked_{lines}"


def notes(con: duckdb.DuckDBPyConnection, file: str) -> list[Note]:
    """Say of the refunds that came with a file what `linked` made of those that name no sale."""
    return [
        _linked(int(n), amount) if is_linked else _loose(int(n), amount)
        for is_linked, n, amount in con.execute(_TOLD, [file]).fetchall()
    ]


def _linked(n: int, amount: str) -> Note:
    text = (
        "{n:,} refunds with ids of their own ({amount}) were put to the only sale of the same "
        "customer, item and amount before them; where a column names the sale's order, say so "
        "with --map refund_of=COLUMN."
    )
    return Note("linked_refunds", text, n=n, amount=amount)


def _loose(n: int, amount: str) -> Note:
    text = (
        "{n:,} refunds ({amount}) name no sale that is here, so the sales that they take back "
        "still count: name the column with the sale's order id by --map refund_of=COLUMN, or "
        "import the file of those sales."
    )
    return Note("loose_refunds", text, n=n, amount=amount)
