"""The Data page with files that wait: shown, corrected, imported by a child process, undone."""

import json
import os
import shutil
import signal
import time
import zipfile
from pathlib import Path

import pytest

import analytics
from analytics.store import jobs
from ui.importing import corrections
from ui.importing.corrections import Corrections

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60
UNCLEAR = "who,when,paid,extra\nA1,2024-01-05 10:00,10.5,x\nB2,2024-02-06 11:00,20,y\n"
EITHER_WAY = (
    "order_id,customer_id,ordered_at,amount\n"
    "1,a,03/04/2024,10\n2,b,05/06/2024,20\n3,a,07/08/2024,30\n"
)
WORDS = (
    "order_id,customer_id,ordered_at,amount,status\n"
    "1,a,2024-01-05,10,paid\n2,b,2024-02-06,20,zorgeld\n3,a,2024-03-07,30,paid\n"
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HUITOU_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HUITOU_WORKSPACE", str(tmp_path / "none"))
    return tmp_path / "home"


@pytest.fixture
def shop(home):
    return analytics.open_workspace(home / "shop", create=True, name="Shop")


def opened(**parameters):
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "tests/ui/frame.py"), default_timeout=TIMEOUT_S)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    if app.title[0].value not in {"Data", "数据"}:
        app.switch_page(str(ROOT / "pages/data.py")).run()
    assert not app.exception
    return app


def wait(shop, name, text=None, source=None):
    path = shop.folder("uploads") / name
    if source is not None:
        shutil.copyfile(source, path)
    else:
        path.write_text(text, encoding="utf-8")
    return path


def button(app, label):
    return next(one for one in app.button if one.label.startswith(label))


def choice(app, part):
    return next(one for one in app.selectbox if part in str(one.key))


def question(app, part):
    return next(one for one in app.radio if part in str(one.key))


def badges(app):
    """The state of each waiting file, by the badge of its row."""
    texts = [one.value for one in app.markdown if "-badge[:material" in one.value]
    return [text.partition(": ")[2].partition("]")[0] for text in texts]


def finished(shop):
    status = jobs.latest(shop.path, "import").wait()
    assert status.state == "done", status.error
    return status


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_waiting_file_is_shown_with_its_reasons(shop, orders_csv, language):
    wait(shop, "orders.csv", source=orders_csv)
    app = opened(lang=language)
    assert not app.error
    assert choice(app, ":table:").value == "order_lines"
    assert choice(app, ":map:customer_id:").value == "customer_id"
    assert any("customer" in caption.value for caption in app.caption)


def test_every_waiting_file_says_whether_it_is_ready(shop, orders_csv):
    wait(shop, "a.csv", source=orders_csv)
    wait(shop, "b.csv", UNCLEAR)
    wait(shop, "c.csv", "")
    wait(shop, "d.csv", "order_id,customer_id,ordered_at,amount\n")
    app = opened()
    assert badges(app) == ["ready", "needs a decision", "can't be read", "can't be read"]
    assert any("How b.csv is read" in head.value for head in app.subheader)


def test_a_file_without_a_customer_column_asks_for_it(shop):
    wait(shop, "unclear.csv", UNCLEAR)
    app = opened()
    assert app.warning
    choice(app, ":table:").set_value("order_lines").run()
    for field, column in (("customer_id", "who"), ("ordered_at", "when"), ("amount", "paid")):
        candidates = [one for one in app.selectbox if f":map:{field}:" in str(one.key)]
        if candidates and candidates[0].value != column:
            candidates[0].set_value(column).run()
    assert not app.warning
    assert choice(app, ":map:customer_id:").value == "who"
    assert badges(app) == ["ready"]


def test_a_date_that_reads_both_ways_is_asked_with_both_readings(shop):
    path = wait(shop, "either.csv", EITHER_WAY)
    app = opened()
    assert badges(app) == ["needs a decision"]
    asked = question(app, "date_order")
    assert asked.value is None
    asked.set_value("month-first").run()
    assert badges(app) == ["ready"]
    assert corrections.of(path).settings == {"date_order": "month-first"}
    assert str(app.dataframe[0].value["Ordered at"].iloc[0])[:10] == "2024-03-04"


def test_an_unknown_status_word_is_asked_and_counts_as_it_is_answered(shop):
    path = wait(shop, "words.csv", WORDS)
    app = opened()
    assert badges(app) == ["needs a decision"]
    choice(app, ":zorgeld:").set_value("refunded").run()
    assert badges(app) == ["ready"]
    assert corrections.of(path).settings["status_words"] == {"zorgeld": "refunded"}
    button(app, "Import").click().run()
    finished(shop)
    assert shop.refresh().headline["valid_orders"] == 2


def test_corrections_outlive_the_session_and_go_with_the_file(shop, orders_csv):
    path = wait(shop, "orders.csv", source=orders_csv)
    app = opened()
    choice(app, "csv:currency:").set_value("USD").run()
    choice(app, ":map:channel:").set_value("category").run()
    again = opened()
    assert choice(again, "csv:currency:").value == "USD"
    assert choice(again, ":map:channel:").value == "category"
    button(again, "Read it anew").click().run()
    assert choice(again, ":map:channel:").value == "channel"
    wait(shop, "orders.csv", source=orders_csv)
    os.utime(path, (time.time() + 5, time.time() + 5))
    assert not corrections.of(path)


