import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from analytics.errors import (
    CancelledError,
    InvalidSettingError,
    NotEnoughDataError,
    NotFittedError,
    UnknownNameError,
)
from recsys import training
from recsys.actions import Counting
from recsys.proving import CANDIDATES
from tests.recsys.shop import SmallWorkspace

FAST = {"n_factors": "8", "iterations": "5"}
KEYS = {"model", "version", "seconds", "n_users", "n_items", "n_interactions", "metrics"}
ROOT = Path(__file__).parents[2]


def files(ws):
    return sorted(str(path.relative_to(ws.path)) for path in ws.path.rglob("*"))


def test_the_answer_is_that_of_the_contract(tasteful_workspace):
    answer = training.train(tasteful_workspace, model="ials", options=FAST)
    assert set(answer) == KEYS
    assert (answer["model"], answer["version"]) == ("ials", 1)
    assert (answer["n_users"], answer["n_items"]) == (400, 40)
    metrics = answer["metrics"]
    assert metrics["ndcg@20"] > metrics["popularity"]["ndcg@20"]
    assert metrics["difference"]["ndcg@20"]["ci_lower"] > 0
    assert metrics["beats_popularity"]
    json.dumps(answer, allow_nan=False)


def test_versions_are_numbered_and_listed_newest_first(tasteful_workspace):
    ws = tasteful_workspace
    training.train(ws, model="ials", options=FAST)
    training.train(ws, model="item-neighbours")
    assert training.train(ws, model="ials", options=FAST)["version"] == 2
    named = [(one.name, one.version) for one in training.saved(ws)]
    assert named[0] == ("ials", 2)
    rest = {("ials", 1), ("item-neighbours", 1), ("popularity", 1)}
    assert set(named[1:]) == rest, "popularity is learnt once for the same data"
    first = training.load_saved(ws, "ials", 1).recommend(k=3)
    pd.testing.assert_frame_equal(first, training.load_saved(ws, "ials").recommend(k=3))


def test_the_winner_serves_until_the_operator_chooses(tasteful_workspace):
    ws = tasteful_workspace
    with pytest.raises(NotFittedError):
        training.load_saved(ws)
    training.train(ws, model="ials", options=FAST)
    training.train(ws, model="ials", options=FAST)
    assert (training.serving(ws).name, training.serving(ws).version) == ("ials", 2)
    training.choose(ws, "ials", 1)
    assert training.serving(ws).version == 1
    training.choose(ws, "popularity")
    assert training.load_saved(ws).name == "popularity"
    assert training.choose(ws, None).name == "ials"
    with pytest.raises(UnknownNameError):
        training.choose(ws, "ials", 9)


def test_popularity_serves_where_nothing_beats_it(tasteless_workspace):
    ws = tasteless_workspace
    answer = training.train(ws, model="ials", options=FAST)
    assert not answer["metrics"]["beats_popularity"]
    assert "popularity serves" in answer["metrics"]["note"]
    assert training.serving(ws).name == "popularity"
    assert training.load_saved(ws).name == "popularity"


def test_newer_data_makes_old_wins_void(tasteful_workspace):
    ws = tasteful_workspace
    training.train(ws, model="ials", options=FAST)
    ws.version = 2
    training.train(ws, model="popularity")
    assert training.serving(ws).name == "popularity"


def test_cancelling_leaves_nothing(tasteful_workspace):
    ws = tasteful_workspace
    ws.folder("models")
    before = files(ws)

    def cancelling_at(limit):
        def progress(fraction, _message, **_details):
            if fraction >= limit:
                raise CancelledError("the training")

        return progress

    for limit in (0.0, 0.3, 0.6, 0.95):
        with pytest.raises(CancelledError):
            training.train(ws, model="ials", options=FAST, progress=cancelling_at(limit))
        assert files(ws) == before


def told_by_training(ws):
    """Shares, messages and details that a training tells."""
    told = []
    training.train(
        ws,
        model="ials",
        options=FAST,
        progress=lambda *args, **more: told.append((*args, more)),
    )
    return told


def test_progress_rises_to_one_and_tells_the_loss(tasteful_workspace):
    told = told_by_training(tasteful_workspace)
    fractions = [fraction for fraction, _, _ in told]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert fractions[-1] == 1
    assert sum("loss" in more for _, _, more in told) >= 2 * int(FAST["iterations"])


