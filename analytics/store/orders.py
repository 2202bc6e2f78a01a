"""From order lines to orders: one row per order with its money, status and validity.

An order is all lines with one order id or, without one, of one customer at one timestamp; an order
total is taken once. Own definition, kept by every metric.
"""

from analytics.quoting import literal
from analytics.settings import ValidOrderRule

_KEYED = """
CREATE OR REPLACE TEMP TABLE keyed AS
SELECT *,
    CASE
        WHEN order_id IS NOT NULL THEN 'o' || order_id
        WHEN customer_id IS NOT NULL THEN 't' || customer_id || ' ' || epoch_us(ordered_at)
        ELSE 'r' || source_file || ' ' || source_row
    END AS order_key,
    coalesce(status, 'sale') IN ('sale', 'refunded', 'partially_refunded') AS is_paid,
    greatest(amount, 0) AS line_gross,
    coalesce(refunded_amount, 0) + greatest(-amount, 0) AS line_refunded
FROM {lines}
"""

_GROUPED = """
SELECT source, order_key,
    min(order_id) AS order_id,
    min(customer_id) AS customer_id,
    coalesce(min(ordered_at) FILTER (amount >= 0), min(ordered_at)) AS ordered_at,
    count(*) AS n_lines,
    count(*) FILTER (is_paid) AS n_paid,
    coalesce(sum(line_gross) FILTER (is_paid), 0) AS lines_gross,
    coalesce(max(order_total), sum(line_gross) FILTER (is_paid), sum(line_gross), 0) AS gross,
    coalesce(max(order_refunded), sum(line_refunded) FILTER (is_paid), 0) AS refunds,
    bool_or(status = 'test') AS is_test,
    bool_and(status = 'not_a_sale') AS is_other,
    bool_or(status = 'pending') AS is_pending,
    coalesce(bool_and(status = 'refunded') FILTER (is_paid), false) AS is_refunded,
    coalesce(sum(line_gross) FILTER (status = 'refunded' AND coalesce(refunded_amount, 0) = 0), 0)
        AS unstated_refunds,
    min(coalesce(currency, 'XXX')) AS currency,
    coalesce(min(kind) FILTER (kind IN ('one-off', 'subscription')), min(kind), 'one-off') AS kind,
    min(channel) AS channel,
    min(coupon) AS coupon
FROM keyed GROUP BY source, order_key
"""

_MONEY = """
SELECT * REPLACE (CAST(gross AS DECIMAL(18,4)) AS gross),
    CAST(CASE
        WHEN n_paid = 0 THEN 0
        WHEN is_refunded AND refunds = 0 THEN gross
        ELSE refunds + CASE WHEN is_refunded THEN 0 ELSE unstated_refunds END
    END AS DECIMAL(18,4)) AS refunded
FROM grouped
"""

_STATUS = """
SELECT *,
    CAST(gross - refunded AS DECIMAL(18,4)) AS amount,
    CASE
        WHEN is_test THEN 'test'
        WHEN is_other THEN 'not_a_sale'
        WHEN n_paid = 0 AND is_pending THEN 'pending'
        WHEN n_paid = 0 THEN 'cancelled'
        WHEN is_refunded OR (refunded > 0 AND refunded >= gross) THEN 'refunded'
        WHEN refunded > 0 THEN 'partially_refunded'
        ELSE 'sale'
    END AS status
FROM money
"""

_REASON = """
SELECT *,
    CASE
        WHEN status NOT IN ('sale', 'partially_refunded') THEN status
        WHEN NOT (amount {rule}) THEN 'amount'
        WHEN customer_id IS NULL THEN 'unidentified'
    END AS reason,
    CAST(timezone({zone}, timezone('UTC', ordered_at)) AS DATE) AS day
FROM stated
"""


def keyed_sql(lines: str) -> str:
    """Return the SQL that makes the temporary table `keyed`: order lines with their order's key."""
    return _KEYED.format(lines=lines)


def orders_sql(*, rule: ValidOrderRule, zone: str) -> str:
    """Return the query over `keyed` that gives one row per order, valid or not.

    `amount` is net of refunds, `reason` says why an order is not valid (its status, `amount`, or
    `unidentified`; null where it is valid), `day` is its local day in `zone`, `is_purchase` is
    false for renewals and instalments.
    """
    reason = _REASON.format(rule=f"{rule.operator} {rule.amount}", zone=literal(zone))
    return (
        f"WITH grouped AS ({_GROUPED}), money AS ({_MONEY}), stated AS ({_STATUS}), "
        f"judged AS ({reason}) "
        "SELECT source, order_key, order_id, customer_id, ordered_at, day, amount, gross, "
        "refunded, currency, status, kind, channel, coupon, lines_gross, "
        "CAST(n_lines AS INTEGER) AS n_lines, "
        "reason IS NULL AS is_valid, reason, "
        "reason IS NULL AND kind IN ('one-off', 'subscription') AS is_purchase FROM judged"
    )
