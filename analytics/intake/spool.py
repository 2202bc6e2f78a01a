"""Rewrite a text as a spool that DuckDB can't misread: one line per record, its line number first.

Quotation marks, blank lines, records over several lines and stray quotes are settled here, once,
so that nothing depends on the guesses of a fast parser and every row knows its line.
"""

import csv
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import IO

import pyarrow as pa

from analytics.intake.clean_blocks import CleanBlocks
from analytics.intake.encodings import Encoding
from analytics.intake.layout import BLANKS, MAX_CELL, Layout
from analytics.intake.looks import Look
from analytics.intake.pace import Pace
from analytics.intake.reading import UNDECODABLE, Source, line_blocks, unify_newlines
from analytics.progress import Progress

UNIT = "\x1f"  # parts the cells of a spooled record
NEWLINE = "\x1e"  # stands for a line break inside a cell
_MAX_RECORD_LINES = 1_000
_MAX_RAW = 4_000


@dataclass
class Spooled:
    """What the spool holds: numbers of records, of blank lines, of records that it can't read.

    `clean` are the records that went the fast way, and `looks` what is known of all cells of each
    column where all went it. `lines` counts all physical lines of the source (0 where it
    has none), `continued` those that continue a record of several lines. `late` counts the values
    of JSON keys that no column was made for, by key. `held` are the clean records, unless a file
    has them.
    """

    records: int = 0
    clean: int = 0
    looks: tuple[Look, ...] = ()
    unreadable: int = 0
    blank: int = 0
    lines: int = 0
    continued: int = 0
    late: dict[str, int] = field(default_factory=dict)
    held: list[pa.Table] = field(default_factory=list)


class _OpenQuoteError(Exception):
    """A quotation mark was opened and not closed within reason."""


class _MoreNeededError(Exception):
    """The lines at hand end inside a quoted cell."""


class _Lines:
    """A queue of physical lines that remembers which were taken for the record in hand."""

    def __init__(self, lines: list[str], *, is_final: bool) -> None:
        self._queue, self._is_final = deque(lines), is_final
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self._queue and not self.taken:
            raise StopIteration
        if len(self.taken) >= _MAX_RECORD_LINES or (not self._queue and self._is_final):
            raise _OpenQuoteError
        if not self._queue:
            raise _MoreNeededError
        self.taken.append(self._queue.popleft())
        return self.taken[-1] + "\n"

    def keep_first(self) -> str:
        """Give back all lines taken but the first, and return that."""
        self._queue.extendleft(reversed(self.taken[1:]))
        return self.taken[0]


class _End(Enum):
    """Where the record in hand ends."""

    HERE = "here"
    BLOCK = "behind the lines at hand"
    NEVER = "its quotation mark is not closed"
    FILE = "there is no record any more"


def _next_record(reader: Iterator[list[str]]) -> tuple[_End, list[str]]:
    end, cells = _End.FILE, list[str]()
    try:
        for cells in reader:  # noqa: B007 the first record only
            end = _End.HERE
            break
    except _MoreNeededError:
        end = _End.BLOCK
    except (_OpenQuoteError, csv.Error):
        end = _End.NEVER
    return end, cells


