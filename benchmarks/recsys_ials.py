"""iALS against plain normal equations, one row at a time, and against `implicit` where it is there.

All minimise the same loss, so equal losses mean equal work: seconds an iteration, interleaved,
and their ratio. Shapes: many customers with short histories (a shop) and few with long ones.
Run with HUITOU_USERS=500000 for the large shop.
"""

import importlib.util
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy import sparse

ROOT = Path(__file__).resolve().parents[1]
N_FACTORS, ITERATIONS, ROUNDS = 64, 3, 3
PLAIN_USERS = 50_000
UNOBSERVED, RIDGE = 0.05, 5.0
SHAPES = (
    ("shop", int(os.environ.get("HUITOU_USERS", "50000")), 2_000, 3.8),
    ("small catalogue", 50_000, 200, 3.3),
    ("long histories", 2_000, 3_000, 60.0),
)


def purchases(n_users: int, n_items: int, mean: float, seed: int = 0) -> sparse.csr_matrix:
    """Histories of Poisson length around `mean` (at least 1) over items of Zipf popularity."""
    random = np.random.default_rng(seed)
    lengths = 1 + random.poisson(mean - 1, n_users)
    weight = 1 / np.arange(10, n_items + 10)
    user = np.repeat(np.arange(n_users), lengths)
    item = random.choice(n_items, len(user), p=weight / weight.sum())
    matrix = sparse.csr_matrix((np.ones(len(user), np.float32), (user, item)), (n_users, n_items))
    matrix.data[:] = 1
    return matrix


def plain_half(matrix: sparse.csr_matrix, other: np.ndarray) -> np.ndarray:
    """Each row's normal equations, one after the other: the textbook loop."""
    gram = UNOBSERVED * other.T @ other + RIDGE * np.eye(N_FACTORS, dtype=np.float32)
    found = np.zeros((matrix.shape[0], N_FACTORS), np.float32)
    for row in range(matrix.shape[0]):
        past = other[matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]]
        if len(past):
            found[row] = np.linalg.solve(gram + past.T @ past, past.sum(0))
    return found


def first_items(n_items: int) -> np.ndarray:
    """Initial item factors, the same for all."""
    random = np.random.default_rng(1)
    return (random.standard_normal((n_items, N_FACTORS)) * 0.0125).astype(np.float32)


def loss(matrix: sparse.csr_matrix, rows: np.ndarray, columns: np.ndarray) -> float:
    """The loss that all minimise, in double precision."""
    rows, columns = rows.astype(float), columns.astype(float)
    cells = matrix.tocoo()
    score = np.einsum("nf,nf->n", rows[cells.row], columns[cells.col])
    everywhere = UNOBSERVED * ((rows.T @ rows) * (columns.T @ columns)).sum()
    return ((score - 1) ** 2).sum() + everywhere + RIDGE * ((rows**2).sum() + (columns**2).sum())


def ours(matrix: sparse.csr_matrix) -> tuple[list[float], float]:
    """Seconds of each iteration and the loss after the last."""
    from recsys.models.ials_numpy import NumpySolver
    from recsys.models.ials_rows import side_of

    sides = side_of(matrix, N_FACTORS), side_of(matrix.T.tocsr(), N_FACTORS)
    solver = NumpySolver(2)

    def half(side: int, other: np.ndarray) -> np.ndarray:
        ridge = np.full(sides[side].n_rows, RIDGE)
        return solver.half_step(sides[side], other, unobserved_weight=UNOBSERVED, ridge=ridge)[0]

    return iterated(matrix, lambda columns: half(0, columns), lambda rows: half(1, rows))


def plain(matrix: sparse.csr_matrix) -> tuple[list[float], float]:
    """The textbook loop, as `ours`."""
    flipped = matrix.T.tocsr()
    return iterated(
        matrix, lambda columns: plain_half(matrix, columns), lambda rows: plain_half(flipped, rows)
    )


def iterated(
    matrix: sparse.csr_matrix,
    users: Callable[[np.ndarray], np.ndarray],
    items: Callable[[np.ndarray], np.ndarray],
) -> tuple[list[float], float]:
    columns, seconds = first_items(matrix.shape[1]), []
    rows = np.zeros((0, N_FACTORS))
    for _ in range(ITERATIONS):
        started = time.perf_counter()
        rows = users(columns)
        columns = items(rows)
        seconds.append(time.perf_counter() - started)
    return seconds, loss(matrix, rows, columns)


def implicit(matrix: sparse.csr_matrix) -> tuple[list[float], float]:
    """`implicit`'s conjugate gradients on the same loss, put in its own terms.

    Its loss has weight c on observed cells and 1 elsewhere with target 1; dividing ours by
    unobserved_weight and scaling scores by t = 1 / (1 + unobserved_weight) gives c and its ridge.
    """
    from implicit.cpu.als import AlternatingLeastSquares

    scale = 1 / (1 + UNOBSERVED)
    weight, ridge = 1 / (UNOBSERVED * scale), RIDGE / (UNOBSERVED * scale)
    model = AlternatingLeastSquares(
        factors=N_FACTORS, regularization=ridge, alpha=1.0, iterations=ITERATIONS, num_threads=2
    )
    model.item_factors = first_items(matrix.shape[1])
    model.user_factors = np.zeros((matrix.shape[0], N_FACTORS), np.float32)
    seconds: list[float] = []
    model.fit_callback = lambda _iteration, elapsed, _loss: seconds.append(elapsed)
    model.fit((matrix * weight).astype(np.float32), show_progress=False)
    root = np.float32(scale**0.5)
    return seconds, loss(matrix, model.user_factors * root, model.item_factors * root)


def race(name: str, matrix: sparse.csr_matrix, rivals: dict[str, Callable]) -> None:
    """Interleave the rivals and print medians and ratios."""
    print(f"{name}: {matrix.shape[0]:,} × {matrix.shape[1]:,}, {matrix.nnz:,} cells")
    seconds: dict[str, list[float]] = {rival: [] for rival in rivals}
    losses: dict[str, float] = {}
    for number in range(ROUNDS):
        for rival, run in rivals.items():
            if rival == "plain loop" and (number or matrix.shape[0] > PLAIN_USERS):
                continue  # slow enough to be timed once, or not at all
            spent, losses[rival] = run(matrix)
            seconds[rival] += spent
    own = statistics.median(seconds["huitou"])
    for rival, spent in seconds.items():
        if not spent:
            continue
        median = statistics.median(spent)
        print(
            f"  {rival:<12}{median:8.3f} s an iteration  {median / own:6.2f} × huitou"
            f"  loss {losses[rival]:.6g}"
        )


def main() -> None:
    rivals: dict[str, Callable] = {"huitou": ours, "plain loop": plain}
    if importlib.util.find_spec("implicit"):
        rivals["implicit"] = implicit
    for name, n_users, n_items, mean in SHAPES:
        race(name, purchases(n_users, n_items, mean), rivals)


if __name__ == "__main__":
    import sys

    sys.path.insert(0, str(ROOT))
    main()
