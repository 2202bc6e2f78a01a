"""Curves with bands: survival and repurchase in steps, trends of a rate by period."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from ui import theme
from ui.types import Table

_HEIGHT = 340
_BAND = 0.14
FEW_TICKS = 4  # names of periods stand side by side on a phone too
_CLEAR_OF_ZERO = 8
_LINE_SIGNS = 48


@dataclass(frozen=True)
class Curve:
    """One line: name, places and heights, band, and what the pointer shows at each place."""

    name: str
    x: Sequence[Any]
    y: Sequence[float]
    lower: Sequence[float] | None = None
    upper: Sequence[float] | None = None
    hover: Sequence[str] | None = None
    customdata: Sequence[Any] | None = None


def steps(
    curves: Sequence[Curve], *, x_title: str, y_title: str = "", marks: Sequence[float] = ()
) -> go.Figure:
    """Draw step curves of a share over days; `marks` are days to point out with a dotted line."""
    figure = _drawn(curves, shape="hv", mode="lines")
    for mark in marks:
        figure.add_vline(x=mark, line={"dash": "dot", "width": 1, "color": theme.colors().muted})
    figure.update_xaxes(title_text=x_title, rangemode="tozero")
    return _as_share(figure, y_title)


def trend(curves: Sequence[Curve], *, y_title: str = "") -> go.Figure:
    """Draw a share by period, a point each, intervals as bands."""
    figure = _drawn(curves, shape="linear", mode="lines+markers")
    by_period(figure)
    return _as_share(figure, y_title)


def by_period(figure: go.Figure) -> None:
    """Name few of the periods below, level, and clear of the lowest number on the left."""
    figure.update_xaxes(
        type="category", nticks=FEW_TICKS, tickangle=0, ticklabelstandoff=_CLEAR_OF_ZERO
    )


def against(curves: Sequence[Curve], *, x_title: str, y_title: str) -> go.Figure:
    """Draw shares as foretold against shares as they came, and the line where they agree."""
    figure = _drawn(curves, shape="linear", mode="lines+markers")
    line = {"dash": "dot", "width": 1, "color": theme.colors().muted}
    figure.add_shape(type="line", x0=0, y0=0, x1=1, y1=1, line=line)
    figure.update_xaxes(title_text=x_title, tickformat=".0%", range=[-0.02, 1.02])
    figure.update_yaxes(title_text=y_title, tickformat=".0%", range=[-0.02, 1.02])
    return figure


def numbered(curves: Sequence[Curve], *, x_title: str) -> go.Figure:
    """Draw shares along numbered steps, a point each, intervals as bands."""
    figure = _drawn(curves, shape="linear", mode="lines+markers")
    figure.update_xaxes(title_text=x_title, rangemode="tozero")
    return _as_share(figure, "")


def amounts(curves: Sequence[Curve], *, x_title: str, prefix: str = "") -> go.Figure:
    """Draw amounts (money, counts) along periods."""
    figure = _drawn(curves, shape="linear", mode="lines+markers")
    figure.update_xaxes(title_text=x_title)
    figure.update_yaxes(rangemode="tozero", tickprefix=prefix)
    figure.update_layout(height=_HEIGHT)
    return figure


def split(table: Table, by: str) -> list[tuple[str, Table]]:
    """Part a table by group, in the order of the groups' names."""
    return [(str(name), part) for name, part in table.groupby(by, sort=True, dropna=False)]


def largest(table: Table, by: str) -> list[tuple[str, Table]]:
    """Part a table of curves by group: those that begin with most people, as many as colours."""
    parts = sorted(split(table, by), key=lambda part: -int(part[1]["n_at_risk"].max()))
    return parts[: len(theme.colors().categories)]


def _drawn(curves: Sequence[Curve], *, shape: str, mode: str) -> go.Figure:
    palette = theme.colors().categories
    figure = go.Figure()
    for i, curve in enumerate(curves):
        color = palette[i % len(palette)]
        _add_band(figure, curve, color, shape)
        figure.add_trace(
            go.Scatter(
                x=curve.x,
                y=curve.y,
                mode=mode,
                name=curve.name,
                line={"color": color, "width": 2, "shape": shape},
                marker={"size": 6},
                hovertext=curve.hover,
                hovertemplate="%{hovertext}<extra></extra>" if curve.hover is not None else None,
                customdata=curve.customdata,
            )
        )
    if len(curves) > 1:
        _name_curves(figure, curves)
    figure.update_layout(height=_HEIGHT, hovermode="closest")
    return figure


def _add_band(figure: go.Figure, curve: Curve, color: str, shape: str) -> None:
    if curve.lower is None or curve.upper is None:
        return
    for y, fill in ((curve.lower, None), (curve.upper, "tonexty")):
        figure.add_trace(
            go.Scatter(
                x=curve.x,
                y=y,
                mode="lines",
                line={"width": 0, "shape": shape},
                fill=fill,
                fillcolor=theme.faded(color, _BAND),
                hoverinfo="skip",
            )
        )


def _name_curves(figure: go.Figure, curves: Sequence[Curve]) -> None:
    """Write the names in their colours in one line above the figure: they never overlap there."""
    palette = theme.colors().categories
    names = [
        f'<span style="color:{palette[i % len(palette)]}">●</span> {curve.name}'
        for i, curve in enumerate(curves)
    ]
    head(figure, names)


def head(figure: go.Figure, names: Sequence[str]) -> None:
    """Write coloured names above a figure, as many a line as fit a phone."""
    lines = ["   ".join(line) for line in _filled(names)]
    figure.add_annotation(
        text="<br>".join(lines),
        x=0,
        y=1,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        align="left",
        showarrow=False,
        font={"size": 12},
    )
    figure.update_layout(margin_t=12 + 18 * len(lines))


def _filled(names: Sequence[str]) -> list[list[str]]:
    lines: list[list[str]] = []
    room = 0
    for name in names:
        width = _width(name)
        if width > room:
            lines.append([])
            room = _LINE_SIGNS
        lines[-1].append(name)
        room -= width
    return lines


def _width(name: str) -> int:
    """Count what is seen of a name, Chinese signs double, and the space after it."""
    seen = re.sub(r"<.*?>", "", name)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in seen) + 3


def _as_share(figure: go.Figure, y_title: str) -> go.Figure:
    figure.update_yaxes(title_text=y_title, tickformat=".0%", rangemode="tozero")
    return figure
