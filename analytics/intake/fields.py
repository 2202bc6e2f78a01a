"""How well a header names a field of a table."""

import re
from dataclasses import dataclass
from functools import cache

from analytics.intake.headers import Header, normalise_header, read_header
from analytics.intake.lexicon import Ideas
from analytics.intake.patterns import EVERYWHERE, PATTERNS, Pattern

EXACT, FIRM = 0.98, 0.95  # a header that is the field's own name; one of the first rank
_RANK_STEP, _FREE, _WEAK, _UNKNOWN = 0.06, 0.005, 0.06, 0.12
_UNIT = 0.01
_VAGUEST = 0.3  # beside one that means nothing alone: "factory name"
_EMPTY_WORDS = frozenset({"name", "id", "number", "type", "code", "total", "title"})
_VAGUE = 0.2  # an unknown word beside a single idea that means much: "total admissions"
_TELLING = frozenset(
    ["email", "phone", "currency", "sku", "coupon", "username", "userkey", "fullname", "zone"]
)
_LEAST = 0.3
_ASIDE = re.compile(r"\s*[(（\[【][^)）\]】]*[)）\]】]\s*$")
# what stands in brackets behind these only explains them
_NAMED = frozenset({"customer_name", "item_name", "email", "phone", "rating"})


@dataclass(frozen=True)
class Reading:
    """How well a header names a field, from 0 to 1, and the ideas that say so."""

    confidence: float
    pattern: tuple[str, ...] = ()


NOTHING = Reading(0.0)


def mappable_fields(table: str) -> tuple[str, ...]:
    """Names of the fields that a column may be mapped to, some of which only help to fill others.

    >>> mappable_fields("ratings")
    ('customer_id', 'email', 'phone', 'customer_name', 'item_id', 'rating', 'rated_at')
    """
    return tuple(PATTERNS[table])


def reading(table: str, name: str, column: str) -> Reading:
    """How well a column's header names a field.

    >>> reading("order_lines", "order_id", "Bestellnummer").confidence
    0.95
    >>> reading("order_lines", "amount", "Shipping amount").confidence
    0.0
    """
    if normalise_header(column) == name.replace("_", ""):
        return Reading(EXACT, (name,))
    header = read_header(column)
    said = _read(PATTERNS[table][name], header)
    if name in _NAMED and not said.confidence and (bare := _ASIDE.sub("", column)):
        said = _read(PATTERNS[table][name], read_header(bare))
    if header.currency and said.confidence:  # of two columns, the one that needs no unit
        return Reading(said.confidence - _UNIT, said.pattern)
    return said


def _read(pattern: Pattern, header: Header) -> Reading:
    best, every = NOTHING, header.all
    for rank, patterns in enumerate(pattern.ranks):
        top = FIRM - _RANK_STEP * rank
        if top <= best.confidence:
            break
        for one in patterns:
            if every.issuperset(one):
                left = _left_over(header, one)
                confidence = top - _loss(pattern, left, one) if left is not None else 0.0
                if confidence > max(best.confidence, _LEAST):
                    best = Reading(round(confidence, 3), one)
    return best


def _left_over(header: Header, pattern: tuple[str, ...]) -> list[Ideas] | None:
    """Return the words that the pattern does not use, None where it needs a word twice."""
    words = sorted(header.ideas, key=len)
    for idea in pattern:
        found = next((one for one in words if idea in one), None)
        if found is None:
            return None
        words.remove(found)
    return words


def _loss(pattern: Pattern, left: list[Ideas], used: tuple[str, ...]) -> float:
    """What the words that are left over cost; 1 where one rules the field out."""
    loss = 0.0
    for ideas in left:
        if ideas & pattern.free or ideas & set(used):
            loss += 0.0 if ideas & EVERYWHERE else _FREE
        elif ideas & pattern.weak:
            loss += _WEAK
        elif "unknown" in ideas:
            loss += _unknown(used)
        else:
            return 1.0
    return loss


def _unknown(used: tuple[str, ...]) -> float:
    """What an unknown word costs: much where the known one can mean anything."""
    if len(used) > 1 or _TELLING.issuperset(used):
        return _UNKNOWN
    return _VAGUEST if _EMPTY_WORDS.issuperset(used) else _VAGUE


@cache
def is_known(header: str) -> bool:
    """Whether a text names a field of some table so well that it must be a header."""
    return any(
        reading(table, name, header).confidence >= FIRM - 2 * _RANK_STEP
        for table, fields in PATTERNS.items()
        for name in fields
    )
