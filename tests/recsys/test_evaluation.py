from math import log2

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from recsys import evaluation

# three users, five items; the second user's list ends after one item, the third finds nothing
LISTS = np.array([[2, 0, 4], [1, -1, -1], [0, 1, 2]])
RELEVANT = sparse.csr_matrix(
    np.array([[1, 1, 1, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 1, 0]], np.float32)
)
N_RELEVANT = np.array([4, 1, 1])  # one item of the first user was never seen in training
EXPECTED = {
    "recall": [2 / 4, 1, 0],
    "recall_capped": [2 / 3, 1, 0],
    "precision": [2 / 3, 1 / 3, 0],
    "hit_rate": [1, 1, 0],
    "mrr": [1, 1, 0],
    "ndcg": [(1 + 1 / log2(3)) / (1 + 1 / log2(3) + 1 / log2(4)), 1, 0],
    "map": [(1 + 2 / 2) / 3, 1, 0],
}


@pytest.mark.parametrize("metric", EXPECTED)
def test_metrics_by_hand(metric):
    found = evaluation.per_user(LISTS, RELEVANT, N_RELEVANT, 3)
    assert found[metric] == pytest.approx(EXPECTED[metric])


def test_a_later_first_hit():
    found = evaluation.per_user(np.array([[3, 4, 0]]), RELEVANT[:1], np.array([1]), 3)
    assert found["mrr"] == pytest.approx([1 / 3])
    assert found["map"] == pytest.approx([(1 / 3) / 1])
    assert found["ndcg"] == pytest.approx([(1 / log2(4)) / 1])


def test_a_shorter_k_looks_at_fewer_places():
    found = evaluation.per_user(LISTS, RELEVANT, N_RELEVANT, 1)
    assert found["recall"] == pytest.approx([1 / 4, 1, 0])
    assert found["recall_capped"] == pytest.approx([1, 1, 0])


def test_coverage_counts_different_items():
    assert evaluation.coverage(LISTS, 5, 3) == pytest.approx(4 / 5)
    assert evaluation.coverage(LISTS, 5, 1) == pytest.approx(3 / 5)


def test_novelty_is_the_mean_surprise():
    share = np.array([0.5, 0.25, 1, 1, 0.125])
    found = evaluation.novelty(np.array([[2, 0, 4], [1, -1, -1], [-1, -1, -1]]), share, 3)
    assert found[:2] == pytest.approx([(0 + 1 + 3) / 3, 2])
    assert np.isnan(found[2])


def test_gini_is_0_when_all_are_listed_alike_and_1_when_one_is():
    assert evaluation.gini(np.array([[0, 1], [2, 3]]), 4, 2) == 0
    assert evaluation.gini(np.array([[1], [1], [1]]), 4, 1) == 1
    # listed 0, 1 and 3 times: (-2·0 + 0·1 + 2·3) ÷ (2·4)
    assert evaluation.gini(np.array([[0, 1], [0, -1], [0, -1]]), 3, 2) == pytest.approx(6 / 8)
    assert np.isnan(evaluation.gini(np.array([[-1]]), 3, 1))


def test_diversity_is_the_mean_unlikeness_of_pairs(monkeypatch):
    taken = sparse.csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1]], np.float32))
    cosine = {(0, 1): 2 / np.sqrt(3 * 2), (0, 2): 1 / np.sqrt(3 * 1), (1, 2): 0.0}
    lists = np.array([[2, 0, 1], [1, 0, -1], [2, -1, -1]])
    expected = [1 - sum(cosine.values()) / 3, 1 - cosine[0, 1]]
    for block in (1024, 1):
        monkeypatch.setattr(evaluation, "_BLOCK", block)
        found = evaluation.diversity(lists, taken, 3)
        assert found[:2] == pytest.approx(expected)
        assert np.isnan(found[2])


def test_lists_become_a_matrix():
    lists = pd.DataFrame(
        {"user_id": ["b", "a", "b", "z"], "item_id": ["y", "x", "x", "x"], "rank": [2, 1, 1, 1]}
    )
    found = evaluation.list_matrix(lists, np.array(["a", "b"]), np.array(["x", "y"]), 2)
    assert found.tolist() == [[0, -1], [0, 1]]


def test_the_interval_is_about_the_normal_one():
    values = np.random.default_rng(0).normal(3, 2, (2000, 1))
    found = evaluation.intervals(values)[0]
    half = 1.96 * values.std() / np.sqrt(2000)
    assert found.value == pytest.approx(values.mean())
    assert found.ci_lower == pytest.approx(values.mean() - half, abs=0.2 * half)
    assert found.ci_upper == pytest.approx(values.mean() + half, abs=0.2 * half)


def test_nulls_leave_the_user_out():
    found = evaluation.intervals(np.array([[1.0, np.nan], [1.0, 4.0], [1.0, np.nan]]))
    assert found[1].value == 4
    assert np.isnan(evaluation.intervals(np.full((3, 1), np.nan))[0].value)


def board(**lowers):
    rows = [("popularity", 0.1, np.nan)] + [
        (name.replace("_", "-"), value, lower) for name, (value, lower) in lowers.items()
    ]
    frame = pd.DataFrame(rows, columns=["model", "value", "difference_lower"])
    return frame.assign(metric="ndcg", k=20)


def test_the_best_must_beat_popularity_for_certain():
    assert evaluation.best(board(ials=(0.3, 0.1), item_neighbours=(0.2, 0.05))) == "ials"
    assert (
        evaluation.best(board(ials=(0.3, -0.01), item_neighbours=(0.2, 0.05))) == "item-neighbours"
    )
    assert evaluation.best(board(ials=(0.3, -0.01))) == "popularity"
