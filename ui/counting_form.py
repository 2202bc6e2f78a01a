"""How actions count: what the reader sets before a training, and what a trained model was told."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from recsys.actions import DEFAULT_WEIGHTS, Counting, actions_found
from ui import data, formats
from ui.words import name_of, t


def chosen() -> list[str]:
    """Draw the actions found with their weights, and the other rules; give them as flags."""
    with st.expander(t("counting.title"), icon=":material/balance:"):
        st.caption(t("counting.caption"))
        return [*_weights(), *_rules()]


def _weights() -> list[str]:
    found = data.rows(actions_found)
    if found.empty:
        st.caption(t("counting.nothing"))
        return []
    named = found.assign(action=[name_of("event", name) for name in found["action"]])
    edited = st.data_editor(
        named,
        hide_index=True,
        disabled=["action", "actions", "customers"],
        column_order=["action", "weight", "actions"],
        column_config={
            "action": st.column_config.TextColumn(t("column.event"), width=70),
            "actions": st.column_config.NumberColumn(t("column.actions"), format="localized"),
            "weight": st.column_config.NumberColumn(
                t("column.weight"), min_value=0.0, step=0.05, required=True, width=60
            ),
        },
        key="counting_weights",
    )
    return changed(dict(zip(found["action"], edited["weight"], strict=True)))


def changed(weights: Mapping[str, float]) -> list[str]:
    """Give the flags of the weights that are not the usual ones."""
    unusual = {one: weight for one, weight in weights.items() if weight != DEFAULT_WEIGHTS[one]}
    return [word for one, weight in unusual.items() for word in ("--weight", f"{one}={weight:g}")]


def _rules() -> list[str]:
    never, every = t("counting.never"), t("counting.every")
    half_life = st.number_input(
        t("counting.half_life"), min_value=1.0, value=None, placeholder=never, key="counting_life"
    )
    threshold = st.number_input(
        t("counting.threshold"), value=None, placeholder=every, key="counting_threshold"
    )
    enough = st.number_input(
        t("counting.dwell"), min_value=1.0, value=Counting().dwell_seconds, key="counting_dwell"
    )
    again = st.toggle(t("counting.repurchasable"), key="counting_again")
    flags = [] if half_life is None else ["--half-life", f"{half_life:g}"]
    flags += [] if enough == Counting().dwell_seconds else ["--dwell-seconds", f"{enough:g}"]
    flags += [] if threshold is None else ["--rating-threshold", f"{threshold:g}"]
    return [*flags, "--repurchasable"] if again else flags


def said(manifest: Mapping[str, Any]) -> str:
    """Say how the actions counted for a trained model, where not as usual."""
    counting = Counting.of_manifest(manifest)
    about = counting.to_json()
    parts = [
        t("counting.said_weight", action=name_of("event", one), weight=formats.number(weight, 2))
        for one, weight in about["weights"].items()
    ]
    if counting.half_life_days is not None:
        parts.append(t("counting.said_half_life", days=formats.number(counting.half_life_days)))
    if counting.rating_threshold is not None:
        least = formats.number(counting.rating_threshold, 1)
        parts.append(t("counting.said_threshold", least=least))
    if counting.dwell_seconds != Counting().dwell_seconds:
        parts.append(t("counting.said_dwell", seconds=formats.number(counting.dwell_seconds)))
    if counting.is_repurchasable:
        parts.append(t("counting.said_repurchasable"))
    return formats.dotted(*parts) if parts else t("counting.said_usual")
