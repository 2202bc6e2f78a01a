"""What to offer one segment: the sentence, the cards, its items by expected buyers, the people."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from recsys.training import SavedModel
from ui import (
    audience,
    cards,
    data,
    downloads,
    findings,
    formats,
    navigation,
    offers,
    people,
    serving,
)
from ui.charts import frame, panels
from ui.types import Table
from ui.words import t

_KEY = "segment-items"


def horizon(model: str) -> int | None:
    """Within how many days the expected buyers buy; None where no chances were learnt."""
    take_up = serving.served(data.workspace(), model).take_up if model else None
    return take_up.horizon_days if take_up else None


def first(table: Table, segment: str, k: int) -> Table:
    """Give the first k rows of the segment."""
    own: Any = table[(table["segment"] == segment) & (table["rank"] <= k)]
    return own.reset_index(drop=True)


def finding(own: Table, ways: Table, *, kind: str, segment: str, days: int | None) -> str:
    """Say what to offer the segment first, how many would buy it, and what own items add."""
    name = audience.label(kind, segment)
    if own.empty:
        return findings.joined(t("finding.segment_small", segment=name, least=offers.LEAST))
    row = own.iloc[0]
    values = {"item": row["item_name"], "segment": name, "n": formats.number(row["n_open"])}
    if days is None:
        headline = t("finding.offer_unknown", **values)
        return findings.joined(headline, t("finding.no_chances"))
    headline = t(
        "finding.offer",
        **values,
        days=days,
        buyers=_few(row["expected_buyers"]),
        lower=formats.number(row["buyers_lower"]),
        upper=formats.number(row["buyers_upper"]),
    )
    return findings.joined(headline, _personal(ways))


def _personal(ways: Table) -> str:
    by_way = ways.set_index("way")["expected_buyers"]
    own, one = by_way["own-item"], by_way["one-item"]
    if not one:
        return ""
    best = ways.set_index("way").loc["one-item", "items"][0]
    names: Any = data.rows(offers.items).set_index("item_id")["item_name"]
    times = formats.number(own / one, 1)
    return t(
        "finding.personal" if times > "1.0" else "finding.personal_same",
        own=_few(own),
        one=_few(one),
        best=names.get(best) or best,
        times=times,
    )


def kpis(own: Table, ways: Table, k: int) -> None:
    """Draw the cards: members, buyers of one item for all, of an own item each, of own lists."""
    if own.empty:
        return
    size = cards.Kpi(
        t("recommend.members"),
        formats.number(own["n"].iloc[0]),
        t("recommend.reached", n=formats.number(own["reach"].max())),
    )
    if ways.empty:
        cards.row([size])
        return
    rows = {row["way"]: row for row in ways.to_dict("records")}
    cards.row([size, *(_way(rows[way], k) for way in ("one-item", "own-item", "own-lists"))])


def _way(row: Mapping[str, Any], k: int) -> cards.Kpi:
    key = row["way"].replace("-", "_")
    bounds = f"{formats.number(row['buyers_lower'])} – {formats.number(row['buyers_upper'])}"
    money = formats.money(row["expected_revenue"], data.workspace().currency)
    return cards.Kpi(
        t(f"way.card_{key}", k=k), _few(row["expected_buyers"]), formats.dotted(bounds, money)
    )


def _few(buyers: float) -> str:
    """Write few expected buyers with a digit behind the point: 4.2, but 42."""
    return formats.number(buyers, 1 if buyers < 10 else 0)  # noqa: PLR2004 - two digits are enough


def items(own: Table, *, kind: str, segment: str, days: int | None) -> str | None:
    """Draw expected buyers, reach and lift of the items; gives the id of the clicked one."""
    places = {item: row for row, item in enumerate(own["item_id"])}
    clicked = frame.selected(_KEY)
    picked = clicked[0] if isinstance(clicked, list) and clicked else clicked
    picked = str(picked) if picked in places else None
    frame.show(
        panels.rows(
            own["item_name"].tolist(),
            _measures(own, days),
            customdata=[[item] for item in own["item_id"]],
            selected=places.get(picked) if picked else None,
        ),
        key=_KEY,
        title=t("recommend.segment_title", segment=audience.label(kind, segment)),
        caption=t(
            "recommend.segment_caption" if days else "recommend.segment_caption_no_chances",
            n=formats.number(own["n"].max() if len(own) else 0),
            top=offers.TOP_N,
            days=days,
            as_of=formats.day(data.workspace().as_of),
        ),
        table=own.drop(columns="segment"),
        currency=data.workspace().currency,
        is_clickable=True,
    )
    return picked


def _measures(own: Table, days: int | None) -> list[panels.Panel]:
    hover = [_hover(row, days) for row in own.to_dict("records")]
    lift = own["lift"].astype(float)
    main = panels.Panel(
        t("recommend.mean_score"),
        own["mean_score"].clip(lower=0).tolist(),
        [formats.number(score, 3) for score in own["mean_score"]],
        hover,
    )
    if days is not None:
        main = panels.Panel(
            t("recommend.buyers", days=days),
            own["expected_buyers"].tolist(),
            [_few(one) for one in own["expected_buyers"]],
            hover,
            own["buyers_lower"].tolist(),
            own["buyers_upper"].tolist(),
        )
    reach = panels.Panel(
        t("recommend.reach"),
        own["reach_share"].tolist(),
        [formats.percent(share, 0) for share in own["reach_share"]],
        hover,
    )
    written = [t("recommend.times", n=formats.number(one, 1)) for one in lift]
    return [main, reach, panels.Panel(t("recommend.lift"), lift.fillna(0).tolist(), written, hover)]


def _hover(row: Mapping[str, Any], days: int | None) -> str:
    text = t(
        "recommend.hover",
        item=row["item_name"],
        category=row["category"] or formats.NOTHING,
        reach=formats.number(row["reach"]),
        n=formats.number(row["n"]),
        lift=formats.number(row["lift"], 2),
    )
    if days is None:
        return text
    return text + t(
        "recommend.hover_buyers",
        days=days,
        open=formats.number(row["n_open"]),
        buyers=formats.number(row["expected_buyers"], 1),
        lower=formats.number(row["buyers_lower"]),
        upper=formats.number(row["buyers_upper"]),
        money=formats.money(row["expected_revenue"], data.workspace().currency),
    )


def takers(item: str | None, own: Table, view: dict[str, Any]) -> None:
    """Show whom of the segment to offer the clicked item; without a click the first one."""
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


def files(table: Table, view: dict[str, Any], k: int) -> None:
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


def counted_in(served: SavedModel, model: str) -> None:
    """Say what the model was trained on, and that what customers did since is counted in."""
    now, trained = data.workspace().version, served.manifest["data_version"]
    if now == trained:
        return
    found = serving.served(data.workspace(), model)
    if not found.changed:
        return
    st.caption(
        t(
            "recommend.counted_in",
            trained=trained,
            now=now,
            bought=formats.number(found.bought),
            changed=formats.number(found.changed),
        )
    )
