"""The tab of gaps: how many days lie between one purchase and the next."""

import streamlit as st

from analytics.intervals import wilson
from analytics.reports import ReportResult
from ui import formats, tables, theme
from ui.charts import bars, curves, frame
from ui.types import Row, Table
from ui.words import t

_TICK_SIGNS = 5
_SUMMARY = ("step", "n_gaps", "n_waiting", "p25_days", "median_days", "p75_days")
_SUMMARY += ("km_p25_days", "km_median_days", "km_p75_days")


def gaps(result: ReportResult, spread: ReportResult) -> None:
    """Draw how the ended gaps of each step spread over buckets of days; say what they leave out."""
    summary: Table = result.table
    buckets: Table = spread.table[spread.table["step"].notna()]
    st.markdown(said(summary))
    if buckets.empty:
        return
    colors = theme.colors().categories
    parts = curves.split(buckets, "step")
    layers = [
        bars.Layer(
            t("gaps.step", n=step, next=int(step) + 1),
            part["share"].tolist(),
            colors[i],
            [_hover(row) for row in part.to_dict("records")],
        )
        for i, (step, part) in enumerate(parts)
    ]
    first = parts[0][1]
    frame.show(
        bars.grouped([_tick(row) for row in first.to_dict("records")], layers),
        key="time-between",
        title=t("gaps.title"),
        caption=t(
            "gaps.caption", n=formats.number(buckets["n"].sum()), as_of=formats.day(result.as_of)
        ),
        table=buckets,
    )
    st.caption(t("gaps.summary"))
    steps = [_step(step) for step in summary["step"]]
    tables.show(summary[[*_SUMMARY]].assign(step=steps), key="table_gap-quantiles")


def _step(step: object) -> str:
    """Name a step; the row of all gaps has none."""
    if formats.is_nothing(step):
        return t("gaps.all")
    return t("gaps.step", n=step, next=int(str(step)) + 1)


def said(summary: Table) -> str:
    """Say the natural cycle, and for each step the usual gap beside that of all who could buy."""
    overall: Table = summary[summary["step"].isna()].iloc[0]
    cycle = overall["natural_cycle_days"]
    sentences = [] if formats.is_nothing(cycle) else [t("gaps.cycle", days=formats.days(cycle))]
    steps: Table = summary[summary["step"].notna() & (summary["n_gaps"] > 0)]
    return "  \n".join([*sentences, *map(_sentence, steps.to_dict("records"))])


def _sentence(row: Row) -> str:
    values = {
        "n": int(row["step"]),
        "next": int(row["step"]) + 1,
        "days": formats.days(row["median_days"]),
    }
    if formats.is_nothing(row["km_median_days"]):
        return t("gaps.half_never", **values)
    return t("gaps.half", all=formats.days(row["km_median_days"]), **values)


def bucket_label(row: Row) -> str:
    """Write a bucket of days: 8–14, or > 365 for the last."""
    if formats.is_nothing(row["to_days"]):
        return f"> {int(row['from_days']) - 1}"
    return f"{int(row['from_days'])}–{int(row['to_days'])}"


def _tick(row: Row) -> str:
    """Break the widest labels: eight of them fit a phone then."""
    label = bucket_label(row)
    return label.replace("–", "–<br>") if len(label) > _TICK_SIGNS else label


def _hover(row: Row) -> str:
    lower, upper = wilson([row["n"]], [row["total"]])
    return t(
        "hover.rate",
        label=t("gaps.bucket", days=bucket_label(row)),
        rate=formats.percent(row["share"]),
        interval=formats.interval(lower[0], upper[0]),
        numerator=formats.number(row["n"]),
        denominator=formats.number(row["total"]),
    )
