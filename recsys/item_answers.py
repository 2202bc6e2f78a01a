"""What one item is to the customers: who should get it next, what replaces and what follows it."""

from typing import Any

import numpy as np
import pandas as pd

from recsys.models.base import Recommender, as_text, owned_cells
from recsys.segments import named
from recsys.take_up import TakeUp


def takers(
    recommender: Recommender,
    item_id: str,
    *,
    users: Any = None,
    take_up: TakeUp | None = None,
) -> pd.DataFrame:
    """Who should get this item next?

    All customers who do not own it and of whom the model has evidence for it, the likeliest buyers
    first: by chance where chances were learnt, else by the item's place in the own list.

    Parameters
    ----------
    recommender : trained.
    item_id : one that the model knows.
    users : ids to look at; None means all that the model knows.
    take_up : chances that places in a list are bought.

    Returns
    -------
    DataFrame customer_id, place (of the item in the customer's own list), score, chance (to buy it
    within the horizon, by himself; null without `take_up`). Ties by place, score, id.

    Raises
    ------
    UnknownNameError
        If the model has never seen the item.
    """
    known = recommender.known
    item = known.item(item_id)
    rows = (
        np.arange(len(known.user_ids)) if users is None else known.rows(np.unique(as_text(users)))
    )
    rows = rows[rows >= 0]
    at, place, score = _places(recommender, rows, item)
    chance = np.full(len(at), np.nan)
    if take_up is not None:
        rate = take_up.pace(known, rows[at]) * take_up.rate(place)
        chance = -np.expm1(-rate * take_up.item_factors(known.item_ids[[item]]))
    table = pd.DataFrame(
        {
            "customer_id": known.user_ids[rows[at]].astype(object),
            "place": place,
            "score": score,
            "chance": chance,
        }
    )
    order = {"chance": False, "place": True, "score": False, "customer_id": True}
    return table.sort_values([*order], ascending=[*order.values()], ignore_index=True)


def _places(
    recommender: Recommender, rows: np.ndarray, item: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Position in `rows`, place in the own list and score of those who may get the item."""
    parts = [(np.zeros(0, int), np.zeros(0, int), np.zeros(0, np.float32))]
    for where, scores in recommender.score_blocks(rows):
        scores[owned_cells(recommender.known, rows[where])] = -np.inf
        own = scores[:, item].copy()
        at = np.flatnonzero(own > -np.inf)
        ahead = (scores[at] > own[at, None]).sum(axis=1)
        ahead += (scores[at, :item] == own[at, None]).sum(axis=1)
        parts.append((where.start + at, 1 + ahead, own[at]))
    at, place, score = (np.concatenate(column) for column in zip(*parts, strict=True))
    return at, place, score


def substitutes(
    recommender: Recommender, item_id: str, *, k: int = 10, items: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Which items are most like this one in the eyes of the model?

    Returns
    -------
    DataFrame item_id, item_name, score (likeness: cosine of factors, or the model's weight), rank.
    """
    table: Any = named(recommender.similar_items(item_id, k), items)
    return table[["item_id", "item_name", "score", "rank"]]


def neighbours_in_time(steps: pd.DataFrame, item_id: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Which items lead to this one, and which are bought after it?

    Parameters
    ----------
    steps : `analytics.repurchase.journey.next_item` over all items.

    Returns
    -------
    Two tables other (id of the other item), numerator, denominator, rate, ci_lower, ci_upper, lift,
    lift_lower, lift_upper: those that lead to it (rate: of the followed purchases of the other
    item, how many had this one next) and those that follow it; the most frequent first.
    """
    columns = ["numerator", "denominator", "rate", "ci_lower", "ci_upper"]
    columns += ["lift", "lift_lower", "lift_upper"]
    order = ["numerator", "lift"]
    sides = []
    for own, other in (("next_item", "item"), ("item", "next_item")):
        table: Any = steps.loc[(steps[own] == item_id) & (steps[other] != item_id)]
        table = table.rename(columns={other: "other"})[["other", *columns]]
        table = table.sort_values([*order, "other"], ascending=[False, False, True])
        sides.append(table.reset_index(drop=True))
    return sides[0], sides[1]
