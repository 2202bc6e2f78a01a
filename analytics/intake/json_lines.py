"""JSON as a table: one object per line, an array of objects, or an object that holds one.

Nested objects become columns named with dots, arrays stay JSON, numbers stay as they are written.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Self

from analytics.errors import UnreadableFileError
from analytics.intake.layout import MAX_CELL, MAX_COLUMNS, Layout, column_names
from analytics.intake.reading import Source, decoded_blocks, text_blocks
from analytics.notes import Note

_KEYS_BYTES = 16 << 20  # so far the keys are gathered before the first record is read
_MAX_DOCUMENT = 128 << 20
_MAX_RAW = 4_000
_CUT = 16  # an error so near to the end of the text at hand may only mean that more is to come
_SPACE = re.compile(r"[\s,]*")
_MAX_SAMPLE = 20


@dataclass(frozen=True)
class JsonRecord:
    """One object: the line on which it starts, its flat fields; None where it can't be read.

    No two have the same `line`: where several start on one, they are numbered on from it.
    """

    line: int
    n_lines: int
    fields: dict[str, str] | None
    raw: str


class _Written(float):
    """A number with a fraction that remembers how it was written."""

    text: str
    __slots__ = ("text",)

    def __new__(cls, text: str) -> Self:
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __repr__(self) -> str:
        return self.text


def _nothing(_name: str) -> None:
    return None


_decoder = json.JSONDecoder(parse_float=_Written, parse_constant=_nothing)


def find_json_layout(source: Source, encoding: str) -> Layout:
    """Gather the columns of a JSON file: every key of the first 16 MB, in order of appearance.

    Raises
    ------
    UnreadableFileError
        If it holds no object, or too many different keys.
    """
    names: dict[str, None] = {}
    size, n, only = 0, 0, ""
    for record in json_records(source, encoding):
        size += len(record.raw)
        if record.fields:
            n, only = n + 1, only or next(iter(record.fields.values()))
            names.update(dict.fromkeys(record.fields))
        if size > _KEYS_BYTES:
            break
        if len(names) > MAX_COLUMNS:
            reason = f"its objects have more than {MAX_COLUMNS:,} different keys"
            raise UnreadableFileError(
                source.name, reason, "export it as CSV, Parquet or JSON lines"
            )
    if not n or (n == 1 and len(names) == 1 and only.startswith("[")):
        reason = "it is JSON without a list of objects"
        raise UnreadableFileError(source.name, reason, "export it as CSV, Parquet or JSON lines")
    keys = list(names)
    return Layout("", "", 0, 1, column_names(keys, len(keys)), skips_blanks=False, keys=tuple(keys))


def json_records(source: Source, encoding: str) -> Iterator[JsonRecord]:
    """Stream the objects of a JSON file; one that can't be read costs only itself."""
    blocks = text_blocks(source, encoding)
    head = next(blocks, ("", 0))[0] if not _is_document(source, encoding) else None
    if head is None:
        yield from _from_document(source, encoding)
        return
    line = 1
    while head:
        for text in head.removesuffix("\n").split("\n"):
            yield _record(line, 1, text) if text.strip() else JsonRecord(line, 1, {}, "")
            line += 1
        head = next(blocks, ("", 0))[0]


def _is_document(source: Source, encoding: str) -> bool:
    """Whether the objects are parted otherwise than by the ends of lines."""
    text = ""
    for block, _ in islice(decoded_blocks(source, encoding), 2):
        text += block
    lines = [line.strip("\ufeff \t\r") for line in text.split("\n")]
    lines = [line for line in lines if line][:_MAX_SAMPLE]
    if len(lines) < 2 or lines[0].startswith("["):  # noqa: PLR2004 one line may be all of it
        return True
    return all(_record(1, 1, line).fields is None for line in lines)


def _record(line: int, n_lines: int, text: str) -> JsonRecord:
    try:
        value = _decoder.decode(text.strip("\r \t"))
    except (ValueError, RecursionError):
        value = None
    return JsonRecord(line, n_lines, _fields(value, text), text)


def _fields(value: object, raw: str) -> dict[str, str] | None:
    """Flatten an object to text fields; None for what is no object."""
    if not isinstance(value, dict):
        return None
    try:
        fields = _flat(value)
    except RecursionError:
        return None
    if "\\u" not in raw:
        return fields
    return {_storable(name): _storable(text) for name, text in fields.items()}


