"""The Data page with files that wait: shown, corrected, imported by a child process, undone."""

import os
import time
import zipfile

import pytest

import analytics
from analytics.store import jobs
from tests.ui.data_page import badges, button, choice, finished, opened, question, wait
from ui.importing import corrections
from ui.importing.corrections import Corrections

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
def shop(empty_shop):
    return empty_shop


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


def test_an_import_into_the_sample_makes_a_new_workspace(empty_home, orders_csv):
    sample = analytics.open_workspace(empty_home / "sample", create=True, name="S", is_sample=True)
    wait(sample, "orders.csv", source=orders_csv)
    app = opened()
    button(app, "Import").click().run()
    own = empty_home / "my-shop"
    assert jobs.latest(own, "import").wait().state == "done"
    assert app.session_state["ws"] == "my-shop"
    assert analytics.open_workspace(own).version == 1
    assert sample.refresh().version == 0
    assert not list(sample.folder("uploads").glob("[!.]*"))


def test_a_removed_file_is_gone(shop, orders_csv):
    path = wait(shop, "orders.csv", source=orders_csv)
    button(opened(), "Remove").click().run()
    assert not path.exists()
