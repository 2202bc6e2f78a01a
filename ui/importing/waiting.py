"""The files that wait, and what the intake makes of each: ready, in need of a decision, unreadable.

They lie in the workspace's folder `uploads` until they have been imported. A zip of several tables
is unpacked when it arrives; a file whose columns were seen before is read as it was then.
"""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import streamlit as st

from analytics import intake
from analytics.errors import (
    AmbiguousMappingError,
    HuitouError,
    MissingColumnsError,
    UnreadableFileError,
)
from analytics.intake import SourceColumn, Understanding
from analytics.store.memory import Remembered
from ui import data, uploads
from ui.importing import corrections, failures, questions
from ui.importing.corrections import Corrections

State = Literal["ready", "asks", "failed", "unreadable"]
FOLDER = "uploads"
_KEPT = 100


@dataclass(frozen=True)
class Look:
    """A waiting file and what became of the attempt to understand it."""

    path: Path
    decided: Corrections
    found: Understanding | None = None
    error: HuitouError | None = None
    known: Remembered | None = None
    asked: tuple[questions.Question, ...] = field(default_factory=tuple)
    failure: str | None = None

    @property
    def state(self) -> State:
        """Whether it can be imported as it is, needs a decision, was left out, or can't be read."""
        if self.failure:
            return "failed"
        if isinstance(self.error, MissingColumnsError | AmbiguousMappingError) or self.asked:
            return "asks"
        return "unreadable" if self.error else "ready"

    @property
    def has_naive_times(self) -> bool:
        """Whether it holds times of which only the reader can tell the zone."""
        plans = self.found.decisions.dates.values() if self.found else ()
        return any(plan.has_naive and not plan.has_utc_header for plan in plans)


def folder() -> Path:
    """Give the folder where the current workspace's uploads wait."""
    return data.workspace().folder(FOLDER)


def files() -> list[Path]:
    """List the files that wait: zips of several tables unpacked, imported ones removed."""
    for path in uploads.waiting(folder()):
        if _is_taken(path):
            discard(path)
        else:
            _unpack(path)
    return uploads.waiting(folder())


def _unpack(path: Path) -> None:
    """Put the tables of a zip in its place; one that can't be unpacked stays, and says why."""
    with tempfile.TemporaryDirectory(prefix=".unpacked", dir=path.parent) as place:
        try:
            found = intake.unpack(path, place)
        except UnreadableFileError:
            found = [path]
        if found == [path]:
            return
        for one in found:
            one.replace(path.with_name(uploads.safe_name(one.name)))
        discard(path)


def discard(path: Path) -> None:
    """Forget a waiting file and what was decided about it."""
    path.unlink(missing_ok=True)
    corrections.forget(path)


def move(paths: Sequence[Path], target: Path) -> list[Path]:
    """Move waiting files, and what was decided about them, to another folder."""
    for path in paths:
        shutil.move(path, target / path.name)
        corrections.move(path, target / path.name)
    return [target / path.name for path in paths]


def decide(
    seen: Look, part: str, value: Any, name: str | None = None, *, shown: Any = None
) -> None:
    """Correct one thing about a file; what was remembered of last time stays otherwise.

    `shown` is what the control showed: one that was away while an import ran may report it as new.
    """
    if shown is not None and value == shown:
        return
    if seen.known:
        corrections.keep(seen.path, seen.decided)
    corrections.correct(seen.path, part, value, name)


def decide_word(seen: Look, word: str, status: str, *, shown: str) -> None:
    """Decide what a status word of a file means, unless it is what was `shown`."""
    if status == shown:
        return
    words = seen.decided.settings.get("status_words", {})
    decide(seen, "settings", {**words, word: status}, "status_words")


def look(path: Path) -> Look:
    """Find out how the file is read, and whether an import of it as it is read failed already."""
    seen = _read(path)
    return replace(seen, failure=failures.of(path)) if seen.found else seen


def _read(path: Path) -> Look:
    """Read the file with the corrections made so far or those of last time."""
    own = corrections.of(path)
    seen = _examined(path, own)
    known = None if own or _is_for_a_new_shop() else _as_last_time(path)
    if known is None:
        return seen
    return replace(_examined(path, corrections.remembered(known)), known=known, asked=())


