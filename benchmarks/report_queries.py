"""The reports of repurchase and retention as an analyst would write them by hand, in DuckDB's SQL.

Each query reads the same marts and gives the numbers of the report's own table; {as_of} stands for
the as-of day. What is left out of a query is what costs nothing: intervals of a few hundred rates.
"""

from retention_queries import RETENTION

_WAITS = """
waits AS (
    SELECT *, coalesce(next_gap <= DATE '{as_of}' - day, false) AS is_event,
        CASE WHEN next_gap <= DATE '{as_of}' - day THEN next_gap ELSE DATE '{as_of}' - day END
            AS duration
    FROM purchases WHERE day <= DATE '{as_of}'
)"""

_CURVE = f"""
{_WAITS}, counted AS (
    SELECT duration, count(*) AS n, count(*) FILTER (is_event) AS n_events
    FROM waits WHERE purchase_number = 1 GROUP BY duration
), curve AS (
    SELECT duration AS day, n_events, sum(n) OVER (ORDER BY duration DESC) AS n_at_risk,
        product(1 - n_events / sum_n) OVER (ORDER BY duration) AS survival
    FROM (SELECT *, sum(n) OVER (ORDER BY duration DESC) AS sum_n FROM counted)
)"""

_RATE = """
SELECT horizon_days, count(*) AS denominator,
    count(*) FILTER (days_to_second <= horizon_days) AS numerator
FROM customer_summary, (VALUES (30), (90)) AS h(horizon_days)
WHERE first_day <= DATE '{as_of}' - horizon_days GROUP BY horizon_days
"""

_TREND = """
SELECT date_trunc('month', first_day) AS period, count(*) AS customers,
    count(*) FILTER (first_day <= DATE '{as_of}' - 90) AS denominator,
    count(*) FILTER (first_day <= DATE '{as_of}' - 90 AND days_to_second <= 90) AS numerator
FROM customer_summary WHERE first_day <= DATE '{as_of}' GROUP BY 1
"""

_REPURCHASE_CURVE = f"""
WITH {_CURVE} SELECT day, n_at_risk, n_events, survival FROM curve WHERE n_events > 0
"""

_QUARTILES = f"""
WITH {_CURVE} SELECT (SELECT sum(n) FROM counted) AS customers, sum(n_events) AS n_events,
    min(day) FILTER (survival <= 0.75 + 1e-12) AS p25_days,
    min(day) FILTER (survival <= 0.5 + 1e-12) AS median_days,
    min(day) FILTER (survival <= 0.25 + 1e-12) AS p75_days
FROM curve
"""

_REST = f"""
WITH {_CURVE}
SELECT silent_days, 1 - (SELECT min(survival) FROM curve WHERE day <= silent_days + 90)
    / coalesce((SELECT min(survival) FROM curve WHERE day <= silent_days), 1) AS chance
FROM (VALUES (0), (7), (14), (30), (60), (90), (180), (365)) AS s(silent_days)
"""

_LADDER = """
SELECT purchase_number AS step, count(*) AS denominator,
    count(*) FILTER (next_gap <= 90) AS numerator
FROM purchases WHERE day <= DATE '{as_of}' - 90 AND purchase_number <= 10 GROUP BY 1
"""

_TIME_BETWEEN = """
WITH own AS (
    SELECT median(gap) AS cycle FROM purchases WHERE gap IS NOT NULL GROUP BY customer_number
), steps AS (
    SELECT purchase_number AS step, count(next_gap) AS n_gaps, avg(next_gap) AS mean_days,
        quantile_cont(next_gap, [0.1, 0.25, 0.5, 0.75, 0.9]) AS q, NULL AS natural_cycle_days
    FROM purchases WHERE purchase_number <= 3 GROUP BY 1
    UNION ALL
    SELECT NULL, count(next_gap), avg(next_gap),
        quantile_cont(next_gap, [0.1, 0.25, 0.5, 0.75, 0.9]), (SELECT median(cycle) FROM own)
    FROM purchases
)
SELECT step, n_gaps, mean_days, q[1] AS p10_days, q[2] AS p25_days, q[3] AS median_days,
    q[4] AS p75_days, q[5] AS p90_days, natural_cycle_days
FROM steps
"""

