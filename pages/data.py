"""Data: what goes in, how it is understood, what came of it, and what the workspace counts by."""

import streamlit as st

from ui import page, steps, versions
from ui.words import t

page.head(t("imports.intro"))
page.needs_workspace()

path = steps.files()
steps.understanding(path)
steps.result(path)

quality, history, settings = st.tabs(
    [t("quality.tab"), t("versions.tab"), t("settings.tab")], key="data_tabs"
)
with quality:
    versions.waterfall()
with history:
    versions.history()
with settings:
    versions.settings()
