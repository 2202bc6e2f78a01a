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


def begin(name: str, options: Sequence[Any], *, default: Any) -> None:
    """Give the control of this key the address's value on its first run, else the default."""
    if st.session_state.get(name) not in options:
        st.session_state[name] = read(name, options, default=default)


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
