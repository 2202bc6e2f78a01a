"""Files in gzip and zip: opened with limits, so that a small file can't fill the machine."""

import gzip
import io
import lzma
import os
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

from analytics.errors import UnreadableFileError

MAX_EXPANDED = 64 << 30
MAX_RATIO = 200
MAX_ENTRIES = 10_000
MAX_TABLES = 100
_RATIO_FROM = 64 << 20  # a small file may be packed as tightly as it likes
_BLOCK_BYTES = 1 << 20
_DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError)
_TABLES = (
    *(".csv", ".tsv", ".tab", ".psv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
    *(".parquet", ".json", ".jsonl", ".ndjson"),
)
_ARCHIVES = (".zip", ".gz", ".7z", ".rar", ".tar", ".bz2", ".xz", ".zst")
_NO_TABLES = (
    *(".pdf", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".html", ".htm", ".md", ".doc", ".docx"),
    *(".rtf", ".ini", ".db", ".xml", ".css", ".js", ".url", ".sha256", ".md5"),
)
_ENCRYPTED, _IS_UTF8 = 0x1, 0x800


@dataclass(frozen=True)
class Entry:
    """A file of a zip: the name that opens it, and the one to show, which may have been mended."""

    member: str
    name: str
    expanded: int


class _Limited(io.RawIOBase):
    """Bytes as they are expanded, counted against the limits; damage becomes one sentence."""

    def __init__(self, file: str, stream: IO[bytes], packed: int) -> None:
        self._file, self._stream, self._packed, self._expanded = file, stream, packed, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except _DAMAGED as error:
            raise _damaged(self._file, error) from error
        self._expanded += len(data)
        check_limits(self._file, packed=self._packed, expanded=self._expanded)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _damaged(file: str, error: Exception) -> UnreadableFileError:
    if isinstance(error, NotImplementedError):
        reason = "its way of compression is not supported"
        return UnreadableFileError(file, reason, "pack it as an ordinary zip, or unpack it")
    reason = f"it can't be unpacked ({str(error) or type(error).__name__})"
    return UnreadableFileError(file, reason, "copy it again")


def check_limits(file: str, *, packed: int, expanded: int) -> None:
    """Refuse what expands beyond 64 GB, or beyond 200 times its size once that is over 64 MB.

    Raises
    ------
    UnreadableFileError
        If it does.
    """
    is_bomb = expanded > _RATIO_FROM and expanded > MAX_RATIO * max(packed, 1)
    if is_bomb or expanded > MAX_EXPANDED:
        reason = f"it expands to more than {MAX_RATIO} times its size"
        if not is_bomb:
            reason = f"it expands to more than {MAX_EXPANDED >> 30} GB"
        raise UnreadableFileError(file, reason, "unpack it and import its files")


def open_gzip(path: Path) -> IO[bytes]:
    """Open the expanded bytes of a gzip file."""
    stream = cast("IO[bytes]", gzip.GzipFile(path, "rb"))
    return io.BufferedReader(_Limited(path.name, stream, path.stat().st_size), _BLOCK_BYTES)


def gzip_size(path: Path) -> int:
    """Return the expanded size that a gzip file names at its end, at least that of the file."""
    with path.open("rb") as stream:
        stream.seek(-4, os.SEEK_END)
        named = int.from_bytes(stream.read(4), "little")
    return max(named, path.stat().st_size)


def member_size(path: Path, member: str) -> int:
    """Return the expanded size of a member of a zip."""
    with zipfile.ZipFile(path) as archive:
        return archive.getinfo(member).file_size


def open_member(path: Path, member: str) -> IO[bytes]:
    """Open the expanded bytes of a member of a zip.

    Raises
    ------
    UnreadableFileError
        If it is protected by a password, packed in an unknown way or damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo(member)
            if info.flag_bits & _ENCRYPTED:
                reason = f"{Path(member).name} is protected by a password"
                raise UnreadableFileError(path.name, reason, "unpack it and import its files")
            check_limits(path.name, packed=info.compress_size, expanded=info.file_size)
            stream = archive.open(info)
    except _DAMAGED as error:
        raise _damaged(path.name, error) from error
    return io.BufferedReader(_Limited(path.name, stream, info.compress_size), _BLOCK_BYTES)


def names_of(path: Path) -> list[str]:
    """Return the names of all entries of a zip.

    Raises
    ------
    UnreadableFileError
        If it is damaged or holds too many.
    """
    return [info.filename for info in _infos(path)]


def _infos(path: Path) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (*_DAMAGED, ValueError) as error:
        raise UnreadableFileError(path.name, "the zip file is damaged", "copy it again") from error
    if len(infos) > MAX_ENTRIES:
        reason = f"the zip holds {len(infos):,} files"
        raise UnreadableFileError(path.name, reason, "unpack it and import its tables")
    return infos


def tables_in(path: Path) -> tuple[list[Entry], list[str]]:
    """Return the tables of a zip in its order, and the names of the files that are none.

    A name that says so makes a table (.csv, .xlsx …); where no name does, every file that may be
    one is taken (.txt, no ending).

    Raises
    ------
    UnreadableFileError
        If it holds no table, or an archive.
    """
    entries = [
        Entry(info.filename, _shown_name(info), info.file_size)
        for info in _infos(path)
        if not info.is_dir() and not _is_litter(info.filename)
    ]
    if nested := [entry.name for entry in entries if entry.name.lower().endswith(_ARCHIVES)]:
        reason = f"the zip holds another archive, {nested[0]}"
        raise UnreadableFileError(path.name, reason, "unpack it and import its files")
    tables = [entry for entry in entries if entry.name.lower().endswith(_TABLES)] or [
        entry for entry in entries if not entry.name.lower().endswith(_NO_TABLES)
    ]
    if not tables:
        raise UnreadableFileError(path.name, "the zip holds no table", "export it again")
    return tables, [entry.name for entry in entries if entry not in tables]


def _is_litter(member: str) -> bool:
    """Whether a system left this: never part of an export."""
    parts = PurePosixPath(member.replace("\\", "/")).parts
    hidden = [part for part in parts if part.startswith((".", "__MACOSX", "~$")) and part != ".."]
    return bool(hidden) or (bool(parts) and parts[-1].lower() in {"thumbs.db", "desktop.ini"})


def _shown_name(info: zipfile.ZipInfo) -> str:
    """Return the bare name; Chinese Windows writes it in GBK without saying so."""
    name = info.filename
    if not info.flag_bits & _IS_UTF8 and not name.isascii():
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            name = info.filename
    return PurePosixPath(name.replace("\\", "/")).name


def unpack(path: Path | str, folder: Path | str) -> list[Path]:
    """Return the files to import: those that a zip of several tables holds, else the file itself.

    Parameters
    ----------
    path
        Any file. A zip of one table stays packed, since it is read as a stream.
    folder
        An existing folder for what is unpacked; the names in the zip decide no place in it.

    Returns
    -------
    list of pathlib.Path
        In the order of the zip.

    Raises
    ------
    UnreadableFileError
        If the zip is damaged, protected, too large, or holds an archive or too many tables.
    """
    path, folder = Path(path), Path(folder)
    if not path.is_file() or not zipfile.is_zipfile(path) or is_document(names_of(path)):
        return [path]
    tables, _ = tables_in(path)
    if len(tables) == 1:
        return [path]
    if len(tables) > MAX_TABLES:
        reason = f"the zip holds {len(tables):,} tables, more than {MAX_TABLES}"
        raise UnreadableFileError(path.name, reason, "unpack it and import its files in parts")
    expanded = sum(entry.expanded for entry in tables)
    check_limits(path.name, packed=path.stat().st_size, expanded=expanded)
    taken: set[str] = set()
    return [_extract(path, entry, folder, taken) for entry in tables]


def is_document(names: list[str]) -> bool:
    """Whether the entries of a zip are the inside of one office document."""
    return any(name.startswith(("xl/", "word/", "ppt/", "Index/")) for name in names) or (
        "mimetype" in names and "content.xml" in names
    )


def _extract(path: Path, entry: Entry, folder: Path, taken: set[str]) -> Path:
    name = entry.name.strip(". ").replace("\x00", "") or "table"
    stem, suffix = Path(name).stem[:100], Path(name).suffix[:20]
    unique, number = f"{stem}{suffix}", 1
    while unique.lower() in taken:
        number += 1
        unique = f"{stem} ({number}){suffix}"
    taken.add(unique.lower())
    return copy_out(open_member(path, entry.member), folder / unique)


def copy_out(stream: IO[bytes], target: Path) -> Path:
    """Write the rest of a stream to a file and return its path."""
    with stream, target.open("wb") as out:
        while block := stream.read(_BLOCK_BYTES):
            out.write(block)
    return target