class _Writer:
    """Writes the records of one text to `rows` and what is no record to `unread`."""

    def __init__(self, layout: Layout, rows: IO[str], unread: IO[str]) -> None:
        self.layout, self._rows, self._unread = layout, rows, unread
        self.found = Spooled()

    def write(self, lines: list[str], first: int, *, is_final: bool) -> list[str]:
        """Spool these physical lines, the first of which is line `first`.

        Returns the lines at the end that begin a record which ends in the next block.
        """
        layout = self.layout
        lines = self._without_undecodable(lines, first)
        if layout.delimiter == BLANKS:
            for number, line in enumerate(lines, first):
                self._write_cells(number, line.split(), line)
        elif layout.quote and any(layout.quote in line for line in lines):
            return self._write_parsed(lines, first, is_final=is_final)
        else:
            self._write_plain(lines, first)
        return []

    def _without_undecodable(self, lines: list[str], first: int) -> list[str]:
        marked = [number for number, line in enumerate(lines) if UNDECODABLE in line]
        for index in marked:
            self._reject(first + index, "undecodable", lines[index])
            lines[index] = ""
        self.found.blank -= len(marked)  # their places count as blank below, and are none
        return lines

    def _write_plain(self, lines: list[str], first: int) -> None:
        delimiter, gaps = self.layout.delimiter, self.layout.width - 1
        fit = [
            f"{number}{UNIT}{line.replace(delimiter, UNIT)}\n"
            for number, line in enumerate(lines, first)
            if line.count(delimiter) == gaps and line.strip(delimiter)
        ]
        self._rows.writelines(fit)
        self.found.records += len(fit)
        if len(fit) == len(lines):
            return
        for number, line in enumerate(lines, first):
            if line.count(delimiter) != gaps or not line.strip(delimiter):
                self._write_cells(number, line.split(delimiter), line)

    def _write_parsed(self, lines: list[str], first: int, *, is_final: bool) -> list[str]:
        queue, number = _Lines(lines, is_final=is_final), first
        reader = self._reader(queue)
        while True:
            queue.taken = []
            end, cells = _next_record(reader)
            if end in {_End.FILE, _End.BLOCK}:
                return queue.taken
            if end is _End.NEVER or self._is_swallowing(queue.taken):
                self._reject(number, "open_quote", queue.keep_first())
                reader, number = self._reader(queue), number + 1
                continue
            self._write_cells(number, cells, "\n".join(queue.taken))
            number += len(queue.taken)
            self.found.continued += len(queue.taken) - 1

    def _reader(self, queue: _Lines) -> Iterator[list[str]]:
        csv.field_size_limit(MAX_CELL)
        layout = self.layout
        return csv.reader(
            queue,
            delimiter=layout.delimiter,
            quotechar=layout.quote,
            escapechar=layout.escape or None,
            skipinitialspace=layout.skips_blanks,
        )

    def _is_swallowing(self, taken: list[str]) -> bool:
        """Whether every line of this record looks like a whole record itself."""
        gaps = self.layout.width - 1
        return len(taken) > 1 and all(
            line.count(self.layout.delimiter) >= gaps > 0 for line in taken
        )

    def _write_cells(self, number: int, cells: list[str], line: str) -> None:
        if not any(cell.strip() for cell in cells):
            self.found.blank += 1
            return
        width = self.layout.width
        if any(cell.strip() for cell in cells[width:]):
            self._reject(number, "too_many_columns", line)
            return
        cells = cells[:width] + [""] * (width - len(cells))
        text = UNIT.join(cells).rstrip("\n").replace("\n", NEWLINE)
        self._rows.write(f"{number}{UNIT}{text}\n")
        self.found.records += 1

    def _reject(self, number: int, reason: str, line: str) -> None:
        text = line[:_MAX_RAW].replace("\n", NEWLINE).replace(UNDECODABLE, "\ufffd")
        self._unread.write(f"{number}{UNIT}{reason}{UNIT}{text}\n")
        self.found.unreadable += 1


def write_spool(
    source: Source,
    encoding: Encoding,
    layout: Layout,
    folder: Path,
    *,
    progress: Progress | None = None,
    max_lines: int | None = None,
) -> Spooled:
    """Write the records of a text to `folder`, for `cells.open_text`.

    Clean blocks of text go to a file of their own, all other records to `folder/rows`, one a line,
    and what is unreadable to `folder/unread`.

    Parameters
    ----------
    source, encoding, layout
        The file and how to read it.
    folder
        An existing folder; the files take about half as much room again as the text.
    progress
        Called with the share done and a message; may raise to stop.
    max_lines
        Stop after so many physical lines (for a preview).

    Returns
    -------
    Spooled
        `records + unreadable` is the number of records in the table's region.
    """
    with (
        (folder / "rows").open("w", encoding="utf-8", newline="\n") as rows,
        (folder / "unread").open("w", encoding="utf-8", newline="\n") as unread,
        CleanBlocks(layout, folder, size=source.size()) as clean,
    ):
        writer, pace = _Writer(layout, rows, unread), Pace(source.size(), progress)
        line, carried = 1, list[str]()
        for block, done in _ahead(line_blocks(source, encoding.name)):
            n_lines, skipped, rest = _below(block, layout.first_line - line)
            first, line = line + skipped, line + n_lines
            is_fast = max_lines is None and not carried
            if is_fast and (n := clean.write(rest, first, lines=n_lines - skipped)) is not None:
                writer.found.clean += n
            elif rest:
                fresh = _lines(rest)[: max(max_lines - first + 1, 0) if max_lines else None]
                carried = writer.write(carried + fresh, first - len(carried), is_final=False)
            pace.say(done, line - 1)
            if max_lines is not None and line > max_lines:
                return writer.found
        writer.write(carried, line - len(carried), is_final=True)
        found = writer.found
        found.lines, found.records = line - 1, found.records + found.clean
    found.looks = clean.looks if found.clean == found.records else ()
    found.held = clean.held
    return found


def _ahead(blocks: Iterator[tuple[bytes, int]]) -> Iterator[tuple[bytes, int]]:
    """Read each block while the one before is parsed."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, blocks, None)
        while found := coming.result():
            coming = pool.submit(next, blocks, None)
            yield found


def _below(block: bytes, n_above: int) -> tuple[int, int, bytes]:
    """Return the lines of a block, how many of them lie above the table, and what lies below."""
    n_lines, start, skipped = block.count(b"\n"), 0, 0
    while skipped < n_above and start < len(block):
        start, skipped = block.find(b"\n", start) + 1, skipped + 1
    return n_lines, skipped, block[start:]


def _lines(block: bytes) -> list[str]:
    text = unify_newlines(block.decode(errors="huitou_mark"), is_mac=False)
    if UNIT in text or NEWLINE in text:
        text = text.replace(UNIT, " ").replace(NEWLINE, " ")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines
