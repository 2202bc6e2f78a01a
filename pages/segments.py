"""Segments: whom to speak to in one voice, how large they are and what they are worth."""

import streamlit as st

from ui import audience, controls, data, page
from ui.figures import profile
from ui.figures import segments as figures

page.needs("purchases")
kind = audience.chosen_kind()
table = data.rows(audience.sizes, kind=kind, stamp=audience.stamp(kind))

page.head(figures.finding(table, kind))
figures.kpis(table, kind)

left, right = st.columns([7, 3], gap="large")
with left:
    figures.side_by_side(table, kind)
with right:
    figures.people_of(table, kind)

below = controls.pills("below", ("thresholds", "customer"))
if below == "thresholds":
    cuts = data.rows(audience.sizes, kind="rfm").attrs["thresholds"]
    figures.rfm_grid(data.rows(audience.grid), cuts)
    figures.money_cuts(cuts)
if below == "customer":
    profile.of_chosen()

page.notes(table.attrs["notes"])
figures.definition(kind)
