"""The head of a page, its notes and its empty state."""

from collections.abc import Iterable

import streamlit as st

from analytics.notes import Note
from ui import data, navigation, workspaces
from ui.words import say, t


def head(name: str, finding: str = "") -> None:
    """Draw the page's one-word title and, below it, what the numbers say in a sentence."""
    st.title(t(f"page.{name}"), anchor=False)
    if finding:
        st.markdown(finding)


def needs(table: str = "purchases") -> None:
    """Stop the page with the one next step where the workspace holds no rows of this table."""
    if workspaces.exists() and data.workspace().count(table):
        return
    st.info(t(f"empty.{table}"), icon=":material/upload_file:")
    navigation.link("data", t("empty.go_to_data"))
    st.stop()


def notes(*groups: Iterable[Note | str]) -> None:
    """Say what the reader must know about the numbers, each note once."""
    sentences = dict.fromkeys(say(note) for group in groups for note in group)
    if sentences:
        st.caption("  \n".join(f":material/info: {sentence}" for sentence in sentences))
