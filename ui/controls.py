"""The page's filters: plain words in the sidebar, values in the address, so that links share views.

Each control has a name: its address parameter and its key in the words (`control.NAME`, options
`choice.NAME_VALUE`). The default stays out of the address. A page reads them as
`controls.choice("period", PERIODS)`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from analytics.breakdown import BREAKDOWNS
from ui.words import t

PERIODS = ("month", "week", "quarter", "year")
HORIZONS = (30, 60, 90, 180, 365)


def choice(
    name: str,
    options: Sequence[Any],
    *,
    default: Any = None,
    label: Callable[[Any], str] | None = None,
) -> Any:
    """Let the reader choose one option; the first is the default unless another is named."""
    index = list(options).index(default) if default in options else 0
    return st.sidebar.selectbox(
        t(f"control.{name}"),
        options,
        index=index,
        format_func=label or (lambda value: t(f"choice.{name}_{_word(value)}")),
        key=name,
        bind="query-params",
    )


def pills(name: str, options: Sequence[Any], *, label: Callable[[Any], str] | None = None) -> Any:
    """Let the reader switch between a few options in the page itself."""
    return st.segmented_control(
        t(f"control.{name}"),
        options,
        default=options[0],
        required=True,
        format_func=label or (lambda value: t(f"choice.{name}_{_word(value)}")),
        key=name,
        bind="query-params",
        label_visibility="collapsed",
    )


def several(name: str, options: Iterable[str], *, placeholder: str) -> list[str]:
    """Let the reader choose any number of the options; none means all."""
    return st.sidebar.multiselect(
        t(f"control.{name}"),
        list(options),
        key=name,
        bind="query-params",
        placeholder=placeholder,
    )


def slider(name: str, low: int, high: int, default: int, *, step: int = 1) -> int:
    """Let the reader choose a whole number of days (or orders) from a range."""
    return st.sidebar.slider(
        t(f"control.{name}"), low, high, default, step=step, key=name, bind="query-params"
    )


def switch(name: str, *, default: bool = False) -> bool:
    """Let the reader turn something on or off."""
    return st.sidebar.toggle(t(f"control.{name}"), default, key=name, bind="query-params")


def breakdown() -> str | None:
    """Let the reader compare groups; None keeps everyone together."""
    chosen = choice("by", ("none", *BREAKDOWNS), label=lambda name: t(f"choice.by_{name}"))
    return None if chosen == "none" else chosen


def horizon(default: int = 90) -> int:
    """Let the reader choose within how many days a purchase counts."""
    return choice("horizon", HORIZONS, default=default, label=lambda n: t("control.n_days", n=n))


def _word(value: object) -> str:
    return str(value).replace("-", "_")
