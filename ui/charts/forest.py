"""Ratios with intervals on a logarithmic axis around 1: what goes with leaving earlier or later."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from ui import theme
from ui.charts.whiskers import whiskers

_ROW_HEIGHT = 34


def ratios(
    labels: Sequence[str],
    values: Sequence[float],
    lower: Sequence[float],
    upper: Sequence[float],
    *,
    hover: Sequence[str],
    is_clear: Sequence[bool],
    x_title: str,
    customdata: Sequence[Any] | None = None,
) -> go.Figure:
    """Draw one point a row with its interval; rows that noise could explain are grey."""
    colors = theme.colors()
    figure = go.Figure(
        go.Scatter(
            x=list(values),
            y=list(range(len(labels))),
            mode="markers",
            marker={
                "size": 10,
                "color": [colors.accent if clear else colors.muted for clear in is_clear],
            },
            error_x=whiskers(values, lower, upper),
            hovertext=list(hover),
            hovertemplate="%{hovertext}<extra></extra>",
            customdata=customdata,
        )
    )
    figure.add_vline(x=1, line={"dash": "dot", "width": 1, "color": colors.muted})
    figure.update_xaxes(type="log", title_text=x_title, tickformat=".2~f", nticks=5, tickangle=0)
    figure.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=list(labels),
        autorange="reversed",
        showgrid=False,
    )
    figure.update_layout(height=80 + _ROW_HEIGHT * len(labels))
    return figure
