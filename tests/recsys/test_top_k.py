import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recsys.top_k import top_k


def plain(scores, k):
    """Sort every row by (score, column) and keep what is finite."""
    rows, columns = [], []
    for at, row in enumerate(scores):
        order = sorted(range(len(row)), key=lambda column: (-row[column], column))
        best = [column for column in order if row[column] > -np.inf][:k]
        rows += [at] * len(best)
        columns += best
    return rows, columns


@given(st.integers(0, 10_000), st.integers(1, 7), st.integers(1, 250), st.integers(1, 20))
def test_it_is_a_plain_sort_of_every_row(seed, n_rows, n_columns, k):
    random = np.random.default_rng(seed)
    scores = random.integers(0, 12, (n_rows, n_columns)).astype(np.float32)
    scores[random.random(scores.shape) < 0.2] = -np.inf
    rows, columns = top_k(scores, k)
    assert (rows.tolist(), columns.tolist()) == plain(scores, k)


def test_nothing_to_choose_from():
    rows, columns = top_k(np.full((3, 4), -np.inf), 2)
    assert len(rows) == len(columns) == 0
    assert len(top_k(np.zeros((0, 4)), 2)[0]) == 0
