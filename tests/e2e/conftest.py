"""A real server and a real Chromium for the tests of the whole journey."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
]
TIMEOUT_MS = 30_000


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serving(home: Path):
    """Serve the app on a free port with its workspaces below `home`."""
    port = free_port()
    environment = {
        **os.environ,
        "HOME": str(home),
        "HUITOU_HOME": str(home / "workspaces"),
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
    }
    environment.pop("HUITOU_WORKSPACE", None)
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "cli", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1)
                break
            assert server.poll() is None, (home / "server.log").read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def browser():
    """A Chromium for one module: while its driver lives, an event loop runs in this thread."""
    if not CHROMIUM:
        reason = "no Chromium on this machine (Debian: apt install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """A fresh tab in English, 1440 × 900, that fails the test on any script error."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", accept_downloads=True
    )
    context.set_default_timeout(TIMEOUT_MS)
    tab = context.new_page()
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    context.close()
    assert errors == []


def settled(tab):
    """Wait until the script has run to its end, and see that it met no defect."""
    tab.wait_for_function(
        "document.querySelector('[data-testid=stApp]')"
        "?.getAttribute('data-test-script-state') === 'notRunning'"
    )
    assert tab.get_by_test_id("stException").count() == 0


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """Keep a picture of the page of a test that failed."""
    outcome = yield
    tab = item.funcargs.get("page")
    if tab is not None and outcome.get_result().when == "call" and outcome.get_result().failed:
        tab.screenshot(path=str(item.funcargs["tmp_path"] / "failed.png"))
        sys.stderr.write(f"picture: {item.funcargs['tmp_path'] / 'failed.png'}\n")
