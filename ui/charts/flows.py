"""Who goes where: a Sankey drawing of people from what they had to what came next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from ui import theme

_ROW_HEIGHT = 44
_LEAST_HEIGHT = 340
_LINK, _QUIET_LINK = 0.4, 0.2
_LEFT, _RIGHT = 0.001, 0.999
_PAD, _MARGIN, _EDGE = 14, 6, 0.5


@dataclass(frozen=True)
class Flow:
    """People from one end to the other, by the places of the ends, and what the pointer shows."""

    start: int
    end: int
    value: float
    hover: str


def sankey(
    starts: Sequence[str],
    ends: Sequence[str],
    flows: Sequence[Flow],
    *,
    quiet: Sequence[bool],
    pooled: str = "",
) -> go.Figure:
    """Draw the flows, both sides in the given order; ends and starts of one name share a colour.

    Ends that are `quiet` (nobody bought there) are grey, and so is what runs there; `pooled` is the
    name of the rest, which has no colour of its own.
    """
    colors = theme.colors()
    inks = _inks(starts, ends, pooled)
    height = max(_LEAST_HEIGHT, _ROW_HEIGHT * max(len(starts), len(ends)))
    figure = go.Figure(
        go.Sankey(
            arrangement="fixed",
            node={
                "label": [*starts, *ends],
                "color": [
                    *inks[0],
                    *(
                        colors.border if is_quiet else ink
                        for ink, is_quiet in zip(inks[1], quiet, strict=True)
                    ),
                ],
                "x": [_LEFT] * len(starts) + [_RIGHT] * len(ends),
                "y": _places(flows, len(starts), len(ends), height),
                "pad": _PAD,
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
                    else theme.faded(inks[0][flow.start], _LINK)
                    for flow in flows
                ],
                "customdata": [flow.hover for flow in flows],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
            textfont={"size": 12, "color": colors.text},
        )
    )
    figure.update_layout(height=height + 2 * _MARGIN, margin={"t": _MARGIN, "b": _MARGIN})
    return figure


def _inks(starts: Sequence[str], ends: Sequence[str], pooled: str) -> tuple[list[str], list[str]]:
    """Colour the starts in turn, grey from where the colours end; ends as the start of the name."""
    colors = theme.colors()
    palette = [*colors.categories, *[colors.muted] * len(starts)]
    own = dict(zip(starts, palette, strict=False)) | {pooled: colors.muted}
    return [own[name] for name in starts], [own.get(name, colors.muted) for name in ends]


def _places(flows: Sequence[Flow], n_starts: int, n_ends: int, height: float) -> list[float]:
    """Give the middle of every node from the top, as shares of the height."""
    widths = [[0.0] * n_starts, [0.0] * n_ends]
    for flow in flows:
        widths[0][flow.start] += flow.value
        widths[1][flow.end] += flow.value
    total = sum(widths[0]) or 1.0
    scale = (height - _PAD * (max(n_starts, n_ends) - 1)) / total
    return [place / height for side in widths for place in _middles(side, scale)]


def _middles(side: Sequence[float], scale: float) -> Iterator[float]:
    top = 0.0
    for width in side:
        yield max(top + width * scale / 2, _EDGE)
        top += width * scale + _PAD
