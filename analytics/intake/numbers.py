"""Numbers and money as exports write them, turned into decimals by DuckDB.

The decimal mark is decided per column; a value that does not fit the decision is refused, never
read as ten or a thousand times what it says.
"""

from collections.abc import Iterable, Mapping

import duckdb

from analytics.quoting import identifier, literal

POINT, COMMA = ".", ","
_WIDE, _NARROW = "０１２３４５６７８９．，－＋（）￥＄", "0123456789.,-+()¥$"
_SIGNS = (
    r"(?i)us\$|hk\$|nt\$|ca\$|au\$|[ac]\$|r\$|[¥$€£₩₹₽₺฿₫₱]|人民币|美元|元|圆|圓|kč|zł|"
    r"\b(?:rmb|cny|usd|eur|gbp|jpy|hkd|twd|cad|aud|chf|inr|brl|mxn|sgd|kr)\b|%"
)
_GAPS = "[\\s\u00a0\u202f\u2009'’]"
_REFUND = r"[(（]\s*(?:已退款|已退|退款|refunded)[^0-9]*([0-9.,]+)[^)）]*[)）]\s*$"
_GROUPED = {
    POINT: r"^[-+]?(\d{1,3}(,\d{2,3})*,\d{3}|\d+)?(\.\d*)?(e[-+]?\d+)?$",
    COMMA: r"^[-+]?(\d{1,3}(\.\d{2,3})*\.\d{3}|\d+)?(,\d*)?(e[-+]?\d+)?$",
}
_ONLY_POINTS = r"^[-+]?\d{1,3}(\.\d{3}){2,}$"
_MONEY = "DECIMAL(18,4)"

# The sign in a cell and the currency that it names; "$" and "¥" are those of their commonest users.
SIGNS = {
    "HK$": "HKD", "NT$": "TWD", "US$": "USD", "CA$": "CAD", "C$": "CAD", "A$": "AUD", "AU$": "AUD",
    "R$": "BRL", "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₽": "RUB", "¥": "CNY",
    "￥": "CNY", "元": "CNY", "$": "USD",
}  # fmt: skip
_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS")
_SHARED_SIGNS = {"$": _DOLLARS, "¥": ("CNY", "JPY"), "￥": ("CNY", "JPY")}
CURRENCY_WORDS = {
    "人民币": "CNY", "RMB": "CNY", "元": "CNY", "¥": "CNY", "￥": "CNY", "$": "USD", "US$": "USD",
    "美元": "USD", "€": "EUR", "£": "GBP", "港币": "HKD", "HK$": "HKD", "EURO": "EUR",
}  # fmt: skip


def plan_decimals(con: duckdb.DuckDBPyConnection, fields: Iterable[str]) -> dict[str, str]:
    """Decide for each column of numbers whether the comma or the point parts the decimals.

    A comma before one, two or more than three last digits, or after a grouping point, speaks for
    the comma; a point in such places speaks for the point. A column in which nothing speaks
    ("1,204" only) follows the other columns of the file, and groups by commas where they are
    silent too.

    Parameters
    ----------
    con
        With the table `cells`.
    fields
        Names of its columns that hold numbers.

    Returns
    -------
    dict
        Field to "." or ",".
    """
    evidence = {field: _evidence(con, field) for field in fields}
    commas = sum(comma for comma, _ in evidence.values())
    points = sum(point for _, point in evidence.values())
    silent = COMMA if commas > points else POINT
    return {
        field: silent if comma == point else (COMMA if comma > point else POINT)
        for field, (comma, point) in evidence.items()
    }


def _evidence(con: duckdb.DuckDBPyConnection, field: str) -> tuple[int, int]:
    """Count the values of a column that speak for the comma and for the point."""
    column = identifier(field)
    (commas,) = con.execute(
        f"SELECT count(*) FILTER (contains(translate({column}, '，', ','), ',')) FROM cells"
    ).fetchall()[0]
    if not commas:
        return 0, 0
    tidy = f"regexp_replace(translate({column}, '{_WIDE}', '{_NARROW}'), '{_REFUND}', '')"
    comma, point = con.execute(
        f"SELECT count(*) FILTER (regexp_matches(t, ',(\\d{{1,2}}|\\d{{4,}})\\D*$') "
        f"OR regexp_matches(t, '\\.\\d{{3}},\\d')), "
        f"count(*) FILTER (regexp_matches(t, '\\.(\\d{{1,2}}|\\d{{4,}})\\D*$') "
        f"OR regexp_matches(t, ',\\d{{3}}\\.\\d')) FROM (SELECT {tidy} AS t FROM cells)"
    ).fetchall()[0]
    return int(comma), int(point)


