"""The reports of retention as an analyst would write them by hand; see `report_queries`."""

_CELLS = """
sizes AS (
    SELECT date_trunc('month', first_day) AS cohort, count(*) AS cohort_size
    FROM customer_summary WHERE first_day <= DATE '{as_of}' GROUP BY 1
), bought AS (
    SELECT date_trunc('month', first_day) AS cohort,
        datediff('month', first_day, day) AS period_index,
        count(DISTINCT customer_number) AS active, sum(n_orders) AS orders, sum(revenue) AS revenue
    FROM purchases GROUP BY 1, 2
), renewed AS (
    SELECT date_trunc('month', s.first_day) AS cohort,
        datediff('month', s.first_day, o.day) AS period_index, count(*) AS orders,
        sum(o.revenue) AS revenue
    FROM orders AS o JOIN customer_summary AS s USING (customer_number)
    WHERE o.is_valid AND NOT o.is_purchase AND o.day >= s.first_day GROUP BY 1, 2
), grid AS (
    SELECT cohort, cohort_size, CAST(k AS INTEGER) AS period_index
    FROM sizes, range(49) AS r(k) WHERE cohort + to_months(CAST(k AS INTEGER)) <= DATE '{as_of}'
), cells AS (
    SELECT cohort, period_index, cohort_size, coalesce(active, 0) AS active,
        coalesce(b.orders, 0) + coalesce(r.orders, 0) AS orders,
        CAST(coalesce(b.revenue, 0) + coalesce(r.revenue, 0) AS DOUBLE) AS revenue,
        cohort + to_months(period_index + 1) - INTERVAL 1 DAY <= DATE '{as_of}' AS is_mature
    FROM grid LEFT JOIN bought AS b USING (cohort, period_index)
    LEFT JOIN renewed AS r USING (cohort, period_index)
)"""

_RETENTION = f"""
WITH {_CELLS}
SELECT *, sum(revenue) OVER (PARTITION BY cohort ORDER BY period_index) AS cumulative_revenue
FROM cells
"""

_MEAN = f"""
WITH {_CELLS}, running AS (
    SELECT *, sum(revenue) OVER (PARTITION BY cohort ORDER BY period_index) AS cumulative
    FROM cells
)
SELECT period_index, count(*) AS cohorts, sum(cohort_size) AS cohort_size, sum(active) AS active,
    sum(cumulative) / sum(cohort_size) AS cumulative_revenue_per_customer
FROM running WHERE is_mature GROUP BY 1
"""

_OVER_TIME = """
SELECT cohort, cohort_size AS denominator, coalesce(active, 0) AS numerator
FROM (
    SELECT date_trunc('month', first_day) AS cohort, count(*) AS cohort_size
    FROM customer_summary WHERE first_day IS NOT NULL GROUP BY 1
) LEFT JOIN (
    SELECT date_trunc('month', first_day) AS cohort, count(DISTINCT customer_number) AS active
    FROM purchases WHERE datediff('month', first_day, day) = 1 GROUP BY 1
) USING (cohort)
WHERE cohort + INTERVAL 1 MONTH <= DATE '{as_of}'
"""

_DIFFERENCE = """
WITH active AS (
    SELECT date_trunc('month', first_day) AS cohort,
        datediff('month', first_day, day) AS period_index, count(DISTINCT customer_number) AS n
    FROM purchases
    WHERE date_trunc('month', first_day) IN (DATE '2022-03-01', DATE '2022-02-01') GROUP BY 1, 2
), sizes AS (
    SELECT date_trunc('month', first_day) AS cohort, count(*) AS cohort_size
    FROM customer_summary GROUP BY 1
)
SELECT period_index, a.n AS numerator, b.n AS base_numerator,
    (SELECT cohort_size FROM sizes WHERE cohort = DATE '2022-03-01') AS denominator,
    (SELECT cohort_size FROM sizes WHERE cohort = DATE '2022-02-01') AS base_denominator
FROM (FROM active WHERE cohort = DATE '2022-03-01') AS a
JOIN (FROM active WHERE cohort = DATE '2022-02-01') AS b USING (period_index)
"""

_REVENUE = """
WITH people AS (
    SELECT date_trunc('month', s.first_day) AS cohort, customer_number,
        (o.day - s.first_day) // 30 AS period_index, CAST(sum(o.revenue) AS DOUBLE) AS revenue
    FROM orders AS o JOIN customer_summary AS s USING (customer_number)
    WHERE o.is_valid AND o.day >= s.first_day GROUP BY 1, 2, 3
), paired AS (
    SELECT p.*, b.revenue AS base FROM people AS p
    JOIN (FROM people WHERE period_index = 0) AS b USING (customer_number)
), sums AS (
    SELECT cohort, period_index, sum(revenue) AS numerator, sum(revenue * revenue) AS squares,
        sum(revenue * base) AS crossed
    FROM paired GROUP BY 1, 2
), sizes AS (
    SELECT date_trunc('month', first_day) AS cohort, count(*) AS cohort_size
    FROM customer_summary WHERE first_day IS NOT NULL GROUP BY 1
)
SELECT s.cohort, s.period_index, cohort_size, s.numerator, b.numerator AS denominator,
    s.numerator / b.numerator + 1.959963984540054 * sqrt(greatest(s.squares
        - 2 * s.numerator / b.numerator * s.crossed
        + (s.numerator / b.numerator) ^ 2 * b.squares, 0)
        * cohort_size / (cohort_size - 1)) / b.numerator AS ci_upper
FROM sums AS s JOIN (FROM sums WHERE period_index = 0) AS b USING (cohort)
JOIN sizes USING (cohort) WHERE s.period_index > 0
"""

_STICKINESS = """
WITH ends AS (
    SELECT CAST(date_trunc('month', DATE '{as_of}' + 1) AS DATE) AS finish,
        CAST(date_trunc('month', DATE '{as_of}' + 1) - INTERVAL 12 MONTH AS DATE) AS begin
), people AS (
    SELECT customer_number, count(DISTINCT date_trunc('month', day)) AS d
    FROM purchases, ends
    WHERE first_day < begin AND day >= begin AND day < finish GROUP BY 1
), counted AS (SELECT d AS active_periods, count(*) AS numerator FROM people GROUP BY 1)
SELECT active_periods, numerator, denominator
FROM (
    FROM counted
    UNION ALL
    SELECT 0, (SELECT count(*) FROM customer_summary, ends WHERE first_day < begin)
        - (SELECT sum(numerator) FROM counted)
), (SELECT count(*) AS denominator FROM customer_summary, ends WHERE first_day < begin)
"""

_LIFECYCLE = """
WITH active AS (
    SELECT customer_number, date_trunc('month', day) AS period, min(purchase_number) AS first
    FROM purchases GROUP BY 1, 2
), told AS (
    SELECT *, lag(period) OVER (PARTITION BY customer_number ORDER BY period) AS previous
    FROM active
), counted AS (
    SELECT period, count(*) AS active, count(*) FILTER (first = 1) AS new,
        count(*) FILTER (first > 1 AND previous = period - INTERVAL 1 MONTH) AS "returning"
    FROM told GROUP BY 1
)
SELECT period, active, new, "returning", active - new - "returning" AS resurrected,
    coalesce(lag(active) OVER (ORDER BY period), 0) - "returning" AS dormant
FROM counted
"""

RETENTION = {
    "retention": _RETENTION,
    "retention-mean": _MEAN,
    "retention-over-time": _OVER_TIME,
    "cohort-difference": _DIFFERENCE,
    "revenue-retention": _REVENUE,
    "stickiness": _STICKINESS,
    "lifecycle": _LIFECYCLE,
}
