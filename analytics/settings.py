"""What a person may decide: how a file is read, and what the workspace counts."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from analytics.errors import InvalidSettingError
from analytics.schema import ORDER_STATUSES

UNKNOWN_CURRENCY = "XXX"
_RULE = re.compile(r"^\s*amount\s*(>=|>)\s*(\d+(?:\.\d{1,4})?)\s*$")
_CODE = re.compile(r"^[A-Za-z]{3}$")
_SUNDAY = 6


@dataclass(frozen=True)
class ImportSettings:
    """Corrections to what the intake would find by itself; None leaves it to the intake.

    `timezone` is that of the file's naive times, `date_order` is "day-first", "month-first" or
    "year-first", `header_line` counts physical lines from 1 (0: the file has no header).
    `sheet` is the one to read of a workbook. `decimal` is "." or ",", for all numbers of the file.
    `status_words` are pairs of a status as the file writes it and the canonical status it means.
    """

    timezone: str | None = None
    currency: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_line: int | None = None
    date_order: str | None = None
    sheet: str | None = None
    decimal: str | None = None
    status_words: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.decimal not in {None, ".", ","}:
            raise InvalidSettingError("the decimal mark", str(self.decimal), "it is . or ,")
        if self.currency is not None and not _CODE.match(self.currency):
            remedy = "give its code of three letters, such as CNY"
            raise InvalidSettingError("the currency", self.currency, remedy)
        for word, status in self.status_words:
            if status not in ORDER_STATUSES:
                known = ", ".join(ORDER_STATUSES)
                raise InvalidSettingError(f"the status of {word}", status, f"use one of {known}")


@dataclass(frozen=True)
class ValidOrderRule:
    """Which amounts make an order valid; the rest of the rule (identified, paid …) is fixed.

    >>> ValidOrderRule.parse("amount>=0")
    ValidOrderRule(operator='>=', amount=Decimal('0'))
    >>> str(ValidOrderRule.parse("amount > 9.90"))
    'amount>9.90'
    """

    operator: str = ">"
    amount: Decimal = Decimal(0)

    @classmethod
    def parse(cls, text: str) -> "ValidOrderRule":
        """Read `amount>X` or `amount>=X`."""
        match = _RULE.match(text)
        if not match:
            raise InvalidSettingError("the valid-order rule", text, "write amount>0 or amount>=0")
        return cls(match[1], Decimal(match[2]))

    def __str__(self) -> str:
        return f"amount{self.operator}{self.amount}"


@dataclass(frozen=True)
class Settings:
    """What changes numbers in a workspace; stored with every version of it.

    `timezone` None means none was ever given (UTC is taken, and said so); `currency` None means the
    one with most orders; `first_weekday` is 0 for Monday to 6 for Sunday; `as_of` None means the
    latest local day of all order lines.
    """

    timezone: str | None = None
    currency: str | None = None
    valid_rule: str = "amount>0"
    first_weekday: int = 0
    as_of: date | None = None

    def __post_init__(self) -> None:
        if self.timezone is not None:
            check_timezone(self.timezone)
        if not 0 <= self.first_weekday <= _SUNDAY:
            raise InvalidSettingError("first_weekday", self.first_weekday, "0 is Monday, 6 Sunday")
        ValidOrderRule.parse(self.valid_rule)

    @property
    def zone(self) -> str:
        """The zone that local days are counted in."""
        return self.timezone or "UTC"


@cache
def _zones() -> frozenset[str]:
    """Names of all zones: listing them walks the disk, and every opened workspace asks."""
    return frozenset(available_timezones())


def check_timezone(name: str) -> ZoneInfo:
    """Return the zone of this IANA name, or say how such names look."""
    if name not in _zones():
        raise InvalidSettingError("the time zone", name, "use a name such as Asia/Shanghai")
    return ZoneInfo(name)
