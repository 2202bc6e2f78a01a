"""Where the table is in a text: delimiter, header line, columns, first line of data."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analytics.errors import InvalidSettingError, UnreadableFileError
from analytics.intake.header_lines import (
    Header,
    Record,
    find_header,
    header_at,
    known_names,
)
from analytics.notes import Note
from analytics.settings import ImportSettings

MAX_CELL = 8 << 20
MAX_COLUMNS = 4_000
MAX_NAME = 200
BLANKS = " "  # the delimiter of columns that are parted by runs of blanks
QUOTE = '"'
_DELIMITERS = (",", ";", "\t", "|")
_LONG_DELIMITERS = ("::", "||", "|~|", "~|~", "^|^", "@@")
_LONGEST_DELIMITER = 3
_NAMED_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|"}
_SAMPLE_RECORDS = 400
_MAX_RECORD_LINES = 50
_CLEARLY_BLANKS = 0.8  # blanks part the words of any text: so many rows must have one width
_QUOTED_MARK = re.compile(r'"[,;\t|]"')  # in a name: what parts the columns was taken for text
_SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?[,;\t|]*$', re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """The shape of a table; lines are physical (of a sheet: rows) and count from 1.

    `header_line` 0 means that the columns have no names; `quote` is empty where quotation marks
    mean nothing, `escape` where a backslash means nothing; `delimiter` " " stands for any run of
    blanks, "" for what is no delimited text, one of several characters knows no quotation marks;
    `keys` are those of JSON that the columns hold.
    """

    delimiter: str
    quote: str
    header_line: int
    first_line: int
    columns: tuple[str, ...]
    skips_blanks: bool
    notes: tuple[Note, ...] = ()
    escape: str = ""
    keys: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.columns)


@dataclass(frozen=True)
class Reading:
    """One way to read a text or a sheet, and how well it reads."""

    records: tuple[Record, ...]
    header: Header
    score: tuple[float, ...]
    delimiter: str = ""
    quote: str = ""
    escape: str = ""


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
        If no line looks like a record, or the columns are too many.
    InvalidSettingError
        If a chosen delimiter or header line is impossible.
    """
    told = _SEPARATOR_LINE.match(text.split("\n", 1)[0])
    chosen = settings.delimiter or (told[1] if told else None)
    candidates = (_chosen_delimiter(chosen),) if chosen else _DELIMITERS
    lines = text.split("\n")
    if told:
        lines[0] = ""
    if not chosen and (parted := _parted_by_several(lines)):
        candidates = (parted,)
    readings = [_read(lines, delimiter, settings.header_line) for delimiter in candidates]
    if not chosen and max(reading.score for reading in readings) < (1.0,):
        by_blanks = _read(lines, BLANKS, settings.header_line)
        readings += [by_blanks] if by_blanks.score[1] > _CLEARLY_BLANKS else []
    best = max(readings, key=lambda reading: reading.score)
    skips_blanks = bool(re.search(re.escape(best.delimiter) + ' +"', text))
    return layout_of(name, best, skips_blanks=skips_blanks)


def _parted_by_several(lines: Sequence[str]) -> str | None:
    """Return the delimiter of several characters that every line has equally often."""
    some = [line for line in lines[:_SAMPLE_RECORDS] if line.strip()]
    for mark in _LONG_DELIMITERS if len(some) > 1 else ():
        often = some[0].count(mark)
        if often and all(line.count(mark) == often for line in some) and not _are_empty(some, mark):
            return mark
    return None


def _are_empty(lines: Sequence[str], mark: str) -> bool:
    """Whether a mark is two delimiters with an empty cell between: one of them stands elsewhere."""
    return mark == "||" and any("|" in line.replace(mark, "") for line in lines)


