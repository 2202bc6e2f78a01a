"""What to offer whom: questions over the workspace and a trained recommender, for ui/data.rows.

`model` is the key of the recommender (ui/serving.py), `stamp` that of the segments
(ui/audience.py).
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import analytics
from analytics.repurchase.journey import next_item
from analytics.tables import collect
from recsys import answers, customers, item_answers, segments
from recsys.actions import Counting
from recsys.bulk import listed
from recsys.expected import listings, ways_to_contact
from recsys.item_answers import takers
from recsys.item_map import item_map, standpoint
from recsys.limits import Limits, described
from recsys.what_if import what_if
from ui import audience, data, members, serving
from ui.words import say

NEXT_WITHIN_DAYS = 180
"""How soon the next purchase must come to be one that follows."""

_ALL = 1_000_000  # items that may follow one: all of them
_PARTS = 6
_LITTLE = 0.005  # of a score: not worth a bar
TOP_N = 10
"""Length of the personal lists that reach looks at."""


LEAST = 10
"""Members that a segment must have to be shown a list of its own."""


def items(workspace: analytics.Workspace) -> pd.DataFrame:
    """All items: item_id, item_name, category, content_type, price, customers, purchases, …"""
    columns = ["item_id", "item_name", "category", "content_type", "price"]
    table = workspace.table("item_summary").select(*columns, "customers", "purchases", "revenue")
    return collect(table).sort_values("item_id", ignore_index=True)


def for_segments(
    workspace: analytics.Workspace,
    *,
    model: str,
    kind: str,
    k: int,
    limits: Limits | None = None,
    stamp: str = "",
) -> pd.DataFrame:
    """Which items to offer each segment of the kind, with reach, expected buyers and revenue.

    Beside the first k of each segment (`rank` ≤ k) the rows of all items that are among the first k
    of another one, so that segments can be set side by side.
    """
    who = audience.member_table(workspace, kind=kind, stamp=stamp)
    known, served = items(workspace), serving.served(workspace, model)
    table = segments.segment_recommendations(
        served.recommender,
        who,
        k=len(served.recommender.known.item_ids),
        top_n=TOP_N,
        items=known,
        take_up=served.take_up,
        limits=limits,
        min_customers=LEAST,
    )
    notes = table.attrs["notes"]
    leading: set[str] = set(table.loc[table["rank"] <= k, "item_id"])
    rows: Any = table[table["item_id"].isin(sorted(leading))]
    shown = _with_category(rows, workspace)
    shown = shown.reset_index(drop=True)
    shown.attrs["notes"] = notes
    return shown


def ways(
    workspace: analytics.Workspace,
    *,
    model: str,
    kind: str,
    segment: str,
    k: int,
    limits: Limits | None = None,
    stamp: str = "",
) -> pd.DataFrame:
    """What one item for all, own items, one list for all and own lists bring in this segment."""
    served = serving.served(workspace, model)
    if served.take_up is None:
        return pd.DataFrame()
    rows = served.recommender.known.rows(_members(workspace, kind, segment, stamp))
    return ways_to_contact(
        served.recommender,
        served.take_up,
        listings(served.recommender, rows),
        k=k,
        limits=limits,
        items=items(workspace),
    )


def personal_lists(
    workspace: analytics.Workspace,
    *,
    model: str,
    kind: str,
    segment: str,
    k: int,
    limits: Limits | None = None,
    stamp: str = "",
) -> pd.DataFrame:
    """The list of every member of the segment within the limits, each item with its chance."""
    own = _members(workspace, kind, segment, stamp)
    served = serving.served(workspace, model)
    return listed(
        served.recommender,
        own,
        k=k,
        items=items(workspace),
        take_up=served.take_up,
        limits=limits,
    )


def people_to_offer(
    workspace: analytics.Workspace,
    *,
    model: str,
    kind: str,
    segment: str,
    item_id: str,
    limits: Limits | None = None,
    stamp: str = "",
) -> pd.DataFrame:
    """Who of the segment should get the item, the likeliest buyers first."""
    del limits  # the item was chosen within them
    return _takers(workspace, model, item_id, _members(workspace, kind, segment, stamp))


def people_for_item(workspace: analytics.Workspace, *, model: str, item_id: str) -> pd.DataFrame:
    """Who of all customers should get the item next, the likeliest buyers first."""
    return _takers(workspace, model, item_id, None)


def _takers(
    workspace: analytics.Workspace, model: str, item_id: str, users: list[str] | None
) -> pd.DataFrame:
    """Give those who have the item in the first ten of their own list, with their chance."""
    served = serving.served(workspace, model)
    found = takers(served.recommender, item_id, users=users, take_up=served.take_up)
    reached = found.loc[found["place"] <= TOP_N, ["customer_id", "chance"]]
    reached = reached.rename(columns={"chance": "take_up"})
    known: Any = members.listed(workspace.table("customer_summary"), is_whole=True)
    table = reached.merge(known, on="customer_id")[["customer_id", "take_up", *known.columns[1:]]]
    return table if served.take_up else table.drop(columns="take_up")


def item_facts(workspace: analytics.Workspace, *, model: str, item_id: str) -> dict[str, Any]:
    """How many have the item, how many have it in their first ten, how many would buy it."""
    served, known = serving.served(workspace, model), items(workspace)
    found = takers(served.recommender, item_id, take_up=served.take_up)
    row = known[known["item_id"] == item_id].iloc[0].to_dict()
    paid = described(np.array([item_id]), known)["paid"].iloc[0]
    expected = float(found["chance"].sum()) if served.take_up else None
    bounds = served.take_up.interval(np.array([expected])) if served.take_up else (None, None)
    return {
        **row,
        "reach": int((found["place"] <= TOP_N).sum()),
        "n_open": len(found),
        "n_known": len(served.recommender.known.user_ids),
        "expected_buyers": expected,
        "buyers_lower": bounds[0] if bounds[0] is None else float(bounds[0][0]),
        "buyers_upper": bounds[1] if bounds[1] is None else float(bounds[1][0]),
        "expected_revenue": None if expected is None else expected * float(paid),
    }


def substitutes(workspace: analytics.Workspace, *, model: str, item_id: str) -> pd.DataFrame:
    """Which items are most like this one in the eyes of the model."""
    recommender = serving.load(workspace, model)
    return item_answers.substitutes(recommender, item_id, k=TOP_N, items=items(workspace))


def around(workspace: analytics.Workspace, *, item_id: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Which items lead to this one, and which follow it, with their names."""
    if workspace.as_of is None:
        return pd.DataFrame(), pd.DataFrame()
    tables = (workspace.table(name) for name in ("purchases", "purchase_items"))
    steps = next_item(*tables, as_of=workspace.as_of, horizon=NEXT_WITHIN_DAYS, top=_ALL)
    known = items(workspace)
    sides = item_answers.neighbours_in_time(steps, item_id)
    before, after = (
        segments.named(side.rename(columns={"other": "item_id"}), known) for side in sides
    )
    return before, after


