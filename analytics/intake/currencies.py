"""Which currency money is in: a code or a sign beside it, the header, the place of the shop."""

import re
from collections.abc import Iterable, Mapping

from analytics.quoting import literal

# The sign in a cell and the currency that it names; of a shared sign, that of its commonest users.
SIGNS = {
    "HK$": "HKD", "NT$": "TWD", "US$": "USD", "CA$": "CAD", "CAD$": "CAD", "C$": "CAD", "A$": "AUD",
    "AU$": "AUD", "NZ$": "NZD", "S$": "SGD", "MX$": "MXN", "R$": "BRL", "RM": "MYR", "Rp": "IDR",
    "Rs.": "INR", "Rs": "INR", "Kč": "CZK", "kč": "CZK", "zł": "PLN", "Ft": "HUF", "lei": "RON",
    "kr.": "SEK", "kr": "SEK", "Fr.": "CHF", "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW",
    "₽": "RUB", "руб.": "RUB", "руб": "RUB", "р.": "RUB", "грн": "UAH", "TL": "TRY", "zl": "PLN",
    "лв.": "BGN", "лв": "BGN", "тг": "KZT", "₸": "KZT", "S/.": "PEN", "S/": "PEN", "₡": "CRC",
    "KSh": "KES", "₺": "TRY", "₫": "VND", "฿": "THB", "₱": "PHP", "₪": "ILS", "₦": "NGN",
    "₴": "UAH", "人民币": "CNY", "美元": "USD", "港币": "HKD", "欧元": "EUR", "日元": "JPY",
    "円": "JPY", "원": "KRW", "元": "CNY", "圆": "CNY", "圓": "TWD", "¥": "CNY", "￥": "CNY",
    "$": "USD", "＄": "USD", "RMB": "CNY",
}  # fmt: skip
CODES = frozenset(
    code
    for line in (
        "AED ARS AUD BDT BGN BHD BOB BRL CAD CHF CLP CNY COP CRC CZK DKK DOP EGP EUR GBP GHS HKD",
        "HUF IDR ILS INR ISK JOD JPY KES KRW KWD KZT LKR MAD MOP MXN MYR NGN NOK NPR NZD OMR PEN",
        "PHP PKR PLN PYG QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD TZS UAH UGX USD UYU VND ZAR",
    )
    for code in line.split()
)
_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS")
_YUAN = ("CNY", "JPY")
_CROWNS = ("SEK", "NOK", "DKK", "ISK")
SHARED = {"$": _DOLLARS, "＄": _DOLLARS, "¥": _YUAN, "￥": _YUAN, "kr": _CROWNS, "kr.": _CROWNS,
          "元": ("CNY", "TWD", "HKD"), "Rs": ("INR", "PKR", "LKR", "NPR"),
          "Rs.": ("INR", "PKR", "LKR", "NPR")}  # fmt: skip
_WORDS = {
    "EURO": "EUR", "EUROS": "EUR", "DOLLAR": "USD", "YUAN": "CNY", "YEN": "JPY", "POUND": "GBP",
    "台币": "TWD", "新台币": "TWD", "新台幣": "TWD", "港元": "HKD", "英镑": "GBP", "CNH": "CNY",
} | {sign.upper(): code for sign, code in SIGNS.items()}  # fmt: skip
_BY_LENGTH = sorted(SIGNS, key=lambda sign: (-len(sign), sign))
_CENTS = re.compile(r"(?i)(?:\b|_)(?:in_?cents?|cents?|minor units?)(?:\b|_|$)|[(（]分[)）]")


def code_of_header(column: str) -> str | None:
    """Return the currency that the header of a column of money names.

    >>> code_of_header("Total (CAD)"), code_of_header("amount_usd"), code_of_header("金额（元）")
    ('CAD', 'USD', 'CNY')
    >>> code_of_header("Сумма, руб."), code_of_header("Kwota (zł)"), code_of_header("Price ($)")
    ('RUB', 'PLN', None)
    """
    codes = {word.upper() for word in re.split(r"[^A-Za-z]+", column) if word.upper() in CODES}
    if len(codes) == 1:
        return codes.pop()
    if "円" in column:
        return "JPY"
    if re.search(r"[(（\[]\s*元\s*[)）\]]|人民币|（rmb）|\(rmb\)", column.lower()):
        return "CNY"
    if sign := next((one for one in "€£₹₩₽" if one in column), None):
        return SIGNS[sign]
    end = re.split(r"[\s,(（\[]", column.rstrip(" )）]"))[-1].casefold()
    named = {one.casefold(): code for one, code in SIGNS.items() if one not in SHARED}
    return named.get(end) if len(end) > 1 and end != column.casefold() else None


def is_in_cents(column: str) -> bool:
    """Whether the header of a column of money says that it counts cents.

    >>> is_in_cents("amount_in_cents"), is_in_cents("金额（分）"), is_in_cents("Percent")
    (True, True, False)
    """
    return bool(_CENTS.search(column))


def sign_codes(signs: Iterable[str], expected: str | None) -> dict[str, str]:
    """Return the currency of each sign or code; of a shared sign, the expected one.

    >>> sign_codes(["$", "€", "USD"], "CAD")
    {'$': 'CAD', '€': 'EUR', 'USD': 'USD'}
    """
    return {
        sign: expected if expected and expected in SHARED.get(sign, ()) else SIGNS.get(sign, sign)
        for sign in signs
    }


def currency_sql(
    *, column: str | None, amount: str | None, signs: Mapping[str, str], fallback: str
) -> str:
    """SQL of the currency: the row's own code, else the sign in its amount, else the file's.

    Parameters
    ----------
    column, amount
        Quoted names of the columns of cleaned text, where mapped.
    signs
        Those that occur in the amounts, longest first, and their codes.
    fallback
        Code for rows without their own.
    """
    parts = []
    if column:
        parts.append(_code_sql(column))
    if amount:
        whens = [
            f"WHEN contains({amount}, {literal(sign)}) THEN {literal(code)}"
            for sign, code in signs.items()
        ]
        parts += [f"CASE {' '.join(whens)} END"] if whens else []
    return f"coalesce({', '.join([*parts, literal(fallback)])})"


def _code_sql(column: str) -> str:
    """The code in a cell of the currency column: itself, a word for it, or a code within it."""
    whens = " ".join(f"WHEN {literal(word)} THEN {literal(code)}" for word, code in _WORDS.items())
    return (
        f"CASE WHEN length({column}) = 3 AND regexp_full_match({column}, '[A-Za-z]{{3}}') "
        f"AND upper({column}) <> 'RMB' THEN upper({column}) ELSE CASE upper({column}) {whens} "
        f"ELSE nullif(regexp_extract(upper({column}), '^[^A-Z]*([A-Z]{{3}})\\b', 1), '') END END"
    )


def tokens_in(text: str) -> list[str] | None:
    """Return the signs and codes that a text is made of; None where something else is in it.

    >>> tokens_in("US$"), tokens_in("eur"), tokens_in("abc")
    (['US$'], ['EUR'], None)
    """
    found = []
    for part in text.split():
        rest = part
        while rest:
            code = rest[:3].upper()
            sign = next((sign for sign in _BY_LENGTH if rest.startswith(sign)), None)
            if code in CODES and not rest[3:4].isalpha():
                found.append(code)
                rest = rest[3:]
            elif sign:
                found.append(sign)
                rest = rest[len(sign) :]
            else:
                return None
    return found
