"""What every recommender promises; a model's test is a subclass that says how to make it."""

import json

import numpy as np
import pandas as pd
import pytest

from analytics.errors import (
    InvalidSettingError,
    NotFittedError,
    UnknownCustomerError,
    UnknownNameError,
    UnreadableModelError,
)
from recsys import Interactions
from tests.recsys.shop import tasteful

COLUMNS = ["user_id", "item_id", "score", "rank", "source"]


def interactions(frame=None):
    sales = tasteful() if frame is None else frame
    return Interactions.from_frame(sales, user="customer_id", item="item_id", time="day")


class Conformance:
    """Subclass it, set `make`, and the whole contract is tested."""

    is_additive = True
    follows_history = True  # whether scores depend on what the user himself did
    taken = staticmethod(interactions)

    @classmethod
    def fitted(cls, sales):
        return cls.make().fit(cls.taken(sales))

    @pytest.fixture(scope="class")
    @classmethod
    def sales(cls):
        return tasteful()

    @pytest.fixture(scope="class")
    @classmethod
    def model(cls, sales):
        return cls.fitted(sales)

    def test_columns_and_ranks(self, model):
        lists = model.recommend(k=5)
        assert list(lists) == COLUMNS
        assert (lists.groupby("user_id").size() == 5).all()
        assert lists["rank"].tolist() == [1, 2, 3, 4, 5] * len(model.known.user_ids)

    def test_scores_fall_with_rank(self, model):
        lists = model.recommend(k=5)
        drops = lists[lists["source"] == "model"].groupby("user_id")["score"].diff().dropna()
        assert (drops <= 0).all()

    def test_nothing_owned_is_offered(self, model, sales):
        lists = model.recommend(k=40)
        both = lists.merge(
            sales, left_on=["user_id", "item_id"], right_on=["customer_id", "item_id"]
        )
        assert both.empty

    def test_owned_items_can_be_asked_for(self, model):
        lists = model.recommend(k=40, exclude_owned=False)
        assert (lists.groupby("user_id").size() == 40).all()

    def test_an_allow_list_is_kept_and_may_give_fewer(self, model):
        lists = model.recommend(["00001"], 5, items=["课001", "课002", "unheard of"])
        assert set(lists["item_id"]) <= {"课001", "课002"}

    def test_users_come_back_in_the_order_asked(self, model):
        asked = ["00007", "00001", "00003"]
        assert model.recommend(asked, 2)["user_id"].drop_duplicates().tolist() == asked

    def test_an_unknown_user_gets_what_is_popular_lately(self, model):
        lists = model.recommend(["nobody"], 3)
        popular = np.argsort(-model.known.popularity, kind="stable")[:3]
        assert lists["item_id"].tolist() == model.known.item_ids[popular].tolist()
        assert set(lists["source"]) == {"fallback"}

    def test_explanations_add_up_to_the_score(self, model):
        lists = model.recommend(["00001", "00002"], 3)
        for row in lists[lists["source"] == "model"].itertuples():
            parts = model.explain(row.user_id, row.item_id, None)
            assert set(parts) == {"item_id", "contribution"}
            if self.is_additive:
                assert parts["contribution"].sum() == pytest.approx(row.score, rel=1e-4, abs=1e-5)

    def test_explanations_name_the_history(self, model, sales):
        parts = model.explain("00001", "课005", 2)
        assert set(parts["item_id"]) <= set(sales[sales["customer_id"] == "00001"]["item_id"])

    def test_explaining_the_unknown_is_an_error(self, model):
        with pytest.raises(UnknownCustomerError):
            model.explain("nobody", "课005")
        with pytest.raises(UnknownNameError):
            model.explain("00001", "no item")

    def test_similar_items_leave_out_the_item_itself(self, model):
        similar = model.similar_items("课003", 5)
        assert "课003" not in set(similar["item_id"])
        assert similar["rank"].tolist() == list(range(1, len(similar) + 1))
        assert similar["score"].is_monotonic_decreasing

    def test_not_fitted(self):
        with pytest.raises(NotFittedError):
            self.make().recommend()

    def test_k_below_one_is_refused(self, model):
        with pytest.raises(InvalidSettingError):
            model.recommend(k=0)

    def test_row_order_changes_nothing(self, model, sales):
        shuffled = self.fitted(sales.sample(frac=1, random_state=3))
        pd.testing.assert_frame_equal(shuffled.recommend(k=5), model.recommend(k=5))

    def test_other_names_in_the_same_order_change_nothing(self, model, sales):
        renamed = sales.assign(
            customer_id="x" + sales["customer_id"], item_id="y" + sales["item_id"]
        )
        lists = self.fitted(renamed).recommend(k=5)
        lists["user_id"], lists["item_id"] = lists["user_id"].str[1:], lists["item_id"].str[1:]
        pd.testing.assert_frame_equal(lists, model.recommend(k=5))

    def test_folding_in_a_known_history_gives_its_list(self, model, sales):
        history = sales[sales["customer_id"] == "00003"].assign(customer_id="new")
        folded = model.fold_in(self.taken(history))
        new, old = folded.recommend(["new"], 5), model.recommend(["00003"], 5)
        assert new["item_id"].tolist() == old["item_id"].tolist()
        np.testing.assert_allclose(new["score"], old["score"], rtol=1e-4)

    def test_folding_in_leaves_the_others_and_the_model_alone(self, model, sales):
        before = model.recommend(k=5)
        folded = model.fold_in(self.taken(sales[sales["customer_id"] == "00003"].head(1)))
        others = before["user_id"] != "00003"
        pd.testing.assert_frame_equal(folded.recommend(k=5)[others], before[others])
        pd.testing.assert_frame_equal(model.recommend(k=5), before)

    def test_folding_in_alone_gives_the_same_list_and_forgets_the_others(self, model, sales):
        history = self.taken(sales[sales["customer_id"] == "00003"].assign(customer_id="new"))
        alone, joined = model.fold_in(history, is_alone=True), model.fold_in(history)
        assert alone.known.user_ids.tolist() == ["new"]
        expected = joined.recommend(["new"], 5)
        found = alone.recommend(["new"], 5)
        assert found["item_id"].tolist() == expected["item_id"].tolist()
        np.testing.assert_allclose(found["score"], expected["score"], rtol=1e-3)

    def test_what_a_user_did_since_changes_his_list_without_training(self, model, sales):
        """The item just taken leaves the list; all that a loaded model needs is the history."""
        history = sales[sales["customer_id"] == "00003"]
        before = model.recommend(["00003"], 5)
        taken = before["item_id"].iloc[0]
        later = history.iloc[[-1]].assign(item_id=taken, day=sales["day"].max())
        folded = model.fold_in(interactions(pd.concat([history, later])))
        after = folded.recommend(["00003"], 5)
        assert taken not in set(after["item_id"])
        assert len(after) == len(before)
        if self.follows_history:
            both = before.merge(after, on="item_id")
            assert len(both) == 0 or not np.allclose(both["score_x"], both["score_y"], rtol=1e-6)

    def test_what_is_saved_comes_back(self, model, tmp_path):
        loaded = type(model).load(model.save(tmp_path / "m", note="kept"))
        pd.testing.assert_frame_equal(loaded.recommend(k=5), model.recommend(k=5))
        assert loaded.options == model.options
        similar = loaded.similar_items("课003"), model.similar_items("课003")
        pd.testing.assert_frame_equal(*similar)
        assert json.loads((tmp_path / "m" / "manifest.json").read_text("utf-8"))["note"] == "kept"

    def test_nothing_is_pickled(self, model, tmp_path):
        folder = model.save(tmp_path / "m")
        assert sorted(path.name for path in folder.iterdir()) == ["arrays.npz", "manifest.json"]
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            assert not any(arrays[name].dtype.hasobject for name in arrays.files)

    @pytest.mark.parametrize("change", [{"format": 99}, {"model": "other"}, {"arrays_blake2b": ""}])
    def test_a_foreign_manifest_is_refused(self, model, tmp_path, change):
        folder = model.save(tmp_path / "m")
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        (folder / "manifest.json").write_text(json.dumps(manifest | change), "utf-8")
        with pytest.raises(UnreadableModelError):
            type(model).load(folder)

    def test_damaged_arrays_are_refused(self, model, tmp_path):
        folder = model.save(tmp_path / "m")
        (folder / "arrays.npz").write_bytes((folder / "arrays.npz").read_bytes()[:-100])
        with pytest.raises(UnreadableModelError):
            type(model).load(folder)

    def test_ids_survive_whatever_they_look_like(self, tmp_path):
        ids = ["007", "7", "张三", "é", "123456789012345678", "a b,c"]
        rows = [
            (user, "2025-01-01", item)
            for user in ids
            for item in ("01", "1", "课程")
            if user != item
        ]
        frame = pd.DataFrame(rows, columns=["customer_id", "day", "item_id"])
        model = self.fitted(frame)
        loaded = type(model).load(model.save(tmp_path / "m"))
        assert loaded.known.user_ids.tolist() == sorted(ids)
        assert loaded.known.item_ids.tolist() == ["01", "1", "课程"]
