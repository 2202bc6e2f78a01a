"""The people behind a click: who they are, a file of them, a segment of them.

    people.panel(title, members.cohort_cell, name="cell", cohort=…, period_index=…)

The question (ui/members.py) gives customer_id, last_day, purchases, revenue, dearest first. The
first rows are shown; the file holds all of them.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import streamlit as st

import analytics
from ui import data, downloads, formats, members, page, saved_segments
from ui.types import Table
from ui.words import t

_SHOWN = 200
_SHARES = ("chance", "take_up")  # written with one digit, which "percent" does not do
_HEIGHT = 260
_REASONS_HEIGHT = 420


def panel(
    title: str,
    question: Callable[..., Table],
    *,
    name: str,
    summary: str = "",
    **parameters: Any,
) -> None:
    """Show the people that the question gives, with the next steps: save as segment, download."""
    found, customers = data.rows(_first_of(question), **parameters)
    st.subheader(title, anchor=False)
    if summary:
        st.markdown(summary)
    if found.empty:
        st.caption(t("people.nobody"))
        return
    has_reasons = "why" in found
    with page.beyond_phones(f"table_of_{name}") if has_reasons else st.container():
        st.dataframe(
            found.assign(**{name: 100 * found[name] for name in _SHARES if name in found}),
            key=f"people_{name}",
            hide_index=True,
            height=_HEIGHT,
            placeholder=formats.NOTHING,
            column_config=_columns(),
        )
    if has_reasons:
        _reasons(found, name)
    if customers > _SHOWN:
        st.caption(t("people.shown", shown=_SHOWN, all=f"{customers:,}"))
    next_steps(title, question, name, parameters)


def _reasons(found: Table, name: str) -> None:
    """Set reasons in lines in place of the table where it is too narrow for them: on a phone."""
    currency = data.workspace().currency
    lines = [
        formats.dotted(
            f"**{formats.plain(str(row['customer_id']))}**",
            formats.percent(row["chance"], 0),
            formats.money(row["at_stake"], currency),
        )
        + f"  \n{row['why']}"
        for row in found.to_dict("records")
    ]
    with page.on_phones(f"reasons_{name}", height=_REASONS_HEIGHT):
        st.markdown("\n\n".join(lines))


def _first_of(question: Callable[..., Table]) -> Callable[..., tuple[Table, int]]:
    """Ask the question for the rows that are shown and for the number of all."""

    @wraps(question)
    def first(workspace: analytics.Workspace, **parameters: Any) -> tuple[Table, int]:
        with members.shortened(_SHOWN):
            found = question(workspace, **parameters)
        return found.head(_SHOWN), int(found.attrs.get("customers", len(found)))

    first.__qualname__ = f"{question.__qualname__}.first"  # of its own in the cache
    return first


def _columns() -> dict[str, Any]:
    """Give heads and widths that fit three tenths of a page."""
    sign = formats.symbol(data.workspace().currency)
    return {
        "customer_id": st.column_config.TextColumn(t("column.customer_id"), width=80),
        "last_day": st.column_config.DateColumn(t("people.last"), format="YYYY-MM-DD", width=82),
        "purchases": st.column_config.NumberColumn(t("people.times"), width=44),
        "revenue": st.column_config.NumberColumn(
            t("people.spent"), format=f"{sign}%,.0f", width=60
        ),
        "chance": st.column_config.NumberColumn(t("people.chance"), format="%.1f%%", width=54),
        "take_up": st.column_config.NumberColumn(t("people.take_up"), format="%.1f%%", width=54),
        "why": st.column_config.TextColumn(t("people.why"), width=560),
        "at_stake": st.column_config.NumberColumn(
            t("people.at_stake"), format=f"{sign}%,.0f", width=60
        ),
        "expected_value": st.column_config.NumberColumn(
            t("people.to_come"), format=f"{sign}%,.0f", width=60
        ),
    }


def next_steps(
    title: str, question: Callable[..., Table], name: str, parameters: dict[str, Any]
) -> None:
    """Offer to save the question's people as a segment of this title, and to download them."""
    left, right = st.columns(2)
    with left:
        st.button(
            t("people.save"),
            key=f"save_{name}",
            icon=":material/bookmark:",
            width="stretch",
            on_click=partial(_save, title, question, parameters),
        )
    with right:
        downloads.rows(question, name, label=t("people.download"), is_main=True, **parameters)


def _save(title: str, question: Callable[..., Table], parameters: dict[str, Any]) -> None:
    found = data.rows(question, **parameters)
    saved_segments.save(data.workspace(), title, found["customer_id"].tolist())
    st.toast(t("people.saved", name=title), icon=":material/bookmark_added:")