def _chosen_delimiter(wanted: str) -> str:
    delimiter = _NAMED_DELIMITERS.get(wanted.lower(), wanted)
    has_letters = len(delimiter) > 1 and any(mark.isalnum() for mark in delimiter)
    is_possible = 0 < len(delimiter) <= _LONGEST_DELIMITER and not has_letters
    if not is_possible or {*delimiter} & {*"\"'\r\n\\"}:
        remedy = "it is a character or a few, such as ; or tab"
        raise InvalidSettingError("the delimiter", wanted, remedy)
    return delimiter


def _read(lines: Sequence[str], delimiter: str, header_line: int | None) -> Reading:
    if delimiter == BLANKS:
        return read_records(_parted_by(lines, None), header_line, delimiter=BLANKS)
    if len(delimiter) > 1:
        return read_records(_parted_by(lines, delimiter), header_line, delimiter=delimiter)
    quote, escape = _quoting("\n".join(lines[:_SAMPLE_RECORDS]), delimiter)
    records = _records(lines, delimiter, quote, escape)
    return read_records(records, header_line, delimiter=delimiter, quote=quote, escape=escape)


def read_records(
    found: Iterator[Record],
    header_line: int | None,
    *,
    delimiter: str = "",
    quote: str = "",
    escape: str = "",
) -> Reading:
    """Find the header among the first records of a text or sheet and say how well that reads.

    Parameters
    ----------
    found
        Records that are not blank.
    header_line
        What the user chose.
    delimiter, quote, escape
        How the records were read; all empty for those of a sheet.
    """
    records = tuple(found)
    header = find_header(records) if header_line is None else header_at(records, header_line)
    return Reading(records, header, _score(records, header), delimiter, quote, escape)


def _parted_by(lines: Sequence[str], delimiter: str | None) -> Iterator[Record]:
    """Part lines without quotation marks, by any run of blanks where no delimiter is named."""
    for number, line in enumerate(lines[:_SAMPLE_RECORDS], 1):
        if line.strip():
            yield Record(number, number, tuple(line.split(delimiter)))


def _records(lines: Sequence[str], delimiter: str, quote: str, escape: str) -> Iterator[Record]:
    line = 0
    while line < len(lines) and line < _SAMPLE_RECORDS:
        cells, n_lines = _one_record(lines, line, delimiter, quote, escape)
        if any(cell.strip() for cell in cells):
            yield Record(line + 1, line + n_lines, tuple(cells))
        line += n_lines


def _one_record(
    lines: Sequence[str], start: int, delimiter: str, quote: str, escape: str
) -> tuple[list[str], int]:
    """Parse the record that starts here; one that would not end soon is taken line by line."""
    window = (line + "\n" for line in lines[start : start + _MAX_RECORD_LINES])
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(
        window,
        delimiter=delimiter,
        skipinitialspace=True,
        quotechar=quote,
        escapechar=escape or None,
    )
    try:
        cells = next(reader, [])
    except csv.Error:
        cells = None
    if cells is None or 1 < reader.line_num >= min(_MAX_RECORD_LINES, len(lines) - start):
        cells, n_lines = lines[start].split(delimiter), 1
    else:
        n_lines = max(reader.line_num, 1)
    return [cell.strip("\n") for cell in cells], n_lines


def _quoting(sample: str, delimiter: str) -> tuple[str, str]:
    r"""Return the quotation mark of a text and its escape character, empty where it has none.

    >>> _quoting('id,text\n1,"say \\"yes\\" now"\n', ",")
    ('"', '\\')
    >>> _quoting("'id','text'\n'1','a, b'\n", ","), _quoting("id\n'0123,x\n", ",")
    (("'", ''), ('"', ''))
    """
    mark = re.escape(delimiter)
    escape = "\\" if re.search(rf'\\"(?!["\n]|\s*{mark}|$)', sample) else ""
    begun = len(re.findall(rf"(?:^|{mark})'", sample, re.MULTILINE))
    closed = len(re.findall(rf"(?:^|{mark})'(?:[^'\n]|'')*'(?={mark}|$)", sample, re.MULTILINE))
    is_single = closed > 0.9 * begun and closed > sample.count("\n") and QUOTE not in sample
    return ("'" if is_single else QUOTE), escape


