"""What the terminal and nightly jobs ask of a workspace: whom to offer what, and target lists."""

from typing import Any

import pandas as pd

from analytics.errors import UnknownCustomerError, UnknownNameError
from analytics.segments import members as members_of
from recsys.campaigns.filters import Filters
from recsys.campaigns.lists import Campaign, create
from recsys.customers import customer_recommendations
from recsys.segments import segment_recommendations
from recsys.training import load_saved, serving


def for_customer(ws: Any, customer_id: str, *, k: int = 10) -> pd.DataFrame:
    """Which k items to offer this customer, each with its reason.

    Returns
    -------
    DataFrame of `recsys.customers.customer_recommendations`, by the recommender that serves.

    Raises
    ------
    UnknownCustomerError
        If no table of the workspace names the customer.
    NotFittedError
        If no recommender was trained yet.
    """
    people = ws.table("customer_summary")
    if not people.filter(people.customer_id == customer_id).count().execute():
        raise UnknownCustomerError(customer_id)
    return customer_recommendations(load_saved(ws), customer_id, k=k, items=_items(ws))


def for_segment(ws: Any, segment: str, *, kind: str = "rfm", k: int = 10) -> pd.DataFrame:
    """Which k items to offer the members of a segment.

    Returns
    -------
    DataFrame of `recsys.segments.segment_recommendations`, by the recommender that serves.

    Raises
    ------
    UnknownNameError
        If there is no such kind, or nobody is in a segment of this name.
    NotFittedError
        If no recommender was trained yet.
    """
    people = _members(ws, segment, kind)
    return segment_recommendations(load_saved(ws), people, k=k, items=_items(ws))


def target_list(
    ws: Any,
    *,
    name: str,
    segment: str,
    kind: str = "rfm",
    holdout: float = 0.1,
    filters: Filters | None = None,
    seed: str = "",
    k: int = 3,
    base_rate: float | None = None,
) -> Campaign:
    """Draw and store a target list of a segment, with items to offer where a recommender serves.

    Parameters
    ----------
    ws : the workspace.
    name, segment, holdout, filters, seed, k, base_rate : as in `recsys.campaigns.lists.create`.
    kind : how the segments are made.

    Raises
    ------
    UnknownNameError
        If there is no such kind, or nobody is in a segment of this name.
    """
    return create(
        ws,
        name=name,
        segment=segment,
        segment_kind=kind,
        members=_members(ws, segment, kind),
        filters=filters,
        holdout=holdout,
        seed=seed,
        recommender=load_saved(ws) if serving(ws) else None,
        k=k,
        base_rate=base_rate,
    )


def _members(ws: Any, segment: str, kind: str) -> pd.DataFrame:
    people = members_of(ws, kind)
    chosen = people.loc[people["segment"] == segment]
    if chosen.empty:
        raise UnknownNameError("segment", segment, sorted(people["segment"].unique()))
    return chosen


def _items(ws: Any) -> pd.DataFrame:
    return ws.table("item_summary").execute()
