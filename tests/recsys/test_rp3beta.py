import pandas as pd
import pytest

from analytics.errors import InvalidSettingError
from recsys import Interactions
from recsys.models.rp3beta import RP3Beta
from tests.recsys.conformance import Conformance


class TestContract(Conformance):
    make = RP3Beta


def model_of(rows, **options):
    frame = pd.DataFrame(rows, columns=["user_id", "item_id"])
    return RP3Beta(**options).fit(Interactions.from_frame(frame))


ROWS = [("u", "a"), ("u", "b"), ("v", "a"), ("v", "b"), ("v", "c"), ("w", "a")]


def test_a_walk_by_hand():
    similar = model_of(ROWS, beta=0).similar_items("a").set_index("item_id")["score"]
    # from a to u, v or w by a third each; from u to b by a half, from v to b or c by a third
    assert similar["b"] == pytest.approx(1 / 3 * 1 / 2 + 1 / 3 * 1 / 3)
    assert similar["c"] == pytest.approx(1 / 3 * 1 / 3)


def test_popular_ends_are_held_back():
    plain, held = (model_of(ROWS, beta=beta).similar_items("a") for beta in (0, 1))
    ratio = held.set_index("item_id")["score"] / plain.set_index("item_id")["score"]
    assert ratio["b"] == pytest.approx(1 / 2)
    assert ratio["c"] == pytest.approx(1)


@pytest.mark.parametrize("options", [{"alpha": 0}, {"beta": 2}, {"n_neighbours": 0}])
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidSettingError):
        RP3Beta(**options)
