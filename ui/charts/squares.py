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
_ROOM_FOR_NAME = 24
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
    is_named_above: bool = False,
) -> go.Figure:
    """Draw the cells; `place` names their columns of row and column, `rows` runs from the top.

    A click gives the cell's row and column, which `selected` marks. Long names of rows stand above
    their squares, so that the squares have the whole width of a phone.
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
    figure = go.Figure([{**heat, "hoverinfo": "skip"} if is_clickable else heat], layout)
    figure.add_trace(_texts(z, written))
    if is_named_above:
        _name_above(figure, row_labels)
    if not is_clickable:
        return figure
    figure.add_trace(_click_layer(z, shown, (rows, columns)))
    figure.update_xaxes(range=[-0.5, len(columns) - 0.5])
    figure.update_yaxes(range=[len(rows) - 0.5, -0.5], autorange=False)
    if selected and selected[0] in rows and selected[1] in columns:
        figure.add_shape(_outline(rows.index(selected[0]), columns.index(selected[1])))
    return figure


def _texts(z: Any, written: Any) -> go.Scatter:
    """Write the cells' texts in the ink that reads best on each."""
    at = np.argwhere(~np.isnan(z))
    top = float(np.nanmax(z, initial=0)) or 1.0
    return go.Scatter(
        x=at[:, 1],
        y=at[:, 0],
        mode="text",
        text=[written[y, x] for y, x in at],
        textfont={"color": [theme.text_on(float(z[y, x]) / top, theme.colors()) for y, x in at]},
        hoverinfo="skip",
    )


def _name_above(figure: go.Figure, labels: Sequence[str]) -> None:
    """Set the names of the rows into the gaps above their squares."""
    figure.update_traces(ygap=_ROOM_FOR_NAME, selector={"type": "heatmap"})
    figure.update_yaxes(showticklabels=False, showline=False, ticks="")
    figure.update_layout(
        height=_FOOT + (_ROW_HEIGHT + _ROOM_FOR_NAME // 2) * len(labels),
        annotations=[
            {
                "x": 0,
                "y": row - 0.5,
                "xref": "paper",
                "text": label,
                "xanchor": "left",
                "yanchor": "middle",
                "showarrow": False,
                "font": {"size": 13},
            }
            for row, label in enumerate(labels)
        ],
    )


def _click_layer(z: Any, shown: Any, places: tuple[Sequence[int], Sequence[int]]) -> go.Scatter:
    """Squares that can't be seen and hear the click."""
    at = np.argwhere(~np.isnan(z))
    seen = {"marker": {"opacity": 0}}
    return go.Scatter(
        x=at[:, 1],
        y=at[:, 0],
        mode="markers",
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
