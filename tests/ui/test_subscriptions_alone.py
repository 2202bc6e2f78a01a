"""A workspace of subscriptions without orders: its tab is the page, the others say what lacks."""

import csv
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import analytics
from analytics.reports import run_report

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60
BEGIN = datetime(2023, 1, 5, 10)
UNTIL = datetime(2024, 6, 30)
TERMS = (("month", 1, 29), ("month", 3, 75), ("year", 1, 240))


def rows(headers):
    draw = np.random.default_rng(4)
    for place in range(300):
        start = BEGIN + timedelta(days=int(draw.integers(0, 480)))
        unit, count, amount = TERMS[place % len(TERMS)]
        length = timedelta(days=30.4375 * count * (12 if unit == "year" else 1))
        lived = int(draw.geometric(0.15))
        end = start + lived * length
        is_over = end < UNTIL
        cells = [f"s{place}", f"c{place}", "gold", "usd", unit, count, amount]
        cells += ["canceled" if is_over else "active", start, end if is_over else ""]
        cells += [end if is_over else ""]
        yield dict(zip(headers, map(str, cells), strict=True))


EXPORTS = {
    "stripe": "id,Customer ID,Plan,Currency,Interval,Interval Count,Amount,Status,Created (UTC),"
    "Canceled At (UTC),Ended At (UTC)",
    "chargebee": "subscriptions.id,customers.id,subscriptions.plan_id,subscriptions.currency_code,"
    "subscriptions.billing_period_unit,subscriptions.billing_period,subscriptions.plan_amount,"
    "subscriptions.status,subscriptions.started_at,subscriptions.cancelled_at,"
    "subscriptions.current_term_end",
    "recurly": "subscription_id,account_code,plan_code,currency,plan_interval_unit,"
    "plan_interval_length,unit_amount,state,activated_at,canceled_at,expires_at",
}


def written(path, platform):
    headers = EXPORTS[platform].split(",")
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, headers)
        writer.writeheader()
        writer.writerows(rows(headers))
    return path


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    home = tmp_path_factory.mktemp("alone")
    workspace = analytics.open_workspace(home / "plans", create=True, name="Plans")
    workspace.import_file(written(home / "stripe.csv", "stripe"))
    return home


@pytest.fixture
def opened(alone, monkeypatch, tmp_path):
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv("HUITOU_HOME", str(alone))
    monkeypatch.setenv("HUITOU_WORKSPACE", str(tmp_path / "none"))

    def run(page, language="en"):
        app = AppTest.from_file(str(ROOT / "tests/ui/frame.py"), default_timeout=TIMEOUT_S)
        app.query_params["lang"] = language
        app.run()
        app.switch_page(str(ROOT / f"pages/{page}.py")).run()
        assert not app.exception, app.exception
        assert not app.error, [one.value for one in app.error]
        return app

    return run


@pytest.mark.parametrize("platform", EXPORTS)
def test_every_export_alone_answers_the_reports_and_divides_by_the_term(platform, tmp_path):
    workspace = analytics.open_workspace(tmp_path / "plans", create=True, name="Plans")
    report = workspace.import_file(written(tmp_path / f"{platform}.csv", platform))
    assert report.to_json()["platform"] == f"{platform}_subscriptions"
    result = run_report(workspace, "subscriptions")
    last = result.table.iloc[-1]
    plans = [list(row.values()) for row in rows(EXPORTS[platform].split(","))]
    until = max(start for *_, start, _, _ in plans)
    alive = [price for *_, price, _, _, end, _ in plans if not end or end > until]
    expected = sum({"29": 29, "75": 25, "240": 20}[price] for price in alive)
    assert last["mrr_end"] == pytest.approx(expected)
    for name in ("subscription-renewals", "subscription-projection", "subscription-definitions"):
        assert len(run_report(workspace, name).table)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_churn_page_is_the_subscriptions(opened, language):
    app = opened("churn", language)
    text = " ".join(str(one.value) for one in [*app.markdown, *app.caption])
    words = {"en": ("plans that ran out were renewed", "holds no orders"),
             "zh": ("个到期方案", "没有订单")}[language]  # fmt: skip
    assert all(word in text for word in words)
    heads = [one.value for one in app.subheader]
    title = {"en": "Renewed of those due, by cohort and number of the renewal",
             "zh": "各批订阅者每次到期的续费率"}[language]  # fmt: skip
    assert title in heads


@pytest.mark.parametrize(
    "page", ["overview", "repurchase", "retention", "segments", "recommendations", "campaigns"]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_other_pages_say_that_there_are_no_orders(opened, page, language):
    app = opened(page, language)
    said = {"en": "300 subscriptions, but no orders", "zh": "有 300 条订阅记录，但没有订单"}
    assert said[language] in app.info[0].value


def test_the_data_page_shows_what_was_imported(opened):
    assert opened("data")
