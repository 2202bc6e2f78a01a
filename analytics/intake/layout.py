"""Where the table is in a text: delimiter, header line, columns, first line of data."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from analytics.errors import InvalidSettingError, UnreadableFileError
from analytics.intake.headers import KNOWN_HEADERS, normalise_header
from analytics.notes import Note
from analytics.settings import ImportSettings

MAX_CELL = 8 << 20
BLANKS = " "  # the delimiter of columns that are parted by runs of blanks
QUOTE = '"'
_DELIMITERS = (",", ";", "\t", "|")
_NAMED_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|"}
_MAX_PREAMBLE = 60
_SAMPLE_RECORDS = 400
_MAX_RECORD_LINES = 50
_VALUE = re.compile(r"^[\s'`=\"¥￥$€£(+-]*\d[\d\s.,:/\-+TZ%)年月日]*(?:UTC|AM|PM)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """The shape of a delimited text; lines are physical and count from 1.

    `header_line` 0 means that the columns have no names; `quote` is empty where quotation marks
    mean nothing; `delimiter` " " stands for any run of blanks.
    """

    delimiter: str
    quote: str
    header_line: int
    first_line: int
    columns: tuple[str, ...]
    skips_blanks: bool
    notes: tuple[Note, ...] = ()

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.columns)


@dataclass(frozen=True)
class _Record:
    line: int
    last_line: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> int:
        return sum(bool(cell.strip()) for cell in self.cells)


@dataclass(frozen=True)
class _Reading:
    """One way to read the text, and how well it reads."""

    delimiter: str
    records: tuple[_Record, ...]
    header: int | None
    score: tuple[float, ...]


def find_layout(name: str, text: str, settings: ImportSettings) -> Layout:
    """Find the table in the first lines of a text.

    Every delimiter is tried; the best reading is the one whose header holds most known column
    names, then the one whose records agree on a width of at least two. Own definition.

    Parameters
    ----------
    name
        The file's name, for messages.
    text
        Its first megabyte or so, newlines unified.
    settings
        `delimiter` and `header_line` that the user chose are taken.

    Raises
    ------
    UnreadableFileError
        If no line looks like a record.
    InvalidSettingError
        If a chosen delimiter or header line is impossible.
    """
    candidates = (_chosen_delimiter(settings.delimiter),) if settings.delimiter else _DELIMITERS
    readings = [_read(text, delimiter, settings.header_line) for delimiter in candidates]
    if not settings.delimiter and max(reading.score for reading in readings) < (1.0,):
        readings.append(_read(text, BLANKS, settings.header_line))
    best = max(readings, key=lambda reading: reading.score)
    if not best.records:
        raise UnreadableFileError(name, "it holds no rows", "export it again", line=1)
    return _layout(best, text)


def _chosen_delimiter(wanted: str) -> str:
    delimiter = _NAMED_DELIMITERS.get(wanted.lower(), wanted)
    if len(delimiter) != 1:
        raise InvalidSettingError("the delimiter", wanted, "it is one character, such as ; or tab")
    return delimiter


def _read(text: str, delimiter: str, header_line: int | None) -> _Reading:
    records = tuple(_records(text, delimiter))
    header = _find_header(records) if header_line is None else _header_at(records, header_line)
    return _Reading(delimiter, records, header, _score(records, header))


def _records(text: str, delimiter: str) -> Iterator[_Record]:
    lines = text.split("\n")
    if delimiter == BLANKS:
        for number, line in enumerate(lines[:_SAMPLE_RECORDS], 1):
            if line.strip():
                yield _Record(number, number, tuple(line.split()))
        return
    line = 0
    while line < len(lines) and line < _SAMPLE_RECORDS:
        cells, n_lines = _one_record(lines, line, delimiter)
        if any(cell.strip() for cell in cells):
            yield _Record(line + 1, line + n_lines, tuple(cells))
        line += n_lines


def _one_record(lines: list[str], start: int, delimiter: str) -> tuple[list[str], int]:
    """Parse the record that starts here; one that would not end soon is taken line by line."""
    window = (line + "\n" for line in lines[start : start + _MAX_RECORD_LINES])
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(window, delimiter=delimiter, skipinitialspace=True)
    cells = next(reader, [])
    if 1 < reader.line_num >= min(_MAX_RECORD_LINES, len(lines) - start):
        cells, n_lines = lines[start].split(delimiter), 1
    else:
        n_lines = max(reader.line_num, 1)
    return [cell.strip("\n") for cell in cells], n_lines


def _find_header(records: tuple[_Record, ...]) -> int | None:
    """Index of the record that names the columns, None where the first record is data already."""
    best, best_score = None, (0.0, 0.0)
    for index, record in enumerate(records[:_MAX_PREAMBLE]):
        score = _header_score(record, records[index + 1 : index + 21])
        if score > best_score:
            best, best_score = index, score
    return best


def _header_score(record: _Record, following: tuple[_Record, ...]) -> tuple[float, float]:
    cells = [cell.strip() for cell in record.cells]
    named = [cell for cell in cells if cell]
    values = sum(bool(_VALUE.match(cell)) or "@" in cell for cell in named)
    if not named or values > len(named) / 4 or record.filled < len(cells) / 2:
        return (0.0, 0.0)
    known = len({normalise_header(cell) for cell in named} & KNOWN_HEADERS)
    alike = [abs(len(other.cells) - len(cells)) <= 1 for other in following] or [True]
    fit = sum(alike) / len(alike)
    return (known * fit if len(cells) > 1 else min(known, 0.5), fit * (1 - 1 / (len(named) + 1)))


def _header_at(records: tuple[_Record, ...], header_line: int) -> int | None:
    if header_line == 0:
        return None
    for index, record in enumerate(records):
        if record.line <= header_line <= record.last_line:
            return index
    raise InvalidSettingError(
        "the header line", header_line, "it is the number of a line that holds the column names"
    )


def _score(records: tuple[_Record, ...], header: int | None) -> tuple[float, ...]:
    """Known names, then the agreement of the widths, then the width."""
    if not records:
        return (-1.0,)
    start = records[header] if header is not None else records[0]
    below = records[header + 1 if header is not None else 0 :][:100] or (start,)
    width = len(start.cells)
    agreement = sum(len(record.cells) == width for record in below) / len(below)
    known = len({normalise_header(cell) for cell in start.cells} & KNOWN_HEADERS)
    if width == 1:
        return (0.0, 0.0, 1.0)
    return (known * (0.5 + agreement / 2) + agreement, agreement, float(width))


def _layout(reading: _Reading, text: str) -> Layout:
    records, header = reading.records, reading.header
    body = records[header + 1 if header is not None else 0 :]
    names = records[header].cells if header is not None else ()
    columns = _column_names(names, _width(names, body))
    last = records[header].last_line if header is not None else 0
    return Layout(
        delimiter=reading.delimiter,
        quote="" if reading.delimiter == BLANKS else QUOTE,
        header_line=records[header].line if header is not None else 0,
        first_line=last + 1,
        columns=columns,
        skips_blanks=bool(re.search(re.escape(reading.delimiter) + r' +"', text)),
        notes=_notes(records, header),
    )


def _width(names: tuple[str, ...], body: tuple[_Record, ...]) -> int:
    """Width of the header, or of most records where these are wider than it and filled there."""
    widths = sorted(len(record.cells) for record in body)
    usual = widths[len(widths) // 2] if widths else len(names)
    wider = sum(any(cell.strip() for cell in record.cells[len(names) :]) for record in body)
    return max(len(names), usual if wider > len(body) / 2 else 0)


def _column_names(names: tuple[str, ...], width: int) -> tuple[str, ...]:
    """Name every column, once: `column 3` where the header is empty, `id (2)` for a second `id`."""
    columns: list[str] = []
    for index in range(width):
        name = " ".join(names[index].split()) if index < len(names) else ""
        name = name.strip("\ufeff'`") or f"column {index + 1}"
        repeats = sum(column == name or column.startswith(f"{name} (") for column in columns)
        columns.append(name if name not in columns else f"{name} ({repeats + 1})")
    return tuple(columns)


def _notes(records: tuple[_Record, ...], header: int | None) -> tuple[Note, ...]:
    if header is None:
        return (
            Note(
                "no_header", "The file has no header line; columns are named column 1, column 2 …"
            ),
        )
    if header == 0:
        return ()
    return (
        Note(
            "preamble",
            "{n} lines above the header (line {line}) are not rows and were skipped.",
            n=records[header].line - 1,
            line=records[header].line,
        ),
    )
