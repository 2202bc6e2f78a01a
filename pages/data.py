"""Data: what goes in, how it is understood, what came of it, and what the workspace counts by."""

import streamlit as st

from ui import page, quality, shop_settings, versions
from ui.importing import files, reading, result, steps
from ui.words import t

page.head(t("imports.intro"))
page.needs_workspace()

steps.draw()

result.draw(is_news=True)
reading.draw(files.draw())
result.draw(is_news=False)
st.divider()

clean, compared, history, settings = st.tabs(
    [t("quality.tab"), t("reconciliation.tab"), t("versions.tab"), t("settings.tab")],
    key="data_tabs",
)
with clean:
    quality.draw()
with compared:
    quality.reconciliation()
with history:
    versions.draw()
with settings:
    shop_settings.draw()
