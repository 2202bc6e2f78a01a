"""Campaigns: whom to contact, with what, and whom to hold out so that the effect can be read."""

import streamlit as st

from ui import campaigns, page
from ui.figures import campaigns as figures

page.needs("purchases")
plan = campaigns.plan(campaigns.chosen())

page.head(figures.finding(plan))
figures.kpis(plan)

left, right = st.columns([7, 3], gap="large")
with left:
    figures.waterfall(plan)
with right:
    campaigns.form(plan)
    campaigns.take_away()

people, power, register = st.tabs(figures.tabs())
with people:
    figures.people(plan)
with power:
    figures.power(plan)
with register:
    figures.register()

figures.definition()
