"""From a file on disk to text: what kind of file it is, its bytes, its characters, its lines."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from analytics.errors import UnreadableFileError
from analytics.intake import archives
from analytics.intake.repairs import Repair
from analytics.notes import Note

HEAD_BYTES = 1 << 20
BLOCK_BYTES = 1 << 22
RAW_BYTES = 1 << 24  # of text that is not decoded
MAX_LINE = 1 << 26  # characters; a file without line ends must not fill the memory
UNDECODABLE = "\ufdd0"  # a noncharacter: no export holds it, so it marks what could not be decoded
_MAGIC_BYTES = 4096
_MIXED_SHARE = 0.7
_FEW = 2
_AS_CSV = "save it as CSV (UTF-8) and import that"
_UNPACK = "unpack it and import its files"
_NOT_A_TABLE = (
    (b"%PDF", "it is a PDF", _AS_CSV),
    (b"\x89PNG", "it is a picture", _AS_CSV),
    (b"\xff\xd8\xff", "it is a picture", _AS_CSV),
    (b"GIF8", "it is a picture", _AS_CSV),
    (b"{\\rtf", "it is a text document", _AS_CSV),
    (b"Rar!\x1a\x07", "it is a RAR archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "it is a 7z archive", _UNPACK),
    (b"\xfd7zXZ\x00", "it is packed with xz", _UNPACK),
    (b"(\xb5/\xfd", "it is packed with Zstandard", _UNPACK),
    (b"BZh", "it is packed with bzip2", _UNPACK),
    (b"SQLite format 3\x00", "it is a database", "export its tables as CSV"),
)
_GZIP, _ZIP, _PARQUET, _OLD_EXCEL = b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"
_WORKBOOK_STARTS = (b"[Content_Types]", b"_rels/", b"xl/", b"docProps/", b"mimetypeapplication/vnd")
_MARKUP = re.compile(rb"^<(!doctype|html|head|meta|style|body|table|\?xml|!--)\b", re.IGNORECASE)
_JSON = re.compile(rb"^(\{\s*(\"|\}|$)|\[\s*([\[{\]]|$))")
_NOISE = b"\xef\xbb\xbf\xff\xfe \t\r\n"


def _mark_undecodable(error: UnicodeError) -> tuple[str, int]:
    return UNDECODABLE, getattr(error, "end", 1)


codecs.register_error("huitou_mark", _mark_undecodable)


@dataclass(frozen=True)
class Source:
    """A file, the container it comes in, and what is inside.

    `container` is "plain", "gzip" or "zip" with its `member`; `kind` is "text", "json", "markup"
    (HTML and Excel's XML), "workbook" or "parquet"; `sheet` is the one to read of a workbook;
    `repair` undoes a wrong decoding.
    """

    path: Path
    container: str
    member: str | None = None
    kind: str = "text"
    sheet: str | None = None
    repair: Repair | None = None
    notes: tuple[Note, ...] = ()

    @property
    def name(self) -> str:
        """The name that messages and `source_file` use."""
        return self.path.name

    def open(self) -> IO[bytes]:
        """Open the expanded bytes."""
        if self.container == "gzip":
            return archives.open_gzip(self.path)
        if self.container == "zip" and self.member:
            return archives.open_member(self.path, self.member)
        return self.path.open("rb")

    def size(self) -> int:
        """Bytes when expanded, a measure of progress: gzip knows them only modulo 4 GB."""
        if self.container == "gzip":
            return archives.gzip_size(self.path)
        if self.container == "zip" and self.member:
            return archives.member_size(self.path, self.member)
        return self.path.stat().st_size

    def local(self, folder: Path) -> Path:
        """Return a file that can be read at any place: itself, or unpacked as `folder/unpacked`."""
        if self.container == "plain":
            return self.path
        return archives.copy_out(self.open(), folder / "unpacked")


def find_source(path: Path) -> Source:
    """Say what kind of file this is by its first bytes, never by its name.

    Parameters
    ----------
    path
        A CSV, TSV or other delimited text, a workbook, JSON, Parquet, or one of these in gzip or
        zip.

    Returns
    -------
    Source
        With its container and kind.

    Raises
    ------
    UnreadableFileError
        If there is no such file, if it is empty, or if it is something else than a table.
    """
    if not path.is_file():
        raise UnreadableFileError(path.name, "there is no such file", "check the path")
    source = Source(path, "plain")
    magic = read_head(source, _MAGIC_BYTES)
    if magic.startswith(_GZIP):
        source = Source(path, "gzip")
        magic = read_head(source, _MAGIC_BYTES)
    elif magic.startswith(_ZIP):
        source = _zip_source(path)
        if source.kind == "workbook":
            return source
        magic = read_head(source, _MAGIC_BYTES)
    return replace(source, kind=_kind(path.name, magic))


def _kind(file: str, magic: bytes) -> str:
    if not magic.strip(b"\x00" + _NOISE):
        raise UnreadableFileError(file, "it is empty", "export it again")
    if magic.startswith(_PARQUET):
        return "parquet"
    if magic.startswith(_OLD_EXCEL):
        return "workbook"
    if magic.startswith((_GZIP, _ZIP)):
        if magic.startswith(_ZIP) and magic[30:].startswith(_WORKBOOK_STARTS):
            return "workbook"
        raise UnreadableFileError(file, "it is an archive in an archive", _UNPACK)
    if magic[257:262] == b"ustar":
        raise UnreadableFileError(file, "it is a tar archive", _UNPACK)
    start = magic.lstrip(_NOISE)
    for signature, reason, remedy in _NOT_A_TABLE:
        if start.lower().startswith(signature.lower()):
            raise UnreadableFileError(file, reason, remedy)
    start = magic.replace(b"\x00", b"").lstrip(_NOISE)
    if _MARKUP.match(start):
        return "markup"
    return "json" if _JSON.match(start) else "text"


def _zip_source(path: Path) -> Source:
    names = archives.names_of(path)
    if archives.is_document(names):
        if not any(name.startswith("xl/") or name == "content.xml" for name in names):
            raise UnreadableFileError(path.name, "it is a document, not a table", _AS_CSV)
        return Source(path, "plain", kind="workbook")
    tables, others = archives.tables_in(path)
    if len(tables) != 1:
        reason = f"the zip holds {len(tables)} tables, not one"
        raise UnreadableFileError(path.name, reason, _UNPACK)
    notes = []
    if others:
        text = "{n} more files in the zip are no tables and were not read ({names})."
        notes = [Note("zip_others", text, n=len(others), names=", ".join(others[:5]))]
    return Source(path, "zip", tables[0].member, notes=tuple(notes))


def read_head(source: Source, n_bytes: int = HEAD_BYTES) -> bytes:
    """Return the first bytes of the table, expanded.

    Raises
    ------
    UnreadableFileError
        If the file can't be opened, or is packed and cut short or damaged.
    """
    try:
        with source.open() as stream:
            return stream.read(n_bytes)
    except OSError as error:
        reason = f"it can't be opened ({error.strerror or error})"
        raise UnreadableFileError(source.name, reason, "check the path and its rights") from error


def text_blocks(source: Source, encoding: str) -> Iterator[tuple[str, int]]:
    r"""Stream the file as text in blocks that end where a line ends, newlines made `\n`.

    Characters that can't be decoded come as `UNDECODABLE`; NUL characters are dropped. A lone
    carriage return ends a line only where the first lines of the file show that it does.

    Yields
    ------
    tuple
        The text of the block and the bytes read so far (of the compressed file where it is one).

    Raises
    ------
    UnreadableFileError
        If a line is longer than 64 million characters.
    """
    with source.open() as stream:
        is_mac = has_lone_returns(stream.read(HEAD_BYTES).decode(encoding, "ignore"))
    mend = source.repair.apply if source.repair else _as_is
    rest, done = "", 0
    for block, read in decoded_blocks(source, encoding):
        text, rest = _cut_at_line_end(rest + block, is_mac=is_mac)
        if len(rest) > MAX_LINE:
            raise _too_long(source)
        done = read
        if text:
            yield mend(unify_newlines(text, is_mac=is_mac)), done
    if rest:
        yield mend(unify_newlines(rest, is_mac=is_mac)), done


def line_blocks(source: Source, encoding: str) -> Iterator[tuple[bytes, int]]:
    r"""Stream the file as UTF-8 in blocks of whole lines, each ended by a line feed.

    A file that is UTF-8 comes as it is, without the byte order mark: whoever reads a block must
    look for bytes that can't be decoded, NULs and stray carriage returns. Any other file comes as
    from `text_blocks`.

    Yields
    ------
    tuple
        The block and the bytes read so far (of the compressed file where it is one).
    """
    with source.open() as stream:
        is_mac = has_lone_returns(stream.read(HEAD_BYTES).decode(encoding, "ignore"))
    if encoding.startswith("utf-8") and not is_mac and not source.repair:
        yield from _raw_blocks(source)
        return
    for text, done in text_blocks(source, encoding):
        yield (text if text.endswith("\n") else text + "\n").encode(), done


def _raw_blocks(source: Source) -> Iterator[tuple[bytes, int]]:
    rest, done = b"", 0
    with source.open() as stream:
        while block := stream.read(RAW_BYTES):
            block = block if done else block.removeprefix(codecs.BOM_UTF8)
            done += len(block)
            end = block.rfind(b"\n") + 1
            if end:
                yield b"".join((rest, memoryview(block)[:end])), done
            rest = block[end:] if end else rest + block
            if len(rest) > MAX_LINE:
                raise _too_long(source)
    if rest:
        yield rest + b"\n", done


def _too_long(source: Source) -> UnreadableFileError:
    reason = f"it has a line of more than {MAX_LINE:,} characters"
    return UnreadableFileError(source.name, reason, "export it again as CSV")


def decoded_blocks(source: Source, encoding: str) -> Iterator[tuple[str, int]]:
    """Stream the file as text in blocks that end anywhere, with the bytes read so far."""
    decoder, done = codecs.getincrementaldecoder(encoding)(errors="huitou_mark"), 0
    with source.open() as stream:
        while block := stream.read(BLOCK_BYTES):
            done += len(block)
            yield decoder.decode(block), done
    yield decoder.decode(b"", final=True), done


def _as_is(text: str) -> str:
    return text


def _cut_at_line_end(text: str, *, is_mac: bool) -> tuple[str, str]:
    end = text.rfind("\n") + 1
    if is_mac:  # the last character may be half of a line end
        end = max(end, text.rfind("\r", 0, len(text) - 1) + 1)
        if text[end : end + 1] == "\n":
            end += 1
    return text[:end], text[end:]


def has_lone_returns(sample: str) -> bool:
    r"""Whether a carriage return without a line feed ends lines here.

    It does where there are no line feeds at all, or where most of the parts between such returns
    have as many delimiters as most lines (two files of different systems were joined).

    >>> has_lone_returns("a,b\r1,2"), has_lone_returns("a,b\r\n1,2\r3,4\r\n")
    (True, True)
    >>> has_lone_returns("a,b\r\n1,x\ry\r\n")  # inside a cell
    False
    """
    lines = sample.replace("\r\r\n", "\n").replace("\r\n", "\n").split("\n")
    if len(lines) == 1:
        return "\r" in sample
    if _parts_records(sample):
        return True
    parts = [part for line in lines if "\r" in line for part in line.strip("\r").split("\r")]
    whole = [line for line in lines if "\r" not in line]
    if len(whole) < len(parts) / 2:
        whole = parts
    usual = {mark: _usual(line.count(mark) for line in whole) for mark in ",;\t|"}
    mark = max(usual, key=lambda name: usual[name])
    fit = sum(part.count(mark) == usual[mark] for part in parts)
    return usual[mark] > 0 and len(parts) > 1 and fit > len(parts) * _MIXED_SHARE


def _parts_records(sample: str) -> bool:
    """Whether lone returns part records of one width, and line feeds stand in quoted cells only."""
    records = sample.replace("\r\n", "\n").split("\r")
    before_feeds = (one.split("\n", 1)[0] for one in records if "\n" in one)
    usual = max(_usual(one.count(mark) for one in records) for mark in ",;\t|")
    is_quoted = all(before.count('"') % 2 for before in before_feeds)
    return "\r" in sample and usual > 0 and len(records) > _FEW and is_quoted


def _usual(counts: Iterator[int]) -> int:
    ranked = sorted(counts)
    return ranked[len(ranked) // 2] if ranked else 0


def unify_newlines(text: str, *, is_mac: bool | None = None) -> str:
    r"""Make every line end `\n` and drop NUL characters and a byte order mark.

    >>> unify_newlines("a\r\nb"), unify_newlines("a\rb")
    ('a\nb', 'a\nb')
    >>> unify_newlines("a\rb\nc")  # a stray carriage return inside a line
    'a b\nc'
    """
    if is_mac is None:
        is_mac = has_lone_returns(text)
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        text = text.replace("\x00", "")
    if "\r" not in text:
        return text
    text = text.replace("\r\r\n", "\n").replace("\r\n", "\n")
    return text.replace("\r", "\n" if is_mac else " ")
