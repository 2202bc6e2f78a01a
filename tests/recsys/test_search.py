import json

import pytest

from analytics.errors import CancelledError, InvalidSettingError
from recsys import training
from recsys.search import search, searched


@pytest.fixture(scope="module")
def taken():
    from tests.recsys.conformance import interactions

    return interactions()


def test_so_many_trials_are_the_same_for_the_same_seed(taken):
    first = search(taken, "ease", trials=4, seed=3)
    again = search(taken, "ease", trials=4, seed=3)
    assert first.trials == 4
    assert (first.options, first.value) == (again.options, again.value)
    assert first.value >= first.first
    assert first.facts["tried"][0]["options"] == {}
    assert max(one["ndcg@20"] for one in first.facts["tried"]) == round(first.value, 6)


def test_what_is_given_stays(taken):
    assert "l2" not in searched("ease", {"l2": "50"})
    assert "l2" not in search(taken, "ease", {"l2": "50"}, trials=3).options


def test_a_budget_used_up_leaves_the_settings_as_given(taken):
    found = search(taken, "ease", minutes=1e-9)
    assert (found.trials, found.options) == (1, {})


def test_a_model_without_settings_to_vary_is_tried_once(taken):
    assert search(taken, "hybrid", {"components": "ease"}, trials=5).trials == 1


def test_a_cancelled_search_ends(taken):
    def cancel(_fraction, message, **_):
        if message == "trial 2":
            raise CancelledError("the search")

    with pytest.raises(CancelledError):
        search(taken, "popularity", trials=5, progress=cancel)


@pytest.mark.parametrize("budget", [{"minutes": 0}, {"trials": 0}])
def test_budgets_that_mean_nothing_are_refused(taken, budget):
    with pytest.raises(InvalidSettingError):
        search(taken, "ease", **budget)


def test_the_biases_of_ratings_are_varied():
    assert {"regularization", "bias_regularization"} <= set(searched("explicit-mf", {}))


def test_the_chosen_settings_are_trained_shown_and_kept(tasteful_workspace):
    ws, told = tasteful_workspace, []
    answer = training.train(
        ws,
        model="ease",
        search_minutes=5,
        search_trials=3,
        progress=lambda fraction, message, **_: told.append((fraction, message)),
    )
    assert answer["search"]["trials"] == 3
    kept = training.saved(ws)[0].manifest
    assert kept["search"] == answer["search"]
    assert kept["options"].items() >= answer["search"]["options"].items()
    json.dumps(answer, allow_nan=False)
    fractions, messages = zip(*told, strict=True)
    assert answer["search"]["options"], "else nothing is judged again"
    assert list(fractions) == sorted(fractions)
    judged = [at for at, message in enumerate(messages) if message == "judging ease"]
    trials = [at for at, message in enumerate(messages) if message.startswith("trial ")]
    assert judged[0] < trials[0] < trials[-1] < judged[-1]
