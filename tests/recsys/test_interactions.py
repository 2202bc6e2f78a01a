from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from analytics.errors import InvalidSettingError, MissingColumnsError, NotEnoughDataError
from recsys import Interactions
from recsys.actions import Counting, actions_found
from recsys.interactions import NEVER
from tests.recsys.shop import SmallWorkspace


def seconds(day):
    return int(np.datetime64(day, "s").astype(int))


def cell(interactions, user, item):
    row = interactions.user_ids.tolist().index(user)
    column = interactions.item_ids.tolist().index(item)
    return interactions.matrix[row, column]


def events(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "event", "occurred_at", "item_id"])


def ratings(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "item_id", "rating", "rated_at"])


def test_ids_are_text_sorted_and_kept():
    frame = pd.DataFrame({"user_id": ["7", "007", None], "item_id": ["b", "a", "a"]})
    found = Interactions.from_frame(frame)
    assert found.user_ids.tolist() == ["007", "7"]
    assert found.item_ids.tolist() == ["a", "b"]


def test_a_pair_counts_once_unless_weighed():
    frame = pd.DataFrame({"user_id": ["u", "u"], "item_id": ["a", "a"], "weight": [2.0, 3.0]})
    assert cell(Interactions.from_frame(frame), "u", "a") == 1
    assert cell(Interactions.from_frame(frame, weight="weight"), "u", "a") == 5


def test_a_missing_column_is_named():
    with pytest.raises(MissingColumnsError, match="item_id"):
        Interactions.from_frame(pd.DataFrame({"user_id": ["u"]}))


def test_a_cell_adds_up_different_actions_once_each(tmp_path):
    ws = SmallWorkspace(
        tmp_path,
        purchases=[("u", date(2025, 1, 5), "a"), ("u", date(2025, 2, 5), "a")],
        events=events(
            ("u", "view", datetime(2025, 1, 1, 10), "a"),
            ("u", "view", datetime(2025, 1, 1, 11), "a"),
            ("u", "click", datetime(2025, 1, 2), "a"),
            ("u", "view", datetime(2025, 1, 2), None),
            ("u", "purchase", datetime(2025, 1, 5), "a"),
        ),
    )
    found = Interactions.from_workspace(ws, Counting({"view": 0.2}))
    assert cell(found, "u", "a") == pytest.approx(1.0 + 0.2 + 0.1)
    assert found.last.tolist() == [seconds("2025-02-05")]


def stays(*rows):
    columns = ["customer_id", "event", "occurred_at", "item_id", "duration_s"]
    return pd.DataFrame(rows, columns=columns)


def test_time_spent_weighs_in_proportion_up_to_enough(tmp_path):
    """Half a minute of a minute weighs half; a day's events add up; the longest day counts."""
    ws = SmallWorkspace(
        tmp_path,
        purchases=[],
        events=stays(
            ("u", "view", datetime(2025, 1, 1, 10), "brief", 30.0),
            ("u", "view", datetime(2025, 1, 1, 10), "long", 20.0),
            ("u", "progress", datetime(2025, 1, 1, 12), "long", 25.0),
            ("u", "view", datetime(2025, 1, 3), "long", 5.0),
            ("u", "view", datetime(2025, 1, 1), "endless", 3600.0),
            ("u", "view", datetime(2025, 1, 1), "untold", None),
            ("u", "left the page", datetime(2025, 1, 1), "unnamed", 60.0),
            ("u", "view", datetime(2025, 1, 1), "odd", float("nan")),
            ("u", "view", datetime(2025, 1, 1), None, 60.0),
        ),
    )
    counting = Counting({"view": 1.0, "progress": 0, "dwell": 0.4})
    found = Interactions.from_workspace(ws, counting)
    weights = {item: float(cell(found, "u", item)) for item in found.item_ids.tolist()}
    assert weights == pytest.approx(
        {"brief": 1.2, "endless": 1.4, "long": 1.3, "odd": 1, "unnamed": 0.4, "untold": 1}
    )
    slower = Interactions.from_workspace(
        ws, Counting({"view": 1.0, "dwell": 0.4}, dwell_seconds=120)
    )
    assert cell(slower, "u", "brief") == pytest.approx(1.1)
    none = Interactions.from_workspace(ws, Counting({"view": 1.0, "progress": 0, "dwell": 0}))
    assert cell(none, "u", "brief") == 1
    assert "unnamed" not in none.item_ids


