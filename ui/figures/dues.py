"""The tab of those who are due: who is about to buy again, and how well the rule foretells it."""

from typing import Any

import streamlit as st

from analytics.reports import ReportResult
from ui import controls, formats, members, people, tables
from ui.figures.journeys import Names, spoken
from ui.types import Table
from ui.words import t

WINDOWS = (7, 14, 30)
_SHOWN = 200
_HEIGHT = 420
_COLUMNS = ("customer_id", "chance", "interval", "lift", "expected_revenue", "last_item")
_MORE = ("last_day", "silent_days", "purchases", "revenue", "due_day")


def window() -> int:
    """Let the reader choose how many days ahead the list looks."""
    return controls.pills("due_within", WINDOWS, label=lambda n: t("due.within", n=n))


def due(result: ReportResult, names: Names, *, within: int) -> None:
    """List whose next purchase falls into the coming days, the likeliest first."""
    table: Table = result.table
    st.markdown(_said(table, result))
    st.markdown(_tried(result))
    if table.empty:
        return
    st.subheader(t("due.title", days=within), anchor=False)
    st.caption(t("due.caption", as_of=formats.day(result.as_of)))
    first = table.head(_SHOWN)
    shown = first.assign(
        last_item=[spoken(names, str(item)) for item in first["last_item_id"]],
        interval=[
            formats.interval(*ends)
            for ends in zip(first["ci_lower"], first["ci_upper"], strict=True)
        ],
        chance=first["chance"].round(3),
    )
    tables.show(
        shown[[*_COLUMNS, *_MORE]], key="table_due", currency=result.currency, height=_HEIGHT
    )
    if len(table) > _SHOWN:
        st.caption(t("people.shown", shown=_SHOWN, all=formats.number(len(table))))
    people.next_steps(
        t("due.segment", days=within, as_of=result.as_of), members.due, "due", {"within": within}
    )


def _said(table: Table, result: ReportResult) -> str:
    if table.empty:
        return t("due.nobody")
    chances = table["chance"].dropna()
    return t(
        "due.said",
        n=formats.number(len(table)),
        buyers=formats.number(chances.sum(), 0 if chances.sum() >= 10 else 1),  # noqa: PLR2004 - a tenth is no person
        money=formats.money(table["expected_revenue"].sum(), result.currency),
    )


def _tried(result: ReportResult) -> str:
    """Say how the same rule did on the days before as-of: its hits beside those of all others."""
    trial: Any = next((note for note in result.notes if note.key == "due_trial"), None)
    if trial is None:
        return t("due.untried")
    found = trial.values
    lower, upper = found["lower"], found["upper"]
    key = "chance" if lower <= 0 <= upper else "better" if lower > 0 else "worse"
    return t(
        f"due.tried_{key}",
        days=found["within"],
        n=formats.number(found["n"]),
        rate=formats.percent(found["rate"]),
        base=formats.percent(found["base"]),
        expected=formats.percent(found["expected"]),
        lower=f"{lower:+.1f}",
        upper=f"{upper:+.1f}",
    )
