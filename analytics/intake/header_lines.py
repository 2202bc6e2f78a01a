"""Which record names the columns, and the names it gives: also over two lines, with units below."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.errors import InvalidSettingError
from analytics.intake.fields import is_known
from analytics.intake.headers import normalise_header

MAX_PREAMBLE = 60
_LONGEST_NAME = 100
_BELOW = 20
_SHORT_TABLE, _TWO_NAMES = 4, 2
_CLEARLY = 0.02  # by so much a later line has to be better: a full row is no better than its header
_VALUE = re.compile(
    r"^[\s'`=\"¥￥$€£(+-]*\d[\d\s.,:/\-+TZ%)年月日]*(?:UTC|AM|PM)?[\"\s]*$", re.IGNORECASE
)
_UNIT = re.compile(
    r"^(?:[(（\[【].{0,12}[)）\]】]|[-—/%‰$€£¥]|元|万元|分|件|个|人|次|天|小时|分钟|秒|年|月|日|时间|文本|数字"
    r"|text|string|str|varchar|char|int|integer|bigint|number|numeric|decimal|float|double|bool"
    r"|boolean|date|datetime|timestamp|uuid|usd|eur|gbp|cny|rmb|jpy|pcs|units?|days?|hours?|min"
    r"|minutes?|sec|seconds?|utc|yyyy.mm.dd.*|dd.mm.yyyy.*|mm.dd.yyyy.*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Record:
    """The cells of one record and the physical lines it takes, counted from 1."""

    line: int
    last_line: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> int:
        """Number of cells with something in them."""
        return sum(bool(cell.strip()) for cell in self.cells)


@dataclass(frozen=True)
class Header:
    """Records `first` to `last` name the columns (`first` None: none does); `names` as they say."""

    first: int | None
    last: int | None
    names: tuple[str, ...] = ()


def is_value(cell: str) -> bool:
    """Whether a cell holds a number, a date or an e-mail address rather than a name.

    >>> [is_value(cell) for cell in ("Amount", "¥28.16", "2024-01-05", '="001"', "a@b.example")]
    [False, True, True, True, True]
    """
    return bool(_VALUE.match(cell)) or "@" in cell


def known_names(cells: Sequence[str]) -> int:
    """Return how many different column names of known exports these cells hold."""
    names = {
        normalise_header(cell): cell for cell in cells if 0 < len(cell.strip()) <= _LONGEST_NAME
    }
    return sum(map(is_known, names.values()))


def find_header(records: Sequence[Record]) -> Header:
    """Find the record that names the columns, with the lines that belong to it.

    Parameters
    ----------
    records
        The first records of a file or sheet, without blank ones.
    """
    best, best_score = None, (0.0, 0.0)
    for index, record in enumerate(records[:MAX_PREAMBLE]):
        score = _header_score(record, records[index + 1 : index + 1 + _BELOW])
        if score > (best_score[0], best_score[1] + _CLEARLY) or score[0] > best_score[0]:
            best, best_score = index, score
    if best is None:
        return Header(None, None)
    return _with_neighbours(records, _second_table(records, best))


def _second_table(records: Sequence[Record], best: int) -> int:
    """Return the header of a longer table below the first, which a blank line parts from it.

    Reports put a table of one row about the whole above the table of the rows.
    """
    for index in range(best + 2, min(best + 2 + _SHORT_TABLE, len(records) - 1)):
        record, above = records[index], records[index - 1]
        if record.line <= above.last_line + 1:
            continue
        known, _ = _header_score(record, records[index + 1 : index + 1 + _BELOW])
        is_header = known >= _TWO_NAMES and not any(is_value(cell) for cell in record.cells if cell)
        return index if is_header and len(records) - index > index - best else best
    return best


def header_at(records: Sequence[Record], header_line: int) -> Header:
    """Take the record at a line that the user chose; 0: the file has no header.

    Raises
    ------
    InvalidSettingError
        If no record is there.
    """
    if header_line == 0:
        return Header(None, None)
    for index, record in enumerate(records):
        if record.line <= header_line <= record.last_line:
            return _with_neighbours(records, index, looks_up=False)
    raise InvalidSettingError(
        "the header line", header_line, "it is the number of a line that holds the column names"
    )


def _header_score(record: Record, following: Sequence[Record]) -> tuple[float, float]:
    """Known names, then the agreement of the widths below; (0, 0) for what is no header."""
    named = [cell.strip() for cell in record.cells if cell.strip()]
    values = sum(map(is_value, named))
    if not named or values > len(named) / 4 or len(named) < len(record.cells) / 2:
        return (0.0, 0.0)
    known, width = known_names(named), len(record.cells)
    if known <= len(named) / 2 and values and _is_like_below(record, following):
        return (0.0, 0.0)
    alike = [_has_width(other.cells, width) for other in following] or [True]
    fit = sum(alike) / len(alike)
    return (known * fit if width > 1 else min(known, 0.5), fit * (1 - 1 / (len(named) + 1)))


def _has_width(cells: Sequence[str], width: int) -> bool:
    """Whether a record has about so many cells, with or without the empty ones at its end."""
    filled = len(cells)
    while filled and not cells[filled - 1].strip():
        filled -= 1
    return filled - 1 <= width <= len(cells) + 1


def _is_like_below(record: Record, following: Sequence[Record]) -> bool:
    """Whether a column that holds a value here holds values below: then this is a row.

    So is a record with values that nothing follows.
    """
    if not following:
        return True
    for index, cell in enumerate(record.cells):
        if not is_value(cell.strip()):
            continue
        below = [other.cells[index].strip() for other in following if index < len(other.cells)]
        if below and sum(map(is_value, below)) > len(below) / 2:
            return True
    return False


def _with_neighbours(records: Sequence[Record], index: int, *, looks_up: bool = True) -> Header:
    names, first, last = records[index].cells, index, index
    below = records[index + 1] if index + 1 < len(records) else None
    if below and _continues(names, below.cells):
        names, last = _joined(names, below.cells), index + 1
        below = records[last + 1] if last + 1 < len(records) else None
    elif looks_up and index and _is_group(records[index - 1], records[index], below):
        names, first = _joined(records[index - 1].cells, names), index - 1
    if below and _is_units(below.cells):
        last += 1
    return Header(first, last, names)


def _continues(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether a line holds only names for columns that the line above names as a group, or not."""
    filled = [index for index, cell in enumerate(lower) if cell.strip()]
    if not filled or any(is_value(lower[index].strip()) for index in filled):
        return False
    open_places = {index for index, cell in enumerate(upper) if not cell.strip()}
    open_places |= {index - 1 for index in open_places}
    return set(filled) <= open_places and any(not upper[index].strip() for index in filled)