def test_time_spent_before_and_after_local_midnight_is_of_two_days(tmp_path):
    rows = stays(
        ("u", "view", datetime(2025, 1, 1, 15, 59), "a", 30.0),
        ("u", "view", datetime(2025, 1, 1, 16, 1), "a", 45.0),
    )
    ws = SmallWorkspace(tmp_path, purchases=[], events=rows)
    ws.zone = "Asia/Shanghai"
    found = Interactions.from_workspace(ws, Counting({"view": 0, "dwell": 1.0}))
    assert cell(found, "u", "a") == pytest.approx(0.75)


def test_only_what_is_bought_finished_or_rated_is_owned(tmp_path):
    ws = SmallWorkspace(
        tmp_path,
        purchases=[("u", date(2025, 1, 5), "bought")],
        events=events(
            ("u", "view", datetime(2025, 1, 1), "viewed"),
            ("u", "start", datetime(2025, 1, 1), "tried"),
            ("u", "finish", datetime(2025, 1, 1), "finished"),
        ),
        ratings=ratings(("u", "rated", 3.0, datetime(2025, 1, 1))),
    )
    found = Interactions.from_workspace(ws)
    assert found.item_ids[found.owned.indices].tolist() == ["bought", "finished", "rated"]
    assert found.target == "purchase"


def test_the_trio_alone_is_enough(tmp_path):
    rows = ratings(("u", "a", 5.0, datetime(2025, 1, 1)), ("v", "a", 1.0, pd.NaT))
    found = Interactions.from_workspace(SmallWorkspace(tmp_path, purchases=[], ratings=rows))
    assert found.target == "rating"
    assert found.last.tolist() == [seconds("2025-01-01"), NEVER]


def test_ratings_below_the_threshold_are_left_out(tmp_path):
    rows = ratings(("u", "a", 5.0, datetime(2025, 1, 1)), ("v", "a", 1.0, datetime(2025, 1, 1)))
    ws = SmallWorkspace(tmp_path, purchases=[], ratings=rows)
    assert Interactions.from_workspace(ws, Counting(rating_threshold=4)).user_ids.tolist() == ["u"]


def test_events_lie_on_local_days(tmp_path):
    rows = events(("u", "view", datetime(2025, 1, 1, 20), "a"))
    ws = SmallWorkspace(tmp_path, purchases=[], events=rows)
    ws.zone = "Asia/Shanghai"
    assert Interactions.from_workspace(ws).last.tolist() == [seconds("2025-01-02")]


def test_half_life_halves_the_weight(tmp_path):
    ws = SmallWorkspace(
        tmp_path, purchases=[("u", date(2025, 1, 1), "a"), ("v", date(2025, 1, 31), "a")]
    )
    found = Interactions.from_workspace(ws, Counting(half_life_days=30))
    assert cell(found, "u", "a") == pytest.approx(0.5)
    assert cell(found, "v", "a") == pytest.approx(1.0)


def test_a_workspace_without_items_says_what_is_missing(tmp_path):
    with pytest.raises(NotEnoughDataError, match="import orders with items"):
        Interactions.from_workspace(SmallWorkspace(tmp_path, purchases=[]))


@pytest.mark.parametrize(
    "settings",
    [
        {"weights": {"sing": 1}},
        {"weights": {"view": -1}},
        {"weights": {"view": float("inf")}},
        {"half_life_days": 0},
        {"rating_threshold": float("nan")},
        {"dwell_seconds": 0},
    ],
)
def test_settings_that_mean_nothing_are_refused(settings):
    with pytest.raises(InvalidSettingError):
        Counting(**settings)


def test_a_weight_of_nought_leaves_the_action_out(tmp_path):
    rows = events(
        ("u", "view", datetime(2025, 1, 1), "a"), ("u", "like", datetime(2025, 1, 1), "b")
    )
    ws = SmallWorkspace(tmp_path, purchases=[], events=rows)
    assert Interactions.from_workspace(ws, Counting({"view": 0})).item_ids.tolist() == ["b"]