def changed_list(
    workspace: analytics.Workspace, *, model: str, customer_id: str, item_id: str, k: int
) -> pd.DataFrame:
    """What the customer's list would be, had he bought this item too, beside what it is."""
    found = serving.served(workspace, model)
    return what_if(
        found.recommender,
        customer_id,
        [item_id],
        k=k,
        items=items(workspace),
        counting=Counting.of_manifest(found.saved.manifest),
    )


def learnt_items(workspace: analytics.Workspace, *, model: str) -> list[str]:
    """List the ids of the items that the model knows."""
    return serving.load(workspace, model).known.item_ids.tolist()


def history(workspace: analytics.Workspace, *, model: str, customer_id: str) -> list[str]:
    """List the ids of the items in the customer's history."""
    known = serving.load(workspace, model).known
    row = int(known.rows([customer_id])[0])
    return [] if row < 0 else known.item_ids[known.matrix[[row]].indices].tolist()


def taste_map(workspace: analytics.Workspace, *, model: str) -> pd.DataFrame:
    """Where each item lies among the others: item_id, x, y, customers, item_name, category."""
    places = item_map(serving.load(workspace, model))
    return _with_category(segments.named(places, items(workspace)), workspace)


def stands_at(
    workspace: analytics.Workspace, *, model: str, customer_id: str
) -> tuple[float, float] | None:
    """Where on that map the customer stands."""
    places = data.rows(taste_map, model=model)
    return standpoint(serving.load(workspace, model), customer_id, places)


def all_lists(
    workspace: analytics.Workspace, *, model: str, k: int, suffix: str = "parquet"
) -> bytes:
    """The lists of all customers as a Parquet or CSV file."""
    served = serving.served(workspace, model)
    with tempfile.TemporaryDirectory(prefix="huitou-") as folder:
        path = Path(folder, "lists").with_suffix("." + suffix)
        answers.all_lists(workspace, path, k=k, by=served)
        return path.read_bytes()


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
    served = serving.served(workspace, model)
    own: Any = listed(served.recommender, [customer_id], k=k, take_up=served.take_up)
    chance: Any = own.set_index("item_id")["chance"]
    table["chance"] = table["item_id"].map(chance).astype(float)
    return _with_category(table, workspace)


def contributions(
    workspace: analytics.Workspace, *, model: str, customer_id: str, item_id: str
) -> pd.DataFrame:
    """What each past item adds to the offered item's score, the largest first.

    Gives item_id, contribution, item_name, share (contribution ÷ score, which may be above 1 where
    other items speak against it). The last row, without an item, is what all others add and what
    does not come from the history (a blend also looks at what sells): the shares add up to 1.
    """
    recommender = serving.load(workspace, model)
    if recommender.known.rows([customer_id])[0] < 0:
        return pd.DataFrame(columns=pd.Index(["item_id", "contribution", "item_name", "share"]))
    parts = segments.named(recommender.explain(customer_id, item_id, None), items(workspace))
    listed = recommender.recommend([customer_id], 1, exclude_owned=False, items=[item_id])
    score = float(listed["score"].iloc[0])
    first = parts.head(_PARTS)
    rest = score - float(first["contribution"].sum())
    if parts.empty or abs(rest) < _LITTLE * abs(score):
        return first.assign(share=first["contribution"] / score)
    other = pd.DataFrame({"item_id": [None], "contribution": [rest], "item_name": [None]})
    both = pd.concat([first, other], ignore_index=True)
    return both.assign(share=both["contribution"] / score)


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
