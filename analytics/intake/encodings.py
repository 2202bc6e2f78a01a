"""Which encoding a file is in, and how sure that is."""

import codecs
import re
from dataclasses import dataclass

from analytics.errors import InvalidSettingError
from analytics.intake.reading import HEAD_BYTES, UNDECODABLE, Source
from analytics.notes import Note

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "ascii": "utf-8", "latin-1": "cp1252"}
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
# Words that Chinese exports use in their headers, in either script: the surest witness there is.
_SIMPLIFIED = (
    "订单",
    "时间",
    "金额",
    "买家",
    "商品",
    "用户",
    "状态",
    "支付",
    "编号",
    "会员",
    "数量",
    "价格",
)
_TRADITIONAL = (
    "訂單",
    "時間",
    "金額",
    "買家",
    "商品",
    "用戶",
    "狀態",
    "支付",
    "編號",
    "會員",
    "數量",
    "價格",
)
_CONTEXT_BYTES = 1 << 16
_NUL_SHARE = 0.2
_ISOLATED_SHARE = 0.5
_BAD_SHARE = 0.02
_LOW_TRAIL_SHARE = 0.15


@dataclass(frozen=True)
class Encoding:
    """A codec name that Python knows, and why it was taken."""

    name: str
    reason: Note
    is_doubtful: bool = False


def detect_encoding(source: Source, head: bytes, wanted: str | None = None) -> Encoding:
    """Find the encoding of a text file.

    Byte order mark, then the zero bytes of UTF-16, then strict UTF-8, then the shape of the bytes
    above 127: single ones among ASCII are Western (Windows-1252), runs of pairs are Chinese. Own
    definition. A GBK file is therefore never read as Latin-1, which would accept any byte.

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
    except LookupError:
        raise InvalidSettingError(
            "the encoding", wanted, "use a name such as utf-8, gb18030, big5 or cp1252"
        ) from None
    return _WIDER.get(name, name)


def _utf16_without_bom(head: bytes) -> str | None:
    pairs = max(len(head) // 2, 1)
    even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if odd > _NUL_SHARE and even < odd / 4:
        return "utf-16-le"
    if even > _NUL_SHARE and odd < even / 4:
        return "utf-16-be"
    return None


def _sample_beyond_ascii(source: Source, head: bytes) -> bytes:
    """Return the head or, where it is plain ASCII, the surroundings of the first byte above 127."""
    if not head.isascii() or len(head) < HEAD_BYTES:
        return head
    with source.open() as stream:
        stream.read(len(head))
        while block := stream.read(HEAD_BYTES):
            if not block.isascii():
                return block + stream.readline()
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
    sample = _around_high_bytes(sample)
    runs = _HIGH_RUN.findall(sample)
    isolated = sum(len(run) == 1 for run in runs) / max(len(runs), 1)
    if isolated > _ISOLATED_SHARE and not _has_words(sample):
        return Encoding(
            "cp1252",
            Note(
                "encoding_western", "not UTF-8; single bytes above 127, as Western Windows writes"
            ),
            is_doubtful=True,
        )
    words = {name: _count_words(sample, name) for name in ("gb18030", "big5")}
    low = _low_trail_share(sample)
    name = (
        "big5" if (words["big5"], low > _LOW_TRAIL_SHARE) > (words["gb18030"], True) else "gb18030"
    )
    if not any(words.values()) and low > _LOW_TRAIL_SHARE and _decodes(sample, "big5"):
        name = "big5"
    return Encoding(
        name,
        Note(
            "encoding_chinese",
            "not UTF-8; pairs of bytes above 127, as {name} writes Chinese",
            name=name,
        ),
        is_doubtful=not any(words.values()),
    )


def _around_high_bytes(sample: bytes) -> bytes:
    first = _HIGH_RUN.search(sample)
    start = sample.rfind(b"\n", 0, first.start()) + 1 if first else 0
    return sample[start : start + _CONTEXT_BYTES * 4]


def _count_words(sample: bytes, name: str) -> int:
    text = sample.decode(name, "ignore")
    return sum(text.count(word) for word in (_SIMPLIFIED if name == "gb18030" else _TRADITIONAL))


def _has_words(sample: bytes) -> bool:
    return _count_words(sample, "gb18030") > 0 or _count_words(sample, "big5") > 0


def _low_trail_share(sample: bytes) -> float:
    """Share of double-byte characters whose second byte is ASCII: common in Big5, rare in GBK."""
    pairs = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]", sample)
    return sum(pair[1] < 0x80 for pair in pairs) / max(len(pairs), 1)  # noqa: PLR2004 ASCII ends


def _decodes(sample: bytes, name: str) -> bool:
    return "\ufffd" not in sample[: len(sample) // 2 * 2].decode(name, "replace")[:-2]
