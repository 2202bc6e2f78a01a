"""Small workspaces and interactions for the recommenders' tests, by hand or by tastes."""

from datetime import date
from decimal import Decimal

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from analytics.schema import CANONICAL, MARTS

_ARROW = {
    "VARCHAR": pa.string(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "DECIMAL(18,4)": pa.decimal128(18, 4),
}


def _table(name, frame):
    columns = (MARTS | CANONICAL)[name]
    schema = pa.schema([(column.name, _ARROW[column.dtype]) for column in columns])
    full = frame.reindex(columns=schema.names).astype(object)
    return ibis.memtable(
        pa.Table.from_pandas(full.where(full.notna(), None), schema, preserve_index=False)
    )


class SmallWorkspace:
    """What the recommenders ask of a workspace, held in memory; files go to `path`."""

    def __init__(self, path, *, purchases, events=None, ratings=None, customers=None, items=None):
        self.path, self.version, self.zone = path, 1, "UTC"
        bought = pd.DataFrame(purchases, columns=["customer_id", "day", "item_id"])
        frames = [bought, events, ratings, customers]
        named = [frame["customer_id"] for frame in frames if frame is not None]
        ids = pd.Index(sorted(set(pd.concat(named).dropna())))
        bought["customer_number"] = ids.get_indexer(bought["customer_id"]) + 1
        self.as_of = max(bought["day"], default=None)
        numbers = pd.DataFrame({"customer_number": range(1, len(ids) + 1), "customer_id": ids})
        summary = numbers if customers is None else numbers.merge(customers, "left")
        self._frames = {
            "purchase_items": bought,
            "customer_summary": summary,
            "events": events,
            "ratings": ratings,
            "item_summary": items,
        }

    def table(self, name):
        frame = self._frames.get(name)
        return _table(name, pd.DataFrame() if frame is None else frame)

    def folder(self, name):
        place = self.path / name
        place.mkdir(parents=True, exist_ok=True)
        return place


def tasteful(n_users=400, n_items=40, n_tastes=4, *, loyalty=0.9, seed=0):
    """Purchases of users who mostly buy within one of a few groups of items, days apart."""
    random = np.random.default_rng(seed)
    item_taste = np.arange(n_items) % n_tastes
    rows = []
    for user in range(n_users):
        own = random.integers(n_tastes)
        weight = np.where(item_taste == own, loyalty / (item_taste == own).sum(), 0)
        weight = weight + (1 - loyalty) / n_items
        bought = random.choice(
            n_items, 3 + random.poisson(2), p=weight / weight.sum(), replace=False
        )
        days = np.sort(random.choice(360, len(bought), replace=False))
        for item, day in zip(bought, days, strict=True):
            rows.append(
                (f"{user:05}", date(2025, 1, 1) + pd.Timedelta(days=int(day)), f"课{item:03}")
            )
    return pd.DataFrame(rows, columns=["customer_id", "day", "item_id"])


def tasteless(n_users=400, n_items=40, seed=0):
    """Purchases in which nothing but an item's popularity matters."""
    random = np.random.default_rng(seed)
    weight = 1 / np.arange(1, n_items + 1)
    rows = []
    for user in range(n_users):
        bought = random.choice(n_items, 4, p=weight / weight.sum(), replace=False)
        days = np.sort(random.choice(360, 4, replace=False))
        for item, day in zip(bought, days, strict=True):
            rows.append(
                (f"{user:05}", date(2025, 1, 1) + pd.Timedelta(days=int(day)), f"i{item:03}")
            )
    return pd.DataFrame(rows, columns=["customer_id", "day", "item_id"])


def described(item_ids, n_tastes=4):
    """Titles, categories and prices of the items of `tasteful`, whose tastes the words tell."""
    ids = pd.Series(sorted(set(item_ids)), dtype=object)
    number = ids.str.extract(r"(\d+)$")[0].fillna("0").astype(int)
    words = ["编程 coding", "投资 money", "绘画 painting", "瑜伽 yoga"]
    taste = number % n_tastes
    return pd.DataFrame(
        {
            "item_id": ids,
            "item_name": [f"{words[at]} {n % 3}" for at, n in zip(taste, number, strict=True)],
            "category": [f"field {at}" for at in taste],
            "content_type": "course",
            "tags": [f"tag {at};level {n % 2}" for at, n in zip(taste, number, strict=True)],
            "teacher": None,
            "price": [Decimal(10 + n % 7) for n in number],
        }
    )
