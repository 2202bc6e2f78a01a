import pytest

from analytics.errors import InvalidSettingError, UnknownNameError
from recsys import catalogue
from recsys.entries import entry, parse_options
from recsys.interactions import Interactions
from recsys.leaderboard import evaluate

CONTRACT = ["model", "metric", "k", "value", "ci_lower", "ci_upper", "seconds"]


@pytest.fixture(scope="module")
def board():
    from tests.recsys.conformance import interactions

    return evaluate(interactions(), k=(5, 10))


def test_the_columns_of_the_contract_come_first(board):
    assert list(board)[:7] == CONTRACT
    usual = {name for name, one in catalogue().items() if not one.cls.is_costly}
    assert set(board["model"]) == usual
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
    assert entry("ials").default
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
