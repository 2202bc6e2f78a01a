"""What the workspace takes on disk, and the way to free what old versions take of it."""

import streamlit as st

from analytics.store import vacuum
from ui import data, formats, guard
from ui.words import t

_FREED = "freed_on_disk"


def draw() -> None:
    """Say how much the versions take; offer to keep fewer of them."""
    opened = data.workspace()
    with st.container(horizontal=True, vertical_alignment="center"):
        n = len(opened.versions())
        size = formats.size(opened.size())
        st.markdown(f":material/hard_drive: {t('versions.size', size=size, n=formats.number(n))}")
        with st.popover(t("versions.free"), icon=":material/mop:"):
            st.number_input(t("versions.keep"), 1, None, vacuum.KEPT_VERSIONS, key="kept_versions")
            st.caption(t("versions.free_means", hours=vacuum.RETENTION_HOURS))
            st.button(t("versions.free_yes"), type="primary", on_click=_free, key="free")
    freed = st.session_state.pop(_FREED, None)
    if freed is not None:
        n = formats.number(len(freed.versions))
        st.caption(t("versions.freed", size=formats.size(freed.freed), n=n))


def _free() -> None:
    with guard.shown(), st.spinner(t("versions.freeing")):
        st.session_state[_FREED] = data.workspace().free(keep=st.session_state["kept_versions"])
