"""Numbers, money, dates and intervals as the reader writes them, in English or Chinese.

Every function takes what a table holds (a number, a date, or nothing) and gives text; nothing is an
en dash. The language is the reader's unless named.
"""

import math
from datetime import date, datetime
from typing import Any, SupportsFloat

from ui.words import language as reader_language

NOTHING = "–"
CURRENCIES = ("CNY", "USD", "EUR", "GBP", "JPY", "HKD", "TWD", "SGD", "KRW", "AUD", "CAD")
"""Those that the pages offer."""
_SYMBOLS = {
    "CNY": "¥",
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "JP¥",
    "HKD": "HK$",
    "TWD": "NT$",
}
UNITS_OF_WAITING = {
    "en": {"seconds": "s", "minutes": "min"},
    "zh": {"seconds": "秒", "minutes": "分钟"},
}
_LONG_S = 120  # from here on in minutes
_ENGLISH_STEPS = ((1e9, "bn"), (1e6, "M"), (1e3, "k"))
_CHINESE_STEPS = ((1e8, "亿"), (1e4, "万"))
_MARKS = frozenset("\\`*_{}[]()<>#+-!|:$~")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def is_nothing(value: object) -> bool:
    """Tell whether a table's value is missing: None, NaN, NaT or pandas' NA."""
    if value is None or str(value) in {"<NA>", "NaT"}:
        return True
    return isinstance(value, float) and math.isnan(value)


def number(value: SupportsFloat | None, digits: int = 0) -> str:
    """Write a number in full.

    >>> number(12345), number(None), number(2.346, 2)
    ('12,345', '–', '2.35')
    """
    return NOTHING if value is None or is_nothing(value) else f"{float(value):,.{digits}f}"


def compact(value: SupportsFloat | None, language: str | None = None) -> str:
    """Write a number in as few signs as a headline needs.

    >>> compact(12345, "en"), compact(12345, "zh"), compact(3.2e8, "zh"), compact(999, "zh")
    ('12.3k', '1.2万', '3.2亿', '999')
    """
    if value is None or is_nothing(value):
        return NOTHING
    amount = float(value)
    steps = _CHINESE_STEPS if (language or reader_language()) == "zh" else _ENGLISH_STEPS
    for step, unit in steps:
        if abs(amount) >= step:
            return f"{amount / step:,.1f}{unit}"
    return f"{amount:,.0f}" if amount == round(amount) or abs(amount) >= 100 else f"{amount:,.2f}"  # noqa: PLR2004


def symbol(currency: str) -> str:
    """Write the sign before an amount; nothing for the unknown currency XXX.

    >>> symbol("CNY"), symbol("CHF"), symbol("XXX")
    ('¥', 'CHF ', '')
    """
    return "" if currency == "XXX" else _SYMBOLS.get(currency, f"{currency} ")


def money(value: SupportsFloat | None, currency: str, language: str | None = None) -> str:
    """Write an amount of money, shortened.

    >>> money(12345, "CNY", "zh"), money(12345, "USD", "en"), money(-1500, "USD", "en")
    ('¥1.2万', '$12.3k', '-$1.5k')
    """
    if value is None or is_nothing(value):
        return NOTHING
    sign = "-" if float(value) < 0 else ""
    return f"{sign}{symbol(currency)}{compact(abs(float(value)), language)}"


def percent(rate: SupportsFloat | None, digits: int = 1) -> str:
    """Write a share.

    >>> percent(0.2371), percent(0.2371, 0), percent(None)
    ('23.7%', '24%', '–')
    """
    return NOTHING if rate is None or is_nothing(rate) else f"{float(rate):.{digits}%}"


def interval(lower: SupportsFloat | None, upper: SupportsFloat | None, digits: int = 1) -> str:
    """Write a confidence interval of a share.

    >>> interval(0.224, 0.25)
    '22.4% – 25.0%'
    """
    return f"{percent(lower, digits)} – {percent(upper, digits)}"


def bounds(lower: float, upper: float) -> str:
    """Write an interval as short as a square wants it, in whole per cent.

    >>> bounds(0.224, 0.25)
    '22–25'
    """
    return f"{100 * lower:.0f}–{100 * upper:.0f}"


