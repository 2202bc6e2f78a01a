"""The fast way and the careful way through a text give the same rows on the same lines."""

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from analytics.intake import cells, clean_blocks, reading, spool
from analytics.intake.encodings import Encoding
from analytics.intake.layout import Layout
from analytics.notes import Note

UTF8 = Encoding("utf-8", Note("chosen", "chosen"))
LAYOUT = Layout(",", '"', 1, 2, ("a", "b", "c"), skips_blanks=False)


def rows_of(folder, text, *, block_bytes, is_fast=True):
    path = folder / "sales.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.MonkeyPatch.context() as patch, duckdb.connect() as con:
        patch.setattr(reading, "RAW_BYTES", block_bytes)
        if not is_fast:
            patch.setattr(clean_blocks.CleanBlocks, "write", lambda *_, **__: None)
        found = spool.write_spool(reading.Source(path, "plain"), UTF8, LAYOUT, folder)
        cells.open_text(con, folder, 3, found)
        rows = con.execute("SELECT * FROM raw ORDER BY source_row").fetchall()
        unread = (folder / "unread").read_text("utf-8")
        cells.close(con, folder)
    return rows, unread, found


def told(found):
    return found.records, found.unreadable, found.blank, found.lines, found.continued


def test_a_clean_text_goes_the_fast_way(tmp_path):
    text = 'a,b,c\r\n1,"x, y",\r\n2,"",é\r\n3,z,"q"'
    rows, unread, found = rows_of(tmp_path, text, block_bytes=1 << 20)
    assert rows == [(2, "1", "x, y", None), (3, "2", None, "é"), (4, "3", "z", "q")]
    assert (found.clean, found.records, unread) == (3, 3, "")


@pytest.mark.parametrize("most", [0, 29, 40])  # known to be too large, found to be
def test_a_spool_too_large_to_lie_in_memory_gives_the_same(tmp_path, monkeypatch, most):
    text = "a,b,c\n1,x,\n2,y,z\n3,q,r"
    held, _, found = rows_of(tmp_path, text, block_bytes=6)
    assert (found.clean, len(found.held)) == (3, 3)
    monkeypatch.setattr(clean_blocks, "MOST_HELD", most)
    filed, _, found = rows_of(tmp_path, text, block_bytes=6)
    assert filed == held == [(2, "1", "x", None), (3, "2", "y", "z"), (4, "3", "q", "r")]
    assert (found.clean, found.held) == (3, [])


@pytest.mark.parametrize(
    "line",
    [
        "1,2",
        "1,2,3,4",
        "",
        ",,",
        '" ","",""',
        '" ", ,"\u3000"',
        '1,"two\nlines",3',
        '1,"a ""word""",3',
        '1,"open,3',
        '1,in"ner,3',
        "1,two\rparts,3",
        "1,nul\x00,3",
        "1,unit\x1f,3",
        b"1,\xff,3",
    ],
)
def test_a_line_that_needs_care_gets_it(tmp_path, line):
    whole = line if isinstance(line, bytes) else line.encode()
    text = b"a,b,c\n" + b"7,8,9\n" * 20 + whole + b"\n" + b"4,5,6\n" * 20
    fast = rows_of(tmp_path, text, block_bytes=40)
    careful = rows_of(tmp_path, text, block_bytes=40, is_fast=False)
    assert 0 < fast[2].clean < 40
    assert (*fast[:2], told(fast[2])) == (*careful[:2], told(careful[2]))


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.text('ab1,"\n\r ', max_size=12), max_size=12), st.sampled_from([1, 24, 1 << 20]))
def test_any_text_reads_the_same_both_ways(tmp_path, parts, block_bytes):
    text = "a,b,c\n" + "\n".join(parts)
    fast = rows_of(tmp_path, text, block_bytes=block_bytes)
    careful = rows_of(tmp_path, text, block_bytes=block_bytes, is_fast=False)
    assert (*fast[:2], told(fast[2])) == (*careful[:2], told(careful[2]))


@pytest.mark.parametrize(
    ("cell", "is_untidy"),
    [
        ("x", False),
        ("-5.00", False),
        ("note", False),
        (" x", True),
        ("x\u3000", True),
        ("'07", True),
        ('="07"', True),
        ("N/A", True),
        ("无", True),
        ("無", False),
    ],
)
def test_a_column_with_something_to_clean_is_known(tmp_path, cell, is_untidy):
    quoted = f'"{cell}"' if '"' not in cell else cell
    text = "a,b,c\n" + "1,2,3\n" * 5 + f"1,{quoted},3\n"
    _, _, found = rows_of(tmp_path, text, block_bytes=1 << 20)
    assert (not found.clean or not found.looks[1].is_tidy) == is_untidy
    assert not found.clean or found.looks[0].is_tidy
