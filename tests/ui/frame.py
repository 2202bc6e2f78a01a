"""The app as AppTest must run it: from a folder that has no pages/ of its own.

Beside a folder pages/ AppTest takes each page for a script by itself and runs it without the frame.
"""

import runpy
import sys
from pathlib import Path

ROOT = str(Path(__file__).parents[2])

if __name__ == "__main__":
    if ROOT not in sys.path:
        sys.path.insert(0, ROOT)
    runpy.run_path(f"{ROOT}/app.py", run_name="__main__")
