"""Tabs of the Repurchase page over purchases and periods: ladder, returning buyers, revenue."""

import streamlit as st

from analytics.reports import ReportResult
from ui import controls, findings, formats
from ui.charts import bars, curves, frame
from ui.figures import hover
from ui.types import Row, Table
from ui.words import say, t

REFUND_DAYS = ("order", "refund")
_RETURNING = ("returning_customers", "customers", "ci_lower", "ci_upper")
_REPEAT = ("repeat_customers", "customers", "repeat_ci_lower", "repeat_ci_upper")


def ladder(result: ReportResult, *, horizon: int) -> None:
    """Draw of those who reached purchase n the share that bought once more."""
    table: Table = result.table
    st.markdown(_climbed(table, horizon))
    frame.show(
        bars.upright(
            [formats.number(n) for n in table["step"]],
            table["rate"].tolist(),
            lower=table["ci_lower"].tolist(),
            upper=table["ci_upper"].tolist(),
            hover=hover.rates(
                table, lambda row: t("control.step_n", n=row["step"], next=row["step"] + 1)
            ),
            x_title=t("repurchase.ladder_x"),
        ),
        key="order-ladder",
        title=t("repurchase.ladder", days=horizon),
        caption=t("repurchase.ladder_caption", days=horizon, as_of=formats.day(result.as_of)),
        table=table,
    )


def _climbed(table: Table, horizon: int) -> str:
    """Say the first step, and the second if it is clearly easier or harder."""
    known: Table = table[table["denominator"] > 0]
    if len(known) < 2:  # noqa: PLR2004 - one step has nothing to be compared with
        return ""
    first, second = known.iloc[0], known.iloc[1]
    gap = findings.gap_of(second, first)
    key = "alike" if gap is None else "easier" if gap[0] > 0 else "harder"
    return t(
        f"repurchase.ladder_{key}",
        first=formats.percent(first["rate"]),
        second=formats.percent(second["rate"]),
        days=horizon,
        n=formats.number(second["denominator"]),
    )


def returning(result: ReportResult, *, unit: str) -> None:
    """Draw the share of each period's buyers who had bought before, and who bought twice in it."""
    table: Table = result.table
    table = table[table["is_mature"].astype(bool)].dropna(subset=["returning_rate"])
    st.markdown(_newest(table.tail(1).to_dict("records"), unit))
    lines = [
        _line(table, t("column.returning_customers"), "returning_rate", _RETURNING, unit),
        _line(table, t("column.repeat_customers"), "repeat_rate", _REPEAT, unit),
    ]
    frame.show(
        curves.trend(lines),
        key="returning-rate",
        title=t("repurchase.returning"),
        caption=t("repurchase.returning_caption", as_of=formats.day(result.as_of)),
        table=result.table,
    )


def _newest(rows: list[Row], unit: str) -> str:
    if not rows:
        return ""
    row = rows[0]
    return t(
        "repurchase.returning_newest",
        period=formats.period(row["period"], unit),
        returning=formats.percent(row["returning_rate"]),
        interval=formats.interval(row["ci_lower"], row["ci_upper"]),
        repeat=formats.percent(row["repeat_rate"]),
        n=formats.number(row["customers"]),
    )


def _line(
    table: Table, name: str, rate: str, columns: tuple[str, str, str, str], unit: str
) -> curves.Curve:
    numerator, denominator, lower, upper = columns
    named = table.drop(columns=["ci_lower", "ci_upper"]).assign(
        rate=table[rate], ci_lower=table[lower], ci_upper=table[upper]
    )
    return curves.Curve(
        name,
        [formats.period(day, unit) for day in table["period"]],
        named["rate"].tolist(),
        named["ci_lower"].tolist(),
        named["ci_upper"].tolist(),
        hover.rates(
            named,
            lambda row: f"{name} · {formats.period(row['period'], unit)}",
            numerator=numerator,
            denominator=denominator,
        ),
    )


def refund_day() -> str:
    """Let the reader choose on which day a refund counts: its order's, or its own."""
    return controls.pills("refunds", REFUND_DAYS)


def repeat_revenue(result: ReportResult, *, unit: str) -> None:
    """Draw the share of each period's revenue that second and later purchases bring."""
    table: Table = result.table
    table = table[table["is_mature"].astype(bool)].dropna(subset=["rate"])
    if len(table):
        st.markdown(_earned(table.iloc[-1], unit, result.currency))
    money = [
        t(
            "hover.rate",
            label=formats.period(row["period"], unit),
            rate=formats.percent(row["rate"]),
            interval=formats.interval(row["ci_lower"], row["ci_upper"]),
            numerator=formats.money(row["numerator"], result.currency),
            denominator=formats.money(row["denominator"], result.currency),
        )
        for row in table.to_dict("records")
    ]
    line = curves.Curve(
        "",
        [formats.period(day, unit) for day in table["period"]],
        table["rate"].tolist(),
        table["ci_lower"].tolist(),
        table["ci_upper"].tolist(),
        money,
    )
    frame.show(
        curves.trend([line]),
        key="repeat-revenue",
        title=t("repurchase.repeat_revenue"),
        caption=formats.dotted(
            t(f"repurchase.refunds_{result.params['refunds']}"),
            t("repurchase.repeat_revenue_caption", as_of=formats.day(result.as_of)),
        ),
        table=result.table.drop(columns=["numerator", "denominator"]),
        currency=result.currency,
    )
    for note in result.notes:
        if note.key == "undated_refunds":
            st.caption(say(note))


def _earned(row: Row, unit: str, currency: str) -> str:
    return t(
        "repurchase.repeat_revenue_newest",
        period=formats.period(row["period"], unit),
        share=formats.percent(row["rate"]),
        interval=formats.interval(row["ci_lower"], row["ci_upper"]),
        repeat=formats.money(row["repeat_revenue"], currency),
        all=formats.money(row["denominator"], currency),
    )
