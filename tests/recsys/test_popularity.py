import pandas as pd
import pytest

from analytics.errors import InvalidSettingError
from recsys import Interactions
from recsys.models.popularity import Popularity
from tests.recsys.conformance import Conformance


class TestContract(Conformance):
    make = Popularity
    is_additive = False
    follows_history = False

    def test_explanations_name_the_history(self, model):
        assert model.explain("00001", "课005").empty

    def test_similar_items_leave_out_the_item_itself(self, model):
        assert model.similar_items("课003").empty


def sales(rows):
    return Interactions.from_frame(
        pd.DataFrame(rows, columns=["user_id", "item_id", "day"]), time="day"
    )


def test_a_half_life_halves():
    model = Popularity(half_life_days=30).fit(
        sales([("a", "old", "2025-01-01"), ("b", "old", "2025-01-01"), ("c", "new", "2025-01-31")])
    )
    lists = model.within(None).set_index("item_id")["score"]
    assert lists["old"] == pytest.approx(2 * 0.5 / (2 * 0.5 + 1))
    assert lists["new"] == pytest.approx(1 / (2 * 0.5 + 1))


def test_a_group_is_pulled_towards_all_by_the_smoothing():
    rows = [(f"a{n}", "x", "2025-01-01") for n in range(3)]
    rows += [(f"b{n}", "y", "2025-01-01") for n in range(7)]
    groups = {f"a{n}": "A" for n in range(3)}
    model = Popularity(smoothing=2).fit(sales(rows), groups=groups)
    lists = model.within("A").set_index("item_id")["score"]
    assert lists["x"] == pytest.approx((3 + 2 * 0.3) / (3 + 2))
    assert lists["y"] == pytest.approx((0 + 2 * 0.7) / (3 + 2))
    assert model.recommend(["a0"], 1, exclude_owned=False)["item_id"].tolist() == ["x"]
    assert model.recommend(["b0"], 1, exclude_owned=False)["item_id"].tolist() == ["y"]


def test_an_unknown_group_is_served_the_global_list():
    model = Popularity().fit(sales([("a", "x", "2025-01-01"), ("b", "x", "2025-01-01")]))
    assert model.within("nobody's")["item_id"].tolist() == ["x"]


@pytest.mark.parametrize("options", [{"half_life_days": 0}, {"smoothing": -1}])
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidSettingError):
        Popularity(**options)