def _is_group(above: Record, header: Record, below: Record | None) -> bool:
    """Whether the line above the names groups them: fewer cells, no prose, no values."""
    cells = [cell.strip() for cell in above.cells]
    named = [cell for cell in cells if cell]
    width = len(header.cells)
    if not width / 2 <= len(cells) <= width or not 1 < len(named) < len(cells) or below is None:
        return False
    return above.last_line + 1 == header.line and not any(
        is_value(cell) or len(cell) > 30 or cell[-1] in ":：.。" or cell[0] == "#"  # noqa: PLR2004 longer is prose
        for cell in named
    )


def _joined(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Names of two lines: the lower one, with the group above it where it alone says too little."""
    width = max(len(upper), len(lower))
    upper, lower = [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]
    names, group = [], ""
    for above, name in zip(upper, lower, strict=True):
        group = above.strip() or (group if name.strip() else "")
        both = f"{group} {name}".strip()
        says_too_little = not known_names([name]) and known_names([both])
        names.append(both if says_too_little or lower.count(name) > 1 else name)
    return tuple(names)


def _is_units(cells: Sequence[str]) -> bool:
    """Whether a line holds nothing but units or types of the columns above it."""
    named = [cell.strip() for cell in cells if cell.strip()]
    return len(named) > 1 and all(_UNIT.match(cell) for cell in named)
