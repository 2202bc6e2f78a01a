"""Segments, Campaigns: what they show is what analytics and recsys say."""

import io

import pandas as pd
import pytest

from analytics.segments import members
from analytics.store import jobs
from recsys.campaigns import lists
from tests.ui.texts import said
from ui import audience, campaigns, saved_segments, words


@pytest.mark.parametrize("kind", ["rfm", "lifecycle", "value", "risk"])
def test_segments_of_every_kind_hold_all_buyers(opened, shop, kind):
    app = opened("segments", kind=kind)
    assert not app.error
    assert app.metric[0].value == f"{len(members(shop, kind)):,}"


@pytest.mark.parametrize("kind", ["rfm", "lifecycle", "value", "risk"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_segment_has_a_name(kind, language, monkeypatch):
    monkeypatch.setattr(words, "language", lambda: language)
    names = audience.names(kind)
    labels = [audience.label(kind, name) for name in names]
    assert len(set(labels)) == len(names)
    assert not {f"{kind}_{name}" for name in names} & set(labels)


def test_the_people_of_a_segment_are_its_members(shop):
    who = members(shop, "lifecycle")
    lost = audience.people(shop, kind="lifecycle", segment="lost")
    assert sorted(lost["customer_id"]) == sorted(who.loc[who["segment"] == "lost", "customer_id"])
    assert lost["revenue"].is_monotonic_decreasing


def test_a_saved_segment_is_a_kind_of_its_own(opened, shop):
    few = audience.people(shop, kind="value", segment="top")["customer_id"].tolist()
    saved_segments.save(shop, "My friends", few)
    table = audience.sizes(shop, kind="saved")
    assert table[["segment", "customers"]].values.tolist() == [["My friends", len(few)]]
    app = opened("segments", kind="saved")
    assert not app.error
    assert "My friends" in said(app)


def test_thresholds_are_shown_in_days_and_money(opened):
    app = opened("segments")
    assert "Money is cut at ¥" in said(app)
    assert any("silent for at most" in str(one.value).lower() for one in app.caption)


def test_a_customer_is_looked_up(opened):
    app = opened("segments", below="customer", customer="c0001")
    assert not app.error
    assert "What to offer next" in said(app)


def test_an_unknown_customer_is_told_and_the_page_stays(opened):
    app = opened("segments", below="customer", customer="nobody")
    assert "nobody" in app.error[0].value
    assert app.expander[-1].label == "How this is computed"


def test_a_list_is_drawn_stored_and_downloaded_as_it_was_drawn(opened, shop):
    app = opened("campaigns", kind="lifecycle", segment="lost", holdout="20")
    n = int(app.metric[0].value.replace(",", ""))
    assert app.metric[2].value == f"{round(n * 0.2):,}"
    next(one for one in app.button if one.label.startswith("Draw")).click().run()
    assert not app.exception
    assert not app.error
    (name,) = lists.register(shop)["name"]
    stored = pd.read_csv(
        io.BytesIO(campaigns.stored_csv(shop.path, name, None, "en")), dtype={"customer_id": str}
    )
    who = members(shop, "lifecycle")
    assert set(stored["customer_id"]) == set(who.loc[who["segment"] == "lost", "customer_id"])
    assert stored["is_holdout"].sum() == round(n * 0.2)
    assert stored["recommended_items"].notna().all()
    held = pd.read_csv(io.BytesIO(campaigns.stored_csv(shop.path, name, "holdout", "en")))
    assert len(held) == stored["is_holdout"].sum()


def test_those_just_listed_rest(opened):
    app = opened("campaigns", kind="lifecycle", segment="lost")
    next(one for one in app.button if one.label.startswith("Draw")).click().run()
    assert "left in peace" in said(app)
    app.slider(key="rest_days").set_value(0).run()
    assert "left in peace" not in said(app)


def test_power_is_said_before_the_list_is_drawn(opened):
    text = said(opened("campaigns", kind="lifecycle", segment="lost", holdout="30"))
    assert "would buy within 90 days anyway" in text
    assert "can't be told" in said(
        opened("campaigns", kind="lifecycle", segment="lost", holdout="0")
    )


def test_filters_come_from_the_address(opened, shop):
    app = opened("campaigns", kind="value", segment="low", silent="100~300", bought="1~1")
    table = lists.customers(shop)
    who = members(shop, "value")
    low = table[table["customer_id"].isin(who.loc[who["segment"] == "low", "customer_id"])]
    inside = low[low["recency_days"].between(100, 300) & (low["purchases"] == 1)]
    assert app.metric[0].value == f"{len(inside):,}"


def test_a_taken_name_is_told(opened, shop):
    app = opened("campaigns", kind="lifecycle", segment="active", rest_days="0")
    next(one for one in app.button if one.label.startswith("Draw")).click().run()
    (name,) = lists.register(shop)["name"]
    app.text_input(key="campaign_name_lifecycle_active_1").set_value(name).run()
    next(one for one in app.button if one.label.startswith("Draw")).click().run()
    assert "taken" in app.error[0].value
    assert len(lists.register(shop)) == 1


def test_an_unfounded_address_is_ignored(opened):
    app = opened("campaigns", silent="9~x", spent="-3", channels="nowhere", holdout="900")
    assert not app.error


@pytest.mark.parametrize(
    ("language", "words_said"),
    [("en", "Stopped: there is no recommender"), ("zh", "未完成：没有名为“nobody”的")],
)
def test_a_job_that_was_refused_says_why_in_the_readers_language(
    opened, shop, language, words_said
):
    arguments = ["train", "--model", "nobody", "--workspace", str(shop.path), "--json"]
    assert jobs.start(shop.path, "train", arguments).wait(60).state == "failed"
    app = opened("recommendations", shown_lists="models", lang=language)
    assert any(words_said in one.value for one in app.error), [one.value for one in app.error]
