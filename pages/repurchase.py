"""Repurchase: do customers buy again, how soon, and the same or something else?"""

import streamlit as st

from ui import cards, controls, data, findings, page
from ui.figures import (
    chances,
    dues,
    first_items,
    gaps,
    journeys,
    next_items,
    repeat_rates,
    repurchase_groups,
)
from ui.figures import repurchase as figures

page.needs("purchases")
horizon = controls.horizon()
scope = controls.choice("scope", figures.SCOPES)
unit = controls.choice("period", controls.PERIODS)
step = controls.choice("step", range(1, 6), label=figures.step_label)
by = controls.breakdown()

rates = data.report("repurchase-rate", horizons=controls.HORIZONS, scope="all")
first = data.report("repurchase-quartiles")
trends = data.report("repurchase-trend", horizons=figures.CARD_HORIZONS, scope=scope, period=unit)
trend = data.report("repurchase-trend", horizon=horizon, scope=scope, period=unit)
said = {"horizon": horizon, "unit": unit, "scope": scope}

page.head(findings.repurchase(rates.table, figures.whole(first), trend.table, **said))
page.corrected()
quartiles = data.report("repurchase-quartiles", step=step)
figures.kpis(rates, quartiles, trends, scope=scope)

left, right = st.columns([7, 3], gap="large")
with left:
    curve = data.report("repurchase-curve", step=step, by=by)
    at_days = data.report("repurchase-curve", step=step, by=by, days=figures.ticks(curve))
    figures.curve(curve, at_days, step=step)
    explained = [rates, trend, curve, quartiles]
    if by:
        explained[-1] = repurchase_groups.compared(by, step=step, horizon=horizon)
    bar = figures.horizons(rates, scope=scope)
with right:
    figures.people_of(bar, horizon=horizon, scope=scope)

tabs = controls.tabs("repurchase_tabs", figures.TABS, label=figures.tab_label)
if tabs["trend"].open:
    with tabs["trend"]:
        figures.trend(trend, horizon=horizon, unit=unit)
if tabs["due"].open:
    with tabs["due"]:
        within = dues.window()
        explained.append(due := data.report("due", within=within, limit=0))
        dues.due(due, journeys.names_of(), within=within)
if tabs["first_item"].open:
    with tabs["first_item"]:
        explained += first_items.tab(rates, horizon=horizon)
if tabs["journey"].open:
    with tabs["journey"]:
        explained += journeys.tab(step=step)
if tabs["next_item"].open:
    with tabs["next_item"]:
        explained += next_items.tab()
if tabs["ladder"].open:
    with tabs["ladder"]:
        explained.append(ladder := data.report("order-ladder", horizon=horizon))
        repeat_rates.ladder(ladder, horizon=horizon)
if tabs["gaps"].open:
    with tabs["gaps"]:
        between, spread = data.report("time-between"), data.report("gap-buckets")
        explained += [between, spread]
        gaps.gaps(between, spread)
if tabs["rest"].open:
    with tabs["rest"]:
        explained.append(rest := data.report("rest-chance", step=step, horizon=horizon))
        chances.tab(rest, step=step, horizon=horizon)
if tabs["returning"].open:
    with tabs["returning"]:
        explained.append(returning := data.report("returning-rate", period=unit))
        repeat_rates.returning(returning, unit=unit)
if tabs["repeat_revenue"].open:
    with tabs["repeat_revenue"]:
        refunds = repeat_rates.refund_day()
        explained.append(earned := data.report("repeat-revenue", period=unit, refunds=refunds))
        repeat_rates.repeat_revenue(earned, unit=unit)

page.notes(figures.notes_for(rates, horizon))
cards.definition(*explained)
