"""The committed files are what the generator writes, and hold together."""

import subprocess
import sys

import pytest

NAMES = (
    "users.csv",
    "items.csv",
    "orders.csv",
    "events.csv",
    "ratings.csv",
    "subscriptions.csv",
    "campaign.csv",
)


@pytest.fixture(scope="module")
def written(tmp_path_factory, folder):
    target = tmp_path_factory.mktemp("shop")
    command = [sys.executable, "-B", str(folder / "generate.py"), str(target)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return target


@pytest.mark.parametrize("name", NAMES)
def test_generator_writes_the_committed_bytes(written, folder, name):
    assert (written / name).read_bytes() == (folder / name).read_bytes()


def test_generator_writes_nothing_else(written, folder):
    assert {path.name for path in written.iterdir()} == set(NAMES)
    assert {path.name for path in folder.glob("*.csv")} == set(NAMES)


def test_all_files_stay_small(folder):
    assert sum(path.stat().st_size for path in folder.glob("*.csv")) < 25_000_000


def test_size_of_the_shop(users, items, order_lines, events, truths):
    assert len(users) == truths.N_CUSTOMERS == 8_000
    assert items["content_type"].ne("membership").sum() == 150
    assert items.loc[items["content_type"].ne("membership"), "category"].nunique() == 12
    assert order_lines["day"].min() == order_lines["day"].min().replace(2024, 7, 1)
    assert str(order_lines["day"].max().date()) == "2026-06-30"
    assert len(events) > 120_000
    assert set(events["event"]) == {
        "view",
        "click",
        "start",
        "progress",
        "finish",
        "comment",
        "like",
        "share",
    }


def test_user_ids_keep_their_leading_zeros(users):
    assert users["user_id"].str.fullmatch(r"0\d{6}").all()
    assert users["user_id"].is_unique


def test_order_ids_need_more_digits_than_a_float_has(order_lines):
    assert order_lines["order_id"].str.fullmatch(r"\d{18}").all()
    orders = order_lines.groupby("order_id")
    assert orders["user_id"].nunique().eq(1).all()
    assert orders["ordered_at"].nunique().eq(1).all()
    assert orders["status"].nunique().eq(1).all()


@pytest.mark.parametrize("table", ["order_lines", "events", "ratings", "subscriptions", "campaign"])
def test_every_customer_is_known(request, users, table):
    ids = request.getfixturevalue(table)["user_id"]
    assert ids[ids.ne("")].isin(users["user_id"]).all()


@pytest.mark.parametrize("table", ["order_lines", "events", "ratings"])
def test_every_item_is_known(request, items, table):
    assert request.getfixturevalue(table)["item_id"].isin(items["item_id"]).all()


def test_nothing_is_sold_or_seen_before_it_exists(order_lines, events, users, items):
    published = items.set_index("item_id")["published_at"]
    signed_up = users.set_index("user_id")["signed_up_at"]
    assert (order_lines["ordered_at"] >= order_lines["item_id"].map(published)).all()
    assert (events["occurred_at"] >= events["user_id"].map(signed_up)).all()
    known = order_lines[order_lines["user_id"].ne("")]
    assert (known["ordered_at"] >= known["user_id"].map(signed_up)).all()


def test_mess_is_there_and_legitimate(order_lines):
    assert set(order_lines["status"]) == {
        "paid",
        "partially_refunded",
        "refunded",
        "cancelled",
        "pending",
    }
    assert 50 < order_lines["user_id"].eq("").sum() < 200
    full = order_lines["status"].eq("refunded")
    assert order_lines.loc[full, "refunded_amount"].eq(order_lines.loc[full, "amount"]).all()
    partial = order_lines[order_lines["status"].eq("partially_refunded")].groupby("order_id")
    sums = partial[["amount", "refunded_amount"]].sum()
    assert sums["refunded_amount"].between(0.01, sums["amount"] - 0.01).all()
    assert order_lines["coupon"].ne("").mean() > 0.1
    assert order_lines["quantity"].max() > 1


def test_names_are_chinese_and_english(users, items):
    for names in (users["name"], items["item_name"]):
        is_chinese = names.str.contains(r"[\u4e00-\u9fff]")
        assert 0.3 < is_chinese.mean() < 0.8


def test_an_item_is_rarely_bought_twice(purchase_lines):
    courses = purchase_lines[purchase_lines["kind"].eq("one-off")]
    is_again = courses.sort_values("ordered_at").duplicated(["user_id", "item_id"])
    assert 0 < is_again.mean() < 0.03


def test_popularity_has_a_long_tail(purchase_lines):
    share = purchase_lines["item_id"].value_counts(normalize=True)
    assert share.head(15).sum() > 0.3
    assert (share < 0.005).sum() > 60
