"""One customer's history: purchases as stems by amount, everything else as marks along the foot."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from ui import theme

_HEIGHT = 220
_FOOT = -0.08


def stems(
    days: Sequence[Any],
    amounts: Sequence[float],
    hover: Sequence[str],
    *,
    marks: Sequence[Any] = (),
    marks_hover: Sequence[str] = (),
    until: Any = None,
) -> go.Figure:
    """Draw the purchases at their days; `marks` are days of other actions, `until` is as-of."""
    colors = theme.colors()
    top = max([*amounts, 0.0]) or 1.0
    feet = [top * _FOOT] * len(marks)
    tick = {"size": 8, "symbol": "line-ns-open", "color": colors.muted}
    return go.Figure(
        [
            _stems(days, amounts, colors.accent),
            _points(days, amounts, hover, {"size": 10, "color": colors.accent}),
            _points(marks, feet, marks_hover, tick),
        ],
        {
            "height": _HEIGHT,
            "hovermode": "closest",
            "xaxis": {"fixedrange": True},
            "yaxis": {
                "range": [top * 2 * _FOOT, top * 1.15],
                "tickformat": ",~s",
                "fixedrange": True,
            },
            "shapes": [] if until is None else [_end(until, colors.muted)],
        },
    )


def _stems(days: Sequence[Any], amounts: Sequence[float], color: str) -> go.Scatter:
    """One trace for all stems: a gap (None) after each."""
    return go.Scatter(
        x=[place for day in days for place in (day, day, None)],
        y=[height for amount in amounts for height in (0, amount, None)],
        mode="lines",
        line={"color": color, "width": 2},
        hoverinfo="skip",
    )


def _end(day: Any, color: str) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": day,
        "x1": day,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"dash": "dot", "width": 1, "color": color},
    }


def _points(
    x: Sequence[Any], y: Sequence[float], hover: Sequence[str], marker: dict[str, Any]
) -> go.Scatter:
    return go.Scatter(
        x=list(x),
        y=list(y),
        mode="markers",
        marker=marker,
        hovertext=list(hover),
        hovertemplate="%{hovertext}<extra></extra>",
    )