def test_how_actions_count_is_kept(tasteful_workspace):
    ws, counting = tasteful_workspace, Counting({"purchase": 2.0}, is_repurchasable=True)
    training.train(ws, model="item-neighbours", counting=counting)
    training.train(ws, model="item-neighbours")
    kept = [Counting.of_manifest(one.manifest) for one in training.saved(ws)]
    assert kept == [Counting(), Counting(), counting, counting], "popularity beside each"
    owned = training.load_saved(ws, "item-neighbours", 1).known.owned.nnz
    assert owned == 0 < training.load_saved(ws, "item-neighbours", 2).known.owned.nnz


def test_the_leaderboard_chooses_where_no_model_is_named(tasteful_workspace):
    answer = training.train(tasteful_workspace)
    found = {one["model"]: one for one in answer["metrics"]["candidates"]}
    assert set(found) == {"popularity", *CANDIDATES}
    certain = {name for name, one in found.items() if (one["difference_lower"] or 0) > 0}
    assert answer["model"] == max(certain, key=lambda name: found[name]["value"])
    assert training.serving(tasteful_workspace).name == answer["model"]
    json.dumps(answer, allow_nan=False)


def test_popularity_is_chosen_where_nothing_beats_it_and_it_is_said(tasteless_workspace):
    answer = training.train(tasteless_workspace)
    assert answer["model"] == "popularity"
    assert "popularity serves" in answer["metrics"]["note"]
    assert [one.name for one in training.saved(tasteless_workspace)] == ["popularity"]


def test_options_need_the_name_of_their_model(tasteful_workspace):
    with pytest.raises(InvalidSettingError, match="--model"):
        training.train(tasteful_workspace, options={"n_factors": "8"})


def test_values_of_each_test_user_are_kept_to_be_compared_in_pairs(tasteful_workspace):
    answer = training.train(tasteful_workspace, model="ials", options=FAST)
    ials, popularity = training.saved(tasteful_workspace)
    own, base = (one.per_user("ndcg@20") for one in (ials, popularity))
    assert own.mean() == pytest.approx(answer["metrics"]["ndcg@20"], abs=1e-5)
    gap = answer["metrics"]["difference"]["ndcg@20"]
    assert (own - base).mean() == pytest.approx(gap["value"], abs=1e-5)
    assert gap["p_value"] < 0.01
    assert ials.per_user("novelty@20") is None


def test_known_and_new_customers_are_kept_apart(tasteful_workspace):
    answer = training.train(tasteful_workspace, model="item-neighbours")
    (known,) = [
        one["value"]
        for one in answer["metrics"]["groups"]
        if (one["group"], one["metric"], one["k"]) == ("known_customers", "recall", 20)
    ]
    assert known == pytest.approx(answer["metrics"]["recall@20"], abs=1e-6)


def test_the_chances_are_learnt_on_the_model_of_the_judgement(tasteful_workspace):
    told = told_by_training(tasteful_workspace)
    assert sum("loss" in more for *_, more in told) == 2 * int(FAST["iterations"])


def test_a_shop_too_young_to_judge_trains_and_says_so(tmp_path):
    ws = SmallWorkspace(tmp_path, purchases=[("u", pd.Timestamp("2025-01-01").date(), "a")])
    answer = training.train(ws, model="ials", options=FAST)
    assert answer["metrics"]["note"].startswith("Not judged")
    assert training.serving(ws).name == "popularity"


def test_an_empty_shop_says_what_is_missing(tmp_path):
    with pytest.raises(NotEnoughDataError):
        training.train(SmallWorkspace(tmp_path, purchases=[]))


WITHOUT_TENSORFLOW = """
import pathlib, sys
import recsys.training, recsys.leaderboard, recsys.segments, recsys.customers
import recsys.campaigns.lists, recsys.models.ials_tensorflow
from tests.recsys.shop import SmallWorkspace, tasteful
ws = SmallWorkspace(pathlib.Path(sys.argv[1]), purchases=tasteful(60))
recsys.training.train(ws)
recsys.training.load_saved(ws).recommend()
print(sorted({"tensorflow", "keras", "streamlit"} & set(sys.modules)))
"""


def test_training_and_serving_with_numpy_never_import_tensorflow(tmp_path):
    child = subprocess.run(
        [sys.executable, "-c", WITHOUT_TENSORFLOW, str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert child.returncode == 0, child.stderr[-2000:]
    assert child.stdout.strip() == "[]"
