import numpy as np
import pandas as pd
import pytest

from analytics.errors import InvalidSettingError
from recsys import Interactions
from recsys.models.ease import Ease, telling_square
from tests.recsys.conformance import Conformance, interactions
from tests.recsys.shop import tasteful


class TestContract(Conformance):
    make = Ease


@pytest.mark.parametrize(("dropout", "times"), [(0.0, 0.0), (0.5, 1.0), (0.75, 3.0)])
def test_weights_solve_each_regression(dropout, times):
    matrix = interactions().matrix.toarray().astype(float)
    weights = Ease(l2=7, history_dropout=dropout).fit(interactions())._weights
    caution = 7 + times * (matrix**2).sum(axis=0)
    for item in range(matrix.shape[1]):
        others = np.delete(np.arange(matrix.shape[1]), item)
        x, y = matrix[:, others], matrix[:, item]
        ridge = np.linalg.solve(x.T @ x + np.diag(caution[others]), x.T @ y)
        np.testing.assert_allclose(weights[others, item], ridge, atol=2e-5)
        assert weights[item, item] == 0


def weighed(sales, weight):
    return Interactions.from_frame(
        sales.assign(weight=weight), user="customer_id", item="item_id", weight="weight"
    )


def test_the_ridge_follows_the_scale_of_the_weights():
    sales = tasteful()
    ones, threes = (Ease().fit(weighed(sales, weight)) for weight in (1.0, 3.0))
    np.testing.assert_allclose(threes._weights, ones._weights, rtol=1e-3, atol=1e-6)


def test_the_ridge_follows_the_heavy_cells_however_many_faint_ones_there_are():
    heavy = [2.0] * 10
    assert telling_square(np.array(heavy)) == pytest.approx(4)
    assert telling_square(np.array(heavy + [0.05] * 100)) == pytest.approx(4, rel=0.01)
    assert telling_square(np.zeros(0)) == 1


def test_two_items_by_hand():
    rows = [("u", "a"), ("u", "b"), ("v", "a"), ("v", "b"), ("w", "a")]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id"])
    model = Ease(l2=1).fit(Interactions.from_frame(frame))
    # b on a: 2 pairs over 3 + 1; a on b: 2 over 2 + 1
    assert model.similar_items("a")["score"].tolist() == [pytest.approx(2 / 4)]
    assert model.similar_items("b")["score"].tolist() == [pytest.approx(2 / 3)]


def test_items_beyond_the_most_taken_are_left_to_the_fallback():
    sales = tasteful()
    model = Ease(max_items=5).fit(interactions(sales))
    taken = sales.drop_duplicates().groupby("item_id")["customer_id"].nunique()
    learnt = set(taken.sort_index().sort_values(ascending=False, kind="stable").index[:5])
    lists = model.recommend(k=10)
    assert set(lists.loc[lists["source"] == "model", "item_id"]) <= learnt
    assert (lists.groupby("user_id").size() == 10).all()


@pytest.mark.parametrize(
    "options",
    [{"l2": 0}, {"max_items": 0}, {"recency_half_life": -1}, {"history_dropout": 1.0}],
)
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidSettingError):
        Ease(**options)
