import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from analytics.errors import InvalidSettingError
from recsys import Interactions
from recsys.leaderboard import evaluate
from recsys.models.blending import HALF_LIVES, Trial, held_out_orders, scaled
from recsys.models.ease import Ease
from recsys.models.hybrid import HISTORY_STEPS, Hybrid
from recsys.models.ials import ImplicitALS
from recsys.models.popularity import Popularity
from recsys.models.transitions import Transitions
from tests.recsys.conformance import Conformance, interactions
from tests.recsys.shop import tasteful


class TestContract(Conformance):
    make = Hybrid
    is_additive = False  # popularity looks at no history


class TestContractOfAdditiveParts(Conformance):
    @staticmethod
    def make():
        return Hybrid(components="ease,transitions")


def journeys(n_users=900, seed=4):
    """Make users who walk ten courses in order, from anywhere, and a course that all take."""
    random = np.random.default_rng(seed)
    rows = []
    for user in range(n_users):
        first, length = random.integers(10), random.integers(2, 5)
        rows += [
            (user, f"{(first + at) % 10:02}", pd.Timestamp("2025-01-01") + pd.Timedelta(days=at))
            for at in range(length)
        ]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "day"])
    return Interactions.from_frame(frame, time="day")


def test_shares_go_to_the_model_that_foresees():
    model = Hybrid(components="popularity,transitions").fit(journeys())
    assert (model._shares[1:, 1] > model._shares[1:, 0]).all()


def test_a_blend_foresees_as_well_as_its_best_part():
    board = evaluate(journeys(), [Ease(), Hybrid()], k=(10,), split_by="leave-last")
    ndcg = board[board["metric"] == "ndcg"].set_index("model")["value"]
    assert ndcg["hybrid"] >= ndcg["ease"]


def test_little_data_is_blended_in_equal_shares():
    frame = pd.DataFrame({"user_id": ["u", "u", "v"], "item_id": ["a", "b", "a"]})
    model = Hybrid().fit(Interactions.from_frame(frame))
    assert (model._shares == 1).all()


def test_scores_are_measured_by_their_spread():
    scores = np.array([[1.0, 3.0, -np.inf], [5.0, 5.0, 5.0]])
    deviation = np.std([1, 3, 0])
    np.testing.assert_allclose(scaled(scores), [[1 / deviation, 3 / deviation, 0], [5, 5, 5]])


def test_the_trial_gives_the_ndcg_of_the_leaderboard():
    taken = journeys()
    plan = held_out_orders(taken, seed=0)
    trial = Trial(plan, HISTORY_STEPS)
    trial.tried([Popularity().fit(plan.train)])
    board = evaluate(taken, [Popularity()], k=(10,), split_by="leave-last")
    expected = board.loc[board["metric"] == "ndcg", "value"].iloc[0]
    assert trial.ndcg(trial._scores[0]) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("model", [Ease(), ImplicitALS(n_factors=8, unobserved_weight=0.5)])
def test_the_half_life_is_the_best_of_those_tried(model):
    plan = held_out_orders(journeys(), seed=0)
    trial = Trial(plan, HISTORY_STEPS)
    best = trial.tried([model.fit(plan.train)])
    chosen, value = best.recency_half_life, trial.ndcg(trial._scores[0])
    made = [type(model)(**model.options | {"recency_half_life": one}) for one in HALF_LIVES]
    boards = [evaluate(journeys(), [one], k=(10,), split_by="leave-last") for one in made]
    found = [
        board.loc[(board["metric"] == "ndcg") & (board["model"] == model.name), "value"].iloc[0]
        for board in boards
    ]
    assert chosen in HALF_LIVES
    assert value == pytest.approx(max(found), abs=2e-3)


def test_the_best_of_several_models_is_kept():
    plan = held_out_orders(journeys(), seed=0)
    trial = Trial(plan, HISTORY_STEPS)
    poor, good = Popularity().fit(plan.train), Transitions().fit(plan.train)
    assert trial.tried([poor, good, poor]) is good


def test_an_empty_cell_counts_for_less_in_a_sparser_matrix():
    dense, thin = (Interactions.from_frame(spread_over(n)) for n in (10, 1000))
    for taken in (dense, thin):
        model = Hybrid(components="ials").fit(taken)
        mean = taken.matrix.sum() / np.prod(taken.matrix.shape)
        assert model._models[0].unobserved_weight == pytest.approx(5 * mean)


def spread_over(n_items):
    """Make fifty users with two of so many items each."""
    users, items = np.repeat(np.arange(50), 2), np.arange(100) % n_items
    return pd.DataFrame({"user_id": users, "item_id": items})


