"""Workbooks (xlsx, xlsm, xlsb, xls, ods): which sheet holds the table, and its cells as text."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

import python_calamine as calamine

from analytics.errors import UnknownNameError, UnreadableFileError
from analytics.intake.header_lines import Record, known_names
from analytics.intake.layout import Layout, Reading, layout_of, read_records
from analytics.intake.reading import Source
from analytics.notes import Note
from analytics.settings import ImportSettings

_SAMPLE_ROWS = 2_000
_EXACT = 1 << 53  # whole numbers above can't be told from their neighbours
_DIGITS = 15  # as many as a spreadsheet keeps and shows
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_AS_CSV = "save the sheet as CSV (UTF-8) and import that"
_MAX_MERGED = 200_000
Cell = str | float | bool | date | datetime | time | timedelta | None


def find_sheet(
    source: Source, path: Path, settings: ImportSettings
) -> tuple[Source, Layout, tuple[str, ...]]:
    """Choose the sheet that holds the table and find its header.

    The best sheet has most known column names in its header, then most rows; hidden ones come
    last. Own definition.

    Parameters
    ----------
    source
        The workbook.
    path
        Where it can be read, if it came packed.
    settings
        `sheet` and `header_line` that the user chose are taken.

    Returns
    -------
    tuple
        The source with its sheet, the layout (lines are rows of the sheet), names of all sheets.

    Raises
    ------
    UnreadableFileError
        If it is damaged or protected, or no sheet holds rows.
    UnknownNameError
        If a chosen sheet does not exist.
    """
    with _open(source.name, path) as book:
        names = tuple(one.name for one in book.sheets_metadata if _is_worksheet(one))
        if settings.sheet is not None and settings.sheet not in names:
            raise UnknownNameError(f"sheet of {source.name}", settings.sheet, names)
        asked = names if settings.sheet is None else (settings.sheet,)
        hidden = {one.name for one in book.sheets_metadata if one.visible != _VISIBLE}
        found = [
            (_rank(reading, n_rows, is_hidden=name in hidden), name, reading)
            for name in asked
            for reading, n_rows in [_read_sheet(source.name, book, name, settings)]
            if reading.records
        ]
    if not found:
        raise UnreadableFileError(source.name, "no sheet of it holds rows", "export it again")
    _, sheet, reading = max(found, key=lambda one: one[0])
    layout = layout_of(source.name, reading)
    if len(names) > 1:
        layout = replace(layout, notes=(*layout.notes, _others(sheet, names)))
    return replace(source, sheet=sheet), layout, names


_VISIBLE = calamine.SheetVisibleEnum.Visible


def _is_worksheet(one: calamine.SheetMetadata) -> bool:
    return one.typ == calamine.SheetTypeEnum.WorkSheet


def _others(sheet: str, names: Sequence[str]) -> Note:
    others = [name for name in names if name != sheet]
    more = f" and {len(others) - 8} more" if len(others) > 8 else ""  # noqa: PLR2004 a line's worth
    return Note(
        "sheets",
        "The workbook has {n} sheets; {sheet} is read, the others are not: {others}.",
        n=len(names),
        sheet=sheet,
        others=", ".join(others[:8]) + more,
    )


def _rank(reading: Reading, n_rows: int, *, is_hidden: bool) -> tuple[object, ...]:
    return not is_hidden, known_names(reading.header.names), n_rows


def _read_sheet(
    file: str, book: calamine.CalamineWorkbook, name: str, settings: ImportSettings
) -> tuple[Reading, int]:
    sheet = _sheet(file, book, name)
    rows = islice(_rows(sheet), _SAMPLE_ROWS)
    records = (Record(number, number, tuple(cells)) for number, cells in rows if cells)
    return read_records(records, settings.header_line), sheet.total_height


def sheet_rows(source: Source, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Stream the rows of the source's sheet: number in the sheet, cells as text, no empty tail.

    Raises
    ------
    UnreadableFileError
        If the workbook is damaged.
    """
    with _open(source.name, path) as book:
        sheet = _sheet(source.name, book, source.sheet or book.sheet_names[0])
        yield from _rows(sheet)


def _open(file: str, path: Path) -> calamine.CalamineWorkbook:
    try:
        return calamine.CalamineWorkbook.from_object(str(path))
    except calamine.PasswordError as error:
        raise _protected(file) from error
    except (calamine.CalamineError, OSError) as error:
        with path.open("rb") as stream:
            if _ENCRYPTED in stream.read(1 << 22):
                raise _protected(file) from error
        raise _damaged(file, error) from error


def _protected(file: str) -> UnreadableFileError:
    reason = "the Excel workbook is protected by a password"
    return UnreadableFileError(file, reason, "remove the password and import it again")


def _damaged(file: str, error: Exception) -> UnreadableFileError:
    reason = f"the Excel workbook can't be read ({' '.join(str(error).split())})"
    return UnreadableFileError(file, reason, _AS_CSV)


def _sheet(file: str, book: calamine.CalamineWorkbook, name: str) -> calamine.CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except (calamine.CalamineError, OSError) as error:
        raise _damaged(file, error) from error


def _rows(sheet: calamine.CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    merged = _merged(sheet)
    above: dict[int, str] = {}
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [cell_text(cell) for cell in row]
        for column, place in merged.get(number, ()):
            if place == 0:
                above[column] = cells[column] if column < len(cells) else ""
            elif column < len(cells) and not cells[column]:
                cells[column] = above.get(column, "")
        while cells and not cells[-1].strip():
            cells.pop()
        yield number, cells


def _merged(sheet: calamine.CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """Row to the columns merged over several rows there, and how far below the first row it is.

    A cell merged over the lines of an order holds for all of them.
    """
    found: dict[int, list[tuple[int, int]]] = {}
    budget = _MAX_MERGED
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        budget -= (bottom - top + 1) * (right - left + 1)
        if bottom == top or budget < 0:
            continue
        for row in range(top, bottom + 1):
            found.setdefault(row + 1, []).append((left, row - top))
    return found


def cell_text(cell: Cell) -> str:
    """Return a cell as text: dates as ISO, whole numbers without ".0", errors as nothing.

    A whole number beyond 2^53 is written as 5.11384E+17, since its last digits are lost.

    >>> [cell_text(cell) for cell in (17850.0, 0.1, 1e-7, True, None, "007")]
    ['17850', '0.1', '0.0000001', 'true', '', '007']
    >>> cell_text(datetime(2024, 1, 5, 10, 0)), cell_text(date(2024, 1, 5)), cell_text(5.11384e17)
    ('2024-01-05 10:00:00', '2024-01-05', '5.11384E+17')
    """
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (int, float)):
        return _number_text(cell)
    return _time_text(cell)


def _number_text(number: float) -> str:
    if number != number or abs(number) == float("inf"):  # noqa: PLR0124 only NaN differs from itself
        return ""
    if abs(number) >= _EXACT and isinstance(number, float):
        digits, _, exponent = f"{number:.{_DIGITS - 1}E}".partition("E")
        return f"{digits.rstrip('0').rstrip('.')}E{exponent}"
    if number == int(number):
        return str(int(number))
    return f"{Decimal(f'{number:.{_DIGITS}g}'):f}"


def _time_text(cell: date | time | timedelta) -> str:
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "milliseconds" if cell.microsecond else "seconds")
    return cell.isoformat()
