"""What was expected against what came: points on a diagonal, both axes in powers of ten."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from ui import theme

_HEIGHT = 360
_ROOM = 1.4


def points(
    expected: Sequence[float],
    actual: Sequence[float],
    lower: Sequence[float],
    upper: Sequence[float],
    *,
    hover: Sequence[str],
    x_title: str,
    y_title: str,
) -> go.Figure:
    """Draw a point a band with its interval; on the dotted line both would be alike.

    The axes are logarithmic: chances of one in ten thousand and of one in twenty are both seen.
    """
    colors = theme.colors()
    known = [value for value in (*expected, *actual, *lower) if value > 0]
    low, high = min(known, default=1e-4) / _ROOM, max([*expected, *upper, 1e-3]) * _ROOM
    ends = [math.log10(low), math.log10(high)]
    ticks = [10.0**power for power in range(math.floor(ends[0]), math.ceil(ends[1]) + 1)]
    axis = {
        "type": "log",
        "range": ends,
        "fixedrange": True,
        "tickvals": ticks,
        "ticktext": [f"{tick:.6%}".rstrip("0%").rstrip(".") + "%" for tick in ticks],
    }
    diagonal = go.Scatter(
        x=[low, high],
        y=[low, high],
        mode="lines",
        line={"color": colors.muted, "dash": "dot", "width": 1},
        hoverinfo="skip",
    )
    found = go.Scatter(
        x=list(expected),
        y=[value or None for value in actual],
        mode="markers",
        marker={"size": 10, "color": colors.accent},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [top - value for top, value in zip(upper, actual, strict=True)],
            "arrayminus": [value - bottom for bottom, value in zip(lower, actual, strict=True)],
            "color": colors.muted,
            "thickness": 1.2,
            "width": 3,
        },
        hovertext=list(hover),
        hovertemplate="%{hovertext}<extra></extra>",
    )
    layout = {
        "height": _HEIGHT,
        "xaxis": {**axis, "title": {"text": x_title}},
        "yaxis": {**axis, "title": {"text": y_title}},
    }
    return go.Figure([diagonal, found], layout)
