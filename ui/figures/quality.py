"""Figures of the Data page: what is left after each step, who matches nobody, other products."""

from typing import Any

import streamlit as st

import analytics
from analytics.reports import ReportResult
from ui import data, findings, formats, page, tables
from ui.charts import bars, dots, frame
from ui.figures import hover
from ui.types import Row, Table
from ui.words import name_of, say, t

_OWN = "Huitou"


def waterfall(result: ReportResult) -> None:
    """Draw what is left after each step, and what the repurchase rate would be there."""
    table = result.table.dropna(subset=["count"])
    labels = [name_of("step", step) for step in table["step"]]
    st.markdown(_finding(table))
    frame.show(
        bars.lying(
            labels,
            table["count"].astype(float).tolist(),
            texts=[_text(row) for _, row in table.iterrows()],
            hover=[_left_out(labels, table, place) for place in range(len(table))],
            is_share=False,
        ),
        key="quality-waterfall",
        title=t("quality.title"),
        caption=t("quality.caption", rule=_rule(), as_of=formats.day(result.as_of)),
        table=result.table,
    )


def _finding(table: Table) -> str:
    """Say how much counts, and how much cleaning moves the headline."""
    rows = table.set_index("step")
    first, last = rows.iloc[0], rows.loc["purchases"]
    headline = t(
        "quality.finding",
        rows=formats.number(first["count"]),
        purchases=formats.number(last["count"]),
    )
    if formats.is_nothing(last["rate"]) or formats.is_nothing(rows.loc["orders", "rate"]):
        return findings.joined(headline)
    rates = t(
        "quality.finding_rate",
        raw=formats.percent(rows.loc["orders", "rate"]),
        rate=formats.percent(last["rate"]),
    )
    return findings.joined(headline, rates)


def _text(row: Row) -> str:
    count = formats.number(row["count"])
    if formats.is_nothing(row["rate"]):
        return count
    return formats.dotted(count, formats.percent(row["rate"]))


def _left_out(labels: list[str], table: Table, place: int) -> str:
    """Write what a step left out, and who is behind its rate."""
    row = table.iloc[place]
    parts = [f"{labels[place]}: {formats.number(row['count'])}"]
    if place:
        gone = table.iloc[place - 1]["count"] - row["count"]
        parts.append(t("quality.gone", n=formats.number(gone)))
    if not formats.is_nothing(row["rate"]):
        parts.append(
            t(
                "quality.behind",
                repeat=formats.number(row["repeat_customers"]),
                customers=formats.number(row["customers"]),
                interval=formats.interval(row["ci_lower"], row["ci_upper"]),
            )
        )
    return "<br>".join(parts)


def _rule() -> str:
    return name_of("valid_rule", data.workspace().settings.valid_rule)


def orphans_of(workspace: analytics.Workspace) -> Table:
    """List the keys of one table that another should know."""
    return workspace.orphans()


def orphans() -> None:
    """Say which customers and items of one table the others do not know."""
    table: Table = data.rows(orphans_of)
    st.subheader(t("quality.orphans"), anchor=False)
    if not table.attrs["notes"]:
        st.caption(t("quality.no_orphans"))
        return
    page.notes(formats.plain(say(note)) for note in table.attrs["notes"])
    shown: Table = table[~table["is_expected"].astype(bool)].drop(columns="is_expected")
    if not shown.empty:
        named = shown.assign(
            **{
                column: [name_of("table_kind", name) for name in shown[column]]
                for column in ("table", "other_table")
            },
            key=[name_of("field", name) for name in shown["key"]],
        )
        tables.below(named, name="orphans", title=t("quality.orphans"))


def reconciliation(result: ReportResult) -> None:
    """Draw what other products would say about the same data, each beside ours, and why."""
    table = result.table.assign(note=list(result.notes)[: len(result.table)])
    shown: Table = table[table["denominator"] > 0]
    if shown.empty:
        st.caption(t("reconciliation.nobody"))
        return
    st.markdown(findings.joined(t("reconciliation.finding"), _spread(shown)))
    labels = [_name(row) for _, row in shown.iterrows()]
    frame.show(
        dots.shares(
            labels,
            shown["rate"].tolist(),
            shown["ci_lower"].tolist(),
            shown["ci_upper"].tolist(),
            texts=[formats.percent(rate) for rate in shown["rate"]],
            hover=hover.rates(shown, _name),
            is_own=(shown["product"] == _OWN).tolist(),
            is_final=shown["is_mature"].astype(bool).tolist(),
        ),
        key="reconciliation",
        title=t("reconciliation.title"),
        caption=t("reconciliation.caption", as_of=formats.day(result.as_of)),
        table=result.table,
    )
    for (_, row), label in zip(shown.iterrows(), labels, strict=True):
        rate = formats.percent(row["rate"])
        st.markdown(f"**{label} · {rate}**  \n{formats.plain(say(row['note']))}")


def _name(row: Any) -> str:
    return name_of("reconciled", row["definition"])


def _spread(shown: Table) -> str:
    return t(
        "reconciliation.spread",
        least=formats.percent(shown["rate"].min()),
        most=formats.percent(shown["rate"].max()),
    )
