"""Figures of the Repurchase page: cards, curve with its groups, horizons, people, cohorts."""

from typing import Any

import streamlit as st

from analytics.notes import Note
from analytics.reports import ReportResult
from ui import cards, controls, findings, formats, members, people
from ui.charts import at_risk, curves, frame, side_by_side
from ui.figures import groups, hover
from ui.figures.repurchase_groups import known
from ui.types import Row, Table
from ui.words import name_of, t

TABS = (
    "trend",
    "due",
    "first_item",
    "journey",
    "next_item",
    "ladder",
    "gaps",
    "rest",
    "returning",
    "repeat_revenue",
)
CARD_HORIZONS = (30, 90, 365)
SCOPES = ("any", "category", "item")
_ALL = "all"


def kpis(rates: ReportResult, quartiles: ReportResult, trends: ReportResult, *, scope: str) -> None:
    """Draw the cards: three horizons, each with the trend of its cohorts, and the median day."""
    shown = [_horizon_card(rates.table, trends.table, days, scope) for days in CARD_HORIZONS]
    row = whole(quartiles)
    low, high = formats.days(row["p25_days"]), formats.days(row["p75_days"])
    grey = t("repurchase.quartiles", low=low, high=high)
    label = t("repurchase.median_of", step=row["step"], next=row["step"] + 1)
    shown.append(cards.Kpi(label, formats.days(row["median_days"]), grey))
    cards.row(shown)


def _horizon_card(rates: Table, trends: Table, days: int, scope: str) -> cards.Kpi:
    label = t("repurchase.within", days=days)
    row = findings.rate_row(rates, horizon_days=days, scope=scope)
    if row is None:
        return cards.Kpi(label, formats.NOTHING, t("repurchase.too_young"))
    mature: Table = trends[(trends["horizon_days"] == days) & trends["is_mature"].astype(bool)]
    bounds = {"lower": row["ci_lower"], "upper": row["ci_upper"], "n": row["denominator"]}
    return cards.rate(label, row["rate"], **bounds, spark=findings.series(mature["rate"].tolist()))


def whole(quartiles: ReportResult) -> Row:
    """Give the quartile days of the largest group: of everyone, where there is no breakdown."""
    return quartiles.table.iloc[0]


def ticks(curve: ReportResult) -> tuple[int, ...]:
    """Choose the days below which the numbers at risk stand."""
    return tuple(at_risk.ticks(int(curve.table["day"].max())))


def curve(result: ReportResult, at_days: ReportResult, *, step: int) -> None:
    """Draw what share has bought again by each day, a line a group, the numbers at risk below."""
    table: Table = result.table
    parts = curves.largest(table, "group")
    lines = [
        curves.Curve(
            "" if name == _ALL else known(name),
            part["day"].tolist(),
            (1 - part["survival"]).tolist(),
            (1 - part["ci_upper"]).tolist(),
            (1 - part["ci_lower"]).tolist(),
            hover.curve(part, day="day", is_event_share=True),
        )
        for name, part in parts
    ]
    figure = curves.steps(lines, x_title=t("repurchase.curve_x"))
    days = sorted(at_days.table["day"].unique().tolist())
    waiting = dict(curves.split(at_days.table, "group"))
    rows = [_at_risk(waiting[name], days) for name, _ in parts]
    at_risk.below(figure, days, rows, title=t("repurchase.at_risk"))
    first: Table = table[table["day"] == 0]
    frame.show(
        figure,
        key="repurchase-curve",
        title=t("repurchase.curve", step=step, next=step + 1),
        caption=t(
            "repurchase.curve_caption",
            n=formats.number(first["n_at_risk"].sum()),
            as_of=formats.day(result.as_of),
        )
        + groups.left_out(table, len(lines)),
        table=table,
    )


def _at_risk(part: Table, days: list[int]) -> at_risk.Numbers:
    counts = part.set_index("day")["n_at_risk"].reindex(days)
    return at_risk.Numbers([float(n) for n in counts])


def horizons(result: ReportResult, *, scope: str) -> list[Any] | None:
    """Draw the rate within each horizon, of anything and the same; gives [horizon, scope]."""
    table: Table = result.table
    sides = [_side(table[table["scope"] == name], name) for name in SCOPES]
    days = table["horizon_days"].drop_duplicates()
    return frame.show(
        side_by_side.rates(
            [t("control.n_days", n=n) for n in days], sides, main=SCOPES.index(scope)
        ),
        key="repurchase-rate",
        title=t("repurchase.horizons"),
        caption=t("repurchase.horizons_caption", as_of=formats.day(result.as_of)),
        table=table,
        is_clickable=True,
    )


def _side(part: Table, scope: str) -> side_by_side.Side:
    name = name_of("choice", f"scope_{scope}")
    return side_by_side.Side(
        name,
        part["rate"].tolist(),
        part["ci_lower"].tolist(),
        part["ci_upper"].tolist(),
        hover.rates(
            part, lambda row: f"{name} · {t('repurchase.within', days=row['horizon_days'])}"
        ),
        [[int(n), scope] for n in part["horizon_days"]],
    )


def trend(result: ReportResult, *, horizon: int, unit: str) -> None:
    """Draw the rate by cohort at equal follow-up; the unfinished cohorts are left out."""
    table: Table = result.table
    st.markdown(
        findings.joined(findings.moved(table, unit), findings.newest_against_older(table, unit))
    )
    mature: Table = table[table["is_mature"].astype(bool)]
    labels = [formats.period(day, unit) for day in mature["period"]]
    frame.show(
        curves.trend(
            [
                curves.Curve(
                    "",
                    labels,
                    mature["rate"].tolist(),
                    mature["ci_lower"].tolist(),
                    mature["ci_upper"].tolist(),
                    hover.rates(mature, lambda row: formats.period(row["period"], unit)),
                )
            ]
        ),
        key="repurchase-trend",
        title=t("repurchase.trend", days=horizon),
        caption=t("repurchase.trend_caption", days=horizon, as_of=formats.day(result.as_of)),
        table=table,
    )


def people_of(bar: Any, *, horizon: int, scope: str) -> None:
    """Show who came back within the clicked horizon (else the page's) and who did not."""
    days, scope = bar or (horizon, scope)
    side = controls.pills("side", ("back", "not"), label=lambda name: t(f"repurchase.side_{name}"))
    title = "repurchase.people_back" if side == "back" else "repurchase.people_not"
    what = "" if scope == "any" else f" · {name_of('choice', f'scope_{scope}')}"
    people.panel(
        t(title, days=days) + what,
        members.within,
        name=f"repurchase-{days}-{scope}-{side}",
        horizon=days,
        scope=scope,
        has_returned=side == "back",
    )


def notes_for(result: ReportResult, horizon: int) -> list[Note]:
    """Keep the notes that speak of this horizon, or of none."""
    return [note for note in result.notes if note.values.get("horizon", horizon) == horizon]


def step_label(step: int) -> str:
    """Name the step from one purchase to the next."""
    return t("control.step_n", n=step, next=step + 1)


def tab_label(name: str) -> str:
    """Name a tab."""
    return t(f"repurchase.tab_{name}")
