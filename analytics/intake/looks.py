"""What a pass over the bytes of a column proves of all its cells, so that no query need ask again.

Bytes are counted at the speed of memory: which occur, which begin and end a cell, how long cells
are, what stands at every place where all are equally long. Most columns of most exports are of one
make throughout, and that settles how they are read.
"""

import re

import numpy as np
import pyarrow as pa

BLANK_MARKS = " \t\r\n\u00a0\u3000\ufeff\u200b\x1e"
GUARDS = "=`'"
NULL_WORDS = ("-", "--", "---", "—", "——", "/", "null", "none", "nan", "n/a", "na", "nil", "\\n",
              "#n/a", "无", "空")  # fmt: skip
_EDGES = {mark.encode()[0] for mark in BLANK_MARKS + GUARDS}
_ENDS = {mark.encode()[-1] for mark in BLANK_MARKS}
_WORD_STARTS = {start.encode()[0] for word in NULL_WORDS for start in (word, word.upper())}
_BEGIN = _EDGES | _WORD_STARTS
_LONGEST_WORD = max(len(word.encode()) for word in NULL_WORDS)
_UNTIDY = re.compile(
    f"^[{BLANK_MARKS}{GUARDS}]|[{BLANK_MARKS}]$|^({'|'.join(map(re.escape, NULL_WORDS))})$",
    re.IGNORECASE,
)
_MOST_LOOKED_AT = 10_000
_SOME_BYTES = 4_096
_WIDEST = 64  # bytes of a cell whose places are looked at one by one
_ROWS_AT_ONCE = 64
NUMBER = r"\d*\.?\d*"  # digits, with one point at most
_DIGITS, _POINT = frozenset(b"0123456789"), ord(".")
_BYTE = 256


def flags(marks: set[int]) -> np.ndarray:
    """Return which of all bytes are among these."""
    found = np.zeros(_BYTE, dtype=bool)
    found[list(marks)] = True
    return found


_IS_EDGE, _IS_END, _IS_WORD_START = map(flags, (_EDGES, _ENDS, _WORD_STARTS))


class Look:
    """What all cells of a column have in common, block by block.

    `is_tidy` says that no cell has blanks or guards around it or is a word that means nothing; of a
    column where one has, nothing else is known. `filled` and `empty` count cells, `marks` are the
    bytes that occur, `firsts` and `lasts` those that begin and end a cell, `longest` is the length
    of the longest cell in bytes.
    """

    def __init__(self) -> None:
        self.is_tidy, self.filled, self.empty, self.longest = True, 0, 0, 0
        self.marks, self.firsts, self.lasts = b"", b"", b""
        self._width: int | None = None
        self._low, self._high = np.zeros(0, np.uint8), np.zeros(0, np.uint8)
        self._has_points = False  # several in one cell

    def add(self, column: pa.StringArray) -> None:
        """Look at more cells of the column."""
        if not self.is_tidy:
            return
        filled, firsts, lasts, lengths = ends(column)
        self.firsts, self.lasts = _with(self.firsts, firsts), _with(self.lasts, lasts)
        is_suspect = not _BEGIN.isdisjoint(self.firsts) or not _ENDS.isdisjoint(self.lasts)
        if is_suspect and _is_untidy(column, filled, firsts, lasts, lengths):
            self.is_tidy = False
            return
        self.empty += len(column) - len(filled)
        if len(filled):
            self._add_text(_text_of(column), lengths)

    def _add_text(self, text: np.ndarray, lengths: np.ndarray) -> None:
        shortest, longest = int(lengths.min()), int(lengths.max())
        self.marks = _with(self.marks, text)
        self._look_at_points(text, lengths, longest)
        self._look_at_places(text, shortest, longest)
        self.filled, self.longest = self.filled + len(lengths), max(self.longest, longest)

    def _look_at_points(self, text: np.ndarray, lengths: np.ndarray, longest: int) -> None:
        if self._has_points or not self._is_of_digits():
            return
        starts = np.cumsum(lengths) - lengths
        counts = np.add.reduceat((text == _POINT).view(np.uint8), starts, dtype=np.uint8)
        self._has_points = longest >= _BYTE or bool((counts > 1).any())

    def _look_at_places(self, text: np.ndarray, shortest: int, longest: int) -> None:
        if self._width is None:
            self._width = longest if longest <= _WIDEST else 0
            self._low = np.full(self._width, _BYTE - 1, np.uint8)
            self._high = np.zeros(self._width, np.uint8)
        if not shortest == longest == self._width:
            self._width = 0
            return
        for rows in _in_steps(text, longest):
            self._low = np.minimum(self._low, rows.min(axis=0).reshape(-1, longest).min(axis=0))
            self._high = np.maximum(self._high, rows.max(axis=0).reshape(-1, longest).max(axis=0))

    def _is_of_digits(self) -> bool:
        return set(self.marks) <= _DIGITS | {_POINT}

    def fits(self, pattern: str) -> bool:
        """Whether all cells have this pattern for sure: by their form, or as plain numbers."""
        is_number = pattern == NUMBER and self._is_of_digits() and not self._has_points
        return is_number or bool(self.form and re.fullmatch(pattern, self.form))

    @property
    def form(self) -> str | None:
        """The form of every cell, each digit a 9; None where they differ.

        >>> look = Look()
        >>> look.add(pa.array(["2024-01-05", "2023-12-31", None]))
        >>> look.form, look.filled, look.empty
        ('9999-99-99', 2, 1)
        """
        if not self._width:
            return None
        form = ""
        for low, high in zip(self._low.tolist(), self._high.tolist(), strict=True):
            if {low, high} <= _DIGITS:
                form += "9"
            elif low == high < _BYTE // 2:
                form += chr(low)
            else:
                return None
        return form

    def lacks(self, *marks: str) -> bool:
        """Whether none of these characters occurs in any cell."""
        return not any(mark.encode()[0] in self.marks for mark in marks)

    def is_never(self, text: str) -> bool:
        """Whether no cell can be this text, which has a byte that no cell has or is longer."""
        told = text.encode()
        return len(told) > self.longest or not set(told) <= set(self.marks)


