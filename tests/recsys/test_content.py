import numpy as np
import pandas as pd
import pytest

from analytics.errors import InvalidSettingError
from recsys import Interactions
from recsys.customers import reasons_for
from recsys.features import Features
from recsys.models.content import Content
from recsys.models.item_features import item_vectors, price_bands
from tests.recsys.conformance import Conformance
from tests.recsys.shop import SmallWorkspace, described, tasteful

COOKING = pd.DataFrame(
    {
        "item_id": ["bread", "cake", "soup", "chess", "go", "new"],
        "item_name": ["烘焙入门：面包", "烘焙进阶：蛋糕", "Soup for winter", "Chess openings",
                      "Chess and Go", "烘焙大师课"],
        "category": ["cooking", "cooking", "cooking", "games", "games", "cooking"],
        "price": [10, 20, 30, 40, 50, 60],
    }
)  # fmt: skip


def taken(rows, items=COOKING):
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "day"])
    return Interactions.from_frame(frame, time="day", features=Features.of(items))


class TestContract(Conformance):
    make = Content

    @staticmethod
    def taken(frame):
        return Interactions.from_frame(
            frame, user="customer_id", item="item_id", time="day",
            features=Features.of(described(frame["item_id"])),
        )  # fmt: skip


class TestContractWhereNothingIsDescribed(Conformance):
    follows_history = False

    make = Content


ROWS = [
    ("baker", "bread", "2025-01-01"),
    ("player", "chess", "2025-01-01"),
    ("player", "soup", "2025-01-02"),
    ("cook", "cake", "2025-01-01"),
    ("other", "go", "2025-01-01"),
]


def test_an_item_that_nobody_took_is_offered_by_its_words():
    lists = Content().fit(taken(ROWS)).recommend(["baker"], 2)
    assert set(lists["item_id"]) == {"new", "cake"}
    assert set(lists["source"]) == {"model"}


def test_the_latest_taken_weighs_most():
    model = Content(recency_half_life=0.5).fit(taken(ROWS))
    assert model.recommend(["player"], 1)["item_id"].tolist() != ["go"]
    model = Content(recency_half_life=0).fit(taken(ROWS))
    assert model.recommend(["player"], 1)["item_id"].tolist() == ["go"]


def test_the_score_is_the_cosine_of_profile_and_item():
    model = Content(recency_half_life=0).fit(taken(ROWS))
    vectors = item_vectors(COOKING, model.known.item_ids).matrix.toarray()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(6))
    at = {item: number for number, item in enumerate(model.known.item_ids)}
    found = model.recommend(["player"], 10).set_index("item_id")["score"]
    profile = vectors[at["chess"]] + vectors[at["soup"]]
    for item, score in found.items():
        if score > 0:
            assert score == pytest.approx(profile @ vectors[at[item]], rel=1e-5)


def test_reasons_are_words_that_both_share():
    model = Content().fit(taken(ROWS))
    assert model.shared_features("baker", "new") == ["烘焙", "cooking"]
    assert model.shared_features("player", "go") == ["chess", "games"]
    assert model.shared_features("baker", "chess") == []
    assert model.shared_features("nobody", "go") == []


def test_words_of_one_item_only_are_left_out():
    words = item_vectors(COOKING, COOKING["item_id"].to_numpy(str)).words
    assert "chess" in words
    assert "openings" not in words


def test_prices_fall_into_bands_of_equal_size():
    bands = price_bands(pd.Series(range(1, 101)))
    assert bands.value_counts().tolist() == [20] * 5
    assert price_bands(pd.Series([5.0, 5.0])).tolist() == ["5", "5"]
    assert price_bands(pd.Series([None, None])).tolist() == [None, None]


def test_a_workspace_tells_tags_and_names(tmp_path):
    bought = tasteful(30)
    items = described(bought["item_id"]).drop(columns=["tags", "teacher"])
    ws = SmallWorkspace(tmp_path, purchases=bought, items=items)
    features = Interactions.from_workspace(ws).features
    assert set(features.items["item_name"]) == set(items["item_name"])
    assert features.items["tags"].isna().all()
    assert set(features.customers["customer_id"]) == set(bought["customer_id"])


def test_options_that_mean_nothing_are_refused():
    with pytest.raises(InvalidSettingError):
        Content(n_neighbours=0)


def test_the_reason_is_said_in_the_words_of_the_shop():
    model = Content().fit(taken(ROWS))
    note, because, _ = reasons_for(model, "baker", "new", COOKING)
    assert (note.key, because) == ("alike", "bread")
    assert note == "Like 烘焙入门：面包 (100%): 烘焙, cooking."
