"""The tab of the next item: what is bought after a chosen one, how surely, how soon."""

import streamlit as st

from analytics.reports import ReportResult
from ui import address, data, formats, members, page, people
from ui.charts import frame, panels
from ui.figures import hover
from ui.figures.journeys import Names, names_of, spoken
from ui.types import Table
from ui.words import spoken as spoken_options
from ui.words import t

TOP = 8
_CLEAR_Q = 0.05
_NAME = "after_item"


def tab() -> list[ReportResult]:
    """Draw the tab with its controls; gives the report that it shows."""
    names = names_of()
    result = data.report("next-item", top=TOP)
    left, right = st.columns([7, 3], gap="large")
    with left:
        item = choice(result, names)
        if item is not None:
            next_items(result, names, item)
    with right:
        if item is not None:
            people_of(item, names)
    page.notes(result.notes)
    return [result]


def choice(result: ReportResult, names: Names) -> str | None:
    """Let the reader choose the item, the most often followed first; None where there is none."""
    items = result.table["item"].drop_duplicates().tolist()
    if not items:
        st.caption(t("next_item.nobody"))
        return None
    usual = _usual(result.table, items)
    address.begin(_NAME, items, default=usual)
    chosen = st.selectbox(
        t("next_item.choose"),
        items,
        format_func=spoken_options(items, lambda item: spoken(names, item)),
        key=_NAME,
    )
    address.keep(_NAME, chosen, default=usual)
    return chosen


def _usual(table: Table, items: list[str]) -> str:
    """Choose the most followed item after which something is clearly bought more often."""
    clear: Table = table[(table["q_value"] < _CLEAR_Q) & (table["lift"] > 1)]
    return items[0] if clear.empty else clear["item"].iloc[0]


def next_items(result: ReportResult, names: Names, item: str) -> None:
    """Draw what follows the item, by how often; grey where chance could explain it."""
    table: Table = result.table[result.table["item"] == item]
    table = table.assign(next_name=[spoken(names, one) for one in table["next_item"]])
    clear = (table["q_value"] < _CLEAR_Q).fillna(value=False)
    st.markdown(_said(table[clear & (table["lift"] > 1)], table, spoken(names, item)))
    figure = panels.rows(
        [
            t("next_item.row", item=row.next_name, n=formats.number(row.numerator))
            for row in table.itertuples()
        ],
        _panels(table),
        customdata=table["next_item"].tolist(),
        muted=(~clear).tolist(),
    )
    shown = ["place", "next_name", "numerator", "denominator", "rate", "ci_lower", "ci_upper"]
    shown += ["usual_share", "lift", "lift_lower", "lift_upper", "q_value", "median_days"]
    frame.show(
        figure,
        key="next-item",
        title=t("next_item.title", item=spoken(names, item)),
        caption=t(
            "next_item.caption", days=result.params["horizon"], as_of=formats.day(result.as_of)
        ),
        table=table.rename(columns={"base_rate": "usual_share"})[shown],
    )


def _panels(table: Table) -> list[panels.Panel]:
    """Give the three measures side by side: share, lift, days."""
    hovers = _hover(table)
    return [
        panels.Panel(
            t("next_item.share"),
            table["rate"].tolist(),
            [formats.percent(share, 0) for share in table["rate"]],
            hovers,
            table["ci_lower"].tolist(),
            table["ci_upper"].tolist(),
        ),
        panels.Panel(
            t("column.lift"),
            table["lift"].tolist(),
            [t("next_item.times", lift=formats.number(lift, 1)) for lift in table["lift"]],
            hovers,
        ),
        panels.Panel(
            t("next_item.days"),
            table["median_days"].tolist(),
            [formats.number(days) for days in table["median_days"]],
            hovers,
        ),
    ]


def _said(clear: Table, table: Table, name: str) -> str:
    if clear.empty:
        n = 0 if table.empty else table["denominator"].iloc[0]
        return t("next_item.alike", item=name, n=formats.number(n))
    row = clear.iloc[0]
    return t(
        "next_item.said",
        item=name,
        next=row["next_name"],
        rate=formats.percent(row["rate"]),
        interval=formats.interval(row["ci_lower"], row["ci_upper"]),
        base=formats.percent(row["base_rate"]),
        days=formats.days(row["median_days"]),
    )


def _hover(table: Table) -> list[str]:
    texts = hover.rates(table, lambda row: row["next_name"])
    more = [
        t(
            "next_item.hover",
            lift=formats.number(row.lift, 1),
            lower=formats.number(row.lift_lower, 1),
            upper=formats.number(row.lift_upper, 1),
            q=formats.number(row.q_value, 3),
        )
        for row in table.itertuples()
    ]
    return [f"{text}<br>{one}" for text, one in zip(texts, more, strict=True)]


def people_of(item: str, names: Names) -> None:
    """Show whose latest purchase holds the item: those to whom the next one can be offered."""
    name = spoken(names, item)
    people.panel(
        t("next_item.people", item=name), members.last_bought, name="last-bought", item=item
    )
