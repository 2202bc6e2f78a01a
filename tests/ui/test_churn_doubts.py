"""The churn page on shops that its models must not be believed for: it says so in a box."""

import csv
from datetime import datetime, timedelta

import numpy as np
import pytest

import analytics
from analytics.settings import ImportSettings
from tests.ui.test_churn_tabs import opened

BEGIN = datetime(2023, 1, 2, 10)
LAST = 700


def too_plain(draw):
    """Every other customer buys twice and never again, the rest go on to the last day."""
    for customer in range(600):
        start, second = int(draw.integers(0, 450)), int(draw.integers(5, 15))
        step = int(draw.integers(12, 25)) if customer % 2 else LAST
        yield from ((customer, day) for day in (start, *range(start + second, LAST, step)))


def renewing(draw):
    for customer in range(300):
        start = int(draw.integers(0, 600))
        yield from ((customer, start + 30 * n) for n in range(int(draw.geometric(0.15))))


def staying(draw):
    for customer in range(300):
        day, pause = int(draw.integers(0, 300)), 5 + draw.gamma(2, 20)
        while day < LAST:
            yield customer, day
            day += 1 + int(draw.exponential(pause))


SHOPS = {"plain": too_plain, "renewing": renewing, "staying": staying}


def imported(home, name):
    path = home / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["order_id", "customer_id", "ordered_at", "item_id", "amount"])
        for place, (customer, day) in enumerate(SHOPS[name](np.random.default_rng(3))):
            if day <= LAST:
                at = (BEGIN + timedelta(days=day)).isoformat(sep=" ")
                writer.writerow([place, f"c{customer}", at, f"i{place % 7}", 20 + place % 5])
    workspace = analytics.open_workspace(home / name, create=True, name=name)
    workspace.import_file(path, settings=ImportSettings(timezone="UTC", currency="EUR"))


@pytest.fixture(scope="module")
def shops(tmp_path_factory):
    home = tmp_path_factory.mktemp("doubted")
    for name in SHOPS:
        imported(home, name)
    return home


@pytest.fixture(autouse=True)
def _home(shops, monkeypatch, tmp_path):
    monkeypatch.setenv("HUITOU_HOME", str(shops))
    monkeypatch.setenv("HUITOU_WORKSPACE", str(tmp_path / "none"))


def warned(app):
    assert not app.exception
    return " ".join(one.value for one in app.warning)


@pytest.mark.parametrize(
    ("tab", "lang", "words"),
    [("Score", "en", "too good to be true"), ("流失评分", "zh", "好得不真实")],
)
def test_a_score_too_good_to_be_true_is_red(tab, lang, words):
    app = opened(tab, ws="plain", lang=lang)
    assert not app.exception
    assert len(app.error) == 1
    assert words in app.error[0].value
    assert not app.warning


@pytest.mark.parametrize(
    ("tab", "lang", "page", "model"),
    [
        ("Customer value", "en", "renewals by contract", "looks like renewals"),
        ("客户价值", "zh", "按合同续费", "请改看订阅"),
    ],
)
def test_renewals_are_told_on_the_page_and_where_the_model_is_read(tab, lang, page, model):
    said = warned(opened(tab, ws="renewing", lang=lang))
    assert page in said
    assert model in said


@pytest.mark.parametrize(
    ("tab", "lang", "words"),
    [("Customer value", "en", "No leaving is visible"), ("客户价值", "zh", "看不出客户离开")],
)
def test_a_shop_that_nobody_leaves_is_told(tab, lang, words):
    said = warned(opened(tab, ws="staying", lang=lang))
    assert words in said
    assert "renewals" not in said
