"""The workspace as its users see it: imports, versions, undo, replacement, a real kill."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analytics import open_workspace
from analytics.errors import (
    InvalidSettingError,
    NothingToUndoError,
    NoWorkspaceError,
    UnknownNameError,
    WorkspaceBusyError,
)
from analytics.settings import ImportSettings
from analytics.store import lock

ROOT = Path(__file__).resolve().parents[2]
HEADER = "order_id,customer_id,item_id,amount,status,ordered_at\n"
ZONE = ImportSettings(timezone="Asia/Shanghai", currency="CNY")


def csv(folder, name, *rows):
    path = folder / name
    path.write_text(HEADER + "".join(row + "\n" for row in rows), "utf-8")
    return path


def orders(shop):
    frame = shop.table("orders").execute().sort_values("order_id")
    return {row.order_id: float(row.amount) for row in frame.itertuples()}


@pytest.fixture
def shop(tmp_path):
    return open_workspace(tmp_path / "shop", create=True)


@pytest.fixture
def january(tmp_path):
    return csv(
        tmp_path,
        "january.csv",
        "0001,007,i1,10.00,paid,2024-01-05 10:00:00",
        "0002,008,i1,20.00,paid,2024-01-06 10:00:00",
    )


@pytest.fixture
def february(tmp_path):
    return csv(
        tmp_path,
        "february.csv",
        "0002,008,i1,20.00,refunded,2024-01-06 10:00:00",
        "0003,007,i2,30.00,paid,2024-02-06 10:00:00",
    )


def test_a_folder_without_a_workspace_is_told(tmp_path):
    with pytest.raises(NoWorkspaceError, match="no workspace here"):
        open_workspace(tmp_path / "nowhere")


def test_an_empty_workspace_has_empty_tables_with_the_right_columns(shop):
    assert shop.version == 0
    assert shop.as_of is None
    assert shop.table("purchases").execute().empty
    assert "next_gap" in shop.table("purchases").columns


def test_an_unknown_table_is_named(shop):
    with pytest.raises(UnknownNameError, match="no table 'sales'"):
        shop.table("sales")


def test_an_import_is_a_version_with_its_report(shop, january):
    report = shop.import_file(january, settings=ZONE)
    assert (report.orders, report.valid_orders, report.customers) == (2, 2, 2)
    assert report.revenue == {"CNY": 30.0}
    assert report.first_at == "2024-01-05T10:00:00+08:00"
    assert report.version == shop.version == 1
    assert shop.settings.timezone == "Asia/Shanghai"
    assert shop.table("customer_summary").execute()["customer_id"].tolist() == ["007", "008"]


def test_a_dry_run_counts_and_publishes_nothing(shop, january):
    report = shop.import_file(january, settings=ZONE, dry_run=True)
    assert report.orders == 2
    assert (shop.version, shop.versions()) == (0, [])


def test_an_order_that_arrives_again_replaces_the_earlier_one_whole(shop, january, february):
    shop.import_file(january, settings=ZONE)
    shop.import_file(february)
    assert orders(shop) == {"0001": 10.0, "0002": 0.0, "0003": 30.0}
    shop.import_file(february)
    assert orders(shop) == {"0001": 10.0, "0002": 0.0, "0003": 30.0}


def test_undo_goes_back_step_by_step_and_later_imports_build_upon_it(shop, january, february):
    shop.import_file(january, settings=ZONE)
    shop.import_file(february)
    shop.undo()
    assert orders(shop) == {"0001": 10.0, "0002": 20.0}
    shop.import_file(february)
    assert orders(shop) == {"0001": 10.0, "0002": 0.0, "0003": 30.0}
    shop.undo()
    shop.undo()
    assert orders(shop) == {}
    with pytest.raises(NothingToUndoError):
        shop.undo()
    assert [version.action for version in shop.versions()][:2] == ["undo", "undo"]
    assert [version.subject for version in shop.versions() if version.action == "undo"] == [
        "import january.csv",
        "import february.csv",
        "import february.csv",
    ]


def test_a_reader_keeps_its_version_while_others_write(shop, january, february):
    shop.import_file(january, settings=ZONE)
    reader = open_workspace(shop.path)
    shop.import_file(february)
    assert len(orders(reader)) == 2
    assert len(orders(reader.refresh())) == 3


def test_lines_without_ids_follow_the_file_range_rule(shop, tmp_path):
    header = "customer_id,amount,ordered_at\n"
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(header + "u1,5,2024-01-01 08:00:00\nu2,6,2024-01-20 08:00:00\n")
    second.write_text(header + "u2,6,2024-01-20 08:00:00\nu3,7,2024-02-02 08:00:00\n")
    shop.import_file(first, settings=ZONE)
    shop.import_file(second)
    assert shop.headline["orders"] == 3


def test_the_zone_is_a_setting_that_moves_only_days_near_midnight(shop, tmp_path):
    path = csv(
        tmp_path,
        "night.csv",
        "1,a,i,5,paid,2024-01-01 23:50:00",
        "2,a,i,5,paid,2024-01-02 12:00:00",
    )
    shop.import_file(path, settings=ZONE)
    assert shop.headline["purchases"] == 2
    shop.change_settings(timezone="Asia/Tokyo")
    assert shop.headline["purchases"] == 1
    with pytest.raises(InvalidSettingError, match="Mars"):
        shop.change_settings(timezone="Mars")


def test_the_valid_order_rule_is_a_version_of_its_own(shop, tmp_path):
    path = csv(tmp_path, "free.csv", "1,a,i,0,paid,2024-01-01", "2,a,i,5,paid,2024-01-09")
    shop.import_file(path, settings=ZONE)
    assert shop.headline["valid_orders"] == 1
    shop.change_settings(valid_rule="amount>=0")
    assert (shop.headline["valid_orders"], shop.version) == (2, 2)
    shop.change_settings(valid_rule="amount>=0")
    assert shop.version == 2


def test_two_writers_at_once_are_refused_at_once(shop, january):
    with lock.writing(shop.path), pytest.raises(WorkspaceBusyError):
        shop.import_file(january)


def test_a_refused_file_changes_nothing(shop, january, tmp_path):
    shop.import_file(january, settings=ZONE)
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    with pytest.raises(ValueError, match=r"empty\.csv"):
        shop.import_file(path)
    assert shop.refresh().version == 1


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75, 0.95])
def test_a_kill_in_the_middle_of_an_import_leaves_the_old_version_whole(
    shop, january, tmp_path, share
):
    shop.import_file(january, settings=ZONE)
    rows = [f"k{n},{n % 997},i{n % 7},5.00,paid,2024-03-{n % 28 + 1:02d}" for n in range(60_000)]
    big = csv(tmp_path, "big.csv", *rows)
    watch = (
        "import os, sys\n"
        "from analytics import open_workspace\n"
        "def progress(fraction, message):\n"
        f"    if fraction >= {share}:\n"
        "        print('here', flush=True)\n"
        "        sys.stdin.read()\n"
        f"open_workspace({str(shop.path)!r}).import_file({str(big)!r}, progress=progress)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", watch], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout.readline() == b"here\n"
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    child.stdin.close()
    child.stdout.close()
    again = open_workspace(shop.path)
    assert again.version == 1
    assert orders(again) == {"0001": 10.0, "0002": 20.0}
    again.import_file(big)
    assert again.headline["orders"] == 60_002


@pytest.mark.parametrize("name", ["我的店铺", "my shop"])
def test_a_workspace_may_have_any_name(tmp_path, january, name):
    shop = open_workspace(tmp_path / name, create=True)
    shop.import_file(january, settings=ZONE)
    assert orders(shop) == {"0001": 10.0, "0002": 20.0}
