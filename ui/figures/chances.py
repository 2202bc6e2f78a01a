"""The chance to return by silence so far: one figure, on the Repurchase and on the Churn page."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analytics.reports import ReportResult
from ui import formats, members, people
from ui.charts import bars, frame
from ui.types import Row, Table
from ui.words import t

_SAID_SILENCE = 60


def show(
    table: Table,
    *,
    key: str,
    title: str,
    caption: str,
    red_from: int | None = None,
    is_clickable: bool = False,
) -> Any:
    """Draw a bar for each silence with its interval; those from `red_from` days on are red.

    Gives the silent days of the clicked bar.
    """
    known: Table = table.dropna(subset=["chance"])
    lost: Sequence[bool] = [] if red_from is None else [n >= red_from for n in known["silent_days"]]
    hover = [
        t(
            "hover.chance",
            days=formats.days(row["silent_days"]),
            chance=formats.percent(row["chance"]),
            interval=formats.interval(row["ci_lower"], row["ci_upper"]),
        )
        for row in known.to_dict("records")
    ]
    figure = bars.upright(
        [formats.number(n) for n in known["silent_days"]],
        known["chance"].tolist(),
        lower=known["ci_lower"].tolist(),
        upper=known["ci_upper"].tolist(),
        hover=hover,
        lost=lost,
        customdata=[[int(n)] for n in known["silent_days"]],
        x_title=t("repurchase.silent_axis"),
    )
    return frame.show(
        figure, key=key, title=title, caption=caption, table=table, is_clickable=is_clickable
    )


def tab(result: ReportResult, *, step: int, horizon: int) -> None:
    """Draw the chance after silence, and beside it the people of the clicked bar."""
    left, right = st.columns([7, 3], gap="large")
    with left:
        clicked = rest(result, step=step, horizon=horizon)
    with right:
        people_of(clicked, result, step=step)


def rest(result: ReportResult, *, step: int, horizon: int) -> int | None:
    """Draw what is left of the chance by silence after purchase n; gives the clicked silence."""
    table: Table = result.table
    st.markdown(said(table, horizon))
    clicked = show(
        table,
        key="rest-chance",
        title=t("repurchase.rest_after", days=horizon, step=step),
        caption=t("repurchase.rest_caption", as_of=formats.day(result.as_of)),
        is_clickable=True,
    )
    return int(clicked[0]) if clicked else None


def said(table: Table, horizon: int) -> str:
    """Say what the chance falls to after two months of silence."""
    known: Table = table.dropna(subset=["chance"])
    row = known[known["silent_days"] == _SAID_SILENCE]
    if row.empty:
        return t("repurchase.rest_unknown", silent=formats.days(_SAID_SILENCE), days=horizon)
    return t("repurchase.rest_said", days=horizon, **_values(row.iloc[0]))


def _values(row: Row) -> dict[str, str]:
    return {
        "silent": formats.days(row["silent_days"]),
        "chance": formats.percent(row["chance"]),
        "interval": formats.interval(row["ci_lower"], row["ci_upper"]),
        "n": formats.number(row["n_at_risk"]),
    }


def people_of(clicked: int | None, result: ReportResult, *, step: int) -> None:
    """Show who has been silent for as long as the clicked bar says, up to the next bar."""
    silences = sorted(int(n) for n in result.table["silent_days"])
    start = _SAID_SILENCE if clicked is None else clicked
    end = next((n for n in silences if n > start), None)
    title = t("repurchase.silent_from", start=start)
    if end is not None:
        title = t("repurchase.silent_between", start=start, end=end)
    people.panel(title, members.waiting, name="silent", step=step, at_least=start, below=end)
