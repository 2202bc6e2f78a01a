"""Measures of the same groups side by side: one row a group, one panel of bars a measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from ui import theme
from ui.charts.whiskers import whiskers

_ROW_HEIGHT = 48
_HEAD = 30
_BAR = 0.38
_BAR_OFFSET = -0.02
_BAR_MIDDLE = _BAR_OFFSET + _BAR / 2
_GAP = 0.05
_ROOM_FOR_TEXT = 1.7


@dataclass(frozen=True)
class Panel:
    """One measure: its name; a value, a text and a hover a row; its interval if it has one."""

    name: str
    values: Sequence[float]
    texts: Sequence[str]
    hover: Sequence[str]
    lower: Sequence[float] | None = None
    upper: Sequence[float] | None = None


def rows(
    labels: Sequence[str],
    panels: Sequence[Panel],
    *,
    customdata: Sequence[Any],
    selected: int | None = None,
    muted: Sequence[bool] = (),
) -> go.Figure:
    """Draw the panels; the first row is on top, the selected one is marked across all panels.

    Muted rows are grey.

    The labels stand above their bars: long names fit, and so do the panels on a phone.
    """
    width = (1 - _GAP * (len(panels) - 1)) / len(panels)
    starts = [i * (width + _GAP) for i in range(len(panels))]
    axes = {
        _axis("xaxis", i): _x_axis(panel, [start, start + width])
        for i, (panel, start) in enumerate(zip(panels, starts, strict=True))
    }
    titles = [_title(panel.name, start) for panel, start in zip(panels, starts, strict=True)]
    names = [_label(label, row) for row, label in enumerate(labels)]
    texts = [text for i, panel in enumerate(panels) for text in _beyond_whiskers(panel, i)]
    return go.Figure(
        [_bars(panel, i, customdata, selected, muted) for i, panel in enumerate(panels)],
        {
            **axes,
            "yaxis": _y_axis(len(labels)),
            "annotations": [*titles, *names, *texts],
            "height": _HEAD + _ROW_HEIGHT * max(len(labels), 1),
            "margin": {"t": _HEAD},
            "bargap": 0,
        },
    )


def _bars(
    panel: Panel,
    place: int,
    customdata: Sequence[Any],
    selected: int | None,
    muted: Sequence[bool],
) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": list(panel.values),
        "y": list(range(len(panel.values))),
        "xaxis": _axis("x", place),
        "orientation": "h",
        "width": _BAR,
        "offset": _BAR_OFFSET,
        "marker": {"color": _colors(panel, place, selected, muted)},
        "error_x": _whiskers(panel),
        "text": list(panel.texts) if panel.upper is None else None,
        "textposition": "outside",
        "textfont": {"color": theme.colors().muted, "size": 12},
        "cliponaxis": False,
        "hovertext": list(panel.hover),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": list(customdata),
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _beyond_whiskers(panel: Panel, place: int) -> list[dict[str, Any]]:
    """Texts at the whiskers' ends; plain bars write their own."""
    return [
        {
            "x": end,
            "y": row + _BAR_MIDDLE,
            "xref": _axis("x", place),
            "text": text,
            "xanchor": "left",
            "xshift": 4,
            "showarrow": False,
            "font": {"color": theme.colors().muted, "size": 12},
        }
        for row, (end, text) in enumerate(zip(panel.upper or (), panel.texts, strict=False))
    ]


def _y_axis(n: int) -> dict[str, Any]:
    return {
        "range": [n - 0.5, -0.5],
        "showticklabels": False,
        "showline": False,
        "showgrid": False,
        "ticks": "",
        "fixedrange": True,
    }


def _label(text: str, row: int) -> dict[str, Any]:
    return {
        "x": 0,
        "y": row + _BAR_OFFSET,
        "xref": "paper",
        "text": text,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 13},
    }


def _colors(panel: Panel, place: int, selected: int | None, muted: Sequence[bool]) -> list[str]:
    colors = theme.colors()
    hue = colors.categories[0] if place == 0 else colors.sequence[2]
    hues = [colors.border if row else hue for row in muted] or [hue] * len(panel.values)
    return [
        hue if selected is None or row == selected else theme.faded(hue, 0.35)
        for row, hue in enumerate(hues)
    ]


def _whiskers(panel: Panel) -> dict[str, Any] | None:
    if panel.lower is None or panel.upper is None:
        return None
    return whiskers(panel.values, panel.lower, panel.upper)


def _x_axis(panel: Panel, domain: list[float]) -> dict[str, Any]:
    top = max([*(panel.upper or panel.values), 0.0]) or 1.0
    low = min([*panel.values, 0.0])
    return {
        "domain": domain,
        "range": [low * _ROOM_FOR_TEXT, top * _ROOM_FOR_TEXT],
        "showticklabels": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
    }


def _title(name: str, start: float) -> dict[str, Any]:
    return {
        "x": start,
        "y": 1,
        "xref": "paper",
        "yref": "paper",
        "text": name,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 6,
        "showarrow": False,
        "font": {"color": theme.colors().muted, "size": 12},
    }


def _axis(name: str, place: int) -> str:
    return name if place == 0 else f"{name}{place + 1}"
