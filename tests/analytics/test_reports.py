"""The catalogue: every report runs, says what it may be asked, and writes the contract's JSON."""

import json
import math

import pytest

from analytics.errors import InvalidSettingError, NotEnoughDataError, UnknownNameError
from analytics.reports import catalogue, parse_options, run_report
from analytics.schema import CANONICAL, MARTS
from tests.analytics.shops import Order, Shop, day, leaving_members, random_shop, shop
from tests.analytics.test_churn import two_channels

CONTRACT = {
    "repurchase-rate": "horizon_days scope numerator denominator rate ci_lower ci_upper",
    "repurchase-curve": "group day n_at_risk n_events survival ci_lower ci_upper",
    "order-ladder": "step horizon_days numerator denominator rate ci_lower ci_upper",
    "returning-rate": "period customers repeat_customers returning_customers repeat_rate "
    "returning_rate",
    "retention": "cohort period_index cohort_size active rate ci_lower ci_upper orders revenue "
    "cumulative_revenue is_mature",
    "lifecycle": "period new returning resurrected dormant",
    "first-item": "item_id customers repurchasers rate ci_lower ci_upper q_value median_days "
    "value_per_customer",
    "survival": "group duration n_at_risk survival ci_lower ci_upper",
    "cox": "covariate hazard_ratio ci_lower ci_upper p_value q_value",
    "btyd-fit": "parameter value standard_error",
    "churn-score": "model auc pr_auc brier calibration_error buy_lift_10 n base_rate chosen",
    "subscriptions": "period active_start due renewed renewal_rate churned churn_rate mrr_start "
    "mrr_new mrr_expansion mrr_contraction mrr_churned mrr_end grr nrr",
    "rfm": "segment customers share revenue recency_days frequency monetary_value repurchase_rate",
}

NEED_MANY = {
    "subscriptions",
    *(f"subscription-{name}" for name in ("renewals", "projection", "definitions")),
    "clv",
    "loss",
    "usage-cycle",
    *(f"btyd-{name}" for name in ("fit", "tracking", "calibration", "histogram", "map")),
    *(f"churn-{name}" for name in ("score", "gains", "reliability", "importance", "list")),
}


@pytest.fixture(scope="module")
def world():
    shop = two_channels(customers=1500)
    return Shop(shop.orders, as_of=shop.as_of, subscriptions=leaving_members())


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_report_runs_and_writes_plain_json(world, name):
    answer = run_report(world, name).to_json()
    again = json.loads(json.dumps(answer, allow_nan=False))
    assert again == answer
    assert list(answer) == ["report", "params", "as_of", "version", "columns", "rows", "notes"]
    assert (
        answer["columns"][: len(CONTRACT.get(name, "").split())] == CONTRACT.get(name, "").split()
    )
    assert answer["rows"]
    assert {len(row) for row in answer["rows"]} == {len(answer["columns"])}
    assert not any(
        isinstance(cell, float) and math.isnan(cell) for row in answer["rows"] for cell in row
    )


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_rate_says_whether_it_is_mature(world, name):
    table = run_report(world, name).table
    if "ci_lower" in table and "survival" not in table and name != "cox":
        assert "is_mature" in table


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_report_asks_a_question_and_names_marts(name):
    report = catalogue()[name]
    assert report.question.endswith("?")
    assert set(report.tables) <= {*MARTS, *CANONICAL}
    assert {option.name for option in report.options}.isdisjoint({"as_of", "first_weekday"})
    for word in ("Parameters", "Returns", "DataFrame"):
        assert word in report.function.__doc__


def test_options_know_their_type_default_and_choices():
    options = {option.name: option for option in catalogue()["retention"].options}
    assert options["period"].choices == ("month", "week", "quarter", "day", "year")
    assert options["period"].default == "month"
    assert (options["cap"].kind, options["cap"].default) == ("number", 3)
    assert (options["by"].kind, options["by"].default) == ("text", None)
    assert options["periods"].kind == "number"
    kinds = {option.name: option.kind for option in catalogue()["cox"].options}
    assert kinds["covariates"] == "texts"


