import numpy as np
import pandas as pd
import pytest

from recsys import Interactions
from recsys.customers import customer_recommendations, similar_customers
from recsys.models.ials import ImplicitALS
from recsys.models.item_neighbours import ItemNeighbours
from recsys.segments import (
    category_recommendations,
    newcomer_recommendations,
    segment_recommendations,
)
from tests.recsys.conformance import interactions
from tests.recsys.shop import tasteful

ITEMS = pd.DataFrame(
    {
        "item_id": [f"课{n:03}" for n in range(40)],
        "item_name": [f"Course {n}" for n in range(40)],
        "category": [f"taste {n % 4}" for n in range(40)],
    }
)


@pytest.fixture(scope="module")
def sales():
    return tasteful()


@pytest.fixture(scope="module", params=[ImplicitALS, ItemNeighbours])
def model(request, sales):
    return request.param().fit(interactions(sales))


@pytest.fixture(scope="module")
def members(sales):
    """Customers by the taste of most of their purchases."""
    taste = sales["item_id"].str[1:].astype(int) % 4
    table = pd.crosstab(sales["customer_id"], taste).idxmax(axis=1)
    return pd.DataFrame({"customer_id": table.index, "segment": "taste " + table.astype(str)})


def test_numbers_by_hand(model, members):
    found = segment_recommendations(model, members, k=3, top_n=5, items=ITEMS)
    lists = model.recommend(k=5)
    scores = np.maximum(model._scores(np.arange(400)), 0 if model.name != "ials" else -np.inf)
    owned = model.known.owned.toarray() > 0
    for row in found.itertuples():
        own = set(members.loc[members["segment"] == row.segment, "customer_id"])
        holders = set(lists.loc[lists["item_id"] == row.item_id, "user_id"])
        item = model.known.item_ids.tolist().index(row.item_id)
        rows = np.isin(model.known.user_ids, sorted(own)) & ~owned[:, item]
        assert row.n == len(own)
        assert row.reach == len(own & holders)
        assert row.reach_share == pytest.approx(row.reach / row.n)
        assert row.lift == pytest.approx(row.reach_share / (len(holders) / 400))
        assert row.mean_score == pytest.approx(scores[rows, item].mean(), rel=1e-4)


def test_tastes_are_recovered(model, members):
    found = segment_recommendations(model, members, k=5, items=ITEMS)
    category = found["item_id"].map(ITEMS.set_index("item_id")["category"])
    assert (category == found["segment"]).mean() > 0.9
    assert (found["lift"] > 1.1).mean() > 0.9
    assert found["item_name"].str.startswith("Course").all()


def test_ranked_by_expected_take_up(model, members):
    found = segment_recommendations(model, members, k=8)
    falls = found.groupby("segment")["mean_score"].diff().dropna()
    assert (falls <= 1e-12).all()
    assert found.groupby("segment")["rank"].apply(list).tolist() == [list(range(1, 9))] * 4


def test_a_bare_list_of_members_row_order_and_repeats(model, members):
    ids = members["customer_id"].head(30).tolist()
    one = segment_recommendations(model, ids, k=4)
    other = segment_recommendations(model, ids[::-1] + ids[:3], k=4)
    pd.testing.assert_frame_equal(one, other)
    assert set(one["segment"]) == {"selected"}


def test_members_unknown_to_the_model_count(model, members):
    ids = members["customer_id"].head(10).tolist()
    known = segment_recommendations(model, ids, k=3)
    more = segment_recommendations(model, [*ids, "nobody", "no one"], k=3)
    assert set(more["n"]) == {12}
    assert more["mean_score"].tolist() == pytest.approx(known["mean_score"].tolist())


def test_a_segment_of_strangers_has_no_personal_scores(model):
    assert segment_recommendations(model, ["nobody"], k=3).empty


def test_newcomers_get_what_is_popular_in_their_segment(model, members):
    found = newcomer_recommendations(model, members, k=5, items=ITEMS)
    category = found["item_id"].map(ITEMS.set_index("item_id")["category"])
    assert (category == found["segment"]).all()
    flat = newcomer_recommendations(model, members, k=5, smoothing=1e9)
    assert len(set(flat.groupby("segment")["item_id"].agg(tuple))) == 1


def test_categories_hold_their_own_items_only(model):
    found = category_recommendations(model, ITEMS, k=3)
    category = found["item_id"].map(ITEMS.set_index("item_id")["category"])
    assert (category == found["segment"]).all()
    assert (found.groupby("segment")["score"].sum() <= 1).all()


def test_reasons_are_past_purchases(model, sales):
    found = customer_recommendations(model, "00001", k=4, items=ITEMS)
    bought = set(sales.loc[sales["customer_id"] == "00001", "item_id"])
    personal = found[found["source"] == "model"]
    assert set(personal["because"]) <= bought
    assert personal["share"].between(0, 1).all()
    first = personal.iloc[0]
    assert first["reason"].key in {"because_of", "because_of_two"}
    parts = model.explain("00001", first["item_id"], None)["contribution"]
    assert first["share"] == pytest.approx(parts.max() / parts[parts > 0].sum())
    assert first["reason"].startswith("Because of Course ")


def test_a_stranger_gets_what_is_popular_and_is_told_so(model):
    found = customer_recommendations(model, "nobody", k=3)
    assert {note.key for note in found["reason"]} == {"popular_lately"}
    assert found["because"].isna().all()


def test_similar_customers_share_purchases(model, sales):
    found = similar_customers(model, "00001", 5)
    bought = sales.groupby("customer_id")["item_id"].agg(set)
    assert "00001" not in set(found["customer_id"])
    for row in found.itertuples():
        both = len(bought["00001"] & bought[row.customer_id])
        lengths = len(bought["00001"]) * len(bought[row.customer_id])
        assert row.score == pytest.approx(both / lengths**0.5, rel=1e-5)
    assert similar_customers(model, "nobody").empty


def test_an_item_that_was_only_looked_at_is_not_its_own_cause():
    rows = [("u", "view", "seen"), ("u", "purchase", "had"), ("w", "view", "seen")]
    rows += [(f"v{n}", "purchase", item) for n in range(5) for item in ("seen", "had")]
    frame = pd.DataFrame(rows, columns=["user_id", "action", "item_id"])
    model = ImplicitALS(n_factors=4).fit(Interactions.from_frame(frame, action="action"))
    notes = {user: customer_recommendations(model, user, k=1)["reason"].iloc[0] for user in "uw"}
    assert notes["u"].key == "looked_at_and_because_of"
    assert "had" in notes["u"]
    assert customer_recommendations(model, "w", k=2)["reason"].map(lambda note: note.key)[0] in {
        "looked_at",
        "because_of",
    }
