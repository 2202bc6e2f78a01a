import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from analytics.errors import InvalidSettingError
from recsys import Interactions
from recsys.models import ials_numpy, ials_short
from recsys.models.ials import ImplicitALS
from recsys.models.ials_numpy import NumpySolver
from recsys.models.ials_rows import side_of
from recsys.models.ials_short import solve_symmetric
from tests.recsys.conformance import Conformance, interactions
from tests.recsys.shop import tasteful

ROOT = Path(__file__).parents[2]


class TestContract(Conformance):
    @staticmethod
    def make():
        return ImplicitALS(n_factors=16, iterations=4)


def weights(n_rows=60, n_columns=25, density=0.2, seed=0):
    random = np.random.default_rng(seed)
    matrix = sparse.random(n_rows, n_columns, density, "csr", np.float32, random_state=random)
    matrix.data[:] = random.uniform(0.05, 2, matrix.nnz)
    matrix.data[matrix.indptr[3] : matrix.indptr[4]] = 0
    matrix.eliminate_zeros()
    return matrix


def brute_force(matrix, other, unobserved, ridge):
    """Each row by its normal equations in double precision, one at a time."""
    wide, factors, losses = other.astype(float), [], []
    for row, own in enumerate(matrix.toarray().astype(float)):
        system = unobserved * wide.T @ wide + ridge[row] * np.eye(wide.shape[1])
        system += (wide.T * own) @ wide
        found = np.linalg.solve(system, wide.T @ own)
        score = wide @ found
        loss = (own * (score - 1) ** 2).sum() + unobserved * (score**2).sum()
        factors.append(found)
        losses.append(loss + ridge[row] * found @ found)
    return np.array(factors), sum(losses)


def solved(side, other, ridge):
    factors = np.zeros((side.n_rows, other.shape[1]), np.float32)
    return factors, NumpySolver().half_step(
        side, other, factors, unobserved_weight=0.05, ridge=ridge, is_exact=True
    )


@pytest.mark.parametrize("n_factors", [2, 8, 40])
@pytest.mark.parametrize("worth", [0.0, 1e9])
def test_a_half_step_is_the_exact_optimum(n_factors, worth, monkeypatch):
    """Short rows by table and by products, long rows by normal equations: all agree with loops."""
    monkeypatch.setattr(ials_short, "_TABLE_WORTH", worth)
    matrix = weights()
    other = np.random.default_rng(1).normal(size=(25, n_factors)).astype(np.float32)
    side = side_of(matrix, n_factors)
    assert side.short
    assert n_factors == 40 or side.long
    ridge = side.ridge(0.1, 0.05, 1.0)
    found, loss = solved(side, other, ridge)
    expected, least = brute_force(matrix, other, 0.05, ridge)
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())
    assert loss == pytest.approx(least, rel=1e-5)


def loss_of(matrix, rows, other, unobserved, ridge):
    dense, score = matrix.toarray().astype(float), rows.astype(float) @ other.T.astype(float)
    loss = (dense * (score - 1) ** 2).sum() + unobserved * (score**2).sum()
    return loss + (ridge * (rows.astype(float) ** 2).sum(1)).sum()


def test_a_start_is_bettered_in_place_and_its_loss_is_told():
    """Each warm half comes nearer to the exact optimum, which it reaches in the end."""
    matrix = weights()
    other = np.random.default_rng(1).normal(size=(25, 8)).astype(np.float32)
    side = side_of(matrix, 8)
    ridge = side.ridge(0.1, 0.05, 1.0)
    rows, losses = np.zeros((60, 8), np.float32), []
    for _ in range(30):
        told = NumpySolver().half_step(
            side, other, rows, unobserved_weight=0.05, ridge=ridge, is_exact=False
        )
        assert told == pytest.approx(loss_of(matrix, rows, other, 0.05, ridge), rel=1e-5)
        losses.append(told)
    expected, least = brute_force(matrix, other, 0.05, ridge)
    assert losses[0] > losses[1] > least * (1 - 1e-6)
    np.testing.assert_allclose(rows, expected, atol=1e-4 * np.abs(expected).max())


def test_rows_longer_than_a_chunk_are_summed_in_parts(monkeypatch):
    matrix, other = weights(8, 200, 0.6), np.random.default_rng(2).normal(size=(200, 6))
    other = other.astype(np.float32)
    side = side_of(matrix, 6)
    ridge = side.ridge(0.1, 0.05, 1.0)
    monkeypatch.setattr(ials_numpy, "_CHUNK", 32)
    found, _ = solved(side, other, ridge)
    expected, _ = brute_force(matrix, other, 0.05, ridge)
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())


def test_the_ridge_grows_with_the_history():
    side = side_of(sparse.csr_matrix(np.array([[1, 1, 0, 0], [1, 0, 0, 0]], np.float32)), 2)
    assert side.ridge(0.1, 0.5, 1.0) == pytest.approx([0.1 * (2 + 0.5 * 4), 0.1 * (1 + 0.5 * 4)])
    assert side.ridge(0.1, 0.5, 0.0) == pytest.approx([0.1, 0.1])


@given(st.integers(1, 6), st.integers(1, 5), st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_many_small_systems_are_solved_as_one_by_one(n, n_systems, seed):
    root = np.random.default_rng(seed).normal(size=(n_systems, n, n))
    systems = root @ root.transpose(0, 2, 1) + np.eye(n)
    right = np.random.default_rng(seed + 1).normal(size=(n_systems, n))
    expected = np.linalg.solve(systems, right[..., None])[..., 0]
    found = solve_symmetric(systems.transpose(1, 2, 0).copy(), right.T)
    np.testing.assert_allclose(found.T, expected, rtol=1e-8, atol=1e-10)


def full_loss(model, matrix):
    user, item = model.user_factors.astype(float), model.item_factors.astype(float)
    dense, score = matrix.toarray().astype(float), user @ item.T
    loss = (dense * (score - 1) ** 2).sum() + model.unobserved * (score**2).sum()
    for side, factors in ((matrix, user), (matrix.T.tocsr(), item)):
        scale = np.diff(side.indptr) + model.unobserved * side.shape[1]
        loss += (model.regularization * scale * (factors**2).sum(1)).sum()
    return loss


def fitted(iterations, frame=None, **options):
    if frame is None:
        random = np.random.default_rng(5)
        size = 800
        frame = pd.DataFrame(
            {"user_id": random.integers(90, size=size), "item_id": random.integers(40, size=size)}
        )
    interactions = Interactions.from_frame(frame)
    model = ImplicitALS(n_factors=8, iterations=iterations, **options)
    return model.fit(interactions), interactions


def test_the_loss_falls_at_every_iteration_and_is_the_real_one():
    model, interactions = fitted(8)
    assert (np.diff(model.losses) < 0).all()
    # one more half step of the users than the last loss knows: it can only be lower
    assert full_loss(model, interactions.matrix) <= model.losses[-1]
    assert full_loss(model, interactions.matrix) > model.losses[-1] - abs(np.diff(model.losses)[-1])


def test_an_empty_cell_counts_by_how_full_the_matrix_is(tmp_path):
    """1.5 times the mean cell, kept with the model; a weight that is given stays as it is."""
    model, interactions = fitted(2)
    mean = interactions.matrix.toarray().mean()
    assert model.unobserved == pytest.approx(1.5 * mean)
    assert fitted(2, unobserved_weight=0.2)[0].unobserved == 0.2
    loaded = ImplicitALS.load(model.save(tmp_path / "m"))
    assert loaded.unobserved == model.unobserved
    assert loaded.fold_in(interactions).unobserved == model.unobserved


def test_progress_tells_iteration_loss_and_time_left():
    told = []
    frame = pd.DataFrame({"user_id": list("aab"), "item_id": list("xyx")})
    ImplicitALS(n_factors=2, iterations=3).fit(
        Interactions.from_frame(frame), progress=lambda *args, **more: told.append((*args, more))
    )
    assert [fraction for fraction, _, _ in told] == pytest.approx([1 / 3, 2 / 3, 1])
    assert told[0][1] == "iteration 1 of 3"
    assert set(told[0][2]) == {"iteration", "loss", "seconds_left"}
    assert told[-1][2]["seconds_left"] == 0


def test_contributions_are_those_of_hu_koren_volinsky_section_5():
    model, interactions = fitted(3)
    row, item = 4, 7
    item_factors = model.item_factors.astype(float)
    own = interactions.matrix[row].toarray().ravel().astype(float)
    scale = (own > 0).sum() + model.unobserved * len(item_factors)
    system = model.unobserved * item_factors.T @ item_factors
    system += (item_factors.T * own) @ item_factors
    system += model.regularization * scale * np.eye(8)
    likeness = item_factors[item] @ np.linalg.inv(system) @ item_factors.T
    expected = dict(zip(interactions.item_ids, own * likeness, strict=True))
    parts = model.explain(interactions.user_ids[row], interactions.item_ids[item], None)
    for one in parts.itertuples():
        assert one.contribution == pytest.approx(expected[one.item_id], rel=1e-4)


def test_recency_weighs_what_users_took_but_not_what_items_are():
    days = pd.date_range("2025-01-01", periods=5)
    rows = [(f"u{at % 7}", f"i{(at * at) % 11}", days[at % 5]) for at in range(60)]
    taken = Interactions.from_frame(
        pd.DataFrame(rows, columns=["user_id", "item_id", "day"]), time="day"
    )
    even, late = (
        ImplicitALS(n_factors=4, iterations=4, recency_half_life=half_life).fit(taken)
        for half_life in (0.0, 1.0)
    )
    np.testing.assert_array_equal(even.item_factors, late.item_factors)
    assert not np.allclose(even.user_factors, late.user_factors)
    np.testing.assert_allclose(late._folded(np.arange(7))["user_factors"], late.user_factors)
    parts = late.explain("u3", "i0", None)
    score = late.user_factors[3] @ late.item_factors[list(taken.item_ids).index("i0")]
    assert parts["contribution"].sum() == pytest.approx(score, rel=1e-4)


def with_new_item(sales):
    """Sales of a new course to thirty customers of one taste, after the others."""
    fans = sales.loc[sales["item_id"] == "课004", "customer_id"].unique()[:30]
    later = pd.DataFrame({"customer_id": fans, "day": sales["day"].max(), "item_id": "课new"})
    return fans, pd.concat([sales[sales["customer_id"].isin(fans)], later])


def test_a_new_item_gets_the_optimum_of_those_who_took_it():
    """Its vector solves the normal equations of the customers as the old items place them."""
    sales = tasteful()
    options = {"regularization": 2.0, "frequency_exponent": 0.0}
    model = ImplicitALS(n_factors=16, iterations=6, **options).fit(interactions(sales))
    fans, histories = with_new_item(sales)
    folded = model.fold_in(interactions(histories))
    place = folded.known.item("课new")
    old = np.delete(folded.item_factors, place, axis=0)
    np.testing.assert_array_equal(old, model.item_factors)
    users = model.user_factors.astype(float)
    took = users[model.known.rows(fans)]
    system = model.unobserved * users.T @ users + took.T @ took + 2 * np.eye(16)
    expected = np.linalg.solve(system, took.sum(axis=0))
    np.testing.assert_allclose(folded.item_factors[place], expected, rtol=1e-4, atol=1e-6)


def test_a_new_item_is_offered_to_those_of_its_taste():
    sales = tasteful()
    model = ImplicitALS(n_factors=16, iterations=6).fit(interactions(sales))
    fans, histories = with_new_item(sales)
    folded = model.fold_in(interactions(histories))
    lists = folded.recommend(k=10)
    offered = set(lists.loc[lists["item_id"] == "课new", "user_id"])
    assert offered
    assert not offered & set(fans)
    alike = set(folded.similar_items("课new", 8)["item_id"])
    assert len({item for item in alike if int(item[1:]) % 4 == 0}) > 4
    parts = folded.explain(min(offered), "课new", None)
    told = lists[(lists["item_id"] == "课new") & (lists["user_id"] == min(offered))]
    assert parts["contribution"].sum() == pytest.approx(told["score"].iloc[0], rel=1e-4)
    assert "课new" not in model.known.item_ids


@pytest.mark.parametrize(
    "options",
    [{"n_factors": 0}, {"iterations": 0}, {"regularization": 0}, {"unobserved_weight": -1},
     {"backend": "cobol"}, {"threads": 0}, {"recency_half_life": -1}],
)  # fmt: skip
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidSettingError):
        ImplicitALS(**options)


