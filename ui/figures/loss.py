"""The tab "Why they left" of the Churn page: what goes with leaving, and who left that way."""

from typing import Any

import streamlit as st

from analytics.reports import ReportResult
from ui import data, findings, formats, members, page, people
from ui.charts import forest, frame
from ui.types import Row, Table
from ui.words import has, name_of, t

_KEY = "loss"
_CLEAR_Q = 0.05
_SHOWN, _TOLD = 12, 3
_SPLIT = (7, 3)


def label(trait: str, value: str, days: int) -> str:
    """Say a trait in the reader's words; values from the data stand as they are."""
    key = f"loss_trait.{trait}_{value}"
    if has(key):
        return t(key, days=days)
    return t("loss.of", trait=name_of("loss_trait", trait), value=value)


def reasons(table: Table) -> Table:
    """Give the traits that clearly go with leaving, the clearest first."""
    clear: Table = table[(table["q_value"] < _CLEAR_Q) & (table["difference"] > 0)]
    return clear.reset_index(drop=True)


def finding(result: ReportResult) -> str:
    """Say what goes most clearly with leaving, by how much, and what is at stake."""
    found = reasons(result.table)
    if found.empty:
        return findings.joined(t("loss.none", n=formats.number(len(result.table))))
    days, currency = result.params["days"], data.workspace().currency
    told = [_sentence(row, days, currency) for row in found.head(_TOLD).to_dict("records")]
    return findings.joined(told[0], *told[1:], t("loss.caution"))


def _sentence(row: dict[str, Any], days: int, currency: str) -> str:
    return t(
        "loss.finding",
        trait=label(row["trait"], row["value"], days),
        rate=formats.percent(row["left"] / row["purchases"], 0),
        points=formats.number(100 * row["difference"]),
        lower=formats.number(100 * row["difference_lower"]),
        upper=formats.number(100 * row["difference_upper"]),
        n=formats.number(row["purchases"]),
        money=formats.money(row["at_stake"], currency),
    )


def traits(result: ReportResult) -> None:
    """Draw the risk ratio of each trait, the clearest first; a click chooses its people."""
    table: Table = result.table.head(_SHOWN)
    days = result.params["days"]
    clicked = frame.show(
        forest.ratios(
            [label(row.trait, row.value, days) for row in table.itertuples()],
            table["risk_ratio"].tolist(),
            table["ratio_lower"].tolist(),
            table["ratio_upper"].tolist(),
            hover=[_hover(row, days) for row in table.to_dict("records")],
            is_clear=(table["q_value"] < _CLEAR_Q).tolist(),
            x_title=t("loss.axis"),
            customdata=table[["trait", "value"]].to_numpy().tolist(),
        ),
        key=_KEY,
        title=t("loss.title"),
        caption=t(
            "loss.caption",
            shown=len(table),
            tested=len(result.table),
            days=formats.days(result.params["lost_days"]),
            as_of=formats.day(result.as_of),
        ),
        table=result.table,
        currency=data.workspace().currency,
        is_clickable=True,
    )
    if clicked:
        st.session_state["loss_reason"] = tuple(clicked)


def _hover(row: dict[str, Any], days: int) -> str:
    return t(
        "loss.hover",
        trait=label(row["trait"], row["value"], days),
        ratio=formats.number(row["risk_ratio"], 2),
        lower=formats.number(row["ratio_lower"], 2),
        upper=formats.number(row["ratio_upper"], 2),
        left=formats.number(row["left"]),
        purchases=formats.number(row["purchases"]),
        leavers=formats.percent(row["share_leavers"], 0),
        stayers=formats.percent(row["share_stayers"], 0),
        q=formats.number(row["q_value"], 3),
    )


def people_of(result: ReportResult) -> None:
    """Show who is gone since a purchase with the chosen trait: a click or the list chooses."""
    table = result.table
    first = reasons(table)
    order: Table = table if first.empty else first
    known = [(row.trait, row.value) for row in order.itertuples()]
    known += [
        pair for pair in zip(table["trait"], table["value"], strict=True) if pair not in known
    ]
    if st.session_state.get("loss_reason") not in known:
        st.session_state["loss_reason"] = known[0]
    days = result.params["days"]
    named = {pair: label(*pair, days) for pair in known}
    trait, value = st.selectbox(
        t("loss.choose"),
        known,
        format_func=lambda pair: named.get(tuple(pair), ""),
        key="loss_reason",
        label_visibility="collapsed",
    )
    row: Row = table[(table["trait"] == trait) & (table["value"] == value)].iloc[0]
    people.panel(
        named[trait, value],
        members.lost_with,
        name=f"lost-{trait}-{value}",
        summary=_summary(row),
        trait=trait,
        value=value,
        lost_days=result.params["lost_days"],
        days=days,
    )


def _summary(row: Row) -> str:
    currency = data.workspace().currency
    return t(
        "loss.summary",
        n=formats.number(row["lost_customers"]),
        money=formats.money(row["lost_revenue"], currency),
        stake=formats.money(row["at_stake"], currency),
    )


def tab(result: ReportResult) -> None:
    """Draw the tab: the finding, the traits, the people behind one of them."""
    page.head(finding(result))
    left, right = st.columns(_SPLIT, gap="large")
    with left:
        traits(result)
    with right:
        people_of(result)
    page.notes(result.notes[:1])  # the second is said in the finding
