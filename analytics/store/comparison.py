"""Two versions side by side: which headline figure changed, by how much, and why."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb
import pandas as pd

from analytics.notes import Note
from analytics.quoting import literal

PARTS = ("settings", "removed_orders", "changed_orders", "late_refunds", "new_orders", "more_days")
_HORIZONS = (30, 90)
_COUNTS = ("orders", "valid_orders", "buyers", "repeat_buyers")

_KEYED = """
SELECT *, concat_ws(' ', source, CASE
    WHEN order_id IS NOT NULL THEN 'o' || order_id
    WHEN customer_id IS NOT NULL THEN 't' || customer_id || ' ' || epoch_us(ordered_at)
    ELSE concat_ws(' ', 'r', epoch_us(ordered_at), gross, row_number() OVER (
        PARTITION BY source, order_id, customer_id, ordered_at, gross ORDER BY amount, status))
END) AS key
FROM ({orders})
"""

_PAIRS = """
CREATE OR REPLACE TEMP TABLE pairs AS
WITH a AS ({older}), b AS ({newer})
SELECT
    CASE
        WHEN a.key IS NULL THEN 'new_orders'
        WHEN b.key IS NULL THEN 'removed_orders'
        WHEN b.refunded > a.refunded THEN 'late_refunds'
        WHEN (a.status, a.gross, a.refunded, a.currency, a.kind, a.ordered_at, a.customer_id)
            IS DISTINCT FROM
            (b.status, b.gross, b.refunded, b.currency, b.kind, b.ordered_at, b.customer_id)
            THEN 'changed_orders'
        WHEN (a.day, a.is_valid, a.is_purchase, a.revenue)
            IS DISTINCT FROM (b.day, b.is_valid, b.is_purchase, b.revenue) THEN 'settings'
        ELSE 'same'
    END AS part,
    CASE WHEN a.key IS NOT NULL THEN {{'customer': a.customer_id, 'day': a.day,
        'is_valid': a.is_valid, 'is_purchase': a.is_purchase, 'revenue': a.revenue}} END AS before,
    CASE WHEN b.key IS NOT NULL THEN {{'customer': b.customer_id, 'day': b.day,
        'is_valid': b.is_valid, 'is_purchase': b.is_purchase, 'revenue': b.revenue}} END AS after
FROM a FULL OUTER JOIN b ON a.key = b.key
"""

_FIGURES = """
WITH chosen AS (
    SELECT one.* FROM (
        SELECT unnest([CASE WHEN part IN ({applied}) THEN after ELSE before END]) AS one FROM pairs
    ) WHERE one IS NOT NULL
), people AS (
    SELECT min(day) AS first_day, min(day, 2)[2] - min(day) AS gap, count(*) AS n
    FROM (SELECT DISTINCT customer, day FROM chosen WHERE is_purchase) GROUP BY customer
)
SELECT (SELECT count(*) FROM chosen) AS orders,
    (SELECT count(*) FROM chosen WHERE is_valid) AS valid_orders,
    (SELECT count(*) FROM people) AS buyers,
    (SELECT count(*) FROM people WHERE n > 1) AS repeat_buyers,
    {rates},
    (SELECT CAST(coalesce(sum(revenue), 0) AS DOUBLE) FROM chosen) AS revenue
"""

_RATE = """
(SELECT count(*) FILTER (gap <= {horizon}) / nullif(count(*), 0) FROM people
    WHERE {as_of} - first_day >= {horizon}) AS repurchase_rate_{horizon}
