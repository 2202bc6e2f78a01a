"""A figure on the page: title, caption (unit, window, n, as-of), the figure, its table, downloads.

    clicked = frame.show(curves.steps(...), key="curve", title=..., caption=..., table=result,
    is_clickable=True)

`clicked` is the `customdata` of the point that the reader clicked last, or None. The key must be
unique on the page; it also names the downloaded files.
"""

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from ui import tables, theme
from ui.types import Table

_CONFIG = {"displayModeBar": False, "responsive": True, "doubleClick": False, "showTips": False}
_SCROLLED = """<style>
.st-key-{key} {{ overflow-x: auto; }}
.st-key-{key} > * {{ min-width: {width}px; }}
</style>"""


def show(
    figure: go.Figure,
    *,
    key: str,
    title: str,
    caption: str = "",
    table: Table | None = None,
    currency: str = "XXX",
    is_clickable: bool = False,
    on_click: Callable[[], None] | None = None,
    least_width: int | None = None,
) -> Any:
    """Draw the figure with all that belongs to it and give the clicked point's customdata.

    `on_click` runs before the page does (it may set what other controls show); it reads
    `selected(key)`. On a screen narrower than `least_width` the figure keeps it and is scrolled.
    """
    figure.update_layout(template=theme.template(theme.colors()))
    st.subheader(title, anchor=False)
    if caption:
        st.caption(caption)
    if least_width is not None:
        st.html(_SCROLLED.format(key=key, width=least_width))
    state = st.plotly_chart(
        figure,
        theme=None,
        key=key,
        config=_CONFIG,
        alt=title,
        on_select=on_click or ("rerun" if is_clickable else "ignore"),
        selection_mode="points",
    )
    if table is not None:
        tables.below(table, name=key, title=title, currency=currency)
    return clicked(state) if is_clickable or on_click else None


def clicked(state: Any) -> Any:
    """Give the customdata of the last point in Streamlit's selection, or None."""
    points = state["selection"]["points"] if state else []
    return points[-1].get("customdata") if points else None


def selected(key: str) -> Any:
    """Give the customdata of what was clicked before this run, so that the figure can mark it."""
    return clicked(st.session_state.get(key))
