"""What the values of a column look like: dates, numbers, addresses, ids, words."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from analytics.intake.currencies import SIGNS
from analytics.intake.date_shapes import MONTH_STEMS
from analytics.intake.headers import CURRENCY_CODES

_DATE = re.compile(
    r"^\s*((19|20)\d{2}[-/.年]\s?\d{1,2}[-/.月]\s?\d|\d{1,2}[-/.]\d{1,2}[-/.]\d{2}"
    r"|(19|20)\d{6}(\d{4,6})?$"
    r"|(19|20)\d{6}[ T]|\d{9,10}(\.\d+)?$|\d{13}$|\d{16}$"
    rf"|(\w+,\s*)?\d{{1,2}}[ .-]+(?:de )?(?i:{MONTH_STEMS})[^\W\d_]{{0,7}}[ .,-]"
    r"|(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?"
    rf"(?i:{MONTH_STEMS})[^\W\d_]{{0,7}}\.? \d{{1,2}}(?!\w),?|(?i:{MONTH_STEMS})-\d{{1,2}}-\d{{2}})"
)
_SIGNS = sorted((re.escape(sign.rstrip(".")) for sign in SIGNS), key=len, reverse=True)
_CODES = "(?i:" + "|".join([*sorted(CURRENCY_CODES), *_SIGNS]) + r")\.?"
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:\D|$)|^((?:19|20)\d{2})\d{4}")
_NUMBER = re.compile(
    rf"^[\s'(+\-−–]*(?:[A-Za-z]{{1,3}}(?=[$¥€£])|(?:{_CODES})\s?)?"
    r"[¥￥$€£₹₩₽₺\s(+\-−']*\d[\d.,'’\s\u00a0\u202f]*\)?-?"
    rf"\s*[-%元円원€£₽$]?(?:\s*(?:{_CODES}))?\s*([(（].*)?$"
)
_PLAIN = re.compile(r"^-?\d+$")
# a lone .0 is the mark of a whole number in a column of floats, as ids get it
_CENTS = re.compile(r"[.,](?!0\D*$)\d{1,2}(?:\D*)$|[.,]\d{4}$")
_EMAIL = re.compile(r"^\s*\S+@\S+\.\S+\s*$")
_PHONE = re.compile(r"^\s*['=+(]*[\d*xX][\d*xX\s().\-/+]{4,}(?:\s*(?:ext|x|转|分机)\.?\s*\d+)?$")
_CLOCK = re.compile(r"^\s*(?:上午|下午)?\d{1,2}[:.時时h]\d{2}([:.分]\d{2})?")
_URL = re.compile(r"^\s*(https?:|www\.|/)\S", re.IGNORECASE)
_JSON = re.compile(r"^\s*[\[{].*[\]}]\s*$", re.DOTALL)
# an id that a spreadsheet destroyed, for both engines of patterns: Python's and DuckDB's
DAMAGED = re.compile(r"^\d([.,]\d+)?[eE]\+\d{1,3}$|^\d[.,]\d+[eE]\d{1,3}$|^#{3,}$")
_CODE = re.compile(r"^\s*[A-Za-z]{3}\s*$")
_NAME = re.compile(r"^[^\W\d_][^\d_@/:;=<>{}\[\]]{0,38}[^\W_.*]?\*{0,3}\.?$")
_LONG = 60
_TIMES_FROM = 2000
_EPOCH_FROM, _EPOCH_UNTIL = 800_000_000, 2_000_000_000
_MONEY_WORDS = frozenset(
    [
        "人民币",
        "元",
        "美元",
        "港币",
        "rmb",
        "euro",
        "¥",
        "￥",
        "$",
        "€",
        "£",
        "us$",
        "hk$",
        "r$",
        "руб",
        "円",
        "원",
    ]
)
_LOOKED_AT = 80
_PHONE_DIGITS = (5, 15)


@dataclass(frozen=True)
class Profile:
    """The values of one column in file order, None where a cell is empty."""

    cells: Sequence[str | None]

    @cached_property
    def values(self) -> list[str]:
        """Those that are not empty."""
        return [cell for cell in self.cells if cell is not None]

    @cached_property
    def _some(self) -> list[str]:
        return self.values[:_LOOKED_AT]

    @cached_property
    def counts(self) -> Counter[str]:
        """Each value and how often it comes."""
        return Counter(self.values)

    @property
    def n(self) -> int:
        """Number of filled cells."""
        return len(self.values)

    @property
    def n_distinct(self) -> int:
        """Number of different values."""
        return len(self.counts)

    @property
    def is_constant(self) -> bool:
        """Whether all of several rows say the same."""
        return self.n > 1 and self.n_distinct == 1

    def share(self, test: re.Pattern[str] | Callable[[str], object]) -> float:
        """Share of the first filled cells that pass a test, 0 where none is filled."""
        passes = test.match if isinstance(test, re.Pattern) else test
        return sum(bool(passes(value)) for value in self._some) / len(self._some) if self.n else 0.0

    @cached_property
    def dates(self) -> float:
        """Share of dates."""
        return self.share(_is_date)

    @cached_property
    def numbers(self) -> float:
        """Share of numbers, with or without a currency."""
        return self.share(_NUMBER)

    @cached_property
    def integers(self) -> float:
        """Share of digits only."""
        return self.share(_PLAIN)

    @cached_property
    def cents(self) -> float:
        """Share of numbers with decimals."""
        return self.share(
            lambda value: _NUMBER.match(value) and _CENTS.search(value) and not DAMAGED.match(value)
        )

    @cached_property
    def emails(self) -> float:
        """Share of e-mail addresses."""
        return self.share(_EMAIL)

    @cached_property
    def phones(self) -> float:
        """Share of what may be a phone number: also masked, never a date or a price."""
        return self.share(_is_phone)

    @cached_property
    def clocks(self) -> float:
        """Share of times of day."""
        return self.share(_CLOCK)

    @cached_property
    def urls(self) -> float:
        """Share of addresses of pages."""
        return self.share(_URL)

    @cached_property
    def json(self) -> float:
        """Share of JSON."""
        return self.share(_JSON)

    @cached_property
    def currencies(self) -> float:
        """Share of codes, signs and names of currencies."""
        return self.share(
            lambda value: _CODE.match(value) or value.strip().casefold() in _MONEY_WORDS
        )

    @cached_property
    def names(self) -> float:
        """Share of what may be the name of a person or a firm: letters, few of them."""
        return self.share(lambda value: _NAME.match(value) and len(value.split()) < 6)  # noqa: PLR2004

    @cached_property
    def texts(self) -> float:
        """Share of long texts."""
        return self.share(lambda value: len(value) > _LONG)

    @cached_property
    def parted_names(self) -> float:
        """Share of names of two words or of Chinese characters."""
        return self.share(
            lambda value: _NAME.match(value) and (" " in value.strip() or not value.isascii())
        )

    @cached_property
    def is_row_count(self) -> bool:
        """Whether the values count the rows: 1, 2, 3 …"""
        found = [int(value) for value in self._some if _PLAIN.match(value)]
        return (
            len(found) > 1
            and found == list(range(found[0], found[0] + len(found)))
            and found[0] in {0, 1}
        )

    @cached_property
    def is_birth(self) -> bool:
        """Whether the dates lie decades apart and long ago, as birthdays do."""
        years = [int(hit[1] or hit[2]) for value in self._some if (hit := _YEAR.search(value))]
        return bool(years) and sorted(years)[len(years) // 2] < _TIMES_FROM - 10

    def known(self, words: Callable[[str], object]) -> float:
        """Share of rows whose word is in a dictionary."""
        return sum(n for word, n in self.counts.items() if words(word)) / self.n if self.n else 0.0


def _is_date(value: str) -> bool:
    if not _DATE.match(value):
        return False
    if value.strip().replace(".", "", 1).isdigit() and len(value.split(".", maxsplit=1)[0]) in {
        9,
        10,
        13,
        16,
    }:
        return _EPOCH_FROM < int(value.strip().split(".")[0][:10]) < _EPOCH_UNTIL
    return True


def _is_phone(value: str) -> bool:
    digits = sum(mark.isdigit() or mark == "*" for mark in value)
    return (
        bool(_PHONE.match(value))
        and _PHONE_DIGITS[0] <= digits <= _PHONE_DIGITS[1]
        and not re.match(r"^\d{4}[-/]\d\d?[-/]\d\d?$", value)
    )
