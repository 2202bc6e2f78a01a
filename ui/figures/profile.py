"""The profile of one customer: what was bought when, tastes against everyone's, what to offer."""

from typing import Any

import pandas as pd
import streamlit as st

import analytics
from analytics.errors import UnknownCustomerError
from analytics.profile import Profile, customer_profile
from ui import address, audience, cards, data, formats, guard, offers, serving, tables
from ui.charts import frame, panels, timeline
from ui.words import language, name_of, t

_MOST_CATEGORIES = 8
_OFFERED = 5


def profile_of(workspace: analytics.Workspace, *, customer_id: str) -> Profile:
    """Collect all that is known about the customer."""
    return customer_profile(workspace, customer_id)


def of_chosen() -> None:
    """Draw the profile of the customer that the reader looks up, or say that there is none."""
    try:
        show(data.rows(profile_of, customer_id=chosen_customer()))
    except UnknownCustomerError as error:
        guard.tell(error)


def chosen_customer() -> str:
    """Let the reader look a customer up; the dearest one until then."""
    dearest = data.rows(offers.dearest_customer)["customer_id"].tolist()
    example = dearest[0] if dearest else ""
    if "customer" not in st.session_state:
        st.session_state["customer"] = st.query_params.get("customer", "")
    typed = st.text_input(
        t("control.customer"),
        key="customer",
        placeholder=t("profile.example", customer=example),
        icon=":material/search:",
    ).strip()
    address.keep("customer", typed, default="")
    return typed or example


def head(customer: Profile) -> None:
    """Draw the cards: purchases, last one, money, chance to return."""
    facts, currency = customer.facts, data.workspace().currency
    cards.row(
        [
            cards.Kpi(
                t("column.purchases"),
                formats.number(facts["purchases"]),
                t("profile.since", day=formats.day(facts["first_day"])),
            ),
            cards.Kpi(
                t("profile.last"),
                formats.days(facts["recency_days"]),
                t("profile.gap", days=formats.days(facts["mean_gap_days"])),
            ),
            cards.Kpi(
                t("profile.spent"),
                formats.money(facts["revenue"], currency),
                _origin(facts),
            ),
            cards.Kpi(
                t("profile.chance"),
                formats.percent(_chance(facts["customer_id"]), 0),
                t("profile.chance_grey"),
            ),
        ]
    )


def _chance(customer_id: str) -> float | None:
    """Chance of the customer's segment of risk: pooled over many purchases, so rarely unknown."""
    known = data.rows(audience.chances, customer_ids=(customer_id,))
    return known[0] if known else None


def _origin(facts: dict[str, Any]) -> str:
    known = [facts.get(name) for name in ("channel", "city", "country")]
    return " · ".join(str(value) for value in known if value)


def show(customer: Profile) -> None:
    """Draw the whole profile."""
    if not customer.facts["purchases"]:
        st.info(t("profile.never_bought"), icon=":material/person_search:")
        behaviour(customer)
        suggestions(customer.facts["customer_id"])
        return
    head(customer)
    left, right = st.columns(2, gap="large")
    with left:
        history(customer)
        behaviour(customer)
    with right:
        tastes(customer)
        suggestions(customer.facts["customer_id"])


def history(customer: Profile) -> None:
    """Draw the purchases along time, other actions below."""
    bought, currency = customer.purchases, data.workspace().currency
    names: Any = data.rows(offers.items).set_index("item_id")["item_name"]
    other: Any = customer.timeline[customer.timeline["kind"] != "purchase"]
    frame.show(
        timeline.stems(
            bought["day"].tolist(),
            bought["revenue"].tolist(),
            [_bought(row, names, currency) for row in bought.to_dict("records")],
            marks=other["day"].tolist(),
            marks_hover=[_done(row, names) for row in other.to_dict("records")],
            until=data.workspace().as_of,
        ),
        key="customer-timeline",
        title=t("profile.timeline"),
        caption=t("profile.timeline_caption", currency=currency),
        table=_named(customer.timeline, names),
        currency=currency,
    )


def _bought(row: dict[str, Any], names: pd.Series, currency: str) -> str:
    what = "<br>".join(_titles(row["items"], names))
    return (
        f"{formats.day(row['day'])}<br><b>{formats.money(row['revenue'], currency)}</b><br>{what}"
    )


def _done(row: dict[str, Any], names: pd.Series) -> str:
    what = ", ".join(_titles(row["what"], names))
    return f"{formats.day(row['day'])}<br>{name_of('event', row['kind'])} {what}"


def _titles(ids: object, names: pd.Series) -> list[str]:
    if formats.is_nothing(ids):
        return []
    return [str(names.get(one, one)) for one in str(ids).split(", ")]


def _named(table: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    return table.assign(
        kind=[name_of("event", kind) for kind in table["kind"]],
        what=[", ".join(_titles(ids, names)) for ids in table["what"]],
    )


def behaviour(customer: Profile) -> None:
    """Say how often the customer did what."""
    counts = [
        f"{name_of('event', row['event'])} **{formats.number(row['n'])}**"
        for row in customer.behaviour.sort_values("n", ascending=False).to_dict("records")
    ]
    if counts:
        st.markdown(t("profile.behaviour", counts=" · ".join(counts)))


def tastes(customer: Profile) -> None:
    """Draw the categories bought, beside how common they are among all purchases."""
    table = customer.categories.head(_MOST_CATEGORIES)
    hover = [
        t(
            "profile.taste_hover",
            category=row["category"],
            share=formats.percent(row["share"], 0),
            base=formats.percent(row["base_share"]),
        )
        for row in table.to_dict("records")
    ]
    frame.show(
        panels.rows(
            table["category"].tolist(),
            [
                panels.Panel(
                    t("profile.share"),
                    table["share"].tolist(),
                    [formats.percent(share, 0) for share in table["share"]],
                    hover,
                ),
                panels.Panel(
                    t("profile.affinity"),
                    table["affinity"].tolist(),
                    [t("recommend.times", n=formats.number(one, 1)) for one in table["affinity"]],
                    hover,
                ),
            ],
            customdata=[[name] for name in table["category"]],
        ),
        key="customer-tastes",
        title=t("profile.tastes"),
        caption=t("profile.tastes_caption", n=formats.number(customer.facts["purchases"])),
        table=customer.categories,
    )


def suggestions(customer_id: str) -> None:
    """Show what to offer next, with reasons, where a recommender is trained."""
    model = serving.current_key()
    if not model:
        return
    offered: Any = data.rows(
        offers.for_customer,
        model=model,
        customer_id=customer_id,
        k=_OFFERED,
        language=language(),
    )
    st.subheader(t("profile.next"), anchor=False)
    tables.show(offered[["item_name", "reason"]], key="customer_next")
