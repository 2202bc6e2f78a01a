"""What to offer whom: questions over the workspace and a trained recommender, for ui/data.rows.

`model` is the key of the recommender (ui/serving.py), `stamp` that of the segments
(ui/audience.py).
"""

from typing import Any

import pandas as pd

import analytics
from analytics.tables import collect
from recsys import customers, segments
from ui import audience, members, serving
from ui.words import say

_PARTS = 8
TOP_N = 10
"""Length of the personal lists that reach looks at."""


def items(workspace: analytics.Workspace) -> pd.DataFrame:
    """All items: item_id, item_name, category, customers."""
    table = workspace.table("item_summary")
    found = collect(table.select("item_id", "item_name", "category", "customers"))
    return found.sort_values("item_id", ignore_index=True)


def for_segments(
    workspace: analytics.Workspace, *, model: str, kind: str, k: int, stamp: str = ""
) -> pd.DataFrame:
    """Which k items to offer each segment of the kind, with reach, mean score and lift."""
    who = audience.member_table(workspace, kind=kind, stamp=stamp)
    table = segments.segment_recommendations(
        serving.load(workspace, model), who, k=k, top_n=TOP_N, items=items(workspace)
    )
    return _with_category(table, workspace)


def personal_lists(
    workspace: analytics.Workspace,
    *,
    model: str,
    kind: str,
    segment: str,
    k: int,
    stamp: str = "",
) -> pd.DataFrame:
    """The list of every member of the segment: customer_id, rank, item_id, item_name, score."""
    own = _members(workspace, kind, segment, stamp)
    lists = serving.load(workspace, model).recommend(own, k)
    named: Any = segments.named(lists, items(workspace)).rename(columns={"user_id": "customer_id"})
    return named[["customer_id", "rank", "item_id", "item_name", "score", "source"]]


def people_to_offer(
    workspace: analytics.Workspace,
    *,
    model: str,
    kind: str,
    segment: str,
    item_id: str,
    stamp: str = "",
) -> pd.DataFrame:
    """Who of the segment has the item in the first ten of the personal list, dearest first."""
    own = _members(workspace, kind, segment, stamp)
    lists = serving.load(workspace, model).recommend(own, TOP_N)
    reached = lists.loc[lists["item_id"] == item_id, "user_id"]
    known: Any = members.listed(workspace.table("customer_summary"), is_whole=True)
    return known[known["customer_id"].isin(reached)].reset_index(drop=True)


def for_customer(
    workspace: analytics.Workspace, *, model: str, customer_id: str, k: int, language: str
) -> pd.DataFrame:
    """Which k items to offer this customer, each with its reason in the reader's language."""
    del language  # the reasons are said in it: it belongs to the cache's key
    known = items(workspace)
    table = customers.customer_recommendations(
        serving.load(workspace, model), customer_id, k=k, items=known
    )
    table["reason"] = [say(reason) for reason in table["reason"]]
    return _with_category(table, workspace)


def contributions(
    workspace: analytics.Workspace, *, model: str, customer_id: str, item_id: str
) -> pd.DataFrame:
    """What share of the offered item's score comes from each past item, the largest first.

    Gives item_id, contribution, item_name, share (contribution ÷ score, which may be above 1 where
    other items speak against it).
    """
    recommender = serving.load(workspace, model)
    if recommender.known.rows([customer_id])[0] < 0:
        return pd.DataFrame(columns=pd.Index(["item_id", "contribution", "item_name", "share"]))
    parts = segments.named(recommender.explain(customer_id, item_id, None), items(workspace))
    return parts.assign(share=parts["contribution"] / parts["contribution"].sum()).head(_PARTS)


def similar_customers(
    workspace: analytics.Workspace, *, model: str, customer_id: str, k: int = 10
) -> pd.DataFrame:
    """Whose history is most like this customer's."""
    return customers.similar_customers(serving.load(workspace, model), customer_id, k)


def for_newcomers(
    workspace: analytics.Workspace, *, model: str, by: str, k: int, stamp: str = ""
) -> pd.DataFrame:
    """What to offer people of whom only a segment (of the kind) or a category is known."""
    recommender, known = serving.load(workspace, model), items(workspace)
    if by == "category":
        table = segments.category_recommendations(recommender, known, k=k)
    else:
        who = audience.member_table(workspace, kind=by, stamp=stamp)
        table = segments.newcomer_recommendations(recommender, who, k=k, items=known)
    return _with_category(table, workspace)


def dearest_customer(workspace: analytics.Workspace) -> pd.DataFrame:
    """Give the customer who has spent the most: whom to show before one is looked up."""
    return members.listed(workspace.table("customer_summary"), is_whole=True).head(1)


def _members(workspace: analytics.Workspace, kind: str, segment: str, stamp: str) -> list[str]:
    who = audience.member_table(workspace, kind=kind, stamp=stamp)
    return sorted(who.loc[who["segment"] == segment, "customer_id"])


def _with_category(table: pd.DataFrame, workspace: analytics.Workspace) -> pd.DataFrame:
    categories: Any = items(workspace).set_index("item_id")["category"]
    return table.assign(category=table["item_id"].map(categories))
