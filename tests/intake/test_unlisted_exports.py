"""Exports of platforms that no recogniser knows, and what the generic matcher must make of them.

Each case in `unlisted/*.toml` is a small file and its right reading. `money` is the column that
must be the amount or, where a file has one row per order, may be the order's total as well;
`absent` are fields that no column may fill, `never` columns that may fill nothing; `counts` is what
an import must report; a case that is `refused` must be no table of ours.
"""

import tomllib
from pathlib import Path

import pytest

from analytics import intake, open_workspace
from analytics.errors import HuitouError

CASES = [
    pytest.param(case, id=case["name"].rsplit(".", 1)[0])
    for path in sorted((Path(__file__).parent / "unlisted").glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
]
COUNTED = [one for one in CASES if "counts" in one.values[0]]


@pytest.mark.parametrize("case", CASES)
def test_reading(case, tmp_path):
    path = written(case, tmp_path)
    if case.get("refused"):
        with pytest.raises(HuitouError):
            intake.understand(path)
        return
    found = intake.understand(path)
    assert found.table == case["table"]
    assert {name: found.mapping.get(name) for name in case["mapping"]} == case["mapping"]
    if "money" in case:
        assert case["money"] in {found.mapping.get("amount"), found.mapping.get("order_total")}
    assert not {*case.get("absent", ())} & {*found.mapping}
    assert not {*case.get("never", ())} & {*found.mapping.values()}


@pytest.mark.parametrize("case", COUNTED)
def test_counts(case, tmp_path):
    workspace = open_workspace(tmp_path / "workspace", create=True)
    report = workspace.import_file(written(case, tmp_path)).to_json()
    expected = dict(case["counts"])
    if "revenue" in expected:
        expected["revenue"] = {name: float(text) for name, text in expected["revenue"].items()}
    assert {name: report[name] for name in expected} == expected


def test_there_are_many_cases():
    assert len(CASES) >= 150


def written(case, folder):
    path = folder / case["name"]
    path.write_text(case["text"], encoding=case.get("encoding", "utf-8"))
    return path
