"""Shares as dots with their intervals, a row each, for figures that are set side by side."""

from collections.abc import Sequence

import plotly.graph_objects as go

from ui import theme
from ui.charts.whiskers import whiskers

_ROW_HEIGHT = 40


def shares(
    labels: Sequence[str],
    values: Sequence[float],
    lower: Sequence[float],
    upper: Sequence[float],
    *,
    texts: Sequence[str],
    hover: Sequence[str],
    is_own: Sequence[bool],
    is_final: Sequence[bool],
    start: float | None = None,
) -> go.Figure:
    """Draw one dot a row with its interval; own ones in the accent, unfinished ones hollow.

    The axis begins at zero, or at `start` where that is what chance alone gives.
    """
    colors = theme.colors()
    inks = [colors.accent if own else colors.muted for own in is_own]
    figure = go.Figure(
        go.Scatter(
            x=list(values),
            y=list(range(len(labels))),
            mode="markers+text",
            text=list(texts),
            textposition="top center",
            textfont={"color": inks},
            cliponaxis=False,
            marker={
                "size": 11,
                "color": [
                    ink if final else colors.background
                    for ink, final in zip(inks, is_final, strict=True)
                ],
                "line": {"color": inks, "width": 2},
            },
            error_x=whiskers(values, lower, upper),
            hovertext=list(hover),
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    figure.update_xaxes(rangemode="tozero", tickformat=".0%", nticks=6)
    if start is not None:
        figure.update_xaxes(range=[start, min(max(upper) + 0.05, 1.02)])
    figure.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=list(labels),
        autorange="reversed",
        showgrid=True,
        ticklabelstandoff=6,
    )
    figure.update_layout(height=60 + _ROW_HEIGHT * len(labels))
    return figure