def ends(column: pa.StringArray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return which cells are filled, and their first bytes, last bytes and lengths."""
    _, offsets, text = column.buffers()
    places = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    begin, end = places[:-1], places[1:]
    filled = np.flatnonzero(end > begin)
    if len(filled) < len(column):
        begin, end = begin[filled], end[filled]
    marks = np.frombuffer(text, np.uint8) if len(filled) else np.zeros(0, np.uint8)
    return filled, marks.take(begin), marks.take(end - 1), end - begin


def _text_of(column: pa.StringArray) -> np.ndarray:
    """Return the bytes of all cells, one behind the other."""
    _, offsets, text = column.buffers()
    places = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    return np.frombuffer(text, np.uint8)[places[0] : places[-1]]


def _with(known: bytes, marks: np.ndarray) -> bytes:
    """Return the bytes that are known and those among these marks that are new."""
    for part in (marks[:_SOME_BYTES], marks):  # the first tell most of what comes
        known += bytes(set(part.tobytes().translate(None, known)))
    return known


def _in_steps(text: np.ndarray, width: int) -> list[np.ndarray]:
    """Part the cells of one width into a table of many cells a row, and what is left."""
    step = width * _ROWS_AT_ONCE  # long rows are compared at the speed of memory
    end = len(text) // step * step
    parts = (text[:end].reshape(-1, step), text[end:].reshape(-1, width))
    return [part for part in parts if len(part)]


def _is_untidy(
    column: pa.StringArray,
    filled: np.ndarray,
    firsts: np.ndarray,
    lasts: np.ndarray,
    lengths: np.ndarray,
) -> bool:
    """Whether some cell has blanks or guards around it, or a word that means nothing."""
    odd = _IS_EDGE[firsts] | _IS_END[lasts]
    odd |= _IS_WORD_START[firsts] & (lengths <= _LONGEST_WORD)
    if not odd.any():
        return False
    looks = column.take(pa.array(filled[odd])).unique()
    return len(looks) > _MOST_LOOKED_AT or any(map(_UNTIDY.search, looks.to_pylist()))
