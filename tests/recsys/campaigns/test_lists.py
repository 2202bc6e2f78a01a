import io
from datetime import date

import pandas as pd
import pytest

from analytics.errors import InvalidSettingError, NotEnoughDataError, UnknownNameError
from recsys.campaigns import lists
from recsys.campaigns.filters import Filters
from recsys.models.item_neighbours import ItemNeighbours
from tests.recsys.conformance import interactions
from tests.recsys.shop import SmallWorkspace, tasteful

ITEMS = pd.DataFrame(
    {"item_id": [f"课{n:03}" for n in range(40)], "item_name": [f"=Course {n}" for n in range(40)]}
)


@pytest.fixture(scope="module")
def sales():
    return tasteful()


@pytest.fixture
def ws(tmp_path, sales):
    grouped = sales.groupby("customer_id")
    summary = grouped["day"].agg(first_day="min", last_day="max", purchases="count").reset_index()
    summary["revenue"] = summary["purchases"] * 10
    summary["channel"] = ["wechat" if n % 2 else "search" for n in range(len(summary))]
    strangers = pd.DataFrame({"customer_id": ["n1", "n2"], "purchases": 0, "revenue": 0})
    everyone = pd.concat([summary, strangers], ignore_index=True)
    return SmallWorkspace(tmp_path, purchases=sales, customers=everyone, items=ITEMS)


@pytest.fixture
def members(ws):
    ids = ws.table("customer_summary").customer_id.execute()
    return pd.DataFrame({"customer_id": ids, "segment": "all"})


def create(ws, members, **options):
    chosen = {"name": "春季召回", "segment": "all", "segment_kind": "saved"} | options
    return lists.create(ws, members=members, **chosen)


def test_columns_and_order(ws, members):
    table = create(ws, members).table
    assert list(table) == lists.COLUMNS
    order = table.sort_values(["revenue", "customer_id"], ascending=[False, True])
    assert table.index.tolist() == order.index.tolist()
    assert len(table) == 402
    stranger = table[table["customer_id"] == "n1"].iloc[0]
    assert pd.isna(stranger["recency_days"])
    assert stranger["reason"] == "all: has not bought yet."


def test_recency_is_counted_to_as_of(ws, members, sales):
    table = create(ws, members).table.set_index("customer_id")
    last = sales.groupby("customer_id")["day"].max()["00001"]
    assert table.loc["00001", "recency_days"] == (sales["day"].max() - last).days


def test_a_stored_list_comes_back_as_it_was(ws, members, sales):
    model = ItemNeighbours().fit(interactions(sales))
    campaign = create(ws, members, recommender=model, base_rate=0.1)
    loaded = lists.load(ws, "春季召回")
    pd.testing.assert_frame_equal(loaded.table, campaign.table, check_dtype=False)
    assert loaded.facts == campaign.facts
    assert loaded.facts["minimum_detectable_effect"] > 0


def test_the_holdout_is_drawn_again_the_same(ws, members):
    one = create(ws, members, holdout=0.25).table
    shuffled = members.sample(frac=1, random_state=5)
    other = create(ws, shuffled, name="other", holdout=0.25).table
    assert one["is_holdout"].sum() == other["is_holdout"].sum() == round(0.25 * 402)
    assert one["is_holdout"].tolist() != other["is_holdout"].tolist()
    (ws.folder("campaigns") / "春季召回").rename(ws.path / "put away")
    pd.testing.assert_frame_equal(create(ws, shuffled, holdout=0.25).table, one)


def test_filters(ws, members):
    filters = Filters(min_purchases=4, max_revenue=60, channels=("wechat",), min_recency_days=10)
    table = create(ws, members, filters=filters).table
    assert table["purchases"].between(4, 6).all()
    assert (table["recency_days"] >= 10).all()
    assert set(table["channel"]) == {"wechat"}
    customers = ws.table("customer_summary").execute()
    last = (pd.Timestamp(ws.as_of) - pd.to_datetime(customers["last_day"])).dt.days
    expected = customers["purchases"].between(4, 6) & (customers["channel"] == "wechat")
    assert len(table) == (expected & (last >= 10)).sum()


