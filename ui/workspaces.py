"""The workspaces on disk and the one that the address names.

Every folder below `$HUITOU_HOME` (default `./workspaces`) that holds a workspace is listed, and so
is the single one of `$HUITOU_WORKSPACE` (default `./workspace`), which comes first. The address
parameter `ws` holds the folder's name; without it the first one is read. Sample and own data never
mix: `for_own_data()` gives a new workspace while the sample is open.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

import analytics
from analytics.errors import NoWorkspaceError
from ui.words import t

ADDRESS_PARAMETER = "ws"
_MARK = "settings.toml"
_NAME_LIMIT = 60


@dataclass(frozen=True)
class Entry:
    """One workspace in the list: its name in the address, its folder, its label for the reader."""

    slug: str
    path: Path
    label: str


def home() -> Path:
    """Give the folder that new workspaces are made in."""
    return Path(os.environ.get("HUITOU_HOME", "workspaces"))


def entries() -> list[Entry]:
    """List all workspaces, the single one first, then by folder name."""
    single = Path(os.environ.get("HUITOU_WORKSPACE", "workspace"))
    below = sorted(mark.parent for mark in home().glob(f"*/{_MARK}"))
    found: dict[Path, Entry] = {}
    taken: set[str] = set()
    for path in [single, *below]:
        place = path.resolve()
        if place not in found and (path / _MARK).exists():
            slug = _free(place.name, taken)
            taken.add(slug)
            found[place] = Entry(slug, path, _label(path))
    return list(found.values())


def current() -> analytics.Workspace:
    """Open the workspace that the address names, at its newest version.

    Raises NoWorkspaceError where there is none at all.
    """
    listed = {entry.slug: entry for entry in entries()}
    if not listed:
        raise NoWorkspaceError(str(home()))
    chosen = listed.get(current_slug() or "") or next(iter(listed.values()))
    return analytics.open_workspace(chosen.path)


def exists() -> bool:
    """Tell whether there is any workspace to read."""
    return bool(entries())


def current_slug() -> str | None:
    """Tell what the address asks for, right or wrong."""
    return st.session_state.get(ADDRESS_PARAMETER) or st.query_params.get(ADDRESS_PARAMETER)


def create(name: str) -> Entry:
    """Make an empty workspace of this name in a folder of its own and give its entry."""
    taken = {entry.slug for entry in entries()} | {path.name for path in home().glob("*")}
    slug = _free(_slug(name), taken)
    analytics.open_workspace(home() / slug, create=True, name=name)
    return Entry(slug, home() / slug, name)


def for_own_data(name: str) -> Entry:
    """Give the workspace that a file of the reader's own goes to.

    It is the current one unless that is the sample (or there is none): then a new one of this name.
    """
    listed = {entry.slug: entry for entry in entries()}
    if listed and not current().is_sample:
        return listed.get(current_slug() or "") or next(iter(listed.values()))
    return create(name)


def switch(slug: str) -> None:
    """Make the address name this workspace; only in a callback or before the sidebar is drawn."""
    st.session_state[ADDRESS_PARAMETER] = slug


def _label(path: Path) -> str:
    workspace = analytics.open_workspace(path)
    return t("sidebar.sample", name=workspace.name) if workspace.is_sample else workspace.name


def _slug(name: str) -> str:
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-")[:_NAME_LIMIT] or "shop"


def _free(slug: str, taken: set[str]) -> str:
    numbered = [slug, *(f"{slug}-{n}" for n in range(2, len(taken) + 3))]
    return next(candidate for candidate in numbered if candidate not in taken)
