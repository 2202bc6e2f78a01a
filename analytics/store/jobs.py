"""Long work in a child process: started, watched, found again after a reload, cancelled."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, Literal
from uuid import uuid4

from analytics.errors import CancelledError, UnknownNameError

State = Literal["running", "done", "failed", "cancelled"]
JOB_VARIABLE = "HUITOU_JOB"
_NICENESS = 10
_WRITE_EVERY_S = 0.2
_ROOT = Path(__file__).resolve().parents[2]
_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class JobStatus:
    """What a job says of itself: state, share done, message, details, result or error."""

    state: State
    kind: str
    progress: float = 0.0
    message: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    started_at: str = ""
    heartbeat: str = ""
    pid: int | None = None
    result: Any = None
    error: str | None = None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _write(folder: Path, status: JobStatus) -> None:
    draft = folder / f".status.{os.getpid()}"
    draft.write_text(json.dumps(asdict(status), default=str, ensure_ascii=False), "utf-8")
    draft.replace(folder / "status.json")


def _read(folder: Path) -> JobStatus:
    status = JobStatus(**json.loads((folder / "status.json").read_text("utf-8")))
    born = folder / "pid"
    return replace(status, pid=int(born.read_text())) if born.exists() else status


def _is_alive(pid: int | None) -> bool:
    if pid is None:
        return True  # just started: the child has not been born yet
    child = _CHILDREN.get(pid)
    if child is not None:
        return child.poll() is None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@dataclass(frozen=True)
class Job:
    """A child process of a workspace, known by its folder."""

    folder: Path

    @property
    def id(self) -> str:
        """The job's name, which sorts by time."""
        return self.folder.name

    def status(self) -> JobStatus:
        """Return the latest status; a child that died without a word counts as failed."""
        status = _read(self.folder)
        if status.state != "running" or _is_alive(status.pid):
            return status
        status = _read(self.folder)  # it may have ended between the two looks
        if status.state != "running":
            return status
        if (self.folder / "cancel").exists():  # stopped before it could hear of it
            return replace(status, state="cancelled", error=str(CancelledError(status.kind)))
        lines = self.log().strip().splitlines()
        error = lines[-1] if lines else "it ended without a word"
        return replace(status, state="failed", error=error)

    def log(self) -> str:
        """Return what the child wrote on its standard error."""
        return (self.folder / "log.txt").read_text("utf-8", errors="replace")

    def cancel(self) -> None:
        """Ask the child to stop; it leaves the workspace as it was."""
        (self.folder / "cancel").touch()
        status = _read(self.folder)
        if status.state == "running" and status.pid and _is_alive(status.pid):
            os.kill(status.pid, signal.SIGTERM)

    def wait(self, timeout_s: float = 600.0) -> JobStatus:
        """Wait until the job ends, or raise TimeoutError."""
        deadline = time.monotonic() + timeout_s
        while (status := self.status()).state == "running":
            if time.monotonic() > deadline:
                raise TimeoutError(self.id)
            time.sleep(0.05)
        return status


def start(workspace: Path, kind: str, arguments: Sequence[str]) -> Job:
    """Run `huitou ARGUMENTS…` as a niced child with capped threads and return its job.

    Parameters
    ----------
    workspace
        Folder of the workspace; the job's files go below it.
    kind
        What it does ("import", "train"), to find it again.
    arguments
        Command line after `huitou`, `--workspace` included.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    folder = Path(workspace) / "jobs" / f"{stamp}-{kind}-{uuid4().hex[:6]}"
    folder.mkdir(parents=True)
    status = JobStatus("running", kind, started_at=_now(), heartbeat=_now())
    _write(folder, status)
    threads = str(max(1, (os.cpu_count() or 2) - 1))
    capped = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
    environment = {**os.environ, **capped, JOB_VARIABLE: str(folder.resolve())}
    environment["PYTHONPATH"] = os.pathsep.join(
        filter(None, (str(_ROOT), os.environ.get("PYTHONPATH")))
    )
    with (folder / "log.txt").open("wb") as log:
        child = subprocess.Popen(  # noqa: S603 -- our own interpreter, our own module
            [sys.executable, "-m", "cli", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _CHILDREN[child.pid] = child
    draft = folder / ".pid"  # a file of its own: the status belongs to the child from here on
    draft.write_text(str(child.pid))
    draft.replace(folder / "pid")
    return Job(folder)


def jobs(workspace: Path, kind: str | None = None) -> list[Job]:
    """Return the workspace's jobs, newest first."""
    pattern = f"*-{kind}-*" if kind else "*"
    found = sorted((Path(workspace) / "jobs").glob(pattern), reverse=True)
    return [Job(folder) for folder in found if (folder / "status.json").exists()]


def latest(workspace: Path, kind: str) -> Job | None:
    """Return the newest job of this kind, or None."""
    return next(iter(jobs(workspace, kind)), None)


def running(workspace: Path, kind: str | None = None) -> Job | None:
    """Return the newest job that still runs, or None."""
    return next((job for job in jobs(workspace, kind) if job.status().state == "running"), None)


def find(workspace: Path, job_id: str) -> Job:
    """Return the job of this name; raises UnknownNameError where there is none."""
    known = {job.id: job for job in jobs(workspace)}
    if job_id not in known:
        raise UnknownNameError("job", job_id, known)
    return known[job_id]


class Reporter:
    """The child's side of a job: a progress callback that also hears of a cancel."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._status = replace(_read(folder), pid=os.getpid())
        self._written = 0.0
        self._is_stopped = False
        os.nice(_NICENESS)
        signal.signal(signal.SIGTERM, self._stop)
        _write(folder, self._status)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._is_stopped = True
        raise CancelledError(self._status.kind)

    def __call__(self, fraction: float, message: str, **details: Any) -> None:
        """Note how far the work is; raises CancelledError when the user has stopped it."""
        if (self.folder / "cancel").exists():
            raise CancelledError(self._status.kind)
        is_new = message != self._status.message
        self._status = replace(
            self._status,
            progress=fraction,
            message=message,
            details={**self._status.details, **details},
            heartbeat=_now(),
        )
        if is_new or time.monotonic() - self._written > _WRITE_EVERY_S:
            _write(self.folder, self._status)
            self._written = time.monotonic()

    def note(self, **details: Any) -> None:
        """Add details to the status that is written next."""
        self._status = replace(self._status, details={**self._status.details, **details})

    def end(self, state: State, *, result: Any = None, error: str | None = None) -> None:
        """Write the last status: done with its result, failed or cancelled with its sentence."""
        if state == "failed" and self._is_stopped:  # an interrupted query has an error of its own
            state, error = "cancelled", str(CancelledError(self._status.kind))
        share = 1.0 if state == "done" else self._status.progress
        _write(
            self.folder,
            replace(self._status, state=state, progress=share, result=result, error=error),
        )


def reporter() -> Reporter | None:
    """Return the reporter of this process where it runs as a job, else None."""
    folder = os.environ.get(JOB_VARIABLE)
    return Reporter(Path(folder)) if folder else None
