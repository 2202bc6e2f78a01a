"""Long work on the page: a child process, polled in a fragment, found again after a reload.

    jobs.start("import", ["import", str(path)])     # in a callback jobs.show("import")
    # on the page: progress, message, time left, cancel

Jobs belong to the current workspace and live on disk (analytics/store/jobs.py). When one ends the
whole page runs again, so that what it made is read at once.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from analytics.store import jobs as store_jobs
from ui import data, formats
from ui.words import language, name_of, phrase, say_kept_error, t

_POLL = "1s"
_ENOUGH_TO_GUESS = 0.1


def start(kind: str, arguments: Sequence[str], *, workspace: Path | None = None) -> store_jobs.Job:
    """Run `huitou ARGUMENTS…` on the workspace (the current one unless named) as a child."""
    path = workspace or data.workspace().path
    return store_jobs.start(path, kind, [*arguments, "--workspace", str(path), "--json"])


def is_running(kind: str) -> bool:
    """Tell whether a job of this kind runs in the current workspace."""
    return store_jobs.running(data.workspace().path, kind) is not None


def latest(kind: str) -> store_jobs.JobStatus | None:
    """Give the status of the newest job of this kind in the current workspace."""
    job = store_jobs.latest(data.workspace().path, kind)
    return job.status() if job else None


def show(kind: str) -> store_jobs.JobStatus | None:
    """Show the newest job of this kind while it runs, and how it ended; gives its status."""
    job = store_jobs.latest(data.workspace().path, kind)
    if job is None:
        return None
    status = job.status()
    if status.state == "running":
        _watch(str(job.folder))
    elif status.state == "failed":
        st.error(_failure(job, status), icon=":material/error:")
    elif status.state == "cancelled":
        st.info(t("job.cancelled"), icon=":material/cancel:")
    return status


def _failure(job: store_jobs.Job, status: store_jobs.JobStatus) -> str:
    """Say why it stopped; a trace, or a last word of the system's, stays in the job's folder."""
    error, kept = status.error or "", status.details.get("refused")
    if error.startswith("Traceback"):
        return t("guard.defect", reference=job.id)
    if kept is None:
        return t("job.died")
    return t("job.failed", error=say_kept_error(kept["error"], kept["values"], kept["sentence"]))


@st.fragment(run_every=_POLL)
def _watch(folder: str) -> None:
    job = store_jobs.Job(Path(folder))
    status = job.status()
    if status.state != "running":
        st.rerun()
    st.progress(min(max(status.progress, 0.0), 1.0), text=_progress_text(status))
    st.button(t("job.cancel"), key=f"cancel_{job.id}", icon=":material/stop:", on_click=job.cancel)


def _progress_text(status: store_jobs.JobStatus) -> str:
    parts = [formats.percent(status.progress, 0), _message(status)]
    left = _seconds_left(status)
    return formats.dotted(*parts, left and t("job.left", time=left))


def _message(status: store_jobs.JobStatus) -> str:
    if not status.message:
        return t("job.starting")
    about = status.details
    if status.message.startswith("iteration") and "loss" in about:
        return t(
            "job.iteration",
            iteration=formats.number(about["iteration"]),
            loss=formats.compact(about["loss"]),
        )
    if status.message.startswith("trial") and "best" in about:
        best = formats.percent(about["best"], 2)
        return t("job.trial", trial=status.message.partition(" ")[2], best=best)
    said = phrase("job_message", status.message)
    if said != status.message or language() == "en":
        return said
    return name_of("job_message", said.partition(" ")[0])


def _seconds_left(status: store_jobs.JobStatus) -> str:
    if status.progress < _ENOUGH_TO_GUESS or not status.started_at:
        return ""
    passed = (datetime.now(UTC) - datetime.fromisoformat(status.started_at)).total_seconds()
    return formats.waiting_time(passed * (1 - status.progress) / status.progress)
