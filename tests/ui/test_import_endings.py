"""How an import on the Data page may end; versions compared, taken back, freed; settings."""

import json
import os
import signal

import pytest

import analytics
from analytics.store import jobs
from tests.ui.data_page import badges, button, choice, finished, opened, wait
from ui.importing import corrections


@pytest.fixture
def shop(empty_shop):
    return empty_shop


def test_a_failed_import_says_so_above_its_files(shop, orders_csv):
    path = wait(shop, "orders.csv", source=orders_csv)
    corrections.begin(path, "2024-01-01T00:00:00+00:00")
    plan = shop.folder("uploads") / ".plan.json"
    plan.write_text(json.dumps([{"file": str(shop.path / "gone.csv")}]))
    job = jobs.start(
        shop.path, "import", ["import", "--plan", str(plan), "--workspace", str(shop.path)]
    )
    assert job.wait().state == "failed"
    app = opened()
    assert any("gone.csv" in error.value for error in app.error)
    assert badges(app) == ["ready"]


def test_an_import_that_died_says_so_in_the_readers_language(shop, orders_csv):
    wait(shop, "orders.csv", source=orders_csv)
    button(opened(), "Import").click().run()
    job = jobs.latest(shop.path, "import")
    os.kill(int((job.folder / "pid").read_text()), signal.SIGKILL)
    assert job.wait().state == "failed"
    assert any("ended before it was done" in error.value for error in opened().error)
    assert any("任务中途停止" in error.value for error in opened(lang="zh").error)


def test_two_versions_are_compared_with_the_reason(shop, orders_csv):
    shop.import_file(orders_csv)
    head, order = orders_csv.read_text("utf-8").splitlines()[:2]
    late = shop.path / "late.csv"
    late.write_text(f"{head}\n{order.replace('0000-0', '9999-0').replace('c0000', 'c9999')}\n")
    shop.import_file(late)
    app = opened(data_tabs="versions")
    told = next(one.value for one in app.dataframe if "Why" in one.value)
    buyers = told[told["Figure"] == "Customers who bought"].iloc[0]
    assert (buyers["Change"], buyers["Why"]) == ("+1", "new orders +1")


def test_an_import_that_was_taken_back_is_no_news_any_more(shop, orders_csv):
    shop.import_file(orders_csv)
    wait(shop, "late.csv", "order_id,customer_id,ordered_at,amount\n1,x,2024-01-01,5\n")
    app = opened()
    button(app, "Import").click().run()
    finished(shop)
    app.run()
    assert any("What came of late.csv" in head.value for head in app.subheader)
    app.button(key="undo_import").click().run()
    assert not app.exception
    assert any("late.csv" in one.value for one in app.toast)
    assert not any("What came of" in head.value for head in app.subheader)
    assert shop.refresh().reports()[-1]["file"] == orders_csv.name


def test_orders_that_were_there_already_are_told_of(shop, orders_csv):
    shop.import_file(orders_csv)
    wait(shop, "orders.csv", source=orders_csv)
    app = opened()
    button(app, "Import").click().run()
    finished(shop)
    app.run()
    told = " ".join(str(one.delta) for one in app.metric)
    assert f"{shop.count('orders'):,} known before" in told


def test_a_cancelled_import_says_so_and_can_be_started_again(shop, orders_csv):
    path = wait(shop, "orders.csv", source=orders_csv)
    app = opened()
    button(app, "Import").click().run()
    jobs.latest(shop.path, "import").cancel()
    assert jobs.latest(shop.path, "import").wait().state == "cancelled"
    app.run()
    assert any("Cancelled" in one.value for one in app.info)
    assert badges(app) == ["ready"]
    assert path.exists()
    button(app, "Import").click().run()
    finished(shop)
    assert shop.refresh().version == 1


def test_settings_make_a_new_version(shop, orders_csv):
    shop.import_file(orders_csv)
    app = opened(data_tabs="settings")
    app.selectbox(key="set_timezone").set_value("Asia/Shanghai")
    app.selectbox(key="set_valid_rule").set_value("amount>=0")
    app.text_input(key="set_name").set_value('我的 "小" 店')
    button(app, "Save").click().run()
    assert not app.exception
    changed = analytics.open_workspace(shop.path)
    assert changed.version == 2
    assert changed.settings.timezone == "Asia/Shanghai"
    assert changed.settings.valid_rule == "amount>=0"
    assert changed.name == '我的 "小" 店'


def test_a_file_that_cannot_be_loaded_does_not_keep_the_others_out(shop, orders_csv):
    wait(shop, "orders.csv", source=orders_csv)
    nobody = "order_id,customer_id,ordered_at,amount,note\n" + "".join(
        f"{n},guest,2024-01-{n:02d},10,m{n}\n" for n in range(1, 20)
    )
    bad = wait(shop, "nobody.csv", nobody)
    app = opened()
    button(app, "Import all that are ready (2)").click().run()
    finished(shop)
    app.run()
    assert not app.exception
    assert shop.refresh().reports()[0]["file"] == "orders.csv"
    assert badges(app) == ["not imported"]
    assert any("nobody.csv" in one.value for one in app.warning)
    assert any("names a customer" in one.value for one in app.error)
    assert any("没有一行写明客户" in one.value for one in opened(lang="zh").error)
    choice(app, ":map:customer_id:").set_value("note").run()
    assert badges(app) == ["ready"]
    button(app, "Import").click().run()
    finished(shop)
    app.run()
    assert not bad.exists()
    assert [one["file"] for one in shop.refresh().reports()] == ["orders.csv", "nobody.csv"]


def test_every_file_at_fault_says_why_when_none_can_be_loaded(shop):
    for name in ("a.csv", "b.csv"):
        wait(shop, name, "order_id,customer_id,ordered_at,amount\n1,guest,2024-01-05,10\n" * 3)
    app = opened()
    button(app, "Import all that are ready (2)").click().run()
    assert jobs.latest(shop.path, "import").wait().state == "failed"
    app.run()
    assert badges(app) == ["not imported", "not imported"]
    assert shop.refresh().version == 0


def test_the_size_on_disk_is_said_and_old_versions_can_go(shop, orders_csv):
    for _ in range(2):
        shop.import_file(orders_csv)
    app = opened(data_tabs="versions")
    assert any("2 versions take" in one.value for one in app.markdown)
    app.number_input(key="kept_versions").set_value(1)
    button(app, "Remove older versions").click().run()
    assert not app.exception
    assert any("0 versions removed" in one.value for one in app.caption)
