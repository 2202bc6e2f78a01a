"""The tabs of the churn score and of why customers left, on the sample shop and on a small one."""

import pandas as pd
import pytest

from analytics.reports import ReportResult, find_report
from tests.ui.test_pages import ROOT, said
from ui import scoring, words
from ui.figures import churn, loss

TIMEOUT_S = 180


def opened(tab, **parameters):
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "tests/ui/frame.py"), default_timeout=TIMEOUT_S)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    app.switch_page(str(ROOT / "pages/churn.py")).run()
    app.session_state["churn_tabs"] = tab
    return app.run()


@pytest.fixture
def sample(sample_home, monkeypatch, tmp_path):
    monkeypatch.setenv("HUITOU_HOME", str(sample_home))
    monkeypatch.setenv("HUITOU_WORKSPACE", str(tmp_path / "none"))


@pytest.mark.usefixtures("sample")
def test_the_score_says_whom_it_finds_and_who_is_next():
    app = opened("Score", ws="sample", lang="en")
    assert not app.exception
    assert not app.error
    assert "likeliest to buy" in said(app)
    assert "counting silent days alone" in said(app)
    heads = [one.value for one in app.subheader]
    assert "About to leave: chance 50% or more" in heads
    assert "Which way of scoring is best?" in heads
    assert "Did what it foretold come true?" in heads


@pytest.mark.usefixtures("sample")
def test_what_was_planted_leads_the_losses():
    app = opened("Why they left", ws="sample", lang="en")
    assert not app.exception
    assert not app.error
    assert "Not finished within 28 days: customers left after" in said(app)
    assert "Channel: short-video" in said(app)
    assert "only a trial tells" in said(app)


@pytest.mark.usefixtures("home")
def test_too_small_a_shop_is_told_the_numbers():
    app = opened("Score", ws="my-shop", lang="en")
    assert not app.exception
    assert "at least 500 buyers" in app.error[0].value


ROW = {"silent_days": 80, "rhythm_days": 30.0, "quiet_days": 40, "purchases": 4, "bought_90": 1}
ROW |= {"seen_90": 3, "reason_1": "silence", "reason_2": None}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "silent 80 days, usually buys every 30 days"),
        ({"rhythm_days": float("nan")}, "silent 80 days since the only purchase"),
        ({"reason_1": "activity"}, "not seen for 40 days"),
        ({"reason_1": "activity", "quiet_days": 3}, "visits and clicks in 90 days: 3"),
        ({"reason_1": "activity", "quiet_days": pd.NA}, "never seen since"),
        (
            {"reason_2": "purchases"},
            "silent 80 days, usually buys every 30 days · purchases so far: 4",
        ),
        ({"reason_1": None}, "nothing stands out"),
    ],
)
def test_reasons_are_said_with_the_customers_own_numbers(changed, words):
    assert scoring.said(ROW | changed) == words


def test_traits_are_said_in_words_and_values_as_they_are():
    assert loss.label("channel", "short-video", 28) == "Channel: short-video"
    assert loss.label("missed_after", "finish", 28) == "Not finished within 28 days"
    assert loss.label("missed_before", "view", 14) == "Nothing viewed in 14 days before"


def test_without_a_clear_trait_it_is_said():
    from datetime import date

    table = pd.DataFrame({"q_value": [0.4, 0.01], "difference": [0.2, -0.1]})
    result = ReportResult(find_report("loss"), {"days": 28}, date(2024, 1, 1), 1, table, [], "EUR")
    assert "None of the 2 traits" in loss.finding(result)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("tab", churn.TABS[1:])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_link_opens_the_tab_that_it_names(tab, language):
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "tests/ui/frame.py"), default_timeout=TIMEOUT_S)
    app.query_params["ws"], app.query_params["lang"] = "my-shop", language
    app.run()
    app.query_params["churn_tabs"] = tab
    app.switch_page(str(ROOT / "pages/churn.py")).run()
    assert not app.exception
    assert app.session_state["churn_tabs"] == words.catalogue()[f"churn.tab_{tab}"][language]
    assert app.query_params["churn_tabs"] in (tab, [tab])


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(("tab", "lang"), [("Subscriptions", "en"), ("订阅", "zh")])
def test_subscriptions_lead_with_the_renewal_rate(tab, lang):
    app = opened(tab, ws="sample", lang=lang)
    assert not app.exception
    assert not app.error
    heads = {"en": "The same month in other products", "zh": "其他产品眼中的同一月"}
    assert heads[lang] in [one.value for one in app.subheader]
    assert "336" in said(app)
    assert "375" in said(app)


@pytest.mark.usefixtures("home")
def test_a_shop_without_subscriptions_is_told_how_to_import_them():
    app = opened("Subscriptions", ws="my-shop", lang="en")
    assert not app.exception
    assert not app.error
    assert "no subscriptions" in " ".join(one.value for one in app.info)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_score_makes_a_list_of_those_likely_lost_and_worth_most(language):
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "tests/ui/frame.py"), default_timeout=TIMEOUT_S)
    app.query_params["ws"], app.query_params["lang"] = "sample", language
    app.run()
    app.query_params["kind"], app.query_params["segment"] = "risk", "save-first"
    app.switch_page(str(ROOT / "pages/campaigns.py")).run()
    assert not app.exception
    assert not app.error
    label = {"en": "Likely lost, worth most", "zh": "将流失·价值高"}[language]
    assert label in said(app)
    listed = next(one.value for one in app.dataframe if "at_stake" in one.value.columns)
    assert listed["at_stake"].is_monotonic_decreasing
    assert listed["chance_away"].min() >= 0.5
