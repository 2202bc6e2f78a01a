"""The segments that a page shows: their kinds, sizes, members and the people of one of them.

The kinds are those of analytics.segments and, where the reader has saved some, "saved". Questions
take `stamp` (see `stamp()`): saved segments change without a new version of the workspace.
"""

from hashlib import blake2b
from typing import Any

import pandas as pd
import streamlit as st

import analytics
from analytics import segments
from analytics.errors import NotEnoughDataError
from analytics.segments.kinds import TABLES
from analytics.segments.rfm import rfm, rfm_grid
from analytics.segments.sizes import segment_table
from analytics.segments.standing import Standing, standing
from analytics.tables import collect
from ui import controls, data, members, saved_segments
from ui.words import has, t

SAVED = "saved"
SILENT = {
    "rfm": ("cannot-lose", "at-risk", "about-to-sleep"),
    "lifecycle": ("at-risk",),
    "risk": ("high",),
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
    key = f"segment.{kind}_{name}"
    return t(key) if has(key) else name


def stamp(kind: str) -> str:
    """Give a text that changes when the segments of the kind do, beyond the workspace's version."""
    if kind != SAVED:
        return ""
    kept = [(one["name"], one["created_at"]) for one in saved_segments.saved(data.workspace())]
    return blake2b(repr(kept).encode(), digest_size=8).hexdigest()


def standing_of(workspace: analytics.Workspace) -> Standing:
    """Collect where every buyer stands at as-of."""
    if workspace.as_of is None:
        raise NotEnoughDataError("segments", "orders", needed=1, found=0)
    return standing(*(workspace.table(name) for name in TABLES), as_of=workspace.as_of)


def member_table(workspace: analytics.Workspace, *, kind: str, stamp: str = "") -> pd.DataFrame:
    """Who is in which segment: customer_id, segment; in saved ones a customer may be in several."""
    del stamp
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
    ids = collect(workspace.table("customer_summary").select("customer_number", "customer_id"))
    known: Any = shop.table[["customer_number"]].assign(chance=shop.chance())
    return known.merge(ids, on="customer_number")[["customer_id", "chance"]]


def sizes(workspace: analytics.Workspace, *, kind: str, stamp: str = "") -> pd.DataFrame:
    """How large is each segment of the kind, what is it worth, how many of it come back?"""
    tables = [workspace.table(name) for name in TABLES]
    if workspace.as_of is None:
        raise NotEnoughDataError("segments", "orders", needed=1, found=0)
    if kind == SAVED:
        return _saved_sizes(workspace, stamp)
    if kind == "rfm":
        return rfm(*tables, as_of=workspace.as_of)
    return segments.segments(*tables, as_of=workspace.as_of, kind=kind)  # pyright: ignore[reportArgumentType] - a name of KINDS


def _saved_sizes(workspace: analytics.Workspace, stamp: str) -> pd.DataFrame:
    table = standing_of(workspace).table
    summary = workspace.table("customer_summary")
    ids = collect(summary.select("customer_number", "customer_id"))
    people = member_table(workspace, kind=SAVED, stamp=stamp).merge(ids, on="customer_id")
    found = [one["name"] for one in saved_segments.saved(workspace)]
    result = segment_table(people.merge(table, on="customer_number"), found)
    result["share"] = result["customers"] / max(len(table), 1)
    result.attrs["notes"] = []
    return result


def grid(workspace: analytics.Workspace) -> pd.DataFrame:
    """How many buyers, and how much money, lie in each cell of recency and frequency?"""
    return rfm_grid(standing_of(workspace))


def people(
    workspace: analytics.Workspace, *, kind: str, segment: str, stamp: str = ""
) -> pd.DataFrame:
    """Who is in the segment, dearest first."""
    who = member_table(workspace, kind=kind, stamp=stamp)
    own = who.loc[who["segment"] == segment, "customer_id"]
    known: Any = members.listed(workspace.table("customer_summary"), is_whole=True)
    return known[known["customer_id"].isin(own)].reset_index(drop=True)


def show_segment(segment: str) -> None:
    """Make the address name this segment; only in a callback."""
    st.session_state["segment"] = segment
