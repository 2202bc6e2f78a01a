"""What customers did since the training counts at once: in the lists, without training again."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

import analytics
from analytics.errors import InvalidSettingError, NotFittedError, UnknownNameError
from analytics.settings import ImportSettings
from recsys import answers, training
from recsys.limits import Limits
from recsys.served import served
from tests.recsys.shop import tasteful

OPTIONS = {"n_factors": "8", "iterations": "4"}
GIVEN = ImportSettings(timezone="UTC", currency="CNY")


def orders(path, sales):
    rows = [
        {
            "order_id": f"{number:05}-{path.stem}",
            "customer_id": customer,
            "ordered_at": f"{pd.Timestamp(day):%Y-%m-%d} 10:00:00",
            "item_id": item,
            "item_name": f"Course {item}",
            "category": f"taste {int(item[1:]) % 4}",
            "amount": "20.00",
        }
        for number, (customer, day, item) in enumerate(sales.itertuples(index=False))
    ]
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(params=["ials", "item-neighbours"])
def shop(request, tmp_path):
    made = analytics.open_workspace(tmp_path / "shop", create=True)
    made.import_file(orders(tmp_path / "old.csv", tasteful(150)), settings=GIVEN)
    training.train(made, model=request.param, options=OPTIONS if request.param == "ials" else {})
    training.choose(made, request.param)
    return made


def buy(shop, tmp_path, rows):
    sales = pd.DataFrame(rows, columns=["customer_id", "day", "item_id"])
    shop.import_file(orders(tmp_path / "new.csv", sales), settings=GIVEN)


def test_nothing_is_counted_in_at_the_version_of_the_training(shop):
    found = served(shop)
    assert (found.changed, found.bought) == (0, 0)


def test_a_new_purchase_changes_the_list_without_training(shop, tmp_path):
    before = answers.for_customer(shop, "00001", k=5)
    wanted = before["item_id"].iloc[0]
    buy(shop, tmp_path, [("00001", "2026-01-05", wanted), ("newcomer", "2026-01-06", "课001")])
    found = served(shop)
    assert found.saved.manifest["data_version"] < shop.version
    assert (found.changed, found.bought) == (2, 2)
    after = answers.for_customer(shop, "00001", k=5)
    assert wanted not in set(after["item_id"])
    assert len(training.saved(shop)) == 2
    own = answers.for_customer(shop, "newcomer", k=4)
    assert set(own["source"]) == {"model"}
    taste = own["item_id"].str[1:].astype(int) % 4
    assert (taste == 1).mean() >= 0.5


def test_those_who_did_nothing_since_keep_their_list(shop, tmp_path):
    before = answers.for_customer(shop, "00003", k=5)
    buy(shop, tmp_path, [("00001", "2026-01-05", "课001")])
    after = answers.for_customer(shop, "00003", k=5)
    assert after["item_id"].tolist() == before["item_id"].tolist()
    np.testing.assert_allclose(after["score"], before["score"], rtol=1e-6)


def test_an_undone_import_no_longer_counts(shop, tmp_path):
    before = answers.for_customer(shop, "00001", k=5)
    buy(shop, tmp_path, [("00001", "2026-01-05", before["item_id"].iloc[0])])
    shop.undo()
    found = served(shop)
    assert (found.changed, found.bought) == (0, 0)
    after = answers.for_customer(shop, "00001", k=5)
    assert after["item_id"].tolist() == before["item_id"].tolist()


def test_an_item_that_came_later_is_offered_at_once_by_ials_alone(shop, tmp_path):
    fans = [f"{number:05}" for number in range(1, 31)]
    buy(shop, tmp_path, [(one, "2026-01-05", "课999") for one in fans])
    found = served(shop)
    assert found.bought == len(fans)
    assert "课999" not in set(answers.for_customer(shop, "00001", k=40)["item_id"])
    lists = found.recommender.recommend(k=40)
    takers = set(lists.loc[lists["item_id"] == "课999", "user_id"])
    assert bool(takers) == (found.saved.name == "ials")
    assert not takers & set(fans)


def test_all_lists_hold_those_who_came_since(shop, tmp_path):
    buy(shop, tmp_path, [("newcomer", "2026-01-06", "课001")])
    answer = answers.all_lists(shop, tmp_path / "l.parquet", k=3)
    table = pd.read_parquet(tmp_path / "l.parquet")
    assert answer["customers"] == table["customer_id"].nunique() == 151
    assert answer["rows"] == len(table)
    assert "newcomer" in set(table["customer_id"])


def test_who_should_get_an_item_and_a_segment_within_limits(shop):
    takers = answers.for_item(shop, "课005")
    assert not set(takers["customer_id"]) & set(
        tasteful(150).query("item_id == '课005'").customer_id
    )
    folder = shop.folder("segments")
    kept = {"name": "mine", "members": ["00001", "00002", "00003"]}
    (folder / "mine.json").write_text(json.dumps(kept), "utf-8")
    table = answers.for_segment(
        shop, "mine", kind="saved", k=4, limits=Limits(per_category=1, pin=("课007",))
    )
    assert table["item_id"].iloc[0] == "课007"
    assert set(table["n"]) == {3}
    with pytest.raises(UnknownNameError):
        answers.for_segment(shop, "yours", kind="saved")


def test_versions_are_listed_compared_and_chosen(shop):
    name = training.serving(shop).name
    table = answers.trained(shop)
    assert table.loc[table["serves"], "model"].tolist() == [name]
    both = answers.compared(shop, "popularity", f"{name}/1")
    ndcg = both[(both["metric"] == "ndcg") & (both["k"] == 20)].iloc[0]
    metrics = training.find(shop, name, 1).metrics
    assert ndcg["other"] == metrics["ndcg@20"]
    assert ndcg["change"] == pytest.approx(metrics["ndcg@20"] - metrics["popularity"]["ndcg@20"])
    gap = metrics["difference"]["ndcg@20"]
    bounds = ndcg[["change_lower", "change_upper"]].tolist()
    assert bounds == pytest.approx([gap["ci_lower"], gap["ci_upper"]], abs=1e-5)
    novelty = both[(both["metric"] == "novelty") & (both["k"] == 20)].iloc[0]
    assert np.isnan(novelty["change_lower"])
    assert both.attrs["notes"] == []
    assert answers.use(shop, "popularity/1").name == "popularity"
    assert training.serving(shop).name == "popularity"
    answers.use(shop, answers.AUTOMATIC)
    assert training.chosen(shop) is None
    with pytest.raises(UnknownNameError):
        answers.use(shop, f"{name}/9")
    with pytest.raises(InvalidSettingError):
        answers.use(shop, f"{name}/x")


def test_the_loss_of_each_pass_is_kept_where_there_are_passes(shop):
    name = training.serving(shop).name
    table = answers.losses(shop, f"{name}/1")
    assert answers.losses(shop, "popularity/1").empty
    if name != "ials":
        assert table.empty
        return
    assert table["iteration"].tolist() == [1, 2, 3, 4]
    assert (table["loss"].diff().dropna() < 0).all()
    expected = 1 - table["loss"].iloc[3] / table["loss"].iloc[2]
    assert table["fall"].iloc[3] == pytest.approx(expected)
    with pytest.raises(UnknownNameError):
        answers.losses(shop, "ials/9")


def test_without_a_model_nothing_serves(tmp_path):
    empty = analytics.open_workspace(tmp_path / "none", create=True)
    with pytest.raises(NotFittedError):
        served(empty)
    assert answers.trained(empty).empty
