"""Data: what goes in, how it is understood, what came of it, and what the workspace counts by."""

import streamlit as st

from ui import page, quality, shop_settings, versions
from ui.importing import files, reading, result
from ui.words import t

page.head(t("imports.intro"))
page.needs_workspace()

seen = files.draw()
reading.draw(seen)
result.draw(is_folded=seen is not None)
st.divider()

clean, history, settings = st.tabs(
    [t("quality.tab"), t("versions.tab"), t("settings.tab")], key="data_tabs"
)
with clean:
    quality.draw()
with history:
    versions.draw()
with settings:
    shop_settings.draw()
