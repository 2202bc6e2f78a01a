"""Retention: of the customers who began together, who came back, and when?"""

import streamlit as st

from analytics.retention.mean import retention_mean
from ui import cards, controls, data, findings, page
from ui.figures import retention as figures

page.needs("purchases")
view = {
    "period": controls.choice("period", controls.PERIODS),
    "window": controls.choice("window", ("calendar", "elapsed")),
    "return_rule": controls.choice("return_rule", ("on", "on-or-after", "on-or-before")),
    "start_rule": controls.choice("start_rule", ("first", "recurring")),
}
value = controls.choice("shown_value", figures.SHOWN_VALUES)
columns = controls.slider("columns_shown", 3, 36, 12)

result = data.report("retention", **view)
pooled = retention_mean(result.table)
unit = view["period"]

page.head(findings.retention(result.table, pooled, view=view))
figures.kpis(result, pooled, unit=unit)

left, right = st.columns([7, 3], gap="large")
with left:
    cell = figures.grid(
        result, value=value, unit=unit, columns=columns, currency=data.workspace().currency
    )
with right:
    figures.people_of(cell, result, view)

curve, over_time = st.tabs([figures.tab("curve"), figures.tab("over_time")])
with curve:
    figures.pooled_curve(result, pooled, unit=unit)
with over_time:
    figures.over_time(result, unit=unit, index=1)

page.notes(result.notes)
cards.definition(result)
