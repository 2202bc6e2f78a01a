"""The queries behind the marts. Curly brackets stand for what `marts` knows of the lines."""

from analytics.schema import MONEY

NUMBERS = """
CREATE OR REPLACE TEMP TABLE numbers AS
SELECT CAST(row_number() OVER (ORDER BY customer_id) AS INTEGER) AS customer_number, customer_id
FROM (
    SELECT customer_id FROM {lines} UNION SELECT customer_id FROM customers
    UNION SELECT customer_id FROM events UNION SELECT customer_id FROM ratings
    UNION SELECT customer_id FROM subscriptions
) WHERE customer_id IS NOT NULL
"""

OTHER_CUSTOMERS = """
SELECT 1 FROM (
    SELECT customer_id FROM customers UNION ALL SELECT customer_id FROM events
    UNION ALL SELECT customer_id FROM ratings UNION ALL SELECT customer_id FROM subscriptions
) WHERE customer_id IS NOT NULL LIMIT 1
"""

ORDERS = """
SELECT customer_number, customer_id, order_id, source, ordered_at, day, amount, gross, refunded,
    currency, status, kind, channel, coupon, n_lines, is_valid, is_purchase, reason,
    {revenue} AS revenue
FROM known_orders
"""

# What of an order's amount falls on each of its lines; not asked where every line has its own.
SHARES = """
CASE WHEN currency = {currency} AND lines_gross > 0
    THEN CAST(amount AS DOUBLE) / CAST(lines_gross AS DOUBLE) ELSE 0 END AS share,
CASE WHEN currency = {currency} AND lines_gross = 0
    THEN CAST(amount AS DOUBLE) / n_lines ELSE 0 END AS even_share,
"""
SHARED = "CAST(k.line_gross AS DOUBLE) * p.share + p.even_share"

# As few columns as can be, since all of them are sorted.
PAYING = """
SELECT {varying}{shares}order_key, customer_number, day, revenue, has_twice,
    CAST(dense_rank() OVER customer AS INTEGER) AS purchase_number,
    first_value(day) OVER customer AS first_day,
    CAST(day - lag(day) OVER customer AS INTEGER) AS gap,
    CAST(lead(day) OVER customer - day AS INTEGER) AS next_gap
FROM (SELECT *, {revenue} AS revenue FROM known_orders WHERE is_purchase)
WINDOW customer AS (PARTITION BY customer_number ORDER BY day)
"""

# Most purchases are one order: they need no grouping. Gaps are those between orders, hence 0 within
# a purchase of several.
IS_ONE_ORDER = "gap IS DISTINCT FROM 0 AND next_gap IS DISTINCT FROM 0"

PURCHASES = f"""
SELECT customer_number, purchase_number, day, first_day, revenue, 1 AS n_orders, gap, next_gap,
    {{channel}} AS channel
FROM paying WHERE {IS_ONE_ORDER}
UNION ALL
SELECT customer_number, purchase_number, min(day) AS day, min(first_day) AS first_day,
    CAST(sum(revenue) AS {MONEY}) AS revenue, CAST(count(*) AS INTEGER) AS n_orders,
    nullif(max(gap), 0) AS gap, nullif(max(next_gap), 0) AS next_gap,
    min({{channel}}) AS channel
FROM paying WHERE NOT ({IS_ONE_ORDER}) GROUP BY customer_number, purchase_number
"""

SOLD = """
SELECT p.customer_number, p.purchase_number, p.day, coalesce(k.item_id, k.item_name) AS item_id,
    {category} AS category, {quantity} AS quantity,
    {item_revenue} AS revenue
FROM ({lines}) AS k JOIN (SELECT * FROM paying WHERE {those}) AS p ON {same_order}
{catalogue}
WHERE k.is_paid AND NOT k.is_return AND coalesce(k.item_id, k.item_name) IS NOT NULL
"""

# The same where every line knows its purchase: `sold` is 1 where its item is on no other line of
# the purchase, 2 where it may be, 0 for what is no purchase. Within `abs` it is no bare column: a
# filter on one goes to the scan of Arrow, which copies what it leaves.
SOLD_LINES = """
SELECT k.customer_number, k.purchase_number, k.day, k.item_id, {category} AS category,
    {quantity} AS quantity, k.line_gross AS revenue
FROM (SELECT * FROM sold_lines WHERE {those}) AS k
{catalogue}
WHERE abs(k.sold) > 0
"""

