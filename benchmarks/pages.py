"""How long a rerun of each page takes on the sample shop, script time in one process.

Bar: under 0.5 s on two cores; under 1 s on a shop of ten million order lines (`--home` a folder of
workspaces, `--shop` the name of one). One line a page: first run (cold caches), median rerun, and
its share of the bar.

`python benchmarks/pages.py [--home DIR --shop NAME]`
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BAR_S, BAR_LARGE_S = 0.5, 1.0
RERUNS = 5
TIMEOUT_S = 300


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
    options = argparse.ArgumentParser()
    options.add_argument("--home", type=Path)
    options.add_argument("--shop", default="sample")
    given = options.parse_args()
    bar = BAR_LARGE_S if given.home else BAR_S
    home = given.home.resolve() if given.home else None
    os.chdir(ROOT)
    os.environ["HUITOU_HOME"] = str(home or sample_home())
    os.environ.pop("HUITOU_WORKSPACE", None)
    import logging

    logging.disable(logging.WARNING)  # AppTest warns of running without a browser
    from streamlit.testing.v1 import AppTest

    print(f"{'page':<20}{'first':>9}{'rerun':>9}{'of bar':>9}")
    for page in sorted(path.name for path in (ROOT / "pages").glob("*.py")):
        app = AppTest.from_file(str(ROOT / "tests/ui/frame.py"), default_timeout=TIMEOUT_S)
        app.query_params["ws"] = given.shop
        app.run()
        first = timed(lambda app=app, page=page: app.switch_page(str(ROOT / "pages" / page)).run())
        assert not app.exception, (page, app.exception)
        rerun = statistics.median(timed(app.run) for _ in range(RERUNS))
        print(f"{page:<20}{first:>8.2f}s{rerun:>8.2f}s{rerun / bar:>8.0%}")


if __name__ == "__main__":
    main()
