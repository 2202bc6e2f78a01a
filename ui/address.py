"""Values in the address, so that a view can be shared as a link and a reload finds it again.

Streamlit's own `bind="query-params"` writes the labels of the reader's language into the address; a
link must mean the same in both languages, so we write the values. A control calls `begin` before it
is drawn and `keep` after:

    address.begin("period", PERIODS, default="month")
    chosen = st.selectbox(label, PERIODS, key="period")
    address.keep("period", chosen, default="month")

The default stays out of the address, and values that mean nothing are ignored.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st

_PAGE, _BEGUN = "page_shown", "controls_begun"
_LANGUAGE, _RELABEL = "language_shown", "language_changed"


def enter(page: str, language: str) -> None:
    """Forget the last page's controls when another page opens; note a change of language.

    Streamlit still holds the old controls' values then, but not for the new page's controls of the
    same name, which would silently show their first option. After a change of language it would
    go on showing the chosen option in the old one.
    """
    st.session_state[_RELABEL] = st.session_state.get(_LANGUAGE, language) != language
    st.session_state[_LANGUAGE] = language
    if st.session_state.get(_PAGE) != page:
        for name in st.session_state.get(_BEGUN, []):
            st.session_state.pop(name, None)
        st.session_state[_PAGE], st.session_state[_BEGUN] = page, []


def begin(name: str, options: Sequence[Any], *, default: Any, is_frame: bool = False) -> None:
    """Give the control of this key the address's value on its first run, else the default.

    The frame's own controls (`is_frame`) stay when the page changes.
    """
    if not is_frame:
        st.session_state[_BEGUN] = sorted({*st.session_state.get(_BEGUN, []), name})
    if st.session_state.get(name) not in options:
        st.session_state[name] = read(name, options, default=default)
    elif st.session_state.get(_RELABEL):
        st.session_state[name] = st.session_state[name]


def begin_text(name: str) -> None:
    """Give the text field of this key the address's words on its first run, else none."""
    st.session_state[_BEGUN] = sorted({*st.session_state.get(_BEGUN, []), name})
    if name not in st.session_state:
        st.session_state[name] = st.query_params.get(name, "")


def read(name: str, options: Sequence[Any], *, default: Any) -> Any:
    """Find the option that the address names; the default where it names none of them."""
    written = st.query_params.get(name)
    return next((option for option in options if str(option) == written), default)


def keep(name: str, value: Any, *, default: Any) -> None:
    """Write the value into the address, or take it out where it is the default."""
    if value == default:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != str(value):
        st.query_params[name] = str(value)
