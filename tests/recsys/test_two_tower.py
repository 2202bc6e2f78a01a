import sys

import numpy as np
import pandas as pd
import pytest

from analytics.errors import CancelledError, InvalidSettingError
from recsys import Interactions
from recsys.features import Features
from recsys.models.two_tower import TwoTower
from tests.recsys.conformance import Conformance
from tests.recsys.shop import described, tasteful
from tests.recsys.training_child import in_child, trained

FAST = {"n_factors": 8, "epochs": 4, "batch_size": 128, "learning_rate": 0.3}
COUNTRIES = ["CN", "SG", "DE", "FR"]


def origins(sales):
    """Countries that tell the tastes of customers, and one customer of each who took nothing."""
    number = sales["item_id"].str.extract(r"(\d+)$")[0].fillna("0").astype(int) % 4
    taste = number.groupby(sales["customer_id"]).agg(lambda own: own.mode()[0])
    known = pd.DataFrame({"customer_id": taste.index, "country": [COUNTRIES[t] for t in taste]})
    new = pd.DataFrame({"customer_id": [f"new {one}" for one in COUNTRIES], "country": COUNTRIES})
    return known, new


def taken(sales, items=(), customers=()):
    described_items = described([*sales["item_id"], *items])
    known, _ = origins(sales)
    features = Features.of(described_items, pd.concat([known, *customers], ignore_index=True))
    return Interactions.from_frame(
        sales, user="customer_id", item="item_id", time="day", features=features
    )


class TestContract(Conformance):
    is_additive = False  # what is popular, and where the customer comes from, count too

    @staticmethod
    def make():
        return TwoTower(**FAST)

    @classmethod
    def fitted(cls, sales):
        return trained(cls.make(), cls.taken(sales))


class TestContractOfWhatIsDescribed(TestContract):
    taken = staticmethod(taken)


@pytest.fixture(scope="module")
def model():
    return trained(
        TwoTower(**FAST | {"epochs": 30}),
        taken(tasteful(), ["课100", "课101"], origins(tasteful())[1:]),
    )


def taste_of(items):
    return items.str[-3:].astype(int) % 4


def test_planted_tastes_are_found(model):
    sales = tasteful()
    lists = model.recommend(k=5)
    own = taste_of(sales["item_id"]).groupby(sales["customer_id"]).agg(lambda x: x.mode()[0])
    kept = lists[lists["user_id"].isin(own.index)]
    assert (taste_of(kept["item_id"]).to_numpy() == own[kept["user_id"]].to_numpy()).mean() > 0.8


def test_a_customer_without_history_is_served_by_where_he_comes_from(model):
    lists = model.recommend([f"new {country}" for country in COUNTRIES], 5)
    assert set(lists["source"]) == {"model"}
    wanted = np.repeat(np.arange(4), 5)
    assert (taste_of(lists["item_id"]).to_numpy() == wanted).mean() > 0.8


def test_an_item_that_nobody_took_is_like_those_of_its_words(model):
    likest = model.similar_items("课100", 5)["item_id"]
    assert (taste_of(likest) == 0).mean() > 0.7
    assert np.isfinite(model.biases).all()


def test_new_customers_are_folded_in_with_what_is_known_of_them(model):
    sales = tasteful().query("customer_id == '00003'").assign(customer_id="late")
    known = pd.DataFrame({"customer_id": ["late"], "country": ["SG"]})
    told = Interactions.from_frame(
        sales, user="customer_id", item="item_id", time="day", features=Features.of(None, known)
    )
    folded = model.fold_in(told)
    row = folded.known.rows(["late"])[0]
    assert folded.customer_vectors[row].any()
    twin = folded.known.rows(["new SG"])[0]
    expected = folded.customer_vectors[twin]
    np.testing.assert_allclose(folded.customer_vectors[row], expected, rtol=1e-5)


def test_the_same_seed_gives_the_same_model_and_another_another():
    first, again = (trained(TwoTower(**FAST), taken(tasteful())) for _ in range(2))
    other = trained(TwoTower(**FAST, seed=1), taken(tasteful()))
    np.testing.assert_array_equal(first.item_vectors, again.item_vectors)
    assert not np.array_equal(first.item_vectors, other.item_vectors)


def test_the_loss_falls(model):
    assert model.losses[-1] < model.losses[0]


def test_contributions_and_the_rest_add_up_to_the_score(model):
    row = int(model.known.rows(["00001"])[0])
    scores = model._scores(np.array([row]))[0]
    rest = model.customer_vectors[row] @ model.item_vectors.T + model.biases
    assert model._contributions(row, 7).sum() == pytest.approx(scores[7] - rest[7], rel=1e-4)


def told_until(limit):
    """What a training said until it was cancelled."""
    said = []

    def progress(fraction, message, **details):
        said.append((fraction, message, details))
        if len(said) == limit:
            raise CancelledError("the training")

    with pytest.raises(CancelledError):
        TwoTower(**FAST).fit(taken(tasteful()), progress=progress)
    return said


def test_progress_tells_epoch_loss_and_time_left_and_may_cancel():
    said = in_child(told_until, 2)
    assert len(said) == 2
    assert said[0][:2] == (0.25, "epoch 1 of 4")
    assert set(said[0][2]) == {"iteration", "loss", "seconds_left"}


def test_nothing_here_needed_tensorflow(model):
    model.recommend()
    assert not {"tensorflow", "keras"} & set(sys.modules)


@pytest.mark.parametrize(
    "options",
    [{"n_factors": 0}, {"epochs": 0}, {"batch_size": 1}, {"learning_rate": 0},
     {"history_dropout": 1}, {"recency_half_life": -1}, {"threads": 0}],
)  # fmt: skip
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidSettingError):
        TwoTower(**options)
