"""From `make app` on an installed tree with its workspace to the first rendered page.

Bar: under 6 s on two cores. Needs `.venv`, the sample workspace (`make demo`) and a Chromium.
Prints the seconds to the first answer of the server, to the first page (title, finding, cards) and
to its last figure, the share of the bar, and whether the server process has TensorFlow in memory.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BAR_S = 6.0
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str) -> None:
    """Return when the address answers."""
    while True:
        try:
            urllib.request.urlopen(url, timeout=1).read()  # noqa: S310 -- our own server
        except OSError:
            time.sleep(0.02)
        else:
            return


def has_tensorflow(group: int) -> bool:
    """Tell whether any process of the group has TensorFlow's library mapped (Linux)."""
    for process in Path("/proc").glob("[0-9]*"):
        pid = int(process.name)
        if os.getpgid(pid) == group and "tensorflow" in (process / "maps").read_text():
            return True
    return False


def main() -> None:
    """Start the app as a user does and watch it with a browser that is already open."""
    from playwright.sync_api import sync_playwright

    port = free_port()
    environment = {
        **os.environ,
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_HEADLESS": "true",
    }
    subprocess.run(["make", "demo"], cwd=ROOT, check=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page()
        started = time.perf_counter()
        app = subprocess.Popen(
            ["make", "app"], cwd=ROOT, env=environment, start_new_session=True, text=True
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            answered = time.perf_counter() - started
            page.goto(f"http://127.0.0.1:{port}/")
            page.wait_for_selector("[data-testid=stMetric]", timeout=60_000)
            rendered = time.perf_counter() - started
            page.wait_for_selector(".js-plotly-plot .main-svg", timeout=60_000)
            drawn = time.perf_counter() - started
            told = has_tensorflow(os.getpgid(app.pid))
        finally:
            os.killpg(app.pid, signal.SIGTERM)
            app.wait(20)
        browser.close()
    print(
        f"server answers after {answered:.1f} s, first page with its finding and cards after",
        end=" ",
    )
    print(
        f"{rendered:.1f} s ({rendered / BAR_S:.0%} of the bar), last figure after {drawn:.1f} s;",
        end=" ",
    )
    print(f"TensorFlow in the app: {'yes' if told else 'no'}")


if __name__ == "__main__":
    main()