def day(value: Any, language: str | None = None) -> str:
    """Write a day.

    >>> day(date(2011, 12, 9), "en"), day(date(2011, 12, 9), "zh")
    ('9 Dec 2011', '2011年12月9日')
    """
    if is_nothing(value):
        return NOTHING
    if (language or reader_language()) == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime | None, language: str | None = None) -> str:
    """Write a day and the time of it.

    >>> moment(datetime(2024, 3, 1, 9, 5), "en")
    '1 Mar 2024, 09:05'
    """
    if value is None or is_nothing(value):
        return NOTHING
    comma = " " if (language or reader_language()) == "zh" else ", "
    return f"{day(value, language)}{comma}{value:%H:%M}"


def period(value: Any, unit: str, language: str | None = None) -> str:
    """Write the period that begins on this day.

    >>> units = ("day", "week", "month", "quarter", "year")
    >>> [period(date(2011, 4, 4), unit, "en") for unit in units]
    ['4 Apr 2011', '2011-W14', 'Apr 2011', 'Q2 2011', '2011']
    >>> [period(date(2011, 4, 4), unit, "zh") for unit in ("week", "month", "quarter", "year")]
    ['2011年第14周', '2011年4月', '2011年2季度', '2011年']
    """
    if is_nothing(value):
        return NOTHING
    speak = language or reader_language()
    if unit == "day":
        return day(value, speak)
    iso_year, iso_week, _ = date(value.year, value.month, value.day).isocalendar()
    quarter = (value.month + 2) // 3
    if speak == "zh":
        return {
            "week": f"{iso_year}年第{iso_week}周",
            "month": f"{value.year}年{value.month}月",
            "quarter": f"{value.year}年{quarter}季度",
        }.get(unit, f"{value.year}年")
    return {
        "week": f"{iso_year}-W{iso_week:02d}",
        "month": f"{_MONTHS[value.month - 1]} {value.year}",
        "quarter": f"Q{quarter} {value.year}",
    }.get(unit, f"{value.year}")


def days(value: SupportsFloat | None, language: str | None = None) -> str:
    """Write a number of days with its unit.

    >>> days(57, "en"), days(1, "en"), days(57.0, "zh")
    ('57 days', '1 day', '57 天')
    """
    if value is None or is_nothing(value):
        return NOTHING
    count = number(value, 0)
    if (language or reader_language()) == "zh":
        return f"{count} 天"
    return f"{count} day" if count == "1" else f"{count} days"


def waiting_time(seconds: float, language: str | None = None) -> str:
    """Write how long something still takes: in seconds, from two minutes on in minutes.

    >>> waiting_time(47.2, "en"), waiting_time(400, "en"), waiting_time(400, "zh")
    ('47 s', '7 min', '7 分钟')
    """
    is_long = seconds >= _LONG_S
    units = UNITS_OF_WAITING[language or reader_language()]
    count = math.ceil(seconds / 60) if is_long else round(seconds)
    return f"{count:,} {units['minutes' if is_long else 'seconds']}"


def size(n_bytes: float) -> str:
    """Write the size of a file.

    >>> size(1536), size(3_400_000), size(120), size(0)
    ('2 KB', '3.2 MB', '1 KB', '0 KB')
    """
    megabytes = n_bytes / 2**20
    if megabytes >= 1:
        return f"{megabytes:,.1f} MB"
    return f"{max(n_bytes / 1024, n_bytes > 0):,.0f} KB"


def dotted(*parts: str) -> str:
    """Set phrases in a row, dots between them; empty ones are left out.

    >>> dotted("n 12", "", "as of May")
    'n 12 · as of May'
    """
    return " · ".join(part for part in parts if part)


def plain(text: str) -> str:
    r"""Take the meaning of Markdown from a text that is not ours, such as a file's name.

    >>> plain("a_b*.csv")
    'a\\_b\\*.csv'
    """
    return "".join(f"\\{sign}" if sign in _MARKS else sign for sign in text)
