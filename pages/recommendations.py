"""Recommendations: what to offer whom, why, and how far the lists can be trusted."""

import streamlit as st

from ui import audience, controls, data, offers, page, serving, training
from ui.figures import leaderboard, profile
from ui.figures import recommendations as figures

page.needs("purchases", "events", "ratings")
served, saved = serving.current(), serving.saved()
page.head(leaderboard.finding(served))
if served:
    leaderboard.kpis(served)
    figures.stale(served)
model = serving.current_key()
shown = controls.pills("shown_lists", figures.VIEWS) if served else "models"
k = controls.slider("n_items", 3, 20, 10)

if shown == "segment":
    kind = audience.chosen_kind()
    segment = audience.chosen_segment(kind)
    view = {"model": model, "kind": kind, "segment": segment, "stamp": audience.stamp(kind)}
    table = data.rows(offers.for_segments, model=model, kind=kind, k=k, stamp=audience.stamp(kind))
    left, right = st.columns([7, 3], gap="large")
    with left:
        item = figures.segment_items(table, kind=kind, segment=segment)
        figures.segment_files(table, view, k)
    with right:
        figures.takers(item, table, view)

if shown == "customer":
    customer = profile.chosen_customer()
    table = figures.customer_table(model, customer, k)
    left, right = st.columns([7, 3], gap="large")
    with left:
        item = figures.customer_list(table)
    with right:
        figures.why(model, customer, item, table)
        figures.similar(data.rows(offers.similar_customers, model=model, customer_id=customer))

if shown == "newcomers":
    by = controls.choice("newcomer_by", ("category", *audience.kinds()))
    table = data.rows(offers.for_newcomers, model=model, by=by, k=k, stamp=audience.stamp(by))
    figures.newcomer_items(table, by=by, group=figures.chosen_group(table, by))

if shown == "models":
    left, right = st.columns([7, 3], gap="large")
    with left:
        leaderboard.show(saved)
        training.versions()
    with right:
        training.panel()

figures.definition()
