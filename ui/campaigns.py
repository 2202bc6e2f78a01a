"""Target lists on the page: filters, who is left after each, the drawing, past lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

import analytics
from analytics.tables import collect
from recsys.campaigns import lists
from recsys.campaigns.filters import Filters
from recsys.campaigns.power import minimum_detectable_effect
from recsys.campaigns.preview import preview
from ui import address, audience, controls, data, downloads, formats, guard, serving
from ui.spoken_lists import spoken_csv
from ui.words import language, t

_MOST_SILENT, _MOST_PURCHASES = 730, 20
_SEPARATOR = "~"


@dataclass(frozen=True)
class View:
    """What the reader asked for: segment, bounds, share held out, recommended items each."""

    kind: str
    segment: str
    filters: Filters
    holdout: float
    n_items: int


def chosen() -> View:
    """Let the reader choose the segment and the bounds, in the sidebar and the address."""
    kind = audience.chosen_kind()
    segment = audience.chosen_segment(kind, is_silent_first=True)
    silent = span("silent", 0, _MOST_SILENT)
    bought = span("bought", 0, _MOST_PURCHASES)
    filters = Filters(
        min_recency_days=silent[0],
        max_recency_days=silent[1],
        min_purchases=bought[0],
        max_purchases=bought[1],
        min_revenue=_least_revenue(),
        channels=_channels(),
        exclude_within_days=controls.slider("rest_days", 0, 90, 30) or None,
    )
    holdout = controls.slider("holdout", 0, 50, 10) / 100
    return View(kind, segment, filters, holdout, controls.slider("offered", 0, 10, 3))


def span(name: str, low: int, high: int) -> tuple[int | None, int | None]:
    """Let the reader choose a range; an end that is not moved is open."""
    if name not in st.session_state:
        st.session_state[name] = _read_span(st.query_params.get(name, ""), low, high)
    picked: Any = st.sidebar.slider(t(f"control.{name}"), low, high, key=name)
    start, end = picked
    address.keep(name, f"{start}{_SEPARATOR}{end}", default=f"{low}{_SEPARATOR}{high}")
    return (None if start == low else start), (None if end == high else end)


def _read_span(written: str, low: int, high: int) -> tuple[int, int]:
    """Read `30~180`; anything else is the whole range.

    >>> _read_span("30~180", 0, 730), _read_span("x", 0, 730), _read_span("9~2", 0, 730)
    ((30, 180), (0, 730), (0, 730))
    """
    first, _, last = written.partition(_SEPARATOR)
    if not (first.isdecimal() and last.isdecimal()):
        return low, high
    start, end = int(first), int(last)
    return (start, end) if low <= start <= end <= high else (low, high)


def _least_revenue() -> float | None:
    written = st.query_params.get("spent", "")
    if "spent" not in st.session_state:
        st.session_state["spent"] = int(written) if written.isdecimal() else 0
    least = st.sidebar.number_input(t("control.spent"), min_value=0, step=100, key="spent")
    address.keep("spent", least, default=0)
    return float(least) if least else None


def _channels() -> tuple[str, ...]:
    known = data.rows(channels)
    if not known:
        return ()
    written = st.query_params.get("channels", "").split(_SEPARATOR)
    if "channels" not in st.session_state:
        st.session_state["channels"] = [one for one in known if one in written]
    picked = st.sidebar.multiselect(
        t("control.channels"), known, key="channels", placeholder=t("campaigns.all_channels")
    )
    address.keep("channels", _SEPARATOR.join(picked), default="")
    return tuple(picked)


def channels(workspace: analytics.Workspace) -> list[str]:
    """List the channels that customers came by."""
    summary = workspace.table("customer_summary")
    found = collect(summary.filter(summary.channel.notnull()).select("channel").distinct())
    return sorted(found["channel"])


def steps(
    workspace: analytics.Workspace,
    *,
    kind: str,
    segment: str,
    stamp: str,
    past: str,
    **bounds: Any,
) -> pd.DataFrame:
    """Who of the segment is left after each step; `past` changes with the stored lists.

    How many of those listed would buy anyway is in `attrs["base_rate"]`.
    """
    del past
    who = audience.member_table(workspace, kind=kind, stamp=stamp, segment=segment)
    people = preview(workspace, who, segment, Filters(**bounds))
    people.attrs["base_rate"] = _base_rate(workspace, people[people["step"] == "suppressed"])
    return people


@dataclass(frozen=True)
class Plan:
    """What the list would be: the people with the step each reaches, and what it could prove."""

    view: View
    people: pd.DataFrame
    base_rate: float | None

    def count(self, *reached: str) -> int:
        """Count those whose last step is one of these."""
        return int(self.people["step"].isin(reached).sum())

    @property
    def n(self) -> int:
        """How many would be listed."""
        return self.count("suppressed")

    @property
    def n_holdout(self) -> int:
        """How many of them would not be contacted."""
        return round(self.n * self.view.holdout)

    def least_effect(self, holdout: float | None = None) -> float | None:
        """Say how small an effect could be shown, with this share held out (the view's if None)."""
        share = self.view.holdout if holdout is None else holdout
        held = round(self.n * share)
        if self.base_rate is None:
            return None
        return minimum_detectable_effect(self.n - held, held, self.base_rate)


def plan(view: View) -> Plan:
    """Work out the list of this view, nothing stored."""
    people = data.rows(
        steps,
        kind=view.kind,
        segment=view.segment,
        stamp=audience.stamp(view.kind),
        past="|".join(past()["name"]),
        **view.filters.as_json(),
    )
    return Plan(view, people, people.attrs["base_rate"])


def _base_rate(workspace: analytics.Workspace, listed: Any) -> float | None:
    """Say how many would buy anyway: by the forecast that made the segment, else by the curve."""
    if listed["chance"].notna().any():
        chance = 1 - listed["chance"].mean()
    else:
        known = audience.chances(workspace, customer_ids=tuple(listed["customer_id"]))
        chance = pd.Series(known, dtype=float).mean()
    return None if formats.is_nothing(chance) else float(chance)


def past() -> pd.DataFrame:
    """List the stored lists."""
    return lists.register(data.workspace())


def form(wanted: Plan) -> None:
    """Draw the last step: the name and the button that draws and stores the list."""
    st.subheader(t("campaigns.create_title"), anchor=False)
    view, taken = wanted.view, past()["name"].tolist()
    label = audience.label(view.kind, view.segment)
    name = st.text_input(
        t("campaigns.name"),
        value=free_name(f"{label} {data.workspace().as_of}", taken),
        key=f"campaign_name_{view.kind}_{view.segment}_{len(taken)}",
    )
    is_asked = st.button(
        t("campaigns.create", n=formats.number(wanted.n)),
        type="primary",
        icon=":material/list_alt_add:",
        width="stretch",
        disabled=not wanted.n,
    )
    if is_asked:
        with guard.shown():
            _draw(wanted, name)
            st.rerun()


def free_name(name: str, taken: Sequence[str]) -> str:
    """Give the name, numbered where it is taken.

    >>> free_name("spring", ["spring", "spring 2"])
    'spring 3'
    """
    numbered = [name, *(f"{name} {n}" for n in range(2, len(taken) + 3))]
    return next(candidate for candidate in numbered if candidate not in taken)


def _draw(wanted: Plan, name: str) -> None:
    view, workspace, model = wanted.view, data.workspace(), serving.current_key()
    made = lists.create(
        workspace,
        name=name,
        segment=view.segment,
        segment_kind=view.kind,
        members=audience.member_table(workspace, kind=view.kind),
        filters=view.filters,
        holdout=view.holdout,
        recommender=serving.load(workspace, model) if model and view.n_items else None,
        k=max(view.n_items, 1),
        base_rate=wanted.base_rate,
    )
    st.session_state["campaign"] = st.session_state["drawn"] = made.name


def take_away() -> None:
    """Let the reader choose a stored list and download it: all of it, or one arm."""
    names = past()["name"].tolist()
    if not names:
        return
    drawn = st.session_state.pop("drawn", None)
    if drawn:
        st.success(t("campaigns.drawn", name=drawn), icon=":material/check_circle:")
    st.subheader(t("campaigns.past_title"), anchor=False)
    address.begin("campaign", names, default=names[0])
    name: Any = st.selectbox(
        t("campaigns.past_title"), names, key="campaign", label_visibility="collapsed"
    )
    address.keep("campaign", name, default=names[0])
    facts = past().set_index("name").loc[name]
    st.caption(
        t(
            "campaigns.facts",
            n=formats.number(facts["n_treatment"]),
            held=formats.number(facts["n_holdout"]),
            segment=audience.label(facts["segment_kind"], facts["segment"]),
            as_of=facts["as_of"],
        )
    )
    _button(name, None, t("campaigns.download_all"), is_main=bool(drawn))
    _button(name, "treatment", t("campaigns.download_treatment"))
    _button(name, "holdout", t("campaigns.download_holdout"))


def _button(name: str, arm: str | None, label: str, *, is_main: bool = False) -> None:
    st.download_button(
        label,
        partial(stored_csv, data.workspace().path, name, arm, language()),
        file_name=downloads.file_name(f"{name}-{arm}" if arm else name),
        mime="text/csv",
        key=f"download_list_{arm}",
        icon=":material/download:",
        type="primary" if is_main else "secondary",
        on_click="ignore",
        width="stretch",
    )


def stored_csv(path: Path, name: str, arm: str | None, speech: str) -> bytes:
    """Write a stored list (or one arm of it) as CSV, as it was drawn, in this language."""
    return spoken_csv(lists.load(analytics.Workspace(path), name), speech, arm)
