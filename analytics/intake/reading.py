"""From a file on disk to text: what kind of file it is, its bytes, its characters, its lines."""

import codecs
import gzip
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from analytics.errors import UnreadableFileError

HEAD_BYTES = 1 << 20
BLOCK_BYTES = 1 << 22
UNDECODABLE = "\ufdd0"  # a noncharacter: no export holds it, so it marks what could not be decoded
_NOT_A_TABLE = (
    (b"\xd0\xcf\x11\xe0", "it is an old Excel workbook, whatever its name says"),
    (b"%PDF", "it is a PDF"),
    (b"\x89PNG", "it is a picture"),
    (b"\xff\xd8\xff", "it is a picture"),
    (b"<!DOCTYPE", "it is a web page"),
    (b"<html", "it is a web page"),
)
_AS_CSV = "save it as CSV (UTF-8) and import that"


def _mark_undecodable(error: UnicodeError) -> tuple[str, int]:
    return UNDECODABLE, getattr(error, "end", 1)


codecs.register_error("huitou_mark", _mark_undecodable)


@dataclass(frozen=True)
class Source:
    """A file and the container it comes in: "plain", "gzip", "zip" or "parquet"."""

    path: Path
    container: str
    member: str | None = None

    @property
    def name(self) -> str:
        """The name that messages and `source_file` use."""
        return self.path.name

    def open(self) -> IO[bytes]:
        """Open the decompressed bytes."""
        if self.container == "gzip":
            return cast("IO[bytes]", gzip.open(self.path, "rb"))
        if self.container == "zip" and self.member:
            with zipfile.ZipFile(self.path) as archive:
                return archive.open(self.member)
        return self.path.open("rb")

    def size(self) -> int:
        """Bytes on disk; for compressed files only a measure of progress."""
        return self.path.stat().st_size


def find_source(path: Path) -> Source:
    """Say what kind of file this is by its first bytes, never by its name.

    Parameters
    ----------
    path
        A CSV, TSV or other delimited text, the same in gzip or zip, or Parquet.

    Returns
    -------
    Source
        With its container.

    Raises
    ------
    UnreadableFileError
        If there is no such file, if it is empty, or if it is something else than a table.
    """
    if not path.is_file():
        raise UnreadableFileError(path.name, "there is no such file", "check the path")
    with path.open("rb") as stream:
        magic = stream.read(512)
    if not magic.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise UnreadableFileError(path.name, "it is empty", "export it again")
    _refuse_what_is_no_table(path, magic)
    if magic.startswith(b"PAR1"):
        return Source(path, "parquet")
    if magic.startswith(b"\x1f\x8b"):
        return Source(path, "gzip")
    if magic.startswith(b"PK\x03\x04"):
        return _zip_source(path)
    return Source(path, "plain")


def _refuse_what_is_no_table(path: Path, magic: bytes) -> None:
    start = magic.lstrip(b"\xef\xbb\xbf \t\r\n")
    for signature, reason in _NOT_A_TABLE:
        if start.lower().startswith(signature.lower()):
            raise UnreadableFileError(path.name, reason, _AS_CSV)
    if start.startswith((b"{", b"[{")):
        raise UnreadableFileError(path.name, "it is JSON", "export it as CSV or Parquet")


def _zip_source(path: Path) -> Source:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise UnreadableFileError(path.name, "the zip file is damaged", "copy it again") from error
    if any(name.startswith(("xl/", "word/", "Index/")) for name in names):
        raise UnreadableFileError(path.name, "it is a workbook, whatever its name says", _AS_CSV)
    tables = [
        name
        for name in names
        if name.lower().endswith((".csv", ".tsv", ".txt")) and not name.startswith("__MACOSX")
    ]
    if len(tables) != 1:
        raise UnreadableFileError(
            path.name,
            f"the zip holds {len(tables)} tables, not one",
            "unpack it and import its files",
        )
    return Source(path, "zip", tables[0])


def read_head(source: Source, n_bytes: int = HEAD_BYTES) -> bytes:
    """Return the first bytes of the table, decompressed.

    Raises
    ------
    UnreadableFileError
        If the compressed file is cut short or damaged.
    """
    try:
        with source.open() as stream:
            return stream.read(n_bytes)
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise UnreadableFileError(
            source.name, f"can't be unpacked ({error})", "copy it again"
        ) from error


def text_blocks(source: Source, encoding: str) -> Iterator[tuple[str, int]]:
    r"""Stream the file as text in blocks that end where a line ends, newlines made `\n`.

    Characters that can't be decoded come as `UNDECODABLE`; NUL characters are dropped. A lone
    carriage return ends a line only in files that know no line feed at all.

    Yields
    ------
    tuple
        The text of the block and the bytes read so far (of the compressed file where it is one).
    """
    decoder = codecs.getincrementaldecoder(encoding)(errors="huitou_mark")
    with source.open() as stream:
        is_mac = _is_mac(stream.read(HEAD_BYTES).decode(encoding, "ignore"))
    rest, done = "", 0
    with source.open() as stream:
        while block := stream.read(BLOCK_BYTES):
            done += len(block)
            text = rest + decoder.decode(block)
            text, rest = _cut_at_line_end(text, is_mac=is_mac)
            if text:
                yield unify_newlines(text, is_mac=is_mac), done
    rest += decoder.decode(b"", final=True)
    if rest:
        yield unify_newlines(rest, is_mac=is_mac), done


def _cut_at_line_end(text: str, *, is_mac: bool) -> tuple[str, str]:
    end = text.rfind("\r" if is_mac else "\n") + 1
    return text[:end], text[end:]


def _is_mac(sample: str) -> bool:
    return "\r" in sample and "\n" not in sample


def unify_newlines(text: str, *, is_mac: bool | None = None) -> str:
    r"""Make every line end `\n` and drop NUL characters and a byte order mark.

    >>> unify_newlines("a\r\nb"), unify_newlines("a\rb")
    ('a\nb', 'a\nb')
    >>> unify_newlines("a\rb\nc")  # a stray carriage return inside a line
    'a b\nc'
    """
    if is_mac is None:
        is_mac = _is_mac(text)
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        text = text.replace("\x00", "")
    if "\r" not in text:
        return text
    return text.replace("\r", "\n") if is_mac else text.replace("\r\n", "\n").replace("\r", " ")
