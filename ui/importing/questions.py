"""What only the reader can know of a file: close calls between columns, day or month first, words.

The intake has a best reading of each, which an import takes; the page asks first.
"""

import re
from dataclasses import dataclass
from typing import Literal

from analytics.intake import Understanding

_EITHER = re.compile(r"^\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2,4})")
_LAST_MONTH = 12


@dataclass(frozen=True)
class Question:
    """One thing to decide: between columns for a field, readings of a date, meanings of a word."""

    kind: Literal["column", "date_order", "status"]
    field: str
    options: tuple[str, ...] = ()


def open_in(found: Understanding) -> tuple[Question, ...]:
    """List what is open about a file that can be read."""
    return (*_columns(found), *_dates(found), *_words(found))


def _columns(found: Understanding) -> list[Question]:
    close = [note for note in found.warnings if note.key == "close_call"]
    return [
        Question(
            "column",
            str(note.values["field"]),
            (str(note.values["column"]), str(note.values["rival"])),
        )
        for note in close
    ]


def _dates(found: Understanding) -> list[Question]:
    doubtful = [name for name, plan in found.decisions.dates.items() if plan.is_doubtful]
    return [Question("date_order", name) for name in doubtful[:1]]


def _words(found: Understanding) -> list[Question]:
    unknown = tuple(one.word for one in found.status_words if not one.is_known)
    return [Question("status", "status", unknown)] if unknown else []


def date_example(samples: tuple[str, ...]) -> tuple[int, int, int] | None:
    """Give first part, second part and year of a value that can be read both ways.

    >>> date_example(("25/12/2024", "03/04/2024"))
    (3, 4, 2024)
    """
    for value in samples:
        match = _EITHER.match(value)
        if match is None:
            continue
        first, second, year = map(int, match.groups())
        if first != second and max(first, second) <= _LAST_MONTH:
            return first, second, year
    return None