_BUCKETS = f"""
WITH {_WAITS}, counted AS (
    SELECT purchase_number AS step, duration, count(*) AS n, count(*) FILTER (is_event) AS n_events
    FROM waits GROUP BY 1, 2
), every AS (
    SELECT step, duration, n, n_events FROM counted WHERE step <= 3
    UNION ALL SELECT NULL, duration, sum(n), sum(n_events) FROM counted GROUP BY duration
), curves AS (
    SELECT step, duration, n_events,
        product(1 - n_events / at_risk) OVER (PARTITION BY step ORDER BY duration) AS survival
    FROM (SELECT *, sum(n) OVER (PARTITION BY step ORDER BY duration DESC) AS at_risk FROM every)
), placed AS (
    SELECT *, CASE WHEN duration >= 366 THEN 366 WHEN duration >= 181 THEN 181
        WHEN duration >= 91 THEN 91 WHEN duration >= 61 THEN 61 WHEN duration >= 31 THEN 31
        WHEN duration >= 15 THEN 15 WHEN duration >= 8 THEN 8 ELSE 1 END AS from_days
    FROM curves
)
SELECT step, from_days, sum(n_events) AS n, 1 - min(survival) AS curve_share
FROM placed GROUP BY ALL HAVING sum(n_events) > 0
"""

_RETURNING = """
WITH people AS (
    SELECT date_trunc('month', day) AS period, customer_number, count(*) AS n,
        max(purchase_number) AS last
    FROM purchases GROUP BY 1, 2
)
SELECT period, count(*) AS customers, count(*) FILTER (n > 1) AS repeat_customers,
    count(*) FILTER (last > 1) AS returning_customers
FROM people GROUP BY period
"""

_REPEAT_REVENUE = """
WITH paid AS (
    SELECT customer_number, day, purchase_number, revenue FROM purchases
    UNION ALL
    SELECT customer_number, day, 0, revenue FROM orders WHERE is_valid AND NOT is_purchase
), people AS (
    SELECT date_trunc('month', day) AS period, customer_number,
        coalesce(CAST(sum(revenue) FILTER (purchase_number = 1) AS DOUBLE), 0) AS first,
        coalesce(CAST(sum(revenue) FILTER (purchase_number > 1) AS DOUBLE), 0) AS repeat,
        CAST(sum(revenue) AS DOUBLE) AS total
    FROM paid GROUP BY 1, 2
), sums AS (
    SELECT period, count(*) FILTER (total > 0) AS customers, sum(first) AS first_revenue,
        sum(repeat) AS numerator, sum(total) AS denominator, sum(repeat * repeat) AS rr,
        sum(repeat * total) AS rt, sum(total * total) AS tt
    FROM people GROUP BY period
)
SELECT period, customers, first_revenue, numerator, denominator,
    greatest(numerator / denominator - 1.959963984540054 * sqrt(greatest(
        rr - 2 * numerator / denominator * rt + (numerator / denominator) ^ 2 * tt, 0))
        / denominator, 0) AS ci_lower
FROM sums
"""

_FIRST_ITEM = """
WITH people AS (
    SELECT customer_number, first_day, days_to_second, DATE '{as_of}' - first_day AS follow_up
    FROM customer_summary WHERE first_day <= DATE '{as_of}'
), began AS (
    SELECT i.item_id, p.* FROM purchase_items AS i JOIN people AS p USING (customer_number)
    WHERE i.purchase_number = 1
), early AS (
    SELECT o.customer_number, CAST(sum(o.revenue) AS DOUBLE) AS value
    FROM orders AS o JOIN people AS p USING (customer_number)
    WHERE o.is_valid AND o.day BETWEEN p.first_day AND p.first_day + 90 GROUP BY 1
), counted AS (
    SELECT item_id, count(*) AS customers, count(*) FILTER (days_to_second <= 90) AS repurchasers,
        sum(value) / count(*) AS value_per_customer, sum(value * value) AS squares
    FROM began LEFT JOIN early USING (customer_number) WHERE follow_up >= 90 GROUP BY item_id
), lengths AS (
    SELECT item_id, least(coalesce(days_to_second, follow_up), follow_up) AS duration,
        count(*) AS n, count(*) FILTER (days_to_second <= follow_up) AS events
    FROM began GROUP BY 1, 2
), curves AS (
    SELECT item_id, duration, product(1 - events / at_risk) OVER (
        PARTITION BY item_id ORDER BY duration) AS survival
    FROM (SELECT *, sum(n) OVER (PARTITION BY item_id ORDER BY duration DESC) AS at_risk
        FROM lengths)
), medians AS (
    SELECT item_id, min(duration) AS median_days FROM curves
    WHERE survival <= 0.5 + 1e-12 GROUP BY 1
)
SELECT item_id, customers, repurchasers, value_per_customer, median_days,
    value_per_customer - 1.959963984540054 * sqrt(
        (squares - customers * value_per_customer ^ 2) / (customers - 1) / customers) AS value_lower
FROM counted LEFT JOIN medians USING (item_id)
"""

