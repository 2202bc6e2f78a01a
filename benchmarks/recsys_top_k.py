"""Top-10 of all users against `implicit.recommend`: the same factors, seen items left out.

Ours twice: as arrays, which is what theirs gives, and as the table of ids of `recommend`. Rounds
alternate in processes of their own. `--rival PYTHON` names the interpreter that has `implicit`.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import recsys_runs as runs
from scipy import sparse

SHAPE = (500_000, 2_000, 4.2)
K = 10
_ROUNDING = 1e-6  # of scores in single precision


def trained(folder: Path) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    """The shop's matrix and the factors of its users and items."""
    matrix = sparse.csr_matrix(sparse.load_npz(folder / "matrix.npz"))
    return matrix, np.load(folder / "users.npy"), np.load(folder / "items.npy")


def prepare(folder: Path, n_users: int) -> None:
    """Train once; both sides serve these factors."""
    matrix = runs.purchases(n_users, *SHAPE[1:])
    model, interactions = runs.ours(matrix, 3)
    model.fit(interactions)
    sparse.save_npz(folder / "matrix.npz", matrix, compressed=False)
    np.save(folder / "users.npy", model.user_factors)
    np.save(folder / "items.npy", model.item_factors)


def huitou(folder: Path, *, as_table: bool = False) -> dict[str, float]:
    """Lists of ours, kept as a file."""
    matrix, users, items = trained(folder)
    model, interactions = runs.ours(matrix, 1)
    model.fit(interactions)
    model.user_factors, model.item_factors = users, items
    rows, allowed = np.arange(len(users)), np.ones(len(items), bool)
    if as_table:
        lists, spent = runs.measured(lambda: model.recommend(k=K))
        found = lists["item_id"].to_numpy(int)
    else:
        parts, spent = runs.measured(lambda: list(model.ranked(rows, K, allowed)))
        found = np.concatenate([part[1] for part in parts])
    np.save(folder / "huitou.npy", found.reshape(-1, K))
    return spent


def implicit(folder: Path) -> dict[str, float]:
    """Lists of `implicit`, kept as a file."""
    from implicit.cpu.als import AlternatingLeastSquares

    matrix, users, items = trained(folder)
    model = AlternatingLeastSquares(factors=runs.N_FACTORS, num_threads=2)
    model.user_factors, model.item_factors = users, items
    rows = np.arange(len(users))
    (found, _), spent = runs.measured(lambda: model.recommend(rows, matrix, N=K))
    np.save(folder / "implicit.npy", found)
    return spent


def same_lists(folder: Path) -> str:
    """How many lists are the same, and how many differ by the order of ties alone.

    Equal scores are ranked by the order of items in ours; in theirs the rounding of the block of
    users decides. A list is tied where the scores of its places differ by single precision only.
    """
    _, users, items = trained(folder)
    left, right = (np.load(folder / f"{side}.npy") for side in ("huitou", "implicit"))
    other = np.flatnonzero((left != right).any(axis=1))
    scores = [np.einsum("uf,ukf->uk", users[other], items[one[other]]) for one in (left, right)]
    tied = np.isclose(*scores, rtol=_ROUNDING, atol=_ROUNDING).all(axis=1).sum()
    return (
        f"{len(left) - len(other):,} of {len(left):,} lists the same, "
        f"{tied:,} more but for ties, {len(other) - tied:,} different"
    )


SIDES = {
    "huitou": huitou,
    "table": lambda folder: huitou(folder, as_table=True),
    "implicit": implicit,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rival", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--users", type=int, default=SHAPE[0])
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        print(json.dumps(SIDES[options.side](options.folder)))
        return
    if not runs.has_rival(options.rival):
        return
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name), options.users)
        found: dict[str, list] = {side: [] for side in SIDES}
        for _ in range(options.rounds):
            for side in SIDES:
                python = options.rival if side == "implicit" else sys.executable
                arguments = ("--side", side, "--folder", name)
                found[side].append(runs.in_child(python, __file__, *arguments))
        for side in ("huitou", "table"):
            print(f"{side} and implicit, {options.users:,} users")
            runs.compared(found[side], found["implicit"])
        print(same_lists(Path(name)))
        print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    sys.path.insert(0, str(runs.ROOT))
    main()
