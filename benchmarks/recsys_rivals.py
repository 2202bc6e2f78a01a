"""Ours against implicit, LightFM, cornac, LensKit and RecTools by NDCG@10 on sets kept aside.

    python benchmarks/recsys_rivals.py --courses FILE --rival cornac=PYTHON --rival lenskit=PYTHON

Sets are read as in recsys_quality.py (--retail, --movielens, --courses, --basket). Each user's last
order (of ratings: the last interaction) is held out, every item is ranked, those of the training
part left out. All see the same split. A rival chooses among the settings of recsys_rival.py on the
last but one orders; ours are the models as they are when trained without options. LIBRARY is
implicit, lightfm, cornac, lenskit or rectools, PYTHON an interpreter that has it. Intervals are
95 %, over resampled users; so is that of the difference between the best of each side.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import numpy as np
import pandas as pd
from recsys_quality import K, basket, courses, retail
from scipy import sparse

from recsys import evaluation
from recsys.interactions import Interactions, positions
from recsys.models.base import Recommender
from recsys.models.ease import Ease
from recsys.models.hybrid import Hybrid
from recsys.models.ials import ImplicitALS
from recsys.splits import Split, split

_CHILD = Path(__file__).with_name("recsys_rival.py")
_MOST_INNER = 2000  # users on whom settings are chosen
_MOST_USERS = 10_000  # users who are judged


def movielens(path: Path) -> Interactions:
    """All ratings as positive."""
    frame = pd.read_csv(path, sep="\t", header=0, names=["user_id", "item_id", "rating", "time"])
    frame = frame.astype({"user_id": str, "item_id": str})
    return Interactions.from_frame(
        frame.assign(time=pd.to_datetime(frame["time"], unit="s")), time="time"
    )


def drawn(plan: Split, most: int) -> Split:
    """Keep at most so many of the users to be judged, drawn at random."""
    chosen = np.sort(np.random.default_rng(0).permutation(len(plan.users))[:most])
    relevant, n_relevant = sparse.csr_matrix(plan.relevant[chosen]), plan.n_relevant[chosen]
    return replace(plan, users=plan.users[chosen], relevant=relevant, n_relevant=n_relevant)


def written(plan: Split, folder: Path) -> None:
    """Write the split and the one within its training part, for the rivals."""
    inner = drawn(split(plan.train, "leave-last"), _MOST_INNER)
    ones = {"whole": _binary(plan.train.matrix), "inner": _on(plan.train, inner.train)}
    for name, matrix in ones.items():
        sparse.save_npz(folder / f"{name}.npz", matrix)
    relevant = inner.relevant.tocoo()  # the inner part may have lost items of the whole
    column = positions(plan.train.item_ids, inner.train.item_ids)[relevant.col]
    shape = (len(inner.users), len(plan.train.item_ids))
    moved = sparse.csr_matrix((relevant.data, (relevant.row, column)), shape)
    sparse.save_npz(folder / "inner_relevant.npz", moved)
    np.savez(
        folder / "users.npz",
        inner=positions(plan.train.user_ids, inner.users),
        inner_relevant=inner.n_relevant,
        whole=positions(plan.train.user_ids, plan.users),
    )


def _on(whole: Interactions, part: Interactions) -> sparse.csr_matrix:
    """The cells of a part, as ones in the rows and columns of the whole."""
    cells = part.matrix.tocoo()
    row = positions(whole.user_ids, part.user_ids)[cells.row]
    column = positions(whole.item_ids, part.item_ids)[cells.col]
    ones = np.ones(len(row), np.float32)
    return sparse.csr_matrix((ones, (row, column)), whole.matrix.shape)


def _binary(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    ones = np.ones(matrix.nnz, np.float32)
    return sparse.csr_matrix((ones, matrix.indices, matrix.indptr), matrix.shape)


def rival_lists(library: str, python: str, folder: Path) -> tuple[str, np.ndarray]:
    """What a library's best setting lists, and what that setting was."""
    kept = folder / f"{library}.json"
    if not kept.exists():
        command = [python, str(_CHILD), library, str(folder)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        kept.write_text(done.stdout.splitlines()[-1], "utf-8")
    found: dict[str, Any] = json.loads(kept.read_text("utf-8"))
    label = f"{library}: {found['setting']} (best of {found['tried']})"
    return label, np.load(folder / f"{library}.npy")


def own_lists(model: Recommender, plan: Split) -> np.ndarray:
    """What a model of ours lists."""
    lists = model.fit(plan.train).recommend(plan.users, K)
    return evaluation.list_matrix(lists, plan.users, plan.train.item_ids, K)


def compared(name: str, interactions: Interactions, rivals: dict[str, str], keep: Path) -> None:
    """Print all contenders on one set, the best first, and the gap between the two sides."""
    plan = drawn(split(interactions, "leave-last"), _MOST_USERS)
    print(f"{name}: {plan.train.matrix.shape}, {len(plan.users)} users, NDCG@10", flush=True)
    found: dict[str, np.ndarray] = {}
    folder = keep / name
    if not folder.exists():
        folder.mkdir(parents=True)
        written(plan, folder)
    for library, python in rivals.items():
        label, lists = rival_lists(library, python, folder)
        found[label] = _values(lists, plan)
    theirs = set(found)
    for model in (Hybrid(), Ease(), ImplicitALS()):
        found[f"ours: {model.name}"] = _values(own_lists(model, plan), plan)
    for label in sorted(found, key=lambda one: -found[one].mean()):
        (one,) = evaluation.intervals(found[label][:, None])
        print(f"  {label:60} {one.value:.4f} ({one.ci_lower:.4f} to {one.ci_upper:.4f})")
    if theirs:
        _gap(found, theirs)


def _values(lists: np.ndarray, plan: Split) -> np.ndarray:
    return evaluation.per_user(lists, plan.relevant, plan.n_relevant, K)["ndcg"]


def _gap(found: dict[str, np.ndarray], theirs: set[str]) -> None:
    sides = [set(found) - theirs, theirs]
    ours, other = (max(side, key=lambda one: found[one].mean()) for side in sides)
    (gap,) = evaluation.intervals((found[ours] - found[other])[:, None])
    ratio = found[ours].mean() / found[other].mean()
    print(f"  {ours} ÷ {other}: {ratio:.3f}; difference {gap.value:+.4f}", end=" ")
    print(f"({gap.ci_lower:+.4f} to {gap.ci_upper:+.4f})", flush=True)


def main() -> None:
    """Compare on the sets that are given."""
    readers = {"movielens": movielens, "retail": retail, "courses": courses, "basket": basket}
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for option in readers:
        parser.add_argument(f"--{option}", type=Path)
    parser.add_argument("--rival", action="append", default=[], metavar="LIBRARY=PYTHON")
    parser.add_argument("--keep", type=Path, help="folder of splits and lists, for another run")
    given = parser.parse_args()
    if any("=" not in one for one in given.rival):
        sys.exit("name rivals as LIBRARY=PYTHON")
    rivals = dict(one.split("=", 1) for one in given.rival)
    with tempfile.TemporaryDirectory() as folder:
        for name, reader in readers.items():
            path = getattr(given, name)
            if path is not None:
                compared(name, reader(path), rivals, given.keep or Path(folder))


if __name__ == "__main__":
    main()
