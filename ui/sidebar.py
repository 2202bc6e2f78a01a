"""The sidebar below the navigation: language, the workspace one reads, switching and making one."""

import unicodedata

import streamlit as st

from ui import address, formats, workspaces
from ui.words import ADDRESS_PARAMETER, LANGUAGES, browser_language, spoken, t

_FITS = 24  # columns that the closed list shows


def show() -> None:
    """Draw the workspace block and the language switch."""
    with st.sidebar:
        _language()
        entries = workspaces.entries()
        if entries:
            _workspace(entries)
        _new_workspace()


def _language() -> None:
    address.begin(ADDRESS_PARAMETER, list(LANGUAGES), default=browser_language(), is_frame=True)
    chosen = st.segmented_control(
        t("sidebar.language"),
        list(LANGUAGES),
        required=True,
        format_func=LANGUAGES.__getitem__,
        key=ADDRESS_PARAMETER,
        label_visibility="collapsed",
        width="stretch",
    )
    address.keep(ADDRESS_PARAMETER, chosen, default=browser_language())


def _workspace(entries: list[workspaces.Entry]) -> None:
    names = {entry.slug: entry.label for entry in entries}
    address.begin(workspaces.ADDRESS_PARAMETER, list(names), default=entries[0].slug, is_frame=True)
    chosen = st.selectbox(
        t("sidebar.workspace"),
        list(names),
        format_func=spoken(names, names.__getitem__),
        key=workspaces.ADDRESS_PARAMETER,
    )
    address.keep(workspaces.ADDRESS_PARAMETER, chosen, default=entries[0].slug)
    if _width(names[chosen]) > _FITS:
        st.caption(names[chosen])
    current = workspaces.current()
    st.caption(
        t(
            "sidebar.state",
            version=current.version,
            as_of=formats.day(current.as_of),
            zone=current.zone,
        )
        if current.version
        else t("sidebar.empty")
    )


def _width(name: str) -> int:
    """Count the columns that a name takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in name)


def _new_workspace() -> None:
    drawer = st.popover(t("sidebar.new"), icon=":material/add:", width="stretch")
    with drawer, st.form("new_workspace", border=False):
        st.text_input(t("sidebar.new_name"), key="new_workspace_name")
        st.form_submit_button(t("sidebar.create"), type="primary", on_click=_create)


def _create() -> None:
    name = st.session_state["new_workspace_name"].strip()
    if name:
        workspaces.switch(workspaces.create(name).slug)
