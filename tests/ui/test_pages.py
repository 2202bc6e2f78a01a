"""Every page runs: in both languages, on a shop, on the sample, on nothing."""

from pathlib import Path

import pytest

from ui import navigation

ROOT = Path(__file__).parents[2]
PAGES = [entry.name for entry in navigation.existing()]
TIMEOUT_S = 60


@pytest.fixture
def run(home):  # noqa: ARG001 - a fixture that sets the environment
    from streamlit.testing.v1 import AppTest

    def opened(page, **parameters):
        app = AppTest.from_file(str(ROOT / "tests/ui/frame.py"), default_timeout=TIMEOUT_S)
        for name, value in {"ws": "my-shop", **parameters}.items():
            app.query_params[name] = value
        app.run()
        if page != PAGES[0]:
            app.switch_page(str(ROOT / f"pages/{page}.py")).run()
        return app

    return opened


def said(app):
    return " ".join(str(element.value) for element in [*app.title, *app.markdown, *app.caption])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_in_both_languages(run, page, language):
    app = run(page, lang=language)
    assert not app.exception
    assert not app.error
    assert app.title[0].value
    assert app.session_state["lang"] == language


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_data_names_the_next_step(run, page):
    app = run(page, ws="empty")
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_without_any_workspace(run, page, monkeypatch, tmp_path):
    monkeypatch.setenv("HUITOU_HOME", str(tmp_path))
    app = run(page)
    assert not app.exception


def test_an_unknown_language_is_ignored(run):
    assert run(PAGES[0], lang="xx").session_state["lang"] == "en"


def test_an_unknown_workspace_opens_the_first(run):
    app = run(PAGES[0], ws="nowhere")
    assert not app.exception
    assert app.session_state["ws"] == "empty"


def test_the_sample_is_marked(run):
    app = run(PAGES[0], ws="sample")
    assert any(
        str(option).startswith("Sample · ") for option in app.sidebar.selectbox(key="ws").options
    )


def test_chinese_pages_have_chinese_titles(run):
    assert run("retention", lang="zh").title[0].value == "留存"


def test_the_finding_names_rate_and_interval(run):
    text = said(run("repurchase"))
    assert "buy again within 90 days" in text
    assert "%" in text


def opened_tab(app, key, label):
    app.session_state[key] = label
    return app.run()


@pytest.mark.parametrize("rule", ["below-20%", "below-50%", "fixed"])
def test_one_number_of_silent_days_rules_the_churn_page(run, rule):
    app = run("churn", at_risk_rule=rule)
    lost = next(card.value for card in app.metric if card.label == "Lost after")
    assert f"Lost means silent for more than {lost}" in said(app)
    assert f"lost: silent for more than {lost}" in said(app)


TABS = {
    ("churn", "What goes with leaving"): "What goes with leaving sooner or later",
    ("churn", "Rules compared"): "How often each rule errs",
    ("churn", "Customer value"): "Repeat purchases a week: expected and actual",
    ("retention", "Over time"): "Month 1, cohort by cohort",
    ("retention", "Two cohorts"): "First cohort minus second, in points",
    ("retention", "Revenue kept"): "Share of its first period's revenue",
    ("retention", "How often"): "In how many of the last 12 months customers bought",
    ("retention", "Joining and leaving"): "Quick ratio",
    ("repurchase", "Due now"): None,  # nobody of the shop falls due that week
    ("repurchase", "First item"): None,  # the shop's items have too few starters to be drawn
    ("repurchase", "Gaps"): "Days from one purchase to the next",
    ("repurchase", "Order ladder"): "Of those who bought n times, who bought once more",
    ("repurchase", "Rest chance"): "Chance of another purchase within 90 days",
    ("repurchase", "Returning buyers"): "Buyers who had bought before",
    ("repurchase", "Repeat revenue"): "Share of the revenue that second and later purchases bring",
    ("repurchase", "Journey"): "From purchase 1 to purchase 2",
    ("repurchase", "Next item"): "What is bought next after",
}


@pytest.mark.parametrize(("page", "label"), TABS)
def test_a_tab_opens(run, page, label):
    app = opened_tab(run(page), f"{page}_tabs", label)
    assert not app.exception
    assert not app.error
    head = TABS[page, label]
    assert head is None or any(one.value.startswith(head) for one in app.subheader)


@pytest.mark.parametrize("group", ["", "search"])
def test_retention_compares_groups(run, group):
    app = run("retention", by="first_channel", grid_of=group)
    assert not app.exception
    heads = [one.value for one in app.subheader]
    assert "All cohorts together, compared by: Channel of first purchase" in heads
    assert any(head.endswith(" · search") for head in heads) == bool(group)


def test_a_page_holds_no_logic():
    for path in (ROOT / "pages").glob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert source.count("\n") <= 90, path
        for word in ("def ", "try:", "import pandas", "import numpy"):
            assert word not in source, (path, word)


@pytest.mark.parametrize("page", ["repurchase", "retention"])
def test_a_late_refund_is_said_on_the_page(run, page, orders_csv, monkeypatch, tmp_path):
    import analytics
    from analytics.settings import ImportSettings

    given = ImportSettings(timezone="Asia/Shanghai", currency="CNY")
    shop = analytics.open_workspace(tmp_path / "my-shop", create=True)
    head, *lines = orders_csv.read_text("utf-8").splitlines()
    paid, refund = tmp_path / "paid.csv", tmp_path / "refund.csv"
    rows = "".join(f"{line},paid\n" for line in lines)
    paid.write_text(f"{head},status\n{rows}", "utf-8")
    refund.write_text(f"{head},status\n{lines[0]},refunded\n", "utf-8")
    shop.import_file(paid, settings=given)
    monkeypatch.setenv("HUITOU_HOME", str(tmp_path))
    assert "were refunded" not in said(run(page))
    shop.import_file(refund, settings=given)
    assert "Since version 1, 1 orders" in said(run(page))


def test_the_open_tab_stands_in_the_address(run):
    app = run("repurchase", repurchase_tabs="gaps", lang="zh")
    assert app.session_state["repurchase_tabs"] == "购买间隔"
    assert any(one.value.startswith("相邻两次购买") for one in app.subheader)
    app = opened_tab(app, "repurchase_tabs", "购买路径")
    assert app.query_params["repurchase_tabs"] == "journey"


def test_groups_are_compared_in_words(run):
    app = run("repurchase", by="first_channel", step="2")
    assert not app.exception
    assert "log-rank χ² =" in said(app)
