import sys

import numpy as np
import pytest

from analytics.errors import InvalidSettingError
from recsys.models.neumf import NeuMF
from tests.recsys.conformance import Conformance, interactions
from tests.recsys.shop import tasteful
from tests.recsys.training_child import in_child, trained

FAST = {"n_factors": 8, "epochs": 3, "batch_size": 128, "learning_rate": 0.1}


class TestContract(Conformance):
    is_additive = False  # each contribution is what the score would lose without the item

    @staticmethod
    def make():
        return NeuMF(**FAST)

    @classmethod
    def fitted(cls, sales):
        return trained(cls.make(), cls.taken(sales))


@pytest.fixture(scope="module")
def model():
    return trained(NeuMF(**FAST | {"epochs": 20}), interactions())


def test_planted_tastes_are_found(model):
    lists, sales = model.recommend(k=5), tasteful()
    tastes = [table["item_id"].str[-3:].astype(int) % 4 for table in (lists, sales)]
    own = tastes[1].groupby(sales["customer_id"]).agg(lambda one: one.mode()[0])
    assert (tastes[0].to_numpy() == own[lists["user_id"]].to_numpy()).mean() > 0.8


def scored_by_both(seed):
    """Scores of the network as TensorFlow trains it, and as NumPy serves it."""
    from recsys.models.neumf_training import _Model, scores_of
    from recsys.models.neural import tensorflow
    from recsys.models.two_tower_training import examples_of

    known = NeuMF(**FAST | {"epochs": 1}).fit(interactions()).known
    network = _Model(tensorflow(1, seed), NeuMF(**FAST), examples_of(known, seed))
    random = np.random.default_rng(seed)
    for one in network.variables:
        one.assign(random.normal(0, 0.5, one.shape))
    layers, people = network.layers(), random.normal(size=(7, 16)).astype("float32")
    offered = np.tile(layers.items, (7, 1, 1))
    expected = network._scored(people, offered).numpy() + layers.biases
    return expected, scores_of(layers, people, layers.items)


def test_numpy_gives_the_scores_of_tensorflow():
    expected, found = in_child(scored_by_both, 0)
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())


def test_contributions_are_what_the_score_would_lose(model):
    row = 5
    past = model.known.matrix[row].indices
    vectors = model.layers.past[past]
    parts = model._contributions(row, 7)
    scores = model._scores(np.array([row]))[0]
    assert len(parts) == len(past)
    without = model._contributions(row, 7)[0]
    assert without == pytest.approx(
        scores[7] - one_score(model, vectors[1:].sum(0) / np.sqrt(len(past) - 1), 7), abs=1e-4
    )


def one_score(model, person, item):
    """Score by the formula, in loops."""
    layers, half = model.layers, 8
    own = layers.items[item]
    hidden = np.concatenate([person[half:], own[half:]]) @ layers.wide + layers.wide_shift
    hidden = np.maximum(np.maximum(hidden, 0) @ layers.narrow + layers.narrow_shift, 0)
    whole = np.concatenate([person[:half] * own[:half], hidden])
    return whole @ layers.out + layers.biases[item]


def test_the_same_seed_gives_the_same_model():
    first, again = (trained(NeuMF(**FAST | {"epochs": 1}), interactions()) for _ in range(2))
    np.testing.assert_array_equal(first.layers.items, again.layers.items)


def test_nothing_here_needed_tensorflow(model):
    model.recommend()
    assert not {"tensorflow", "keras"} & set(sys.modules)


@pytest.mark.parametrize(
    "options",
    [{"n_factors": 1}, {"epochs": 0}, {"batch_size": 0}, {"learning_rate": 0},
     {"history_dropout": -1}, {"threads": 0}],
)  # fmt: skip
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidSettingError):
        NeuMF(**options)
