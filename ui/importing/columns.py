"""Which column of the file is which field: the intake's proposals, open to the reader's choice."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analytics import schema
from analytics.intake import Proposal, Understanding, mappable_fields, stand_ins
from ui import formats
from ui.importing import waiting
from ui.importing.waiting import Look
from ui.words import name_of, say, t

_EXAMPLES = 3


def mapping(seen: Look, found: Understanding) -> None:
    """Draw a row a field: its column, why, and the first values; empty fields are folded away."""
    required = set(schema.required_fields(found.table))
    fields = list(mappable_fields(found.table))
    shown = [name for name in fields if name in found.mapping or name in required]
    for name in shown:
        _field(seen, found, name, is_required=name in required)
    with st.popover(t("imports.more_fields"), icon=":material/add:"):
        for name in fields:
            if name not in shown:
                _field(seen, found, name, is_required=False)


def choose_among(seen: Look, fields: Sequence[str]) -> None:
    """Ask for the column of each field that the file can't do without, and show what it holds."""
    shown = waiting.columns(seen)
    for name in fields:
        left, middle = st.columns([2, 8], vertical_alignment="center")
        left.markdown(f"{name_of('field', name)} \\*")
        with middle:
            chosen = seen.decided.mapping.get(name)
            _choice(seen, name, [column.name for column in shown], chosen or None)
    if shown:
        st.caption(t("imports.what_it_holds"))
        longest = max(len(column.samples) for column in shown)
        padded = {
            column.name: [*column.samples, *[""] * (longest - len(column.samples))]
            for column in shown
        }
        st.dataframe(pd.DataFrame(padded), hide_index=True, key="what_it_holds")


def examples(found: Understanding, column: str) -> str:
    """Write the first values of a column."""
    values = next((one.samples for one in found.columns if one.name == column), ())
    return t("imports.examples", values=" · ".join(values[:_EXAMPLES]))


def _field(seen: Look, found: Understanding, name: str, *, is_required: bool) -> None:
    left, middle, right = st.columns([2, 3, 5], vertical_alignment="center")
    left.markdown(name_of("field", name) + (" \\*" if is_required else ""))
    current = found.mapping.get(name)
    filling = _filling(found, name) if current is None else None
    with middle:
        _choice(seen, name, [column.name for column in found.columns], current)
    if filling:
        right.caption(t("imports.filled_by", field=name_of("field", filling)))
    if current is not None:
        right.caption(f"{_why(found, name, current)}  \n{formats.plain(examples(found, current))}")


def _filling(found: Understanding, name: str) -> str | None:
    """Return the field that stands in for a required one without a column of its own."""
    return next((one for one in stand_ins(found.table, name) if one in found.mapping), None)


def _choice(seen: Look, name: str, columns: list[str], current: str | None) -> None:
    key = f"choose:{seen.path.name}:map:{name}:{current}"
    st.selectbox(
        name_of("field", name),
        columns,
        index=columns.index(current) if current else None,
        placeholder=t("imports.not_in_file"),
        label_visibility="collapsed",
        key=key,
        on_change=lambda: waiting.decide(
            seen, "mapping", st.session_state[key] or "", name, shown=current or ""
        ),
    )


def _why(found: Understanding, name: str, column: str) -> str:
    proposal = next(
        (one for one in found.proposals if (one.field, one.column) == (name, column)), None
    )
    return _reason(proposal) if proposal else t("imports.you_chose")


def _reason(proposal: Proposal) -> str:
    sure = formats.percent(proposal.confidence, 0)
    return t("imports.reason", sure=sure, reason=formats.plain(say(proposal.reason)))
