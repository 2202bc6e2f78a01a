"""The app as AppTest must run it: from a folder that has no pages/ of its own.

Beside a folder pages/ AppTest takes each page for a script by itself and runs it without the frame.
"""

import runpy
from pathlib import Path

if __name__ == "__main__":
    runpy.run_path(str(Path(__file__).parents[2] / "app.py"), run_name="__main__")
