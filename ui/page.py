"""The finding below a page's title (the frame draws the title), its notes, its empty state."""

from collections.abc import Iterable
from typing import Any, Literal

import streamlit as st

from analytics.notes import Note
from ui import data, formats, navigation, questions, workspaces
from ui.words import say, t

_ON_PHONES = """<style>
@media (min-width: 641px) {{ .st-key-{key}, div:has(> .st-key-{key}) {{ display: none; }} }}
</style>"""
_BEYOND_PHONES = """<style>
@media (max-width: 640px) {{ .st-key-{key} {{ display: none; }} }}
</style>"""


def head(finding: str) -> None:
    """Say below the page's title what the numbers say, in a sentence."""
    st.markdown(finding)


def corrected() -> None:
    """Say that refunds have changed figures which were complete; nothing else ever does."""
    notes(data.rows(questions.late_refunds))


def needs(table: str = "purchases", *others: str) -> None:
    """Stop the page with the one next step where none of these tables of the workspace has rows."""
    if workspaces.exists() and any(map(data.workspace().count, (table, *others))):
        return
    subscribed = data.workspace().count("subscriptions") if workspaces.exists() else 0
    if subscribed:
        n = formats.number(subscribed)
        st.info(t("empty.only_subscriptions", n=n), icon=":material/upload_file:")
        navigation.link("churn", t("empty.go_to_subscriptions"))
    else:
        st.info(t(f"empty.{table}"), icon=":material/upload_file:")
    navigation.link("data", t("empty.go_to_data"))
    st.stop()


def needs_workspace() -> None:
    """Stop the page with a button that makes a workspace where there is none at all."""
    if workspaces.exists():
        return
    st.info(t("empty.workspace"), icon=":material/upload_file:")
    st.button(
        t("empty.make_workspace"),
        type="primary",
        on_click=lambda: workspaces.switch(workspaces.create(t("imports.own_shop")).slug),
    )
    st.stop()


def notes(*groups: Iterable[Note | str]) -> None:
    """Say what the reader must know about the numbers, each note once."""
    sentences = dict.fromkeys(_begun_large(note) for group in groups for note in group)
    if sentences:
        st.caption("  \n".join(f":material/info: {sentence}" for sentence in sentences))


def on_phones(key: str, *, height: int | Literal["content"] = "content") -> Any:
    """Make a container that is seen on a phone only, for what a table there has no room for."""
    st.html(_ON_PHONES.format(key=key))
    return st.container(key=key, height=height)


def beyond_phones(key: str) -> Any:
    """Make a container that a phone does not show: it has `on_phones` in its place."""
    st.html(_BEYOND_PHONES.format(key=key))
    return st.container(key=key)


def doubts(notes: Iterable[Note]) -> None:
    """Say in a box, where it can't be missed, what speaks against the numbers below it."""
    for note in notes:
        st.warning(_begun_large(note), icon=":material/warning:")


def _begun_large(note: Note | str) -> str:
    """Begin the sentence with a capital, unless it begins with a value: a group keeps its name."""
    sentence = say(note)
    values = note.values.values() if isinstance(note, Note) else ()
    if any(value and sentence.startswith(str(value)) for value in values):
        return sentence
    return sentence[:1].upper() + sentence[1:]