def _as_last_time(path: Path) -> Remembered | None:
    signature = _signature(str(path), path.stat().st_mtime_ns)
    return data.workspace().remembered(signature) if signature else None


def _is_for_a_new_shop() -> bool:
    """Tell whether an import would make a workspace: the sample takes in no files of others."""
    return data.workspace().is_sample


def known_zone() -> str | None:
    """Give the zone of the workspace that the files go to, where it has one."""
    return None if _is_for_a_new_shop() else data.workspace().settings.timezone


def _examined(path: Path, decided: Corrections) -> Look:
    """Look at the file; naive times take the zone of the platform where nobody knows better."""
    zone = known_zone()
    seen = _seen(path, _in_zone(decided, zone or st.context.timezone))
    platform = seen.found.recognised if seen.found else None
    if zone is None and "timezone" not in decided.settings and platform and platform.zone:
        return _seen(path, _in_zone(decided, platform.zone))
    return seen


def _in_zone(decided: Corrections, zone: str | None) -> Corrections:
    usual = {"timezone": zone} if zone else {}
    return replace(decided, settings={**usual, **decided.settings})


def _seen(path: Path, decided: Corrections) -> Look:
    outcome = _outcome(str(path), path.stat().st_mtime_ns, decided)
    if isinstance(outcome, HuitouError):
        return Look(path, decided, error=outcome)
    return Look(path, decided, found=outcome, asked=questions.open_in(outcome))


def columns(seen: Look) -> tuple[SourceColumn, ...]:
    """Give the columns of a file and their first values, understood or not; none if unreadable."""
    if seen.found:
        return seen.found.columns
    return _columns(str(seen.path), seen.path.stat().st_mtime_ns, seen.decided)


def preview(seen: Look) -> pd.DataFrame:
    """Give the first rows as they will be stored; times are local, empty columns left out."""
    rows = _preview(str(seen.path), seen.path.stat().st_mtime_ns, seen.decided)
    times = rows.select_dtypes("datetime").columns
    zone = seen.found.timezone if seen.found else "UTC"
    local = {
        name: rows[name].dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)
        for name in times
    }
    return rows.assign(**local).dropna(axis="columns", how="all")


def _is_taken(path: Path) -> bool:
    """Tell whether an import that began with this very file has made a version of it."""
    began = corrections.began(path)
    return began is not None and any(
        version.created_at >= began
        and any(_tells_of(report, version.number, path.name) for report in version.reports)
        for version in data.workspace().versions()
    )


def _tells_of(report: Mapping[str, Any], version: int, file: str) -> bool:
    return report["version"] == version and report["file"] == file


@st.cache_resource(show_spinner=False, max_entries=_KEPT, hash_funcs={Corrections: repr})
def _outcome(
    path: str,
    changed_ns: int,  # noqa: ARG001 - part of the cache's key
    decided: Corrections,
) -> Understanding | HuitouError:
    """Understand the file, or give the reason why not: both are kept until it changes."""
    outcome: Understanding | HuitouError
    try:
        outcome = intake.understand(
            path, table=decided.table, mapping=decided.mapping, settings=decided.to_settings()
        )
        if not any(column.samples for column in outcome.columns):
            outcome = UnreadableFileError(outcome.file, "it holds no rows", "export it again")
    except HuitouError as error:
        outcome = error
    return outcome


@st.cache_data(show_spinner=False, max_entries=_KEPT)
def _signature(path: str, changed_ns: int) -> str | None:  # noqa: ARG001 - part of the cache's key
    """Give the mark of the file's shape, or nothing where no columns are seen."""
    with suppress(UnreadableFileError):
        return intake.file_signature(path)
    return None


@st.cache_data(show_spinner=False, max_entries=_KEPT, hash_funcs={Corrections: repr})
def _columns(
    path: str,
    changed_ns: int,  # noqa: ARG001 - part of the cache's key
    decided: Corrections,
) -> tuple[SourceColumn, ...]:
    with suppress(UnreadableFileError):
        return intake.file_columns(path, decided.to_settings())
    return ()


@st.cache_data(show_spinner=False, max_entries=_KEPT, hash_funcs={Corrections: repr})
def _preview(path: str, changed_ns: int, decided: Corrections) -> pd.DataFrame:
    outcome = _outcome(path, changed_ns, decided)
    if isinstance(outcome, HuitouError):
        raise outcome
    return intake.preview(outcome)