def test_users_are_drawn_where_all_would_not_fit(monkeypatch):
    monkeypatch.setattr("recsys.models.blending._CELLS", 3000)
    plan = held_out_orders(journeys(), seed=0)
    assert len(plan.users) == plan.relevant.shape[0] == len(plan.n_relevant) == 300


@pytest.mark.parametrize(
    "components", ["ease,ials,popularity", "next-order,ials,transitions,rp3beta"]
)
def test_an_item_that_came_later_is_offered_to_those_of_its_taste(components, tmp_path):
    """Through the parts that can tell of it, from a loaded model, newcomers in the same call."""
    sales = tasteful()
    made = Hybrid(components=components).fit(interactions(sales))
    model = Hybrid.load(made.save(tmp_path / "m"))
    before = model.recommend(k=10)
    fans = sales.loc[sales["item_id"] == "课004", "customer_id"].unique()[:30]
    later = pd.DataFrame({"customer_id": fans, "day": sales["day"].max(), "item_id": "课new"})
    one = later.head(1).assign(customer_id="newcomer")
    told = pd.concat([sales[sales["customer_id"].isin(fans)], later, one])
    folded = model.fold_in(interactions(told))
    lists = folded.recommend([*folded.known.user_ids, "nobody"], 10)
    takers = lists.loc[lists["item_id"] == "课new", "user_id"]
    assert len(takers)
    assert not set(takers) & {*fans, "newcomer"}
    taste = sales.assign(own=sales["item_id"].str[1:].astype(int) % 4 == 0)
    share = taste.groupby("customer_id")["own"].mean()
    known = [one for one in takers if one != "nobody"]
    assert len(known) > 20
    assert share[known].mean() > 2 * share.mean()
    assert (lists.groupby("user_id").size() == 10).all()
    assert set(lists.loc[lists["user_id"] == "newcomer", "source"]) == {"model"}
    assert set(lists.loc[lists["user_id"] == "nobody", "source"]) == {"fallback"}
    pd.testing.assert_frame_equal(model.recommend(k=10), before)
    best = lists[(lists["item_id"] == "课new") & (lists["user_id"] == known[0])]
    if "popularity" not in components:
        parts = folded.explain(known[0], "课new", None)
        assert parts["contribution"].sum() == pytest.approx(best["score"].iloc[0], rel=1e-3)
    again = type(folded).load(folded.save(tmp_path / "n"))
    pd.testing.assert_frame_equal(again.recommend(k=5), folded.recommend(k=5))


def test_a_part_that_stands_alone_does_not_hide_new_items():
    """Factorization speaks for the parts that cannot tell of them."""
    model = Hybrid(components="ease,ials,popularity").fit(interactions(tasteful()))
    rows = np.array([0])
    for shares, spoken in (([1, 0, 0], [0, 1, 0]), ([2, 3, 1], [0, 5, 1])):
        model._shares = np.tile(np.array(shares, np.float32), (len(HISTORY_STEPS), 1))
        np.testing.assert_allclose(model._spoken_for(rows), [spoken])
    model = Hybrid(components="ease,popularity").fit(interactions(tasteful()))
    model._shares = np.tile(np.array([2, 1], np.float32), (len(HISTORY_STEPS), 1))
    np.testing.assert_allclose(model._spoken_for(rows), [[0, 1]])


def test_what_a_part_cannot_tell_of_a_new_item_it_leaves_as_it_was():
    sales = tasteful()
    model = Hybrid(components="ease,transitions").fit(interactions(sales))
    later = pd.DataFrame({"customer_id": ["00001"], "day": sales["day"].max(), "item_id": "课02a"})
    folded = model.fold_in(interactions(pd.concat([sales, later])))
    new = folded.known.item("课02a")
    for old, wider in zip(model._models, folded._models, strict=True):
        dense = [
            one.toarray() if sparse.issparse(one) else one for one in (old._weights, wider._weights)
        ]
        kept = np.delete(np.delete(dense[1], new, axis=0), new, axis=1)
        np.testing.assert_array_equal(kept, dense[0])
        assert not dense[1][new].any()
        assert not dense[1][:, new].any()


def test_a_new_item_is_as_popular_as_it_was_taken_lately():
    sales = tasteful()
    model = Hybrid(components="popularity").fit(interactions(sales))
    later = sales.head(200).assign(item_id="课new", day=sales["day"].max())
    folded = model.fold_in(interactions(pd.concat([sales, later])))
    shares, popular = folded._models[0]._shares[0], folded.known.popularity
    new = folded.known.item("课new")
    assert shares[new] == pytest.approx(popular[new] / popular.sum())
    assert not np.isin("课new", model.known.item_ids)


@pytest.mark.parametrize("components", ["", "ease,unheard-of"])
def test_unknown_components_are_refused(components):
    with pytest.raises(InvalidSettingError):
        Hybrid(components=components)
