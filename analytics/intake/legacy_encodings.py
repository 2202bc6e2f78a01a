"""Which encoding older than UTF-8 a text is in, by the shape of its bytes and telling words.

Each candidate decodes the lines that hold bytes above 127. What is wrong decodes badly, or into
rare characters; what is right is full of frequent ones and holds words that exports are made of.
Own definition.
"""

import re
from dataclasses import dataclass

from analytics.intake.encoding_words import FREQUENT, WORDS

_PAIRED = ("gb18030", "big5", "cp932", "euc_jp", "cp949")
_SINGLE = ("cp1252", "cp1250", "cp1251")
_COMMON_LEADS = {  # first bytes of the rows that hold the common characters
    "gb18030": range(0xB0, 0xD8),
    "big5": range(0xA4, 0xC7),
    "cp932": range(0x88, 0x98),
    "euc_jp": range(0xB0, 0xD0),
}
_CONTEXT_BYTES = 1 << 16
_WORD = 4.0  # a telling word counts as much as so many frequent characters per character of it
_COMMON, _FREQUENT = 0.4, 0.6
_MAX_BROKEN = 0.05
_PRIOR = {"gb18030": 0.3, "cp1252": 0.1}  # where little is known, the more usual one
_HIGH = rb"[\x80-\xff]"
_ALONE = re.compile(rb"(?<!%b)%b(?!%b)" % (_HIGH, _HIGH, _HIGH))
_IN_WORD = re.compile(
    rb"(?<=[A-Za-z])%b{2,3}(?!%b)|(?<!%b)%b{2,3}(?=[A-Za-z])" % (_HIGH, _HIGH, _HIGH, _HIGH)
)
_BROKEN = re.compile("[\ufffd\ue000-\uf8ff\x80-\x9f]")
_KANA = re.compile("[ぁ-ヺー]")
_HALF_WIDTH = re.compile("[｡-ﾟ]")
_HANGUL = re.compile("[가-힣]")
_IDEOGRAPH = re.compile("[一-鿿]")
_CYRILLIC_WORD = re.compile("[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+")


@dataclass(frozen=True)
class Verdict:
    """The best candidate, and whether nothing but the shape of the bytes speaks for it."""

    name: str
    is_doubtful: bool


def judge(sample: bytes) -> Verdict:
    """Return the encoding that makes most sense of a text which is not UTF-8.

    Parameters
    ----------
    sample
        Part of the file with bytes above 127 in it.
    """
    lines = b"\n".join(line for line in sample.split(b"\n") if not line.isascii())
    lines = lines[:_CONTEXT_BYTES]
    scores = {name: score(lines, name) for name in (*_PAIRED, *_SINGLE)}
    best = max(scores, key=lambda name: scores[name])  # of equals the first
    has_words = best not in _SINGLE and _word_weight(lines.decode(best, "replace"), best) > 0
    return Verdict(best, not has_words)


def score(lines: bytes, name: str) -> float:
    """Return how likely these bytes are in an encoding: about 1 for plain text, below 0 if broken.

    Parameters
    ----------
    lines
        Whole lines with bytes above 127.
    name
        Of the encoding.
    """
    text = lines.decode(name, "replace")
    strange = [char for char in text if not char.isascii()]
    broken = len(_BROKEN.findall(text))
    if not strange or broken > len(strange) * _MAX_BROKEN + 1:
        return -1.0
    weight = _word_weight(text, name) - 2 * broken
    if name == "cp1251":
        words = [word for word in _CYRILLIC_WORD.findall(text) if len(word) > 1]
        letters = sum(len(word) / (2 if word.isupper() else 1) for word in words)
        return (weight + letters) / len(strange)
    frequent = sum(char in FREQUENT[name] for char in text.lower() if not char.isascii())
    if name in _SINGLE:
        weight = (weight + frequent) * _accented(lines)
    else:
        weight += _FREQUENT * frequent + _script_weight(text, name)
    return _PRIOR.get(name, 0.0) + weight / len(strange)


def _word_weight(text: str, name: str) -> float:
    text = text.lower()
    return _WORD * sum(text.count(word) * len(word) for word in WORDS[name] if len(word) > 1)


def _accented(lines: bytes) -> float:
    """Share of the bytes above 127 that stand as accented letters do: alone, or inside a word."""
    alone, in_word = len(_ALONE.findall(lines)), sum(map(len, _IN_WORD.findall(lines)))
    return (alone + 0.6 * in_word) / sum(byte > 127 for byte in lines)  # noqa: PLR2004 ASCII ends


def _script_weight(text: str, name: str) -> float:
    """Weigh the scripts that an encoding is made for, and those that only come of misreading."""
    kana, half = len(_KANA.findall(text)), len(_HALF_WIDTH.findall(text))
    if name == "cp949":
        return _FREQUENT * len(_HANGUL.findall(text)) - 0.5 * len(_IDEOGRAPH.findall(text))
    leads = _COMMON_LEADS[name]
    common = sum(char.encode(name, "replace")[0] in leads for char in _IDEOGRAPH.findall(text))
    weight = _COMMON * common - 0.5 * half
    return weight + kana if name in {"cp932", "euc_jp"} else weight - 0.5 * kana
