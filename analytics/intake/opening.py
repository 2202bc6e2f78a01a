"""From any source to its shape and its rows: texts, JSON and sheets become the same spool."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from analytics.errors import UnreadableFileError
from analytics.intake import json_lines, markup, record_spool, spool, workbooks
from analytics.intake.encodings import Encoding, detect_encoding
from analytics.intake.header_lines import known_names
from analytics.intake.layout import Layout, find_layout
from analytics.intake.reading import Source, read_head, text_blocks, unify_newlines
from analytics.intake.repairs import Repair, find_repair, notice_traces
from analytics.notes import Note
from analytics.progress import Progress
from analytics.settings import ImportSettings


@dataclass(frozen=True)
class Shape:
    """What is known of a file before its rows are read; `layout` is None for Parquet."""

    source: Source
    encoding: Encoding | None = None
    layout: Layout | None = None
    sheets: tuple[str, ...] = ()


def find_shape(source: Source, settings: ImportSettings, folder: Path) -> Shape:
    """Find encoding, sheet and layout of a file.

    Parameters
    ----------
    source
        From `find_source`.
    settings
        What the user chose is taken.
    folder
        Where a packed workbook may be unpacked.

    Raises
    ------
    UnreadableFileError
        If it holds no table.
    InvalidSettingError, UnknownNameError
        If a chosen encoding, delimiter, header line or sheet is impossible.
    """
    if source.kind == "parquet":
        return Shape(source)
    if source.kind == "workbook":
        found, layout, sheets = workbooks.find_sheet(source, source.local(folder), settings)
        return Shape(found, layout=_noted(layout, source.notes), sheets=sheets)
    head = read_head(source)
    encoding = detect_encoding(source, head, settings.encoding)
    text = unify_newlines(head.decode(encoding.name, "ignore"))
    source, notes = _mend(source, encoding, text)
    if source.repair:
        text = source.repair.apply(text)
    if source.kind == "json":
        layout = json_lines.find_json_layout(source, encoding.name)
    elif source.kind == "markup":
        layout = markup.find_markup_layout(source, encoding.name, settings)
    else:
        layout = find_layout(source.name, text, settings)
    _refuse_garbled_names(source.name, layout, notes)
    return Shape(source, encoding, _noted(layout, notes))


def _noted(layout: Layout, notes: Iterable[Note]) -> Layout:
    return replace(layout, notes=(*layout.notes, *notes))


def _mend(source: Source, encoding: Encoding, text: str) -> tuple[Source, tuple[Note, ...]]:
    """Give the source a repair where the whole file can be mended, else say what was noticed."""
    repair = find_repair(text)
    if repair and _mends_all(repair, source, encoding):
        note = Note(
            "mended",
            "The text had been read as {wrong} and saved again; it was turned back into what it "
            "was ({right}).",
            wrong=repair.wrong,
            right=repair.right,
        )
        return replace(source, repair=repair), (*source.notes, note)
    traces = notice_traces(text)
    return source, (*source.notes, traces) if traces else source.notes


def _refuse_garbled_names(file: str, layout: Layout, notes: Iterable[Note]) -> None:
    """Say that the text is lost where its damage is what hides the column names."""
    if any(note.key == "decoded_twice" for note in notes) and not known_names(layout.columns):
        reason = "its column names were decoded wrongly before it was saved"
        raise UnreadableFileError(file, reason, "export it again as UTF-8")


def _mends_all(repair: Repair, source: Source, encoding: Encoding) -> bool:
    blocks = (text for text, _ in text_blocks(source, encoding.name))
    return all(text.isascii() or repair.mended(text) is not None for text in blocks)


def spool_rows(
    source: Source,
    encoding: Encoding | None,
    layout: Layout,
    folder: Path,
    *,
    progress: Progress | None = None,
    max_lines: int | None = None,
) -> spool.Spooled:
    """Write the records of a text, a sheet or JSON to `folder/rows` and `folder/unread`.

    Parameters
    ----------
    source, encoding, layout
        From `find_shape`.
    folder
        An existing folder; the files in it take about as much room as the text.
    progress
        Called with the share done and a message; may raise to stop.
    max_lines
        Stop after so many lines (for a preview).

    Returns
    -------
    Spooled
        `records + unreadable` is the number of records in the table's region.
    """
    if source.kind == "text" and encoding:
        return spool.write_spool(
            source, encoding, layout, folder, progress=progress, max_lines=max_lines
        )
    found = spool.Spooled()
    if source.kind == "json" and encoding:
        rows = record_spool.json_rows(source, encoding, layout, found)
    else:
        rows = record_spool.table_rows(source, encoding, layout, folder)
    return record_spool.write(rows, layout, folder, found, progress=progress, max_lines=max_lines)
