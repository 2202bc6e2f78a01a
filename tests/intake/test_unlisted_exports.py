"""Exports of platforms that no recogniser knows, and what the generic matcher must make of them.

Each case in `unlisted/*.toml` is a small file and its right reading. `money` is the column that
must be the amount or, where a file has one row per order, may be the order's total as well;
`settings` are what the user says beside it; a name in .xlsx is written as a workbook; `absent`
are fields that no column may fill, `never` columns that may fill nothing; `counts` is what an
import must report; a case that is `refused` must be no table of ours.
"""

import csv
import io
import re
import tomllib
from pathlib import Path

import openpyxl
import pytest

from analytics import intake, open_workspace
from analytics.errors import HuitouError
from analytics.settings import ImportSettings

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
    expected = case.get("mapping", {})
    assert {name: found.mapping.get(name) for name in expected} == expected
    if "money" in case:
        assert case["money"] in {found.mapping.get("amount"), found.mapping.get("order_total")}
    assert not {*case.get("absent", ())} & {*found.mapping}
    assert not {*case.get("never", ())} & {*found.mapping.values()}


@pytest.mark.parametrize("case", COUNTED)
def test_counts(case, tmp_path):
    workspace = open_workspace(tmp_path / "workspace", create=True)
    settings = ImportSettings(**case.get("settings", {}))
    report = workspace.import_file(written(case, tmp_path), settings=settings).to_json()
    expected = dict(case["counts"])
    for name in {"revenue", "refunded"} & {*expected}:
        expected[name] = {code: float(text) for code, text in expected[name].items()}
    assert {name: report[name] for name in expected} == expected


def test_there_are_many_cases():
    assert len(CASES) >= 150


def written(case, folder):
    path = folder / case["name"]
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in csv.reader(io.StringIO(case["text"])):
            book.active.append([cell_of(text) for text in row])
        book.save(path)
        return path
    path.write_text(case["text"], encoding=case.get("encoding", "utf-8"))
    return path


def cell_of(text):
    if re.fullmatch(r"-?\d{1,11}(\.\d+)?", text) and not re.match(r"0\d", text):
        return float(text)
    return text or None
