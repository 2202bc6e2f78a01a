"""Space on disk: what goes, what stays, and that kept versions are whole."""

import pytest

from analytics import open_workspace
from analytics.errors import InvalidSettingError, NothingToUndoError
from analytics.settings import ImportSettings
from analytics.store import engines

HEAD = "order_id,customer_id,item_id,amount,status,ordered_at\n"
MONTHS = 5


@pytest.fixture
def shop(tmp_path):
    made = open_workspace(tmp_path / "shop", create=True)
    for month in range(1, MONTHS + 1):
        path = tmp_path / f"{month}.csv"
        path.write_text(f"{HEAD}o{month},ann,i1,{month}0,paid,2024-0{month}-03 10:00:00\n")
        made.import_file(path, settings=ImportSettings(timezone="UTC", currency="EUR"))
    return made


def held(shop):
    return sorted(shop.table("orders").execute()["order_id"])


def files(shop):
    return set(shop.path.rglob("*.parquet"))


def test_kept_versions_can_be_undone_and_compared(shop):
    before = shop.size()
    freed = shop.free(keep=3, hours=0)
    assert freed.versions == (1, 2)
    assert freed.files > 0
    assert freed.size == shop.size() == before - freed.freed
    assert [one.number for one in shop.versions()] == [5, 4, 3]
    assert held(shop) == ["o1", "o2", "o3", "o4", "o5"]
    assert len(shop.compare(3, 5)) > 0
    shop.undo()
    shop.undo()
    assert held(shop) == ["o1", "o2", "o3"]
    with pytest.raises(NothingToUndoError):
        shop.undo()
    assert not shop.late_refunds()


def test_imports_go_on_after_it(shop, tmp_path):
    shop.free(keep=1, hours=0)
    path = tmp_path / "next.csv"
    path.write_text(f"{HEAD}o9,bo,i1,90,paid,2024-09-03 10:00:00\n")
    shop.import_file(path)
    assert held(shop) == ["o1", "o2", "o3", "o4", "o5", "o9"]
    shop.undo()
    assert held(shop) == ["o1", "o2", "o3", "o4", "o5"]
    assert held(open_workspace(shop.path)) == held(shop)


def test_what_was_needed_a_moment_ago_stays(shop):
    before = files(shop)
    freed = shop.free(keep=1, hours=24)
    assert (freed.versions, freed.files) == ((), 0)
    assert files(shop) == before


def test_who_reads_a_removed_version_ends_in_peace_within_the_retention(shop):
    con = engines.connect()
    reader = type(shop)(shop.path, number=2)
    orders = reader.table("orders")
    shop.free(keep=1, hours=1)
    assert sorted(orders.execute()["order_id"]) == ["o1", "o2"]
    con.close()


def test_a_file_that_a_killed_import_left_goes(shop):
    left = shop.path / "tables" / "order_lines" / "left.parquet"
    left.write_bytes(b"PAR1")
    assert shop.free(keep=MONTHS, hours=0, dry_run=True).files == 1
    assert left.exists()
    assert shop.free(keep=MONTHS, hours=0).files == 1
    assert not left.exists()


def test_versions_that_undo_left_behind_go_first(shop):
    shop.undo()
    shop.undo()
    assert shop.free(keep=3, hours=0).versions == (3, 4, 5, 6)
    assert held(shop) == ["o1", "o2", "o3"]


def test_at_least_one_version_stays(shop):
    with pytest.raises(InvalidSettingError, match="keep"):
        shop.free(keep=0)
    with pytest.raises(InvalidSettingError, match="hours"):
        shop.free(hours=-1)
