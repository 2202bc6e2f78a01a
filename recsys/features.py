"""What is known of items and customers besides who took what: titles, categories, origin."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import pandas as pd

ITEM_COLUMNS = ["item_id", "item_name", "category", "content_type", "tags", "teacher", "price"]
CUSTOMER_COLUMNS = ["customer_id", "channel", "country", "gender", "age"]


@dataclass(frozen=True, eq=False)
class Features:
    """The tables of items and customers, read when a model first asks for them.

    Parameters
    ----------
    read_items : gives one row per item, those that nobody took yet included: `ITEM_COLUMNS`.
    read_customers : gives one row per customer: `CUSTOMER_COLUMNS`.
    """

    read_items: Callable[[], pd.DataFrame] = lambda: _with(None, ITEM_COLUMNS)
    read_customers: Callable[[], pd.DataFrame] = lambda: _with(None, CUSTOMER_COLUMNS)

    @classmethod
    def of(cls, items: pd.DataFrame | None = None, customers: pd.DataFrame | None = None) -> Self:
        """Features of these tables; columns that they lack are unknown.

        >>> Features.of(pd.DataFrame({"item_id": ["a"]})).items["category"].tolist()
        [None]
        """
        return cls(lambda: _with(items, ITEM_COLUMNS), lambda: _with(customers, CUSTOMER_COLUMNS))

    @classmethod
    def of_workspace(cls, ws: Any) -> Self:
        """Features of a workspace."""
        return cls(lambda: _items(ws), lambda: _customers(ws))

    @cached_property
    def items(self) -> pd.DataFrame:
        """One row per item; text, price as a number, null where unknown."""
        return self.read_items()

    @cached_property
    def customers(self) -> pd.DataFrame:
        """One row per customer; text, age as a number, null where unknown."""
        return self.read_customers()


def _with(table: pd.DataFrame | None, columns: list[str]) -> pd.DataFrame:
    given = pd.DataFrame(columns=pd.Index(columns)) if table is None else table
    full = given.reindex(columns=columns).astype(object)
    return full.where(full.notna(), None).drop_duplicates(columns[0], ignore_index=True)


def _items(ws: Any) -> pd.DataFrame:
    summary, described = ws.table("item_summary"), ws.table("items")
    more = described.group_by("item_id").agg(
        tags=described.tags.max(), teacher=described.teacher.max()
    )
    known = summary.select("item_id", "item_name", "category", "content_type", "price")
    return _with(known.left_join(more, "item_id").execute(), ITEM_COLUMNS)


def _customers(ws: Any) -> pd.DataFrame:
    return _with(ws.table("customer_summary").select(*CUSTOMER_COLUMNS).execute(), CUSTOMER_COLUMNS)
