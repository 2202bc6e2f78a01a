"""What an offer may hold: prices, categories, types of content, what never and what always."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.errors import InvalidSettingError


@dataclass(frozen=True)
class Limits:
    """Bounds of what is offered; an item without a known price passes any bound of prices.

    Parameters
    ----------
    min_price, max_price : of the item, in the workspace's currency; None: no bound.
    per_category : items of one category in a list at most; None: any number.
    content_types : of these only; empty: all.
    exclude : ids that are never offered.
    pin : ids that lead every list, in this order, whatever the other bounds say.
    """

    min_price: float | None = None
    max_price: float | None = None
    per_category: int | None = None
    content_types: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    pin: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.per_category is not None and self.per_category < 1:
            raise InvalidSettingError("per_category", self.per_category, "allow at least one")
        both = set(self.pin) & set(self.exclude)
        if both:
            raise InvalidSettingError("pin", min(both), "an item can't be excluded too")

    def allowed(self, item_ids: np.ndarray, items: pd.DataFrame | None) -> np.ndarray:
        """Tell which of these items may be offered.

        Parameters
        ----------
        item_ids : array of text.
        items : `item_summary`; None: nothing but the ids is known.
        """
        about = described(item_ids, items)
        price = about["price"].to_numpy(float)
        is_open = ~np.isin(item_ids, self.exclude)
        if self.min_price is not None:
            is_open &= ~(price < self.min_price)
        if self.max_price is not None:
            is_open &= ~(price > self.max_price)
        if self.content_types:
            is_open &= about["content_type"].isin(self.content_types).to_numpy()
        return is_open | np.isin(item_ids, self.pin)

    def first(
        self, order: np.ndarray, k: int, item_ids: np.ndarray, category: np.ndarray
    ) -> np.ndarray:
        """Take k of the item columns in `order`: the pinned ones first, then within the caps."""
        about = {"item_id": item_ids[order], "category": category[order], "column": order}
        table = pd.DataFrame({**about, "user": 0, "rank": np.arange(len(order))})
        return self.lists(table, k)["column"].to_numpy(int)

    def lists(self, table: pd.DataFrame, k: int) -> pd.DataFrame:
        """Take k rows a user: the pinned ones first, then within the caps; number them anew.

        Parameters
        ----------
        table : user, item_id, category (empty where unknown), rank (by which the rest follows), one
            row a user and item that may be offered.

        Returns
        -------
        DataFrame of the same columns, sorted by user and the new rank, from 1.
        """
        pins: Any = {item: place for place, item in enumerate(self.pin)}
        found: Any = table.assign(pin=table["item_id"].map(pins).fillna(len(pins)))
        found = found.sort_values(["user", "pin", "rank"], kind="stable", ignore_index=True)
        if self.per_category is not None:
            place = found.groupby(["user", "category"]).cumcount()
            is_free = (found["category"] == "") | (found["pin"] < len(pins))
            found = found[is_free | (place < self.per_category)]
        rank = found.groupby("user").cumcount() + 1
        kept: Any = found.drop(columns="pin").assign(rank=rank)
        return kept[rank <= k].reset_index(drop=True)


def described(item_ids: np.ndarray, items: pd.DataFrame | None) -> pd.DataFrame:
    """Give category, content_type, price, and what a sale of it brought in the mean, per item.

    Returns
    -------
    DataFrame in the order of the ids: category and content_type (empty where unknown), price, paid
    (revenue ÷ purchases, else the price; null where neither is known).
    """
    columns = ["category", "content_type", "price", "purchases", "revenue"]
    known = pd.DataFrame({"item_id": []}) if items is None else items.drop_duplicates("item_id")
    table = known.set_index("item_id").reindex(index=pd.Index(item_ids), columns=pd.Index(columns))
    numbers: Any = table[["price", "purchases", "revenue"]].astype(float)
    paid = (numbers["revenue"] / numbers["purchases"].where(numbers["purchases"] > 0)).fillna(
        numbers["price"]
    )
    words = table[["category", "content_type"]].astype(object)
    words = words.where(words.notna(), "")
    return words.assign(price=numbers["price"], paid=paid).reset_index(drop=True)
