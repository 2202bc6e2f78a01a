"""Which encoding a file is in, and how sure that is."""

import codecs
from dataclasses import dataclass

from analytics.errors import InvalidSettingError
from analytics.intake.legacy_encodings import judge
from analytics.intake.reading import HEAD_BYTES, UNDECODABLE, Source
from analytics.notes import Note

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ascii": "utf-8",
    "utf8": "utf-8",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-1": "cp1252",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "euc-kr": "cp949",
}
_NUL_SHARE, _WIDE_NUL_SHARE = 0.2, 0.02
_BAD_SHARE = 0.02


@dataclass(frozen=True)
class Encoding:
    """A codec name that Python knows, and why it was taken."""

    name: str
    reason: Note
    is_doubtful: bool = False


def detect_encoding(source: Source, head: bytes, wanted: str | None = None) -> Encoding:
    """Find the encoding of a text file.

    Byte order mark, then the zero bytes of UTF-16, then strict UTF-8, then the shape of the bytes
    above 127 and telling words: see `legacy_encodings`. Own definition. A GBK file is therefore
    never read as Latin-1, which would accept any byte.

    Parameters
    ----------
    source
        The file; read on from `head` only where that is pure ASCII.
    head
        Its first bytes.
    wanted
        An encoding that the user chose; it is checked and taken.

    Raises
    ------
    InvalidSettingError
        If `wanted` is not an encoding.
    """
    if wanted:
        return Encoding(_known_codec(wanted), Note("encoding_chosen", "you chose it"))
    for bom, name in _BOMS:
        if head.startswith(bom):
            return Encoding(name, Note("encoding_bom", "the file starts with a byte order mark"))
    if wide := _utf16_without_bom(head):
        return Encoding(wide, Note("encoding_zeros", "every other byte is zero, as in UTF-16"))
    sample = _sample_beyond_ascii(source, head)
    if _is_utf8(sample):
        return Encoding("utf-8", Note("encoding_utf8", "all of it is valid UTF-8"))
    if _is_mostly_utf8(sample):
        note = Note("encoding_mostly_utf8", "nearly all of it is valid UTF-8")
        return Encoding("utf-8", note, is_doubtful=True)
    return _legacy(sample)


def _known_codec(wanted: str) -> str:
    name = wanted.strip().lower()
    try:
        "".encode(name)
        is_known = codecs.lookup(name).incrementaldecoder is not None
    except (LookupError, ValueError):  # some codecs refuse with a UnicodeError
        is_known = False
    if not is_known:
        raise InvalidSettingError(
            "the encoding", wanted, "use a name such as utf-8, gb18030, big5 or cp1252"
        )
    return _WIDER.get(name, name)


def _utf16_without_bom(head: bytes) -> str | None:
    """Tell UTF-16 by its zero bytes; in Chinese text only delimiters and digits have them."""
    pairs = max(len(head) // 2, 1)
    even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    for name, here, there in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if here > _NUL_SHARE and there < here / 4:
            return name
        if here > _WIDE_NUL_SHARE and not there and _reads_as(head, name):
            return name
    return None


def _reads_as(head: bytes, name: str) -> bool:
    try:
        text = head[: len(head) // 2 * 2].decode(name)
    except UnicodeDecodeError:
        return False
    return "\n" in text and not any("\ue000" <= char <= "\uf8ff" for char in text)


def _sample_beyond_ascii(source: Source, head: bytes) -> bytes:
    """Return the head or, where it is plain ASCII, the surroundings of the first byte above 127."""
    if not head.isascii() or len(head) < HEAD_BYTES:
        return head
    with source.open() as stream:
        stream.read(len(head))
        while block := stream.read(HEAD_BYTES):
            if not block.isascii():
                return block + stream.readline(HEAD_BYTES)
    return head


def _is_utf8(sample: bytes) -> bool:
    """Whether it decodes; up to three bytes at either end may belong to a character that is cut."""
    start = 0
    while start < min(3, len(sample)) and 0x80 <= sample[start] < 0xC0:  # noqa: PLR2004 continuation byte
        start += 1
    decoder = codecs.getincrementaldecoder("utf-8")("huitou_mark")
    return UNDECODABLE not in decoder.decode(sample[start:])


def _is_mostly_utf8(sample: bytes) -> bool:
    """Whether single bad bytes stand among many good characters: other encodings are all bad."""
    text = sample.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(not char.isascii() for char in text) - bad
    return bad < good * _BAD_SHARE


def _legacy(sample: bytes) -> Encoding:
    verdict = judge(sample)
    if verdict.name in {"cp1252", "cp1250"}:
        text = "not UTF-8; single bytes above 127, as Western Windows writes"
        note = Note("encoding_western", text)
    elif verdict.name in {"gb18030", "big5"}:
        text = "not UTF-8; pairs of bytes above 127, as {name} writes Chinese"
        note = Note("encoding_chinese", text, name=verdict.name)
    else:
        text = "not UTF-8; bytes above 127 as {name} has them"
        note = Note("encoding_other", text, name=verdict.name)
    return Encoding(verdict.name, note, is_doubtful=verdict.is_doubtful)
