"""One item: who should get it next, which items lead to it, follow it, and are most like it."""

from typing import Any

import streamlit as st

from ui import address, cards, controls, data, findings, formats, offers, people
from ui.charts import bars, frame, panels
from ui.types import Table
from ui.words import t

TABS = ("leads", "follows", "alike")
_ROWS = 8
_FEWEST = 5  # purchases below which a step is not named in a sentence


def chosen_item(model: str) -> str:
    """Let the reader choose an item; the one with most customers until then."""
    items: Any = data.rows(offers.items)
    learnt = set(data.rows(offers.learnt_items, model=model))
    known = items[items["item_id"].isin(learnt)].sort_values("customers", ascending=False)
    ids, names = known["item_id"].tolist(), known.set_index("item_id")["item_name"]
    address.begin("item", ids, default=ids[0])
    chosen = st.selectbox(
        t("control.item"), ids, format_func=lambda one: names[one] or one, key="item"
    )
    address.keep("item", chosen, default=ids[0])
    return str(chosen)


def finding(facts: dict[str, Any], before: Table, days: int | None) -> str:
    """Say how many would buy the item next, and what mostly leads to it."""
    values = {"item": facts["item_name"], "n": formats.number(facts["reach"])}
    headline = t("finding.item_unknown", **values)
    if days is not None:
        headline = t(
            "finding.item",
            **values,
            days=days,
            buyers=formats.number(facts["expected_buyers"]),
            lower=formats.number(facts["buyers_lower"]),
            upper=formats.number(facts["buyers_upper"]),
        )
    known = before
    if len(before):
        known = before[(before["numerator"] >= _FEWEST) & (before["lift_lower"] > 1)]
    if known.empty:
        return findings.joined(headline)
    row = known.sort_values("lift_lower", ascending=False).iloc[0]
    leads = t(
        "finding.item_leads",
        other=row["item_name"],
        n=formats.number(row["numerator"]),
        lift=formats.number(row["lift"], 1),
        lower=formats.number(row["lift_lower"], 1),
        upper=formats.number(row["lift_upper"], 1),
    )
    return findings.joined(headline, leads)


def kpis(facts: dict[str, Any], days: int | None) -> None:
    """Draw the cards: customers, reach, expected buyers and revenue."""
    currency = data.workspace().currency
    row = [
        cards.Kpi(
            t("recommend.item_customers"),
            formats.number(facts["customers"]),
            t("recommend.item_sold", money=formats.money(facts["revenue"], currency)),
        ),
        cards.Kpi(
            t("recommend.item_reach"),
            formats.number(facts["reach"]),
            t("recommend.of_customers", n=formats.number(facts["n_known"])),
        ),
    ]
    if days is not None:
        bounds = (
            f"{formats.number(facts['buyers_lower'])} – {formats.number(facts['buyers_upper'])}"
        )
        row += [
            cards.Kpi(
                t("recommend.buyers", days=days),
                formats.number(facts["expected_buyers"], 1),
                t("recommend.range", interval=bounds),
            ),
            cards.Kpi(
                t("recommend.revenue"),
                formats.money(facts["expected_revenue"], currency),
                t("recommend.by_itself"),
            ),
        ]
    cards.row(row)


def takers(model: str, facts: dict[str, Any]) -> None:
    """Show who should get the item next, the likeliest buyers first, with the next steps."""
    people.panel(
        t("recommend.item_takers"),
        offers.people_for_item,
        name=f"item-{facts['item_id']}",
        summary=t("recommend.item_takers_summary", top=offers.TOP_N),
        model=model,
        item_id=facts["item_id"],
    )


def around(model: str, facts: dict[str, Any], before: Table, after: Table) -> None:
    """Draw what leads to the item, what follows it and what is most like it, a tab each."""
    shown = controls.tabs("item_tab", TABS, label=lambda name: t(f"choice.item_tab_{name}"))
    for name, table in (("leads", before), ("follows", after)):
        with shown[name]:
            if shown[name].open:
                _steps(name, table, facts)
    with shown["alike"]:
        if shown["alike"].open:
            _alike(model, facts)


def _steps(name: str, table: Table, facts: dict[str, Any]) -> None:
    if table.empty:
        st.caption(t("recommend.no_steps"))
        return
    rows = table.head(_ROWS)
    hover = [_step(row) for row in rows.to_dict("records")]
    frame.show(
        panels.rows(
            rows["item_name"].tolist(),
            [
                panels.Panel(
                    t(f"recommend.{name}_share"),
                    rows["rate"].tolist(),
                    [formats.percent(share) for share in rows["rate"]],
                    hover,
                    rows["ci_lower"].tolist(),
                    rows["ci_upper"].tolist(),
                ),
                panels.Panel(
                    t("recommend.times_gone"),
                    rows["numerator"].tolist(),
                    [formats.number(n) for n in rows["numerator"]],
                    hover,
                ),
                panels.Panel(
                    t("recommend.lift"),
                    rows["lift"].tolist(),
                    [t("recommend.times", n=formats.number(one, 1)) for one in rows["lift"]],
                    hover,
                ),
            ],
            customdata=rows["item_id"].tolist(),
            muted=(rows["numerator"] < _FEWEST).tolist(),
        ),
        key=f"item-{name}",
        title=t(f"recommend.{name}_title", item=facts["item_name"]),
        caption=t(f"recommend.{name}_caption", days=offers.NEXT_WITHIN_DAYS),
        table=table,
    )


def _step(row: dict[Any, Any]) -> str:
    return t(
        "recommend.step_hover",
        other=row["item_name"],
        n=formats.number(row["numerator"]),
        base=formats.number(row["denominator"]),
        interval=formats.interval(row["ci_lower"], row["ci_upper"]),
        lift=formats.number(row["lift"], 2),
        lower=formats.number(row["lift_lower"], 2),
        upper=formats.number(row["lift_upper"], 2),
    )


def _alike(model: str, facts: dict[str, Any]) -> None:
    table = data.rows(offers.substitutes, model=model, item_id=facts["item_id"])
    if table.empty:
        st.caption(t("recommend.no_alike"))
        return
    frame.show(
        bars.lying(
            table["item_name"].tolist(),
            table["score"].tolist(),
            texts=[formats.number(score, 2) for score in table["score"]],
            hover=[
                t(
                    "recommend.alike_hover",
                    item=row["item_name"],
                    score=formats.number(row["score"], 3),
                )
                for row in table.to_dict("records")
            ],
            is_share=False,
        ),
        key="item-alike",
        title=t("recommend.alike_title", item=facts["item_name"]),
        caption=t("recommend.alike_caption"),
        table=table,
    )
