"""Figures of the Campaigns page: what the list could prove, how it comes about, past lists."""

from typing import Any

import pandas as pd
import streamlit as st

from recsys.campaigns.filters import Filters
from recsys.campaigns.holdout import holdout
from recsys.campaigns.power import minimum_detectable_effect
from ui import audience, campaigns, cards, data, definitions, findings, formats, tables
from ui.campaigns import Plan
from ui.charts import bars, curves, frame
from ui.words import t

_SHARES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
_SHOWN = 200


def finding(plan: Plan) -> str:
    """Say who would be listed, and how small an effect the holdout could show."""
    if not plan.n:
        is_resting = plan.count("filters") > 0
        return findings.joined(t("finding.list_rests" if is_resting else "finding.list_empty"))
    headline = t(
        "finding.list",
        n=formats.number(plan.n - plan.n_holdout),
        held=formats.number(plan.n_holdout),
        segment=audience.label(plan.view.kind, plan.view.segment),
    )
    return findings.joined(headline, _power(plan))


def _power(plan: Plan) -> str:
    if not plan.n_holdout:
        return t("finding.no_holdout")
    if plan.base_rate is None:
        return t("finding.no_base_rate")
    effect, base = plan.least_effect(), formats.percent(plan.base_rate)
    if effect is None:
        return t("finding.too_few", base=base)
    return t("finding.power", base=base, effect=points(effect))


def points(share: float | None) -> str:
    """Write a difference of shares in percentage points."""
    return formats.NOTHING if share is None else formats.number(share * 100, 1)


def kpis(plan: Plan) -> None:
    """Draw the cards: listed, contacted, held out, the smallest effect that can be shown."""
    effect = plan.least_effect() if plan.n else None
    cards.row(
        [
            cards.Kpi(
                t("campaigns.listed"),
                formats.number(plan.n),
                t("campaigns.of_segment", n=formats.number(len(plan.people))),
            ),
            cards.Kpi(
                t("campaigns.contacted"),
                formats.number(plan.n - plan.n_holdout),
                t("campaigns.items_each", n=plan.view.n_items),
            ),
            cards.Kpi(
                t("campaigns.held_out"),
                formats.number(plan.n_holdout),
                formats.percent(plan.view.holdout, 0),
            ),
            cards.Kpi(
                t("campaigns.least"),
                t("campaigns.points", n=points(effect)) if effect is not None else formats.NOTHING,
                t("campaigns.base", base=formats.percent(plan.base_rate)),
            ),
        ]
    )


def waterfall(plan: Plan) -> None:
    """Draw how many are left after each step, from the segment to those who are contacted."""
    inside = plan.count("filters", "suppressed")
    counts = {
        "segment": len(plan.people),
        "filters": inside,
        "suppressed": plan.n,
        "contacted": plan.n - plan.n_holdout,
    }
    labels = [t(f"campaigns.step_{name}") for name in counts]
    texts = [formats.number(count) for count in counts.values()]
    frame.show(
        bars.lying(
            labels,
            list(counts.values()),
            texts=texts,
            hover=[f"{label}<br><b>{text}</b>" for label, text in zip(labels, texts, strict=True)],
            is_share=False,
        ),
        key="list-steps",
        title=t("campaigns.steps"),
        caption=t(
            "campaigns.steps_caption",
            segment=audience.label(plan.view.kind, plan.view.segment),
            as_of=formats.day(data.workspace().as_of),
        ),
        table=pd.DataFrame({"what": labels, "customers": list(counts.values())}),
    )


def power(plan: Plan) -> None:
    """Draw the smallest effect that could be shown, by the share held out."""
    known = [(share, plan.least_effect(share)) for share in _SHARES] if plan.n else []
    known = [(share, effect) for share, effect in known if effect is not None]
    labels = [formats.percent(share, 0) for share, _ in known]
    frame.show(
        curves.trend(
            [
                curves.Curve(
                    "",
                    labels,
                    [effect for _, effect in known],
                    hover=[
                        t("campaigns.power_hover", share=label, effect=points(effect))
                        for label, (_, effect) in zip(labels, known, strict=True)
                    ],
                )
            ]
        ),
        key="list-power",
        title=t("campaigns.power"),
        caption=t(
            "campaigns.power_caption",
            n=formats.number(plan.n),
            base=formats.percent(plan.base_rate),
        ),
        table=pd.DataFrame(known, columns=pd.Index(["holdout_share", "least_effect_rate"])),
    )


def people(plan: Plan) -> None:
    """Show who would be listed, the first to contact first."""
    listed: Any = plan.people[plan.people["step"] == "suppressed"].drop(columns="step")
    listed = listed.dropna(axis="columns", how="all").rename(columns={"chance": "chance_away"})
    st.subheader(t("campaigns.people"), anchor=False)
    if listed.empty:
        st.caption(t("people.nobody"))
        return
    tables.show(
        listed.head(_SHOWN), key="list_people", currency=data.workspace().currency, height=320
    )
    if len(listed) > _SHOWN:
        st.caption(t("people.shown", shown=_SHOWN, all=formats.number(len(listed))))


def register() -> None:
    """Show all stored lists."""
    past = campaigns.past()
    if past.empty:
        st.caption(t("campaigns.none"))
        return
    shown = past.assign(
        segment=[
            audience.label(kind, segment)
            for kind, segment in zip(past["segment_kind"], past["segment"], strict=True)
        ]
    ).rename(columns={"holdout": "holdout_share", "minimum_detectable_effect": "least_effect_rate"})
    tables.show(shown.drop(columns="segment_kind"), key="list_register")


def definition() -> None:
    """Draw the card that says how the list is filtered, the holdout drawn, the power computed."""
    definitions.card(
        {
            "list-filters": Filters,
            "list-holdout": holdout,
            "list-power": minimum_detectable_effect,
        }
    )


def tabs() -> list[str]:
    """Name the tabs of the page."""
    return [t(f"campaigns.tab_{name}") for name in ("people", "power", "register")]
