"""The growth manager's whole way, in a real browser: from a GBK export to a list in hand.

What the pages show and what the downloaded file holds is compared with plain pandas on the rows
that the export was written from (shop_gbk.py); nothing of the project computes the expectation.
"""

import contextlib
import json
import shutil

import pandas as pd
import pytest

from analytics import open_workspace
from tests.e2e import shop_gbk
from tests.e2e.conftest import serving, settled

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = pytest.mark.browser
WORK_MS = 90_000
TRY_MS, TRIES = 4_000, 6


@pytest.fixture(scope="module")
def home(tmp_path_factory, sample_home):
    """A home as `make app` leaves it: the sample shop and nothing else."""
    place = tmp_path_factory.mktemp("journey")
    shutil.copytree(sample_home, place / "workspaces")
    return place


@pytest.fixture(scope="module")
def address(home):
    with serving(home) as base:
        yield base


def go(tab, name):
    tab.get_by_role("link", name=name, exact=True).first.click()
    expect(tab.get_by_role("heading", name=name, exact=True)).to_be_visible()
    settled(tab)


def choose_below(tab, fold, label, option):
    """Unfold, open the box, choose; what a rerun in between folds again is unfolded again."""
    box = tab.get_by_role("combobox", name=label, exact=True)
    for _ in range(TRIES):
        settled(tab)
        if not box.is_visible():
            tab.get_by_text(fold).click()
        with contextlib.suppress(playwright.TimeoutError):
            box.click(timeout=TRY_MS)
            tab.get_by_role("option", name=option, exact=True).click(timeout=TRY_MS)
            break
    settled(tab)


def click_cell(tab, cohort, column):
    """Click the square of a cohort's row under a column's heading."""
    grid = tab.locator(".js-plotly-plot").first
    row = grid.locator(f'text[data-unformatted^="{cohort}"]').first.bounding_box()
    head = grid.locator(f'text[data-unformatted="{column}"]').first.bounding_box()
    middle = head["x"] + head["width"] / 2, row["y"] + row["height"] / 2
    tab.mouse.click(*middle)


def import_export(page, address, export):
    """From the sample shop: drop the file, correct the one column it could not know, import."""
    page.goto(f"{address}/data")
    expect(page.get_by_role("heading", name="Data", exact=True)).to_be_visible()
    settled(page)
    drop(page, export)
    expect(page.get_by_text("How 订单.csv is read")).to_be_visible(timeout=WORK_MS)
    expect(page.get_by_text("Taobao or Tmall orders").first).to_be_visible()
    settled(page)
    correct_channel(page)
    press(page, "Import")
    expect(page.get_by_text("What came of 订单.csv")).to_be_visible(timeout=WORK_MS)
    settled(page)


def drop(page, *paths):
    page.locator("input[type=file]").first.set_input_files([str(path) for path in paths])
    expect(page.get_by_text(paths[0].name).first).to_be_visible(timeout=WORK_MS)
    expect(page.locator(".files li")).to_have_count(0, timeout=WORK_MS)
    settled(page)


def press(page, name):
    page.get_by_role("button", name=name).last.click()


def correct_channel(page):
    """Say which column is the channel, in the folds of the file's columns."""
    page.get_by_text("Which column is what").click()
    choose_below(page, "More fields", "Channel", "下单渠道说明")
    page.keyboard.press("Escape")
    page.mouse.click(5, 5)
    settled(page)


def check_import(page, home, truth):
    expect(page.get_by_text(f"{truth['valid_orders']} valid").first).to_be_visible()
    version = home / "workspaces" / "my-shop" / "versions" / "000001.json"
    (report,) = json.loads(version.read_text("utf-8"))["reports"]
    assert (report["orders"], report["valid_orders"]) == (truth["orders"], truth["valid_orders"])
    assert report["revenue"] == {"CNY": float(truth["revenue"])}
    assert report["mapping"]["channel"] == "下单渠道说明"
    assert len(list((home / "workspaces" / "sample" / "versions").glob("*.json"))) == 6


