"""Blocks of a delimited text that need no care, parsed at the speed of memory and kept as Arrow.

A block is clean where counting its bytes proves that every line is one record of the right width:
no NUL, no stray carriage return, every quotation mark opens or closes a cell. All others go the
careful way, line by line.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.csv

from analytics.intake.layout import BLANKS, Layout
from analytics.intake.looks import Look, ends, flags
from analytics.intake.reading import UNDECODABLE

FILE = "blocks.arrow"
MOST_HELD = 1 << 30  # bytes of clean blocks that may lie in memory; more of them go to a file
_BATCH = 1 << 16
_NEVER, _MARKED = (b"\x00", b"\x1e", b"\x1f"), UNDECODABLE.encode()
_MOST_LOOKED_AT = 10_000
# or so it may be
_IS_BLANK = flags({9, 11, 12, 13, 28, 29, 30, 31, 32, 0xC2, 0xE1, 0xE2, 0xE3})


class CleanBlocks:
    """The clean blocks of one text: line number, then every column as text.

    They are `held` in memory, or `folder/FILE` has them all where they are too many. `looks`
    gathers what is known of all cells of each column.
    """

    def __init__(self, layout: Layout, folder: Path, *, size: int) -> None:
        """Begin; `size` is that of the text in bytes, as far as it is known."""
        self._quote, self._delimiter = layout.quote.encode(), layout.delimiter.encode()
        self._skips_blanks = layout.skips_blanks
        self.is_able = (
            len(self._delimiter) == 1
            and layout.delimiter != BLANKS
            and not layout.escape
            and len(self._quote) <= 1
        )
        self._names = [f"c{index}" for index in range(layout.width)]
        fields = [("source_row", pa.int64()), *((name, pa.string()) for name in self._names)]
        self._schema = pa.schema(fields)
        self.held: list[pa.Table] = []
        self._is_large, self._size, self._file = size > MOST_HELD, 0, folder / FILE
        self._writer: pa.ipc.RecordBatchFileWriter | None = None
        self.looks = tuple(Look() for _ in self._names)
        self._keeper = ThreadPoolExecutor(1)  # keeps a block while the next one is parsed
        self._kept: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._keeper.shutdown()
        if self._writer:
            self._writer.close()
        if self._kept and not error:
            self._kept.result()

    def write(self, block: bytes, first: int, *, lines: int) -> int | None:
        """Keep a block of so many whole lines, the first of which is line `first`.

        Returns the number of its records, or None where the block is not clean.
        """
        table = self._parsed(block) if self.is_able and not self._is_odd(block) else None
        if table is None or len(table) != lines:
            return None
        if self._kept:
            self._kept.result()
        self._kept = self._keeper.submit(self._keep, table, first)
        return len(table)

    def _keep(self, table: pa.Table, first: int) -> None:
        for look, column in zip(self.looks, table.columns, strict=True):
            for chunk in column.chunks:
                look.add(chunk)
        numbers = pa.array(np.arange(first, first + len(table), dtype=np.int64))
        self.held.append(table.add_column(0, "source_row", numbers))
        self._size += table.nbytes
        if self._is_large or self._size > MOST_HELD:
            self._write_held()

    def _write_held(self) -> None:
        if self._writer is None:
            self._writer = pa.ipc.new_file(self._file, self._schema)
        for table in self.held:
            self._writer.write_table(table, max_chunksize=_BATCH)
        self.held.clear()

    def _is_odd(self, block: bytes) -> bool:
        if any(mark in block for mark in _NEVER) or (not block.isascii() and _MARKED in block):
            return True
        if b"\r" in block and block.count(b"\r") != block.count(b"\r\n"):
            return True
        return self._quote in block and (self._skips_blanks or not self._is_well_quoted(block))

    def _is_well_quoted(self, block: bytes) -> bool:
        """Whether every quotation mark stands at the edge of a cell."""
        quote, delimiter = self._quote, self._delimiter
        opening = block.startswith(quote) + sum(
            block.count(edge + quote) for edge in (delimiter, b"\n")
        )
        closing = sum(block.count(quote + edge) for edge in (delimiter, b"\n", b"\r\n"))
        return opening == closing and opening + closing == block.count(quote)

    def _parsed(self, block: bytes) -> pa.Table | None:
        has_quotes = bool(self._quote) and self._quote in block
        try:
            table = pyarrow.csv.read_csv(
                pa.py_buffer(block),
                read_options=pyarrow.csv.ReadOptions(column_names=self._names),
                parse_options=pyarrow.csv.ParseOptions(
                    delimiter=self._delimiter.decode(),
                    quote_char=self._quote.decode() if has_quotes else False,
                    double_quote=False,
                ),
                convert_options=pyarrow.csv.ConvertOptions(
                    column_types=dict.fromkeys(self._names, pa.string()),
                    null_values=[""],
                    strings_can_be_null=True,
                ),
            )
        except pa.ArrowInvalid:
            return None
        return None if _has_blank(table, is_quoted=has_quotes) else table


def _has_blank(table: pa.Table, *, is_quoted: bool) -> bool:
    """Whether a record holds nothing; among quotation marks, blanks are nothing too."""
    empty = np.ones(len(table), dtype=bool)
    for column in table.columns:
        empty &= np.concatenate([_is_empty(one, is_quoted=is_quoted) for one in column.chunks])
        if not empty.any():
            return False
    rows = np.flatnonzero(empty)
    if not is_quoted or len(rows) > _MOST_LOOKED_AT:
        return True
    cells = [column.to_pylist() for column in table.take(pa.array(rows)).columns]
    return any(not any(cell and cell.strip() for cell in row) for row in zip(*cells, strict=True))


def _is_empty(column: pa.StringArray, *, is_quoted: bool) -> np.ndarray:
    empty = column.is_null().to_numpy(zero_copy_only=False)
    if is_quoted:
        filled, firsts, _, _ = ends(column)
        empty[filled] |= _IS_BLANK[firsts]
    return empty
