"""The tab of journeys: what follows on what from one purchase to the next."""

from collections.abc import Mapping
from typing import TypeAlias

import streamlit as st

from analytics.breakdown import OTHER
from analytics.reports import ReportResult
from analytics.repurchase.flow import OUTCOMES
from ui import controls, data, downloads, formats, page, questions, tables
from ui.charts import flows, frame
from ui.types import Row, Table
from ui.words import name_of, t

Names: TypeAlias = Mapping[str, str]

THINGS = ("category", "item")
HORIZONS = (180, 90, 365)
TOP = 5
_BOUGHT, _NOT_BACK, _OPEN = OUTCOMES
_CLEAR_Q = 0.05
_LISTED = 200
_HEIGHT = 320
_NAME_SIGNS = 16
_COLUMNS = ("lift", "item", "next_item", "numerator", "denominator", "rate", "usual_share")
_LIFT = ("lift_lower", "lift_upper", "q_value")


def tab(*, step: int) -> list[ReportResult]:
    """Draw the tab with its controls; gives the reports that it shows."""
    with st.container(horizontal=True):
        of = controls.pills("flow_of", THINGS, label=lambda name: t(f"choice.thing_{name}"))
        days = controls.pills("flow_days", HORIZONS, label=lambda n: t("control.n_days", n=n))
    names = names_of(of)
    everyone = data.report("journey-flow", of=of, step=step, horizon=days, top=TOP)
    pairs = data.report("journey", of=of, steps=(step,), horizon=days)
    flow(everyone, names, step=step, horizon=days)
    lifts(pairs, names)
    page.notes(pairs.notes)
    return [everyone, pairs]


def names_of(of: str = "item") -> Names:
    """Give the items' names by id; categories go by their own."""
    return {} if of == "category" else data.rows(questions.item_labels)


def spoken(names: Names, thing: str) -> str:
    """Name an item or category for the reader; one without a name goes by its id."""
    return names.get(thing) or name_of("trait", thing)


def flow(result: ReportResult, names: Names, *, step: int, horizon: int) -> None:
    """Draw all customers with purchase n by what they bought and what came after it."""
    table: Table = result.table
    st.markdown(_gone(table, horizon))
    if table.empty:
        return
    starts = list(dict.fromkeys(table["item"]))
    nexts = _in_order(table, starts)
    silent = [one for one in (_NOT_BACK, _OPEN) if (table["outcome"] == one).any()]
    ends = [*nexts, *silent]
    drawn = [
        flows.Flow(
            starts.index(row["item"]),
            ends.index(row["next_item"] if row["outcome"] == _BOUGHT else row["outcome"]),
            row["numerator"],
            _hover(row, names, horizon),
        )
        for row in table.to_dict("records")
    ]
    frame.show(
        flows.sankey(
            [_short(spoken(names, one)) for one in starts],
            [_end(one, names, horizon) for one in ends],
            drawn,
            quiet=[end in OUTCOMES for end in ends],
            pooled=_short(spoken(names, OTHER)),
        ),
        key="journey-flow",
        title=t("journey.flow", step=step, next=step + 1),
        caption=t(
            "journey.flow_caption",
            n=formats.number(table["numerator"].sum()),
            as_of=formats.day(result.as_of),
        ),
        table=table,
    )


def _in_order(table: Table, starts: list[str]) -> list[str]:
    """List what is bought next: in the order of the starts, so that one's own is straight on."""
    found = set(table["next_item"].dropna())
    others = sorted(found - set(starts))
    order = [*(one for one in starts if one in found and one != OTHER), *others]
    return [*order, OTHER] if OTHER in found else order


def _end(end: str, names: Names, horizon: int) -> str:
    if end == _NOT_BACK:
        return t("journey.not_back", days=horizon)
    return t("journey.open") if end == _OPEN else _short(spoken(names, end))


def _hover(row: Row, names: Names, horizon: int) -> str:
    end = row["next_item"] if row["outcome"] == _BOUGHT else row["outcome"]
    said = spoken(names, end) if row["outcome"] == _BOUGHT else _end(end, names, horizon)
    return t(
        "hover.rate",
        label=f"{spoken(names, row['item'])} → {said}",
        rate=formats.percent(row["rate"]),
        interval=formats.interval(row["ci_lower"], row["ci_upper"]),
        numerator=formats.number(row["numerator"]),
        denominator=formats.number(row["denominator"]),
    )


def _gone(table: Table, horizon: int) -> str:
    """Say how many went on, how many did not in time, and for how many it is open."""
    total = table["numerator"].sum()
    if not total:
        return t("journey.nobody")
    counts = table.groupby("outcome")["numerator"].sum().reindex(OUTCOMES, fill_value=0)
    back, gone, open_ones = (int(counts[outcome]) for outcome in OUTCOMES)
    return t(
        "journey.gone",
        n=formats.number(total),
        back=formats.number(back),
        gone=formats.number(gone),
        open=formats.number(open_ones),
        days=horizon,
    )


def lifts(result: ReportResult, names: Names) -> None:
    """List the pairs that follow on each other more or less often than by chance, surest first."""
    table = _surest(result.table)
    st.subheader(t("journey.lifts"), anchor=False)
    st.markdown(_said(table, names))
    table = table.rename(columns={"base_rate": "usual_share"})
    shown = table[[*_COLUMNS, *_LIFT]].assign(
        item=[spoken(names, str(one)) for one in table["item"]],
        next_item=[spoken(names, str(one)) for one in table["next_item"]],
    )
    st.caption(t("journey.lifts_caption", as_of=formats.day(result.as_of)))
    tables.show(shown.head(_LISTED), key="table_journey", height=_HEIGHT)
    downloads.table(shown, "journey")


def _surest(table: Table) -> Table:
    """Put the clear pairs first, by the lower end of their lift; then all others by customers."""
    ranked = table.assign(
        is_clear=(table["q_value"] < _CLEAR_Q).fillna(value=False), sure=table["lift_lower"]
    )
    ranked.loc[~ranked["is_clear"], "sure"] = 0.0
    order = ["is_clear", "sure", "numerator", "item", "next_item"]
    return ranked.sort_values(order, ascending=[False, False, False, True, True])


def _said(table: Table, names: Names) -> str:
    """Name the surest pair of two different things that attract each other, if there is one."""
    attracting: Table = table[table["is_clear"] & (table["lift_lower"] > 1)]
    others: Table = attracting[attracting["item"] != attracting["next_item"]]
    if others.empty:
        return t("journey.no_pair")
    row = others.iloc[0]
    return t(
        "journey.pair",
        item=spoken(names, row["item"]),
        next=spoken(names, row["next_item"]),
        rate=formats.percent(row["rate"], 0),
        base=formats.percent(row["base_rate"], 0),
        lift=formats.number(row["lift"], 1),
        lower=formats.number(row["lift_lower"], 1),
        upper=formats.number(row["lift_upper"], 1),
        n=formats.number(row["numerator"]),
        pairs=len(attracting),
    )


def _short(name: str) -> str:
    return name if len(name) <= _NAME_SIGNS else f"{name[: _NAME_SIGNS - 1]}…"
