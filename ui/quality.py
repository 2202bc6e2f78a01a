"""The tabs of the Data page, and those on the worth of the data."""

import streamlit as st

from ui import cards, data
from ui.figures import quality
from ui.words import t

TABS = ("quality", "reconciliation", "versions", "settings")


def tab_label(name: str) -> str:
    """Name a tab."""
    titles = {
        "quality": t("quality.tab"),
        "reconciliation": t("reconciliation.tab"),
        "versions": t("versions.tab"),
        "settings": t("settings.tab"),
    }
    return titles[name]


def draw() -> None:
    """Draw the waterfall from rows to purchases and the keys that match nothing."""
    if not data.workspace().version:
        st.caption(t("quality.empty"))
        return
    if data.workspace().count("orders"):
        result = data.report("data-quality")
        quality.waterfall(result)
        cards.definition(result)
    quality.orphans()


def reconciliation() -> None:
    """Draw what other products would say about the same data."""
    if not data.workspace().count("purchases"):
        st.caption(t("reconciliation.nobody"))
        return
    result = data.report("reconciliation")
    quality.reconciliation(result)
    cards.definition(result)
