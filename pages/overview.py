"""Overview: how is the shop doing, what changed beyond chance, and what to do next?"""

import streamlit as st

from ui import audience, cards, controls, data, page, questions
from ui.figures import overview as figures

page.needs("purchases")
unit = controls.choice("period", controls.PERIODS)

result = data.report("overview", period=unit)
page.head(figures.finding(result, unit=unit))
figures.kpis(result, unit=unit)

left, right = st.columns([7, 3], gap="large")
with left:
    lifecycle = data.report("lifecycle", period=unit)
    figures.lifecycle(lifecycle, unit=unit)
with right:
    figures.actions(audience.report(data.workspace()))

revenue, changed = st.tabs(figures.tabs(), on_change="rerun", key="overview_tabs")
if revenue.open:
    with revenue:
        figures.revenue(data.report("overview-series", period=unit), unit=unit)
if changed.open:
    with changed:
        figures.since_last_import(data.rows(questions.what_changed, period=unit), unit=unit)

page.notes(lifecycle.notes)
cards.definition(result, lifecycle)
