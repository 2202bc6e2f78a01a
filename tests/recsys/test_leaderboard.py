from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.errors import InvalidSettingError, UnknownNameError
from recsys import catalogue
from recsys.entries import entry, parse_options
from recsys.interactions import Interactions
from recsys.leaderboard import alike, compare, evaluate
from recsys.models.ease import Ease
from tests.recsys.conformance import interactions
from tests.recsys.shop import SmallWorkspace, described, tasteful

CONTRACT = ["model", "metric", "k", "value", "ci_lower", "ci_upper", "seconds"]


@pytest.fixture(scope="module")
def board():
    return evaluate(interactions(), k=(5, 10))


def test_the_columns_of_the_contract_come_first(board):
    assert list(board)[:7] == CONTRACT
    usual = {name for name, one in catalogue().items() if not one.cls.is_costly}
    assert set(board["model"]) == usual - {"explicit-mf"}, "there are no ratings"
    assert set(board["k"]) == {5, 10}
    metrics = {"recall", "recall_capped", "precision", "ndcg", "map", "mrr", "hit_rate"}
    assert set(board["metric"]) == metrics | {"coverage", "diversity", "gini", "novelty"}


def test_tastes_are_recovered_and_beat_popularity(board):
    at = board[(board["metric"] == "ndcg") & (board["k"] == 10)].set_index("model")
    assert at.loc["ials", "difference_lower"] > 0
    assert at.loc["item-neighbours", "difference_lower"] > 0
    assert board.attrs["best"] != "popularity"
    assert board.attrs["notes"][0].key == "model_beats_popularity"


def test_intervals_hold_the_value(board):
    known = board[board["ci_lower"].notna()]
    assert (known["ci_lower"] <= known["value"]).all()
    assert (known["value"] <= known["ci_upper"]).all()
    assert board.loc[board["metric"].isin(["coverage", "gini"]), "ci_lower"].isna().all()


def test_without_signal_popularity_wins_and_it_is_said(tasteless_workspace):
    board = evaluate(tasteless_workspace, k=(5, 10))
    assert board.attrs["best"] == "popularity"
    assert "popularity serves" in board.attrs["notes"][0]


def test_other_splits_and_popularity_is_always_there(tasteful_workspace):
    interactions = Interactions.from_workspace(tasteful_workspace)
    for name in ("leave-last", "random-users"):
        board = evaluate(interactions, ["item-neighbours"], k=(10,), split_by=name)
        assert set(board["model"]) == {"popularity", "item-neighbours"}
        ndcg = board[board["metric"] == "ndcg"].set_index("model")["value"]
        assert ndcg["item-neighbours"] > ndcg["popularity"]


def test_when_the_time_is_up_the_rest_is_named(tasteful_workspace):
    board = evaluate(tasteful_workspace, budget_seconds=0)
    assert set(board["model"]) == {"popularity"}
    assert board.attrs["notes"][1].key == "models_skipped"


def test_options_from_text():
    model = entry("ials").make(
        parse_options(["n_factors=8", "regularization=0.5", "backend=numpy"])
    )
    assert (model.n_factors, model.regularization, model.backend) == (8, 0.5, "numpy")
    assert entry("ials").options["n_factors"] == 64


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: parse_options(["n_factors"]), InvalidSettingError),
        (lambda: entry("ials").make({"n_factors": "many"}), InvalidSettingError),
        (lambda: entry("ials").make({"depth": "3"}), UnknownNameError),
        (lambda: entry("oracle"), UnknownNameError),
    ],
)
def test_options_that_do_not_exist_are_refused(make, error):
    with pytest.raises(error):
        make()


@pytest.fixture(scope="module")
def shop_of_changes():
    """Tastes, and in December a new item and new customers."""
    sales = tasteful(200)
    late = sales[sales["day"] >= date(2025, 12, 1)]
    new = late.assign(item_id=late["item_id"].mask(late["item_id"] < "课008", "新001"))
    fresh = new.assign(customer_id="n" + new["customer_id"])
    frame = pd.concat([sales[sales["day"] < date(2025, 12, 1)], new, fresh], ignore_index=True)
    return Interactions.from_frame(frame, user="customer_id", time="day")


