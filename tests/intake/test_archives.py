"""Packed files: what is in them, limits, and what is refused."""

import gzip
import io
import struct
import zipfile

import pytest

from analytics import intake
from analytics.errors import UnreadableFileError
from analytics.intake import archives
from analytics.intake.reading import find_source
from tests.intake.files import stage_file
from tests.intake.hostile import HEADER, ROWS, workbook

TEXT = HEADER + ROWS


def zip_of(path, members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_a_zip_of_one_table_is_read_as_it_is(tmp_path):
    path = zip_of(
        tmp_path / "a.zip",
        {"__MACOSX/._orders.csv": b"x", "data/": b"", "data/orders.csv": TEXT, "LIES.md": "hi"},
    )
    assert intake.unpack(path, tmp_path) == [path]
    result = stage_file(path, tmp_path)
    assert result.staged.rows_loaded == 9
    assert result.notes()["zip_others"].values == {"n": 1, "names": "LIES.md"}
    assert not (tmp_path / "unpacked").exists()


def test_a_zip_of_a_workbook(tmp_path):
    book = workbook([line.split(",") for line in TEXT.splitlines()])
    path = zip_of(tmp_path / "a.zip", {"orders.xlsx": book})
    assert stage_file(path, tmp_path).rows("source_row")[0] == 3
    packed = tmp_path / "orders.xlsx.gz"
    packed.write_bytes(gzip.compress(book))
    assert stage_file(packed, tmp_path).staged.rows_loaded == 9
    assert not (tmp_path / "unpacked").exists()


def test_a_zip_of_several_tables_is_unpacked(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    path = zip_of(tmp_path / "a.zip", {"1/o.csv": TEXT, "2/o.csv": TEXT, "notes.txt": "read me"})
    paths = intake.unpack(path, folder)
    assert paths == [folder / "o.csv", folder / "o (2).csv"]
    assert [stage_file(one, tmp_path).staged.rows_loaded for one in paths] == [9, 9]
    with pytest.raises(UnreadableFileError, match="2 tables, not one"):
        intake.understand(path)


def test_names_in_a_zip_decide_no_place(tmp_path):
    folder = tmp_path / "a" / "out"
    folder.mkdir(parents=True)
    names = ["../../evil.csv", "/tmp/evil.csv", "..\\..\\evil.csv", "a/../b.csv"]
    path = zip_of(tmp_path / "a.zip", dict.fromkeys(names, TEXT))
    paths = intake.unpack(path, folder)
    assert all(one.parent == folder for one in paths)
    assert len({one.name for one in paths}) == 4
    assert sorted(one.name for one in tmp_path.rglob("*") if one.is_file()) == sorted(
        ["a.zip", *(one.name for one in paths)]
    )


def test_a_name_in_gbk_is_mended(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"abcd.csv": TEXT, "b.csv": TEXT})
    path.write_bytes(path.read_bytes().replace(b"abcd.csv", "订单.csv".encode("gb18030")))
    assert [one.name for one in intake.unpack(path, tmp_path)] == ["订单.csv", "b.csv"]


@pytest.mark.parametrize("name", ["other.csv", "no_zip.zip", "book.xlsx"])
def test_anything_else_is_left_as_it_is(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(workbook([["a"]]) if name == "book.xlsx" else b"PK is no zip")
    assert intake.unpack(path, tmp_path) == [path]


def with_password(path):
    """Mark the members of a zip as encrypted."""
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            struct.pack_into("<H", data, at + offset, 1)
            at = data.find(mark, at + 4)
    path.write_bytes(bytes(data))


def test_a_password(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"orders.csv": TEXT})
    with_password(path)
    with pytest.raises(UnreadableFileError, match=r"orders.csv is protected by a password"):
        intake.understand(path)
    path = zip_of(tmp_path / "b.zip", {"a.csv": TEXT, "b.csv": TEXT})
    with_password(path)
    with pytest.raises(UnreadableFileError, match="password"):
        intake.unpack(path, tmp_path)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"more.zip": b"x"}, "another archive, more.zip"),
        ({"a.csv": TEXT, "b.csv.gz": b"x"}, "another archive"),
        ({"a.pdf": b"x", "b.png": b"y"}, "no table"),
        ({"orders.csv": gzip.compress(TEXT.encode())}, "archive in an archive"),
        ({"word/document.xml": b"x", "[Content_Types].xml": b"y"}, "a document"),
        ({"orders.csv": b""}, "empty"),
        ({f"{n}.csv": b"a" for n in range(101)}, "101 tables"),
    ],
)
def test_what_is_refused(tmp_path, members, words):
    path = zip_of(tmp_path / "a.zip", members)
    with pytest.raises(UnreadableFileError, match=words):
        intake.understand(intake.unpack(path, tmp_path)[0])


def bomb(n_megabytes):
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as stream:
        for _ in range(n_megabytes):
            stream.write((b"0" * 1023 + b"\n") * 1024)
    return out.getvalue()


def test_what_expands_too_far_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(HEADER.encode()) + bomb(70))
    with pytest.raises(UnreadableFileError, match="200 times its size"):
        stage_file(path, tmp_path, table="order_lines")
    small = tmp_path / "b.csv.gz"
    small.write_bytes(gzip.compress((HEADER + ROWS * 100).encode()))
    assert stage_file(small, tmp_path).staged.rows_loaded == 900
    monkeypatch.setattr(archives, "MAX_EXPANDED", 1000)
    with pytest.raises(UnreadableFileError, match="expands to more than"):
        intake.understand(small)
    with pytest.raises(UnreadableFileError, match="expands to more than"):
        intake.unpack(zip_of(tmp_path / "c.zip", {"a.csv": TEXT * 9, "b.csv": TEXT}), tmp_path)


@pytest.mark.parametrize("cut", [30, 100, -20])
def test_a_packed_file_cut_short(tmp_path, cut):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress((HEADER + ROWS * 3000).encode())[:cut])
    with pytest.raises(UnreadableFileError, match="unpacked"):
        stage_file(path, tmp_path)
    path = zip_of(tmp_path / "b.zip", {"orders.csv": HEADER + ROWS * 3000})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(UnreadableFileError, match=r"damaged|unpacked"):
        stage_file(path, tmp_path)


def test_damage_near_the_end(tmp_path):
    rows = "".join(f"o{n},c{n},2024-01-05,{n * 7919 % 1000},x{n * 31}\n" for n in range(60_000))
    data = bytearray(gzip.compress((HEADER + rows).encode(), mtime=0))
    data[-2000:-1900] = b"\x00" * 100
    path = tmp_path / "a.csv.gz"
    path.write_bytes(bytes(data))
    with pytest.raises(UnreadableFileError, match="unpacked"):
        stage_file(path, tmp_path)


def test_sizes_when_expanded(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert find_source(path).size() == len(TEXT)
    path = zip_of(tmp_path / "a.zip", {"orders.csv": TEXT})
    assert find_source(path).size() == len(TEXT)
