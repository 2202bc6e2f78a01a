"""Exports of platforms that no recogniser knows, and what the generic matcher must make of them.

Each case in `unlisted/*.toml` is a small file and its right reading. `money` is the column that
must be the amount or, where a file has one row per order, may be the order's total as well;
`absent` are fields that no column may fill, `never` columns that may fill nothing.
"""

import tomllib
from pathlib import Path

import pytest

from analytics import intake

CASES = [
    pytest.param(case, id=case["name"].rsplit(".", 1)[0])
    for path in sorted((Path(__file__).parent / "unlisted").glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
]


@pytest.mark.parametrize("case", CASES)
def test_reading(case, tmp_path):
    path = tmp_path / case["name"]
    path.write_text(case["text"], encoding="utf-8")
    found = intake.understand(path)
    assert found.table == case["table"]
    assert {name: found.mapping.get(name) for name in case["mapping"]} == case["mapping"]
    if "money" in case:
        assert case["money"] in {found.mapping.get("amount"), found.mapping.get("order_total")}
    assert not {*case.get("absent", ())} & {*found.mapping}
    assert not {*case.get("never", ())} & {*found.mapping.values()}


def test_there_are_many_cases():
    assert len(CASES) >= 100
