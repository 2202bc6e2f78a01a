"""The numbers still at risk below a survival curve: a row a group, aligned with the ticks."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from ui import formats, theme

_CURVE, _ROW, _BETWEEN, _EDGES = 300, 18, 64, 16
_STEPS = (1, 2, 5, 7, 10, 14, 30, 60, 90, 180, 365, 730)
_MOST_TICKS = 7


@dataclass(frozen=True)
class Numbers:
    """One group's row: how many are still at risk at each tick; null where nobody is observed."""

    counts: Sequence[float | None]


def ticks(last_day: int) -> list[int]:
    """Choose at most seven round days from 0 to the last one.

    >>> ticks(700), ticks(20), ticks(0)
    ([0, 180, 360, 540], [0, 5, 10, 15, 20], [0])
    """
    step = next((step for step in _STEPS if last_day / step < _MOST_TICKS), _STEPS[-1])
    return list(range(0, last_day + 1, step))


def below(figure: go.Figure, days: Sequence[int], rows: Sequence[Numbers], *, title: str) -> None:
    """Add the rows below the figure's axis; a dot in each curve's colour leads its row."""
    colors = theme.colors()
    inks = [colors.text] if len(rows) == 1 else colors.categories
    foot = _ROW * len(rows)
    height = _CURVE + _BETWEEN + foot + _EDGES
    for place, row in enumerate(rows):
        figure.add_trace(_texts(days, row.counts, place, inks[place % len(inks)]))
    figure.update_xaxes(tickvals=list(days), anchor="y")
    figure.update_layout(
        height=height,
        margin_r=24,
        yaxis_domain=[(foot + _BETWEEN) / height, 1],
        yaxis2={
            "domain": [0, foot / height],
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": list(range(len(rows))),
            "ticktext": _leads(len(rows)),
            "ticklabelstandoff": 12,
            "showgrid": False,
            "showline": False,
            "ticks": "",
            "fixedrange": True,
        },
    )
    figure.add_annotation(
        text=title,
        x=0,
        y=foot / height,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"size": 12, "color": colors.muted},
    )


def _texts(
    days: Sequence[int], counts: Sequence[float | None], place: int, color: str
) -> go.Scatter:
    return go.Scatter(
        x=list(days),
        y=[place] * len(days),
        yaxis="y2",
        mode="text",
        text=["" if formats.is_nothing(n) else formats.number(n) for n in counts],
        textfont={"size": 12, "color": color},
        cliponaxis=False,
        hoverinfo="skip",
    )


def _leads(n: int) -> list[str]:
    if n == 1:
        return [""]
    palette = theme.colors().categories
    return [f'<span style="color:{palette[i % len(palette)]}">●</span>' for i in range(n)]
