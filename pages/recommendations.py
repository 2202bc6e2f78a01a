"""Recommendations: what to offer whom, why, and how far the lists can be trusted."""

import streamlit as st

from ui import audience, controls, data, limits, model_versions, offers, page, serving, training
from ui.figures import item_offers, leaderboard, offer_checks, profile, segment_offers, tastes
from ui.figures import recommendations as figures

page.needs("purchases", "events", "ratings")
served, saved = serving.current(), serving.saved()
model = serving.current_key()
shown = controls.pills("shown_lists", figures.VIEWS) if served else "models"
k = controls.slider("n_items", 3, 20, 10)
days = segment_offers.horizon(model)

if shown == "segment":
    kind = audience.chosen_kind()
    segment = audience.chosen_segment(kind)
    answer, below = st.container(), st.container()
    with below:
        bounds = limits.chosen()
    asked = {"model": model, "kind": kind, "limits": bounds, "stamp": audience.stamp(kind)}
    view = asked | {"segment": segment}
    table = data.rows(offers.for_segments, **asked, k=k)
    ways = data.rows(offers.ways, **view, k=3)
    own = segment_offers.first(table, segment, k)
    with answer:
        page.head(segment_offers.finding(own, ways, kind=kind, segment=segment, days=days))
        segment_offers.counted_in(served, model)
        segment_offers.kpis(own, ways, 3)
    left, right = st.columns([7, 3], gap="large")
    with left:
        item = segment_offers.items(own, kind=kind, segment=segment, days=days)
        segment_offers.files(table, view, k)
    with right:
        segment_offers.takers(item, own, view)
    offer_checks.tabs(table, ways, kind=kind, segment=segment, model=model)

if shown == "customer":
    customer = profile.chosen_customer()
    table = figures.customer_table(model, customer, k)
    history = data.rows(offers.history, model=model, customer_id=customer)
    page.head(figures.customer_finding(table, customer, history, days))
    segment_offers.counted_in(served, model)
    left, right = st.columns([7, 3], gap="large")
    with left:
        item = figures.customer_list(table)
        tastes.tabs(model, customer, table, k)
    with right:
        figures.why(model, customer, item, table)
        figures.similar(data.rows(offers.similar_customers, model=model, customer_id=customer))

if shown == "item":
    item = item_offers.chosen_item(model)
    facts = data.rows(offers.item_facts, model=model, item_id=item)
    before, after = data.rows(offers.around, item_id=item)
    page.head(item_offers.finding(facts, before, days))
    segment_offers.counted_in(served, model)
    item_offers.kpis(facts, days)
    left, right = st.columns([7, 3], gap="large")
    with left:
        item_offers.around(model, facts, before, after)
    with right:
        item_offers.takers(model, facts)

if shown == "newcomers":
    by = controls.choice("newcomer_by", ("category", *audience.kinds()))
    table = data.rows(offers.for_newcomers, model=model, by=by, k=k, stamp=audience.stamp(by))
    group = figures.chosen_group(table, by)
    page.head(figures.newcomer_finding(table, by=by, group=group))
    figures.newcomer_items(table, by=by, group=group)

if shown == "models":
    page.head(leaderboard.finding(served, saved))
    leaderboard.kpis(served)
    left, right = st.columns([7, 3], gap="large")
    with left:
        leaderboard.show(saved)
        training.versions()
        model_versions.compare(saved)
        model_versions.learning(saved)
    with right:
        training.panel()
        model_versions.all_lists(served, model, k)

figures.definition()
