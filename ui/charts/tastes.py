"""A map of items: dots that lie close are taken by the same customers; colours are categories."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from ui import theme
from ui.charts.curves import head

_HEIGHT = 460
_LEAST, _MOST = 7.0, 24.0


def dots(
    x: Sequence[float],
    y: Sequence[float],
    *,
    groups: Sequence[str],
    named: Sequence[str],
    weight: Sequence[float],
    hover: Sequence[str],
    rings: Sequence[bool] = (),
    place: tuple[float, float] | None = None,
    place_text: str = "",
    customdata: Sequence[Any] | None = None,
) -> go.Figure:
    """Draw the items, larger where more customers have them; groups not in `named` are grey.

    Items with a ring are the customer's own; `place` is where the customer stands.
    """
    colors = theme.colors()
    inks = dict(zip(named, colors.categories, strict=False))
    most = max([*weight, 1.0])
    figure = go.Figure(
        go.Scatter(
            x=list(x),
            y=list(y),
            mode="markers",
            marker={
                "size": [_LEAST + (_MOST - _LEAST) * (one / most) ** 0.5 for one in weight],
                "color": [inks.get(group, colors.border) for group in groups],
                "opacity": 0.85,
                "line": {
                    "width": [2.5 if ring else 0.5 for ring in rings] or 0.5,
                    "color": [colors.text if ring else colors.background for ring in rings]
                    or colors.background,
                },
            },
            customdata=customdata,
            hovertext=list(hover),
            hovertemplate="%{hovertext}<extra></extra>",
            selected={"marker": {"opacity": 0.85}},
            unselected={"marker": {"opacity": 0.85}},
        )
    )
    if place is not None:
        figure.add_trace(_star(place, place_text))
    head(figure, [f'<span style="color:{ink}">●</span> {name}' for name, ink in inks.items()])
    quiet = {"showticklabels": False, "showline": False, "showgrid": False, "ticks": ""}
    figure.update_xaxes(**quiet, fixedrange=True)
    figure.update_yaxes(**quiet, fixedrange=True)
    figure.update_layout(height=_HEIGHT)
    return figure


def _star(place: tuple[float, float], text: str) -> go.Scatter:
    colors = theme.colors()
    return go.Scatter(
        x=[place[0]],
        y=[place[1]],
        mode="markers+text",
        marker={
            "symbol": "star",
            "size": 22,
            "color": colors.text,
            "line": {"color": colors.background, "width": 2},
        },
        text=[text],
        textposition="top center",
        hoverinfo="skip",
    )
