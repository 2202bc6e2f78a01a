from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from analytics.errors import NotEnoughDataError, UnknownNameError
from recsys import Interactions
from recsys.splits import split
from tests.recsys.shop import SmallWorkspace, tasteful


def held(plan):
    """Held-out items by user, as far as training knows them."""
    rows, columns = plan.relevant.nonzero()
    items = plan.train.item_ids[columns]
    return {user: sorted(items[rows == at]) for at, user in enumerate(plan.users)}


def shop(tmp_path, *purchases, events=None):
    rows = [(user, date.fromisoformat(day), item) for user, day, item in purchases]
    return Interactions.from_workspace(SmallWorkspace(tmp_path, purchases=rows, events=events))


def frame(*rows):
    table = pd.DataFrame(rows, columns=["user_id", "day", "item_id"])
    return Interactions.from_frame(table, time="day")


EARLY = [(f"e{n}", f"2025-01-{n:02}", "a") for n in range(1, 13)]


def test_time_holds_out_new_purchases_of_those_with_a_history(tmp_path):
    plan = split(
        shop(
            tmp_path,
            *EARLY,
            ("u", "2025-01-05", "b"),
            ("u", "2025-06-01", "a"),
            ("u", "2025-06-01", "b"),
            ("u", "2025-06-02", "new"),
            ("fresh", "2025-06-01", "a"),
        )
    )
    assert plan.cut == date(2025, 6, 1)
    assert held(plan) == {"u": ["a"]}
    assert plan.n_relevant.tolist() == [2], "an item that training never saw still counts"
    assert "new" not in plan.train.item_ids


def test_nothing_from_the_cut_on_is_in_training(tmp_path):
    views = pd.DataFrame(
        {
            "customer_id": ["u", "e1"],
            "event": ["view", "view"],
            "occurred_at": pd.to_datetime(["2025-06-01", "2025-01-05"]),
            "item_id": ["c", "a"],
        }
    )
    rows = [*EARLY, ("u", "2025-01-05", "b"), *((f"e{n}", "2025-06-01", "c") for n in range(1, 5))]
    plan = split(shop(tmp_path, *rows, events=views))
    assert "c" not in plan.train.item_ids
    assert plan.train.last.max() < np.datetime64("2025-06-01", "s").astype(int)


def test_leave_last_holds_out_whole_orders(tmp_path):
    plan = split(
        shop(
            tmp_path,
            ("u", "2025-01-01", "a"),
            ("u", "2025-02-01", "b"),
            ("u", "2025-02-01", "c"),
            ("v", "2025-01-01", "b"),
            ("v", "2025-01-02", "a"),
            ("w", "2025-01-01", "c"),
            ("x", "2025-01-01", "c"),
            ("x", "2025-03-01", "b"),
        ),
        "leave-last",
    )
    assert plan.n_relevant.tolist() == [2, 1, 1]
    assert plan.users.tolist() == ["u", "v", "x"]


def test_leave_last_of_single_interactions_breaks_ties_by_item():
    rows = [("u", "2025-01-01", "a"), ("u", "2025-02-01", "b"), ("u", "2025-02-01", "c")]
    plan = split(frame(*rows, ("v", "2025-01-01", "c"), ("v", "2025-01-02", "b")), "leave-last")
    assert held(plan) == {"u": ["c"], "v": ["b"]}
    user = plan.train.user_ids.tolist().index("u")
    items = plan.train.item_ids[plan.train.matrix[user].indices]
    assert items.tolist() == ["a", "b"]


def test_what_follows_the_last_rating_is_in_no_training(tmp_path):
    """A course that was finished on the day it was rated, or later, would give itself away."""
    rated = [("u", "a", 4.0, datetime(2025, 1, 1)), ("u", "b", 4.0, datetime(2025, 3, 1))]
    done = [
        ("u", "finish", datetime(2025, 3, 1), "b"),
        ("u", "share", datetime(2025, 4, 1), "c"),
        ("u", "view", datetime(2025, 3, 1), "d"),
        ("v", "view", datetime(2025, 3, 1), "b"),
    ]
    ws = SmallWorkspace(
        tmp_path,
        purchases=[],
        events=pd.DataFrame(done, columns=["customer_id", "event", "occurred_at", "item_id"]),
        ratings=pd.DataFrame(rated, columns=["customer_id", "item_id", "rating", "rated_at"]),
    )
    plan = split(Interactions.from_workspace(ws), "leave-last")
    assert held(plan) == {"u": ["b"]}
    user = plan.train.user_ids.tolist().index("u")
    items = plan.train.item_ids[plan.train.matrix[user].indices]
    assert items.tolist() == ["a", "d"]


def test_random_users_are_unseen_in_training_and_given_apart():
    sales = tasteful()
    table = sales.rename(columns={"customer_id": "user_id"})
    plan = split(Interactions.from_frame(table, time="day"), "random-users")
    assert not set(plan.users) & set(plan.train.user_ids)
    assert set(plan.users) <= set(plan.given.user_ids)
    total = plan.given.matrix.nnz + plan.n_relevant.sum() + plan.train.matrix.nnz
    assert total <= len(sales)


@pytest.mark.parametrize("name", ["time", "leave-last"])
def test_row_order_does_not_move_the_split(name):
    table = tasteful().rename(columns={"customer_id": "user_id"})
    one = split(Interactions.from_frame(table, time="day"), name)
    other = split(Interactions.from_frame(table.sample(frac=1, random_state=1), time="day"), name)
    assert held(one) == held(other)


def test_too_little_says_so():
    with pytest.raises(NotEnoughDataError):
        split(frame(("u", "2025-01-01", "a")))
    with pytest.raises(NotEnoughDataError, match="dated"):
        split(Interactions.from_frame(pd.DataFrame({"user_id": ["u"], "item_id": ["a"]})))
    with pytest.raises(UnknownNameError):
        split(frame(("u", "2025-01-01", "a")), "by-luck")
