"""What the races of recommenders share: shops to train on, and runs in processes of their own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

ROOT = Path(__file__).resolve().parents[1]
UNOBSERVED, RIDGE, N_FACTORS = 0.05, 5.0, 64
_N_TASTES, _LOYALTY = 30, 0.7


def purchases(n_users: int, n_items: int, mean: float, seed: int = 0) -> sparse.csr_matrix:
    """Histories of negative-binomial length, most items of one taste, popular ones first (Zipf)."""
    random = np.random.default_rng(seed)
    lengths = 1 + random.negative_binomial(1.3, 1.3 / (0.3 + mean), n_users)
    user = np.repeat(np.arange(n_users), lengths)
    item = _drawn(random, np.arange(n_items), len(user))
    item_taste = random.integers(_N_TASTES, size=n_items)
    is_own = random.random(len(user)) < _LOYALTY
    taste = random.integers(_N_TASTES, size=n_users)[user]
    for one in range(_N_TASTES):
        at = np.flatnonzero(is_own & (taste == one))
        item[at] = _drawn(random, np.flatnonzero(item_taste == one), len(at))
    matrix = sparse.csr_matrix((np.ones(len(user), np.float32), (user, item)), (n_users, n_items))
    matrix.data[:] = 1
    return matrix


def _drawn(random: np.random.Generator, items: np.ndarray, size: int) -> np.ndarray:
    share = np.cumsum(1 / (10 + items))
    return items[np.searchsorted(share, random.random(size) * share[-1])]


def ours(matrix: sparse.csr_matrix, iterations: int) -> Any:
    """An untrained model of ours, and the matrix in the form that it reads."""
    import pandas as pd

    from recsys.actions import NEVER
    from recsys.interactions import Interactions, Rules
    from recsys.models.ials import ImplicitALS

    users, items = (np.char.zfill(np.arange(size).astype(str), 7) for size in matrix.shape)
    last = np.full(matrix.nnz, NEVER)
    interactions = Interactions(users, items, matrix, matrix, last, pd.DataFrame(), Rules())
    model = ImplicitALS(
        n_factors=N_FACTORS,
        iterations=iterations,
        unobserved_weight=UNOBSERVED,
        regularization=RIDGE,
        frequency_exponent=0.0,
    )
    return model, interactions


def first_items(n_items: int) -> np.ndarray:
    """The item factors that all start from."""
    draws = np.random.default_rng(0).standard_normal((n_items, N_FACTORS))
    return (draws * 0.1 / np.sqrt(N_FACTORS)).astype(np.float32)


def measured(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """What the work gives; its seconds, processor seconds and MiB beyond what was there before."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # forgets the peak, which exec inherits
    before = _mebibytes("VmRSS")
    started, processor = time.perf_counter(), time.process_time()
    found = work()
    return found, {
        "seconds": time.perf_counter() - started,
        "processor": time.process_time() - processor,
        "mib": _mebibytes("VmHWM") - before,
    }


def _mebibytes(name: str) -> float:
    """MiB that the process holds now (VmRSS), or held at its peak (VmHWM); Linux."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def has_rival(python: str) -> bool:
    """Whether this interpreter has `implicit`; says so where it has not."""
    done = subprocess.run([python, "-c", "import implicit"], capture_output=True, check=False)
    if done.returncode:
        print("implicit is not installed: name an interpreter that has it by --rival PYTHON")
    return not done.returncode


def in_child(python: str, script: str, *arguments: str) -> dict[str, Any]:
    """Run a script in another process; what it prints last is JSON."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    command = [python, script, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def compared(own: list[dict[str, float]], other: list[dict[str, float]]) -> None:
    """Print the ratios of the other's measures to ours: median, least and largest of the rounds."""
    for measure in ("seconds", "processor", "mib"):
        ratios = [b[measure] / max(a[measure], 1e-9) for a, b in zip(own, other, strict=True)]
        mine, theirs = (np.median([one[measure] for one in runs]) for runs in (own, other))
        print(
            f"  {measure:<10}{mine:9.2f}{theirs:9.2f}   ratio {np.median(ratios):5.2f}"
            f" ({min(ratios):.2f} … {max(ratios):.2f})"
        )
