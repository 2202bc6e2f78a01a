"""Who is behind a number: questions over the workspace that give people, dearest first.

Each takes the workspace and keyword parameters (so that it can be cached and downloaded, see
ui/data.rows) and gives customer_id, last_day, purchases, revenue.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

import pandas as pd

import analytics
from analytics.churn import loss, loss_moments
from analytics.periods import epoch_day, epoch_days
from analytics.reports import LOSS_TABLES
from analytics.repurchase.rate import SCOPES, buyers
from analytics.retention.people import cell_people
from analytics.tables import among, collect
from ui import data, questions
from ui.types import Table

COLUMNS = ("customer_id", "last_day", "purchases", "revenue")

_MOST: ContextVar[int | None] = ContextVar("most", default=None)


def within(
    workspace: analytics.Workspace, *, horizon: int, scope: str = "any", has_returned: bool = True
) -> Table:
    """Who of those eligible at the horizon bought again within it, or did not."""
    if workspace.as_of is None:
        return pd.DataFrame(columns=pd.Index(COLUMNS))
    known = buyers(workspace.table("customer_summary"), workspace.as_of)
    eligible = known.filter(known.follow_up >= horizon)
    days = eligible[SCOPES[scope]]
    returned = (days <= horizon).fill_null(False)  # noqa: FBT003 - Ibis' own signature
    return listed(eligible.filter(returned if has_returned else ~returned))


def silent(workspace: analytics.Workspace, *, at_least: int, at_most: int | None = None) -> Table:
    """Who has been silent for so many days at as-of."""
    if workspace.as_of is None:
        return pd.DataFrame(columns=pd.Index(COLUMNS))
    people: Table = workspace.table("customer_summary")
    people = people.filter(people.purchases > 0)
    silence = epoch_day(workspace.as_of) - epoch_days(people.last_day)
    chosen = silence >= at_least
    return listed(people.filter(chosen if at_most is None else chosen & (silence <= at_most)))


def waiting(
    workspace: analytics.Workspace, *, step: int, at_least: int, below: int | None = None
) -> Table:
    """Who has made so many purchases, not one more, and been silent from so many days on."""
    if workspace.as_of is None:
        return pd.DataFrame(columns=pd.Index(COLUMNS))
    people: Table = workspace.table("customer_summary")
    people = people.filter(people.purchases == step)
    silence = epoch_day(workspace.as_of) - epoch_days(people.last_day)
    chosen = silence >= at_least
    return listed(people.filter(chosen if below is None else chosen & (silence < below)))


def began_with(
    workspace: analytics.Workspace, *, item: str, horizon: int, of: str = "item"
) -> Table:
    """Who of those eligible at the horizon began with this item (or something of this category)."""
    if workspace.as_of is None:
        return pd.DataFrame(columns=pd.Index(COLUMNS))
    lines: Table = workspace.table("purchase_items")
    held = lines.item_id if of == "item" else lines.category
    first = lines.filter(lines.purchase_number == 1, held == item)
    known = buyers(workspace.table("customer_summary"), workspace.as_of)
    eligible = known.filter(known.follow_up >= horizon)
    return listed(eligible.semi_join(first, "customer_number"))


def last_bought(workspace: analytics.Workspace, *, item: str, of: str = "item") -> Table:
    """Whose latest purchase holds this item (or something of this category)."""
    summary: Table = workspace.table("customer_summary")
    lines: Table = workspace.table("purchase_items")
    held = lines.item_id if of == "item" else lines.category
    chosen = lines.filter(held == item).select("customer_number", "purchase_number").distinct()
    people = summary.inner_join(
        chosen,
        [
            summary.customer_number == chosen.customer_number,
            summary.purchases == chosen.purchase_number,
        ],
    )
    return listed(people)


def due(workspace: analytics.Workspace, *, within: int) -> Table:
    """Whose next purchase is due within the coming days, the likeliest first."""
    return data.report_of(workspace, "due", within=within, limit=0).table


def in_cell(
    workspace: analytics.Workspace,
    *,
    purchases_from: int,
    purchases_to: int | None,
    silent_from: int,
    silent_to: int | None,
) -> Table:
    """Who bought so often and has been silent for so long; None has no upper bound."""
    if workspace.as_of is None:
        return pd.DataFrame(columns=pd.Index(COLUMNS))
    people: Table = workspace.table("customer_summary")
    people = people.filter(people.purchases >= purchases_from)
    silence = epoch_day(workspace.as_of) - epoch_days(people.last_day)
    chosen = silence >= silent_from
    if silent_to is not None:
        chosen &= silence <= silent_to
    if purchases_to is not None:
        chosen &= people.purchases <= purchases_to
    return listed(people.filter(chosen))


def most_valuable(
    workspace: analytics.Workspace, *, first: int, horizon: int, margin: float
) -> Table:
    """The customers who are expected to bring most, with what they are expected to bring."""
    people: Table = questions.customer_values(workspace, horizon=horizon, margin=margin)
    columns = ["customer_id", "expected_value", "last_day", "purchases", "revenue"]
    return people[columns].head(first)


@contextmanager
def shortened(most: int) -> Iterator[None]:
    """Let `listed` collect only the dearest, so many of them; how many there are is in `attrs`."""
    token = _MOST.set(most)
    try:
        yield
    finally:
        _MOST.reset(token)


def most_shown() -> int | None:
    """How many rows are wanted within `shortened`; None for all."""
    return _MOST.get()


def listed(people: Any, *, is_whole: bool = False) -> Table:
    """Collect a selection of `customer_summary` as the list that is shown, dearest first.

    Whole even within `shortened` where the caller still chooses among these.
    """
    chosen = people.select(*COLUMNS)
    most = None if is_whole else _MOST.get()
    if most is not None:
        chosen = chosen.order_by([chosen.revenue.desc(), chosen.customer_id.asc()]).limit(most)
    table = collect(chosen)
    order = ["revenue", "customer_id"]
    table = table.sort_values(order, ascending=[False, True], ignore_index=True)
    if most is not None:
        table.attrs["customers"] = int(people.count().execute())
    return table


def cohort_cell(
    workspace: analytics.Workspace, *, cohort: str, period_index: int, **view: Any
) -> Table:
    """Who of the cohort that begins on this day (ISO) that cell counts; `view` as in the report."""
    if workspace.as_of is None:
        return pd.DataFrame(columns=pd.Index(COLUMNS))
    summary: Table = workspace.table("customer_summary")
    numbers = cell_people(
        workspace.table("purchases"),
        summary,
        workspace.table("purchase_items"),
        as_of=workspace.as_of,
        cohort=date.fromisoformat(cohort),
        period_index=period_index,
        first_weekday=workspace.settings.first_weekday,
        **view,
    )
    return listed(among(summary, pd.DataFrame({"customer_number": numbers})))


def lost_with(
    workspace: analytics.Workspace, *, trait: str, value: str, lost_days: int, days: int
) -> Table:
    """Who is gone ever since a purchase with this trait, as `loss` counts."""
    if workspace.as_of is None:
        return pd.DataFrame(columns=pd.Index(COLUMNS))
    summary: Table = workspace.table("customer_summary")
    tables: Any = [workspace.table(name) for name in LOSS_TABLES]
    shop = loss_moments.Shop(*tables, as_of=workspace.as_of, zone=workspace.zone)
    gone = loss.lost_with(shop, lost_days=lost_days, days=days, trait=trait, value=value)
    return listed(summary.semi_join(gone, "customer_number"))