BACKENDS = """
import json
import numpy as np
from recsys import Interactions
from recsys.models.ials import ImplicitALS
from recsys.models.ials_numpy import NumpySolver
from recsys.models.ials_rows import side_of
from recsys.models.ials_tensorflow import TensorFlowSolver
from tests.recsys.shop import tasteful

sales = tasteful(300, 40, loyalty=0.8)
sales = sales.assign(weight=1 + np.arange(len(sales)) % 3 / 2)
interactions = Interactions.from_frame(sales, user="customer_id", item="item_id", weight="weight")
side, random = side_of(interactions.matrix, 16), np.random.default_rng(0)
other = random.normal(size=(40, 16)).astype(np.float32)
start = random.normal(size=(300, 16)).astype(np.float32)
ridge = side.ridge(0.03, 0.03, 1.0)


def gap(left, right):
    return float(np.abs(left - right).max() / np.abs(left).max())


found = {}
for is_exact in (True, False):
    both = []
    for solver in (NumpySolver(), TensorFlowSolver()):
        rows = start.copy()
        loss = solver.half_step(
            side, other, rows, unobserved_weight=0.03, ridge=ridge, is_exact=is_exact
        )
        both.append((rows, np.array([loss])))
    found[f"half {is_exact}"] = max(gap(*pair) for pair in zip(*both))
models = [ImplicitALS(n_factors=16, iterations=15, backend=one).fit(interactions)
          for one in ("numpy", "tensorflow")]
found["losses"] = gap(*(model.losses for model in models))
found["scores"] = gap(*(model.user_factors @ model.item_factors.T for model in models))
print(json.dumps(found))
"""