def number_sql(text: str, decimal: str) -> str:
    """SQL of the DECIMAL(18,4) that a cleaned text means; null where it means no number.

    Currency signs, blanks, grouping marks, brackets or a trailing minus for negatives, full-width
    digits and a refund noted in brackets behind the amount are understood.

    Parameters
    ----------
    text
        Name of a column (quoted) with cleaned text.
    decimal
        "." or ",".
    """
    bare = f"regexp_replace(translate({text}, '{_WIDE}', '{_NARROW}'), '{_REFUND}', '')"
    bare = f"regexp_replace(lower({bare}), {literal(_SIGNS)}, '', 'g')"
    bare = f"regexp_replace(replace({bare}, '−', '-'), {literal(_GAPS)}, '', 'g')"
    signed = (
        f"regexp_replace(regexp_replace({bare}, '^-?\\(-?(.*)\\)$', '-\\1'), '^([^-]+)-$', '-\\1')"
    )
    slow = (
        f"list_transform([{signed}], lambda t: CASE WHEN regexp_matches(t, '{_GROUPED[decimal]}') "
        f"THEN try_cast({_ungrouped('t', decimal)} AS {_MONEY}) "
        f"WHEN regexp_matches(t, '{_ONLY_POINTS}') THEN try_cast(replace(t, '.', '') AS {_MONEY}) "
        f"END)[1]"
    )
    slow = f"CASE WHEN {text} IS NOT NULL THEN {slow} END"
    plain = f"CASE WHEN NOT contains({text}, '_') THEN try_cast({text} AS {_MONEY}) END"
    if decimal == COMMA:
        plain = f"CASE WHEN NOT contains({text}, '.') THEN {plain} END"
    return f"coalesce({plain}, {slow})"


def _ungrouped(text: str, decimal: str) -> str:
    group = COMMA if decimal == POINT else POINT
    return f"replace(replace({text}, '{group}', ''), '{decimal}', '.')"


def noted_refund_sql(text: str, decimal: str) -> str:
    """SQL of the refund that is noted behind an amount, as in 131.77(已退款89.84)."""
    found = f"nullif(regexp_extract({text}, '{_REFUND}', 1), '')"
    return f"try_cast({_ungrouped(found, decimal)} AS {_MONEY})"


def has_noted_refunds(con: duckdb.DuckDBPyConnection, field: str) -> bool:
    """Whether some amount of this column carries a refund in brackets."""
    column = identifier(field)
    found = con.execute(
        f"SELECT 1 FROM cells WHERE regexp_matches({column}, '{_REFUND}') LIMIT 1"
    ).fetchall()
    return bool(found)


def signs_in(con: duckdb.DuckDBPyConnection, field: str) -> tuple[str, ...]:
    """Return the currency signs that occur in this column of amounts, longest first."""
    column = identifier(field)
    tests = ", ".join(
        f"coalesce(bool_or(contains({column}, {literal(sign)})), false)" for sign in SIGNS
    )
    found = con.execute(
        f"SELECT {tests} FROM cells WHERE try_cast({column} AS DOUBLE) IS NULL"
    ).fetchall()[0]
    present = [sign for sign, is_there in zip(SIGNS, found, strict=True) if is_there]
    return tuple(sorted(present, key=lambda sign: (-len(sign), sign)))


def sign_codes(signs: Iterable[str], chosen: str | None) -> dict[str, str]:
    """Return the currency of each sign; of a shared sign, the one that the user chose.

    >>> sign_codes(["$", "€"], "CAD")
    {'$': 'CAD', '€': 'EUR'}
    """
    return {
        sign: chosen if chosen and chosen in _SHARED_SIGNS.get(sign, ()) else SIGNS[sign]
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
        parts.append(_code_sql(column, CURRENCY_WORDS))
    if amount:
        whens = [
            f"WHEN contains({amount}, {literal(sign)}) THEN {literal(code)}"
            for sign, code in signs.items()
        ]
        parts += [f"CASE {' '.join(whens)} END"] if whens else []
    return f"coalesce({', '.join([*parts, literal(fallback)])})"


def _code_sql(column: str, words: Mapping[str, str]) -> str:
    whens = " ".join(f"WHEN {literal(word)} THEN {literal(code)}" for word, code in words.items())
    return (
        f"CASE upper({column}) {whens} ELSE nullif(regexp_extract(upper({column}), "
        f"'^[^A-Z]*([A-Z]{{3}})\\b', 1), '') END"
    )
