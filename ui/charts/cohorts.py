"""The cohort grid: one row a cohort, one square a period since; what is unreached stays empty.

Fills are heatmaps (they fit any width and shrink their text with it); on top lies a scatter of
invisible square markers that carries hover and click, since Streamlit hears no click on a heatmap.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ui import theme
from ui.types import Table

_ROW_HEIGHT, _TALL_ROW = 34, 46
_VALUE, _SMALL = 12, 9
_FOOT = 10
_HEAD_ROW = -1
_MEAN_ROW, _HEAD_ABOVE_MEAN = -1.15, -2.15
_SQUARE_GAP = 3
_FIGURE_SPACE = "\u2007"  # as wide as a digit
_BLANK = "\u00a0"
_GAP = "\u2003"


@dataclass(frozen=True)
class Mean:
    """The row above the cohorts: its name, and by period index what it writes and tells."""

    label: str
    texts: Mapping[int, str]
    hover: Mapping[int, str]


def grid(
    cells: Table,
    *,
    value: str,
    write: Callable[[Any], str],
    row_label: Callable[[Any], str],
    column_label: Callable[[int], str],
    size_label: str,
    hover: list[str],
    selected: tuple[Any, int] | None = None,
    n_floor: int = 0,
    mean: Mean | None = None,
    below: list[str] | None = None,
) -> go.Figure:
    """Draw the grid.

    Parameters
    ----------
    cells
        The retention report: cohort, period_index, cohort_size, is_mature and the column named by
        `value`; unreached cells are missing or null.
    write
        Writes the value in its square.
    row_label, column_label
        Write a cohort's first day and a period index.
    size_label
        The head of the column of cohort sizes.
    hover
        What the pointer shows, one text a row of `cells`.
    selected
        Cohort and period index of the square to mark.
    n_floor
        Squares of cohorts with fewer customers are grey.
    mean
        A row above the cohorts, of what they are together.
    below
        What stands small below the value, one text a row of `cells`: its interval.
    """
    shown = cells.assign(hover=hover, below=below or "").dropna(subset=[value])
    cohorts = sorted(shown["cohort"].unique())
    columns = sorted(shown["period_index"].unique())
    figure = go.Figure()
    top = float(shown.loc[shown["period_index"] > 0, value].max() or 0) or 1.0
    for kind, part in _kinds(shown, value, top, n_floor).items():
        figure.add_trace(
            _fill(part, cohorts, columns, value=value, write=write, kind=kind, top=top)
        )
    head = _HEAD_ROW if mean is None else _HEAD_ABOVE_MEAN
    figure.add_trace(_heads(columns, column_label, head))
    figure.add_traces([] if mean is None else _mean_row(mean, columns))
    row_height = _ROW_HEIGHT if below is None else _TALL_ROW
    figure.add_trace(_click_layer(shown, cohorts, row_height))
    for cell in _outlined(shown, cohorts, selected):
        figure.add_shape(cell)
    sizes = shown.groupby("cohort")["cohort_size"].first()
    names = {cohort: (row_label(cohort), f"{sizes[cohort]:,.0f}") for cohort in cohorts}
    _name_rows(figure, list(names.values()), size_label, head)
    if mean is not None:
        _name_mean(figure, mean.label)
    _place_columns(figure, columns)
    height = _FOOT + row_height * (len(cohorts) - head)
    figure.update_layout(height=height, hovermode="closest")
    return figure


def _kinds(shown: Table, value: str, top: float, n_floor: int) -> dict[str, Table]:
    """Part the squares by how they are filled and in which colour they are written on."""
    colors = theme.colors()
    is_small = shown["cohort_size"] < n_floor
    is_mature = shown["is_mature"].astype(bool)
    ink = shown[value].map(lambda number: theme.text_on(float(number) / top, colors))
    return {
        "#000000": shown[is_mature & ~is_small & (ink == "#000000")],
        "#FFFFFF": shown[is_mature & ~is_small & (ink == "#FFFFFF")],
        "small": shown[is_mature & is_small],
        "open": shown[~is_mature],
    }


def _fill(
    part: Table,
    cohorts: list[Any],
    columns: list[int],
    *,
    value: str,
    write: Callable[[Any], str],
    kind: str,
    top: float,
) -> go.Heatmap:
    colors = theme.colors()
    z = np.full((len(cohorts), len(columns)), np.nan)
    text = np.full(z.shape, "", dtype=object)
    for cohort, index, number, below in zip(
        part["cohort"], part["period_index"], part[value], part["below"], strict=True
    ):
        place = cohorts.index(cohort), columns.index(index)
        z[place], text[place] = float(number), write(number)
        if below:
            text[place] += f"<br><span style='font-size:{_SMALL}px'>{below}</span>"
    plain = {"small": (colors.second, colors.muted), "open": (colors.background, colors.text)}
    ground, ink = plain.get(kind, (None, kind))
    # text of two sizes must not shrink with the square: only the larger one would
    font = {"color": ink} | ({"size": _VALUE} if part["below"].any() else {})
    hues = [ground] * 2 if ground else colors.sequence
    scale = [(i / (len(hues) - 1), hue) for i, hue in enumerate(hues)]
    return go.Heatmap(
        x=columns,
        y=list(range(len(cohorts))),
        z=z,
        text=text,
        texttemplate="%{text}",
        textfont=font,
        colorscale=scale,
        zmin=0,
        zmax=top,
        xgap=_SQUARE_GAP,
        ygap=_SQUARE_GAP,
        showscale=False,
        hoverinfo="skip",
    )


def _click_layer(shown: Table, cohorts: list[Any], row_height: int) -> go.Scatter:
    places = {cohort: i for i, cohort in enumerate(cohorts)}
    return go.Scatter(
        x=shown["period_index"],
        y=shown["cohort"].map(places),
        mode="markers",
        marker={"symbol": "square", "size": row_height - 4, "opacity": 0},
        customdata=[
            [f"{cohort:%Y-%m-%d}", int(index)]
            for cohort, index in zip(shown["cohort"], shown["period_index"], strict=True)
        ],
        hovertext=shown["hover"],
        hovertemplate="%{hovertext}<extra></extra>",
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
    )


def _outlined(
    shown: Table, cohorts: list[Any], selected: tuple[Any, int] | None
) -> list[dict[str, Any]]:
    colors = theme.colors()
    still_open = shown[~shown["is_mature"].astype(bool)]
    cells = [
        _rectangle(index, cohorts.index(cohort), colors.muted, 1.5, dash="2px,3px")
        for cohort, index in zip(still_open["cohort"], still_open["period_index"], strict=True)
    ]
    if selected and selected[0] in cohorts:
        cells.append(_rectangle(selected[1], cohorts.index(selected[0]), colors.text, 2))
    return cells


def _rectangle(
    column: int, row: int, color: str, width: float, *, dash: str = "solid"
) -> dict[str, Any]:
    half = 0.46
    return {
        "type": "rect",
        "x0": column - half,
        "x1": column + half,
        "y0": row - half,
        "y1": row + half,
        "line": {"color": color, "width": width, "dash": dash},
    }


def _mean_row(mean: Mean, columns: list[int]) -> list[Any]:
    """Write the mean on a ground of its own, and lay points on it that hear the pointer."""
    colors = theme.colors()
    known = [index for index in columns if index in mean.texts]
    row = [mean.texts.get(index, "") for index in columns]
    fill = go.Heatmap(
        x=columns,
        y=[_MEAN_ROW, _MEAN_ROW + 1],  # the second row is blank: see _heads
        z=[[float(index in mean.texts) for index in columns], [0.0] * len(columns)],
        text=[row, [_BLANK] * len(columns)],
        texttemplate="%{text}",
        textfont={"color": colors.text, "weight": "bold"},
        colorscale=[(0, theme.faded(colors.background, 0)), (1, colors.border)],
        zmin=0,
        zmax=1,
        xgap=_SQUARE_GAP,
        ygap=_SQUARE_GAP,
        showscale=False,
        hoverinfo="skip",
    )
    points = go.Scatter(
        x=known,
        y=[_MEAN_ROW] * len(known),
        mode="markers",
        marker={"symbol": "square", "size": _ROW_HEIGHT - 4, "opacity": 0},
        hovertext=[mean.hover[index] for index in known],
        hovertemplate="%{hovertext}<extra></extra>",
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
    )
    return [fill, points]


def _name_mean(figure: go.Figure, label: str) -> None:
    axis: Any = figure.layout["yaxis"]
    figure.update_yaxes(
        tickvals=[*axis.tickvals, _MEAN_ROW], ticktext=[*axis.ticktext, f"<b>{label}</b>"]
    )


def _heads(columns: list[int], label: Callable[[int], str], row: float) -> go.Heatmap:
    """Write the heads as a row of squares without a fill: their text shrinks with the width too.

    Plotly measures the room for a text between two written rows, so a blank one lies below.
    """
    clear = theme.faded(theme.colors().background, 0)
    return go.Heatmap(
        x=columns,
        y=[row, row + 1],
        z=[[0] * len(columns)] * 2,
        text=[[label(index) for index in columns], [_BLANK] * len(columns)],
        texttemplate="%{text}",
        textfont={"color": theme.colors().muted},
        colorscale=[(0, clear), (1, clear)],
        xgap=_SQUARE_GAP,
        showscale=False,
        hoverinfo="skip",
    )


def _place_columns(figure: go.Figure, columns: list[int]) -> None:
    figure.update_xaxes(
        showticklabels=False,
        ticks="",
        range=[min(columns) - 0.55, max(columns) + 0.55],
        showline=False,
        fixedrange=True,
    )


def _name_rows(
    figure: go.Figure, names: list[tuple[str, str]], size_label: str, head: float
) -> None:
    """Write each cohort and its size; figure spaces keep the sizes in a column of their own."""
    widest = max(len(size) for _, size in names)
    figure.update_yaxes(
        tickvals=[head, *range(len(names))],
        ticktext=[
            size_label,
            *(f"{name}{_GAP}{size.rjust(widest, _FIGURE_SPACE)}" for name, size in names),
        ],
        range=[len(names) - 0.45, head - 0.5],
        showgrid=False,
        showline=False,
        ticks="",
        fixedrange=True,
    )
