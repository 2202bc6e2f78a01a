"""A small grid of squares, darker where there is more: two scores crossed."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ui import theme

_ROW_HEIGHT = 52
_FOOT = 44


def grid(
    cells: pd.DataFrame,
    *,
    rows: Sequence[int],
    columns: Sequence[int],
    place: tuple[str, str],
    value: str,
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    texts: Sequence[str],
    hover: Sequence[str],
) -> go.Figure:
    """Draw the cells; `place` names their columns of row and column, `rows` runs from the top."""
    colors = theme.colors()
    z = np.full((len(rows), len(columns)), np.nan)
    written = np.full(z.shape, "", dtype=object)
    shown = np.full(z.shape, "", dtype=object)
    for cell, text, about in zip(cells.to_dict("records"), texts, hover, strict=True):
        at = rows.index(cell[place[0]]), columns.index(cell[place[1]])
        z[at], written[at], shown[at] = float(cell[value]), text, about
    steps = len(colors.sequence) - 1
    heat = {
        "type": "heatmap",
        "z": z,
        "text": written,
        "texttemplate": "%{text}",
        "hovertext": shown,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "colorscale": [(i / steps, hue) for i, hue in enumerate(colors.sequence)],
        "zmin": 0,
        "xgap": 3,
        "ygap": 3,
        "showscale": False,
    }
    layout = {
        "height": _FOOT + _ROW_HEIGHT * len(rows),
        "xaxis": {**_labelled(column_labels), "showline": False},
        "yaxis": {**_labelled(row_labels), "autorange": "reversed", "showgrid": False},
    }
    return go.Figure([heat], layout)


def _labelled(labels: Sequence[str]) -> dict[str, Any]:
    return {
        "tickvals": list(range(len(labels))),
        "ticktext": list(labels),
        "fixedrange": True,
        "ticklabelstandoff": 6,
    }
