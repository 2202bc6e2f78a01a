"""Questions over the workspace that are no report of the catalogue: small, for ui/data.rows."""

from datetime import date

import pandas as pd

import analytics
from analytics.errors import NotEnoughDataError
from analytics.repurchase import curve


def _as_of(workspace: analytics.Workspace) -> date:
    if workspace.as_of is None:
        raise NotEnoughDataError("this page", "purchases", needed=1, found=0)
    return workspace.as_of


def quartile_days(workspace: analytics.Workspace, *, step: int = 1) -> pd.DataFrame:
    """After how many days a quarter, half, three quarters have bought again."""
    return curve.quartile_days(workspace.table("purchases"), as_of=_as_of(workspace), step=step)


def rest_chance(
    workspace: analytics.Workspace, *, step: int = 1, horizon: int = 90
) -> pd.DataFrame:
    """How likely another purchase still is after so many silent days."""
    return curve.rest_chance(
        workspace.table("purchases"), as_of=_as_of(workspace), step=step, horizon=horizon
    )
