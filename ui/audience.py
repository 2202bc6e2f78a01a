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
from analytics.reports import ReportResult
from analytics.segments import kinds as segment_kinds
from analytics.segments.kinds import standing_of
from analytics.segments.rfm import rfm_grid
from analytics.segments.risk import Risks, most_at_stake_first
from analytics.segments.sizes import segment_table
from analytics.segments.standing import Standing, given
from analytics.tables import among, collect
from ui import controls, data, members, saved_segments
from ui.spoken_lists import segment_label
from ui.words import t

SAVED, RISK = "saved", "risk"
_SHOPS_KEPT = 2
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
    """Let the reader choose the kind of segments, in the sidebar and the address.

    The wait is told where a model has to be learnt first.
    """
    kind = controls.choice("kind", kinds())
    if kind == RISK:
        with st.spinner(t("score.learning")):
            risks_of(data.workspace())
    return kind


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


@st.cache_resource(show_spinner=False, max_entries=_SHOPS_KEPT)
def _standing(path: str, version: int) -> Standing:
    return standing_of(analytics.Workspace(Path(path), number=version))


@st.cache_resource(show_spinner=False, max_entries=_SHOPS_KEPT)
def _placed(path: str, version: int, kind: str) -> pd.DataFrame:
    """Which segment is each buyer in: customer_number, segment; not to be changed."""
    shop = _standing(path, version)
    rule: Any = segment_kinds.find_kind(kind).rule
    return shop.table[["customer_number"]].assign(segment=rule(shop))


@st.cache_resource(show_spinner=False, max_entries=_SHOPS_KEPT)
def _risks(path: str, version: int) -> Risks:
    """Everyone's risk; kept, since a model is learnt for it and several questions ask."""
    workspace = analytics.Workspace(Path(path), number=version)
    return segment_kinds.risks_of(workspace, standing(workspace))


def standing(workspace: analytics.Workspace) -> Standing:
    """Where every buyer stands; kept, not to be changed: several questions ask."""
    return _standing(str(workspace.path), workspace.version)


def risks_of(workspace: analytics.Workspace) -> Risks:
    """Give the risk of every buyer, learnt now if nobody has asked before."""
    return _risks(str(workspace.path), workspace.version)


def member_table(
    workspace: analytics.Workspace, *, kind: str, stamp: str = "", segment: str | None = None
) -> pd.DataFrame:
    """Who is in which segment: customer_id, segment; in saved ones a customer may be in several.

    Of the kind "risk" also chance (to stay away) and at_stake. With `segment` its members alone.
    """
    del stamp
    if kind != SAVED:
        return segment_kinds.named(_numbered(workspace, kind, segment), workspace)
    rows = [
        (member, one["name"])
        for one in saved_segments.saved(workspace)
        if segment in {None, one["name"]}
        for member in one["members"]
    ]
    return pd.DataFrame(rows, columns=pd.Index(["customer_id", "segment"]))


def _numbered(workspace: analytics.Workspace, kind: str, segment: str | None = None) -> Any:
    """Give `member_table` by customer_number, which costs less than names."""
    if segment_kinds.find_kind(kind).rule is None:
        people = risks_of(workspace).table
    else:
        people = _placed(str(workspace.path), workspace.version, kind)
    return people if segment is None else people[people["segment"] == segment]


def filled(workspace: analytics.Workspace, *, kind: str, stamp: str = "") -> list[str]:
    """List the segments that have members, by name."""
    if kind != SAVED:
        return sorted(_numbered(workspace, kind)["segment"].unique())
    return sorted(set(member_table(workspace, kind=kind, stamp=stamp)["segment"]))


def chances(workspace: analytics.Workspace, *, customer_ids: tuple[str, ...]) -> list[float]:
    """How likely is each of these buyers to buy within 90 days anyway? Others are left out."""
    wanted = pd.DataFrame({"customer_id": list(customer_ids)}, dtype=object)
    summary = workspace.table("customer_summary")
    numbers = collect(among(summary.select("customer_number", "customer_id"), wanted))
    shop = standing(workspace)
    is_wanted = shop.table["customer_number"].isin(numbers["customer_number"])
    return shop.chance(is_wanted.to_numpy()).tolist()


def sizes(workspace: analytics.Workspace, *, kind: str, stamp: str = "") -> pd.DataFrame:
    """How large is each segment of the kind, what is it worth, how many of it come back?"""
    if kind == SAVED:
        return _saved_sizes(workspace, stamp)
    if kind == RISK:
        return segment_kinds.risk_sizes(standing(workspace), risks_of(workspace))
    return report(workspace, kind).table


def report(workspace: analytics.Workspace, kind: str = "rfm") -> ReportResult:
    """Give the report of this kind of segments; where buyers stand is counted once for all."""
    with given(standing(workspace)):
        if kind == "rfm":
            return data.report_of(workspace, "rfm")
        return data.report_of(workspace, "segments", kind=kind)


def _saved_sizes(workspace: analytics.Workspace, stamp: str) -> pd.DataFrame:
    table = standing(workspace).table
    members_of: Any = member_table(workspace, kind=SAVED, stamp=stamp)
    found = [one["name"] for one in saved_segments.saved(workspace)]
    buyers = segment_kinds.named(table, workspace)
    result = segment_table(members_of.merge(buyers, on="customer_id"), found)
    result["share"] = result["customers"] / max(len(table), 1)
    result.attrs["notes"] = []
    return result


def grid(workspace: analytics.Workspace) -> pd.DataFrame:
    """How many buyers, and how much money, lie in each cell of recency and frequency?"""
    return rfm_grid(standing(workspace))


def people(
    workspace: analytics.Workspace, *, kind: str, segment: str, stamp: str = ""
) -> pd.DataFrame:
    """Who is in the segment, dearest first; of the kind "risk" the most at stake first."""
    summary = workspace.table("customer_summary")
    if kind == SAVED:
        own = member_table(workspace, kind=kind, stamp=stamp, segment=segment)
        return members.listed(among(summary, own[["customer_id"]]))
    own = _numbered(workspace, kind, segment)
    if kind != RISK:
        return members.listed(among(summary, own[["customer_number"]]))
    return _at_stake(workspace, own)


def _at_stake(workspace: analytics.Workspace, own: Any) -> pd.DataFrame:
    """List these with their risk, the most at stake first; of those who are wanted at most."""
    most, shown = members.most_shown(), own
    if most is not None and own["at_stake"].count() > most:
        shown = own[own["at_stake"] >= own["at_stake"].nlargest(most).iloc[-1]]
    summary = among(workspace.table("customer_summary"), shown[["customer_number"]])
    known: Any = members.listed(summary, is_whole=True)
    risk = segment_kinds.named(shown.drop(columns="segment"), workspace)
    found = most_at_stake_first(known.merge(risk, on="customer_id"))
    found.attrs["customers"] = len(own)
    return found


def show_segment(segment: str) -> None:
    """Make the address name this segment; only in a callback."""
    st.session_state["segment"] = segment