def check_repurchase(page, truth):
    go(page, "Repurchase")
    back, eligible = truth["rate_90"]
    expect(page.get_by_text(f"{back / eligible:.1%}").first).to_be_visible()
    expect(page.get_by_text(f"n {eligible}").first).to_be_visible()


def check_cell(page, truth):
    """Click a cohort's cell: its people appear, and can be downloaded."""
    go(page, "Retention")
    click_cell(page, "Mar 2024", "M1")
    came, size = truth["triangle"]["2024-03", 1], truth["triangle"]["2024-03", 0]
    expect(page.get_by_text("Mar 2024, Month 1")).to_be_visible()
    expect(page.get_by_text(f"{came} of {size} came back")).to_be_visible()
    settled(page)
    people = pd.read_csv(downloaded(page), dtype=str, encoding="utf-8-sig")
    assert len(people) == came
    assert set(people["customer_id"]) <= set(truth["people"].index)


def downloaded(page):
    button = page.locator("[data-testid=stDownloadButton]:visible", has_text="Download").first
    expect(button).to_be_visible()
    settled(page)
    with page.expect_download() as download:
        button.click()
    return download.value.path()


def train(page):
    """Train in a child process, cancel it, train again, and look at what a segment is offered."""
    go(page, "Recommendations")
    begin = page.get_by_role("button", name="Train", exact=False).first
    begin.click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("the workspace is as it was before")).to_be_visible(timeout=WORK_MS)
    settled(page)
    expect(page.get_by_text("For a segment")).to_have_count(0)
    begin.click()
    segment = page.get_by_text("For a segment")
    expect(segment).to_be_visible(timeout=WORK_MS)
    settled(page)
    segment.click()
    expect(page.get_by_text(": what to offer").first).to_be_visible()
    settled(page)


def choose(tab, label, option):
    """Choose in a box of the page; a rerun that closes its list is waited for."""
    box = tab.get_by_role("combobox", name=label, exact=True)
    for _ in range(TRIES):
        settled(tab)
        with contextlib.suppress(playwright.TimeoutError):
            box.click(timeout=TRY_MS)
            tab.get_by_role("option", name=option, exact=True).first.click(timeout=TRY_MS)
            break
    tab.keyboard.press("Escape")
    settled(tab)


def lists_of(page):
    """What the downloaded files hold: segments by items, and the members' own lists."""
    found = []
    for label in ("All segments × items", "Personal lists of this segment"):
        with page.expect_download() as download:
            page.get_by_text(label).click()
        path = download.value.path()
        found.append(pd.read_csv(path, dtype={"customer_id": str}, encoding="utf-8-sig"))
    return found


def bound(page, truth):
    """Pin one course and shut out another: the sentence, the list and both files follow."""
    choose(page, "Segment", "Lost")
    page.get_by_text("Limits: price").click()
    choose(page, "Always first", "课程丁")
    choose(page, "Never", "课程甲")
    expect(page.get_by_text("Offer 课程丁 first")).to_be_visible()
    expect(page.get_by_text("always first: 课程丁")).to_be_visible()
    settled(page)
    items, lists = lists_of(page)
    firsts = items[items["rank"] == 1]
    assert set(firsts["item_name"]) == {"课程丁"}
    assert "课程甲" not in {*items["item_name"], *lists["item_name"]}
    assert set(lists["customer_id"]) <= set(truth["people"].index)
    led = lists[lists["item_name"] == "课程丁"]
    assert len(led)
    assert set(led["rank"]) == {1}


def roll_back(page, home):
    """Let another version serve, then the leaderboard's winner again."""
    page.get_by_text("Train and compare").click()
    chosen = home / "workspaces" / "my-shop" / "models" / "serving.json"
    assert not chosen.exists()
    choose(page, "Whose lists the pages show", "Popularity, version 1")
    assert json.loads(chosen.read_text("utf-8")) == {"name": "popularity", "version": 1}
    choose(page, "Whose lists the pages show", "The leaderboard's winner")
    assert not chosen.exists()


