"""Figures of the Recommendations page: a segment's items, one customer's list, newcomers."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from recsys import customers, evaluation, segments
from recsys.training import SavedModel
from ui import (
    audience,
    controls,
    data,
    definitions,
    downloads,
    formats,
    navigation,
    offers,
    people,
    tables,
)
from ui.charts import bars, frame, panels
from ui.words import language, t

VIEWS = ("segment", "customer", "newcomers", "models")
_SEGMENT_KEY = "segment-items"
_WHY_KEY = "customer-list"
_SHORT = 18


def segment_items(table: pd.DataFrame, *, kind: str, segment: str) -> str | None:
    """Draw reach, mean score and lift of the segment's items; gives the id of the clicked one."""
    own: Any = table[table["segment"] == segment].reset_index(drop=True)
    places = {item: row for row, item in enumerate(own["item_id"])}
    picked = _first(frame.selected(_SEGMENT_KEY))
    picked = picked if picked in places else None
    frame.show(
        panels.rows(
            own["item_name"].tolist(),
            _measures(own),
            customdata=[[item] for item in own["item_id"]],
            selected=places.get(picked) if picked else None,
        ),
        key=_SEGMENT_KEY,
        title=t("recommend.segment_title", segment=audience.label(kind, segment)),
        caption=t(
            "recommend.segment_caption",
            n=formats.number(own["n"].max() if len(own) else 0),
            top=offers.TOP_N,
            as_of=formats.day(data.workspace().as_of),
        ),
        table=own.drop(columns="segment"),
        is_clickable=True,
    )
    return picked


def _measures(own: pd.DataFrame) -> list[panels.Panel]:
    hover = [_hover(row) for row in own.to_dict("records")]
    lift = own["lift"].astype(float)
    return [
        panels.Panel(
            t("recommend.reach"),
            own["reach_share"].tolist(),
            [formats.percent(share, 0) for share in own["reach_share"]],
            hover,
        ),
        panels.Panel(
            t("recommend.mean_score"),
            own["mean_score"].clip(lower=0).tolist(),
            [formats.number(score, 3) for score in own["mean_score"]],
            hover,
        ),
        panels.Panel(
            t("recommend.lift"),
            lift.fillna(0).tolist(),
            [t("recommend.times", n=formats.number(one, 1)) for one in lift],
            hover,
        ),
    ]


def _hover(row: Mapping[str, Any]) -> str:
    return t(
        "recommend.hover",
        item=row["item_name"],
        category=row["category"] or formats.NOTHING,
        reach=formats.number(row["reach"]),
        n=formats.number(row["n"]),
        lift=formats.number(row["lift"], 2),
    )


def takers(item: str | None, table: pd.DataFrame, view: dict[str, Any]) -> None:
    """Show whom of the segment to offer the clicked item; without a click the best one."""
    own: Any = table[table["segment"] == view["segment"]]
    if own.empty:
        st.caption(t("people.nobody"))
        return
    chosen = own[own["item_id"] == item] if item else own.head(1)
    row = chosen.iloc[0].to_dict()
    people.panel(
        row["item_name"],
        offers.people_to_offer,
        name=f"offer-{view['kind']}-{view['segment']}-{row['item_id']}",
        summary=t(
            "recommend.takers",
            reach=formats.number(row["reach"]),
            n=formats.number(row["n"]),
            share=formats.percent(row["reach_share"], 0),
            top=offers.TOP_N,
        ),
        **view,
        item_id=row["item_id"],
    )
    if item is None:
        st.caption(t("recommend.click_hint"))
    query = {"kind": view["kind"], "segment": view["segment"]}
    navigation.link("campaigns", t("segments.to_campaign"), **query)


def segment_files(table: pd.DataFrame, view: dict[str, Any], k: int) -> None:
    """Offer the segment × item table and the personal lists of the segment's members."""
    with st.container(horizontal=True):
        downloads.table(table, f"segment-items-{view['kind']}", label=t("recommend.all_segments"))
        downloads.rows(
            offers.personal_lists,
            f"lists-{view['kind']}-{view['segment']}",
            label=t("recommend.personal_lists"),
            k=k,
            **view,
        )


def customer_table(model: str, customer: str, k: int) -> pd.DataFrame:
    """Give the customer's list with its reasons in the reader's language."""
    return data.rows(
        offers.for_customer, model=model, customer_id=customer, k=k, language=language()
    )


def customer_list(table: pd.DataFrame) -> str | None:
    """Show the items offered to the customer, each with its reason; gives the chosen item."""
    shown: Any = table[["item_name", "reason", "score"]]
    st.subheader(t("recommend.customer_title"), anchor=False)
    st.caption(t("recommend.customer_caption"))
    settings: Any = tables.configuration(shown, "XXX")
    settings["item_name"] = st.column_config.TextColumn(t("column.item_name"), width=190)
    settings["reason"] = st.column_config.TextColumn(t("column.reason"), width=330)
    settings["score"] = st.column_config.ProgressColumn(
        t("column.score"),
        width=110,
        format="%.3f",
        min_value=0.0,
        max_value=float(max(shown["score"].max(), 1e-9)) if len(shown) else 1.0,
    )
    state = st.dataframe(
        shown,
        key=_WHY_KEY,
        hide_index=True,
        column_config=settings,
        on_select="rerun",
        selection_mode="single-row",
    )
    downloads.table(table, "customer-list")
    rows = state["selection"]["rows"]
    if table.empty:
        return None
    return str(table["item_id"].iloc[rows[0] if rows and rows[0] < len(table) else 0])


def why(model: str, customer: str, item: str | None, table: pd.DataFrame) -> None:
    """Draw what each past item adds to the score of the offered one."""
    if item is None:
        return
    name = table.loc[table["item_id"] == item, "item_name"].iloc[0]
    parts = data.rows(offers.contributions, model=model, customer_id=customer, item_id=item)
    if parts.empty:
        st.subheader(name, anchor=False)
        st.caption(t("recommend.no_reason"))
        return
    frame.show(
        bars.lying(
            [_short(one) for one in parts["item_name"]],
            parts["share"].tolist(),
            texts=[formats.percent(share, 0) for share in parts["share"]],
            hover=[
                t("recommend.part", item=one, part=formats.percent(share))
                for one, share in zip(parts["item_name"], parts["share"], strict=True)
            ],
        ),
        key="contributions",
        title=t("recommend.why", item=name),
        caption=t("recommend.why_caption"),
        table=parts,
    )


def similar(table: pd.DataFrame) -> None:
    """Show the customers whose history is most alike."""
    st.subheader(t("recommend.similar"), anchor=False)
    st.caption(t("recommend.similar_caption"))
    shown: Any = table[["rank", "customer_id", "score"]]
    tables.show(shown, key="similar_customers")


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


def stale(served: SavedModel) -> None:
    """Say that the workspace has moved on since the training."""
    version = data.workspace().version
    if served.manifest["data_version"] != version:
        st.warning(
            t("recommend.stale", trained=served.manifest["data_version"], now=version),
            icon=":material/update:",
        )


def definition() -> None:
    """Draw the card that says how reach, lift, reasons and the judgement are computed."""
    definitions.card(
        {
            "segment-items": segments.segment_recommendations,
            "customer-items": customers.customer_recommendations,
            "newcomer-items": segments.newcomer_recommendations,
            "leaderboard": evaluation.per_user,
        }
    )


def _first(value: Any) -> str | None:
    picked = value[0] if isinstance(value, list) and value else value
    return str(picked) if picked else None


def _short(name: str) -> str:
    return name if len(name) <= _SHORT else f"{name[: _SHORT - 1]}…"
