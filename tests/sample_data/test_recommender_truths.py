"""The planted tastes, as the recommenders find them; what the leaderboard says of it."""

import numpy as np
import pytest

from recsys import Interactions
from recsys.interactions import positions
from recsys.leaderboard import compare
from recsys.models.ease import Ease
from recsys.models.ials import ImplicitALS
from recsys.models.item_neighbours import ItemNeighbours

NEAREST = 5


@pytest.fixture(scope="module")
def taken(purchase_lines, items):
    """The shop's purchases of courses."""
    courses = items.loc[
        items["category"].ne("") & items["content_type"].ne("membership"), "item_id"
    ]
    lines = purchase_lines[purchase_lines["item_id"].isin(courses)]
    return Interactions.from_frame(lines, time="day")


@pytest.fixture(scope="module")
def is_inside(taken, items, truths):
    """Which courses share a cluster and a language: items × items."""
    known = items.set_index("item_id").loc[taken.item_ids]
    clusters = [set(categories) for _, categories in truths.CLUSTERS.values()]
    member = np.array([[one in own for own in clusters] for one in known["category"]])
    spoken = known["item_name"].str.startswith("《").to_numpy()
    return ((member.astype(int) @ member.T.astype(int)) > 0) & (spoken[:, None] == spoken)


@pytest.mark.parametrize("model", [ImplicitALS(n_factors=32), ItemNeighbours(), Ease()])
def test_courses_of_one_planted_cluster_are_each_others_neighbours(taken, is_inside, model):
    model.fit(taken)
    shares, chances = [], []
    for column, item in enumerate(taken.item_ids):
        near = positions(
            taken.item_ids, model.similar_items(item, NEAREST)["item_id"].to_numpy(str)
        )
        shares.append(is_inside[column, near].mean())
        chances.append((is_inside[column].sum() - 1) / (len(taken.item_ids) - 1))
    assert np.mean(shares) > 0.8
    assert np.mean(chances) < 0.3


def test_the_leaderboard_puts_ease_or_the_blend_before_neighbours_before_popularity(taken):
    found = compare(taken, ["hybrid", "ease", "item-neighbours"], k=(10, 20))
    board = found.board[(found.board["metric"] == "ndcg") & (found.board["k"] == 20)]
    ndcg = board.set_index("model")["value"]
    best = max(ndcg["ease"], ndcg["hybrid"])
    assert best > ndcg["item-neighbours"] > ndcg["popularity"]
    certain = board.set_index("model")["difference_lower"]
    assert (certain[["ease", "hybrid", "item-neighbours"]] > 0).all()
    assert found.best in {"ease", "hybrid"}
