"""Who is this customer?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.errors import UnknownCustomerError
from analytics.periods import epoch_day
from analytics.repurchase.rest import rest_chance
from analytics.tables import collect, finish
from analytics.value.histories import count_histories
from analytics.value.models import REPEATERS_NEEDED, fit_histories


@dataclass(frozen=True)
class Profile:
    """One customer at as-of.

    `facts`: the row of `customer_summary`, with recency_days, age_days, mean_gap_days and
    return_chance_90 (of buying again within 90 days: from the curve of those with as many
    purchases, or where they are too few from the MBG/NBD model), null where unknown. `purchases`,
    `categories`, `behaviour`, `timeline`: see `customer_profile`.
    """

    facts: dict[str, Any]
    purchases: pd.DataFrame
    categories: pd.DataFrame
    behaviour: pd.DataFrame
    timeline: pd.DataFrame


def customer_profile(workspace: Any, customer_id: str) -> Profile:
    """Who is this customer: what was bought, when, how it compares with everyone?

    Parameters
    ----------
    workspace
        An open workspace.
    customer_id
        The id as the files write it: text, leading zeros count.

    Returns
    -------
    Profile
        With the tables purchases (purchase_number, day, revenue, gap, items: ids parted by ", "),
        categories (category, purchases, share, base_share, affinity = share ÷ base_share, most
        bought first; a purchase counts once per category), behaviour (event, n, last_day) and
        timeline (day, kind: "purchase", "order" or an event's name, what, amount), newest first.

    Raises
    ------
    UnknownCustomerError
        If no table of the workspace holds this id.
    """
    summary = workspace.table("customer_summary")
    found = collect(summary.filter(summary.customer_id == customer_id))
    if found.empty:
        raise UnknownCustomerError(customer_id)
    row = {name: _plain(value) for name, value in found.iloc[0].items()}
    lines = workspace.table("purchase_items")
    bought = _purchases(workspace.table("purchases"), lines, row["customer_number"])
    events = workspace.table("events")
    behaviour = _behaviour(events, customer_id)
    return Profile(
        facts=row | _derived(workspace, row, bought),
        purchases=bought,
        categories=_categories(lines, row["customer_number"]),
        behaviour=behaviour,
        timeline=_timeline(workspace.table("orders"), events, bought, row),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date()
    if pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _derived(workspace: Any, row: dict[str, Any], bought: pd.DataFrame) -> dict[str, Any]:
    names = ("recency_days", "age_days", "mean_gap_days", "return_chance_90")
    facts: dict[str, Any] = dict.fromkeys(names)
    if row["last_day"] is None or workspace.as_of is None:
        return facts
    silent = epoch_day(workspace.as_of) - epoch_day(row["last_day"])
    curve = rest_chance(
        workspace.table("purchases"),
        as_of=workspace.as_of,
        step=int(row["purchases"]),
        silences=(max(silent, 0),),
    )
    chance = _plain(curve["chance"].iloc[0])
    if chance is None:
        chance = _modelled_chance(workspace, row, horizon=90)
    return {
        "recency_days": silent,
        "age_days": epoch_day(workspace.as_of) - epoch_day(row["first_day"]),
        "mean_gap_days": _plain(bought["gap"].astype("float64").mean()),
        "return_chance_90": chance,
    }


def _modelled_chance(workspace: Any, row: dict[str, Any], *, horizon: int) -> float | None:
    """Chance of a purchase within the horizon by the model; None where it can't be fitted."""
    first, last = epoch_day(row["first_day"]), epoch_day(row["last_day"])
    today = epoch_day(workspace.as_of)
    histories = count_histories(workspace.table("purchases"), until=workspace.as_of)
    if histories.repeaters < REPEATERS_NEEDED:
        return None
    model = fit_histories(histories, "mbg-nbd").model
    x, recency, known = np.array([[row["purchases"] - 1], [last - first], [today - first]])
    return 1 - float(model.no_purchase(x, recency, known, horizon)[0])


def _purchases(purchases: Any, lines: Any, number: int) -> pd.DataFrame:
    mine = purchases.filter(purchases.customer_number == number)
    table = collect(mine.select("purchase_number", "day", "revenue", "gap"))
    chosen = lines.filter(lines.customer_number == number)
    held = collect(chosen.select("purchase_number", "item_id").distinct())
    names: Any = held.sort_values("item_id").groupby("purchase_number")["item_id"].agg(", ".join)
    table["items"] = table["purchase_number"].map(names)
    return finish(table, ["purchase_number"])


def _categories(lines: Any, number: int) -> pd.DataFrame:
    known = lines.filter(lines.category.notnull())
    pairs = known.select("customer_number", "purchase_number", "category").distinct()
    counts = collect(
        pairs.group_by("category").aggregate(
            everyone=pairs.count(), purchases=pairs.count(where=pairs.customer_number == number)
        )
    )
    share = counts["purchases"] / max(int(counts["purchases"].sum()), 1)
    base = counts["everyone"] / max(int(counts["everyone"].sum()), 1)
    table: Any = counts.assign(share=share, base_share=base, affinity=share / base)
    table = table[table["purchases"] > 0].sort_values("category")
    table = table.sort_values("purchases", ascending=False, kind="stable")
    return finish(table[["category", "purchases", "share", "base_share", "affinity"]], [])


def _behaviour(events: Any, customer_id: str) -> pd.DataFrame:
    mine = events.filter(events.customer_id == customer_id)
    counts = mine.group_by("event").aggregate(
        n=mine.count(), last_day=mine.occurred_at.date().max()
    )
    return finish(collect(counts), ["event"])


def _timeline(
    orders: Any, events: Any, bought: pd.DataFrame, row: dict[str, Any], *, last: int = 200
) -> pd.DataFrame:
    mine = orders.filter(orders.customer_number == row["customer_number"])
    other = collect(
        mine.filter(~mine.is_purchase).select("day", what=mine.status, amount=mine.amount)
    ).assign(kind="order")
    seen = events.filter(events.customer_id == row["customer_id"])
    seen = seen.select(day=seen.occurred_at.date(), kind=seen.event, what=seen.item_id)
    latest = seen.order_by([seen.day.desc(), "kind", "what"])
    newest = collect(latest.limit(last))
    own = bought.rename(columns={"items": "what", "revenue": "amount"}).assign(kind="purchase")
    columns = ["day", "kind", "what", "amount"]
    parts = [part.reindex(columns=columns) for part in (own, other, newest) if len(part)]
    table: Any = pd.concat(parts) if parts else pd.DataFrame(columns=pd.Index(columns))
    table = table.sort_values(["kind", "what"]).sort_values("day", ascending=False, kind="stable")
    return finish(table.head(last), [])
