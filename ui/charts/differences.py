"""Differences with their intervals around zero: where two lines part by more than chance."""

from collections.abc import Sequence

import plotly.graph_objects as go

from ui import theme
from ui.charts.whiskers import whiskers

_HEIGHT = 320


def points(
    labels: Sequence[str],
    values: Sequence[float],
    lower: Sequence[float],
    upper: Sequence[float],
    *,
    hover: Sequence[str],
    is_clear: Sequence[bool],
) -> go.Figure:
    """Draw one point a label; those that chance could explain are grey."""
    colors = theme.colors()
    figure = go.Figure(
        go.Scatter(
            x=list(labels),
            y=list(values),
            mode="markers",
            marker={
                "size": 11,
                "color": [colors.accent if clear else colors.muted for clear in is_clear],
            },
            error_y=whiskers(values, lower, upper),
            hovertext=list(hover),
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    figure.add_hline(y=0, line={"dash": "dot", "width": 1, "color": colors.muted})
    figure.update_xaxes(type="category", tickangle=0)
    figure.update_yaxes(tickformat="+.0%")
    figure.update_layout(height=_HEIGHT)
    return figure
