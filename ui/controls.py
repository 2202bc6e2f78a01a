"""The page's filters: plain words in the sidebar, values in the address, so that links share views.

Each control has a name: its address parameter and its key in the words (`control.NAME`, options
`choice.NAME_VALUE`). A page reads them as `controls.choice("period", controls.PERIODS)`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from analytics.breakdown import ATTRIBUTE, BREAKDOWNS
from ui import address
from ui.words import spoken, t

PERIODS = ("month", "week", "quarter", "year")
HORIZONS = (30, 60, 90, 180, 365)

Label = Callable[[Any], str]


def choice(
    name: str,
    options: Sequence[Any],
    *,
    default: Any = None,
    label: Label | None = None,
    place: Any = None,
) -> Any:
    """Let the reader choose one option; the first is the default unless another is named.

    It stands in the sidebar, or in the container `place`.
    """
    usual = default if default in options else options[0]
    address.begin(name, options, default=usual)
    chosen = (place or st.sidebar).selectbox(
        t(f"control.{name}"), options, format_func=spoken(options, label or _label(name)), key=name
    )
    address.keep(name, chosen, default=usual)
    return chosen


def text(name: str, *, place: Any, placeholder: str = "") -> str:
    """Let the reader write something into the container `place`; blank at the edges is dropped."""
    address.begin_text(name)
    written = place.text_input(t(f"control.{name}"), key=name, placeholder=placeholder).strip()
    address.keep(name, written, default="")
    return written


def pills(name: str, options: Sequence[Any], *, label: Label | None = None) -> Any:
    """Let the reader switch between a few options in the page itself; the first is the default."""
    address.begin(name, options, default=options[0])
    chosen = st.segmented_control(
        t(f"control.{name}"),
        options,
        required=True,
        format_func=spoken(options, label or _label(name)),
        key=name,
        label_visibility="collapsed",
    )
    address.keep(name, chosen, default=options[0])
    return chosen


def tabs(name: str, options: Sequence[str], *, label: Callable[[str], str]) -> dict[str, Any]:
    """Draw tabs by option, the open one in the address; only `if shown[option].open:` costs time.

    The state under the key is the open tab's label, in the reader's language.
    """
    titles = {option: label(option) for option in options}
    if st.session_state.get(name) not in titles.values():
        st.session_state[name] = titles[address.read(name, options, default=options[0])]
    drawn = st.tabs([*titles.values()], key=name, on_change="rerun")
    shown = dict(zip(options, drawn, strict=True))
    chosen = next((option for option, tab in shown.items() if tab.open), options[0])
    address.keep(name, chosen, default=options[0])
    return shown


def switch(name: str) -> bool:
    """Let the reader turn something on."""
    address.begin(name, (False, True), default=False)
    is_on = st.sidebar.toggle(t(f"control.{name}"), key=name)
    address.keep(name, is_on, default=False)
    return is_on


def slider(name: str, low: int, high: int, default: int) -> int:
    """Let the reader choose a whole number (of days, orders, periods) from a range."""
    address.begin(name, range(low, high + 1), default=default)
    chosen = st.sidebar.slider(t(f"control.{name}"), low, high, key=name)
    address.keep(name, chosen, default=default)
    return chosen


def breakdown(attributes: Sequence[str] = ()) -> str | None:
    """Let the reader compare groups, by these further columns of the customers' file too.

    None keeps everyone together.
    """
    chosen = choice("by", ("none", *BREAKDOWNS, *attributes), label=by_label)
    return None if chosen == "none" else chosen


def by_label(by: str) -> str:
    """Name what groups are told apart by; a further column of the file by its own name."""
    return by.removeprefix(ATTRIBUTE) if by.startswith(ATTRIBUTE) else t(f"choice.by_{by}")


def horizon(default: int = 90) -> int:
    """Let the reader choose within how many days a purchase counts."""
    return choice("horizon", HORIZONS, default=default, label=lambda n: t("control.n_days", n=n))


def _label(name: str) -> Label:
    return lambda value: t(f"choice.{name}_{str(value).replace('-', '_')}")