_PAIRS = """
starts AS (
    SELECT customer_number, purchase_number, {step} AS step, next_gap,
        coalesce(next_gap <= 180, false) AS is_back
    FROM purchases WHERE day <= DATE '{as_of}' - 180 {chosen}
), here AS (
    SELECT s.*, i.item_id AS item
    FROM starts AS s JOIN purchase_items AS i USING (customer_number, purchase_number)
    WHERE i.item_id IS NOT NULL
), pairs AS (
    SELECT step, item, n.item_id AS next_item, count(*) AS numerator{days}
    FROM here AS h JOIN purchase_items AS n
        ON n.customer_number = h.customer_number AND n.purchase_number = h.purchase_number + 1
    WHERE h.is_back AND n.item_id IS NOT NULL GROUP BY 1, 2, 3
), before AS (
    SELECT step, item, count(*) AS all_with, count(*) FILTER (is_back) AS denominator
    FROM here GROUP BY 1, 2
), after AS (
    SELECT step, n.item_id AS next_item, count(*) AS arrived
    FROM starts AS s JOIN purchase_items AS n
        ON n.customer_number = s.customer_number AND n.purchase_number = s.purchase_number + 1
    WHERE s.is_back AND n.item_id IS NOT NULL GROUP BY 1, 2
), total AS (SELECT step, count(*) AS every FROM starts WHERE is_back GROUP BY 1)"""

_JOURNEY = (
    "WITH "
    + _PAIRS.replace("{step}", "purchase_number")
    .replace("{chosen}", "AND purchase_number <= 3")
    .replace("{days}", "")
    + """
SELECT step, item, next_item, numerator, denominator, arrived / every AS base_rate,
    all_with AS customers
FROM pairs JOIN before USING (step, item) JOIN after USING (step, next_item) JOIN total USING (step)
QUALIFY row_number() OVER (PARTITION BY step ORDER BY numerator DESC, item, next_item) <= 500
"""
)

_NEXT_ITEM = (
    "WITH "
    + _PAIRS.replace("{step}", "0")
    .replace("{chosen}", "")
    .replace("{days}", ", median(next_gap) AS median_days")
    + """
SELECT item, next_item, numerator, denominator, arrived / every AS base_rate, all_with AS purchases,
    median_days,
    row_number() OVER (PARTITION BY item ORDER BY numerator DESC,
        (numerator / denominator) / (arrived / every) DESC, next_item) AS place
FROM pairs JOIN before USING (step, item) JOIN after USING (step, next_item) JOIN total USING (step)
QUALIFY place <= 3
"""
)

_FLOW = """
WITH dearest AS (
    SELECT customer_number, purchase_number, coalesce(category, '(unknown)') AS thing
    FROM purchase_items WHERE purchase_number <= 2
    QUALIFY row_number() OVER (PARTITION BY customer_number, purchase_number
        ORDER BY revenue DESC, item_id) = 1
), went AS (
    SELECT coalesce(a.thing, '(unknown)') AS item, CASE WHEN next_gap <= 180 THEN 'bought'
        WHEN day <= DATE '{as_of}' - 180 THEN 'not-back' ELSE 'open' END AS outcome,
        CASE WHEN next_gap <= 180 THEN coalesce(b.thing, '(unknown)') END AS next_item
    FROM purchases AS p
    LEFT JOIN (FROM dearest WHERE purchase_number = 1) AS a USING (customer_number)
    LEFT JOIN (FROM dearest WHERE purchase_number = 2) AS b USING (customer_number)
    WHERE p.purchase_number = 1 AND p.day <= DATE '{as_of}'
), counted AS (SELECT item, outcome, next_item, count(*) AS n FROM went GROUP BY ALL),
items AS (SELECT item FROM counted GROUP BY item ORDER BY sum(n) DESC, item LIMIT 8),
nexts AS (
    SELECT next_item FROM counted WHERE next_item IS NOT NULL
    GROUP BY next_item ORDER BY sum(n) DESC, next_item LIMIT 8
)
SELECT CASE WHEN item IN (FROM items) THEN item ELSE '(other)' END AS item, outcome,
    CASE WHEN next_item IS NULL OR next_item IN (FROM nexts) THEN next_item ELSE '(other)' END
        AS next_item, sum(n) AS numerator
FROM counted GROUP BY ALL
"""

