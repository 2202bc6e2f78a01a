"""Repurchase: do customers buy again, how soon, and the same or something else?"""

import streamlit as st

from ui import cards, controls, data, findings, page, questions
from ui.figures import first_items, gaps
from ui.figures import repurchase as figures

page.needs("purchases")
horizon = controls.horizon()
unit = controls.choice("period", controls.PERIODS)
step = controls.choice("step", range(1, 6), label=figures.step_label)
by = controls.breakdown()

rates = data.report("repurchase-rate", horizons=controls.HORIZONS, scope="all")
curve = data.report("repurchase-curve", step=step, by=by)
quartiles = data.rows(questions.quartile_days)
trends = {
    days: data.report("repurchase-trend", horizon=days, period=unit).table for days in (30, 90, 365)
}
trend = data.report("repurchase-trend", horizon=horizon, period=unit)

page.head(
    findings.repurchase(rates.table, quartiles, trend.table, horizon=horizon, unit=unit),
)
figures.kpis(rates, quartiles, trends)

left, right = st.columns([7, 3], gap="large")
with left:
    figures.curve(curve, step=step)
    bar = figures.horizons(rates)
with right:
    figures.people_of(bar, horizon=horizon)

tabs = st.tabs(figures.tabs(), on_change="rerun", key="repurchase_tabs")
cohorts, scope, first, between, ladder, rest, returning = tabs
explained = [rates, trend, curve]
if cohorts.open:
    with cohorts:
        figures.trend(trend, horizon=horizon, unit=unit)
if scope.open:
    with scope:
        figures.scopes(rates, horizon=horizon)
if first.open:
    with first:
        explained.append(items := data.report("first-item", horizon=horizon))
        names = data.rows(questions.item_names)
        first_items.first_items(items, names, rates.table, horizon=horizon)
        page.notes(items.notes)
if between.open:
    with between:
        explained.append(time_between := data.report("time-between"))
        gaps.gaps(time_between, data.rows(questions.gap_buckets))
if ladder.open:
    with ladder:
        explained.append(order_ladder := data.report("order-ladder", horizon=horizon))
        figures.ladder(order_ladder, horizon=horizon)
if rest.open:
    with rest:
        chances = data.rows(questions.rest_chance, step=step, horizon=horizon)
        figures.rest(chances, horizon=horizon, as_of=rates.as_of)
if returning.open:
    with returning:
        explained.append(returning_rate := data.report("returning-rate", period=unit))
        figures.returning(returning_rate, unit=unit)

page.notes(figures.notes_for(rates, horizon), curve.notes)
cards.definition(*explained)
