"""The currency of a file's money, where its rows do not say it themselves."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from analytics.intake.currencies import SHARED, code_of_header, currency_sql, sign_codes
from analytics.intake.lexicon import is_traditional
from analytics.intake.numbers import NumberPlan
from analytics.intake.recogniser import Platform
from analytics.notes import Note
from analytics.settings import UNKNOWN_CURRENCY, ImportSettings

_MONEY = ("amount", "order_total", "price")
_KANA, _HAN = re.compile("[\u3040-\u30ff]"), re.compile("[\u4e00-\u9fff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_OF_ZONES = (
    ("Asia/Tokyo", "JPY"), ("Asia/Taipei", "TWD"), ("Asia/Hong_Kong", "HKD"),
    ("Asia/Singapore", "SGD"), ("Australia/", "AUD"), ("Pacific/Auckland", "NZD"),
    ("America/Toronto", "CAD"), ("America/Vancouver", "CAD"), ("America/Edmonton", "CAD"),
    ("America/Winnipeg", "CAD"), ("America/Halifax", "CAD"), ("America/Montreal", "CAD"),
    ("America/Regina", "CAD"), ("America/Mexico_City", "MXN"), ("America/Santiago", "CLP"),
    ("America/Bogota", "COP"), ("America/Argentina/", "ARS"), ("Europe/Oslo", "NOK"),
    ("Europe/Copenhagen", "DKK"), ("Atlantic/Reykjavik", "ISK"), ("Europe/Stockholm", "SEK"),
    ("Asia/Karachi", "PKR"), ("Asia/Colombo", "LKR"), ("Asia/Kathmandu", "NPR"),
)  # fmt: skip


@dataclass(frozen=True)
class Currency:
    """The file's currency, what the signs in its amounts mean, and what to say about it."""

    code: str = UNKNOWN_CURRENCY
    signs: dict[str, str] = field(default_factory=dict)
    warnings: tuple[Note, ...] = ()


def choose_currency(
    con: duckdb.DuckDBPyConnection,
    fields: Mapping[str, str],
    columns: Sequence[str],
    *,
    numbers: Mapping[str, NumberPlan],
    settings: ImportSettings,
    platform: Platform | None,
) -> Currency:
    """Decide the currency of rows that do not say theirs, and what a sign such as $ means.

    The header of the money names it, else the known export has only one, else all codes in the
    currency column are the same, else the user gave it, else all amounts bear one sign, else its
    headers are in a language of one country (which is said).

    Parameters
    ----------
    con
        With the table `cells`.
    fields
        Mapped fields of money, and `currency`, to the names of their columns.
    columns
        Names of all columns of the file.
    numbers
        Field to how its numbers are read.
    settings
        Currency and zone that the user gave.
    platform
        The known export, if it is one.
    """
    money = [name for name in _MONEY if name in fields]
    headed = next((code for name in money if (code := code_of_header(fields[name]))), None)
    given = settings.currency.upper() if settings.currency else None
    single = _single_code(con) if "currency" in fields else None
    zone = settings.timezone or (platform.zone if platform else None)
    expected = headed or single or given or _of_place(columns, zone)
    marks = numbers[money[0]].marks if money else ()
    signs = sign_codes(marks, expected)
    known = headed or (platform.currency if platform else None) or single or given
    found = set(signs.values())
    code = known or (found.pop() if len(found) == 1 else None)
    notes = _assumed(signs, expected, is_told="currency" in fields)
    spoken = None if code or found else _of_language(columns, zone)
    if spoken and money and "currency" not in fields:
        return Currency(spoken, signs, (*notes, _by_language(spoken)))
    return Currency(code or UNKNOWN_CURRENCY, signs, notes)


def _of_language(columns: Sequence[str], zone: str | None) -> str | None:
    """Return the currency of the one country that writes its headers so.

    Traditional characters are those of two countries, and decide nothing.
    """
    text = "".join(columns)
    if zone and (
        found := next((code for place, code in _OF_ZONES if zone.startswith(place)), None)
    ):
        return found
    if _KANA.search(text):
        return "JPY"
    if _HANGUL.search(text):
        return "KRW"
    return "CNY" if _HAN.search(text) and not is_traditional(text) else None


def _by_language(code: str) -> Note:
    return Note(
        "currency_by_language",
        "The file names no currency; by the language of its headers its money was taken for "
        "{code}: give the currency if that is wrong.",
        code=code,
    )


def _single_code(con: duckdb.DuckDBPyConnection) -> str | None:
    """Return the one code that the currency column holds, if it is one."""
    code = currency_sql(column="currency", amount=None, signs={}, fallback="")
    codes = con.execute(
        f"SELECT DISTINCT {code} FROM (SELECT DISTINCT currency FROM cells "
        "WHERE currency IS NOT NULL) ORDER BY 1 LIMIT 2"
    ).fetchall()
    return str(codes[0][0]) if len(codes) == 1 and codes[0][0] else None


def _of_place(columns: Sequence[str], zone: str | None) -> str | None:
    """Return the currency of the country that the language of the headers or the zone tells."""
    if any(_KANA.search(name) for name in columns):
        return "JPY"
    if found := next((code for place, code in _OF_ZONES if (zone or "").startswith(place)), None):
        return found
    return "CNY" if any(_HAN.search(name) for name in columns) else None


def _assumed(signs: Mapping[str, str], expected: str | None, *, is_told: bool) -> tuple[Note, ...]:
    """Say which shared signs were read as those of their commonest users."""
    return tuple(
        Note(
            "sign_assumed",
            "{sign} was taken for {code}, and is a sign of others too: give the currency if that "
            "is wrong.",
            sign=sign,
            code=code,
        )
        for sign, code in signs.items()
        if not is_told and sign in SHARED and expected not in SHARED[sign]
    )
