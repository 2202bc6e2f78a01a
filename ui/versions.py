"""The versions of the workspace: listed, compared, and the way back."""

from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from ui import data, formats, guard
from ui.words import name_of, t


def draw() -> None:
    """List the versions, newest first, and offer to go back one."""
    opened = data.workspace()
    if not opened.version:
        st.caption(t("quality.empty"))
        return
    st.dataframe(
        pd.DataFrame([_row(version) for version in opened.versions()]),
        hide_index=True,
        key="versions",
        column_config={
            name: t(f"versions.{name}")
            for name in ("version", "moment", "action", "subject", "lines", "buyers")
        },
    )
    st.button(
        t("versions.undo"),
        icon=":material/undo:",
        on_click=_undo,
        key="undo",
    )


def _row(version: Any) -> dict[str, Any]:
    made = datetime.fromisoformat(version.created_at) if version.created_at else None
    return {
        "version": version.number,
        "moment": formats.moment(made),
        "action": name_of("action", version.action),
        "subject": version.subject,
        "lines": version.headline.get("lines"),
        "buyers": version.headline.get("buyers"),
    }


def _undo() -> None:
    with guard.shown():
        data.workspace().undo()
