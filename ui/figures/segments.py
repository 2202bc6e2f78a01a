"""Figures of the Segments page: finding, cards, the segments side by side, thresholds, people."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics.segments.risk import risks
from analytics.tables import with_rate
from ui import address, audience, cards, data, definitions, findings, formats, navigation, people
from ui.charts import frame, panels, squares
from ui.words import t

_KEY = "segments"


def finding(table: pd.DataFrame, kind: str) -> str:
    """Say which segment brings the most, and how much money has fallen silent."""
    if not table["customers"].sum():
        return findings.joined(t("finding.segments_empty"))
    first = dearest(table)
    headline = t(
        "finding.segment",
        segment=audience.label(kind, first["segment"]),
        share=formats.percent(first["share"], 0),
        money=formats.percent(first["revenue"] / max(table["revenue"].sum(), 1e-9), 0),
    )
    return findings.joined(headline, _silent(table, kind))


def _silent(table: pd.DataFrame, kind: str) -> str:
    part = table[table["segment"].isin(audience.SILENT.get(kind, ()))]
    if not part["customers"].sum():
        return ""
    return t(
        "finding.silent",
        n=formats.number(part["customers"].sum()),
        money=formats.money(part["revenue"].sum(), data.workspace().currency),
    )


def dearest(table: pd.DataFrame) -> Mapping[str, Any]:
    """Give the row of the segment with the most revenue per customer, the first of equals."""
    known = table["monetary_value"].astype(float).fillna(-1.0)
    return table.loc[known.idxmax()].to_dict()


def kpis(table: pd.DataFrame, kind: str) -> None:
    """Draw the cards: all buyers, the dearest segment, those fallen silent, who bought again."""
    currency, first = data.workspace().currency, dearest(table)
    part = table[table["segment"].isin(audience.SILENT.get(kind, ()))]
    pooled = with_rate(table[["numerator", "denominator"]].sum().to_frame().T).iloc[0]
    shown = [
        cards.Kpi(
            t("segments.buyers"),
            formats.number(_buyers(table)),
            t("segments.brought", money=formats.money(table["revenue"].sum(), currency)),
        ),
        cards.Kpi(
            audience.label(kind, first["segment"]),
            formats.number(first["customers"]),
            t("segments.each", money=_in_full(first["monetary_value"], currency)),
        ),
        cards.Kpi(
            t("segments.silent"),
            formats.number(part["customers"].sum()),
            t("segments.brought", money=formats.money(part["revenue"].sum(), currency)),
        ),
        cards.rate(
            t("segments.again"),
            pooled["rate"],
            lower=pooled["ci_lower"],
            upper=pooled["ci_upper"],
            n=pooled["denominator"],
        ),
    ]
    cards.row([card for card in shown if card.label != t("segments.silent") or len(part)])


def _buyers(table: pd.DataFrame) -> float:
    known: Any = table[table["share"] > 0]
    return 0 if known.empty else (known["customers"] / known["share"]).iloc[0]


def chosen(table: pd.DataFrame, kind: str) -> str:
    """Let the reader choose the segment whose people are shown: here, or by a click on a bar."""
    names, usual = audience.names(kind), dearest(table)["segment"]
    picked = st.selectbox(
        t("control.segment"),
        names,
        format_func=lambda name: audience.label(kind, name),
        key="segment",
        label_visibility="collapsed",
    )
    address.keep("segment", picked, default=usual)
    return picked


def side_by_side(table: pd.DataFrame, kind: str) -> None:
    """Draw size, money and repurchase of every segment; a click chooses its people."""
    shown: Any = table[table["customers"] > 0].reset_index(drop=True)
    places = {name: row for row, name in enumerate(shown["segment"])}
    address.begin("segment", audience.names(kind), default=dearest(table)["segment"])
    workspace = data.workspace()
    figure = panels.rows(
        [audience.label(kind, name) for name in shown["segment"]],
        _panels(shown, kind, workspace.currency),
        customdata=[[name] for name in shown["segment"]],
        selected=places.get(st.session_state["segment"]),
    )
    frame.show(
        figure,
        key=_KEY,
        title=t(f"segments.title_{kind}"),
        caption=t(
            "segments.caption",
            n=formats.number(_buyers(table)),
            as_of=formats.day(workspace.as_of),
        ),
        table=_readable(table, kind),
        currency=workspace.currency,
        on_click=_clicked,
    )


def _readable(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    named = table.assign(segment=[audience.label(kind, name) for name in table["segment"]])
    named.attrs = {}  # the cut points are a table of their own, which a browser can't be sent along
    return named


def _clicked() -> None:
    picked = frame.selected(_KEY)
    if picked:
        audience.show_segment(picked[0] if isinstance(picked, list) else picked)


def _panels(shown: pd.DataFrame, kind: str, currency: str) -> list[panels.Panel]:
    hover = [_hover(row, kind, currency) for row in shown.to_dict("records")]
    money = [formats.money(value, currency) for value in shown["revenue"]]
    known = shown[["repurchase_rate", "ci_lower", "ci_upper"]].astype(float).fillna(0)
    return [
        panels.Panel(
            t("column.customers"),
            shown["customers"].tolist(),
            [formats.number(n) for n in shown["customers"]],
            hover,
        ),
        panels.Panel(t("column.revenue"), shown["revenue"].tolist(), money, hover),
        panels.Panel(
            t("segments.back"),
            known["repurchase_rate"].tolist(),
            [formats.percent(rate, 0) for rate in shown["repurchase_rate"]],
            hover,
            known["ci_lower"].tolist(),
            known["ci_upper"].tolist(),
        ),
    ]


def _in_full(amount: float | None, currency: str) -> str:
    return f"{formats.symbol(currency)}{formats.number(amount)}"


def _hover(row: Mapping[str, Any], kind: str, currency: str) -> str:
    return t(
        "segments.hover",
        segment=audience.label(kind, row["segment"]),
        customers=formats.number(row["customers"]),
        share=formats.percent(row["share"]),
        revenue=formats.money(row["revenue"], currency),
        rate=formats.percent(row["repurchase_rate"]),
        interval=formats.interval(row["ci_lower"], row["ci_upper"]),
        numerator=formats.number(row["numerator"]),
        denominator=formats.number(row["denominator"]),
    )


def people_of(table: pd.DataFrame, kind: str) -> None:
    """Show the people of the chosen segment and the next steps."""
    segment = chosen(table, kind)
    row = table[table["segment"] == segment].iloc[0].to_dict()
    currency = data.workspace().currency
    people.panel(
        audience.label(kind, segment),
        audience.people,
        name=f"segment-{kind}-{segment}",
        summary=t(
            "segments.summary",
            customers=formats.number(row["customers"]),
            share=formats.percent(row["share"]),
            days=formats.days(row["recency_days"]),
            purchases=formats.number(row["frequency"], 1),
            money=_in_full(row["monetary_value"], currency),
        ),
        kind=kind,
        segment=segment,
        stamp=audience.stamp(kind),
    )
    navigation.link("campaigns", t("segments.to_campaign"), kind=kind, segment=segment)
    navigation.link("recommendations", t("segments.to_offers"), kind=kind, segment=segment)


def rfm_grid(cells: pd.DataFrame, thresholds: list[dict[str, Any]]) -> None:
    """Draw the buyers by recency and frequency, the cut points on the axes."""
    workspace = data.workspace()
    cut: Any = pd.DataFrame(thresholds).set_index("score")
    rows, columns = list(range(5, 0, -1)), list(range(1, 6))
    figure = squares.grid(
        cells,
        rows=rows,
        columns=columns,
        place=("r", "f"),
        value="customers",
        row_labels=[_recency(cut["recency_up_to_days"], score) for score in rows],
        column_labels=[_frequency(cut["purchases_from"], score) for score in columns],
        texts=[formats.number(n) for n in cells["customers"]],
        hover=[
            t(
                "segments.cell",
                r=row["r"],
                f=row["f"],
                customers=formats.number(row["customers"]),
                revenue=formats.money(row["revenue"], workspace.currency),
            )
            for row in cells.to_dict("records")
        ],
    )
    frame.show(
        figure,
        key="rfm-grid",
        title=t("segments.grid"),
        caption=t("segments.grid_caption", as_of=formats.day(workspace.as_of)),
        table=cells,
        currency=workspace.currency,
    )


def _recency(up_to: pd.Series, score: int) -> str:
    if score == 1:
        return t("segments.days_above", days=formats.number(up_to[2]))
    return t("segments.days_up_to", days=formats.number(up_to[score]))


def _frequency(start: pd.Series, score: int) -> str:
    last = start.index.max()
    if score == last:
        return t("segments.times_from", n=start[score])
    end = start[score + 1] - 1
    times = str(start[score]) if end == start[score] else f"{start[score]}–{end}"
    return t("segments.times", n=times)


def money_cuts(thresholds: list[dict[str, Any]]) -> None:
    """Say the cut points of money under the grid."""
    currency = data.workspace().currency
    cuts = pd.DataFrame(thresholds)["revenue_above"].dropna()
    amounts = [formats.money(cut, currency) for cut in cuts]
    if amounts:
        st.caption(t("segments.money_cuts", cuts=" · ".join(amounts)))


def definition(kind: str) -> None:
    """Draw the card that says how the segments come about."""
    if kind == audience.RISK:
        definitions.card({"risk-segments": risks})
    else:
        cards.definition(audience.report(data.workspace()))