def test_known_and_new_customers_and_items_are_judged_apart(shop_of_changes):
    found = compare(shop_of_changes, ["ease", "content"], k=(10,))
    recall = found.groups[found.groups["metric"] == "recall"].set_index(["model", "group"])
    own = found.board[found.board["metric"] == "recall"].set_index("model")
    for name in ("popularity", "ease"):
        assert recall.loc[(name, "known_customers"), "value"] == own.loc[name, "value"]
        assert recall.loc[(name, "new_items"), "value"] == 0, "it never saw them"
    assert recall.loc[("ease", "known_items"), "value"] > own.loc["ease", "value"]
    assert recall.loc[("ease", "known_customers"), "n"] == found.board.attrs["n_users"]
    assert recall.loc[("ease", "new_customers"), "n"] > 10
    new = [recall.loc[(name, "new_customers"), "value"] for name in ("popularity", "ease")]
    assert new[0] == pytest.approx(new[1], abs=0.05), "they get what is popular"


def test_an_item_without_sales_is_found_by_its_description(tmp_path):
    sales = tasteful(200)
    sales["item_id"] = sales["item_id"].mask(
        (sales["day"] >= date(2025, 12, 1)) & (sales["item_id"] == "课008"), "课048"
    )
    about = described([*sales["item_id"], "课048"])
    ws = SmallWorkspace(tmp_path, purchases=sales, items=about)
    found = compare(ws, ["content"], k=(10,))
    recall = found.groups[found.groups["metric"] == "recall"].set_index(["model", "group"])["value"]
    assert recall["content", "new_items"] > recall["popularity", "new_items"]


def test_two_settings_of_one_model_both_show():
    board = evaluate(interactions(), ["ease", "ease:l2=5000", Ease(l2=1.0)], k=(10,))
    assert set(board["model"]) == {"popularity", "ease", "ease:l2=5000.0", "ease:l2=1.0"}
    with pytest.raises(InvalidSettingError):
        evaluate(interactions(), ["ease:l2"], k=(10,))


def test_no_winner_is_named_inside_the_interval():
    board = evaluate(interactions(), [Ease(l2=200.0), Ease(l2=201.0)], k=(10,))
    note = board.attrs["notes"][1]
    assert note.key == "no_single_winner"
    assert board.attrs["best"] == note.values["model"]
    values = {"a": np.array([1.0, 1.0, 1.0]), "b": np.zeros(3), "c": np.array([1.0, 1.0, 1.0])}
    assert alike(values, "a") == ["c"]


def test_random_users_are_for_papers_only():
    keys = [
        [note.key for note in evaluate(interactions(), ["ease"], (10,), name).attrs["notes"]]
        for name in ("random-users", "time")
    ]
    assert ["for_papers_only" in found for found in keys] == [True, False]


def test_the_values_of_each_user_are_there():
    found = compare(interactions(), ["ease"], k=(5, 10))
    table = found.per_user()
    mean = table[table["model"] == "ease"]["ndcg@10"].mean()
    board = found.board[(found.board["model"] == "ease") & (found.board["metric"] == "ndcg")]
    assert board.set_index("k")["value"][10] == pytest.approx(mean)
    assert len(table) == 2 * found.board.attrs["n_users"]


def test_the_error_of_ratings_stands_beside_the_ranking():
    frame = tasteful().assign(rating=lambda sales: 1 + sales["item_id"].str[-1].astype(int) % 5)
    rated = Interactions.from_frame(frame, user="customer_id", time="day", rating="rating")
    found = compare(rated, ["explicit-mf", "ease"], k=(10,))
    errors = found.board[found.board["k"].isna()].set_index("metric")
    assert set(errors["model"]) == {"explicit-mf"}
    held, model = found.plan.ratings, found.judged["explicit-mf"].trained
    gap = held["rating"] - model.predict(held["user_id"], held["item_id"])
    assert errors.loc["rmse", "value"] == pytest.approx(np.sqrt((gap**2).mean()))
    assert errors.loc["mae", "value"] == pytest.approx(gap.abs().mean())
    assert errors.loc["rmse", "ci_lower"] < errors.loc["rmse", "value"] < frame["rating"].std()
    assert "explicit-mf" in set(evaluate(rated, k=(10,))["model"])
