"""The import itself: a child process that takes in the chosen files, and the reports it left."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import analytics
from ui import data, jobs, workspaces
from ui.importing import corrections, failures, waiting
from ui.importing.corrections import Corrections
from ui.words import say_kept, t

_PLAN = ".plan.json"


def start(paths: Sequence[Path], *, confirms: bool = False) -> None:
    """Import the files as decided; from the sample they go to a new workspace, which is opened.

    A file that can't be loaded is left out whole and goes on waiting; the others come in.
    `confirms` keeps the reading for files of the same shape although questions were left open.
    """
    decided = [_decision(path) for path in paths]
    is_new = data.workspace().is_sample
    entry = workspaces.for_own_data(t("imports.own_shop"))
    folder = analytics.open_workspace(entry.path).folder(waiting.FOLDER)
    if is_new:
        waiting.move(waiting.files(), folder)
        workspaces.switch(entry.slug)
    plan = folder / _PLAN
    files = [folder / path.name for path in paths]
    told = [
        {"file": str(path), **one.to_record(), "remembers": confirms}
        for path, one in zip(files, decided, strict=True)
    ]
    plan.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    for path in files:
        corrections.begin(path, moment)
    jobs.start(failures.KIND, ["import", "--keep-going", "--plan", str(plan)], workspace=entry.path)


def _decision(path: Path) -> Corrections:
    """Give what to import the file with: what was remembered is recalled by the import itself."""
    seen = waiting.look(path)
    if seen.known is None:
        return seen.decided
    zone = seen.decided.settings.get("timezone")
    return Corrections(settings={"timezone": zone} if zone else {})


def reports() -> list[dict[str, Any]]:
    """Give the reports of the newest import of this version, a file each, as the command does."""
    return _newest() or data.workspace().reports()[-1:]


def _newest() -> list[dict[str, Any]]:
    """Give the reports of the newest import, none if it was taken back or did not end well."""
    status = jobs.latest(failures.KIND)
    made = status.result if status and status.state == "done" else None
    numbers = {one["version"] for one in (made if isinstance(made, list) else [made]) if one}
    return [one for one in data.workspace().reports() if one["version"] in numbers]


def left_out() -> list[str]:
    """List the files that the newest import left out and that still wait to be corrected."""
    told = [one["file"] for one in failures.left_out_by(jobs.latest(failures.KIND))]
    return [path.name for path in waiting.files() if path.name in told and failures.of(path)]


def is_news() -> bool:
    """Tell whether the newest import has brought something and no file has arrived since."""
    status = jobs.latest(failures.KIND)
    if status is None or data.workspace().is_sample or not _newest():
        return False
    ended = datetime.fromisoformat(status.heartbeat).timestamp()
    return all(path.stat().st_mtime < ended for path in waiting.files())


def warnings(report: dict[str, Any]) -> list[str]:
    """Say the report's warnings in the reader's language."""
    kept = zip(report["warning_notes"], report["warnings"], strict=True)
    return [say_kept(note["key"], note["values"], english) for note, english in kept]