PURCHASE_ITEMS = f"""
SELECT customer_number, purchase_number, day, item_id, category,
    CAST(quantity AS {MONEY}) AS quantity, CAST(revenue AS {MONEY}) AS revenue
FROM ({{sold_once}})
UNION ALL
SELECT customer_number, purchase_number, min(day) AS day, item_id, min(category) AS category,
    CAST(sum(quantity) AS {MONEY}) AS quantity, CAST(sum(revenue) AS {MONEY}) AS revenue
FROM ({{sold}}) GROUP BY customer_number, purchase_number, item_id
"""

CATALOGUE = """
LEFT JOIN (SELECT item_id, min(category) AS category FROM items GROUP BY item_id) AS c
ON c.item_id = k.item_id
"""

CUSTOMER_SUMMARY = """
WITH known AS (
    SELECT customer_id, min(signed_up_at) AS signed_up_at, min(channel) AS channel,
        min(country) AS country, min(city) AS city, min(gender) AS gender, min(age) AS age,
        min(attributes) AS attributes
    FROM customers GROUP BY customer_id
), weak AS ({weak}), bought AS ({bought}), renewed AS (
    SELECT customer_number, CAST(count(*) AS INTEGER) AS orders,
        CAST(sum(revenue) AS DECIMAL(18,4)) AS revenue
    FROM orders WHERE is_valid AND NOT is_purchase GROUP BY customer_number
), coupons AS ({coupons}), first_items AS (SELECT * FROM purchase_items WHERE purchase_number = 1),
dearest AS (
    SELECT customer_number, min({{'at': -revenue, 'item': item_id, 'kind': category}}) AS first
    FROM first_items GROUP BY customer_number
), same_item AS (
    SELECT a.customer_number, CAST(min(a.day - a.previous_day) AS INTEGER) AS days_to_same_item
    FROM item_again AS a JOIN bought AS b
    ON b.customer_number = a.customer_number AND b.first_day = a.previous_day
    GROUP BY a.customer_number
), same_category AS (
    SELECT f.customer_number, CAST(min(l.day - f.day) AS INTEGER) AS days_to_same_category
    FROM (
        SELECT DISTINCT customer_number, day, category FROM first_items WHERE category IS NOT NULL
    ) AS f
    JOIN purchase_items AS l
    ON l.customer_number = f.customer_number AND l.category = f.category AND l.purchase_number > 1
    GROUP BY f.customer_number
)
SELECT n.customer_number, n.customer_id, coalesce(weak.is_weak, false) AS is_weak,
    CAST(timezone({zone}, timezone('UTC', known.signed_up_at)) AS DATE) AS signed_up_day,
    known.channel, country, city, gender, age,
    first_day, second_day, last_day, coalesce(purchases, 0) AS purchases,
    coalesce(bought.orders, 0) + coalesce(renewed.orders, 0) AS orders,
    CAST(coalesce(purchase_revenue, 0) + coalesce(renewed.revenue, 0) AS DECIMAL(18,4)) AS revenue,
    coalesce(purchase_revenue, 0) AS purchase_revenue, first_revenue, days_to_second,
    days_to_same_category, days_to_same_item, first.item AS first_item_id,
    first.kind AS first_category, first_channel, first_coupon, attributes
FROM numbers AS n
LEFT JOIN known USING (customer_id) LEFT JOIN weak USING (customer_id)
LEFT JOIN bought USING (customer_number) LEFT JOIN renewed USING (customer_number)
LEFT JOIN dearest USING (customer_number) LEFT JOIN same_item USING (customer_number)
LEFT JOIN same_category USING (customer_number) LEFT JOIN coupons USING (customer_number)
"""

BOUGHT = """
SELECT customer_number, min(day) AS first_day, max(day) AS last_day,
    CAST(count(*) AS INTEGER) AS purchases, CAST(sum(n_orders) AS INTEGER) AS orders,
    CAST(sum(revenue) AS DECIMAL(18,4)) AS purchase_revenue,
    min(day) FILTER (purchase_number = 2) AS second_day,
    min(next_gap) FILTER (purchase_number = 1) AS days_to_second,
    min(revenue) FILTER (purchase_number = 1) AS first_revenue,
    min(channel) FILTER (purchase_number = 1) AS first_channel
FROM purchases GROUP BY customer_number
"""
BOUGHT_KNOWN = "SELECT *, {channel} AS first_channel FROM known_buyers"

