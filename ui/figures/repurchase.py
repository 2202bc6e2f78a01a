"""Figures of the Repurchase page: curve, horizons, trend of cohorts, ladder, rest chance."""

from typing import Any

from analytics.notes import Note
from analytics.reports import ReportResult
from ui import cards, controls, findings, formats, members, people
from ui.charts import bars, curves, frame
from ui.figures import chances, groups, hover
from ui.types import Table
from ui.words import name_of, t

_ALL = "all"


def kpis(rates: ReportResult, quartiles: Table, trends: dict[int, Table]) -> None:
    """Draw the cards: three horizons, each with the trend of its cohorts, and the median day."""
    shown = []
    for horizon, trend in trends.items():
        row = findings.rate_row(rates.table, horizon_days=horizon, scope="any")
        label = t("repurchase.within", days=horizon)
        spark = findings.series(trend.loc[trend["is_mature"].astype(bool), "rate"].tolist())
        if row is None:
            shown.append(cards.Kpi(label, formats.NOTHING, t("repurchase.too_young")))
        else:
            bounds = {"lower": row["ci_lower"], "upper": row["ci_upper"], "n": row["denominator"]}
            shown.append(cards.rate(label, row["rate"], **bounds, spark=spark))
    days: Table = quartiles.set_index("share")["days"]
    grey = t("repurchase.quartiles", low=formats.days(days[0.25]), high=formats.days(days[0.75]))
    shown.append(cards.Kpi(t("repurchase.median"), formats.days(days[0.5]), grey))
    cards.row(shown)


def curve(result: ReportResult, *, step: int) -> None:
    """Draw what share has bought again by each day, a line a group."""
    table: Table = result.table
    lines = [
        curves.Curve(
            "" if name == _ALL else name,
            part["day"].tolist(),
            (1 - part["survival"]).tolist(),
            (1 - part["ci_upper"]).tolist(),
            (1 - part["ci_lower"]).tolist(),
            hover.curve(part, day="day", is_event_share=True),
        )
        for name, part in curves.largest(table, "group")
    ]
    first: Table = table[table["day"] == 0]
    frame.show(
        curves.steps(lines, x_title=t("repurchase.curve_x")),
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


def horizons(result: ReportResult) -> list[object] | None:
    """Draw the rate within each horizon; gives [horizon, scope] of the clicked bar."""
    table: Table = result.table[result.table["scope"] == "any"]
    return frame.show(
        bars.upright(
            [t("control.n_days", n=n) for n in table["horizon_days"]],
            table["rate"].tolist(),
            lower=table["ci_lower"].tolist(),
            upper=table["ci_upper"].tolist(),
            hover=hover.rates(table, lambda row: t("repurchase.within", days=row["horizon_days"])),
            customdata=[[int(n), "any"] for n in table["horizon_days"]],
        ),
        key="repurchase-rate",
        title=t("repurchase.horizons"),
        caption=t("repurchase.horizons_caption", as_of=formats.day(result.as_of)),
        table=result.table,
        is_clickable=True,
    )


def scopes(result: ReportResult, *, horizon: int) -> None:
    """Draw the rate of the same item and category beside that of anything."""
    table: Table = result.table[result.table["horizon_days"] == horizon]
    labels = [name_of("choice", f"scope_{scope}") for scope in table["scope"]]
    frame.show(
        bars.lying(
            labels,
            table["rate"].tolist(),
            lower=table["ci_lower"].tolist(),
            upper=table["ci_upper"].tolist(),
            texts=[formats.percent(rate) for rate in table["rate"]],
            hover=hover.rates(table, lambda row: name_of("choice", f"scope_{row['scope']}")),
        ),
        key="repurchase-scopes",
        title=t("repurchase.scopes", days=horizon),
        caption=t("repurchase.scopes_caption", as_of=formats.day(result.as_of)),
        table=table,
    )


def trend(result: ReportResult, *, horizon: int, unit: str) -> None:
    """Draw the rate by cohort at equal follow-up; the unfinished cohorts are left out."""
    table: Table = result.table
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


def ladder(result: ReportResult, *, horizon: int) -> None:
    """Draw of those who reached purchase n the share that bought once more."""
    table: Table = result.table
    frame.show(
        bars.upright(
            [f"{n}→{n + 1}" for n in table["step"]],
            table["rate"].tolist(),
            lower=table["ci_lower"].tolist(),
            upper=table["ci_upper"].tolist(),
            hover=hover.rates(
                table, lambda row: t("control.step_n", n=row["step"], next=row["step"] + 1)
            ),
        ),
        key="order-ladder",
        title=t("repurchase.ladder", days=horizon),
        caption=t("repurchase.ladder_caption", days=horizon, as_of=formats.day(result.as_of)),
        table=table,
    )


def rest(table: Table, *, horizon: int, as_of: object) -> None:
    """Draw how likely another purchase still is after so many silent days."""
    chances.show(
        table,
        key="rest-chance",
        title=t("repurchase.rest", days=horizon),
        caption=t("repurchase.rest_caption", as_of=formats.day(as_of)),
    )


def returning(result: ReportResult, *, unit: str) -> None:
    """Draw the share of each period's buyers who had bought before."""
    table: Table = result.table
    table = table[table["is_mature"].astype(bool)].dropna(subset=["returning_rate"])
    named = table.rename(columns={"returning_rate": "rate"})
    frame.show(
        curves.trend(
            [
                curves.Curve(
                    "",
                    [formats.period(day, unit) for day in table["period"]],
                    named["rate"].tolist(),
                    named["ci_lower"].tolist(),
                    named["ci_upper"].tolist(),
                    hover.rates(
                        named,
                        lambda row: formats.period(row["period"], unit),
                        numerator="returning_customers",
                        denominator="customers",
                    ),
                )
            ]
        ),
        key="returning-rate",
        title=t("repurchase.returning"),
        caption=t("repurchase.returning_caption", as_of=formats.day(result.as_of)),
        table=result.table,
    )


def people_of(bar: Any, *, horizon: int) -> None:
    """Show who came back within the clicked horizon (else the page's) and who did not."""
    days, scope = bar or (horizon, "any")
    side = controls.pills("side", ("back", "not"), label=lambda name: t(f"repurchase.side_{name}"))
    title = "repurchase.people_back" if side == "back" else "repurchase.people_not"
    people.panel(
        t(title, days=days),
        members.within,
        name=f"repurchase-{days}-{side}",
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


def tabs() -> list[str]:
    """Name the page's tabs."""
    names = ("trend", "scope", "first_item", "gaps", "ladder", "rest", "returning")
    return [t(f"repurchase.tab_{name}") for name in names]
