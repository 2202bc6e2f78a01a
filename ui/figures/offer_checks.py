"""Segments side by side, one list for all against own lists, and how right the chances were."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from analytics.intervals import wilson
from recsys.take_up import Check
from ui import audience, controls, data, findings, formats, page, serving
from ui.charts import agreement, bars, frame, squares
from ui.types import Table
from ui.words import t

TABS = ("side_by_side", "ways", "trust")
_MOST_SEGMENTS, _ITEMS_EACH, _MOST_ITEMS = 6, 3, 12
_FEW_STRETCHES = 3
_SHORT = 9


def tabs(table: Table, ways: Table, *, kind: str, segment: str, model: str) -> None:
    """Draw what stands behind the list, one tab at a time."""
    shown = controls.tabs("offer_tab", TABS, label=lambda name: t(f"choice.offer_tab_{name}"))
    with shown["side_by_side"]:
        if shown["side_by_side"].open:
            side_by_side(table, kind=kind, segment=segment)
    with shown["ways"]:
        if shown["ways"].open:
            contact(ways)
    with shown["trust"]:
        if shown["trust"].open:
            trust(model)


def side_by_side(table: Table, *, kind: str, segment: str) -> None:
    """Draw several segments against the items that lead any of their lists."""
    page.notes(table.attrs.get("notes", []))
    found = [one for one in audience.names(kind) if one in set(table["segment"])]
    usual = list(dict.fromkeys([*([segment] if segment in found else []), *found]))
    chosen = st.multiselect(
        t("recommend.segments"),
        found,
        usual[:_MOST_SEGMENTS],
        format_func=lambda name: audience.label(kind, name),
        key=f"beside_{kind}",
    )
    cells = _cells(table, chosen)
    if cells.empty:
        return
    has_chances = bool(cells["expected_buyers"].notna().any())
    names: Any = cells.drop_duplicates("row").set_index("row")["item_name"]
    rows = sorted(names.index)
    frame.show(
        squares.grid(
            cells,
            rows=rows,
            columns=list(range(len(chosen))),
            place=("row", "column"),
            value="shown",
            row_labels=[names[row] for row in rows],
            column_labels=[_folded(audience.label(kind, one)) for one in chosen],
            is_named_above=True,
            texts=[formats.percent(one) for one in cells["shown"]],
            hover=[_hover(row, kind, has_chances=has_chances) for row in cells.to_dict("records")],
        ),
        key="segments-side-by-side",
        title=t("recommend.side_by_side"),
        caption=t(
            "recommend.side_by_side_chance" if has_chances else "recommend.side_by_side_reach",
            most=formats.percent(cells["shown"].max()),
        ),
        table=cells.drop(columns=["row", "column", "shown"]),
        currency=data.workspace().currency,
    )


def _cells(table: Table, chosen: list[str]) -> pd.DataFrame:
    """Give the chosen segments' cells of the items that lead any of their lists."""
    own: Any = table[table["segment"].isin(chosen)]
    led = own[own["rank"] <= _ITEMS_EACH].sort_values(
        ["rank", "mean_score"], ascending=[True, False]
    )
    items = list(dict.fromkeys(led["item_id"]))[:_MOST_ITEMS]
    cells = own[own["item_id"].isin(items)].copy()
    cells["row"] = [items.index(one) for one in cells["item_id"]]
    cells["column"] = [chosen.index(one) for one in cells["segment"]]
    chance = cells["expected_buyers"] / cells["n_open"].where(cells["n_open"] > 0)
    cells["shown"] = chance.where(chance.notna(), cells["reach_share"]).astype(float)
    return cells


def _hover(row: dict[str, Any], kind: str, *, has_chances: bool) -> str:
    text = t(
        "recommend.cell",
        item=row["item_name"],
        segment=audience.label(kind, row["segment"]),
        rank=formats.number(row["rank"]),
        reach=formats.number(row["reach"]),
        n=formats.number(row["n"]),
    )
    if not has_chances:
        return text
    return text + t(
        "recommend.cell_buyers",
        buyers=formats.number(row["expected_buyers"], 1),
        open=formats.number(row["n_open"]),
    )