def test_texts_of_the_terminal_are_read():
    assert parse_options("retention", {"return-rule": "on-or-after", "cap": "2"}) == {
        "return_rule": "on-or-after",
        "cap": 2,
    }
    assert parse_options("cox", {"covariates": "country, gender"}) == {
        "covariates": ("country", "gender")
    }


@pytest.mark.parametrize(
    ("name", "texts", "error", "match"),
    [
        ("retenton", {}, UnknownNameError, "retention"),
        ("retention", {"colour": "red"}, UnknownNameError, "return_rule"),
        ("retention", {"period": "decade"}, InvalidSettingError, "month, week"),
        ("retention", {"cap": "many"}, InvalidSettingError, "whole number"),
        ("repurchase-rate", {"horizons": "30;90"}, InvalidSettingError, "30,90"),
    ],
)
def test_mistakes_are_told_with_the_remedy(name, texts, error, match):
    with pytest.raises(error, match=match):
        parse_options(name, texts)


def test_parameters_hold_the_defaults_too(world):
    result = run_report(world, "retention", period="quarter")
    assert result.params["period"] == "quarter"
    assert result.params["return_rule"] == "on"
    assert result.to_json()["params"]["by"] is None
    assert run_report(world, "repurchase-rate", horizons=[30]).to_json()["params"]["horizons"] == [
        30
    ]


def test_dates_are_iso_days(world):
    answer = run_report(world, "lifecycle").to_json()
    assert answer["as_of"] == "2024-11-30"
    assert answer["rows"][0][0] == "2023-01-01"


def test_an_empty_workspace_says_so():
    with pytest.raises(NotEnoughDataError, match="orders"):
        run_report(shop(), "retention")


def test_the_first_weekday_is_the_workspaces():
    from analytics.settings import Settings

    world = shop("2024-05-05 2024-05-06", as_of="2024-05-31", settings=Settings(first_weekday=6))
    rows = run_report(world, "lifecycle", period="week").to_json()["rows"]
    assert rows[0][0] == "2024-05-05"


def test_other_currencies_are_told():
    world = Shop([Order("a", day("2024-01-01")), Order("b", day("2024-01-02"), currency="JPY")])
    notes = run_report(world, "retention").notes
    assert any("other currencies than EUR" in note for note in notes)


def test_unknown_currency_is_told():
    orders = [Order("a", day("2024-01-01"), currency="XXX")]
    assert any(
        "name no currency" in note for note in run_report(Shop(orders, currency="XXX"), "rfm").notes
    )


def refused(world):
    """Names of the reports that say what they need instead of answering."""
    return {name for name in catalogue() if not has_answer(world, name)}


def has_answer(world, name):
    try:
        json.dumps(run_report(world, name).to_json(), allow_nan=False)
    except NotEnoughDataError as error:
        return not str(error)
    return True


def test_a_shop_without_valid_orders_gives_answers_or_reasons():
    world = Shop([Order("a", day("2024-01-01"), is_valid=False)])
    curves = {"repurchase-curve", "repurchase-quartiles", "survival", "remaining-life"}
    assert refused(world) == {*curves, *NEED_MANY, "cox", "cohort-difference"}


def test_one_customer_is_enough_for_all_but_a_model_and_a_difference():
    assert refused(shop("2024-01-01")) == {*NEED_MANY, "cox", "cohort-difference"}


def test_reports_do_not_depend_on_row_order():
    import random

    world = random_shop(21, customers=40)
    shuffled = world.orders.copy()
    random.Random(1).shuffle(shuffled)
    other = Shop(shuffled, as_of=world.as_of)
    for name in catalogue():
        if name not in {*NEED_MANY, "cox"}:
            assert run_report(other, name).to_json() == run_report(world, name).to_json()
