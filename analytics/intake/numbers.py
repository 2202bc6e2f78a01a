"""Numbers and money as exports write them, turned into decimals by DuckDB.

The decimal mark is decided per column from the shapes of its values; a value that does not fit the
decision is refused, never read as ten or a thousand times what it says.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import duckdb

from analytics.intake.currencies import CODES, SIGNS, tokens_in
from analytics.intake.looks import NUMBER, Look
from analytics.intake.shapes import Shape, shapes_of
from analytics.notes import Note
from analytics.quoting import identifier, literal

POINT, COMMA = ".", ","
MONEY = "DECIMAL(18,4)"
_WIDE, _NARROW = (
    "０１２３４５６７８９．，－＋（）−\u00a0\u202f\u2009\u3000’",
    "0123456789.,-+()-    '",
)
_WIDE_DIGITS = set(_WIDE[:16])
_PAIR = r"^(.*\d)\s+[-(]?(?:[A-Z]{1,3})?[$€£¥￥₹]\s?-?([0-9.,]+)\)?$"
_REFUND = r"[(（]\s*(?:已退款|已退|退款|refunded)[^0-9]*([0-9.,]+)[^)）]*[)）]\s*$"
_SCALES = {"万": 4, "萬": 4, "亿": 8, "億": 8, "k": 3, "K": 3}
_SCALE = r"(\d)\s*(" + "|".join(_SCALES) + r")\s*$"
# Blanks and apostrophes part groups of three digits; a match ends where the next begins: twice.
_GAPS = (
    (r"(\d)[\s'](\d{3})\b", r"\1\2"),
    (r"(\d)[\s'](\d{3})\b", r"\1\2"),
    (r"(^|[^\d])\s+", r"\1"),
    (r"\s+([^\d]|$)", r"\1"),
)
_GROUPED = {
    POINT: r"^[-+]?(\d{1,3}(,\d{2,3})*,\d{3}|\d+)?(\.\d*)?(e[-+]?\d+)?$",
    COMMA: r"^[-+]?(\d{1,3}(\.\d{2,3})*\.\d{3}|\d+)?(,\d*)?(e[-+]?\d+)?$",
}
_ONLY_POINTS = r"^[-+]?\d{1,3}(\.\d{3}){2,}$"
_SAYS_COMMA = re.compile(r",(\d{1,2}|\d{4,})$|\.\d{3},\d+$|^[-+]?\d{1,3}(\.\d{3}){2,}$")
_SAYS_POINT = re.compile(r"\.(\d{1,2}|\d{4,})$|,\d{3}\.\d+$|^[-+]?\d{1,3}(,\d{2,3})+,\d{3}$")
_OPEN = re.compile(r"^[-+]?\d{1,3},\d{3}$")
_BODY = re.compile(r"[\d.,]*\d[\d.,]*(?:e[-+]?\d+)?|\.\d+", re.IGNORECASE)


@dataclass(frozen=True)
class NumberPlan:
    """How one column of numbers is read.

    `decimal` is "." or ","; `marks` the signs and codes of currencies in it; `removed` the
    characters that a quick reading drops, None where some value needs more care; `is_cents`
    says that it counts hundredths; the flags say what else the values hold. `example` is a value
    such as 1,204 in a column that nothing decides.
    """

    decimal: str = POINT
    marks: tuple[str, ...] = ()
    removed: str | None = ""
    is_cents: bool = False
    has_pairs: bool = False
    has_refunds: bool = False
    has_scales: bool = False
    has_negatives: bool = False
    is_mostly_plain: bool = True
    example: str | None = None


@dataclass(frozen=True)
class _Part:
    """What one shape says: its bare number, its marks, and what it needs."""

    bare: str | None
    n: int
    example: str
    text: str
    marks: tuple[str, ...] = ()
    is_pair: bool = False
    is_refund: bool = False
    is_scaled: bool = False
    is_negative: bool = False
    is_quick: bool = True


def plan_numbers(
    con: duckdb.DuckDBPyConnection,
    fields: Iterable[str],
    looks: Mapping[str, Look] | None = None,
    *,
    mark: str | None = None,
) -> dict[str, NumberPlan]:
    """Decide for each column of numbers how it is read, above all what parts its decimals.

    A comma before one, two or more than three last digits, or after a grouping point, speaks for
    the comma; a point in such places, or commas that part several groups, for the point. A column
    in which nothing speaks ("1,204" only) follows the other columns of the file, and groups by
    commas where they are silent too. Own definition.

    Parameters
    ----------
    con
        With the table `cells`.
    fields
        Names of its columns that hold numbers.
    looks
        Field to what is known of all its cells.
    mark
        The decimal mark that the user gave, for all of them.

    Returns
    -------
    dict
        Field to its plan.
    """
    found = {field: shapes_of(con, field, NUMBER, (looks or {}).get(field)) for field in fields}
    parts = {field: [_part(shape) for shape in shapes.odd] for field, shapes in found.items()}
    evidence = {field: _evidence(con, field, some) for field, some in parts.items()}
    commas = sum(comma for comma, _ in evidence.values())
    points = sum(point for _, point in evidence.values())
    plans = {}
    for field, (comma, point) in evidence.items():
        silent = COMMA if commas > points else POINT
        decimal = mark or (silent if comma == point else (COMMA if comma > point else POINT))
        plan = _plan(parts[field], decimal, plain_points=comma > 0 and point > 0)
        if mark or comma or point or commas or points:
            plan = replace(plan, example=None)
        shapes = found[field]
        plans[field] = replace(plan, is_mostly_plain=2 * shapes.plain >= shapes.filled)
    if any(plan.example for plan in plans.values()) and any(
        _plain_points(con, field) for field in plans
    ):
        return {field: replace(plan, example=None) for field, plan in plans.items()}
    return plans


def _part(shape: Shape) -> _Part:
    text = shape.text.translate(str.maketrans(_WIDE, _NARROW)).strip()
    is_pair, is_refund = bool(re.search(_PAIR, text)), bool(re.search(_REFUND, text))
    is_scaled = bool(re.search(_SCALE, text))
    text = re.sub(_REFUND, "", re.sub(_PAIR, r"\1", text))
    text = re.sub(_SCALE, r"\1", text)
    dense = re.sub(r"(?<=\d)[ '](?=\d{3}(?!\d))", "", text)
    bodies = _BODY.findall(dense)
    rest = re.sub(r"[-+()%]", " ", _BODY.sub(" ", dense))
    marks = tokens_in(rest)
    is_negative = "-" in re.sub(r"(?i)\de-", "", dense) or "(" in dense
    closes = re.fullmatch(r"[^-()]*-?[^-()]*|[^-()]*\([^-()]*\)[^-()]*", dense) is not None
    is_sound = len(bodies) == 1 and marks is not None and closes
    trails = dense.rstrip("% ").endswith("-") or "e" in (bodies[0].lower() if bodies else "")
    is_dotted = any("." in mark for mark in marks or ())
    return _Part(
        bodies[0] if is_sound else None,
        shape.n,
        shape.example,
        shape.text,
        tuple(marks or ()),
        is_pair,
        is_refund,
        is_scaled,
        is_negative,
        not (
            is_pair
            or is_refund
            or is_scaled
            or trails
            or is_dotted
            or set(shape.text) & _WIDE_DIGITS
        ),
    )


def _evidence(con: duckdb.DuckDBPyConnection, field: str, parts: list[_Part]) -> tuple[int, int]:
    """Count the values of a column that speak for the comma and for the point."""
    bodies = [(part.bare, part.n) for part in parts if part.bare]
    comma = sum(n for bare, n in bodies if _SAYS_COMMA.search(bare))
    comma += sum(
        part.n
        for part in parts
        if part.bare and _OPEN.match(part.bare) and re.match(r"\D*0,\d{3}\b", part.example)
    )
    point = sum(n for bare, n in bodies if _SAYS_POINT.search(bare))
    if any("," in bare or bare.count(".") > 1 for bare, _ in bodies):
        point += _plain_points(con, field)
    return comma, int(point)


def _plain_points(con: duckdb.DuckDBPyConnection, field: str) -> int:
    """Count the plain values of a column whose point can only part decimals."""
    pointed = r"\d*\.(\d{1,2}|\d{4,})"
    (n,) = con.execute(
        "SELECT count(*) FROM cells "
        f"WHERE regexp_full_match({identifier(field)}, {literal(pointed)})"
    ).fetchall()[0]
    return int(n)


def _plan(parts: list[_Part], decimal: str, *, plain_points: bool) -> NumberPlan:
    marks = sorted(
        {mark for part in parts for mark in part.marks}, key=lambda one: (-len(one), one)
    )
    is_quick = not (decimal == COMMA and plain_points) and all(
        part.is_quick and part.bare is not None and _fits(part.bare, decimal) for part in parts
    )
    kept = set("0123456789-(." + ("," if decimal == COMMA else ""))
    removed = {char for part in parts for char in part.text} - kept if is_quick else set()
    if decimal == COMMA:
        removed |= {"."}
    odd = [part for part in parts if part.bare and _OPEN.match(part.bare)]
    return NumberPlan(
        decimal,
        tuple(marks),
        "".join(sorted(removed)) if is_quick else None,
        has_pairs=any(part.is_pair for part in parts),
        has_refunds=any(part.is_refund for part in parts),
        has_scales=any(part.is_scaled for part in parts),
        has_negatives=any(part.is_negative for part in parts),
        example=odd[0].example if odd else None,
    )


def _fits(bare: str, decimal: str) -> bool:
    return bool(re.match(_GROUPED[decimal], bare)) or (
        decimal == COMMA and bool(re.match(_ONLY_POINTS, bare))
    )


def number_sql(text: str, plan: NumberPlan) -> str:
    """SQL of the DECIMAL(18,4) that a cleaned text means; null where it means no number.

    Signs and codes of currencies, blanks, grouping marks, brackets or a trailing minus for
    negatives, full-width digits, 1.2万, a refund noted in brackets and a second amount behind the
    first are understood.

    Parameters
    ----------
    text
        Name of a column (quoted) with cleaned text.
    plan
        Of that column, from `plan_numbers`.
    """
    plain = f"CASE WHEN NOT contains({text}, '_') THEN try_cast({text} AS {MONEY}) END"
    if plan.removed == "":
        number = f"try_cast({text} AS {MONEY})"
    elif plan.removed is not None:
        turned = ",(−" if plan.decimal == COMMA else "(−"
        into = ".--" if plan.decimal == COMMA else "--"
        source = turned + "".join(char for char in plan.removed if char not in turned)
        quick = f"try_cast(translate({text}, {literal(source)}, {literal(into)}) AS {MONEY})"
        has_plain = plan.is_mostly_plain and plan.decimal == POINT
        number = f"coalesce({plain}, {quick})" if has_plain else quick
    else:
        if plan.decimal == COMMA:
            plain = f"CASE WHEN NOT contains({text}, '.') THEN {plain} END"
        number = f"coalesce({plain}, {_careful(text, plan)})"
    return f"CAST({number} * 0.01 AS {MONEY})" if plan.is_cents else number


def _careful(text: str, plan: NumberPlan) -> str:
    """SQL of a number in a column whose values are not all alike, each looked at by itself."""
    bare = f"translate({text}, {literal(_WIDE)}, {literal(_NARROW)})"
    if plan.has_pairs:
        bare = f"regexp_replace({bare}, {literal(_PAIR)}, '\\1')"
    if plan.has_refunds:
        bare = f"regexp_replace({bare}, {literal(_REFUND)}, '')"
    scaled = bare
    if plan.has_scales:
        bare = f"regexp_replace({bare}, {literal(_SCALE)}, '\\1')"
    bare = f"regexp_replace(lower({bare}), {literal(_MARKS)}, '', 'g')"
    for pattern, replacement in _GAPS:
        bare = f"regexp_replace({bare}, {literal(pattern)}, {literal(replacement)}, 'g')"
    signed = (
        f"regexp_replace(regexp_replace({bare}, '^-?\\(-?(.*)\\)$', '-\\1'), '^([^-]+)-$', '-\\1')"
    )
    number = (
        f"list_transform([{signed}], lambda t: CASE "
        f"WHEN regexp_matches(t, '{_GROUPED[plan.decimal]}') "
        f"THEN try_cast({_ungrouped('t', plan.decimal)} AS {MONEY}) "
        f"WHEN regexp_matches(t, '{_ONLY_POINTS}') THEN try_cast(replace(t, '.', '') AS {MONEY}) "
        "END)[1]"
    )
    if plan.has_scales:
        powers = " ".join(
            f"WHEN {literal(word)} THEN {10**power}" for word, power in _SCALES.items()
        )
        scale = f"CASE regexp_extract({scaled}, {literal(_SCALE)}, 2) {powers} ELSE 1 END"
        number = f"try_cast({number} * {scale} AS {MONEY})"
    return f"CASE WHEN {text} IS NOT NULL THEN {number} END"


_MARKS = (
    "|".join(re.escape(sign.lower()) for sign in sorted(SIGNS, key=lambda sign: -len(sign)))
    + r"|\b("
    + "|".join(sorted(code.lower() for code in CODES))
    + r")\b|%"
)


def _ungrouped(text: str, decimal: str) -> str:
    group = COMMA if decimal == POINT else POINT
    return f"replace(replace({text}, '{group}', ''), '{decimal}', '.')"


def noted_refund_sql(text: str, plan: NumberPlan) -> str:
    """SQL of the refund that is noted behind an amount: 131.77(已退款89.84), or $47.08 $0.00.

    Of two amounts the second is what is left after the refund.
    """
    parts = []
    if plan.has_refunds:
        noted = f"nullif(regexp_extract({text}, {literal(_REFUND)}, 1), '')"
        parts.append(f"try_cast({_ungrouped(noted, plan.decimal)} AS {MONEY})")
    if plan.has_pairs:
        left = f"nullif(regexp_extract({text}, {literal(_PAIR)}, 2), '')"
        left = f"try_cast({_ungrouped(left, plan.decimal)} AS {MONEY})"
        parts.append(f"nullif(CAST({number_sql(text, plan)} - {left} AS {MONEY}), 0)")
    return f"coalesce({', '.join([*parts, f'CAST(NULL AS {MONEY})'])})"


def doubt_note(column: str, plan: NumberPlan) -> Note:
    """Say that nothing told the thousands from the decimals of a column, and how it was read."""
    value = plan.example or ""
    return Note(
        "decimals_doubtful",
        "Nothing in {column} tells thousands from decimals: {example} was read as {read}, not as "
        "{other}.",
        column=column,
        example=value,
        read=value.replace(",", ""),
        other=value.replace(",", "."),
    )
