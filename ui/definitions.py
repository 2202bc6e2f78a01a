"""The definition card of numbers that are no report of the catalogue: recommenders and lists."""

import inspect
from collections.abc import Callable
from typing import Any

import streamlit as st

from ui import cards, data, formats
from ui.words import has, language, name_of, t


def card(functions: dict[str, Callable[..., Any]]) -> None:
    """Draw one folded card that explains these functions, by the name of each in the words.

    In English it is the function's own docstring, in Chinese the words' `definition.NAME`.
    """
    workspace = data.workspace()
    with st.expander(t("card.definition"), icon=":material/function:"):
        for name, function in functions.items():
            st.markdown(f"**{name_of('report', name)}**")
            st.markdown(_explained(name, function))
        st.caption(
            t(
                "card.provenance",
                as_of=formats.day(workspace.as_of),
                version=workspace.version,
                options=formats.NOTHING,
            )
        )


def _explained(name: str, function: Callable[..., Any]) -> str:
    key = f"definition.{name}"
    if language() == "zh" and has(key):
        return t(key)
    return cards.as_markdown(inspect.getdoc(function) or "")
