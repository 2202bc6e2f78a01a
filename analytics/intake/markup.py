"""Tables in HTML or in Excel's XML of 2003, which many systems write into files named .xls."""

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import islice

from analytics.errors import UnreadableFileError
from analytics.intake.header_lines import Record
from analytics.intake.layout import MAX_COLUMNS, Layout, layout_of, read_records
from analytics.intake.reading import Source, decoded_blocks
from analytics.settings import ImportSettings

_ROWS, _CELLS = {"tr", "row"}, {"td", "th", "cell"}
_UNSEEN = {"style", "script", "title", "head", "styles", "documentproperties"}
_SAMPLE_ROWS = 2_000
_MAX_SPAN_ROWS = 10_000
_BREAK = "\x00"  # stands for a line break inside a cell
_AMOUNTS = ("x:num", "ss:num")  # where Excel keeps a number whose text is rounded


class _Rows(HTMLParser):
    """Gathers rows of cells; a cell over several rows holds for all of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[list[str]] = []
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._amount: str | None = None
        self._spans: dict[int, tuple[int, str]] = {}  # column: rows to come, text
        self._over: tuple[int, int] = (1, 1)
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _ROWS:
            self._end_row()
            self._row = []
        elif tag in _CELLS:
            self._end_cell()
            self._start_cell(dict(attrs))
        elif tag == "br" and self._cell is not None:
            self._cell.append(_BREAK)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag != "br":
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif tag in _CELLS:
            self._end_cell()
        elif tag in _ROWS or tag == "table":
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._unseen:
            self._cell.append(data.replace(_BREAK, ""))

    def _start_cell(self, attrs: dict[str, str | None]) -> None:
        self._row = [] if self._row is None else self._row
        place = _number(attrs.get("ss:index"), 1)  # cells before it are left out
        self._row += [""] * min(place - 1 - len(self._row), MAX_COLUMNS)
        self._take_spans()
        across = _number(attrs.get("colspan"), 1) + _number(attrs.get("ss:mergeacross"), 0)
        down = _number(attrs.get("rowspan"), 1) + _number(attrs.get("ss:mergedown"), 0)
        self._over = (min(across, MAX_COLUMNS), min(down, _MAX_SPAN_ROWS))
        self._amount = next((attrs[name] for name in _AMOUNTS if attrs.get(name)), None)
        self._cell = []

    def _take_spans(self) -> None:
        """Fill the places that cells of rows above reach into."""
        if self._row is None:
            return
        while (span := self._spans.pop(len(self._row), None)) is not None:
            if span[0] > 1:
                self._spans[len(self._row)] = (span[0] - 1, span[1])
            self._row.append(span[1])

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        lines = "".join(self._cell).split(_BREAK)
        text = self._amount or "\n".join(" ".join(line.split()) for line in lines).strip()
        across, down = self._over
        if down > 1:
            self._spans[len(self._row)] = (down - 1, text)
        self._row += [text, *([""] * (across - 1))]
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None:
            self._take_spans()
            self.found.append(self._row)
        self._row = None


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else otherwise  # noqa: PLR2004 sane


def find_markup_layout(source: Source, encoding: str, settings: ImportSettings) -> Layout:
    """Find the header among the first rows.

    Raises
    ------
    UnreadableFileError
        If there is no table in it.
    """
    rows = islice(markup_rows(source, encoding), _SAMPLE_ROWS)
    records = [Record(number, number, tuple(cells)) for number, cells in rows if any(cells)]
    if not any(record.filled > 1 for record in records):
        reason = "it is a web page or XML without a table"
        raise UnreadableFileError(source.name, reason, "save it as CSV (UTF-8) and import that")
    return layout_of(source.name, read_records(iter(records), settings.header_line))


def markup_rows(source: Source, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Stream the rows of all tables: number, cells as text, no empty tail.

    Parameters
    ----------
    source
        Of the kind "markup".
    encoding
        Of its text.
    """
    parser, number = _Rows(), 0
    for block, _ in decoded_blocks(source, encoding):
        parser.feed(block)
        if not block:
            parser.close()
            parser._end_row()  # noqa: SLF001 its own module
        found, parser.found = parser.found, []
        for cells in found:
            number += 1
            while cells and not cells[-1].strip():
                cells.pop()
            yield number, cells
