import json
import os
import signal

import pytest

from analytics.errors import UnknownNameError
from analytics.store import jobs
from analytics.store.workspace import open_workspace


@pytest.fixture
def shop(tmp_path):
    return open_workspace(tmp_path / "shop", create=True)


def run(shop, *arguments):
    command = [arguments[0], "--workspace", str(shop.path), *arguments[1:]]
    return jobs.start(shop.path, "look", command)


def test_a_job_ends_with_its_result_and_can_be_found_again(shop):
    job = run(shop, "versions", "--json")
    status = job.wait(60)
    assert (status.state, status.result) == ("done", {"versions": []})
    assert jobs.latest(shop.path, "look") == job
    assert jobs.find(shop.path, job.id) == job
    assert jobs.running(shop.path) is None


def test_a_job_whose_input_is_at_fault_ends_with_the_sentence(shop):
    status = run(shop, "undo").wait(60)
    assert status.state == "failed"
    assert "no earlier version" in status.error


def test_a_child_that_is_killed_counts_as_failed(shop):
    job = run(shop, "versions")
    os.kill(jobs._read(job.folder).pid, signal.SIGKILL)
    assert job.wait(60).state == "failed"


def test_a_child_that_is_stopped_before_it_could_hear_of_it_counts_as_cancelled(shop):
    job = run(shop, "versions")
    job.cancel()
    assert job.wait(60).state == "cancelled"


def test_an_unknown_job_is_named(shop):
    with pytest.raises(UnknownNameError, match="no job 'x'"):
        jobs.find(shop.path, "x")


def test_the_reporter_hears_of_a_cancel(shop, monkeypatch):
    monkeypatch.setattr(os, "nice", lambda _: 0)
    folder = shop.path / "jobs" / "1-look-1"
    folder.mkdir(parents=True)
    jobs._write(folder, jobs.JobStatus("running", "look"))
    before = signal.getsignal(signal.SIGTERM)
    reporter = jobs.Reporter(folder)
    reporter(0.5, "half", loss=1.5)
    written = json.loads((folder / "status.json").read_text())
    assert (written["progress"], written["details"]) == (0.5, {"loss": 1.5})
    jobs.Job(folder).folder.joinpath("cancel").touch()
    with pytest.raises(jobs.CancelledError):
        reporter(0.6, "more")
    reporter.end("cancelled")
    assert jobs.Job(folder).status().state == "cancelled"
    signal.signal(signal.SIGTERM, before)
