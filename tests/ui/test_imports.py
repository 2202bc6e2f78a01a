"""The Data page with a file that waits: shown, corrected, imported by a child process, undone."""

import shutil
from pathlib import Path

import pytest

import analytics
from analytics.store import jobs
from ui import imports

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60
UNCLEAR = "who,when,paid,extra\nA1,2024-01-05 10:00,10.5,x\nB2,2024-02-06 11:00,20,y\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HUITOU_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HUITOU_WORKSPACE", str(tmp_path / "none"))
    return tmp_path / "home"


@pytest.fixture
def shop(home):
    return analytics.open_workspace(home / "shop", create=True, name="Shop")


@pytest.fixture
def page(shop):  # noqa: ARG001 - the workspace must be there first
    from streamlit.testing.v1 import AppTest

    def opened(**parameters):
        app = AppTest.from_file(str(ROOT / "tests/ui/frame.py"), default_timeout=TIMEOUT_S)
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        if app.title[0].value not in {"Data", "数据"}:
            app.switch_page(str(ROOT / "pages/data.py")).run()
        return app

    return opened


def wait(shop, name, text=None, source=None):
    path = shop.folder("uploads") / name
    if source is not None:
        shutil.copy(source, path)
    else:
        path.write_text(text, encoding="utf-8")
    return path


def button(app, label):
    return next(one for one in app.button if one.label == label)


def choice(app, part):
    return next(one for one in app.selectbox if part in str(one.key))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_waiting_file_is_shown_with_its_reasons(shop, page, orders_csv, language):
    wait(shop, "orders.csv", source=orders_csv)
    app = page(lang=language)
    assert not app.exception
    assert not app.error
    assert choice(app, ":table:").value == "order_lines"
    assert choice(app, ":map:customer_id:").value == "customer_id"
    assert any("customer_id" in caption.value for caption in app.caption)


def test_a_file_without_a_customer_column_asks_for_it(shop, page):
    wait(shop, "unclear.csv", UNCLEAR)
    app = page()
    assert not app.exception
    assert app.error
    choice(app, ":table:").set_value("order_lines").run()
    for field, column in (("customer_id", "who"), ("ordered_at", "when"), ("amount", "paid")):
        candidates = [one for one in app.selectbox if f":map:{field}:" in str(one.key)]
        if candidates and candidates[0].value != column:
            candidates[0].set_value(column).run()
    assert not app.error
    assert choice(app, ":map:customer_id:").value == "who"


def test_a_correction_is_passed_to_the_import(shop, page, orders_csv):
    path = wait(shop, "orders.csv", source=orders_csv)
    app = page()
    choice(app, ":currency:").set_value("USD").run()
    choice(app, ":map:channel:").set_value("category").run()
    decided = app.session_state[f"corrections:{imports_key(path)}"]
    assert decided["settings"] == {"currency": "USD"}
    assert decided["mapping"] == {"channel": "category"}


def imports_key(path):
    return imports._key(path).removeprefix("corrections:")


def test_arguments_say_what_was_decided():
    decided = imports.Corrections("order_lines", (("amount", "Net"),), {"header_line": 3})
    assert decided.arguments() == [
        *("--as", "order_lines"),
        *("--map", "amount=Net"),
        *("--header-line", "3"),
    ]


def test_an_import_runs_as_a_job_and_its_report_is_shown(shop, page, orders_csv):
    path = wait(shop, "orders.csv", source=orders_csv)
    app = page()
    button(app, "Import").click().run()
    status = jobs.latest(shop.path, "import").wait()
    assert status.state == "done", status.error
    app.run()
    assert not app.exception
    assert not path.exists()
    assert shop.refresh().version == 1
    assert any("What came of orders.csv" in head.value for head in app.subheader)
    assert app.metric[0].value == f"{shop.count('order_lines'):,}"
    button(app, "Go back one version").click().run()
    assert analytics.open_workspace(shop.path).count("order_lines") == 0


def test_an_import_into_the_sample_makes_a_new_workspace(home, orders_csv):
    from streamlit.testing.v1 import AppTest

    sample = analytics.open_workspace(home / "sample", create=True, name="S", is_sample=True)
    wait(sample, "orders.csv", source=orders_csv)
    app = AppTest.from_file(str(ROOT / "tests/ui/frame.py"), default_timeout=TIMEOUT_S).run()
    app.switch_page(str(ROOT / "pages/data.py")).run()
    button(app, "Import").click().run()
    own = home / "my-shop"
    assert jobs.latest(own, "import").wait().state == "done"
    assert app.session_state["ws"] == "my-shop"
    assert analytics.open_workspace(own).version == 1
    assert sample.refresh().version == 0
    assert imports.uploads.waiting(sample.folder("uploads")) == []


def test_a_removed_file_is_gone(shop, page, orders_csv):
    path = wait(shop, "orders.csv", source=orders_csv)
    button(page(), "Remove").click().run()
    assert not path.exists()


def test_settings_make_a_new_version(shop, page, orders_csv):
    shop.import_file(orders_csv)
    app = page()
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
