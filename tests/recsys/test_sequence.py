import sys

import numpy as np
import pandas as pd
import pytest

from analytics.errors import InvalidSettingError
from recsys import Interactions
from recsys.evaluation import list_matrix
from recsys.models.popularity import Popularity
from recsys.models.sequence import Sequence, sequences
from recsys.models.sequence_training import keras_layers, states_of
from recsys.splits import split
from tests.recsys.conformance import Conformance
from tests.recsys.training_child import in_child, trained

FAST = {"n_factors": 8, "epochs": 4, "learning_rate": 0.01, "longest": 10}


class TestContract(Conformance):
    is_additive = False  # each contribution is what the score would lose without the item

    @staticmethod
    def make():
        return Sequence(**FAST)

    @classmethod
    def fitted(cls, sales):
        return trained(cls.make(), cls.taken(sales))


def rings(n_users=600, n_items=20, seed=2):
    """Users who walk a ring of courses, a course a day, forwards or backwards as they began."""
    random = np.random.default_rng(seed)
    rows = []
    for user in range(n_users):
        first, way, length = random.integers(n_items), random.choice([-1, 1]), random.integers(3, 7)
        rows += [
            (user, f"{(first + way * at) % n_items:02}", pd.Timestamp("2025-01-01") + at * DAY)
            for at in range(length)
        ]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "day"])
    return Interactions.from_frame(frame, time="day")


DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def plan():
    return split(rings(), "leave-last")


@pytest.fixture(scope="module")
def model(plan):
    options = {"n_factors": 16, "epochs": 40, "learning_rate": 0.01, "dropout": 0.1}
    return trained(Sequence(**options, batch_size=64), plan.train)


def hits(model, plan):
    first = list_matrix(model.recommend(plan.users, 1), plan.users, plan.train.item_ids, 1)[:, 0]
    return np.asarray(plan.relevant[np.arange(len(plan.users)), first]).mean()


def test_the_planted_next_item_is_found_where_popularity_guesses(model, plan):
    """Only the order tells which way a user walks: the item before last against the last."""
    assert hits(Popularity().fit(plan.train), plan) < 0.15
    assert hits(model, plan) > 0.8


def test_new_behaviour_changes_the_list_without_training(model):
    walk = pd.DataFrame({"user_id": "new", "item_id": ["07", "08", "09"], "day": days(3)})
    back = walk.assign(item_id=["09", "08", "07"])
    for rows, following in ((walk, "10"), (back, "06")):
        folded = model.fold_in(Interactions.from_frame(rows, time="day"))
        assert folded.recommend(["new"], 1)["item_id"].tolist() == [following]


def days(n_days):
    return [pd.Timestamp("2025-03-01") + at * DAY for at in range(n_days)]


def test_sequences_end_with_the_latest(model):
    read = sequences(model.known, np.arange(3), 4)
    known = model.known
    assert read.shape == (3, 4)
    for row in range(3):
        items = read[row][read[row] < len(known.item_ids)]
        steps = [known.steps[row, item] for item in items]
        assert steps == sorted(steps, reverse=True)
        assert len(items) == min(4, known.matrix[row].nnz)


def keras_states(n_blocks, n_heads):
    """States of the same network and sequences by Keras and by us."""
    from recsys.models.attention import Network, last_states
    from recsys.models.neural import tensorflow

    tf = tensorflow(1, 0)
    options = Sequence(n_factors=12, n_blocks=n_blocks, n_heads=n_heads, longest=9)
    layers, random = keras_layers(tf, options), np.random.default_rng(3)
    for layer in layers:
        layer.set_weights([random.normal(0, 0.5, one.shape) for one in layer.get_weights()])
    items, places = (random.normal(0, 1, (rows, 12)).astype("float32") for rows in (31, 9))
    items[-1] = 0
    read = random.integers(0, 30, (300, 9))
    read[np.arange(9) < random.integers(0, 9, 300)[:, None]] = 30
    found = states_of(tf, layers, tf.gather(items, read), places, read < 30, is_training=False)
    own = Network(items, places, [one for layer in layers for one in layer.get_weights()])
    return found.numpy()[:, -1], last_states(own, read)


@pytest.mark.parametrize(("n_blocks", "n_heads"), [(1, 1), (2, 3)])
def test_numpy_gives_the_states_of_keras(n_blocks, n_heads):
    expected, found = in_child(keras_states, n_blocks, n_heads)
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())


def test_the_same_seed_gives_the_same_model_and_another_another(plan):
    first, again = (trained(Sequence(**FAST), plan.train) for _ in range(2))
    other = trained(Sequence(**FAST, seed=1), plan.train)
    np.testing.assert_array_equal(first.network.items, again.network.items)
    assert not np.array_equal(first.network.items, other.network.items)


def test_large_catalogues_learn_from_drawn_items():
    """The taught pairs lie among thousands of items that hardly anyone took."""
    random = np.random.default_rng(1)
    rows = [(f"tail {n}", f"t{n:05}", day) for n in range(5200) for day in days(1)]
    for user in range(400):
        first = random.integers(10)
        rows += [(f"u{user}", f"a{first}", days(1)[0]), (f"u{user}", f"b{first}", days(2)[1])]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "day"])
    taken = Interactions.from_frame(frame, time="day")
    model = trained(Sequence(n_factors=16, epochs=12, learning_rate=0.02, dropout=0), taken)
    news = pd.DataFrame({"user_id": ["n"], "item_id": ["a4"], "day": days(1)})
    folded = model.fold_in(Interactions.from_frame(news, time="day"), is_alone=True)
    assert folded.recommend(["n"], 1)["item_id"].tolist() == ["b4"]


def test_nothing_is_foreseen_where_nobody_came_back():
    frame = pd.DataFrame({"user_id": ["u", "u", "v"], "item_id": ["a", "b", "a"]})
    model = Sequence(**FAST).fit(Interactions.from_frame(frame))
    assert set(model.recommend(k=1)["source"]) == {"fallback"}
    assert model.losses.size == 0


def test_contributions_are_what_the_score_would_lose(model):
    row = int(model.known.rows(["3"])[0])
    parts = model._contributions(row, 5)
    scores = model._scores(np.array([row]))[0]
    past = model.known.matrix[row].indices
    names = [("3", model.known.item_ids[one], model.known.steps[row, one]) for one in past[1:]]
    frame = pd.DataFrame(names, columns=["user_id", "item_id", "back"])
    frame["day"] = [pd.Timestamp("2025-03-09") - back * DAY for back in frame["back"]]
    folded = model.fold_in(Interactions.from_frame(frame, time="day"))
    without = folded._scores(folded.known.rows(["3"]))[0]
    assert parts[0] == pytest.approx(scores[5] - without[5], abs=1e-4)


def test_nothing_here_needed_tensorflow(model):
    model.recommend()
    assert not {"tensorflow", "keras"} & set(sys.modules)


@pytest.mark.parametrize(
    "options",
    [{"n_factors": 0}, {"epochs": 0}, {"longest": 1}, {"learning_rate": 0}, {"dropout": 1},
     {"n_blocks": 0}, {"n_heads": 5}, {"batch_size": 0}],
)  # fmt: skip
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidSettingError):
        Sequence(**options)
