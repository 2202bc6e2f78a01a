"""Step 1 on the page: drop files, see what each is taken for, import all that are ready."""

from functools import partial
from pathlib import Path
from zoneinfo import available_timezones

import streamlit as st

from ui import formats, jobs, uploads
from ui.importing import corrections, failures, running, waiting
from ui.importing.waiting import Look
from ui.words import name_of, say_error, t

_BADGES = {
    "ready": ("green", ":material/check:"),
    "asks": ("orange", ":material/help:"),
    "failed": ("red", ":material/block:"),
    "unreadable": ("red", ":material/block:"),
}
_OPENED = "opened_file"
_NARROW = 360


def draw() -> Look | None:
    """Draw the drop area and the files that wait; gives the one that the reader looks at."""
    st.subheader(t("imports.step_files"), anchor=False)
    uploads.dropzone(waiting.folder())
    with st.spinner(t("imports.unpacking")):
        paths = waiting.files()
    if jobs.is_running(failures.KIND) or _has_stopped(paths):
        jobs.show(failures.KIND)
    if jobs.is_running(failures.KIND):
        return None
    looks: list[Look] = []
    for path in paths:
        with st.spinner(t("imports.looking", file=path.name)):
            looks.append(waiting.look(path))
    if not looks:
        return None
    opened = _opened(looks)
    for seen in looks:
        _row(seen, is_open=seen is opened)
    _asked_once(looks)
    _batch(looks)
    return opened


def _has_stopped(paths: list[Path]) -> bool:
    """Whether the import of a waiting file ended for a reason that no file's row tells."""
    has_told = bool(failures.left_out_by(jobs.latest(failures.KIND)))
    return not has_told and any(map(corrections.began, paths))


def _opened(looks: list[Look]) -> Look | None:
    """Find the file to look at: the chosen one, else the first with a question, else the only."""
    chosen = st.session_state.get(_OPENED)
    named = [seen for seen in looks if str(seen.path) == chosen]
    asking = [seen for seen in looks if seen.state in {"asks", "failed"}]
    return next(iter([*named, *asking, *(looks if len(looks) == 1 else [])]), None)


def _row(seen: Look, *, is_open: bool) -> None:
    with st.container(border=True):
        left, right = st.columns([8, 3], vertical_alignment="center")
        with left, st.container(gap=None):
            size = formats.size(seen.path.stat().st_size)
            st.checkbox(
                f"**{formats.plain(seen.path.name)}** :gray[{size}]",
                value=seen.state == "ready",
                disabled=seen.state != "ready",
                key=_key(seen),
            )
            st.markdown(_taken_for(seen))
        with right, st.container(horizontal=True, horizontal_alignment="right"):
            st.button(
                t("imports.look"),
                key=f"look:{seen.path}",
                icon=":material/visibility:",
                disabled=is_open,
                on_click=partial(_open, seen.path),
            )
            st.button(
                t("imports.discard"),
                key=f"discard:{seen.path}",
                icon=":material/close:",
                type="tertiary",
                on_click=partial(waiting.discard, seen.path),
            )


def _key(seen: Look) -> str:
    return f"take:{seen.path}:{seen.state}"


def _open(path: Path) -> None:
    st.session_state[_OPENED] = str(path)


def _taken_for(seen: Look) -> str:
    """Write the state as a badge and, in a line, what the file is taken for or what is wrong."""
    color, icon = _BADGES[seen.state]
    state = "as_last_time" if seen.known and seen.state == "ready" else seen.state
    badge = f":{color}-badge[{icon} {t(f'imports.state_{state}')}]"
    if seen.failure:
        return f"{badge} {formats.plain(seen.failure)}"
    if seen.error:
        sentence = failures.without_name(say_error(seen.error), seen.path.name)
        return f"{badge} {formats.plain(sentence)}"
    if not seen.found:
        return badge
    table = name_of("table_kind", seen.found.table)
    title = name_of("platform", seen.found.platform)
    return f"{badge} {t('imports.taken_for', table=table, title=title)}"


def _asked_once(looks: list[Look]) -> None:
    """Ask for the zone of naive times, for all files at once, while the workspace has none."""
    naive = [seen for seen in looks if seen.has_naive_times]
    if not naive or waiting.known_zone():
        return
    zones = sorted(available_timezones())
    zone = naive[0].decided.settings.get("timezone", "UTC")
    key = f"zone_of_all:{zone}"
    st.selectbox(
        t("imports.zone_of_all"),
        zones,
        index=zones.index(zone),
        key=key,
        help=t("imports.zone_of_all_help"),
        width=_NARROW,
        on_change=partial(_place, naive, key),
    )


def _place(looks: list[Look], key: str) -> None:
    for seen in looks:
        waiting.decide(seen, "settings", st.session_state[key], "timezone")


def _batch(looks: list[Look]) -> None:
    """Offer to import all that are ready and chosen; a file alone is imported from step 2."""
    ready = [seen for seen in looks if seen.state == "ready"]
    chosen = [seen.path for seen in ready if st.session_state.get(_key(seen))]
    if len(looks) == 1:
        return
    open_ones = sum(seen.state in {"asks", "failed"} for seen in looks)
    if open_ones:
        st.caption(t("imports.some_ask", n=open_ones))
    if not ready:
        return
    is_all = len(chosen) == len(ready)
    st.button(
        t("imports.start_all" if is_all else "imports.start_chosen", n=len(chosen)),
        type="primary",
        icon=":material/login:",
        disabled=not chosen,
        on_click=partial(running.start, chosen),
        key="start_all",
    )
