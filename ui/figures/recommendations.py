"""Figures of the Recommendations page: one customer's list and its reasons, newcomers."""

from typing import Any

import pandas as pd
import streamlit as st

from recsys import customers, evaluation, item_answers, segments
from recsys.take_up import TakeUp
from ui import (
    audience,
    controls,
    data,
    definitions,
    downloads,
    findings,
    formats,
    offers,
    page,
    tables,
)
from ui.charts import bars, frame, panels
from ui.words import language, t

VIEWS = ("segment", "customer", "item", "newcomers", "models")
_WHY_KEY = "customer-list"


def customer_table(model: str, customer: str, k: int) -> pd.DataFrame:
    """Give the customer's list with its reasons in the reader's language."""
    return data.rows(
        offers.for_customer, model=model, customer_id=customer, k=k, language=language()
    )


def customer_finding(table: pd.DataFrame, customer: str, owned: list[str], days: int | None) -> str:
    """Say what to offer the customer first, how likely it is bought, and what it is read from."""
    if table.empty:
        return findings.joined(t("finding.customer_has_all", customer=customer))
    first = table.iloc[0]
    said = {"item": first["item_name"], "customer": customer}
    history = t("finding.customer_history", n=formats.number(len(owned)))
    if first["source"] != "model":
        history = t("finding.customer_new")
    if days is None or formats.is_nothing(first["chance"]) or not owned:
        return findings.joined(t("finding.customer", **said), history)
    chance = formats.percent(first["chance"], 1)
    return findings.joined(t("finding.customer_chance", **said, chance=chance, days=days), history)


def customer_list(table: pd.DataFrame) -> str | None:
    """Show the items offered to the customer, each with its reason; gives the chosen item."""
    columns = ["item_name", "chance", "score", "reason"]
    shown: Any = table[columns].dropna(axis="columns", how="all")
    st.subheader(t("recommend.customer_title"), anchor=False)
    st.caption(t("recommend.customer_caption"))
    settings: Any = tables.configuration(shown, "XXX")
    settings["item_name"] = st.column_config.TextColumn(t("column.item_name"), width=170)
    settings["chance"] = st.column_config.NumberColumn(
        t("people.take_up"), format="%.1f%%", width=60
    )
    settings["reason"] = st.column_config.TextColumn(t("column.reason"), width=330)
    settings["score"] = st.column_config.ProgressColumn(
        t("column.score"),
        width=80,
        format="%.3f",
        min_value=0.0,
        max_value=float(max(shown["score"].max(), 1e-9)) if len(shown) else 1.0,
    )
    state = st.dataframe(
        shown.assign(chance=100 * shown["chance"]) if "chance" in shown else shown,
        key=_WHY_KEY,
        hide_index=True,
        column_config=settings,
        on_select="rerun",
        selection_mode="single-row",
    )
    with page.on_phones("customer_reasons"):
        st.markdown("\n\n".join(_in_lines(table)))
    downloads.table(table, "customer-list")
    rows = state["selection"]["rows"]
    if table.empty:
        return None
    return str(table["item_id"].iloc[rows[0] if rows and rows[0] < len(table) else 0])


def _in_lines(table: pd.DataFrame) -> list[str]:
    """Set each item and its reason in two lines, whole: a phone has no room for the column."""
    return [
        f"**{formats.plain(row['item_name'])}**  \n{formats.plain(row['reason'])}"
        for row in table.to_dict("records")
    ]


def why(model: str, customer: str, item: str | None, table: pd.DataFrame) -> None:
    """Draw what each past item adds to the score of the offered one."""
    if item is None:
        return
    name = table.loc[table["item_id"] == item, "item_name"].iloc[0]
    reason = formats.plain(table.loc[table["item_id"] == item, "reason"].iloc[0])
    parts = data.rows(offers.contributions, model=model, customer_id=customer, item_id=item)
    if parts.empty:
        st.subheader(name, anchor=False)
        st.caption(t("recommend.no_reason"))
        return
    hover = [
        t(
            "recommend.part",
            item=row["item_name"] or t("recommend.rest"),
            part=formats.number(row["contribution"], 4),
            share=formats.percent(row["share"]),
        )
        for row in parts.to_dict("records")
    ]
    adds = panels.Panel(
        "",
        parts["contribution"].tolist(),
        [
            formats.dotted(formats.number(row["contribution"], 3), formats.percent(row["share"], 0))
            for row in parts.to_dict("records")
        ],
        hover,
    )
    names = [one or t("recommend.rest") for one in parts["item_name"]]
    frame.show(
        panels.rows(names, [adds], customdata=names),
        key="contributions",
        title=t("recommend.why", item=name),
        caption=reason
        + "  \n"
        + t("recommend.why_caption", score=formats.number(parts["contribution"].sum(), 3)),
        table=parts,
    )


def similar(table: pd.DataFrame) -> None:
    """Show the customers whose history is most alike."""
    st.subheader(t("recommend.similar"), anchor=False)
    st.caption(t("recommend.similar_caption"))
    shown: Any = table[["rank", "customer_id", "score"]]
    tables.show(shown, key="similar_customers")


def newcomer_finding(table: pd.DataFrame, *, by: str, group: str) -> str:
    """Say what to offer newcomers of the group first."""
    own: Any = table[table["segment"] == group]
    if own.empty:
        return ""
    name = group if by == "category" else audience.label(by, group)
    return findings.joined(
        t(
            "finding.newcomer",
            item=own["item_name"].iloc[0],
            group=name,
            share=formats.percent(own["score"].iloc[0], 0),
        )
    )


def newcomer_items(table: pd.DataFrame, *, by: str, group: str) -> None:
    """Draw what sells lately among people like them, or in the category they look at."""
    own: Any = table[table["segment"] == group]
    name = group if by == "category" else audience.label(by, group)
    frame.show(
        bars.lying(
            own["item_name"].tolist(),
            own["score"].tolist(),
            texts=[formats.percent(score) for score in own["score"]],
            hover=[
                t("recommend.newcomer_hover", item=item, share=formats.percent(score))
                for item, score in zip(own["item_name"], own["score"], strict=True)
            ],
        ),
        key="newcomer-items",
        title=t("recommend.newcomer_title", group=name),
        caption=t(
            "recommend.newcomer_caption_category"
            if by == "category"
            else "recommend.newcomer_caption_segment",
            as_of=formats.day(data.workspace().as_of),
        ),
        table=own.drop(columns="segment"),
    )


def chosen_group(table: pd.DataFrame, by: str) -> str:
    """Let the reader choose the category or the segment that is known of the newcomer."""
    found = list(dict.fromkeys(table["segment"]))
    order = found if by == "category" else [one for one in audience.names(by) if one in found]
    return controls.choice(
        "group", order, label=lambda name: name if by == "category" else audience.label(by, name)
    )


def definition() -> None:
    """Draw the card that says how reach, lift, reasons and the judgement are computed."""
    definitions.card(
        {
            "segment-items": segments.segment_recommendations,
            "take-up": TakeUp,
            "customer-items": customers.customer_recommendations,
            "item-takers": item_answers.takers,
            "newcomer-items": segments.newcomer_recommendations,
            "leaderboard": evaluation.per_user,
        }
    )
