"""What was expected beside what came: along weeks, and group by group."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from ui import formats, theme
from ui.charts import bars
from ui.charts.curves import head

_HEIGHT = 320
_TICKS = 5


def weeks(
    days: Sequence[Any],
    actual: Sequence[float],
    expected: Sequence[float],
    *,
    names: tuple[str, str],
    hover: Sequence[str],
    split: Any,
    sides: tuple[str, str],
) -> go.Figure:
    """Draw actual and expected counts by week; `split` is the first day that the model never saw.

    `names` are those of the two lines, `sides` of what lies left and right of the split.
    """
    colors = theme.colors()
    inks = colors.accent, colors.warning
    figure = go.Figure()
    for values, ink, dash, width in (
        (actual, inks[0], "solid", 1.6),
        (expected, inks[1], "dash", 2),
    ):
        figure.add_trace(
            go.Scatter(
                x=list(days),
                y=list(values),
                mode="lines",
                line={"color": ink, "width": width, "dash": dash},
                hovertext=list(hover),
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    head(
        figure,
        [
            f'<span style="color:{ink}">●</span> {name}'
            for ink, name in zip(inks, names, strict=True)
        ],
    )
    figure.add_vline(x=split, line={"dash": "dot", "width": 1, "color": colors.muted})
    for side, anchor in zip(sides, ("right", "left"), strict=True):
        figure.add_annotation(
            x=split,
            y=0,
            yref="paper",
            text=f"\u2002{side}\u2002",
            showarrow=False,
            xanchor=anchor,
            yanchor="bottom",
            font={"size": 12, "color": colors.muted},
        )
    figure.update_layout(height=_HEIGHT, hovermode="closest")
    marked = _spread(days)
    figure.update_xaxes(tickvals=marked, ticktext=[formats.period(day, "month") for day in marked])
    figure.update_yaxes(rangemode="tozero", **bars.amount_ticks(0, max([*actual, *expected, 1])))
    return figure


def _spread(days: Sequence[Any]) -> list[Any]:
    """A few days at equal distances, to be written below the axis."""
    step = max(len(days) // (_TICKS - 1), 1)
    return list(days)[step // 2 :: step]


def groups(
    labels: Sequence[str],
    actual: Sequence[float],
    expected: Sequence[float],
    *,
    lower: Sequence[float],
    upper: Sequence[float],
    names: tuple[str, str],
    hover: Sequence[str],
    x_title: str,
) -> go.Figure:
    """Draw what came as bars with whiskers and what was expected as a dash on each."""
    colors = theme.colors()
    figure = bars.upright(
        labels,
        actual,
        lower=lower,
        upper=upper,
        hover=hover,
        is_share=False,
        x_title=x_title,
    )
    figure.add_trace(
        go.Scatter(
            x=list(labels),
            y=list(expected),
            mode="markers",
            marker={
                "symbol": "line-ew-open",
                "size": 22,
                "line": {"width": 3, "color": colors.warning},
                "color": colors.warning,
            },
            hovertext=list(hover),
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    head(
        figure,
        [
            f'<span style="color:{colors.accent}">■</span> {names[0]}',
            f'<span style="color:{colors.warning}">▬</span> {names[1]}',
        ],
    )
    figure.update_yaxes(**bars.amount_ticks(0, max([*upper, *expected])))
    return figure
