"""Rates of several kinds beside each other, with whiskers: a group of bars a label."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from ui import theme
from ui.charts.curves import head
from ui.charts.whiskers import whiskers

_HEIGHT = 320
_FADED = 0.28


@dataclass(frozen=True)
class Side:
    """One kind of rate: its name, values, interval, what the pointer shows and a click gives."""

    name: str
    values: Sequence[float]
    lower: Sequence[float]
    upper: Sequence[float]
    hover: Sequence[str]
    customdata: Sequence[Any]


def rates(labels: Sequence[str], sides: Sequence[Side], *, main: int = 0) -> go.Figure:
    """Draw the sides, named in their colours; the main one stands out."""
    palette = theme.colors().categories
    figure = go.Figure()
    names = []
    for place, side in enumerate(sides):
        color = palette[place % len(palette)]
        names.append(f'<span style="color:{color}">■</span> {side.name}')
        figure.add_trace(
            go.Bar(
                x=list(labels),
                y=list(side.values),
                name=side.name,
                marker={"color": color if place == main else theme.faded(color, 1 - _FADED)},
                error_y=whiskers(side.values, side.lower, side.upper, width=3),
                hovertext=list(side.hover),
                hovertemplate="%{hovertext}<extra></extra>",
                customdata=list(side.customdata),
            )
        )
    head(figure, names)
    figure.update_layout(height=_HEIGHT, barmode="group", bargap=0.3, bargroupgap=0.06)
    figure.update_xaxes(type="category", tickangle=0)
    figure.update_yaxes(rangemode="tozero", tickformat=".0%")
    return figure