def _score(records: Sequence[Record], header: Header) -> tuple[float, ...]:
    """Known names, then the agreement of the widths, then the width."""
    if not records:
        return (-1.0, 0.0, 0.0)
    names = header.names or records[0].cells
    below = records[header.last + 1 if header.last is not None else 0 :][:100]
    width = len(names)
    agreement = sum(len(record.cells) == width for record in below) / max(len(below), 1)
    if width == 1 or any(_QUOTED_MARK.search(name) for name in names):
        return (0.0, 0.0, 1.0)
    return (known_names(names) * (0.5 + agreement / 2) + agreement, agreement, float(width))


def layout_of(name: str, reading: Reading, *, skips_blanks: bool = False) -> Layout:
    """Turn the best reading of a text or sheet into its layout.

    Raises
    ------
    UnreadableFileError
        If no row follows the column names, or the columns are too many.
    """
    records, header = reading.records, reading.header
    body = records[header.last + 1 if header.last is not None else 0 :]
    if not body:
        line = records[-1].last_line if records else 1
        raise UnreadableFileError(name, "it holds no rows", "export it again", line=line)
    width = _width(header.names, body)
    if width > MAX_COLUMNS:
        reason = f"it has {width:,} columns, more than {MAX_COLUMNS:,}"
        raise UnreadableFileError(name, reason, "keep those that are needed")
    first_line, notes = _start(records, header, width)
    return Layout(
        delimiter=reading.delimiter,
        quote="" if reading.delimiter == BLANKS else reading.quote,
        header_line=records[header.first].line if header.first is not None else 0,
        first_line=first_line,
        columns=column_names(header.names, width),
        skips_blanks=skips_blanks,
        notes=notes,
        escape=reading.escape,
    )


def _width(names: Sequence[str], body: Sequence[Record]) -> int:
    """Width of the header, or of most records where these are wider than it and filled there."""
    widths = sorted(len(record.cells) for record in body)
    usual = widths[len(widths) // 2] if widths else len(names)
    wider = sum(any(cell.strip() for cell in record.cells[len(names) :]) for record in body)
    return max(len(names), usual if wider > len(body) / 2 else 0)


def column_names(names: Sequence[str], width: int) -> tuple[str, ...]:
    """Name every column, once: `column 3` where the header is empty, `id (2)` for a second `id`.

    >>> column_names(["id", "", "id", "id (3)", "id"], 6)
    ('id', 'column 2', 'id (2)', 'id (3)', 'id (4)', 'column 6')
    """
    columns: dict[str, None] = {}
    seen: dict[str, int] = {}
    for index in range(width):
        name = " ".join(names[index].split()) if index < len(names) else ""
        name = unique = name[:MAX_NAME].strip("\ufeff'`") or f"column {index + 1}"
        while unique in columns:
            seen[name] = seen.get(name, 1) + 1
            unique = f"{name} ({seen[name]})"
        columns[unique] = None
    return tuple(columns)


def _start(records: Sequence[Record], header: Header, width: int) -> tuple[int, tuple[Note, ...]]:
    """Return the first line of data, and what stands above it."""
    if header.first is None or header.last is None:
        rows = (one for one in records if len(one.cells) == width and one.filled * 2 >= width)
        first = next(rows, records[0]).line
        return first, (*_preamble(first), _NO_HEADER)
    line, last_line = records[header.first].line, records[header.last].last_line
    notes = _preamble(line)
    if last_line > line:
        text = "The column names take {n} lines, from line {line} on."
        notes = (*notes, Note("header_lines", text, n=last_line - line + 1, line=line))
    return last_line + 1, notes


_NO_HEADER = Note(
    "no_header", "The file has no header line; columns are named column 1, column 2 …"
)


def _preamble(line: int) -> tuple[Note, ...]:
    if line == 1:
        return ()
    return (
        Note(
            "preamble",
            "{n} lines above the header (line {line}) are not rows and were skipped.",
            n=line - 1,
            line=line,
        ),
    )