def test_another_table_makes_choices_of_columns_void(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x\n")
    corrections.correct(path, "mapping", "x", "amount")
    corrections.correct(path, "settings", "EUR", "currency")
    assert corrections.of(path) == Corrections(None, {"amount": "x"}, {"currency": "EUR"})
    corrections.correct(path, "table", "customers")
    assert corrections.of(path) == Corrections("customers", {}, {"currency": "EUR"})
    corrections.correct(path, "mapping", "x", "email")
    corrections.correct(path, "settings", 3, "header_line")
    assert corrections.of(path).mapping == {}


def test_an_import_runs_as_a_job_and_its_report_is_shown(shop, orders_csv):
    path = wait(shop, "orders.csv", source=orders_csv)
    app = opened()
    button(app, "Import").click().run()
    finished(shop)
    app.run()
    assert not app.exception
    assert not path.exists()
    assert shop.refresh().version == 1
    assert any("What came of orders.csv" in head.value for head in app.subheader)
    assert app.metric[0].value == f"{shop.count('order_lines'):,}"
    assert any("order lines came in" in text.value for text in app.markdown)
    app = opened(data_tabs="versions")
    button(app, "Take it back").click().run()
    assert analytics.open_workspace(shop.path).count("order_lines") == 0


def test_all_ready_files_are_imported_at_once_and_the_others_stay(shop, orders_csv):
    wait(shop, "orders.csv", source=orders_csv)
    wait(shop, "people.csv", "customer_id,signed_up_at,city\nc0001,2023-01-01,Paris\n")
    left = wait(shop, "unclear.csv", UNCLEAR)
    app = opened()
    button(app, "Import all that are ready (2)").click().run()
    finished(shop)
    app.run()
    assert shop.refresh().version == 1
    assert (shop.count("order_lines") > 100, shop.count("customers")) == (True, 1)
    assert [path.name for path in sorted(shop.folder("uploads").glob("[!.]*"))] == [left.name]
    assert any("What came of 2 files" in head.value for head in app.subheader)


def test_a_file_left_unchosen_is_not_imported(shop, orders_csv):
    wait(shop, "orders.csv", source=orders_csv)
    wait(shop, "people.csv", "customer_id,signed_up_at,city\nc0001,2023-01-01,Paris\n")
    app = opened()
    next(one for one in app.checkbox if "people" in one.label).uncheck().run()
    button(app, "Import the chosen files (1)").click().run()
    finished(shop)
    assert shop.refresh().count("customers") == 0


def test_the_next_file_of_the_same_shape_is_read_as_last_time(shop):
    wait(shop, "january.csv", UNCLEAR)
    shop.import_file(
        shop.folder("uploads") / "january.csv",
        table="order_lines",
        mapping={"customer_id": "who", "ordered_at": "when", "amount": "paid"},
    )
    (shop.folder("uploads") / "january.csv").unlink()
    wait(shop, "february.csv", UNCLEAR.replace("2024-0", "2024-1"))
    app = opened()
    assert badges(app) == ["ready, as last time"]
    assert any("as you decided for january" in caption.value for caption in app.caption)
    choice(app, ":map:channel:").set_value("extra").run()
    assert choice(app, ":map:customer_id:").value == "who"
    button(app, "Read it anew").click().run()
    assert badges(app) == ["needs a decision"]


def test_the_same_name_uploaded_again_is_a_new_file(shop, orders_csv):
    wait(shop, "orders.csv", source=orders_csv)
    button(opened(), "Import").click().run()
    finished(shop)
    opened()
    path = wait(shop, "orders.csv", source=orders_csv)
    opened()
    assert path.exists()


def test_a_zip_of_several_tables_waits_as_its_files(shop, orders_csv):
    path = shop.folder("uploads") / "export.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.write(orders_csv, "orders.csv")
        packed.writestr("people.csv", "customer_id,signed_up_at,city\nc0001,2023-01-01,Paris\n")
    app = opened()
    assert [path.name for path in sorted(path.parent.glob("[!.]*"))] == ["orders.csv", "people.csv"]
    assert badges(app) == ["ready", "ready"]


def test_a_zip_that_cannot_be_unpacked_says_so(shop):
    wait(shop, "export.zip", "PK\x03\x04 no zip at all")
    assert badges(opened()) == ["can't be read"]


def test_the_zone_is_asked_once_for_all_files(shop, orders_csv):
    first = wait(shop, "a.csv", source=orders_csv)
    second = wait(shop, "b.csv", source=orders_csv)
    app = opened()
    choice(app, "zone_of_all").set_value("Asia/Tokyo").run()
    for path in (first, second):
        assert corrections.of(path).settings == {"timezone": "Asia/Tokyo"}
    shop.change_settings(timezone="Asia/Tokyo")
    assert not [one for one in opened().selectbox if "zone_of_all" in str(one.key)]


def test_rows_that_would_be_left_out_are_marked_in_the_preview(shop):
    lines = "".join(f"{n},c{n},2024-01-{n:02d},1{n}\n" for n in range(1, 20))
    text = f"order_id,customer_id,ordered_at,amount\n20,x,2024-13-45,1\n{lines}"
    wait(shop, "orders.csv", text)
    app = opened()
    told = app.dataframe[0].value
    assert told["Left out because"].iloc[0] == "a date that can't be read"
    assert told["Left out because"].iloc[1] == ""


def test_an_import_into_the_sample_makes_a_new_workspace(home, orders_csv):
    sample = analytics.open_workspace(home / "sample", create=True, name="S", is_sample=True)
    wait(sample, "orders.csv", source=orders_csv)
    app = opened()
    button(app, "Import").click().run()
    own = home / "my-shop"
    assert jobs.latest(own, "import").wait().state == "done"
    assert app.session_state["ws"] == "my-shop"
    assert analytics.open_workspace(own).version == 1
    assert sample.refresh().version == 0
    assert not list(sample.folder("uploads").glob("[!.]*"))


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


def test_a_removed_file_is_gone(shop, orders_csv):
    path = wait(shop, "orders.csv", source=orders_csv)
    button(opened(), "Remove").click().run()
    assert not path.exists()


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
