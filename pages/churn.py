"""Churn: who is leaving, after how much silence, and what goes with it?"""

import streamlit as st

from ui import cards, controls, data, guard, page, questions
from ui.figures import churn as figures
from ui.figures import loss, score, subscriptions, value

page.needs("purchases", "subscriptions")
subscriptions.alone()
rule, fixed_days = figures.rule_choice()
horizon = controls.horizon()
by = controls.breakdown()

at_risk = data.report("at-risk", horizon=horizon, fixed_days=(30, 60, 90, 180, fixed_days))
days = figures.silence(at_risk, rule, fixed_days)
chances = data.report("rest-chance", step=0, horizon=horizon)
lost_days = figures.lost_after(at_risk, rule, fixed_days)
summary = data.rows(questions.survival_summary, by=by, lost_days=lost_days)

page.head(figures.finding(at_risk, days, horizon=horizon))
page.doubts(data.rows(questions.renewal_notes))
figures.kpis(at_risk, summary, days=days, lost_days=lost_days)

left, right = st.columns([7, 3], gap="large")
with left:
    figures.chances(chances.table, days=days, horizon=horizon, as_of=at_risk.as_of)
with right:
    figures.people_of(days)

survival = data.report("survival", by=by, lost_days=lost_days)
explained = (at_risk, survival)
tabs = controls.tabs("churn_tabs", figures.TABS, label=figures.tab_label)
if tabs["survival"].open:
    with tabs["survival"]:
        figures.survival(survival, summary, lost_days=lost_days)
        to_stay = data.report("remaining-life", lost_days=lost_days)
        figures.remaining(to_stay)
        explained += (to_stay,)
        page.notes(survival.notes)
if tabs["drivers"].open:
    with tabs["drivers"], guard.shown():
        cox = data.report("cox", lost_days=lost_days)
        figures.drivers(cox, lost_days=lost_days)
        page.notes(cox.notes)
        explained += (cox,)
if tabs["score"].open:
    with tabs["score"], guard.shown():
        explained += score.tab(horizon)
if tabs["loss"].open:
    with tabs["loss"], guard.shown():
        reasons = data.report("loss", lost_days=lost_days)
        loss.tab(reasons)
        explained += (reasons,)
if tabs["rules"].open:
    with tabs["rules"], guard.shown():
        figures.rules(at_risk)
        cycle = data.report("usage-cycle")
        page.notes(cycle.notes)
        explained += (cycle,)
if tabs["value"].open:
    with tabs["value"], guard.shown():
        to_come = data.report("clv", horizon=horizon, margin=value.margin())
        tracking = data.report("btyd-tracking")
        alive = data.report("btyd-map", horizon=horizon)
        page.head(value.finding(to_come, tracking))
        page.doubts(value.doubts(to_come))
        left, right = st.columns([7, 3], gap="large")
        with left:
            value.tracking_weeks(tracking)
        with right:
            value.dearest(to_come)
        left, right = st.columns([7, 3], gap="large")
        with left:
            square = value.alive_map(alive)
        with right:
            value.cell_people(square)
        left, right = st.columns(2, gap="large")
        with left:
            value.tenths(to_come)
        with right:
            value.calibration(data.report("btyd-calibration"), tracking)
        page.notes(value.notes(to_come))
        explained += (to_come, tracking, alive)
if tabs["subscriptions"].open:
    with tabs["subscriptions"], guard.shown():
        explained += subscriptions.tab()

cards.definition(*explained)
