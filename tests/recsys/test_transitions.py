import pandas as pd
import pytest

from analytics.errors import InvalidSettingError
from recsys import Interactions
from recsys.models.transitions import Transitions
from tests.recsys.conformance import Conformance

ROWS = [
    ("u", "a", "2025-01-01"),
    ("u", "b", "2025-02-01"),
    ("u", "c", "2025-03-01"),
    ("v", "a", "2025-01-05"),
    ("v", "c", "2025-01-09"),
    ("v", "b", "2025-01-09"),
    ("w", "c", "2025-01-01"),
]


class TestContract(Conformance):
    make = Transitions


def model_of(rows, **options):
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "day"])
    return Transitions(**options).fit(Interactions.from_frame(frame, time="day"))


def test_moves_by_hand():
    model = model_of(ROWS, shrinkage=1, beta=0)
    # from a: u to b, v to b and c: three moves, and one that counts as nowhere
    after_a = model.similar_items("a").set_index("item_id")["score"]
    assert after_a.to_dict() == {"b": pytest.approx(2 / 4), "c": pytest.approx(1 / 4)}
    # from b: u to c only; nothing ever came after c
    assert model.similar_items("b")["item_id"].tolist() == ["c"]
    assert model.similar_items("c").empty


def test_items_of_one_day_are_no_move():
    rows = [("u", "a", "2025-01-01"), ("u", "b", "2025-01-01"), ("v", "c", "2025-01-01")]
    assert model_of(rows).similar_items("a").empty


def test_popular_ends_are_held_back():
    model = model_of(ROWS, shrinkage=0, beta=1)
    after_a = model.similar_items("a").set_index("item_id")["score"]
    assert after_a.to_dict() == {"b": pytest.approx(2 / 3 / 2), "c": pytest.approx(1 / 3 / 3)}


@pytest.mark.parametrize("options", [{"shrinkage": -1}, {"beta": 2}, {"n_neighbours": 0}])
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidSettingError):
        Transitions(**options)