def _folded(name: str) -> str:
    """Set a segment's name in two short lines, to stand below a column of a phone."""
    lines = textwrap.wrap(name, _SHORT) or [name]
    return "<br>".join(lines[:2]) + ("…" if lines[2:] else "")


def contact(ways: Table) -> None:
    """Draw how many would buy: one item for all, own items, one list for all, own lists."""
    if ways.empty:
        st.caption(t("finding.no_chances"))
        return
    k = int(ways["n_items"].max())
    buyers = ways["expected_buyers"].tolist()
    frame.show(
        bars.lying(
            [t(f"way.{way.replace('-', '_')}", k=k) for way in ways["way"]],
            buyers,
            lower=ways["buyers_lower"].tolist(),
            upper=ways["buyers_upper"].tolist(),
            texts=[formats.number(one, 1) for one in buyers],
            hover=[
                t(
                    "recommend.way_hover",
                    buyers=formats.number(row["expected_buyers"], 1),
                    lower=formats.number(row["buyers_lower"]),
                    upper=formats.number(row["buyers_upper"]),
                    customers=formats.number(row["customers"]),
                    money=formats.money(row["expected_revenue"], data.workspace().currency),
                )
                for row in ways.to_dict("records")
            ],
            is_share=False,
        ),
        key="ways-to-contact",
        title=t("recommend.ways"),
        caption=t("recommend.ways_caption"),
        table=ways,
        currency=data.workspace().currency,
    )


def trust(model: str) -> None:
    """Draw what was expected of the last weeks against what was bought in them."""
    take_up = serving.served(data.workspace(), model).take_up
    if take_up is None:
        st.caption(t("finding.no_chances"))
        return
    check, table = take_up.check, _bands(take_up.check)
    st.markdown(_verdict(check, take_up.horizon_days))
    frame.show(
        agreement.points(
            table["expected_chance"].tolist(),
            table["rate"].tolist(),
            table["ci_lower"].tolist(),
            table["ci_upper"].tolist(),
            hover=[
                t(
                    "recommend.trust_hover",
                    expected=formats.percent(row["expected_chance"], 2),
                    actual=formats.percent(row["rate"], 2),
                    interval=formats.interval(row["ci_lower"], row["ci_upper"], 2),
                    bought=formats.number(row["numerator"]),
                    n=formats.number(row["denominator"]),
                )
                for row in table.to_dict("records")
            ],
            x_title=t("recommend.trust_expected"),
            y_title=t("recommend.trust_actual"),
        ),
        key="expected-and-bought",
        title=t("recommend.trust_title", days=take_up.horizon_days),
        caption=t(
            "recommend.trust_caption",
            learnt=formats.day(pd.Timestamp(check.learnt_from)),
            since=formats.day(pd.Timestamp(check.checked_from)),
            n=formats.number(check.n_customers),
            bought=formats.number(check.bought),
            expected=formats.number(check.expected),
            lower=formats.number(check.lower, 2),
            upper=formats.number(check.upper, 2),
        ),
        table=table,
    )


def _verdict(check: Check, days: int) -> str:
    """Say how far the last stretch was off, and whether more than the shop itself strays."""
    headline = t(
        "recommend.trust_finding",
        bought=formats.number(check.bought),
        expected=formats.number(check.expected),
        off=formats.percent(abs(check.ratio - 1), 0),
        more=t("recommend.trust_more" if check.ratio >= 1 else "recommend.trust_fewer"),
    )
    earlier = check.ratios[1:]
    if len(earlier) < _FEW_STRETCHES:
        return findings.joined(headline)
    reason = t(
        "recommend.trust_swing",
        n=formats.number(len(earlier)),
        days=days,
        low=formats.number(min(earlier), 2),
        high=formats.number(max(earlier), 2),
        swing=formats.percent(check.swing, 0),
    )
    return findings.joined(headline, reason)


def _bands(check: Check) -> Table:
    """Give what was expected of each band of chances and what was bought of it."""
    chance, offers, bought = (np.array(one, float) for one in zip(*check.bands, strict=True))
    lower, upper = wilson(bought, offers)
    return pd.DataFrame(
        {
            "expected_chance": chance,
            "numerator": bought,
            "denominator": offers,
            "rate": bought / offers,
            "ci_lower": lower,
            "ci_upper": upper,
        }
    )
