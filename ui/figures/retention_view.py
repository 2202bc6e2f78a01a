"""What the Retention page asks: the controls of the cohorts, and how their mean is read."""

import re
from typing import Any

import streamlit as st

from analytics.retention.mean import MeanMethod
from ui import controls, data, questions
from ui.words import t

PERIODS = (*controls.PERIODS, "day")
MEANS: tuple[MeanMethod, ...] = ("pooled", "simple", "same-cohorts")
N_FLOORS = (30, 0, 10, 50, 100, 300)
_NARROWING = ("item", "category", "channel")
_COMMAS = re.compile("[,，、;；]")


def view() -> dict[str, Any]:
    """Let the reader choose how customers begin and come back; only what differs is named."""
    chosen = {
        "period": controls.choice("period", PERIODS),
        "window": controls.choice("window", ("calendar", "elapsed")),
        "return_rule": controls.choice("return_rule", ("on", "on-or-after", "on-or-before")),
        "start_rule": controls.choice("start_rule", ("first", "first-matching", "recurring")),
    }
    with st.sidebar:
        more = st.expander(t("retention.more"), icon=":material/tune:")
    written = controls.text("brackets", place=more, placeholder="1-7, 8-30, 31-90")
    if written:
        chosen["brackets"] = tuple(part.strip() for part in _COMMAS.split(written) if part.strip())
    return chosen | _beginnings(more)


def _beginnings(place: Any) -> dict[str, str]:
    """Narrow the purchases that may begin a cohort."""
    known = data.rows(questions.beginnings)
    chosen = {
        name: controls.choice(f"begin_{name}", ("", *values), label=_any, place=place)
        for name, values in known.items()
    }
    names = data.rows(questions.item_labels)
    items = sorted(names, key=lambda item: names[item])
    chosen["item"] = controls.choice(
        "begin_item", ("", *items), label=lambda item: names.get(item) or _any(item), place=place
    )
    return {name: value for name, value in chosen.items() if value}


def _any(value: str) -> str:
    return value or t("choice.begin_any")


def without_returns(view: dict[str, Any]) -> dict[str, Any]:
    """Leave out the rule of coming back: money counts whenever it came."""
    return {name: value for name, value in view.items() if name != "return_rule"}


def first_purchase(view: dict[str, Any]) -> dict[str, Any]:
    """Keep what narrows the customers themselves, and say that their first purchase decides."""
    kept = {name: value for name, value in view.items() if name in _NARROWING}
    if kept:
        st.caption(t("retention.by_first_purchase"))
    return {"period": view["period"], **kept}


def n_floor() -> int:
    """Let the reader grey the squares of cohorts with too few customers."""
    return controls.choice(
        "n_floor",
        N_FLOORS,
        label=lambda n: t("choice.n_floor", n=n) if n else t("choice.n_floor_off"),
    )


def mean_method() -> MeanMethod:
    """Let the reader choose how the cohorts are weighed in the mean."""
    return controls.choice("mean", MEANS)
