"""From a file to data: what waits, how it is understood and corrected, the import, its report.

The file lies in the workspace's folder `uploads` until it has been imported, so a reload finds it
again. Corrections are kept per file: every guess of the intake (table, encoding, column of a field
…) can be overridden, and what is not overridden is guessed anew.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

import analytics
from analytics import intake
from analytics.intake import Understanding
from analytics.settings import ImportSettings
from analytics.store import jobs as store_jobs
from ui import data, jobs, uploads, workspaces
from ui.words import say_kept, t

KIND = "import"
_FOLDER = "uploads"
_KEPT = 16


@dataclass(frozen=True)
class Corrections:
    """What the reader decided about one file; None and absent fields are left to the intake."""

    table: str | None = None
    mapping: tuple[tuple[str, str], ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)

    def arguments(self) -> list[str]:
        """Give the options of `huitou import` that say the same."""
        options = ["--as", self.table] if self.table else []
        for name, column in self.mapping:
            options += ["--map", f"{name}={column}"]
        for name, value in self.settings.items():
            options += [f"--{name.replace('_', '-')}", str(value)]
        return options


def folder() -> Path:
    """Give the folder where the current workspace's uploads wait."""
    return data.workspace().folder(_FOLDER)


def waiting() -> list[Path]:
    """List the files that wait; those that the last import has taken in are removed first."""
    taken = _taken()
    for path in uploads.waiting(folder()):
        if path.name in taken:
            path.unlink()
    return uploads.waiting(folder())


def discard(path: Path) -> None:
    """Forget a waiting file and what was decided about it."""
    path.unlink(missing_ok=True)
    st.session_state.pop(_key(path), None)


def corrections(path: Path) -> Corrections:
    """Give what was decided about this file so far."""
    decided = st.session_state.get(_key(path), {})
    settings = {**_usual_settings(), **decided.get("settings", {})}
    return Corrections(
        decided.get("table"), tuple(sorted(decided.get("mapping", {}).items())), settings
    )


def correct(path: Path, part: str, value: Any, name: str | None = None) -> None:
    """Decide the table, the column of a field (`name`) or a setting (`name`) of this file."""
    decided = st.session_state.setdefault(_key(path), {})
    if name is None:
        decided[part] = value
        decided.pop("mapping", None)
    else:
        decided.setdefault(part, {})[name] = value


def understand(path: Path) -> Understanding:
    """Find out how the file is read, with the corrections made so far."""
    return _understand(str(path), path.stat().st_mtime_ns, corrections(path))


def preview(path: Path) -> pd.DataFrame:
    """Give the first rows as they will be stored; times in the file's zone, no empty columns."""
    rows = _preview(str(path), path.stat().st_mtime_ns, corrections(path))
    times = rows.select_dtypes("datetime").columns
    zone = understand(path).timezone
    local = {name: rows[name].dt.tz_localize("UTC").dt.tz_convert(zone) for name in times}
    return rows.assign(**local).dropna(axis="columns", how="all")


def start(path: Path) -> None:
    """Import the file as decided; from the sample it goes to a new workspace, which is opened."""
    decided = corrections(path)
    is_new = data.workspace().is_sample
    entry = workspaces.for_own_data(t("imports.own_shop"))
    if is_new:
        path = _moved(path, analytics.open_workspace(entry.path).folder(_FOLDER))
        workspaces.switch(entry.slug)
    jobs.start(KIND, ["import", str(path), *decided.arguments()], workspace=entry.path)


def _moved(path: Path, target: Path) -> Path:
    """Move all waiting files, and what was decided about them, to another folder."""
    for one in uploads.waiting(path.parent):
        decided = st.session_state.pop(_key(one), None)
        moved = Path(shutil.move(one, target / one.name))
        if decided is not None:
            st.session_state[_key(moved)] = decided
    return target / path.name


def report() -> dict[str, Any] | None:
    """Give the report of the newest import of this version, as in `huitou import --json`."""
    reports = data.workspace().reports()
    return reports[-1] if reports else None


def warnings(report: dict[str, Any]) -> list[str]:
    """Say the report's warnings in the reader's language."""
    kept = zip(report["warning_notes"], report["warnings"], strict=True)
    return [say_kept(note["key"], note["values"], english) for note, english in kept]


def _taken() -> set[str]:
    job = store_jobs.latest(data.workspace().path, KIND)
    status = job.status() if job else None
    if status is None or status.state != "done" or status.result is None:
        return set()
    results = status.result if isinstance(status.result, list) else [status.result]
    return {result["file"] for result in results}


def _usual_settings() -> dict[str, Any]:
    """Times without a zone are the workspace's, or the reader's own while it has none."""
    zone = data.workspace().settings.timezone or st.context.timezone
    return {"timezone": zone} if zone else {}


def _key(path: Path) -> str:
    return f"corrections:{path}"


@st.cache_resource(show_spinner=False, max_entries=_KEPT, hash_funcs={Corrections: repr})
def _understand(
    path: str,
    changed_ns: int,  # noqa: ARG001 - part of the cache's key
    decided: Corrections,
) -> Understanding:
    return intake.understand(
        path,
        table=decided.table,
        mapping=dict(decided.mapping),
        settings=ImportSettings(**decided.settings),
    )


@st.cache_data(show_spinner=False, max_entries=_KEPT, hash_funcs={Corrections: repr})
def _preview(path: str, changed_ns: int, decided: Corrections) -> pd.DataFrame:
    return intake.preview(_understand(path, changed_ns, decided))
