"""Why a waiting file was left out of the last import that tried it; void once it is corrected."""

from datetime import datetime
from pathlib import Path
from typing import Any

from analytics.store import jobs as store_jobs
from ui import data
from ui.importing import corrections
from ui.words import say_kept_error

KIND = "import"


def of(path: Path) -> str | None:
    """Say why this file could not be loaded, if it was tried and nothing was decided since."""
    began = corrections.began(path)
    if began is None:
        return None
    for job in store_jobs.jobs(data.workspace().path, KIND):
        status = job.status()
        if datetime.fromisoformat(status.started_at) < datetime.fromisoformat(began):
            return None
        for one in left_out_by(status):
            if one["file"] == path.name:
                sentence = say_kept_error(one["error"], one["values"], one["sentence"])
                return without_name(sentence, path.name)
    return None


def without_name(sentence: str, name: str) -> str:
    """Say it where the file's name stands already.

    >>> without_name("a.csv: it is empty.", "a.csv"), without_name("a.csv 不能读取。", "a.csv")
    ('it is empty.', '不能读取。')
    """
    rest = sentence.removeprefix(name)
    return rest.lstrip(" ,:：") if rest != sentence else sentence


def left_out_by(status: store_jobs.JobStatus | None) -> list[dict[str, Any]]:
    """List the files that an import could not load: name, error, its values, English sentence."""
    return list(status.details.get("left_out", [])) if status else []
