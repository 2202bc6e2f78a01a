"""What if the customer had bought one thing more; where he stands among the items."""

from typing import Any

import streamlit as st

from ui import controls, data, formats, offers
from ui.charts import frame, slopes, tastes
from ui.types import Table
from ui.words import t

TABS = ("what_if", "map")
_SHORT = 22
_CATEGORIES = 6


def tabs(model: str, customer: str, table: Table, k: int) -> None:
    """Draw what stands behind the customer's list, one tab at a time."""
    shown = controls.tabs("taste_tab", TABS, label=lambda name: t(f"choice.taste_tab_{name}"))
    with shown["what_if"]:
        if shown["what_if"].open:
            what_if(model, customer, table, k)
    with shown["map"]:
        if shown["map"].open:
            customer_map(model, customer)


def what_if(model: str, customer: str, table: Table, k: int) -> None:
    """Let the reader add a purchase, and draw the list as it is and as it would be."""
    if table.empty or (table["source"] != "model").all():
        st.caption(t("recommend.what_if_unknown"))
        return
    ids = table["item_id"].tolist()
    rest = [one for one in data.rows(offers.learnt_items, model=model) if one not in ids]
    names: Any = data.rows(offers.items).set_index("item_id")["item_name"]
    item = st.selectbox(
        t("recommend.what_if_item"),
        [*ids, *rest],
        format_func=lambda one: names.get(one) or one,
        key="what_if_item",
    )
    found = data.rows(offers.changed_list, model=model, customer_id=customer, item_id=item, k=k)
    ranks = found[["rank_before", "rank_after"]].astype(object)
    ranks = ranks.where(ranks.notna(), None)
    frame.show(
        slopes.lists(
            [_short(name) for name in found["item_name"]],
            ranks["rank_before"].tolist(),
            ranks["rank_after"].tolist(),
            titles=(t("recommend.what_if_before"), t("recommend.what_if_after")),
            hover=[
                t(
                    "recommend.what_if_hover",
                    item=row["item_name"],
                    before=formats.number(row["rank_before"]),
                    after=formats.number(row["rank_after"]),
                    score_before=formats.number(row["score_before"], 3),
                    score_after=formats.number(row["score_after"], 3),
                )
                for row in found.to_dict("records")
            ],
        ),
        key="what-if",
        title=t("recommend.what_if_title", item=names.get(item) or item),
        caption=_moved(found),
        table=found,
    )


def _moved(found: Table) -> str:
    came = int(found["rank_before"].isna().sum())
    return t("recommend.what_if_caption", n=formats.number(came))


def customer_map(model: str, customer: str) -> None:
    """Draw the items as a map, the customer's own ringed, and where the customer stands."""
    places = data.rows(offers.taste_map, model=model)
    if places.empty:
        st.caption(t("recommend.map_small"))
        return
    own = set(data.rows(offers.history, model=model, customer_id=customer))
    at = data.rows(offers.stands_at, model=model, customer_id=customer)
    rings = [one in own for one in places["item_id"]]
    _draw(places, rings=rings, place=at, place_text=t("recommend.map_here") if at else "")


def _draw(
    places: Table, *, rings: list[bool], place: tuple[float, float] | None, place_text: str
) -> None:
    category: Any = places["category"].fillna("")
    named = [name for name in category.value_counts().index if name][:_CATEGORIES]
    frame.show(
        tastes.dots(
            places["x"].tolist(),
            places["y"].tolist(),
            groups=category.tolist(),
            named=named,
            weight=places["customers"].tolist(),
            hover=[
                t(
                    "recommend.map_hover",
                    item=row["item_name"],
                    category=row["category"] or formats.NOTHING,
                    n=formats.number(row["customers"]),
                )
                for row in places.to_dict("records")
            ],
            rings=rings,
            place=place,
            place_text=place_text,
        ),
        key="taste-map",
        title=t("recommend.map_title"),
        caption=t("recommend.map_caption", n=formats.number(len(places))),
        table=places,
    )


def _short(name: str) -> str:
    return name if len(name) <= _SHORT else f"{name[: _SHORT - 1]}…"
