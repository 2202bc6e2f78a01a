"""The chances of recommended items: learnt on one stretch of time, true on the next."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from recsys import Interactions
from recsys.expected import WAYS, expected_buyers, listings, ways_to_contact
from recsys.limits import Limits
from recsys.models.item_neighbours import ItemNeighbours
from recsys.models.popularity import Popularity
from recsys.segments import segment_recommendations
from recsys.take_up import DEPTH, PLACES, TakeUp, place_class, silent_days
from recsys.take_up_learning import _falling, learnt

N_DAYS = 360


def busy_and_idle(n_users=1500, n_items=60, seed=1):
    """Purchases at two paces: even users ten times as fast as odd ones, all by one taste each."""
    random = np.random.default_rng(seed)
    rows = []
    for user in range(n_users):
        own = np.flatnonzero(np.arange(n_items) % 4 == user % 4)
        n_bought = 1 + random.poisson(7 if user % 2 == 0 else 0.7)
        items = random.permutation(own)[:n_bought]
        days = random.integers(0, N_DAYS, len(items))
        rows += [(f"u{user:04}", f"i{item:02}", day) for item, day in zip(items, days, strict=True)]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "day"])
    return frame.assign(day=pd.Timestamp("2025-01-01") + pd.to_timedelta(frame["day"], "D"))


@pytest.fixture(scope="module")
def interactions():
    return Interactions.from_frame(busy_and_idle(), time="day")


@pytest.fixture(scope="module")
def take_up(interactions):
    return learnt(ItemNeighbours(), interactions)


@pytest.fixture(scope="module")
def model(interactions):
    return ItemNeighbours().fit(interactions)


def test_what_was_expected_of_later_time_was_bought(take_up):
    check = take_up.check
    assert check.lower < 1 < check.upper
    assert check.bought / check.expected == pytest.approx(check.ratio, abs=1e-3)
    for chance, offers, bought in check.bands:
        error = 4 * np.sqrt(chance * offers)
        assert abs(bought - chance * offers) < error + 0.25 * chance * offers
    assert sum(bought for _, _, bought in check.bands) == check.bought


def test_the_windows_do_not_overlap_and_end_with_the_data(take_up):
    cuts = [
        pd.Timestamp(day)
        for day in (
            take_up.check.learnt_from,
            take_up.check.checked_from,
            take_up.check.checked_until,
        )
    ]
    horizon = pd.Timedelta(days=take_up.horizon_days)
    assert cuts[1] - cuts[0] == horizon
    assert cuts[2] - cuts[1] == horizon
    assert cuts[2] == pd.Timestamp("2025-01-01") + pd.Timedelta(days=N_DAYS)


def test_a_place_further_down_is_never_likelier(take_up):
    assert len(take_up.place) == len(PLACES)
    assert (np.diff(take_up.place) <= 0).all()


def test_the_busy_are_expected_to_buy_more(model, take_up):
    rows = np.arange(len(model.known.user_ids))
    pace = take_up.pace(model.known, rows)
    is_busy = np.array([int(user[1:]) % 2 == 0 for user in model.known.user_ids])
    assert pace[is_busy].mean() > 2 * pace[~is_busy].mean()
    assert take_up.pace(model.known, np.array([-1])).tolist() == [0.0]


def test_it_survives_its_way_through_json(take_up):
    again = TakeUp.from_json(json.loads(json.dumps(take_up.to_json())))
    assert again == take_up
    assert TakeUp.from_json(None) is None


def test_too_few_purchases_give_no_chances():
    few = Interactions.from_frame(busy_and_idle(n_users=20), time="day")
    assert learnt(Popularity(), few) is None
    undated = Interactions.from_frame(busy_and_idle(n_users=20))
    assert learnt(Popularity(), undated) is None


def test_later_days_do_not_change_what_was_learnt_before(interactions, take_up):
    again = learnt(ItemNeighbours(), interactions)
    assert again == take_up
    shuffled = busy_and_idle().sample(frac=1, random_state=4)
    assert learnt(ItemNeighbours(), Interactions.from_frame(shuffled, time="day")) == take_up


def test_days_of_silence_are_read_off_the_weights(model, interactions):
    frame = busy_and_idle()
    last = frame.groupby("user_id")["day"].max()
    expected = (last.max() - last.reindex(model.known.user_ids)).dt.days
    found = silent_days(model.known, np.arange(len(expected)))
    np.testing.assert_allclose(found, expected, atol=0.11)
    assert len(interactions.user_ids) == len(expected)


def test_expected_buyers_are_the_sum_of_the_chances(model, take_up):
    rows = np.arange(40)
    lists = listings(model, rows)
    groups = sparse.csr_matrix(np.repeat(np.eye(2), 20, axis=1))
    found = expected_buyers(model, take_up, lists, groups)
    ranks = dict(zip(zip(lists.user, lists.item, strict=True), lists.rank, strict=True))
    pace = take_up.pace(model.known, rows)
    factor = take_up.item_factors(model.known.item_ids)
    owned = model.known.owned.toarray()
    for item in (0, 7, 33):
        for group in (0, 1):
            chances = [
                pace[user]
                * factor[item]
                * take_up.rate(np.array([ranks.get((user, item), 0)]))[0]
                * (1 - owned[user, item])
                for user in range(20 * group, 20 * group + 20)
            ]
            assert found[group, item] == pytest.approx(
                -np.expm1(-np.array(chances)).sum(), rel=0.02
            )


def test_own_items_reach_more_buyers_than_one_item_for_all(model, take_up):
    lists = listings(model, np.arange(400))
    table = ways_to_contact(model, take_up, lists, k=3).set_index("way")
    assert tuple(table.index) == WAYS
    buyers = table["expected_buyers"]
    assert buyers["own-item"] > buyers["one-item"]
    assert buyers["own-lists"] > buyers["same-list"] > buyers["one-item"]
    assert (table["buyers_lower"] <= buyers).all()
    assert (table["buyers_upper"] >= buyers).all()
    best = table.loc["one-item", "items"][0]
    members = model.known.user_ids[:400].tolist()
    items = pd.DataFrame({"item_id": [best], "item_name": ["Best"]})
    rows = segment_recommendations(model, members, k=60, take_up=take_up, items=items)
    assert rows.loc[rows["item_id"] == best, "expected_buyers"].iloc[0] == pytest.approx(
        buyers["one-item"], rel=1e-6
    )
    assert rows["expected_buyers"].max() == pytest.approx(buyers["one-item"], rel=1e-6)


def test_limits_hold_for_the_ways_too(model, take_up):
    lists = listings(model, np.arange(100))
    only = Limits(exclude=tuple(sorted(set(model.known.item_ids.tolist()) - {"i05"})))
    table = ways_to_contact(model, take_up, lists, k=2, limits=only).set_index("way")
    assert table.loc["one-item", "items"] == ["i05"]
    assert table.loc["own-item", "expected_buyers"] <= table.loc["one-item", "expected_buyers"]


def test_a_pinned_item_is_everybodys_own_and_caps_hold_for_own_lists(model, take_up):
    """With one item pinned, the own item of whoever lacks it is that one: both ways are the same.

    Own lists of three of one category can't hold more than the cap allows.
    """
    ids = model.known.item_ids
    lists = listings(model, np.arange(100))
    last = str(ids[int(np.asarray(model.known.owned.sum(axis=0)).argmin())])
    pinned = ways_to_contact(model, take_up, lists, k=2, limits=Limits(pin=(last,)))
    by_way = pinned.set_index("way")["expected_buyers"]
    owners = model.known.owned[:100, model.known.item(last)].toarray().ravel() > 0
    assert by_way["own-item"] >= by_way["one-item"]
    if not owners.any():
        assert by_way["own-item"] == pytest.approx(by_way["one-item"])
    same = pd.DataFrame({"item_id": ids, "item_name": ids, "category": "one"})
    free, capped = (
        ways_to_contact(model, take_up, lists, k=3, limits=limits, items=same).set_index("way")
        for limits in (Limits(), Limits(per_category=1))
    )
    first = free.loc["own-item", "expected_buyers"]
    assert capped.loc["own-lists", "expected_buyers"] == pytest.approx(first)
    assert free.loc["own-lists", "expected_buyers"] > first


def test_strangers_are_expected_to_buy_nothing(model, take_up):
    lists = listings(model, np.array([-1, -1]))
    everyone = sparse.csr_matrix(np.ones((1, 2)))
    assert not expected_buyers(model, take_up, lists, everyone).any()


def test_the_interval_widens_with_the_spread_of_items(take_up):
    narrow = take_up.interval(np.array([100.0]), is_one_item=False)
    wide = take_up.interval(np.array([100.0]))
    assert wide[0] <= narrow[0] <= 100 <= narrow[1] <= wide[1]
    assert take_up.interval(np.array([0.0]))[1].tolist() == [0.0]


def test_places_beyond_the_list_share_one_class():
    assert place_class(np.array([DEPTH, DEPTH + 1, 9999])).tolist() == [6, 7, 7]


def test_rates_fall_even_where_chance_says_otherwise():
    found = _falling(np.array([5.0, 9.0, 1.0]), np.array([100.0, 100.0, 100.0]))
    assert found.tolist() == pytest.approx([0.07, 0.07, 0.01])
