"""The spool of what is no delimited text: the rows of a sheet, the objects of JSON."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from analytics.intake.encodings import Encoding
from analytics.intake.json_lines import json_records
from analytics.intake.layout import Layout
from analytics.intake.markup import markup_rows
from analytics.intake.reading import Source
from analytics.intake.spool import NEWLINE, UNIT, Spooled
from analytics.intake.workbooks import sheet_rows
from analytics.progress import Progress, silent

_MAX_RECORD = 4_000_000  # characters, so that no line of the spool is too long for DuckDB
_MAX_RAW = 4_000
_EVERY = 20_000  # rows between two reports of progress
_STRANGE = re.compile("[\\x00\\r\\n\\x1e]")
_STORED = str.maketrans({UNIT: " ", NEWLINE: " ", "\r": " ", "\x00": None, "\n": NEWLINE})


@dataclass(frozen=True)
class Row:
    """A row, its first line and the number of its lines; no cells where it can't be read."""

    line: int
    cells: Sequence[str] | None
    raw: str
    n_lines: int = 1


def table_rows(
    source: Source, encoding: Encoding | None, layout: Layout, folder: Path
) -> Iterator[Row]:
    """Stream the rows of a sheet or of markup from the first line of data on."""
    if source.kind == "markup" and encoding:
        found = markup_rows(source, encoding.name)
    else:
        found = sheet_rows(source, source.local(folder))
    for number, cells in found:
        if number >= layout.first_line:
            yield Row(number, cells, "")


def json_rows(source: Source, encoding: Encoding, layout: Layout, found: Spooled) -> Iterator[Row]:
    """Stream the objects of JSON in the order of the columns; count keys that have none."""
    known = set(layout.keys)
    for record in json_records(source, encoding.name):
        fields = record.fields
        if fields is None:
            yield Row(record.line, None, record.raw, record.n_lines)
            continue
        if not known.issuperset(fields):
            for key in fields.keys() - known:
                found.late[key] = found.late.get(key, 0) + bool(fields[key])
        cells = [fields.get(key, "") for key in layout.keys]
        yield Row(record.line, cells, record.raw, record.n_lines)


def write(
    rows: Iterator[Row],
    layout: Layout,
    folder: Path,
    found: Spooled,
    *,
    progress: Progress | None = None,
    max_lines: int | None = None,
) -> Spooled:
    """Write rows to `folder/rows` and what can't be read to `folder/unread`.

    Parameters
    ----------
    rows
        From the first row of data on.
    layout
        Its width is that of the table.
    folder
        An existing folder.
    found
        Is filled and returned.
    progress
        Called with a message now and then; may raise to stop.
    max_lines
        Stop after so many lines.
    """
    say = progress or silent
    with (
        (folder / "rows").open("w", encoding="utf-8", newline="\n") as spooled,
        (folder / "unread").open("w", encoding="utf-8", newline="\n") as unread,
    ):
        for count, row in enumerate(rows, 1):
            if max_lines is not None and row.line > max_lines:
                break
            _write_row(row, layout.width, spooled, unread, found)
            if not layout.keys:
                found.lines = row.line
            if not count % _EVERY:
                say(0.5, f"read {row.line:,} lines")
    say(1.0, f"read {found.records + found.unreadable:,} rows")
    return found


def _write_row(row: Row, width: int, spooled: IO[str], unread: IO[str], found: Spooled) -> None:
    cells, reason = row.cells, "broken_json"
    if cells is not None:
        if not any(cell.strip() for cell in cells):
            found.blank += 1
            return
        reason = "too_many_columns" if any(cell.strip() for cell in cells[width:]) else ""
        text = UNIT.join(cells[:width])
        if _STRANGE.search(text) or text.count(UNIT) >= len(cells):
            text = UNIT.join(cell.translate(_STORED) for cell in cells[:width])
        if not reason and len(text) <= _MAX_RECORD:
            spooled.write(f"{row.line}{UNIT}{text}{UNIT * max(width - len(cells), 0)}\n")
            found.records += 1
            return
        reason = reason or "too_long"
    raw = row.raw or ",".join(cells or ())
    unread.write(f"{row.line}{UNIT}{reason}{UNIT}{raw[:_MAX_RAW].translate(_STORED)}\n")
    found.unreadable += 1
