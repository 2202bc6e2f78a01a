"""What was decided about a file is taken for the next one with the same columns."""

import json

import pytest

from analytics import open_workspace
from analytics.settings import ImportSettings
from analytics.store import memory
from analytics.store.memory import Remembered
from analytics.store.readings import Request
from tests.store.files import csv, keys

HEADER = "order_id,customer_id,amount,net,ordered_at"


@pytest.fixture
def shop(tmp_path):
    return open_workspace(tmp_path / "shop", create=True)


@pytest.fixture
def months(tmp_path):
    return [
        csv(tmp_path, f"{number}.csv", HEADER, f"{number},a,9,7,2024-0{number}-03 10:00")
        for number in (1, 2, 3)
    ]


def revenue(report):
    return sum(report.revenue.values())


def test_a_correction_is_taken_for_the_next_file_of_the_shape_and_said(shop, months):
    shop.import_file(months[0], mapping={"amount": "net"})
    report = shop.import_file(months[1])
    assert (revenue(report), "remembered" in keys(report)) == (7.0, True)
    assert shop.remembered(report.signature).mapping["amount"] == "net"
    assert shop.remembered(report.signature).file == "1.csv"


def test_nothing_is_remembered_of_a_file_that_nobody_corrected(shop, months):
    report = shop.import_file(months[0], settings=ImportSettings(timezone="Asia/Shanghai"))
    assert shop.remembered(report.signature) is None
    assert "remembered" not in keys(shop.import_file(months[1]))


def test_a_dry_run_remembers_nothing(shop, months):
    report = shop.import_file(months[0], mapping={"amount": "net"}, dry_run=True)
    assert shop.remembered(report.signature) is None


def test_a_new_correction_takes_the_place_of_the_old_one(shop, months):
    shop.import_file(months[0], mapping={"amount": "net"})
    assert revenue(shop.import_file(months[1], mapping={"amount": "amount"})) == 9.0
    assert revenue(shop.import_file(months[2])) == 9.0


def test_a_file_is_read_afresh_and_its_shape_forgotten(shop, months):
    shop.import_file(months[0], mapping={"amount": "net"})
    (report,) = shop.import_files([Request(months[1], forgets=True)])
    assert (revenue(report), shop.remembered(report.signature)) == (9.0, None)


def test_a_confirmed_reading_is_remembered_without_a_correction(shop, months):
    (report,) = shop.import_files([Request(months[0], remembers=True)])
    assert shop.remembered(report.signature).mapping["amount"] == "amount"
    assert "remembered" in keys(shop.import_file(months[1]))


def test_a_dropped_field_stays_dropped(shop, tmp_path):
    header = "order_id,customer_id,amount,coupon,ordered_at"
    files = [
        csv(tmp_path, f"{n}.csv", header, f"{n},a,9,SPRING,2024-0{n}-03 10:00") for n in (1, 2, 3)
    ]
    shop.import_file(files[0], mapping={"coupon": ""})
    shop.import_files([Request(files[1], remembers=True)])
    shop.import_file(files[2])
    assert shop.table("order_lines").execute()["coupon"].isna().all()


def test_the_currency_of_a_shape_is_remembered_and_the_workspaces_zone_is_not(shop, months):
    given = ImportSettings(timezone="Asia/Shanghai", currency="EUR")
    report = shop.import_file(months[0], settings=given)
    assert shop.remembered(report.signature).settings == ImportSettings(currency="EUR")
    assert shop.import_file(months[1]).revenue == {"EUR": 9.0}


def test_a_setting_given_every_month_leaves_the_mapping_remembered(shop, months):
    euro = ImportSettings(currency="EUR")
    shop.import_file(months[0], mapping={"amount": "net"}, settings=euro)
    for path in months[1:]:
        assert shop.import_file(path, settings=euro).revenue == {"EUR": 7.0}


def test_a_setting_given_now_comes_before_the_remembered_one(shop, months):
    shop.import_file(months[0], mapping={"amount": "net"}, settings=ImportSettings(currency="EUR"))
    dollars = ImportSettings(currency="USD")
    assert shop.import_file(months[1], settings=dollars).revenue == {"USD": 7.0}
    assert shop.import_file(months[2]).revenue == {"USD": 7.0}


def test_the_zone_of_a_file_that_is_not_the_workspaces_is_remembered(shop, months, tmp_path):
    shop.import_file(months[0], settings=ImportSettings(timezone="Asia/Shanghai"))
    other = "order,customer,amount,ordered at"
    files = [csv(tmp_path, f"o{n}.csv", other, f"{n},a,9,2024-05-0{n} 23:30") for n in (1, 2)]
    shop.import_files(
        [Request(files[0], settings=ImportSettings(timezone="America/New_York"), remembers=True)]
    )
    assert shop.import_file(files[1]).timezone == "America/New_York"
    assert shop.settings.timezone == "Asia/Shanghai"


def test_where_the_header_is_said_to_be_is_remembered_for_the_shape_that_the_file_shows(
    shop, tmp_path
):
    files = [
        csv(tmp_path, f"{n}.csv", "a,b,c,d", HEADER.replace(",net", ""), f"{n},x,9,2024-05-0{n}")
        for n in (1, 2)
    ]
    shop.import_file(files[0], settings=ImportSettings(header_line=2))
    report = shop.import_file(files[1])
    assert (report.header_line, "remembered" in keys(report)) == (2, True)


def test_other_columns_are_another_shape(shop, months, tmp_path):
    shop.import_file(months[0], mapping={"amount": "net"})
    more = csv(tmp_path, "more.csv", f"{HEADER},coupon", "9,a,9,7,2024-05-03 10:00,X")
    assert "remembered" not in keys(shop.import_file(more))


def test_a_memory_of_a_later_version_is_read_as_far_as_it_is_known(tmp_path):
    kept = Remembered("order_lines", {"amount": "net"}, ImportSettings(date_order="day-first"))
    memory.remember(tmp_path, "s", kept)
    path = tmp_path / "memory" / "s.json"
    told = json.loads(path.read_text("utf-8"))
    told["settings"]["moon_phase"] = "full"
    path.write_text(json.dumps(told), "utf-8")
    assert memory.recall(tmp_path, "s") == kept
    assert [one.name for one in path.parent.iterdir()] == ["s.json"]


def test_status_words_come_back_as_they_went(tmp_path):
    words = (("done", "sale"), ("gone", "cancelled"))
    memory.remember(tmp_path, "s", Remembered(settings=ImportSettings(status_words=words)))
    assert memory.recall(tmp_path, "s").settings.status_words == words