_DUE = f"""
WITH {_WAITS}, counted AS (
    SELECT CASE WHEN number < 5 THEN number WHEN number < 7 THEN 5 WHEN number < 10 THEN 7
        WHEN number < 15 THEN 10 WHEN number < 25 THEN 15 ELSE 25 END AS step,
        duration, sum(n) AS n, sum(n_events) AS n_events
    FROM (SELECT least(purchase_number, 25) AS number, duration, count(*) AS n,
        count(*) FILTER (is_event) AS n_events FROM waits GROUP BY 1, 2)
    GROUP BY 1, 2
), own AS (
    SELECT step, sum(n_events) >= 30 AS is_enough FROM counted GROUP BY step
), used AS (
    SELECT step, duration, n, n_events FROM counted JOIN own USING (step) WHERE is_enough
    UNION ALL SELECT own.step, duration, sum(n), sum(n_events) FROM own, counted
    WHERE NOT is_enough AND counted.step >= 3 GROUP BY 1, 2
), risks AS (
    SELECT *, sum(n) OVER (PARTITION BY step ORDER BY duration DESC) AS at_risk FROM used
), curve AS (
    SELECT step, duration AS day, at_risk - n AS longer,
        product(1 - n_events / at_risk) OVER since AS survival,
        coalesce(sum(n_events / (at_risk * nullif(at_risk - n_events, 0))) OVER since, 0)
            AS greenwood,
        max(duration) OVER (PARTITION BY step) AS last_day
    FROM risks WINDOW since AS (PARTITION BY step ORDER BY duration)
), cells AS (
    SELECT c.step, c.day, n - n_events AS waiting, c.longer,
        CASE WHEN c.day + 7 <= c.last_day AND c.survival > 0 THEN later.survival / c.survival END
            AS ratio,
        greatest(later.greenwood - c.greenwood, 0) AS spread
    FROM counted JOIN curve AS c ON counted.step = c.step AND duration = c.day
    ASOF JOIN curve AS later ON c.step = later.step AND c.day + 7 >= later.day
    WHERE n > n_events
), mean AS (
    SELECT sum(waiting * (1 - ratio)) / sum(waiting) AS base FROM cells WHERE ratio IS NOT NULL
), high AS (
    SELECT step, day, 1 - ratio AS chance, waiting FROM cells, mean
    WHERE longer >= 30 AND 1 - ratio >= 2 * base / (1 + base)
        AND 1 - pow(ratio, exp(-1.959963984540054 * sqrt(spread) / -ln(ratio))) > base
), listed AS (
    SELECT customer_number, purchase_number, day, silent, chance
    FROM (SELECT customer_number, purchase_number, day, duration AS silent,
            CASE WHEN purchase_number < 5 THEN purchase_number WHEN purchase_number < 7 THEN 5
                WHEN purchase_number < 10 THEN 7 WHEN purchase_number < 15 THEN 10
                WHEN purchase_number < 25 THEN 15 ELSE 25 END AS step
        FROM waits WHERE NOT is_event) AS w
    JOIN (SELECT step, day AS silent, chance FROM high) USING (step, silent)
    ORDER BY chance DESC, customer_number LIMIT 500
)
SELECT customer_id, purchase_number AS purchases, chance, silent AS silent_days,
    (SELECT CAST(sum(revenue) AS DOUBLE) FROM purchases AS p
        WHERE p.customer_number = l.customer_number
        AND p.purchase_number <= l.purchase_number) AS revenue,
    (SELECT arg_max(item_id, i.revenue) FROM purchase_items AS i
        WHERE i.customer_number = l.customer_number
        AND i.purchase_number = l.purchase_number) AS last_item_id
FROM listed AS l JOIN customer_summary USING (customer_number)
"""

QUERIES = {
    "repurchase-rate": _RATE,
    "repurchase-trend": _TREND,
    "repurchase-curve": _REPURCHASE_CURVE,
    "repurchase-quartiles": _QUARTILES,
    "rest-chance": _REST,
    "order-ladder": _LADDER,
    "time-between": _TIME_BETWEEN,
    "gap-buckets": _BUCKETS,
    "returning-rate": _RETURNING,
    "repeat-revenue": _REPEAT_REVENUE,
    "first-item": _FIRST_ITEM,
    "journey": _JOURNEY,
    "journey-flow": _FLOW,
    "next-item": _NEXT_ITEM,
    "due": _DUE,
    **RETENTION,
}
