"""How long a rerun of each page takes on the sample shop, script time in one process.

Bar: under 0.5 s on two cores. One line a page: first run (cold caches), median rerun, and its
share of the bar.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BAR_S = 0.5
RERUNS = 5
TIMEOUT_S = 120


def sample_home() -> Path:
    """Return a folder with the sample workspace, made where there is none yet."""
    import subprocess
    import sys

    home = Path(os.environ.get("HUITOU_HOME", Path(tempfile.gettempdir()) / "huitou-bench"))
    command = [sys.executable, "-m", "cli", "demo", "--workspace", str(home / "sample")]
    subprocess.run(command, cwd=ROOT, check=True)
    return home


def timed(action: Callable[[], object]) -> float:
    """Return the seconds that an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def main() -> None:
    """Run every page of the navigation."""
    os.chdir(ROOT)
    os.environ["HUITOU_HOME"] = str(sample_home())
    os.environ.pop("HUITOU_WORKSPACE", None)
    import logging

    logging.disable(logging.WARNING)  # AppTest warns of running without a browser
    from streamlit.testing.v1 import AppTest

    print(f"{'page':<20}{'first':>9}{'rerun':>9}{'of bar':>9}")
    for page in sorted(path.name for path in (ROOT / "pages").glob("*.py")):
        app = AppTest.from_file(str(ROOT / "tests/ui/frame.py"), default_timeout=TIMEOUT_S).run()
        first = timed(lambda app=app, page=page: app.switch_page(str(ROOT / "pages" / page)).run())
        assert not app.exception, (page, app.exception)
        rerun = statistics.median(timed(app.run) for _ in range(RERUNS))
        print(f"{page:<20}{first:>8.2f}s{rerun:>8.2f}s{rerun / BAR_S:>8.0%}")


if __name__ == "__main__":
    main()
