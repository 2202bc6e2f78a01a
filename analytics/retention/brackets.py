"""Windows of a reader's own: days 1-3, 4-7, 8-14 after the start."""

import re
from collections.abc import Sequence
from itertools import pairwise

from analytics.errors import InvalidSettingError

Bracket = tuple[int, int]

MAX_BRACKETS = 100
_WRITTEN = re.compile(r"(\d+)(?:\s*[-–—~]\s*(\d+))?")


def parse_brackets(texts: Sequence[str] | None) -> tuple[Bracket, ...]:
    """First and last day of each bracket; day 0, the day of the start, is put before them.

    Brackets must follow one another without a gap, so that no purchase and no money falls between
    them.

    >>> parse_brackets(["1-3", "4-7", "8-14"])
    ((0, 0), (1, 3), (4, 7), (8, 14))
    >>> parse_brackets(["0-6", "7"])
    ((0, 6), (7, 7))

    Raises
    ------
    InvalidSettingError
        If a bracket is no pair of days, overlaps the one before or leaves a gap, or there are more
        than 100.
    """
    if not texts:
        return ()
    found = [_bracket(text, texts) for text in texts]
    if found[0][0] != 0:
        found.insert(0, (0, 0))
    follows = all(one[1] + 1 == other[0] for one, other in pairwise(found))
    if not follows or len(found) > MAX_BRACKETS + 1:
        raise _refused(texts)
    return tuple(found)


def _bracket(text: str, texts: Sequence[str]) -> Bracket:
    match = _WRITTEN.fullmatch(text.strip())
    first, last = (0, -1) if match is None else (int(match[1]), int(match[2] or match[1]))
    if last < first:
        raise _refused(texts)
    return first, last


def _refused(texts: Sequence[str]) -> InvalidSettingError:
    remedy = "give at most 100 brackets of days that follow one another, such as 1-3,4-7,8-14"
    return InvalidSettingError("brackets", ",".join(texts), remedy)


def bracket_name(bracket: Bracket) -> str:
    """Write a bracket as it is given.

    >>> bracket_name((4, 7)), bracket_name((0, 0))
    ('4-7', '0')
    """
    first, last = bracket
    return str(first) if first == last else f"{first}-{last}"