COUPONS = """
SELECT o.customer_number, min(o.coupon) AS first_coupon FROM orders AS o
JOIN bought AS b ON b.customer_number = o.customer_number AND b.first_day = o.day
WHERE o.is_purchase AND o.coupon IS NOT NULL GROUP BY o.customer_number
"""
NO_COUPONS = "SELECT 0 AS customer_number, CAST(NULL AS VARCHAR) AS first_coupon WHERE false"

WEAK = """
SELECT customer_id, bool_and(coalesce(is_weak, false)) AS is_weak FROM order_lines
GROUP BY customer_id
"""
NOBODY_IS_WEAK = "SELECT CAST(NULL AS VARCHAR) AS customer_id, false AS is_weak"

ITEM_NUMBERS = """
SELECT item_id, row_number() OVER () AS item_number
FROM (SELECT DISTINCT item_id FROM purchase_items)
"""

REFUND_LINES = """
WITH refunded AS (
    SELECT DISTINCT source, order_id FROM {relation} WHERE amount < 0 AND order_id IS NOT NULL
)
SELECT CAST(source AS VARCHAR) AS source, order_id, ordered_at,
    coalesce(item_id, item_name) AS item_id, CAST(category AS VARCHAR) AS category, amount
FROM {relation} SEMI JOIN refunded USING (source, order_id) WHERE {may_be_below}
"""

# Every purchase of an item but a customer's first of it. One number stands for item and customer,
# since numbers are sorted quickly.
ITEM_AGAIN_COLUMNS = "item_number INTEGER, customer_number INTEGER, day DATE, previous_day DATE"
ITEM_AGAIN = """
SELECT CAST(pair >> 32 AS INTEGER) AS item_number,
    CAST(pair & 4294967295 AS INTEGER) AS customer_number, day, previous_day
FROM (
    SELECT pair, day, lag(pair) OVER history AS previous_pair, lag(day) OVER history AS previous_day
    FROM (
        SELECT item_number << 32 | customer_number AS pair, day
        FROM purchase_items JOIN item_numbers USING (item_id) WHERE {part}
    ) WINDOW history AS (ORDER BY pair, day)
) WHERE pair = previous_pair
"""

ITEM_SUMMARY = """
WITH named AS (
    SELECT coalesce(item_id, item_name) AS item_id, min(item_name) AS item_name,
        min(category) AS category, min(content_type) AS content_type
    FROM ({lines}) GROUP BY 1
), listed AS (
    SELECT item_id, min(item_name) AS item_name, min(category) AS category,
        min(content_type) AS content_type, min(price) AS price, min(published_at) AS published_at
    FROM items GROUP BY item_id
), again AS (
    SELECT item_number, count(*) AS n FROM item_again GROUP BY item_number
), sold AS (
    SELECT item_id, CAST(count(*) AS INTEGER) AS purchases,
        CAST(sum(revenue) AS DECIMAL(18,4)) AS revenue,
        min(day) AS first_sold, max(day) AS last_sold
    FROM purchase_items GROUP BY item_id
), known AS (
    SELECT item_id FROM named UNION SELECT item_id FROM listed
    UNION SELECT item_id FROM events UNION SELECT item_id FROM ratings
)
SELECT item_id, coalesce(listed.item_name, named.item_name, item_id) AS item_name,
    coalesce(listed.category, named.category) AS category,
    coalesce(listed.content_type, named.content_type) AS content_type, price,
    CAST(timezone({zone}, timezone('UTC', published_at)) AS DATE) AS published_day,
    CAST(coalesce(purchases - coalesce(again.n, 0), 0) AS INTEGER) AS customers,
    coalesce(purchases, 0) AS purchases,
    coalesce(revenue, 0) AS revenue, first_sold, last_sold
FROM known LEFT JOIN listed USING (item_id) LEFT JOIN named USING (item_id)
LEFT JOIN sold USING (item_id) LEFT JOIN item_numbers USING (item_id)
LEFT JOIN again USING (item_number) WHERE item_id IS NOT NULL ORDER BY item_id
"""
