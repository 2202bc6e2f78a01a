"""The Retention page by its address: each view that a link names opens, and stays in the link."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60

VIEWS = (
    {"retention_tabs": "difference", "period": "quarter"},
    {"retention_tabs": "over_time", "return_rule": "on-or-before", "window": "elapsed"},
    {"retention_tabs": "revenue", "brackets": "1-7, 8-30, 31-90"},
    {"retention_tabs": "stickiness", "start_rule": "first-matching", "begin_channel": "search"},
    {"retention_tabs": "lifecycle", "shown_value": "cumulative_revenue_per_customer"},
    {"period": "day", "start_rule": "recurring"},
)


@pytest.fixture
def run(home):  # noqa: ARG001 - a fixture that sets the environment
    from streamlit.testing.v1 import AppTest

    def opened(page, **parameters):
        app = AppTest.from_file(str(ROOT / "tests/ui/frame.py"), default_timeout=TIMEOUT_S)
        app.query_params["ws"] = "my-shop"
        app.run()  # the first page, whose own controls would drop what they do not know
        for name, value in parameters.items():
            app.query_params[name] = value
        return app.switch_page(str(ROOT / f"pages/{page}.py")).run()

    return opened


@pytest.mark.parametrize("asked", VIEWS, ids=str)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_link_opens_the_view_that_it_names(run, asked, language):
    app = run("retention", lang=language, **asked)
    assert not app.exception
    assert not app.error
    for name, value in asked.items():
        assert app.query_params[name] in (value, [value])


@pytest.mark.parametrize("written", ["7-1", "1-7, 6-30", "a week"])
def test_brackets_that_mean_nothing_are_refused_in_words(run, written):
    app = run("retention", brackets=written)
    assert not app.exception
    assert any("1-3" in error.value for error in app.error)


def heads(app):
    return [one.value for one in app.subheader]


def test_revenue_kept_is_that_of_the_chosen_group(run):
    asked = {"retention_tabs": "revenue", "by": "first_channel"}
    everyone = run("retention", **asked)
    group = next(one for one in everyone.selectbox if one.key == "grid_of").options[1]
    app = run("retention", grid_of=group, **asked)
    assert not app.exception
    title = "Share of its first period's revenue that each cohort still brings"
    assert f"{title} · {group}" in heads(app)
    assert title in heads(everyone)


@pytest.mark.parametrize("tab", ["over_time", "difference", "stickiness", "lifecycle"])
def test_every_tab_counts_the_chosen_group(run, tab):
    asked = {"retention_tabs": tab, "by": "first_channel"}
    everyone = run("retention", **asked)
    group = next(one for one in everyone.selectbox if one.key == "grid_of").options[1]
    app = run("retention", grid_of=group, **asked)
    assert not app.exception
    titles = set(heads(app)) - set(heads(everyone))
    assert titles
    assert all(title.endswith(f" · {group}") for title in titles)


@pytest.mark.parametrize("tab", ["stickiness", "lifecycle"])
def test_where_the_first_purchase_decides_the_tab_says_so(run, tab):
    said = "Customers whose first purchase ever began as chosen; all their purchases count."
    narrowed = run("retention", retention_tabs=tab, begin_channel="search")
    assert said in [one.value for one in narrowed.caption]
    assert said not in [one.value for one in run("retention", retention_tabs=tab).caption]


def test_intervals_stand_in_the_squares_when_asked(run):
    app = run("retention", intervals="True")
    assert not app.exception
    assert app.toggle(key="intervals").value
    assert app.query_params["intervals"] in ("True", ["True"])
