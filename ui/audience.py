"""The segments that a page shows: their kinds, sizes, members and the people of one of them.

The kinds are those of analytics.segments and, where the reader has saved some, "saved". Questions
take `stamp` (see `stamp()`): saved segments change without a new version of the workspace.
"""

from hashlib import blake2b
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

import analytics
from analytics import segments
from analytics.segments import kinds as segment_kinds
from analytics.segments.kinds import standing_of
from analytics.segments.rfm import rfm_grid
from analytics.segments.risk import Risks, most_at_stake_first
from analytics.segments.sizes import segment_table
from ui import controls, data, members, saved_segments
from ui.spoken_lists import segment_label

SAVED, RISK = "saved", "risk"
_RISKS_KEPT = 4
SILENT = {
    "rfm": ("cannot-lose", "at-risk", "about-to-sleep"),
    "lifecycle": ("at-risk",),
    RISK: ("save-first", "high"),
}


def kinds() -> tuple[str, ...]:
    """List the kinds of segments; the saved ones where there are any."""
    own = (SAVED,) if saved_segments.saved(data.workspace()) else ()
    return (*segments.KINDS, *own)


def chosen_kind() -> str:
    """Let the reader choose the kind of segments, in the sidebar and the address."""
    return controls.choice("kind", kinds())


def names(kind: str) -> list[str]:
    """List the segments of the kind, in their order."""
    if kind == SAVED:
        return [one["name"] for one in saved_segments.saved(data.workspace())]
    return list(segments.KINDS[kind].segments)


def chosen_segment(kind: str, *, is_silent_first: bool = False) -> str:
    """Let the reader choose one segment of the kind, in the sidebar and the address.

    The first that has members is the default, or the first of those that fall silent.
    """
    silent = SILENT.get(kind, ()) if is_silent_first else ()
    found = data.rows(filled, kind=kind, stamp=stamp(kind))
    usual = next((name for name in (*silent, *names(kind)) if name in found), None)
    return controls.choice(
        "segment", names(kind), default=usual, label=lambda name: label(kind, name)
    )


def label(kind: str, name: str) -> str:
    """Say what a segment is called for the reader; a saved one has its own name."""
    return segment_label(kind, name)


def stamp(kind: str) -> str:
    """Give a text that changes when the segments of the kind do, beyond the workspace's version."""
    if kind != SAVED:
        return ""
    kept = [(one["name"], one["created_at"]) for one in saved_segments.saved(data.workspace())]
    return blake2b(repr(kept).encode(), digest_size=8).hexdigest()


@st.cache_data(show_spinner=False, max_entries=_RISKS_KEPT)
def _risks(path: str, version: int) -> Risks:
    """Everyone's risk; kept, since a model is learnt for it and several questions ask."""
    workspace = analytics.Workspace(Path(path), number=version)
    return segment_kinds.risks_of(workspace, standing_of(workspace))


def risks_of(workspace: analytics.Workspace) -> Risks:
    """Give the risk of every buyer, learnt now if nobody has asked before."""
    return _risks(str(workspace.path), workspace.version)


def member_table(workspace: analytics.Workspace, *, kind: str, stamp: str = "") -> pd.DataFrame:
    """Who is in which segment: customer_id, segment; in saved ones a customer may be in several.

    Of the kind "risk" also chance (to stay away) and at_stake.
    """
    del stamp
    if kind == RISK:
        return segment_kinds.named(risks_of(workspace).table, workspace)
    if kind != SAVED:
        return segments.members(workspace, kind)
    rows = [
        (member, one["name"])
        for one in saved_segments.saved(workspace)
        for member in one["members"]
    ]
    return pd.DataFrame(rows, columns=pd.Index(["customer_id", "segment"]))


def filled(workspace: analytics.Workspace, *, kind: str, stamp: str = "") -> list[str]:
    """List the segments that have members, by name."""
    return sorted(set(member_table(workspace, kind=kind, stamp=stamp)["segment"]))


def chances(workspace: analytics.Workspace) -> pd.DataFrame:
    """How likely is each buyer to buy within 90 days anyway: customer_id, chance."""
    shop = standing_of(workspace)
    return segment_kinds.named(
        shop.table[["customer_number"]].assign(chance=shop.chance()), workspace
    )


def sizes(workspace: analytics.Workspace, *, kind: str, stamp: str = "") -> pd.DataFrame:
    """How large is each segment of the kind, what is it worth, how many of it come back?"""
    if kind == SAVED:
        return _saved_sizes(workspace, stamp)
    if kind == RISK:
        return segment_kinds.risk_sizes(standing_of(workspace), risks_of(workspace))
    if kind == "rfm":
        return data.report_of(workspace, "rfm").table
    return data.report_of(workspace, "segments", kind=kind).table


def _saved_sizes(workspace: analytics.Workspace, stamp: str) -> pd.DataFrame:
    table = standing_of(workspace).table
    members_of: Any = member_table(workspace, kind=SAVED, stamp=stamp)
    found = [one["name"] for one in saved_segments.saved(workspace)]
    buyers = segment_kinds.named(table, workspace)
    result = segment_table(members_of.merge(buyers, on="customer_id"), found)
    result["share"] = result["customers"] / max(len(table), 1)
    result.attrs["notes"] = []
    return result


def grid(workspace: analytics.Workspace) -> pd.DataFrame:
    """How many buyers, and how much money, lie in each cell of recency and frequency?"""
    return rfm_grid(standing_of(workspace))


def people(
    workspace: analytics.Workspace, *, kind: str, segment: str, stamp: str = ""
) -> pd.DataFrame:
    """Who is in the segment, dearest first; of the kind "risk" the most at stake first."""
    who: Any = member_table(workspace, kind=kind, stamp=stamp)
    own = who[who["segment"] == segment].drop(columns="segment").drop_duplicates("customer_id")
    known: Any = members.listed(workspace.table("customer_summary"), is_whole=True)
    found = known.merge(own, on="customer_id")
    return most_at_stake_first(found) if kind == RISK else found


def show_segment(segment: str) -> None:
    """Make the address name this segment; only in a callback."""
    st.session_state["segment"] = segment
