"""Repurchase: do customers buy again, how soon, and the same or something else?"""

import streamlit as st

from ui import cards, controls, data, findings, page, questions
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

cohorts, scope, ladder, rest, returning = st.tabs(figures.tabs())
with cohorts:
    figures.trend(trend, horizon=horizon, unit=unit)
with scope:
    figures.scopes(rates, horizon=horizon)
with ladder:
    ladder_result = data.report("order-ladder", horizon=horizon)
    figures.ladder(ladder_result, horizon=horizon)
with rest:
    chances = data.rows(questions.rest_chance, step=step, horizon=horizon)
    figures.rest(chances, horizon=horizon, as_of=rates.as_of)
with returning:
    returning_result = data.report("returning-rate", period=unit)
    figures.returning(returning_result, unit=unit)

page.notes(figures.notes_for(rates, horizon), curve.notes)
cards.definition(rates, trend, curve, ladder_result, returning_result)
