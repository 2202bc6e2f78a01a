"""Throw hostile files at the reader: no crash, no hang, no lost row.

`python -m tests.intake.fuzz_reader --minutes 30` draws files from `tests/intake/hostile.py` until
the time is over. It stops at the first that breaks a rule, which stays in a folder named
huitou-fuzz- in the temporary folder.
"""

import argparse
import faulthandler
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.intake import hostile

SECONDS_PER_FILE = 60
EXAMPLES_PER_ROUND = 200
seen: Counter[str] = Counter()


def _run(name: str, data: bytes, ids: Sequence[str] = (), **options: str) -> None:
    """Import one file; a hang ends the process with a trace, the file stays where it is."""
    faulthandler.dump_traceback_later(SECONDS_PER_FILE, exit=True)
    folder = Path(tempfile.mkdtemp(prefix="huitou-fuzz-"))
    result = hostile.read(name, data, folder, **options)
    assert result is None or not ids or not hostile.lost_rows(result, ids)
    faulthandler.cancel_dump_traceback_later()
    shutil.rmtree(folder)
    seen["refused" if result is None else "read"] += 1


def mutation(case: tuple[str, bytes]) -> None:
    """Any bytes: a table or one sentence."""
    _run(*case)


def construction(case: hostile.Built) -> None:
    """Well-formed rows among other lines: all of them are loaded or rejected."""
    _run(case.name, case.data, case.ids, table="order_lines")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    ends, number = time.monotonic() + 60 * options.minutes, options.seed
    quiet = settings(
        max_examples=EXAMPLES_PER_ROUND,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        while time.monotonic() < ends:
            for check, files in ((mutation, hostile.mutated()), (construction, hostile.built())):
                seed(number)(quiet(given(files)(check)))()
            number += 1
    finally:
        sys.stdout.write(f"{seen.total():,} files from seed {options.seed} on: {dict(seen)}\n")
    sys.stdout.write("no rule broken\n")


if __name__ == "__main__":
    main()
