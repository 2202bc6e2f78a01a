"""Who goes where: a Sankey drawing of people from what they had to what came next."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from ui import theme

_ROW_HEIGHT = 34
_LEAST_HEIGHT = 340
_LINK, _QUIET_LINK = 0.35, 0.25


@dataclass(frozen=True)
class Flow:
    """People from one end to the other, by the places of the ends, and what the pointer shows."""

    start: int
    end: int
    value: float
    hover: str


def sankey(
    starts: Sequence[str], ends: Sequence[str], flows: Sequence[Flow], *, quiet: Sequence[bool]
) -> go.Figure:
    """Draw the flows; ends that are `quiet` (nobody bought there) are grey, and so what runs there.

    What runs on takes the colour of where it starts; the last start is "other" and grey too.
    """
    colors = theme.colors()
    inks = [colors.categories[i % len(colors.categories)] for i in range(len(starts))]
    end_inks = [
        colors.border if is_quiet else inks[starts.index(end)] if end in starts else colors.muted
        for end, is_quiet in zip(ends, quiet, strict=True)
    ]
    figure = go.Figure(
        go.Sankey(
            arrangement="fixed",
            node={
                "label": [*starts, *ends],
                "color": [*inks, *end_inks],
                "pad": 12,
                "thickness": 12,
                "line": {"width": 0},
                "hovertemplate": "%{label}: %{value:,.0f}<extra></extra>",
            },
            link={
                "source": [flow.start for flow in flows],
                "target": [len(starts) + flow.end for flow in flows],
                "value": [flow.value for flow in flows],
                "color": [
                    theme.faded(colors.muted, _QUIET_LINK)
                    if quiet[flow.end]
                    else theme.faded(inks[flow.start], _LINK)
                    for flow in flows
                ],
                "customdata": [flow.hover for flow in flows],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
            textfont={"size": 12, "color": colors.text},
        )
    )
    rows = max(len(starts), len(ends))
    figure.update_layout(height=max(_LEAST_HEIGHT, _ROW_HEIGHT * rows), margin={"l": 4, "r": 4})
    return figure
