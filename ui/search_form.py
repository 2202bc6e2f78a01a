"""The search for better settings: its budget before a training, what it tried afterwards."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from recsys.proving import AUTOMATIC
from recsys.search import CUTOFF, searched
from ui import formats, tables
from ui.words import name_of, t


def chosen(model: str) -> list[str]:
    """Draw the budget of a search for this model, or why there is none; give it as flags."""
    if model != AUTOMATIC and not searched(model, {}):
        st.caption(t(f"search.none_{model}" if model == "hybrid" else "search.none"))
        return []
    minutes = st.number_input(
        t("search.minutes"), min_value=0, max_value=600, value=0, step=1, key="search_minutes"
    )
    if not minutes:
        return []
    trials = st.number_input(
        t("search.trials"),
        min_value=1,
        value=None,
        step=1,
        placeholder=t("counting.never"),
        key="search_trials",
    )
    most = [] if trials is None else ["--trials", f"{trials}"]
    return ["--search", f"{minutes}", *most]


def outcome(found: Mapping[str, Any] | None) -> None:
    """Say what the search of a training gained, and show what it tried."""
    if not found:
        return
    gained = [found[f"validation_ndcg@{CUTOFF}{end}"] for end in ("_as_given", "")]
    st.caption(
        t(
            "search.done",
            n=formats.number(found["trials"]),
            minutes=formats.number(found["seconds"] / 60, 1),
            first=formats.percent(gained[0]),
            best=formats.percent(gained[1]),
        )
    )
    with st.expander(t("search.tried"), icon=":material/table:"):
        tables.show(trials(found), key="search_tried")


def trials(found: Mapping[str, Any]) -> pd.DataFrame:
    """Give one row a trial, the best first: its settings in words and what it reached."""
    rows = [
        {"trial": number, "settings": _words(one["options"]), "reached_rate": one[f"ndcg@{CUTOFF}"]}
        for number, one in enumerate(found["tried"], start=1)
    ]
    table = pd.DataFrame(rows)
    return table.sort_values(["reached_rate", "trial"], ascending=[False, True], ignore_index=True)


def _words(options: Mapping[str, Any]) -> str:
    parts = [f"{name_of('option', name)} {value:g}" for name, value in options.items()]
    return formats.dotted(*parts) if parts else t("search.as_given")
