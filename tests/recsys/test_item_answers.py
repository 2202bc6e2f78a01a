"""One item: who should get it, what is like it, what leads to it and follows; maps and what-ifs."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from analytics.errors import InvalidSettingError, UnknownCustomerError, UnknownNameError
from recsys import Interactions, bulk
from recsys.actions import Counting
from recsys.item_answers import neighbours_in_time, substitutes, takers
from recsys.item_map import item_map, standpoint
from recsys.limits import Limits, described
from recsys.models.ease import Ease
from recsys.models.hybrid import Hybrid
from recsys.models.ials import ImplicitALS
from recsys.models.item_neighbours import ItemNeighbours
from recsys.segments import segment_recommendations
from recsys.what_if import what_if
from tests.recsys.conformance import interactions
from tests.recsys.shop import tasteful

ITEM = "课005"
ITEMS = pd.DataFrame(
    {
        "item_id": [f"课{n:03}" for n in range(40)],
        "item_name": [f"Course {n}" for n in range(40)],
        "category": [f"taste {n % 4}" for n in range(40)],
        "content_type": ["course", "live"] * 20,
        "price": [float(10 * n) for n in range(40)],
        "purchases": list(range(40)),
        "revenue": [float(9 * n * n) for n in range(40)],
    }
)


@pytest.fixture(scope="module", params=[ImplicitALS, ItemNeighbours, Ease])
def model(request):
    return request.param().fit(interactions(tasteful()))


def test_the_place_is_that_of_the_own_list(model):
    found = takers(model, ITEM).set_index("customer_id")
    lists = model.recommend(k=40)
    own = lists[(lists["item_id"] == ITEM) & (lists["source"] == "model")].set_index("user_id")
    assert set(found.index) == set(own.index)
    pd.testing.assert_series_equal(
        found["place"].sort_index(), own["rank"].sort_index(), check_names=False, check_dtype=False
    )
    assert found["place"].is_monotonic_increasing
    assert found["chance"].isna().all()


def test_nobody_who_owns_the_item_should_get_it(model):
    owners = set(tasteful().query("item_id == @ITEM")["customer_id"])
    assert not owners & set(takers(model, ITEM)["customer_id"])


def test_takers_among_some_only(model):
    some = takers(model, ITEM, users=["00003", "00001", "nobody"])
    assert set(some["customer_id"]) <= {"00001", "00003"}
    with pytest.raises(UnknownNameError):
        takers(model, "no item")


def test_substitutes_share_the_taste(model):
    found = substitutes(model, ITEM, k=5, items=ITEMS)
    assert found["item_name"].str.startswith("Course").all()
    assert (found["item_id"].str[1:].astype(int) % 4 == 1).mean() >= 0.8


def test_what_leads_to_an_item_and_what_follows_it():
    rows = [("a", "b", 7), ("b", "c", 5), ("b", "b", 2), ("d", "b", 9), ("a", "c", 1)]
    steps = pd.DataFrame(rows, columns=["item", "next_item", "numerator"])
    for name in ("denominator", "rate", "ci_lower", "ci_upper", "lift", "lift_lower", "lift_upper"):
        steps[name] = 1.0
    before, after = neighbours_in_time(steps, "b")
    assert before[["other", "numerator"]].values.tolist() == [["d", 9], ["a", 7]]
    assert after[["other", "numerator"]].values.tolist() == [["c", 5]]


def test_what_if_is_the_list_of_one_who_did_buy_it(model):
    sales = tasteful()
    own = sales[sales["customer_id"] == "00001"]
    later = own.tail(1).assign(item_id=ITEM, day=sales["day"].max() + pd.Timedelta(days=1))
    twin = pd.concat([own, later]).assign(customer_id="twin")
    expected = model.fold_in(interactions(twin)).recommend(["twin"], 5)
    table = what_if(model, "00001", [ITEM], k=5, items=ITEMS)
    after = table.dropna(subset=["rank_after"])
    assert after["item_id"].tolist() == expected["item_id"].tolist()
    np.testing.assert_allclose(after["score_after"], expected["score"], rtol=1e-3)
    before = model.recommend(["00001"], 5)
    was = table.dropna(subset=["rank_before"]).sort_values("rank_before")
    assert was["item_id"].tolist() == before["item_id"].tolist()
    assert ITEM not in set(after["item_id"])


def test_what_if_nothing_more_was_bought_changes_nothing(model):
    table = what_if(model, "00001", [], k=5)
    assert table["rank_before"].tolist() == table["rank_after"].tolist()
    with pytest.raises(UnknownCustomerError):
        what_if(model, "nobody", [ITEM])


def test_what_if_offers_again_what_is_owned_where_the_model_does():
    sales = interactions(tasteful())
    again = replace(sales, owned=sparse.csr_matrix(sales.owned.shape, dtype=np.float32))
    model = ItemNeighbours().fit(again)
    how = Counting(is_repurchasable=True)
    same = what_if(model, "00001", [], k=10, counting=how)
    assert same["rank_before"].tolist() == same["rank_after"].tolist()
    again, once = (
        set(
            what_if(model, "00001", [ITEM], k=10, counting=one).dropna(subset=["rank_after"])[
                "item_id"
            ]
        )
        for one in (how, None)
    )
    assert ITEM in again
    assert ITEM not in once


def test_what_if_weighs_the_purchase_as_the_training_did(model):
    lists = [
        what_if(model, "00001", [ITEM], k=5, counting=Counting({"purchase": weight}))
        for weight in (1.0, 6.0)
    ]
    scores = [table.dropna(subset=["rank_after"])["score_after"].tolist() for table in lists]
    assert scores[0] != scores[1]


def test_the_map_puts_a_taste_together(model):
    places = item_map(model)
    xy = places[["x", "y"]].to_numpy()
    taste = places["item_id"].str[1:].astype(int).to_numpy() % 4
    distance = np.linalg.norm(xy[:, None] - xy, axis=2) + np.diag(np.full(len(xy), np.inf))
    assert (taste[distance.argmin(axis=1)] == taste).mean() > 0.9
    pd.testing.assert_frame_equal(places, item_map(model))


def test_the_customer_stands_among_his_items(model):
    places = item_map(model)
    x, y = standpoint(model, "00001", places)
    own = places[places["item_id"].isin(tasteful().query("customer_id == '00001'")["item_id"])]
    assert own["x"].min() <= x <= own["x"].max()
    assert own["y"].min() <= y <= own["y"].max()
    assert standpoint(model, "nobody", places) is None


def test_a_map_of_a_blend_and_of_too_few_items():
    blend = Hybrid(components="ials,popularity").fit(interactions(tasteful(n_users=150)))
    assert len(item_map(blend)) == 40
    few = pd.DataFrame({"user_id": ["a", "b"], "item_id": ["i", "j"]})
    assert item_map(ItemNeighbours().fit(Interactions.from_frame(few))).empty


def test_limits_by_hand():
    ids = ITEMS["item_id"].to_numpy(str)
    limits = Limits(
        min_price=50, max_price=120, content_types=("course",), exclude=("课006",), pin=("课001",)
    )
    allowed = ids[limits.allowed(ids, ITEMS)]
    assert allowed.tolist() == ["课001", "课008", "课010", "课012"]
    capped = Limits(per_category=1, pin=("课002",))
    category = ITEMS["category"].to_numpy()
    first = capped.first(np.arange(40), 4, ids, category)
    assert ids[first].tolist() == ["课002", "课000", "课001", "课003"]
    with pytest.raises(InvalidSettingError):
        Limits(per_category=0)
    with pytest.raises(InvalidSettingError):
        Limits(exclude=("a",), pin=("a",))


def test_an_item_of_unknown_price_passes_and_a_sale_is_worth_what_was_paid():
    about = described(np.array(["课003", "unheard of"]), ITEMS)
    assert about["paid"].tolist()[0] == 27.0
    assert np.isnan(about["paid"].tolist()[1])
    assert Limits(max_price=1).allowed(np.array(["课003", "unheard of"]), ITEMS).tolist() == [
        False,
        True,
    ]


def test_segment_lists_keep_the_limits(model):
    ids = [f"{n:05}" for n in range(50)]
    limits = Limits(per_category=2, exclude=(ITEM,), pin=("课039",), max_price=300)
    found = segment_recommendations(model, ids, k=8, items=ITEMS, limits=limits)
    assert found["item_id"].iloc[0] == "课039"
    assert ITEM not in set(found["item_id"])
    rest = found.iloc[1:].merge(ITEMS, on="item_id")
    assert (rest["price"] <= 300).all()
    assert rest["mean_score"].is_monotonic_decreasing
    assert (found.merge(ITEMS, on="item_id").groupby("category").size() <= 2).all()


def test_small_segments_are_left_out_and_named(model):
    members = pd.DataFrame(
        {"customer_id": [f"{n:05}" for n in range(12)], "segment": ["big"] * 10 + ["small"] * 2}
    )
    found = segment_recommendations(model, members, k=2, min_customers=5)
    assert set(found["segment"]) == {"big"}
    (note,) = found.attrs["notes"]
    assert note.key == "small_segments"
    assert note.values["names"] == "small"


def test_personal_lists_within_limits_are_full_and_led_by_the_pinned(model):
    """However deep in the own list the pinned item stands, and however few items are allowed."""
    lists = model.recommend(["00001"], 40)
    pinned = lists["item_id"].iloc[-1]
    limits = Limits(content_types=("live",), pin=(pinned,), per_category=3)
    found = bulk.listed(model, ["00001", "00002", "nobody"], k=6, items=ITEMS, limits=limits)
    assert found["rank"].tolist() == [1, 2, 3, 4, 5, 6] * 3
    led = found[found["rank"] == 1].set_index("customer_id")["item_id"]
    assert led["00001"] == led["nobody"] == pinned
    about = found.merge(ITEMS, on="item_id")
    rest = about[about["item_id"] != pinned]
    assert (rest["content_type"] == "live").all()
    assert (about.groupby(["customer_id", "category"]).size() <= 3).all()
    own = lists.set_index("item_id")["rank"]
    kept = found[(found["customer_id"] == "00001") & (found["item_id"] != pinned)]
    assert own[kept["item_id"]].is_monotonic_increasing


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_all_lists_in_a_file_are_those_of_recommend(model, tmp_path, suffix, monkeypatch):
    monkeypatch.setattr(bulk, "_BLOCK", 37)
    path = tmp_path / f"lists.{suffix}"
    customers = [*model.known.user_ids.tolist(), "nobody", "00000"]
    n = bulk.write_lists(model, path, customers=customers, k=4, items=ITEMS)
    found = pd.read_parquet(path) if suffix == "parquet" else pd.read_csv(path, dtype=str)
    assert tuple(found) == bulk.COLUMNS
    assert n == len(found) == 4 * 401
    expected = model.recommend(sorted({*customers}), 4)
    assert found["customer_id"].tolist() == expected["user_id"].tolist()
    assert found["item_id"].tolist() == expected["item_id"].tolist()
    assert set(found.loc[found["customer_id"] == "nobody", "source"]) == {"fallback"}
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_whoever_owns_nearly_all_gets_fewer_rows(tmp_path):
    rows = [("all", f"i{n}") for n in range(5)] + [("some", "i0"), ("some", "i1"), ("one", "i2")]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id"])
    model = ItemNeighbours(shrinkage=0).fit(Interactions.from_frame(frame))
    bulk.write_lists(model, tmp_path / "l.parquet", k=4)
    sizes = pd.read_parquet(tmp_path / "l.parquet").groupby("customer_id").size()
    assert sizes.to_dict() == {"one": 4, "some": 3}


def test_a_foreign_ending_is_refused_and_a_broken_write_leaves_nothing(model, tmp_path):
    with pytest.raises(InvalidSettingError):
        bulk.write_lists(model, tmp_path / "lists.xlsx")

    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bulk.write_lists(model, tmp_path / "lists.csv", progress=stop)
    assert not list(tmp_path.iterdir())
