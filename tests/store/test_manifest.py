from datetime import date

import pytest

from analytics.settings import Settings
from analytics.store import manifest
from analytics.store.manifest import Version


def test_a_version_survives_its_file(tmp_path):
    version = Version(
        number=1,
        settings=Settings("Asia/Shanghai", as_of=date(2024, 2, 29)),
        tables={"orders": 3},
        as_of={"order_lines": date(2024, 3, 1)},
        first_day=date(2023, 1, 1),
        reports=({"file": "订单.csv"},),
    )
    manifest.publish(tmp_path, version)
    assert manifest.read(tmp_path, 1) == version


def test_the_empty_workspace_is_version_zero(tmp_path):
    assert manifest.newest(tmp_path) == 0
    assert manifest.read(tmp_path, 0) == Version()


def test_a_taken_number_is_refused_and_nothing_is_left_behind(tmp_path):
    manifest.publish(tmp_path, Version(number=1, action="first"))
    with pytest.raises(FileExistsError):
        manifest.publish(tmp_path, Version(number=1, action="second"))
    assert manifest.read(tmp_path, 1).action == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["000001.json"]
