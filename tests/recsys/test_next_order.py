import numpy as np
import pandas as pd
import pytest

from analytics.errors import InvalidSettingError
from recsys import Interactions
from recsys.models import next_order
from recsys.models.next_order import NextOrder, lessons
from tests.recsys.conformance import Conformance

ROWS = [
    ("u", "a", "2025-01-01"),
    ("u", "b", "2025-02-01"),
    ("u", "a", "2025-02-01"),
    ("u", "c", "2025-03-01"),
    ("v", "b", "2025-01-05"),
    ("w", "c", "2025-01-01"),
    ("w", "a", "2025-01-31"),
]


class TestContract(Conformance):
    @staticmethod
    def make():
        return NextOrder(l2=10.0)


def taken(rows):
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "day"])
    return Interactions.from_frame(frame, time="day")


def test_lessons_by_hand():
    found = lessons(taken(ROWS), half_life=1)
    # u before February: a; before March: a and b of the order just before (a was bought again)
    assert found.history.toarray().tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert found.bought.toarray().tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]


def test_an_action_fades_with_every_order_after_it():
    rows = [("u", item, f"2025-0{at}-01") for at, item in enumerate("abcd", start=1)]
    history = lessons(taken(rows), half_life=1).history.toarray()
    assert history[-1].tolist() == [0.25, 0.5, 1, 0]
    assert lessons(taken(rows), half_life=0).history.toarray()[-1].tolist() == [1, 1, 1, 0]


def test_the_weights_are_those_of_the_normal_equations():
    interactions = taken(ROWS)
    model = NextOrder(l2=2.0, learning_half_life=1.0, age_half_life_days=30.0).fit(interactions)
    x, y, time = lessons(interactions, 1.0)
    days = (time.max() - time) / 86_400
    v = np.diag(0.5 ** (days / 30.0))  # each lesson holds one new item
    x, y = x.toarray(), y.toarray()
    expected = np.linalg.solve(x.T @ v @ x + 2.0 * v.trace() / 3 * np.eye(3), x.T @ v @ y)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(model._weights, expected, atol=1e-6)


def test_without_times_or_second_orders_there_is_nothing_to_learn():
    frame = pd.DataFrame({"user_id": ["u", "u", "v"], "item_id": ["a", "b", "a"]})
    model = NextOrder().fit(Interactions.from_frame(frame))
    assert (model.recommend(["v"], 1)["source"] == "fallback").all()


def test_users_are_drawn_where_histories_would_not_fit(monkeypatch):
    monkeypatch.setattr(next_order, "_MOST_CELLS", 5)
    few = lessons(taken(ROWS), half_life=1)
    assert 0 < few.bought.shape[0] < 3


@pytest.mark.parametrize(
    "options", [{"l2": 0}, {"learning_half_life": -1}, {"age_half_life_days": -1}, {"max_items": 0}]
)
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidSettingError):
        NextOrder(**options)