def test_from_a_gbk_export_to_a_target_list(page, address, home, tmp_path):
    rows = shop_gbk.orders()
    truth = shop_gbk.expected(rows)
    export = tmp_path / "订单.csv"
    shop_gbk.write(export, rows)
    import_export(page, address, export)
    check_import(page, home, truth)
    check_repurchase(page, truth)
    check_cell(page, truth)
    train(page)
    bound(page, truth)
    roll_back(page, home)
    go(page, "Campaigns")
    page.get_by_role("button", name="Draw", exact=False).first.click()
    check_list(downloaded(page), truth)


def check_list(path, truth):
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(path, dtype={"customer_id": str}, encoding="utf-8-sig")
    assert len(table) > 0
    assert table["customer_id"].is_unique
    known = truth["people"].loc[table["customer_id"]]
    assert table["purchases"].tolist() == known["purchases"].tolist()
    assert table["revenue"].tolist() == known["revenue"].tolist()
    silent = (truth["as_of"] - known["last"]).dt.days
    assert table["recency_days"].tolist() == silent.tolist()
    assert set(table["arm"]) <= {"treatment", "holdout"}
    held = (table["arm"] == "holdout").sum()
    assert held == round(len(table) * 0.1) or abs(held - len(table) * 0.1) <= 1


def test_next_months_files_come_in_at_once_double_nothing_and_can_be_taken_back(
    page, address, home, tmp_path
):
    """Two files at once, one with the columns of last month and some of its orders, then undo."""
    rows = shop_gbk.orders()
    first, again = tmp_path / "一月.csv", tmp_path / "二月.csv"
    shop_gbk.write(first, rows[:200])
    shop_gbk.write(again, rows[150:])
    people = tmp_path / "people.csv"
    people.write_text("customer_id,signed_up_at,city\n000001,2024-01-01,Paris\n", "utf-8")
    shop = open_workspace(home / "workspaces" / "second", create=True, name="Second")
    page.goto(f"{address}/data?ws=second")
    settled(page)
    drop(page, first)
    expect(page.get_by_text("How 一月.csv is read")).to_be_visible(timeout=WORK_MS)
    correct_channel(page)
    press(page, "Import")
    expect(page.get_by_text("What came of 一月.csv")).to_be_visible(timeout=WORK_MS)
    settled(page)
    drop(page, again, people)
    expect(page.get_by_text("ready, as last time")).to_be_visible(timeout=WORK_MS)
    settled(page)
    press(page, "Import all that are ready (2)")
    expect(page.get_by_text("What came of 2 files")).to_be_visible(timeout=WORK_MS)
    settled(page)
    assert shop.refresh().version == 2
    assert shop.headline["orders"] == len(rows)
    assert float(shop.headline["revenue"]) == float(shop_gbk.expected(rows)["revenue"])
    mappings = {report["file"]: report["mapping"] for report in shop.reports()}
    assert mappings["二月.csv"]["channel"] == "下单渠道说明"
    take_back(page)
    assert shop.refresh().headline["orders"] == 200
    assert shop.count("customers") == 0


def take_back(page):
    page.get_by_role("tab", name="Versions").click()
    page.get_by_role("button", name="Go back one version").click()
    page.get_by_role("button", name="Take it back").click()
    settled(page)
    expect(page.get_by_text("Version 3 ·").first).to_be_visible(timeout=WORK_MS)


def test_every_page_opens_in_chinese_on_a_phone(browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    tab = context.new_page()
    tab.set_default_timeout(WORK_MS)
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    titles = {
        "": "总览",
        "repurchase": "复购",
        "retention": "留存",
        "churn": "流失",
        "segments": "分群",
        "recommendations": "推荐",
        "campaigns": "触达",
        "data": "数据",
    }
    for path, title in titles.items():
        tab.goto(f"{address}/{path}?ws=sample")
        expect(tab.get_by_role("heading", name=title, exact=True).first).to_be_visible()
        settled(tab)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390, path
    context.close()
    assert errors == []
