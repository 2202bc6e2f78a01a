"""Shops of the reference data that lies beside the checkout, made without our own intake."""

from functools import cache
from pathlib import Path

import duckdb
import pytest

from tests.analytics.shops import Order, Shop

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
NEEDS_SHARED = pytest.mark.skipif(not SHARED.exists(), reason="no ../shared beside the checkout")


@cache
def online_retail():
    """Lines of known customers with money in them; one order per invoice."""
    rows = duckdb.sql(f"""
        SELECT CAST(CustomerID AS VARCHAR), CAST(InvoiceDate AS DATE),
            CAST(sum(Quantity * UnitPrice) AS DOUBLE)
        FROM '{SHARED}/online_retail/online_retail_with_invoice.parquet'
        WHERE CustomerID IS NOT NULL AND CAST(CustomerID AS DOUBLE) <> 0
        GROUP BY CustomerID, InvoiceNo, CAST(InvoiceDate AS DATE)
        HAVING sum(Quantity * UnitPrice) > 0
    """).fetchall()
    return Shop([Order(who, day, amount) for who, day, amount in rows])


@cache
def cdnow(name="CDNOW_master.txt", *, has_visits=False):
    """The whole log; orders of amount 0 are left out unless visits count (amount>=0)."""
    orders = [
        Order(who, day, amount) for who, day, amount in cdnow_log(name) if amount > 0 or has_visits
    ]
    return Shop(orders, currency="EUR")


def cdnow_log(name):
    """Customer (of the sample: its own number), day and amount of every line."""
    for line in (SHARED / "cdnow" / name).read_text().splitlines():
        *_, who, day, _, amount = ["", *line.split()]
        if day.isdigit():
            yield who, _day(day), float(amount)


def _day(text):
    from datetime import date

    return date(int(text[:4]), int(text[4:6]), int(text[6:]))
