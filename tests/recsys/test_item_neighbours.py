import numpy as np
import pandas as pd
import pytest

from analytics.errors import InvalidSettingError
from recsys import Interactions
from recsys.models.item_neighbours import ItemNeighbours
from tests.recsys.conformance import Conformance


class TestContract(Conformance):
    make = ItemNeighbours


def model_of(rows, **options):
    frame = pd.DataFrame(rows, columns=["user_id", "item_id"])
    return ItemNeighbours(**options).fit(Interactions.from_frame(frame))


def test_likeness_by_hand():
    model = model_of([("u", "a"), ("u", "b"), ("v", "a"), ("v", "b"), ("w", "a")], shrinkage=2)
    similar = model.similar_items("a")
    assert similar["item_id"].tolist() == ["b"]
    assert similar["score"].tolist() == [pytest.approx(2 / (np.sqrt(3) * np.sqrt(2) + 2))]


def test_only_the_nearest_are_kept():
    rows = [("u", item) for item in "abcd"] + [("v", "a"), ("v", "b")]
    assert model_of(rows, n_neighbours=1).similar_items("a")["item_id"].tolist() == ["b"]


def test_no_evidence_is_filled_with_what_is_popular():
    rows = [("u", "a"), ("v", "a"), ("v", "b"), ("w", "c"), ("x", "c")]
    lists = model_of(rows).recommend(["u"], 2)
    assert lists["item_id"].tolist() == ["b", "c"]
    assert lists["source"].tolist() == ["model", "fallback"]


def test_blocks_do_not_change_the_result(monkeypatch):
    random = np.random.default_rng(1)
    frame = pd.DataFrame(
        {"user_id": random.integers(60, size=600), "item_id": random.integers(30, size=600)}
    )
    whole = ItemNeighbours().fit(Interactions.from_frame(frame)).recommend()
    monkeypatch.setattr("recsys.models.item_weights._BLOCK", 7)
    parts = ItemNeighbours().fit(Interactions.from_frame(frame)).recommend()
    pd.testing.assert_frame_equal(whole, parts)


@pytest.mark.parametrize("options", [{"n_neighbours": 0}, {"shrinkage": -1}])
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidSettingError):
        ItemNeighbours(**options)
