"""Figures of the Retention page: the cards, the cohort grid, its mean, who is behind a square."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from analytics.reports import ReportResult
from ui import cards, controls, findings, formats, members, people
from ui.charts import cohorts, frame
from ui.figures import hover
from ui.spans import Axis
from ui.types import Row, Table
from ui.words import t

SHOWN_VALUES = (
    "rate",
    "active",
    "orders",
    "orders_per_customer",
    "revenue",
    "revenue_per_customer",
    "cumulative_revenue_per_customer",
)
_CARD_INDEXES = (1, 3, 6)
_IN_MEAN = ("rate", "revenue_per_customer", "cumulative_revenue_per_customer")
_TRUNCATED = "◁ "
_MOST_ROWS = 40
_NAMES_WIDTH, _LEAST_SQUARE = 130, 40


def kpis(result: ReportResult, pooled: Table, *, axis: Axis) -> None:
    """Draw the cards: the pooled rate after 1, 3 and 6 periods, and the newest new customers."""
    cells: Table = result.table
    shown = []
    for index in _CARD_INDEXES:
        row: Table = pooled[pooled["period_index"] == index]
        if axis.brackets and index >= len(axis.brackets):
            continue
        label = axis.after(index)
        if row.empty or not row["cohort_size"].iloc[0]:
            shown.append(cards.Kpi(label, formats.NOTHING, t("repurchase.too_young")))
            continue
        mature: Table = cells[(cells["period_index"] == index) & cells["is_mature"].astype(bool)]
        bounds = row.iloc[0]
        card = cards.rate(
            label,
            bounds["rate"],
            lower=bounds["ci_lower"],
            upper=bounds["ci_upper"],
            n=bounds["cohort_size"],
            spark=findings.series(mature["rate"].tolist()),
        )
        shown.append(card)
    cards.row([*shown, _new_customers(cells, axis.unit)])


def _new_customers(cells: Table, unit: str) -> cards.Kpi:
    starts: Table = cells[(cells["period_index"] == 0) & cells["is_mature"].astype(bool)]
    if starts.empty:
        return cards.Kpi(t("retention.new_customers"), formats.NOTHING)
    newest = starts.iloc[-1]
    return cards.Kpi(
        t("retention.new_customers"),
        formats.number(newest["cohort_size"]),
        t("retention.last_full", period=formats.period(newest["cohort"], unit)),
        findings.series(starts["cohort_size"].tolist()),
        "bar",
    )


def grid(
    result: ReportResult,
    mean: Table,
    *,
    value: str,
    axis: Axis,
    columns: int,
    n_floor: int,
    has_intervals: bool,
    method: str,
    currency: str,
    group: str = "",
) -> tuple[str, int] | None:
    """Draw the cohort grid; gives the clicked cell as (cohort's first day in ISO, period index)."""
    first = 1 if value in {"rate", "active", "orders", "orders_per_customer"} else 0
    every: Table = result.table[result.table["period_index"].between(first, columns)]
    cells = newest_rows(every)
    before = frame.selected("cohort-grid")
    is_gone = row_of(result.table, before) is None
    chosen = newest_mature(result.table) if is_gone else before
    old = set(result.table.loc[result.table["is_left_truncated"].astype(bool), "cohort"])
    figure = cohorts.grid(
        cells,
        value=value,
        write=writer(value, currency),
        row_label=lambda day: f"{_TRUNCATED if day in old else ''}{axis.cohort(day)}",
        column_label=axis.column,
        size_label=t("retention.size"),
        hover=cell_texts(cells, axis),
        selected=(pd.Timestamp(chosen[0]), chosen[1]) if chosen else None,
        n_floor=n_floor,
        mean=_mean(mean, value, axis, method, currency),
        below=intervals(cells) if has_intervals and value == "rate" else None,
    )
    clicked = frame.show(
        figure,
        key="cohort-grid",
        title=formats.dotted(grid_title(value, result.params["return_rule"]), group),
        caption=_caption(result, every, n_floor=n_floor, is_truncated=bool(old)),
        table=result.table,
        currency=currency,
        is_clickable=True,
        least_width=least_width(cells),
    )
    return chosen if row_of(result.table, clicked) is None else clicked


def intervals(cells: Table) -> list[str]:
    """Write the interval of each square's share, to stand in it."""
    return [
        formats.bounds(lower, upper)
        for lower, upper in zip(cells["ci_lower"], cells["ci_upper"], strict=True)
    ]


def least_width(cells: Table) -> int:
    """Say in how many pixels the squares can still be read: on a phone they are scrolled."""
    return _NAMES_WIDTH + _LEAST_SQUARE * cells["period_index"].nunique()


def newest_rows(cells: Table) -> Table:
    """Keep the newest cohorts, as many as a reader takes in."""
    return cells[cells["cohort"].isin(sorted(cells["cohort"].unique())[-_MOST_ROWS:])]


def rows_shown(cells: Table) -> str:
    """Say how many of the cohorts are drawn; nothing where all are."""
    n = cells["cohort"].nunique()
    return t("retention.newest_rows", shown=_MOST_ROWS, n=n) if n > _MOST_ROWS else ""


def _caption(result: ReportResult, cells: Table, *, n_floor: int, is_truncated: bool) -> str:
    """Explain the grid: its n, what each kind of square is, as-of."""
    sizes: Table = result.table[result.table["period_index"] == 0]["cohort_size"]
    return formats.dotted(
        t("retention.caption", n=formats.number(sizes.sum())),
        rows_shown(cells),
        t("retention.legend_small", n=n_floor) if n_floor else "",
        t("retention.legend_truncated") if is_truncated else "",
        t("retention.caption_end", as_of=formats.day(result.as_of)),
    )


def _mean(mean: Table, value: str, axis: Axis, method: str, currency: str) -> cohorts.Mean | None:
    """Write the row above the cohorts; money has no mean of active customers or sums."""
    known: Table = mean.dropna(subset=["rate"])
    if value not in _IN_MEAN or known.empty:
        return None
    write = writer(value, currency)
    key = method.replace("-", "_")
    told = [
        t(
            f"retention.mean_hover_{key}",
            after=axis.after(row["period_index"]),
            value=write(row[value]),
            interval=formats.interval(row["ci_lower"], row["ci_upper"]),
            cohorts=formats.number(row["cohorts"]),
            n=formats.number(row["cohort_size"]),
        )
        for row in known.to_dict("records")
    ]
    indexes = known["period_index"].tolist()
    return cohorts.Mean(
        t(f"retention.mean_{key}"),
        dict(zip(indexes, map(write, known[value]), strict=True)),
        dict(zip(indexes, told, strict=True)),
    )


def row_of(cells: Table, cell: Any) -> Row | None:
    """Give the row of a square; None where this grid has none, as after a change of group."""
    if cell is None:
        return None
    cohort, index = cell
    found: Table = cells[
        (cells["cohort"] == pd.Timestamp(cohort)) & (cells["period_index"] == index)
    ]
    return None if found.empty or found["active"].isna().iloc[0] else found.iloc[0]


def grid_title(value: str, return_rule: str) -> str:
    """Name the grid by its value; the share also by what counts as coming back."""
    if value == "rate" and return_rule != "on":
        return t(f"retention.title_{return_rule.replace('-', '_')}")
    return t(f"retention.title_{value}")


def newest_mature(cells: Table, index: int = 1) -> tuple[str, int] | None:
    """Give the newest complete square of this period index: shown until the reader clicks."""
    mature: Table = cells[(cells["period_index"] == index) & cells["is_mature"].astype(bool)]
    return (mature["cohort"].iloc[-1].date().isoformat(), index) if len(mature) else None


def writer(value: str, currency: str) -> Callable[[Any], str]:
    """Give the function that writes this value in its square."""
    if value == "rate":
        return lambda number: formats.percent(number, 0)
    if "revenue" in value:
        return lambda number: formats.money(number, currency)
    return lambda number: formats.number(number, 1 if value == "orders_per_customer" else 0)


def cell_texts(cells: Table, axis: Axis) -> list[str]:
    """Write what the pointer shows on each square."""
    return hover.rates(
        cells,
        lambda row: axis.cell(row["cohort"], row["period_index"]),
        numerator="active",
        denominator="cohort_size",
    )


def people_of(cell: Any, result: ReportResult, view: dict[str, Any], *, group: str = "") -> None:
    """Show who is behind the clicked square, of the group if the grid is of one."""
    row = row_of(result.table, cell)
    if row is None:
        st.caption(t("retention.people_hint"))
        return
    cohort, index = cell
    axis = Axis.of(view)
    title = axis.cell(row["cohort"], index)
    side = controls.pills("side", ("back", "not"), label=lambda name: t(f"repurchase.side_{name}"))
    people.panel(
        formats.dotted(title, group),
        members.cohort_cell,
        name="-".join(filter(None, ("cohort", cohort, axis.unit, str(index), side, group))),
        summary=t(
            "retention.people_summary",
            active=formats.number(row["active"]),
            size=formats.number(row["cohort_size"]),
            rate=formats.percent(row["rate"], 0),
            interval=formats.interval(row["ci_lower"], row["ci_upper"], 0),
        ),
        cohort=cohort,
        period_index=index,
        active=side == "back",
        **view,
    )
