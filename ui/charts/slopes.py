"""Two lists side by side, a line from where each item was to where it is."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from ui import theme

_ROW_HEIGHT = 34
_HEAD = 34


def lists(
    names: Sequence[str],
    before: Sequence[float | None],
    after: Sequence[float | None],
    *,
    titles: tuple[str, str],
    hover: Sequence[str],
) -> go.Figure:
    """Draw both lists from the top; what came in is coloured, what fell out grey."""
    colors = theme.colors()
    figure = go.Figure()
    for name, start, end, about in zip(names, before, after, hover, strict=True):
        is_new, is_gone = start is None, end is None
        ink = colors.accent if is_new else colors.muted if is_gone else colors.text
        rises = start is not None and end is not None and end < start
        figure.add_trace(
            go.Scatter(
                x=[0, 1],
                y=[start, end],
                mode="markers+lines" if is_new else "markers+lines+text",
                line={
                    "color": colors.accent if rises else colors.border,
                    "width": 2,
                },
                marker={"color": ink, "size": 8},
                text=[name, ""],
                textposition="middle left",
                textfont={"color": ink},
                hovertext=[about, about],
                hovertemplate="%{hovertext}<extra></extra>",
                cliponaxis=False,
            )
        )
        if is_new:
            figure.add_annotation(_came_in(name, end, colors))
    most = max([value for value in (*before, *after) if value is not None], default=1)
    figure.update_xaxes(
        range=[-1.7, 1.2],
        tickvals=[0, 1],
        ticktext=list(titles),
        side="top",
        showline=False,
        ticks="",
        fixedrange=True,
    )
    figure.update_yaxes(
        range=[most + 0.6, 0.4],
        showticklabels=False,
        showgrid=False,
        showline=False,
        ticks="",
        fixedrange=True,
    )
    figure.update_layout(height=_HEAD + _ROW_HEIGHT * int(most))
    return figure


def _came_in(name: str, place: float | None, colors: theme.Colors) -> dict[str, Any]:
    """Name what was not in the first list beside its place in the second, above the lines."""
    return {
        "x": 1,
        "y": place,
        "text": name,
        "xanchor": "right",
        "xshift": -8,
        "showarrow": False,
        "bgcolor": colors.background,
        "font": {"color": colors.accent},
    }
