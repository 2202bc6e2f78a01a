"""A waterfall: what a stock began with, what each movement added or took, what is left."""

from collections.abc import Sequence

import plotly.graph_objects as go

from ui import theme
from ui.charts.bars import amount_ticks

_BAR_HEIGHT = 36


def lying(
    labels: Sequence[str],
    values: Sequence[float],
    *,
    texts: Sequence[str],
    hover: Sequence[str],
) -> go.Figure:
    """Draw the stock at the start, its movements, and the stock at the end, from top to bottom.

    The first and the last value are stocks; those between are signed movements.
    """
    colors = theme.colors()
    between = len(values) - 2
    figure = go.Figure(
        go.Waterfall(
            x=list(values),
            y=list(range(len(labels))),
            measure=["absolute", *["relative"] * between, "total"],
            orientation="h",
            text=list(texts),
            textposition="outside",
            cliponaxis=False,
            hovertext=list(hover),
            hovertemplate="%{hovertext}<extra></extra>",
            increasing={"marker": {"color": colors.accent}},
            decreasing={"marker": {"color": colors.loss}},
            totals={"marker": {"color": colors.muted}},
            connector={"line": {"width": 1, "color": colors.border}},
        )
    )
    top = max(values[0] + sum(value for value in values[1:-1] if value > 0), 1.0)
    figure.update_layout(height=60 + _BAR_HEIGHT * len(labels), waterfallgap=0.35, margin_r=56)
    figure.update_xaxes(range=[0, top * 1.12], **amount_ticks(0, top))
    figure.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=list(labels),
        autorange="reversed",
        showgrid=False,
        ticklabelstandoff=6,
    )
    return figure