"""


_STANDING = """
SELECT count(*) FILTER (next_gap <= {horizon}) / nullif(count(*), 0) FROM ({purchases})
WHERE purchase_number = 1 AND {as_of} - first_day >= {horizon}
"""

Figures = dict[str, float | None]


def standing(
    con: duckdb.DuckDBPyConnection,
    headline: Mapping[str, Any],
    purchases: str,
    *,
    as_of: date | None,
) -> Figures:
    """What are the headline figures of one version?

    Parameters
    ----------
    con
        An own connection.
    headline
        What its manifest keeps; empty for the empty workspace.
    purchases
        Query that gives its mart `purchases`.
    as_of
        Local day up to which its data reach; None without orders.

    Returns
    -------
    dict
        As in `compare`: counts, rates as shares (null where nobody is eligible), revenue.
    """
    found: Figures = {name: headline.get(name, 0) for name in _COUNTS}
    for horizon in _HORIZONS:
        sql = _STANDING.format(horizon=horizon, purchases=purchases, as_of=_day(as_of))
        ((found[f"repurchase_rate_{horizon}"],),) = con.execute(sql).fetchall()
    return {**found, "revenue": float(headline.get("revenue", 0))}


def changed(before: Figures, after: Figures) -> pd.DataFrame:
    """Put the headline figures of two versions side by side: figure, before, after, change."""
    table = pd.DataFrame({"figure": list(before)})
    for name, values in (("before", before), ("after", after)):
        table[name] = pd.Series(list(values.values()), dtype="float64")
    table["change"] = table["after"] - table["before"]
    return table


def compare_whole(before: Figures, after: Figures) -> pd.DataFrame:
    """Say the same as `compare` where one version has no orders: all are new, or removed."""
    table = changed(before, after)
    is_new = not before["orders"]
    rates = table["figure"].str.startswith("repurchase_rate")
    for part in PARTS:
        is_cause = part == ("new_orders" if is_new else "removed_orders")
        table[part] = table["change"].where(~rates, float("nan")) if is_cause else 0.0
        table.loc[rates, part] = float("nan")
    part, n = ("new_orders", after["orders"]) if is_new else ("removed_orders", before["orders"])
    table.attrs["notes"] = [_note(part, int(n))] if n else []
    return table


def compare(
    con: duckdb.DuckDBPyConnection,
    older: str,
    newer: str,
    *,
    as_of: tuple[date | None, date | None],
) -> pd.DataFrame:
    """What changed in each headline figure from one version to another, and why?

    The orders of both versions are matched by source and id (without one: customer and moment).
    Then the changes are applied one kind after the other, in the order of the columns, and each
    column holds what its kind added to the figure, so the parts sum to the change.

    Parameters
    ----------
    con
        An own connection.
    older, newer
        Queries that give the mart `orders` of both versions.
    as_of
        Local day up to which the data of each reach; None without orders.

    Returns
    -------
    DataFrame
        figure (orders, valid_orders, buyers, repeat_buyers, repurchase_rate_30, repurchase_rate_90,
        revenue), before, after, change, then its parts: settings (another valid-order rule, zone or
        currency), removed_orders, changed_orders (status, amount, customer, moment), late_refunds
        (more was paid back), new_orders, more_days (windows that closed because the data reach
        further). Rates are shares; null where nobody is eligible. Attribute `notes`: how many
        orders each part is about.

    Notes
    -----
    Own definition: with another order of the parts, what two kinds do together would fall to the
    other one.
    """
    con.execute(_PAIRS.format(older=_KEYED.format(orders=older), newer=_KEYED.format(orders=newer)))
    counted = dict(con.execute("SELECT part, count(*) FROM pairs GROUP BY part").fetchall())
    steps = [_figures(con, (), as_of[0])]
    for n, part in enumerate(PARTS[:-1], 1):
        steps.append(_figures(con, PARTS[:n], as_of[0]) if part in counted else steps[-1])
    steps.append(_figures(con, PARTS, as_of[1]) if as_of[0] != as_of[1] else steps[-1])
    table = changed(steps[0], steps[-1])
    values = [pd.Series(list(step.values()), dtype="float64") for step in steps]
    for number, part in enumerate(PARTS):
        table[part] = values[number + 1] - values[number]
    table.attrs["notes"] = [_note(part, counted[part]) for part in PARTS if part in counted]
    return table


def _figures(
    con: duckdb.DuckDBPyConnection, applied: tuple[str, ...], as_of: date | None
) -> Figures:
    row = con.sql(
        _FIGURES.format(
            applied=", ".join(map(literal, [*applied, "same"])),
            rates=", ".join(
                _RATE.format(horizon=horizon, as_of=_day(as_of)) for horizon in _HORIZONS
            ),
        )
    )
    return dict(zip(row.columns, row.fetchall()[0], strict=True))


def _day(day: date | None) -> str:
    return f"DATE '{day}'" if day else "CAST(NULL AS DATE)"


def _note(part: str, n: int) -> Note:
    return Note(f"compared_{part}", _SENTENCES[part], n=n)


_SENTENCES = {
    "settings": "{n:,} orders count otherwise, because settings changed.",
    "removed_orders": "{n:,} orders are no longer there.",
    "changed_orders": "{n:,} orders have another status, amount, customer or time.",
    "late_refunds": "{n:,} orders were refunded since.",
    "new_orders": "{n:,} orders are new.",
}
