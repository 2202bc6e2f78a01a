import numpy as np
import pandas as pd

from recsys import Interactions
from recsys.models.ease import Ease
from recsys.models.recency import steps_back, weighed

ROWS = [
    ("u", "a", "2025-01-01"),
    ("u", "b", "2025-01-01"),
    ("u", "c", "2025-03-01"),
    ("u", "d", "2025-02-01"),
    ("v", "a", "2024-12-01"),
]


def taken(rows=ROWS):
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "day"])
    return Interactions.from_frame(frame, time="day")


def test_steps_count_each_users_own_days():
    assert steps_back(taken()).toarray().tolist() == [[3, 3, 1, 2], [1, 0, 0, 0]]


def test_without_times_all_is_one_step():
    frame = pd.DataFrame(ROWS, columns=["user_id", "item_id", "day"])
    assert set(steps_back(Interactions.from_frame(frame)).data) == {1}


def test_weights_halve_by_step():
    log = taken()
    half = weighed(log.matrix, steps_back(log), 1).toarray()
    assert half.tolist() == [[0.25, 0.25, 1, 0.5], [1, 0, 0, 0]]
    assert weighed(log.matrix, steps_back(log), 0) is log.matrix


def test_the_latest_purchase_speaks_loudest():
    rows = [(f"x{n}", item, "2025-01-01") for n in range(5) for item in ("old", "with old")]
    rows += [(f"y{n}", item, "2025-01-01") for n in range(5) for item in ("new", "with new")]
    mine = taken([("u", "old", "2025-01-01"), ("u", "new", "2025-06-01")])
    lists = Ease(l2=1, recency_half_life=1).fit(taken(rows)).fold_in(mine).recommend(["u"], 2)
    assert lists["item_id"].tolist() == ["with new", "with old"]
    np.testing.assert_allclose(lists["score"][0], 2 * lists["score"][1], rtol=1e-5)