def run(code):
    child = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert child.returncode == 0, child.stderr[-2000:]
    return child.stdout.splitlines()[-1]


def test_both_backends_find_the_same_factors():
    """Each half step to 1e-5; 15 iterations of it magnify what single precision rounds off."""
    gaps = json.loads(run(BACKENDS))
    scores = gaps.pop("scores")
    assert max(gaps.values()) < 1e-5
    assert scores < 1e-4


COMPILED = """
import json
import numpy as np
from recsys.models.ials_numpy import NumpySolver
from recsys.models.ials_rows import side_of
from recsys.models.ials_tensorflow import TensorFlowSolver
from tests.recsys.test_ials import rows_of_length

found = {}
solvers = NumpySolver(), TensorFlowSolver(is_compiled=True)
for length in (3, 25):
    matrix = rows_of_length(length)
    side, random = side_of(matrix, 16), np.random.default_rng(0)
    other = random.normal(size=(40, 16)).astype(np.float32)
    start = random.normal(size=(30, 16)).astype(np.float32)
    ridge = side.ridge(0.03, 0.03, 1.0)
    for is_exact in (True, False):
        both = [start.copy() for _ in solvers]
        losses = [
            solver.half_step(
                side, other, rows, unobserved_weight=0.03, ridge=ridge, is_exact=is_exact
            )
            for solver, rows in zip(solvers, both)
        ]
        gap = float(np.abs(both[0] - both[1]).max() / np.abs(both[0]).max())
        kind = "short" if side.short else "long"
        found[f"{kind} {is_exact}"] = max(gap, abs(losses[0] / losses[1] - 1))
print(json.dumps(found))
"""


def rows_of_length(length):
    """Thirty rows of so many of forty columns each: one shape to compile."""
    random, dense = np.random.default_rng(3), np.zeros((30, 40), np.float32)
    for row in dense:
        row[random.choice(40, length, replace=False)] = random.uniform(0.5, 2, length)
    return sparse.csr_matrix(dense)


def test_the_compiled_backend_agrees_by_the_half_step():
    """XLA solves short rows and long ones, exact and by gradients, as NumPy does, to 1e-5."""
    gaps = json.loads(run(COMPILED))
    assert set(gaps) == {"short True", "short False", "long True", "long False"}
    assert max(gaps.values()) < 1e-5
