"""A small grid of squares, darker where there is more: two scores crossed.

Streamlit hears no click on a heatmap, so a clickable grid has a scatter of invisible squares above.
"""

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
    is_clickable: bool = False,
    selected: Sequence[int] | None = None,
) -> go.Figure:
    """Draw the cells; `place` names their columns of row and column, `rows` runs from the top.

    A click gives the cell's row and column, which `selected` marks.
    """
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
    if not is_clickable:
        return go.Figure([heat], layout)
    figure = go.Figure([{**heat, "texttemplate": "", "hoverinfo": "skip"}], layout)
    figure.add_trace(_click_layer(z, written, shown, (rows, columns)))
    figure.update_xaxes(range=[-0.5, len(columns) - 0.5])
    figure.update_yaxes(range=[len(rows) - 0.5, -0.5], autorange=False)
    if selected and selected[0] in rows and selected[1] in columns:
        figure.add_shape(_outline(rows.index(selected[0]), columns.index(selected[1])))
    return figure


def _click_layer(
    z: Any, written: Any, shown: Any, places: tuple[Sequence[int], Sequence[int]]
) -> go.Scatter:
    """Squares that can't be seen, with the cells' texts in the ink that reads best on each."""
    at = np.argwhere(~np.isnan(z))
    shares = [float(z[y, x]) / (float(np.nanmax(z)) or 1.0) for y, x in at]
    inks = [theme.text_on(share, theme.colors()) for share in shares]
    seen = {"marker": {"opacity": 0}}
    return go.Scatter(
        x=at[:, 1],
        y=at[:, 0],
        mode="markers+text",
        text=[written[y, x] for y, x in at],
        textfont={"color": inks},
        marker={"symbol": "square", "size": _ROW_HEIGHT - 8, "opacity": 0},
        customdata=[[int(places[0][y]), int(places[1][x])] for y, x in at],
        hovertext=[shown[y, x] for y, x in at],
        hovertemplate="%{hovertext}<extra></extra>",
        selected=seen,
        unselected=seen,
    )


def _outline(row: int, column: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": column - 0.48,
        "x1": column + 0.48,
        "y0": row - 0.48,
        "y1": row + 0.48,
        "line": {"color": theme.colors().text, "width": 2},
    }


def _labelled(labels: Sequence[str]) -> dict[str, Any]:
    return {
        "tickvals": list(range(len(labels))),
        "ticktext": list(labels),
        "fixedrange": True,
        "ticklabelstandoff": 6,
    }