def test_a_part_of_the_log_forgets_who_is_not_in_it():
    frame = pd.DataFrame({"user_id": ["u", "v"], "item_id": ["a", "b"]})
    found = Interactions.from_frame(frame)
    part = found.where((found.log["item"] == 1).to_numpy())
    assert part.user_ids.tolist() == ["v"]
    assert part.item_ids.tolist() == ["b"]


def test_a_shop_of_repeat_purchases_leaves_nothing_out(tmp_path):
    ws = SmallWorkspace(tmp_path, purchases=[("u", date(2025, 1, 5), "a")])
    found = Interactions.from_workspace(ws, Counting(is_repurchasable=True))
    assert found.owned.nnz == 0
    assert found.where(np.array([True])).owned.nnz == 0
    assert Interactions.from_workspace(ws).owned.nnz == 1


def test_ratings_are_kept_beside_their_weight(tmp_path):
    rows = ratings(("u", "a", 5.0, datetime(2025, 1, 1)), ("v", "a", 1.0, datetime(2025, 1, 1)))
    ws = SmallWorkspace(tmp_path, purchases=[("u", date(2025, 1, 1), "a")], ratings=rows)
    found = Interactions.from_workspace(ws)
    assert found.log["weight"].tolist() == [1, 1, 1]
    assert found.log["rating"].fillna(0).tolist() == [0, 5, 1]
    plain = Interactions.from_frame(pd.DataFrame({"user_id": ["u"], "item_id": ["a"]}))
    assert "rating" not in plain.log


def test_the_actions_of_a_workspace_are_counted(tmp_path):
    ws = SmallWorkspace(
        tmp_path,
        purchases=[("u", date(2025, 1, 5), "a"), ("v", date(2025, 1, 5), "a")],
        events=events(
            ("u", "view", datetime(2025, 1, 1), "a"),
            ("u", "view", datetime(2025, 1, 2), "a"),
            ("u", "view", datetime(2025, 1, 2), None),
            ("u", "sing", datetime(2025, 1, 2), "a"),
            ("u", "purchase", datetime(2025, 1, 2), "a"),
        ),
        ratings=ratings(("u", "a", 5.0, datetime(2025, 1, 1))),
    )
    table = actions_found(ws)
    assert table.to_dict("list") == {
        "action": ["purchase", "rating", "view"],
        "actions": [2, 1, 2],
        "customers": [2, 1, 1],
        "weight": [1.0, 1.0, 0.05],
    }
    assert actions_found(SmallWorkspace(tmp_path, purchases=[])).empty


def test_events_that_tell_a_duration_are_counted_as_time_spent(tmp_path):
    rows = stays(
        ("u", "view", datetime(2025, 1, 1), "a", 30.0),
        ("u", "dwell", datetime(2025, 1, 2), "a", 30.0),
        ("v", "dwell", datetime(2025, 1, 2), "a", None),
    )
    table = actions_found(SmallWorkspace(tmp_path, purchases=[], events=rows))
    assert table.to_dict("list") == {
        "action": ["dwell", "view"],
        "actions": [2, 1],
        "customers": [1, 1],
        "weight": [0.1, 0.05],
    }


def test_how_a_model_counted_is_read_back():
    counting = Counting(
        {"view": 0.2, "click": 0.1}, 30.0, 4.0, is_repurchasable=True, dwell_seconds=90.0
    )
    again = Counting.of_manifest({"counting": counting.to_json()})
    assert again == Counting({"view": 0.2}, 30.0, 4.0, is_repurchasable=True, dwell_seconds=90.0)
    assert Counting.of_manifest({"weights": {"view": 0.0}}).weight("view") == 0


def test_time_spent_does_not_count_in_models_of_before_it_was_weighed():
    """Their histories of today are to weigh what those they learnt from weighed."""
    rules = {"weights": {}, "half_life_days": None, "rating_threshold": None}
    older = Counting.of_manifest({"counting": rules | {"is_repurchasable": False}})
    assert older.weight("dwell") == 0
    assert Counting.of_manifest({"counting": Counting().to_json()}).weight("dwell") == 0.1
