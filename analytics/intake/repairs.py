"""Text that was decoded with the wrong encoding and saved again: noticed, and mended where exact.

A shop writes UTF-8, a spreadsheet opens it as Windows-1252 or GBK and saves what it sees. The way
back is exact as long as no character was lost on the way.
"""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

from analytics.intake.encoding_words import WORDS
from analytics.notes import Note

_WAYS = (("cp1252", "utf-8"), ("gb18030", "utf-8"), ("cp1252", "gb18030"))
_MARKS = "\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_TRACES = re.compile(f"[ÂÃ][{_MARKS}]|â€|(?:[ä-é][{_MARKS}]{{1,2}}){{2}}|锟斤拷|璁㈠崟|\ufffd")
_MIN_BYTES = 6  # two or three characters of luck prove nothing
_SHOWN = 30


def _keep_byte(error: UnicodeError) -> tuple[bytes, int]:
    """Encode a control character, which Windows-1252 has no place for, as the byte that it was."""
    if isinstance(error, UnicodeEncodeError) and ord(error.object[error.start]) < 0x100:  # noqa: PLR2004 one byte
        return bytes([ord(error.object[error.start])]), error.start + 1
    raise error


codecs.register_error("huitou_byte", _keep_byte)


@dataclass(frozen=True)
class Repair:
    """The way back: encode as `wrong`, the encoding the text was taken for; decode as `right`.

    >>> Repair("cp1252", "utf-8").apply("cafÃ©")
    'café'
    """

    wrong: str
    right: str

    def apply(self, text: str) -> str:
        """Mend the lines that can be mended, leave the others."""
        if text.isascii():
            return text
        whole = self.mended(text)
        if whole is not None:
            return whole
        lines = ((self.mended(line), line) for line in text.split("\n"))
        return "\n".join(line if mended is None else mended for mended, line in lines)

    def mended(self, text: str) -> str | None:
        """Return the text as it was meant, None where it was not decoded this way."""
        handler = "huitou_byte" if self.wrong == "cp1252" else "strict"
        try:
            mended = text.encode(self.wrong, handler).decode(self.right)
        except UnicodeError:
            mended = None
        return mended


def find_repair(text: str) -> Repair | None:
    """Return the way back under which every line of a text makes sense, None where there is none.

    Windows-1252 and GBK leave hardly any text by chance that is valid UTF-8. GBK accepts nearly
    any bytes, so that there the words of Chinese headers have to appear. Own definition.

    Parameters
    ----------
    text
        The first megabyte or so.
    """
    lines = [line for line in text.split("\n") if not line.isascii()]
    for way in _WAYS:
        repair = Repair(*way)
        mended = [repair.mended(line) for line in lines]
        if lines and None not in mended and _is_better(repair, lines, mended):
            return repair
    return None


def _is_better(repair: Repair, lines: list[str], mended: Iterable[str | None]) -> bool:
    after = "\n".join(line for line in mended if line is not None)
    if repair.right == "gb18030":
        return any(word in after for word in WORDS["gb18030"])
    if repair.wrong == "cp1252":
        return True
    return sum(not char.isascii() for char in "".join(lines)) * 2 >= _MIN_BYTES


def notice_traces(text: str) -> Note | None:
    """Say that a text, which can't be mended, looks as if it had been decoded wrongly before."""
    lines = [line for line in text.split("\n") if _TRACES.search(line)]
    if not lines:
        return None
    start = max(_TRACES.search(lines[0]).start() - 8, 0)  # type: ignore[union-attr]
    return Note(
        "decoded_twice",
        "{n:,} of the first lines hold text that was decoded wrongly before it came here, such as "
        "“{example}”; what was lost can't be brought back: export the file again as UTF-8.",
        n=len(lines),
        example=lines[0][start : start + _SHOWN].strip(),
    )