def test_members_of_earlier_lists_are_suppressed(ws, members):
    first = create(ws, members.head(50), name="first")
    by_name = create(ws, members, name="second", filters=Filters(exclude_campaigns=("first",)))
    assert not set(first.table["customer_id"]) & set(by_name.table["customer_id"])
    ws.as_of = date(2026, 6, 1)
    far = create(ws, members, name="third", filters=Filters(exclude_within_days=30))
    assert len(far.table) == 402
    with pytest.raises(NotEnoughDataError):
        create(ws, members, name="fourth", filters=Filters(exclude_within_days=1))
    with pytest.raises(UnknownNameError):
        create(ws, members, name="fifth", filters=Filters(exclude_campaigns=("none",)))


def test_recommended_items_are_not_owned(ws, members, sales):
    model = ItemNeighbours().fit(interactions(sales))
    table = create(ws, members, recommender=model, k=2).table
    owned = set(zip(sales["customer_id"], sales["item_id"], strict=True))
    for row in table.itertuples():
        items = row.recommended_items.split(" | ")
        assert len(items) == 2
        assert not {(row.customer_id, item) for item in items} & owned
        assert row.recommended_names.startswith("=Course ")


def test_the_download_is_safe_and_names_its_origin(ws, members, sales):
    model = ItemNeighbours().fit(interactions(sales))
    campaign = create(ws, members, recommender=model)
    data = campaign.csv("treatment")
    assert data.startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(io.BytesIO(data), dtype=str, encoding="utf-8-sig")
    assert set(table["arm"]) == {"treatment"}
    assert table["recommended_names"].str.startswith("'=").all()
    assert table["customer_id"].str.len().max() == 5
    assert set(table["as_of"]) == {ws.as_of.isoformat()}
    assert set(table["campaign"]) == {"春季召回"}
    assert len(table) == campaign.facts["n_treatment"]


def test_the_register_lists_them_all(ws, members):
    assert lists.register(ws).empty
    create(ws, members, name="b")
    create(ws, members, name="a")
    found = lists.register(ws)
    assert found["name"].tolist() == ["a", "b"]
    assert (found["n_treatment"] + found["n_holdout"] == found["n"]).all()


def test_names_and_segments_that_do_not_do(ws, members):
    create(ws, members)
    with pytest.raises(InvalidSettingError, match="taken"):
        create(ws, members)
    with pytest.raises(InvalidSettingError):
        create(ws, members, name=" /.. ")
    with pytest.raises(UnknownNameError):
        create(ws, members, name="x", segment="nowhere")
    with pytest.raises(UnknownNameError):
        lists.load(ws, "never made")
    assert {path.name for path in ws.folder("campaigns").iterdir()} == {"春季召回"}


def test_a_filter_that_nobody_can_pass_is_refused():
    with pytest.raises(InvalidSettingError):
        Filters(min_purchases=3, max_purchases=2)


def test_a_forecast_ranks_the_list_and_says_what_would_be_bought_anyway(ws, members):
    known = members.sort_values("customer_id", ignore_index=True)
    stake = pd.Series(range(len(known)), dtype=float)
    forecast = known.assign(chance=0.75, at_stake=stake)
    campaign = create(ws, forecast)
    assert campaign.table["at_stake"].tolist() == sorted(stake, reverse=True)
    assert campaign.facts["base_rate"] == pytest.approx(0.25)
    first = campaign.table[campaign.table["purchases"] > 0].iloc[0]
    assert first["reason"].startswith("all: 75% likely to buy nothing in the next 90 days")
    pd.testing.assert_frame_equal(
        lists.load(ws, "春季召回").table, campaign.table, check_dtype=False
    )


def test_a_list_of_before_there_were_forecasts_is_still_read(ws, members):
    campaign = create(ws, members)
    path = campaign.folder / "list.csv"
    older = pd.read_csv(path, dtype=str, keep_default_na=False)
    older.drop(columns=["chance", "at_stake"]).to_csv(path, index=False)
    loaded = lists.load(ws, "春季召回")
    assert list(loaded.table) == lists.COLUMNS
    assert "last purchase" in loaded.csv().decode()


def test_the_file_says_segment_and_reason_in_the_language_asked_for(ws, members):
    campaign = create(ws, members)
    text = campaign.csv(segment="流失", say=lambda note: f"<{note.key}>").decode("utf-8-sig")
    table = pd.read_csv(io.StringIO(text), dtype=str)
    assert set(table["segment"]) == {"流失"}
    assert set(table["reason"]) == {"<listed_silent>", "<listed_never_bought>"}
