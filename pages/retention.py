"""Retention: of the customers who began together, who came back, and when?"""

import streamlit as st

from analytics.retention.mean import retention_mean
from ui import cards, controls, data, findings, page, questions
from ui.figures import groups, retention_tabs
from ui.figures import retention as figures
from ui.figures import retention_view as asked
from ui.spans import Axis

page.needs("purchases")
view = asked.view()
axis = Axis.of(view)
value = controls.choice("shown_value", figures.SHOWN_VALUES)
method = asked.mean_method()
columns = controls.slider("columns_shown", 3, 36, 12)
n_floor = asked.n_floor()
has_intervals = controls.switch("intervals")
by = controls.breakdown(data.rows(questions.attribute_names))

result = data.report("retention", **view)
pooled = retention_mean(result.table)
by_group, group = None, groups.EVERYONE
if by:
    by_group = data.rows(questions.retention_by_group, by=by, **view)
    group = groups.choice(by_group)
chosen = groups.report("retention", by=by, group=group, **view)
mean = retention_mean(chosen.table, method=method)

page.head(findings.retention(result.table, pooled, view=view, groups=by_group))
page.corrected()
figures.kpis(result, pooled, axis=axis)

left, right = st.columns([7, 3], gap="large")
with left:
    if by:
        groups.compared(by_group, by=by, axis=axis, columns=columns, as_of=result.as_of)
    cell = figures.grid(
        chosen,
        mean,
        value=value,
        axis=axis,
        columns=columns,
        n_floor=n_floor,
        has_intervals=has_intervals,
        method=method,
        currency=data.workspace().currency,
        group=groups.group_name(group),
    )
with right:
    figures.people_of(cell, chosen, groups.view_of(view, by, group), group=groups.group_name(group))

explained = [chosen]
tabs = controls.tabs("retention_tabs", retention_tabs.TABS, label=retention_tabs.tab_label)
if tabs["curve"].open:
    with tabs["curve"]:
        retention_tabs.curve(chosen, mean, axis=axis, columns=columns)
if tabs["over_time"].open:
    with tabs["over_time"]:
        explained.append(retention_tabs.over_time(view, by=by, group=group, columns=columns))
if tabs["difference"].open:
    with tabs["difference"]:
        explained += retention_tabs.difference(chosen, view, by=by, group=group)
if tabs["revenue"].open:
    with tabs["revenue"]:
        explained.append(
            retention_tabs.revenue(
                view,
                by=by,
                group=group,
                columns=columns,
                n_floor=n_floor,
                has_intervals=has_intervals,
            )
        )
if tabs["stickiness"].open:
    with tabs["stickiness"]:
        explained.append(retention_tabs.stickiness(view, by=by, group=group))
if tabs["lifecycle"].open:
    with tabs["lifecycle"]:
        explained.append(retention_tabs.lifecycle(view, by=by, group=group))

page.notes(chosen.notes)
cards.definition(*explained)