def _storable(text: str) -> str:
    """Return a text without NUL and halves of characters, which escapes may have brought in."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def _flat(value: dict[str, object]) -> dict[str, str]:
    fields: dict[str, str] = {}
    stack = list(reversed(value.items()))
    while stack:
        name, item = stack.pop()
        if isinstance(item, dict) and item:
            stack += [(f"{name}.{key}", inner) for key, inner in reversed(item.items())]
        else:
            fields[name] = _text(item)
    return fields


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None or value == {}:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, _Written):
        return value.text.removesuffix(".0")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)


class _Document:
    """A text of values parted by commas or blanks, read piece by piece."""

    def __init__(self, source: Source, encoding: str) -> None:
        self._blocks = (block for block, _ in decoded_blocks(source, encoding))
        self._mend = source.repair.apply if source.repair else str
        self.text, self.at, self.line, self.is_final = "", 0, 1, False
        self._indent: str | None = None
        self.more()
        self.text = self.text.removeprefix("\ufeff")

    def more(self) -> None:
        """Take the next block behind what is not yet read."""
        wanted, parts = len(self.text) - self.at, [self.text[self.at :]]
        while wanted >= 0 and not self.is_final:  # twice as much, so that nothing is read often
            block = next(self._blocks, None)
            self.is_final = block is None
            parts.append(self._mend(block or ""))
            wanted -= max(len(block or ""), 1)
        self.text, self.at = "".join(parts), 0

    def skip(self, n: int) -> int:
        """Pass over n characters and return how many lines end in them."""
        n_lines = self.text.count("\n", self.at, self.at + n)
        self.at, self.line = self.at + n, self.line + n_lines
        return n_lines

    def skip_blanks(self) -> str:
        """Pass over blanks and commas and return the character behind them, "" at the end."""
        while True:
            found = _SPACE.match(self.text, self.at)
            blanks = found[0] if found else ""
            if "\n" in blanks:
                self._indent = blanks.rpartition("\n")[2].strip(",")
            self.skip(len(blanks))
            if self.at < len(self.text) or self.is_final:
                return self.text[self.at : self.at + 1]
            self.more()

    def value(self, limit: int) -> tuple[object, int] | None:
        """Return the value that starts here and its length, None where it is broken."""
        while True:
            try:
                value, end = _decoder.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or error.pos + _CUT > len(self.text)
                if self.is_final or not is_cut or len(self.text) - self.at > limit:
                    return None
            except (ValueError, RecursionError):
                return None
            else:
                if end < len(self.text) or self.is_final:
                    return value, end - self.at
            self.more()

    def skip_broken(self) -> str:
        """Pass over a broken value to the next one at the same depth, and return it."""
        start = r"\}\s*,\s*(?=\{)" if self._indent is None else rf"\n{self._indent},?(?=\{{)"
        found = re.compile(start).search(self.text, self.at + 1)
        end = found.end() if found else len(self.text)
        raw = self.text[self.at : end]
        self.skip(end - self.at)
        return raw


def _from_document(source: Source, encoding: str) -> Iterator[JsonRecord]:
    document = _Document(source, encoding)
    mark = document.skip_blanks()
    is_array = mark == "["
    if is_array:
        document.skip(1)
    is_first, line = True, 0
    while (mark := document.skip_blanks()) and not (is_array and mark == "]"):
        line = max(document.line, line + 1)  # objects on one line are numbered on
        found = document.value(MAX_CELL if is_array or not is_first else _MAX_DOCUMENT)
        if found is None:
            raw = document.skip_broken()
            yield JsonRecord(line, raw.count("\n") or 1, None, raw.rstrip("\n"))
            continue
        raw = document.text[document.at : document.at + found[1]]
        n_lines = document.skip(found[1]) + 1
        inner = _inner_table(found[0]) if is_first and not is_array else None
        if inner and not document.skip_blanks():
            yield from (JsonRecord(n, 1, _fields(one, raw), "") for n, one in enumerate(inner, 1))
            return
        yield JsonRecord(line, n_lines, _fields(found[0], raw), raw)
        is_first = False


def _inner_table(value: object) -> list[object]:
    """Return the longest list of objects that an object holds, as answers of services do."""
    items = value.values() if isinstance(value, dict) else ()
    tables = [
        item
        for item in items
        if isinstance(item, list) and item and all(isinstance(one, dict) for one in item)
    ]
    return max(tables, key=len, default=[])


def late_keys(n: int, names: list[str]) -> Note:
    """Say that some keys turn up only after the columns were gathered."""
    return Note(
        "late_keys",
        "{n:,} values of keys that turn up late in the file were not read ({names}).",
        n=n,
        names=", ".join(names[:8]),
    )
