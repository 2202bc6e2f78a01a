"""Recommendations: what the page shows is what recsys says."""

import io
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.store import jobs
from recsys import training
from recsys.actions import Counting
from recsys.evaluation import intervals
from recsys.leaderboard import alike
from tests.ui.texts import said
from ui import (
    counting_form,
    offers,
    search_form,
    serving,
)
from ui.figures import leaderboard

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60


@pytest.mark.parametrize("view", ["segment", "customer", "newcomers", "models"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_recommendations_run(opened, view, language):
    app = opened("recommendations", shown_lists=view, lang=language)
    assert not app.error


def test_without_a_model_the_page_offers_training(home):
    assert home
    app = AppTest.from_file(str(ROOT / "tests/ui/frame.py"), default_timeout=TIMEOUT_S)
    app.query_params["ws"] = "my-shop"
    app.run()
    app.switch_page(str(ROOT / "pages/recommendations.py")).run()
    assert not app.exception
    assert "No recommender is trained yet." in said(app)
    assert [one.label for one in app.button if one.label == "Train"] == ["Train"]


def test_the_finding_never_praises_what_is_not_proven(shop):
    served = training.serving(shop)
    sentence = leaderboard.finding(served)
    if served.name == "popularity":
        assert "No model beats popularity for certain" in sentence
    else:
        assert "no accident" in sentence


def test_the_leaderboard_shows_the_difference_to_popularity(shop):
    table = leaderboard.board(training.saved(shop))
    ials = table[(table["model"] == "ials") & (table["metric"] == "ndcg") & (table["k"] == 20)]
    metrics = training.saved(shop)[0].metrics
    gap = metrics["difference"]["ndcg@20"]
    assert ials["ci_lower"].iloc[0] == metrics["popularity"]["ndcg@20"] + gap["ci_lower"]
    base = table[table["model"] == "popularity"]
    assert base["ci_lower"].isna().all()


def test_known_and_new_are_shown_apart(opened, shop):
    table = leaderboard.groups(training.saved(shop))
    own = table[(table["model"] == "ials") & (table["group"] == "known_customers")]
    metrics = training.saved(shop)[0].metrics
    assert own["judged"].item() == metrics["n_test_users"]
    assert own["recall_20_rate"].item() == pytest.approx(metrics["recall@20"], abs=1e-6)
    assert "Known and new apart" in said(opened("recommendations", shown_lists="models"))


def test_those_as_good_as_the_winner_are_named(shop):
    found = training.saved(shop)
    served = training.serving(shop)
    names = leaderboard.tied(served, found)
    values = {one.name: one.per_user("ndcg@20") for one in found if one.beats_popularity}
    assert served.name not in names
    assert names == ([] if len(values) < 2 else alike(values, served.name))


def test_all_models_are_judged_in_a_child_and_shown(opened, shop):
    words_said = ["evaluate", "--split", "random-users", "--models", "ease,ease:l2=9.0"]
    arguments = [*words_said, "--workspace", str(shop.path), "--json"]
    assert jobs.start(shop.path, "evaluate", arguments).wait(120).state == "done"
    app = opened("recommendations", shown_lists="models")
    assert not app.error
    text = said(app)
    assert "Users at random (for papers only)" in text
    assert "to compare with papers only" in text
    (board,) = [one.value for one in app.dataframe if "p_value" in one.value]
    assert {"Popularity", "Course by course (EASE)"} < set(board["model"])
    assert "Course by course (EASE) (l2=9.0)" in set(board["model"])


def test_an_older_version_is_chosen_and_given_back(opened, shop):
    app = opened("recommendations", shown_lists="models")
    app.selectbox(key="serving_model").set_value("item-neighbours/1").run()
    assert training.serving(shop).name == "item-neighbours"
    app.selectbox(key="serving_model").set_value("automatic").run()
    assert training.chosen(shop) is None


def test_train_starts_a_child_with_the_changed_options(opened, shop, monkeypatch):
    started = []
    monkeypatch.setattr(
        jobs, "start", lambda _path, kind, arguments: started.append((kind, arguments))
    )
    app = opened("recommendations", shown_lists="models", model="ials")
    app.number_input(key="option_ials_iterations").set_value(7).run()
    app.number_input(key="search_minutes").set_value(3).run()
    app.number_input(key="counting_life").set_value(90).run()
    app.toggle(key="counting_again").set_value(True).run()
    next(one for one in app.button if one.label == "Train").click().run()
    ((kind, arguments),) = started
    assert kind == "train"
    assert arguments[:5] == ["train", "--model", "ials", "--option", "iterations=7"]
    assert arguments[5:10] == ["--search", "3", "--half-life", "90", "--repurchasable"]
    assert arguments[-3:-1] == ["--workspace", str(shop.path)]


def test_without_a_choice_the_leaderboard_chooses(opened, monkeypatch):
    started = []
    monkeypatch.setattr(jobs, "start", lambda _path, _kind, arguments: started.append(arguments))
    app = opened("recommendations", shown_lists="models")
    assert "Popularity serves where none beats it" in said(app)
    next(one for one in app.button if one.label == "Train").click().run()
    assert started[0][:4] == ["train", "--model", "automatic", "--workspace"]


def test_only_unusual_weights_are_told_to_the_training():
    usual = {"purchase": 1.0, "view": 0.05}
    assert counting_form.changed(usual) == []
    assert counting_form.changed(usual | {"view": 0.2}) == ["--weight", "view=0.2"]


def test_how_a_model_counted_is_said_in_words():
    assert counting_form.said({"counting": Counting().to_json()}) == "as usual"
    assert counting_form.said({"weights": {}}) == "Time spent 0.00"
    counting = Counting({"view": 0.0}, 90.0, 4.0, is_repurchasable=True, dwell_seconds=120.0)
    assert counting_form.said({"counting": counting.to_json()}) == (
        "View 0.00 · half after 90 days · ratings from 4.0 · time spent in full from 120 s"
        " · owned items again"
    )


def test_the_trials_of_a_search_are_listed_the_best_first():
    tried = [
        {"options": {}, "ndcg@20": 0.1},
        {"options": {"l2": 50.0, "recency_half_life": 2.0}, "ndcg@20": 0.2},
    ]
    table = search_form.trials({"tried": tried})
    assert table["trial"].tolist() == [2, 1]
    assert table["settings"].iloc[0].startswith("Caution with little evidence 50 · ")
    assert table["settings"].iloc[1] == "as given"


def test_models_are_loaded_once(shop):
    model = serving.key(training.serving(shop))
    assert serving.load(shop, model) is serving.load(shop, model)


def test_a_segment_is_told_its_best_item_and_the_limits_hold(opened):
    app = opened("recommendations", kind="value", segment="low")
    assert "Offer" in said(app)
    pinned = "i03"
    app.multiselect(key="pin").set_value([pinned]).run()
    assert not app.exception
    assert "Offer Course 3 first" in said(app)
    assert "always first: Course 3" in said(app)
    app.multiselect(key="pin").set_value([]).run()
    assert "always first" not in said(app)
    app.multiselect(key="exclude").set_value([f"i{n:02}" for n in range(12) if n != 5]).run()
    assert "Offer Course 5 first" in said(app)


@pytest.mark.parametrize("tab", ["side_by_side", "ways", "trust"])
def test_what_stands_behind_a_segments_list(opened, tab):
    app = opened("recommendations", offer_tab=tab)
    assert not app.error


@pytest.mark.parametrize("tab", ["what_if", "map"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_if_and_the_map(opened, tab, language):
    app = opened("recommendations", shown_lists="customer", taste_tab=tab, lang=language)
    assert not app.error


@pytest.mark.parametrize("tab", ["leads", "follows", "alike"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_item(opened, tab, language):
    app = opened("recommendations", shown_lists="item", item="i04", item_tab=tab, lang=language)
    assert not app.error
    assert "Course 4" in said(app)


def test_a_customer_and_a_newcomer_are_told_their_first_item(opened, shop):
    app = opened("recommendations", shown_lists="customer", customer="c0001")
    model = serving.current_key()
    table = offers.for_customer(shop, model=model, customer_id="c0001", k=1, language="en")
    assert f"Offer {table['item_name'].iloc[0]} first to customer c0001" in said(app)
    owned = offers.history(shop, model=model, customer_id="c0001")
    assert f"Read from {len(owned)} items" in said(app)
    assert "first to newcomers of" in said(opened("recommendations", shown_lists="newcomers"))


def test_a_version_that_was_trained_in_steps_shows_its_loss(opened):
    app = opened("recommendations", shown_lists="models")
    assert app.selectbox(key="losses_of").options == ["Factorization (iALS), version 1"]
    assert "after each of 3 passes" in said(app)


def test_two_versions_are_compared_with_the_interval_of_the_change(opened, shop):
    app = opened("recommendations", shown_lists="models")
    app.selectbox(key="compare_one").set_value("popularity/1").run()
    app.selectbox(key="compare_other").set_value("ials/1").run()
    gap = training.find(shop, "ials", 1).metrics["difference"]["recall@20"]
    ends = [f"{100 * gap[end]:.1f}" for end in ("ci_lower", "ci_upper")]
    written = f"Change {100 * gap['value']:+.1f} ({ends[0]} – {ends[1]})"
    assert written in said(app).replace("\\", "")
    assert "customers; change in points" in said(app)


def test_what_a_version_reached_stands_with_its_interval_on_the_card(opened, shop):
    app = opened("recommendations", shown_lists="models")
    served = training.serving(shop)
    own = intervals(served.per_user("recall@20").astype(float)[:, None])[0]
    card = next(one for one in app.metric if one.label == "Later purchases in the top 20")
    assert card.value == f"{served.metrics['recall@20']:.1%}"
    assert f"{own.ci_lower:.1%} – {own.ci_upper:.1%}" in card.delta


def test_the_reason_of_the_chosen_item_stands_whole_beside_the_list(opened, shop):
    app = opened("recommendations", shown_lists="customer", customer="c0001")
    model = serving.current_key()
    table = offers.for_customer(shop, model=model, customer_id="c0001", k=10, language="en")
    texts = said(app).replace("\\", "")
    assert all(reason in texts for reason in table["reason"])


def test_contributions_add_up_to_the_score(shop):
    model = serving.key(training.find(shop, "ials", None))
    table = offers.for_customer(shop, model=model, customer_id="c0001", k=3, language="en")
    for row in table[table["source"] == "model"].itertuples():
        parts = offers.contributions(
            shop, model=model, customer_id="c0001", item_id=str(row.item_id)
        )
        assert parts["contribution"].sum() == pytest.approx(row.score, rel=1e-4)
        assert parts["share"].sum() == pytest.approx(1, rel=1e-4)


def test_people_for_an_item_do_not_own_it(shop):
    model = serving.key(training.find(shop, "ials", None))
    facts = offers.item_facts(shop, model=model, item_id="i04")
    who = offers.people_for_item(shop, model=model, item_id="i04")
    assert facts["reach"] == len(who)
    bought = shop.table("purchase_items").inner_join(
        shop.table("customer_summary"), "customer_number"
    )
    owners = set(bought.filter(bought.item_id == "i04").execute()["customer_id"])
    assert not owners & set(who["customer_id"])
    assert facts["customers"] == len(owners)


@pytest.mark.parametrize(("suffix", "read"), [("parquet", pd.read_parquet), ("csv", pd.read_csv)])
def test_the_lists_of_all_are_a_file(shop, suffix, read):
    model = serving.key(training.find(shop, "ials", None))
    table = read(io.BytesIO(offers.all_lists(shop, model=model, k=2, suffix=suffix)))
    assert table["customer_id"].nunique() == shop.count("customer_summary")
    assert table["rank"].max() == 2
