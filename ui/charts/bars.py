"""Bars with whiskers: a rate by group or step; and stacks, downwards where something is lost."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from ui import formats, theme
from ui.charts.curves import FEW_TICKS, head
from ui.charts.whiskers import whiskers

_HEIGHT = 320
_BAR_HEIGHT = 34
_TICKS = 5


@dataclass(frozen=True)
class Layer:
    """One part of a stack: its name, values, colour role and what the pointer shows."""

    name: str
    values: Sequence[float]
    color: str
    hover: Sequence[str]


def upright(
    labels: Sequence[str],
    values: Sequence[float],
    *,
    lower: Sequence[float] | None = None,
    upper: Sequence[float] | None = None,
    hover: Sequence[str],
    customdata: Sequence[Any] | None = None,
    is_share: bool = True,
    lost: Sequence[bool] = (),
    x_title: str = "",
) -> go.Figure:
    """Draw upright bars with whiskers; those that stand for a loss or a risk are red."""
    figure = go.Figure(
        go.Bar(
            x=list(labels),
            y=list(values),
            error_y=_whiskers(values, lower, upper),
            marker={"color": _bar_colors(len(labels), lost, theme.colors().loss)},
            hovertext=list(hover),
            hovertemplate="%{hovertext}<extra></extra>",
            customdata=customdata,
        )
    )
    figure.update_layout(height=_HEIGHT, bargap=0.45)
    figure.update_xaxes(type="category", tickangle=0, title_text=x_title)
    figure.update_yaxes(rangemode="tozero", **_ticks(values, is_share=is_share))
    return figure


def lying(
    labels: Sequence[str],
    values: Sequence[float],
    *,
    lower: Sequence[float] | None = None,
    upper: Sequence[float] | None = None,
    texts: Sequence[str],
    hover: Sequence[str],
    customdata: Sequence[Any] | None = None,
    is_share: bool = True,
    muted: Sequence[bool] = (),
    mark: float | None = None,
) -> go.Figure:
    """Draw lying bars, the first on top, for long names; `texts` stand in the bar's foot.

    `mark` is a value to compare them with, a dotted line.
    """
    figure = go.Figure(
        go.Bar(
            x=list(values),
            y=list(range(len(labels))),
            orientation="h",
            error_x=_whiskers(values, lower, upper),
            marker={"color": _bar_colors(len(labels), muted, theme.colors().border)},
            text=list(texts),
            textposition="auto",
            insidetextanchor="start",
            textangle=0,
            hovertext=list(hover),
            hovertemplate="%{hovertext}<extra></extra>",
            customdata=customdata,
        )
    )
    figure.update_layout(height=60 + _BAR_HEIGHT * len(labels), bargap=0.3)
    figure.update_xaxes(rangemode="tozero", **_ticks(values, is_share=is_share))
    figure.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=[_short(label) for label in labels],
        autorange="reversed",
        showgrid=False,
        ticklabelstandoff=6,
    )
    if mark is not None:
        figure.add_vline(x=mark, line={"dash": "dot", "width": 1, "color": theme.colors().text})
    return figure


def grouped(labels: Sequence[str], layers: Sequence[Layer]) -> go.Figure:
    """Draw shares side by side, a group of bars a label, named in their colours."""
    figure = go.Figure(
        [
            go.Bar(
                x=list(labels),
                y=list(layer.values),
                name=layer.name,
                marker={"color": layer.color},
                hovertext=list(layer.hover),
                hovertemplate="%{hovertext}<extra></extra>",
            )
            for layer in layers
        ]
    )
    head(figure, [f'<span style="color:{layer.color}">■</span> {layer.name}' for layer in layers])
    figure.update_layout(height=_HEIGHT, barmode="group", bargap=0.3)
    figure.update_xaxes(type="category", tickangle=0)
    figure.update_yaxes(rangemode="tozero", tickformat=".0%")
    return figure


def stack(
    labels: Sequence[Any], layers: Sequence[Layer], *, customdata: Sequence[Any] | None = None
) -> go.Figure:
    """Draw stacked bars by period; negative values hang below the axis."""
    figure = go.Figure()
    for layer in layers:
        figure.add_trace(
            go.Bar(
                x=list(labels),
                y=list(layer.values),
                name=layer.name,
                marker={"color": layer.color},
                hovertext=list(layer.hover),
                hovertemplate="%{hovertext}<extra></extra>",
                customdata=customdata,
            )
        )
    head(figure, [f'<span style="color:{layer.color}">■</span> {layer.name}' for layer in layers])
    figure.update_layout(height=_HEIGHT, barmode="relative", bargap=0.3)
    figure.update_xaxes(type="category", nticks=FEW_TICKS, tickangle=0)
    tops = [sum(max(value, 0) for value in values) for values in _columns(layers)]
    feet = [sum(min(value, 0) for value in values) for values in _columns(layers)]
    figure.update_yaxes(zeroline=True, zerolinecolor=theme.colors().muted)
    figure.update_yaxes(**amount_ticks(min(feet, default=0), max(tops, default=0)))
    return figure


def amount_ticks(low: float, high: float) -> dict[str, Any]:
    """Give an axis of counts or money about five round ticks, written as the reader writes them."""
    span = (high - low) or 1.0
    magnitude = 10 ** math.floor(math.log10(span / _TICKS))
    step = next(m for m in (1, 2, 5, 10) if m * magnitude * _TICKS >= span) * magnitude
    places = range(math.floor(low / step), math.ceil(high / step) + 1)
    return {
        "tickvals": [place * step for place in places],
        "ticktext": [formats.compact(place * step) for place in places],
    }


def _ticks(values: Sequence[float], *, is_share: bool) -> dict[str, Any]:
    return {"tickformat": ".0%"} if is_share else amount_ticks(0, max(values, default=1))


def _columns(layers: Sequence[Layer]) -> Iterator[tuple[float, ...]]:
    return zip(*(layer.values for layer in layers), strict=True)


def _bar_colors(n: int, marked: Sequence[bool], color: str) -> list[str]:
    marks = [*marked, *([False] * (n - len(marked)))]
    return [color if is_marked else theme.colors().accent for is_marked in marks]


def _whiskers(
    values: Sequence[float], lower: Sequence[float] | None, upper: Sequence[float] | None
) -> dict[str, Any] | None:
    return None if lower is None or upper is None else whiskers(values, lower, upper)


def _short(label: str, limit: int = 26) -> str:
    return label if len(label) <= limit else f"{label[: limit - 1]}…"
