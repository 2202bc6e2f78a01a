"""iALS against `implicit` 0.7: whole fits of 15 iterations on the same loss, two threads each.

Both start from the same item factors. Theirs runs twice: with its default of three conjugate
gradients a row, and with so many that its loss is ours to four digits (ours solves short rows and
the last half exactly). Rounds alternate, each fit in a process of its own; printed are seconds,
processor seconds and memory, ours, theirs, and the ratio with its range.
`--rival PYTHON` names the interpreter that has `implicit`, if it is not this one.
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

SHAPES = {
    "shop": (500_000, 2_000, 4.2),
    "long histories": (6_000, 3_700, 130.0),
    "wide catalogue": (200_000, 10_000, 7.3),
}
_LOSS_CELLS = 1 << 20
_STEPS, _EXACTER = 3, 10  # conjugate gradients a row of implicit: its default, and enough


def loss(matrix: sparse.csr_matrix, rows: np.ndarray, columns: np.ndarray) -> float:
    """The loss that both minimise, in double precision."""
    rows, columns, cells = rows.astype(float), columns.astype(float), matrix.tocoo()
    everywhere = runs.UNOBSERVED * ((rows.T @ rows) * (columns.T @ columns)).sum()
    total = everywhere + runs.RIDGE * ((rows**2).sum() + (columns**2).sum())
    for start in range(0, matrix.nnz, _LOSS_CELLS):
        part = slice(start, start + _LOSS_CELLS)
        score = np.einsum("nf,nf->n", rows[cells.row[part]], columns[cells.col[part]])
        total += ((score - 1) ** 2).sum()
    return float(total)


def huitou(matrix: sparse.csr_matrix, iterations: int) -> dict[str, float]:
    """One fit of ours."""
    model, interactions = runs.ours(matrix, iterations)
    _, spent = runs.measured(lambda: model.fit(interactions))
    return spent | {"loss": loss(matrix, model.user_factors, model.item_factors)}


def implicit(matrix: sparse.csr_matrix, iterations: int, steps: int) -> dict[str, float]:
    """One fit of `implicit` on the same loss, put in its own terms, with so many gradients a row.

    Its loss has weight c on observed cells and 1 elsewhere with target 1; dividing ours by
    UNOBSERVED and scaling scores by t = 1 / (1 + UNOBSERVED) gives c and its ridge.
    """
    from implicit.cpu.als import AlternatingLeastSquares

    scale = 1 / (1 + runs.UNOBSERVED)
    weight = 1 / (runs.UNOBSERVED * scale)

    def fit() -> AlternatingLeastSquares:
        model = AlternatingLeastSquares(
            factors=runs.N_FACTORS,
            regularization=runs.RIDGE * weight,
            alpha=weight,
            iterations=iterations,
            num_threads=2,
        )
        model.cg_steps = steps
        model.item_factors = runs.first_items(matrix.shape[1])
        model.user_factors = np.zeros((matrix.shape[0], runs.N_FACTORS), np.float32)
        model.fit(matrix, show_progress=False)
        return model

    model, spent = runs.measured(fit)
    root = np.float32(scale**0.5)
    return spent | {"loss": loss(matrix, model.user_factors * root, model.item_factors * root)}


def race(name: str, file: Path, options: argparse.Namespace) -> None:
    """Alternate the two on one shop and print how they did."""
    matrix = runs.purchases(*SHAPES[name])
    sparse.save_npz(file, matrix, compressed=False)
    print(f"{name}: {matrix.shape[0]:,} × {matrix.shape[1]:,}, {matrix.nnz:,} cells", flush=True)
    found: dict[str, list] = {"huitou": [], "implicit": [], "exacter": []}
    for _ in range(options.rounds):
        for side, kept in found.items():
            python = sys.executable if side == "huitou" else options.rival
            steps = _EXACTER if side == "exacter" else _STEPS
            arguments = ("--side", side, "--file", file, "--steps", steps)
            iterations = ("--iterations", options.iterations)
            kept.append(runs.in_child(python, __file__, *map(str, arguments + iterations)))
    for side, steps in (("implicit", _STEPS), ("exacter", _EXACTER)):
        losses = (f"{found[one][0]['loss']:.6g}" for one in ("huitou", side))
        print(f" {steps} gradients a row, losses", *losses)
        runs.compared(found["huitou"], found[side])
    print(f"  load       {os.getloadavg()[0]:.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rival", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=15)
    parser.add_argument("--shape", choices=SHAPES)
    sides = ("huitou", "implicit", "exacter")
    parser.add_argument("--side", choices=sides, help=argparse.SUPPRESS)
    parser.add_argument("--steps", type=int, default=_STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        matrix = sparse.csr_matrix(sparse.load_npz(options.file))
        given = (matrix, options.iterations)
        is_ours = options.side == "huitou"
        print(json.dumps(huitou(*given) if is_ours else implicit(*given, options.steps)))
        return
    if not runs.has_rival(options.rival):
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in [options.shape] if options.shape else SHAPES:
            race(name, Path(folder) / "matrix.npz", options)


if __name__ == "__main__":
    main()
