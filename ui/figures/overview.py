"""Figures of the Overview page: headline figures, lifecycle, revenue, next best actions."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import streamlit as st

from analytics.reports import ReportResult
from ui import cards, data, findings, formats, navigation, tables, theme
from ui.charts import bars, frame
from ui.figures import hover
from ui.types import Row, Table
from ui.words import name_of, t

_KPIS = ("revenue", "buyers", "new_customers", "repurchase_rate_90")
_STAGES = {"new": 0, "returning": 2, "resurrected": 5, "dormant": 3}
_ACTIONS = ("cannot-lose", "at-risk", "new", "about-to-sleep")
_SHOWN_PERIODS = 24


def finding(result: ReportResult, *, unit: str) -> str:
    """Say what the newest complete period brought, and what has changed beyond chance."""
    rows: Table = result.table.set_index("kpi")
    revenue = rows.loc["revenue"]
    headline = t(
        "overview.finding",
        period=formats.period(revenue["period"], unit),
        revenue=formats.money(revenue["value"], result.currency),
        buyers=formats.number(rows.loc["buyers", "value"]),
        new=formats.number(rows.loc["new_customers", "value"]),
    )
    moved = [_moved(name, row) for name, row in rows.iterrows() if row["is_change_clear"]]
    if not moved:
        return findings.joined(headline, t("overview.nothing_moved"))
    return findings.joined(headline, t("overview.moved", changes=t("overview.and").join(moved)))


def _moved(name: object, row: Row) -> str:
    return t(
        "overview.change",
        kpi=name_of("kpi", str(name)),
        change=change(row),
    )


def change(row: Row) -> str:
    """Write a change with its interval, in percent or in points."""
    digits = [row["change"], row["change_lower"], row["change_upper"]]
    if formats.is_nothing(row["change"]):
        return formats.NOTHING
    key = "overview.points" if row["change_kind"] == "points" else "overview.percent"
    value, lower, upper = (f"{100 * number:+.0f}" for number in digits)
    return t(key, value=value, lower=lower, upper=upper)


def kpis(result: ReportResult, *, unit: str) -> None:
    """Draw the four cards: value, its clear change or none, matured periods."""
    rows: Table = result.table.set_index("kpi").loc[list(_KPIS)]
    cards.row([_card(str(name), row, result.currency, unit) for name, row in rows.iterrows()])


def _card(name: str, row: Row, currency: str, unit: str) -> cards.Kpi:
    write = _writer(name, currency)
    n = formats.number(row["n"])
    interval = f"{write(row['ci_lower'])} – {write(row['ci_upper'])}"
    still = t("card.interval", interval=interval, n=n)
    grey = change(row) if row["is_change_clear"] else still
    return cards.Kpi(
        f"{name_of('kpi', name)} · {formats.period(row['period'], unit)}",
        write(row["value"]),
        grey,
        findings.series(row["series"]),
        "bar" if name in {"revenue", "new_customers", "buyers"} else "line",
        t(
            "overview.card_help",
            lower=write(row["ci_lower"]),
            upper=write(row["ci_upper"]),
            n=n,
            previous=write(row["previous"]),
        ),
    )


def _writer(name: str, currency: str) -> Any:
    if name == "revenue":
        return lambda value: formats.money(value, currency)
    return formats.percent if "rate" in name or "share" in name else formats.number


def lifecycle(result: ReportResult, *, unit: str, group: str = "") -> None:
    """Draw new, returning, won-back buyers of each period, and below the line who went silent."""
    table: Table = result.table[result.table["is_mature"].astype(bool)].tail(_SHOWN_PERIODS)
    labels = [formats.period(day, unit) for day in table["period"]]
    frame.show(
        bars.stack(labels, list(_layers(table, labels))),
        key="lifecycle",
        title=formats.dotted(t("overview.lifecycle"), group),
        caption=t("overview.lifecycle_caption", as_of=formats.day(result.as_of)),
        table=result.table,
    )


def _layers(table: Table, labels: list[str]) -> Iterator[bars.Layer]:
    palette = theme.colors().categories
    for stage, place in _STAGES.items():
        name = name_of("column", stage)
        sign = -1 if stage == "dormant" else 1
        texts = [formats.number(value) for value in table[stage]]
        yield bars.Layer(
            name,
            (sign * table[stage]).tolist(),
            palette[place],
            hover.amounts(labels, [name] * len(labels), texts),
        )


def revenue(result: ReportResult, *, unit: str) -> None:
    """Draw revenue by period, parted into first purchases and repeat ones."""
    wide: Table = result.table[result.table["is_mature"].astype(bool)].pivot_table(
        index="period", columns="kpi", values="value"
    )
    wide = wide.dropna(subset=["revenue"]).tail(_SHOWN_PERIODS)
    again = wide["revenue"] * wide["repeat_revenue_share"].fillna(0)
    parts = {"first_revenue": wide["revenue"] - again, "repeat_revenue": again}
    labels = [formats.period(day, unit) for day in wide.index]
    palette = theme.colors().categories
    layers = [
        bars.Layer(
            name_of("column", name),
            values.tolist(),
            palette[2 * i],
            hover.amounts(
                labels,
                [name_of("column", name)] * len(labels),
                [formats.money(value, result.currency) for value in values],
            ),
        )
        for i, (name, values) in enumerate(parts.items())
    ]
    frame.show(
        bars.stack(labels, layers),
        key="revenue",
        title=t("overview.revenue"),
        caption=t(
            "overview.revenue_caption",
            currency=result.currency,
            as_of=formats.day(result.as_of),
        ),
        table=pd.DataFrame(parts).reset_index(),
        currency=result.currency,
    )


def actions(result: ReportResult) -> None:
    """List whom to contact next, dearest first; each opens a list that is filled in."""
    st.subheader(t("overview.actions"), anchor=False)
    table: Table = result.table[result.table["customers"] > 0].set_index("segment")
    waiting = [name for name in _ACTIONS if name in table.index]
    for name in sorted(waiting, key=lambda name: -table.loc[name, "revenue"]):
        row = table.loc[name]
        with st.container(border=True):
            st.markdown(
                t(
                    f"overview.action_{name.replace('-', '_')}",
                    customers=formats.number(row["customers"]),
                    revenue=formats.money(row["revenue"], result.currency),
                    days=formats.number(row["recency_days"]),
                )
            )
            navigation.link("campaigns", t("overview.make_list"), kind="rfm", segment=name)


def since_last_import(table: Table, *, unit: str) -> None:
    """Show which complete periods read differently than before the last import."""
    known: Table = table.dropna(subset=["before"])
    if known.empty:
        st.caption(t("overview.unchanged", periods=len(table["period"].unique())))
        return
    shown = known.assign(
        kpi=[name_of("kpi", name) for name in known["kpi"]],
        period=[formats.period(day, unit) for day in known["period"]],
    )
    tables.show(shown, key="since_last_import", currency=data.workspace().currency)


def tabs() -> list[str]:
    """Name the page's tabs."""
    return [t(f"overview.tab_{name}") for name in ("revenue", "changed")]
