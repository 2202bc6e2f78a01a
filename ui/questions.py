"""Questions over the workspace that are no report of the catalogue: small, for ui/data.rows."""

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

import analytics
from analytics import breakdown, overview
from analytics.breakdown import UNKNOWN
from analytics.churn import survival, usage_cycle
from analytics.errors import NotEnoughDataError
from analytics.notes import Note
from analytics.reports import ReportResult
from analytics.retention.mean import retention_mean
from analytics.tables import collect
from analytics.trend import trend_notes
from analytics.value import clv
from ui import data
from ui.types import Table


def _as_of(workspace: analytics.Workspace) -> date:
    if workspace.as_of is None:
        raise NotEnoughDataError("this page", "purchases", needed=1, found=0)
    return workspace.as_of


def item_names(workspace: analytics.Workspace) -> pd.DataFrame:
    """All items: item_id, item_name."""
    return collect(workspace.table("item_summary").select("item_id", "item_name"))


def item_labels(workspace: analytics.Workspace) -> dict[str, str]:
    """All items that have a name, by id."""
    table: Table = item_names(workspace).dropna()
    return dict(zip(table["item_id"], table["item_name"], strict=True))


def beginnings(workspace: analytics.Workspace) -> dict[str, list[str]]:
    """Channels and categories of purchases, by which a cohort may be narrowed."""
    found = {"channel": workspace.table("purchases"), "category": workspace.table("item_summary")}
    return {name: _values(table[name]) for name, table in found.items()}


def _values(column: Any) -> list[str]:
    named = collect(column.name("value").as_table().drop_null().distinct())["value"]
    return sorted(map(str, named))


def attribute_names(workspace: analytics.Workspace) -> tuple[str, ...]:
    """Name the further columns of the customers' file, as breakdowns."""
    return breakdown.attribute_names(workspace.table("customer_summary"))


def retention_by_group(workspace: analytics.Workspace, *, by: str, **view: Any) -> pd.DataFrame:
    """How many of each group come back after k periods, over its complete cells, and its size."""
    cells: Table = _with_known_groups(data.report_of(workspace, "retention", by=by, **view).table)
    starts: Table = cells[cells["period_index"] == 0]
    sizes = starts.groupby("group", as_index=False).agg(customers=("cohort_size", "sum"))
    return retention_mean(cells).merge(sizes, on="group", how="left")


def report_of_group(
    workspace: analytics.Workspace, *, name: str, by: str, group: str, **view: Any
) -> ReportResult:
    """Give what a report that can be broken down says of one group, its own trend too."""
    result = data.report_of(workspace, name, by=by, **view)
    cells: Table = _with_known_groups(result.table)
    own = cells[cells["group"] == group].drop(columns="group").reset_index(drop=True)
    trends = result.table.attrs.get("trends")
    if trends is None:
        return replace(result, table=own)
    found = trends.get(None if group == UNKNOWN else group)
    return replace(result, table=own, notes=[*result.notes, *trend_notes(found)])


def _with_known_groups(cells: Table) -> Table:
    return cells.assign(group=cells["group"].astype(object).fillna(UNKNOWN).astype(str))


def survival_summary(
    workspace: analytics.Workspace, *, by: str | None = None, lost_days: int | None = None
) -> pd.DataFrame:
    """How long customers of each group stay, in two numbers."""
    return survival.survival_summary(
        workspace.table("purchases"),
        workspace.table("customer_summary"),
        as_of=_as_of(workspace),
        by=by,
        lost_days=lost_days,
    )


def late_refunds(workspace: analytics.Workspace) -> list[Note]:
    """Say which refunds of older orders changed figures of complete periods."""
    return workspace.late_refunds()


def customer_values(
    workspace: analytics.Workspace, *, horizon: int = 365, margin: float = 1.0
) -> pd.DataFrame:
    """What each customer is still expected to bring within so many days, dearest first."""
    return clv.customer_values(
        workspace.table("purchases"),
        workspace.table("customer_summary"),
        as_of=_as_of(workspace),
        horizon=horizon,
        margin=margin,
    )


def what_changed(workspace: analytics.Workspace, *, period: str = "month") -> pd.DataFrame:
    """Which headline figures of complete periods read differently than in the version before."""
    now = data.report_of(workspace, "overview-series", period=period).table
    before = analytics.Workspace(workspace.path, number=workspace.version - 1)
    if before.as_of is None:
        return overview.what_changed(now, now)
    return overview.what_changed(
        now, data.report_of(before, "overview-series", period=period).table
    )


def renewal_notes(workspace: analytics.Workspace) -> list[Note]:
    """Say whether purchases come by contract, so that silence says little; else nothing."""
    return usage_cycle.renewal_notes(workspace.table("purchases"), _as_of(workspace))
