"""Small shops for tests: marts made in plain Python, independently of the real builder.

Every rule is written the slow, obvious way, so that the two can be compared.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

import ibis
import pandas as pd
import pyarrow as pa

from analytics.errors import NotEnoughDataError
from analytics.reports import run_report
from analytics.schema import CANONICAL, MONEY, columns_of
from analytics.settings import Settings

PURCHASE_KINDS = {"one-off", "subscription"}
_ARROW = {
    "VARCHAR": pa.string(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    MONEY: pa.decimal128(18, 4),
}


@dataclass(frozen=True)
class Order:
    customer: str | None
    day: date
    amount: float = 10
    items: tuple[tuple[str, str], ...] = (("i", "c"),)
    kind: str = "one-off"
    is_valid: bool = True
    channel: str | None = None
    currency: str = "EUR"
    coupon: str | None = None


@dataclass(frozen=True)
class Event:
    customer: str
    event: str
    at: datetime  # UTC
    item: str | None = None
    progress: float | None = None


@dataclass(frozen=True)
class Person:
    signed_up: date | None = None
    channel: str | None = None
    country: str | None = None
    city: str | None = None
    gender: str | None = None
    age: float | None = None
    attributes: str | None = None


def day(text: str) -> date:
    return date.fromisoformat(text)


@dataclass
class Shop:
    """Looks like a workspace to the catalogue."""

    orders: list[Order]
    people: dict[str, Person] = field(default_factory=dict)
    as_of: date | None = None
    settings: Settings = field(default_factory=Settings)
    version: int = 1
    currency: str = "EUR"
    events: list[Event] = field(default_factory=list)
    subscriptions: list[dict] = field(default_factory=list)

    def __post_init__(self):
        if self.as_of is None and self.orders:
            self.as_of = max(order.day for order in self.orders)
        ids = {order.customer for order in self.orders if order.customer} | set(self.people)
        self.numbers = {name: place for place, name in enumerate(sorted(ids), 1)}
        self._rows = _marts(self)
        self._con = ibis.duckdb.connect(threads=2)
        self._tables = {}

    @property
    def first_day(self):
        return min((order.day for order in self.orders), default=None)

    @property
    def rows_read(self):
        return sum(len(order.items) for order in self.orders)

    def reaches(self, _name):
        return self.as_of

    def count(self, name):
        return len(self._rows[name])

    def table(self, name):
        if name not in self._tables:
            self._tables[name] = self._con.create_table(name, _arrow(name, self._rows[name]))
        return self._tables[name]

    def tables(self, *names):
        return [self.table(name) for name in names]


def answer(world, name, **options):
    """What a report says of a shop, or the sentence that says what it needs."""
    try:
        return run_report(world, name, **options).to_json()
    except NotEnoughDataError as error:
        return str(error)


def shop(*histories, as_of=None, people=None, **settings):
    """A shop of customers a, b, c …, each given by the days of the purchases (10 EUR each)."""
    orders = [
        Order(
            chr(ord("a") + place) if place < 26 else f"z{place:05}",
            day(text) if isinstance(text, str) else text,
        )
        for place, history in enumerate(histories)
        for text in (history.split() if isinstance(history, str) else history)
    ]
    return Shop(orders, people or {}, day(as_of) if isinstance(as_of, str) else as_of, **settings)


def _arrow(name, rows):
    schema = pa.schema([(column.name, _ARROW[column.dtype]) for column in columns_of(name)])
    money = {column.name for column in columns_of(name) if column.dtype == MONEY}
    rows = [
        {key: _exact(value) if key in money else value for key, value in row.items()}
        for row in rows
    ]
    return pa.Table.from_pylist(rows, schema)


def _exact(value):
    return None if value is None else Decimal(value).quantize(Decimal("0.0001"))


def _marts(world):
    orders = [_order_row(world, place, order) for place, order in enumerate(world.orders)]
    baskets, valid = _baskets(world), defaultdict(list)
    for order in world.orders:
        if order.is_valid:
            valid[order.customer].append(order)
    purchases, lines, summaries = [], [], []
    for name, number in world.numbers.items():
        mine = baskets.get(name, {})
        days = sorted(mine)
        purchases += [_purchase(world, number, place, days, mine) for place in range(len(days))]
        lines += [
            row for place in range(len(days)) for row in _lines(world, number, place, days, mine)
        ]
        summaries.append(_summary(world, name, valid[name], days, mine))
    return {
        "orders": orders,
        "purchases": purchases,
        "purchase_items": lines,
        "customer_summary": summaries,
        "item_summary": _items(lines),
        "refund_lines": [],
        **{table: [] for table in CANONICAL},
        "events": [_event_row(place, event) for place, event in enumerate(world.events)],
        "subscriptions": world.subscriptions,
    }


def plan(customer, started, ended=None, **more):
    """A row of the subscriptions table: 10 EUR a month unless more is told; days or times, UTC."""
    times = {"started_at": started, "ended_at": ended, **more}
    row = {"customer_id": customer, "amount": 10, "currency": "EUR", "interval": "month", **times}
    return {
        key: pd.Timestamp(value).to_pydatetime() if key.endswith("_at") and value else value
        for key, value in row.items()
    }


def leaving_members(customers=60, months=8):
    """Members from 2023-01-15 on: at each renewal some leave; one joins in the end."""
    rows, start = [], pd.Timestamp("2023-01-15")
    for place in range(customers):
        leaves = place % 6 + 1
        end = None if leaves > months else start + pd.DateOffset(months=leaves + place // 30)
        rows.append(plan(f"m{place:03}", start, end, reason="card declined" if place % 4 else None))
    return [*rows, plan("newest", start + pd.DateOffset(months=months + 3))]


def _event_row(place, event):
    return {
        "customer_id": event.customer,
        "event": event.event,
        "occurred_at": event.at,
        "item_id": event.item,
        "progress": event.progress,
        "source_row": place,
    }


def _order_row(world, place, order):
    midnight = pd.Timestamp(order.day).to_pydatetime()
    is_money = order.is_valid and order.currency == world.currency
    return {
        "customer_number": world.numbers.get(order.customer),
        "customer_id": order.customer,
        "order_id": f"o{place}",
        "source": "test",
        "ordered_at": midnight,
        "day": order.day,
        "amount": float(order.amount),
        "gross": float(order.amount),
        "refunded": 0.0,
        "currency": order.currency,
        "status": "sale",
        "kind": order.kind,
        "channel": order.channel,
        "coupon": order.coupon,
        "n_lines": len(order.items),
        "is_valid": order.is_valid,
        "is_purchase": order.is_valid and order.kind in PURCHASE_KINDS,
        "reason": None if order.is_valid else "cancelled" if order.customer else "unidentified",
        "revenue": float(order.amount) if is_money else 0.0,
    }


def _baskets(world):
    baskets = defaultdict(lambda: defaultdict(list))
    for order in world.orders:
        if order.customer and order.is_valid and order.kind in PURCHASE_KINDS:
            baskets[order.customer][order.day].append(order)
    return baskets


def _paid(world, orders):
    return float(sum(order.amount for order in orders if order.currency == world.currency))


def _purchase(world, number, place, days, mine):
    here = days[place]
    return {
        "customer_number": number,
        "purchase_number": place + 1,
        "day": here,
        "first_day": days[0],
        "revenue": _paid(world, mine[here]),
        "n_orders": len(mine[here]),
        "gap": (here - days[place - 1]).days if place else None,
        "next_gap": (days[place + 1] - here).days if place + 1 < len(days) else None,
        "channel": mine[here][0].channel,
    }


def _pairs(world, orders):
    """Items of a day's orders with what was paid in the orders that hold them."""
    pairs = sorted({pair for order in orders for pair in order.items})
    return {pair: _paid(world, [one for one in orders if pair in one.items]) for pair in pairs}


