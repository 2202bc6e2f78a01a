"""Figures of the Retention page: the cards, the cohort grid, the curves."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from analytics.reports import ReportResult
from ui import cards, findings, formats, members, people
from ui.charts import cohorts, curves, frame
from ui.figures import hover
from ui.types import Row, Table
from ui.words import t

SHOWN_VALUES = (
    "rate",
    "active",
    "orders_per_customer",
    "revenue",
    "revenue_per_customer",
    "cumulative_revenue_per_customer",
)
_CARD_INDEXES = (1, 3, 6)


def kpis(result: ReportResult, pooled: Table, *, unit: str) -> None:
    """Draw the cards: the pooled rate after 1, 3 and 6 periods, and the newest new customers."""
    cells: Table = result.table
    shown = []
    for index in _CARD_INDEXES:
        row: Table = pooled[pooled["period_index"] == index]
        label = t(f"retention.after_{unit}", k=index)
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
    cards.row([*shown, _new_customers(cells, unit)])


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
    *,
    value: str,
    unit: str,
    columns: int,
    currency: str,
    group: str = "",
) -> tuple[str, int] | None:
    """Draw the cohort grid; gives the clicked cell as (cohort's first day in ISO, period index)."""
    first = 1 if value in {"rate", "active"} else 0
    cells: Table = result.table[result.table["period_index"].between(first, columns)]
    before = frame.selected("cohort-grid")
    is_gone = row_of(result.table, before) is None
    chosen = newest_mature(result.table) if is_gone else before
    figure = cohorts.grid(
        cells,
        value=value,
        write=writer(value, currency),
        row_label=lambda day: formats.period(day, unit),
        column_label=lambda index: t(f"retention.column_{unit}", k=index),
        size_label=t("retention.size"),
        hover=cell_texts(cells, unit),
        selected=(pd.Timestamp(chosen[0]), chosen[1]) if chosen else None,
    )
    sizes: Table = result.table[result.table["period_index"] == 0]["cohort_size"]
    clicked = frame.show(
        figure,
        key="cohort-grid",
        title=" · ".join(filter(None, (grid_title(value, result.params["return_rule"]), group))),
        caption=t(
            "retention.caption",
            n=formats.number(sizes.sum()),
            as_of=formats.day(result.as_of),
        ),
        table=result.table,
        currency=currency,
        is_clickable=True,
    )
    return chosen if row_of(result.table, clicked) is None else clicked


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


def cell_texts(cells: Table, unit: str) -> list[str]:
    """Write what the pointer shows on each square."""
    return hover.rates(
        cells,
        lambda row: t(
            f"retention.cell_{unit}",
            cohort=formats.period(row["cohort"], unit),
            k=row["period_index"],
        ),
        numerator="active",
        denominator="cohort_size",
    )


def pooled_curve(result: ReportResult, pooled: Table, *, unit: str) -> None:
    """Draw the mean row: pooled over matured cells, with its band."""
    shown: Table = pooled[pooled["period_index"] > 0]
    frame.show(
        curves.trend(
            [
                curves.Curve(
                    "",
                    [t(f"retention.column_{unit}", k=k) for k in shown["period_index"]],
                    shown["rate"].tolist(),
                    shown["ci_lower"].tolist(),
                    shown["ci_upper"].tolist(),
                    hover.rates(
                        shown,
                        lambda row: t(f"retention.after_{unit}", k=row["period_index"]),
                        numerator="active",
                        denominator="cohort_size",
                    ),
                )
            ]
        ),
        key="retention-curve",
        title=t("retention.curve"),
        caption=t("retention.curve_caption", as_of=formats.day(result.as_of)),
        table=pooled,
    )


def over_time(result: ReportResult, *, unit: str, index: int) -> None:
    """Draw one period index over the cohorts: do the newer ones come back as often?"""
    cells: Table = result.table
    mature: Table = cells[(cells["period_index"] == index) & cells["is_mature"].astype(bool)]
    frame.show(
        curves.trend(
            [
                curves.Curve(
                    "",
                    [formats.period(day, unit) for day in mature["cohort"]],
                    mature["rate"].tolist(),
                    mature["ci_lower"].tolist(),
                    mature["ci_upper"].tolist(),
                    cell_texts(mature, unit),
                )
            ]
        ),
        key="retention-over-time",
        title=t(f"retention.over_time_{unit}", k=index),
        caption=t("retention.over_time_caption", as_of=formats.day(result.as_of)),
        table=mature,
    )


def people_of(cell: Any, result: ReportResult, view: dict[str, Any], *, group: str = "") -> None:
    """Show who is behind the clicked square, of the group if the grid is of one."""
    row = row_of(result.table, cell)
    if row is None:
        st.caption(t("retention.people_hint"))
        return
    cohort, index = cell
    unit = view["period"]
    title = t(
        "retention.people_title",
        cohort=formats.period(row["cohort"], unit),
        after=t(f"retention.after_{unit}", k=index),
    )
    people.panel(
        " · ".join(filter(None, (title, group))),
        members.cohort_cell,
        name="-".join(filter(None, ("cohort", cohort, unit, str(index), group))),
        summary=t(
            "retention.people_summary",
            active=formats.number(row["active"]),
            size=formats.number(row["cohort_size"]),
            rate=formats.percent(row["rate"], 0),
            interval=formats.interval(row["ci_lower"], row["ci_upper"], 0),
        ),
        cohort=cohort,
        period_index=index,
        **view,
    )


def tabs() -> list[str]:
    """Name the page's tabs."""
    return [t(f"retention.tab_{name}") for name in ("curve", "over_time")]
