"""Data: what goes in, how it is understood, what came of it, and what the workspace counts by."""

import streamlit as st

from ui import controls, page, quality, shop_settings, versions
from ui.importing import files, reading, result, steps
from ui.words import t

page.head(t("imports.intro"))
page.needs_workspace()

steps.draw()

result.draw(is_news=True)
reading.draw(files.draw())
result.draw(is_news=False)
st.divider()

tabs = controls.tabs("data_tabs", quality.TABS, label=quality.tab_label)
if tabs["quality"].open:
    with tabs["quality"]:
        quality.draw()
if tabs["reconciliation"].open:
    with tabs["reconciliation"]:
        quality.reconciliation()
if tabs["versions"].open:
    with tabs["versions"]:
        versions.draw()
if tabs["settings"].open:
    with tabs["settings"]:
        shop_settings.draw()
