"""Retention: of the customers who began together, who came back, and when?"""

import streamlit as st

from analytics.retention.mean import retention_mean
from ui import cards, controls, data, findings, page, questions
from ui.figures import groups
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
by = controls.breakdown()

result = chosen = data.report("retention", **view)
pooled = retention_mean(result.table)
unit = view["period"]
by_group, group = None, groups.EVERYONE
if by:
    by_group = data.rows(questions.retention_by_group, by=by, **view)
    group = groups.choice(by_group)
if group:
    chosen = data.rows(questions.retention_of_group, by=by, group=group, **view)

page.head(findings.retention(result.table, pooled, view=view, groups=by_group))
page.corrected()
figures.kpis(result, pooled, unit=unit)

left, right = st.columns([7, 3], gap="large")
with left:
    if by:
        groups.compared(by_group, by=by, unit=unit, columns=columns, as_of=result.as_of)
    cell = figures.grid(
        chosen,
        value=value,
        unit=unit,
        columns=columns,
        currency=data.workspace().currency,
        group=groups.group_name(group),
    )
with right:
    figures.people_of(cell, chosen, groups.view_of(view, by, group), group=groups.group_name(group))

curve, over_time = st.tabs(figures.tabs(), on_change="rerun", key="retention_tabs")
if curve.open:
    with curve:
        figures.pooled_curve(result, pooled, unit=unit)
if over_time.open:
    with over_time:
        figures.over_time(result, unit=unit, index=1)

page.notes(chosen.notes)
cards.definition(chosen)
