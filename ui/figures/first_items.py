"""The tab of first items: which first purchase goes with coming back."""

from typing import Any

import streamlit as st

from analytics.reports import ReportResult
from ui import (
    controls,
    data,
    findings,
    formats,
    members,
    page,
    people,
    questions,
)
from ui.charts import frame, panels
from ui.figures import hover
from ui.types import Row, Table
from ui.words import name_of, t

FLOORS = (30, 10, 50, 100)
THINGS = ("item", "category")
_SHOWN = 15
_NAME_SIGNS = 34
_SAID = 3
_CLEAR_Q = 0.05


def tab(rates: ReportResult, *, horizon: int) -> list[ReportResult]:
    """Draw the tab with its controls; gives the report that it shows."""
    with st.container(horizontal=True):
        of = controls.pills("first_of", THINGS, label=lambda name: t(f"choice.thing_{name}"))
        floor = controls.pills("floor", FLOORS, label=lambda n: t("first_item.floor", n=n))
    result = data.report("first-item", horizon=horizon, of=of, min_customers=floor)
    left, right = st.columns([7, 3], gap="large")
    with left:
        names = data.rows(questions.item_names)
        chosen = first_items(result, names, rates.table, horizon=horizon)
    with right:
        people_of(chosen, horizon=horizon, of=of, currency=result.currency)
    page.notes(result.notes)
    return [result]


def first_items(
    result: ReportResult, names: Table, rates: Table, *, horizon: int
) -> tuple[str, Row] | None:
    """Draw rate, days to the second purchase and value by first item; grey where chance may be all.

    Gives the id of the clicked item and its row, before any click those of the surest one.
    """
    table = named(result.table, names)
    shown = telling(table)
    st.markdown(said(shown))
    if shown.empty:
        return None
    row = findings.rate_row(rates, horizon_days=horizon, scope="any")
    clicked = frame.show(
        panels.rows(
            [_label(row) for row in shown.to_dict("records")],
            _panels(shown, result.currency, horizon),
            customdata=shown["item_id"].tolist(),
            muted=(~is_clear(shown)).tolist(),
        ),
        key="first-item",
        title=t("first_item.title", days=horizon),
        caption=t(
            "first_item.caption",
            all=formats.NOTHING if row is None else formats.percent(row["rate"]),
            as_of=formats.day(result.as_of),
        ),
        table=table.drop(columns=["p_value", "is_mature"]),
        currency=result.currency,
        is_clickable=True,
    )
    return _chosen(clicked, shown)


def _panels(shown: Table, currency: str, horizon: int) -> list[panels.Panel]:
    """Give the three measures side by side: rate, days until half are back, value by then."""
    hovers = _hover(shown)
    return [
        panels.Panel(
            t("first_item.rate"),
            shown["rate"].tolist(),
            [formats.percent(share, 0) for share in shown["rate"]],
            hovers,
            shown["ci_lower"].tolist(),
            shown["ci_upper"].tolist(),
        ),
        panels.Panel(
            t("first_item.days"),
            shown["median_days"].astype(float).fillna(0).tolist(),
            [formats.number(days) for days in shown["median_days"]],
            hovers,
        ),
        panels.Panel(
            t("first_item.value", days=horizon),
            shown["value_per_customer"].tolist(),
            [formats.money(value, currency) for value in shown["value_per_customer"]],
            hovers,
            shown["value_lower"].tolist(),
            shown["value_upper"].tolist(),
        ),
    ]


def _chosen(clicked: Any, shown: Table) -> tuple[str, Row]:
    item = clicked[0] if isinstance(clicked, list) else clicked
    rows = shown[shown["item_id"] == item]
    row = shown.sort_values(["q_value", "item_id"]).iloc[0] if rows.empty else rows.iloc[0]
    return str(row["item_id"]), row


def people_of(chosen: tuple[str, Row] | None, *, horizon: int, of: str, currency: str) -> None:
    """Show who began with the clicked item, and what became of them."""
    if chosen is None:
        return
    item, row = chosen
    people.panel(
        t("first_item.people", item=row["item_name"]),
        members.began_with,
        name="began-with",
        summary=t(
            "first_item.summary",
            rate=formats.percent(row["rate"]),
            days=formats.days(row["median_days"]),
            value=formats.money(row["value_per_customer"], currency),
            horizon=horizon,
        ),
        item=item,
        horizon=horizon,
        of=of,
    )


def named(table: Table, names: Table) -> Table:
    """Put the items' names beside their ids; an item without a name goes by its id."""
    if "category" in table.columns:
        known: Table = table.rename(columns={"category": "item_id"})
        known["item_name"] = [name_of("trait", str(name)) for name in known["item_id"]]
    else:
        known = table.merge(names[["item_id", "item_name"]], on="item_id", how="left")
        known["item_name"] = known["item_name"].fillna(known["item_id"])
    first = ["item_id", "item_name"]
    return known[[*first, *(name for name in known.columns if name not in first)]]


def telling(table: Table, limit: int = _SHOWN) -> Table:
    """Choose what fits: items that differ clearly, then those most began with; best rate first."""
    tested: Table = table[table["q_value"].notna()]
    order = tested.assign(is_rest=~is_clear(tested)).sort_values(
        ["is_rest", "customers", "item_id"], ascending=[True, False, True]
    )
    chosen = order.head(limit).drop(columns="is_rest")
    return chosen.sort_values(["rate", "item_id"], ascending=[False, True], ignore_index=True)


def is_clear(table: Table) -> Row:
    """Tell which items differ from the others by more than chance would."""
    return (table["q_value"] < _CLEAR_Q).fillna(value=False)


def said(shown: Table) -> str:
    """Name the items that differ clearly, the most certain first, or say that none does."""
    clear: Table = shown[is_clear(shown)].sort_values(["q_value", "item_id"]).head(_SAID)
    if clear.empty:
        return t("first_item.alike" if len(shown) else "first_item.too_few")
    return findings.joined(*(_sentence(row) for row in clear.to_dict("records")))


def _sentence(row: Row) -> str:
    return t(
        "first_item.higher" if row["difference"] > 0 else "first_item.lower",
        item=row["item_name"],
        rate=formats.percent(row["rate"]),
        others=formats.percent(row["rate"] - row["difference"]),
        n=formats.number(row["customers"]),
    )


def _label(row: Row) -> str:
    """Write the name, shortened, and how many began with it: on a phone the bars have no room."""
    name = str(row["item_name"])
    short = name if len(name) <= _NAME_SIGNS else f"{name[: _NAME_SIGNS - 1]}…"
    return t("next_item.row", item=short, n=formats.number(row["customers"]))


def _hover(shown: Table) -> list[str]:
    texts = hover.rates(
        shown, lambda row: row["item_name"], numerator="repurchasers", denominator="customers"
    )
    q_values = [formats.number(q, 3) for q in shown["q_value"]]
    return [f"{text}<br>q {q}" for text, q in zip(texts, q_values, strict=True)]