def _lines(world, number, place, days, mine):
    for (item, category), revenue in _pairs(world, mine[days[place]]).items():
        yield {
            "customer_number": number,
            "purchase_number": place + 1,
            "day": days[place],
            "item_id": item,
            "category": category,
            "quantity": 1.0,
            "revenue": revenue,
        }


def _first_with(days, mine, part):
    first = {pair[part] for order in mine[days[0]] for pair in order.items}
    for later in days[1:]:
        if first & {pair[part] for order in mine[later] for pair in order.items}:
            return (later - days[0]).days
    return None


def _summary(world, name, valid, days, mine):
    person = world.people.get(name, Person())
    row = {
        "customer_number": world.numbers[name],
        "customer_id": name,
        "is_weak": False,
        "signed_up_day": person.signed_up,
        "channel": person.channel,
        "country": person.country,
        "city": person.city,
        "gender": person.gender,
        "age": person.age,
        "attributes": person.attributes,
        "purchases": len(days),
        "orders": len(valid),
        "revenue": _paid(world, valid),
    }
    if not days:
        return row
    first = mine[days[0]]
    paid = _pairs(world, first)
    item, category = min(paid, key=lambda pair: (-paid[pair], pair))
    return row | {
        "first_day": days[0],
        "second_day": days[1] if len(days) > 1 else None,
        "last_day": days[-1],
        "purchase_revenue": sum(_paid(world, mine[here]) for here in days),
        "first_revenue": _paid(world, first),
        "days_to_second": (days[1] - days[0]).days if len(days) > 1 else None,
        "days_to_same_category": _first_with(days, mine, 1),
        "days_to_same_item": _first_with(days, mine, 0),
        "first_item_id": item,
        "first_category": category,
        "first_channel": first[0].channel,
        "first_coupon": min((order.coupon for order in first if order.coupon), default=None),
    }


def _items(lines):
    grouped = defaultdict(list)
    for line in lines:
        grouped[line["item_id"]].append(line)
    return [
        {
            "item_id": item,
            "item_name": item,
            "category": rows[0]["category"],
            "customers": len({row["customer_number"] for row in rows}),
            "purchases": len(rows),
            "revenue": float(sum(row["revenue"] for row in rows)),
            "first_sold": min(row["day"] for row in rows),
            "last_sold": max(row["day"] for row in rows),
        }
        for item, rows in sorted(grouped.items())
    ]


def random_shop(seed, *, customers=60, days=400, start=date(2023, 11, 20)):
    """Customers with exponential gaps; enough of everything, small enough for many runs."""
    import numpy as np

    random = np.random.default_rng(seed)
    orders = []
    for place in range(customers):
        at = int(random.integers(0, days))
        while at < days:
            item = f"i{random.integers(0, 4)}"
            orders.append(
                Order(
                    f"c{place:03}",
                    start + timedelta(days=at),
                    float(random.integers(1, 50)),
                    ((item, "even" if item in {"i0", "i2"} else "odd"),),
                    channel=f"ch{place % 3}",
                )
            )
            at += int(random.exponential(60)) + int(random.integers(0, 2))
    return Shop(orders, as_of=start + timedelta(days=days - 1))
