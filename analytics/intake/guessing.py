"""What columns without telling names may be, by their values alone: files without a header."""

import re
from collections.abc import Mapping, Sequence

from analytics.intake import relations
from analytics.intake.profiles import Profile
from analytics.intake.proposals import Proposal
from analytics.notes import Note

_NAMELESS = re.compile(
    r"(?i)^(?:columns?|col|field|var|variable|attr|attribute|feature|unnamed|_?[cvfx]|列|字段|spalte"
    r"|colonne|columna)\W*\d+$"
)
_ID = re.compile(r"^[\w\-.]*\d[\w\-.]*$")
_MOBILE = re.compile(r"^(?:\+\d{8,15}|1[3-9][\d*]{9})$")
_NEARLY, _SOME = 0.9, 0.3
GUESS = 0.32
_MOST_PIECES, _MOST_STARS, _MOST_STAR_KINDS, _MOST_WORDS = 100, 10, 11, 30
_RATING_WIDTH = 4
_TWO = 2


def guesses(
    table: str, found: Sequence[Proposal], profiles: Mapping[str, Profile]
) -> list[Proposal]:
    """Propose fields for the columns of a file that has no names for them.

    Parameters
    ----------
    table
        A canonical table.
    found
        What headers and dates already say.
    profiles
        Every column's values.
    """
    dates = [column for column, profile in profiles.items() if profile.dates >= _NEARLY]
    used = {*dates, *(one.column for one in found)}
    free = {
        column: profile
        for column, profile in profiles.items()
        if column not in used and _NAMELESS.match(column) and profile.n
    }
    guess = _TABLES.get(table)
    if guess is None or not free:
        return []
    named = guess(free, [profiles[column] for column in dates])
    note = Note("guessed_by_values", "its values alone suggest it: the column has no name")
    if table == "ratings" and named and dates:
        named["rated_at"] = dates[0]
    return [Proposal(field, column, GUESS, note) for field, column in named.items()]


def _ids(free: Mapping[str, Profile]) -> list[str]:
    return [
        column
        for column, one in free.items()
        if one.share(_ID) >= _NEARLY and not one.cents and not one.is_constant and not one.emails
    ]


def _pieces(free: Mapping[str, Profile]) -> list[str]:
    """Columns of small whole numbers, mostly 1."""
    found = []
    for column, one in free.items():
        if one.integers >= _NEARLY and one.counts.most_common(1)[0][0] == "1":
            largest = max(int(value) for value in one.counts if value.lstrip("-").isdigit())
            if largest <= _MOST_PIECES and one.n_distinct < one.n:
                found.append(column)
    return found


def _order_lines(free: Mapping[str, Profile], dates: Sequence[Profile]) -> dict[str, str]:
    named: dict[str, str] = {}
    pieces = _pieces(free)
    money = [one for one, profile in free.items() if profile.cents >= _SOME and profile.numbers]
    if pieces and money:
        named["quantity"] = pieces[0]
    named |= _money(free, money, pieces)
    phones = [one for one in free if free[one].share(_MOBILE) >= _NEARLY]
    if phones:
        named["phone"] = phones[0]
    ids = [one for one in _ids(free) if one not in {*named.values()}]
    named |= _order_and_customer({one: free[one] for one in ids}, dates)
    texts = [
        column
        for column, one in free.items()
        if column not in named.values() and one.names >= _NEARLY and one.n_distinct < one.n
    ]
    if texts:
        named["item_name"] = texts[0]
    return named


def _money(
    free: Mapping[str, Profile], money: Sequence[str], pieces: Sequence[str]
) -> dict[str, str]:
    for total in money:
        for price in money:
            if total != price and pieces:
                one = relations.is_product(free[total], free[price], free[pieces[0]])
                if one and relations.differs(free[total], free[price]):
                    return {"amount": total, "price": price}
    return {"amount": money[0]} if money else {}


def _order_and_customer(ids: Mapping[str, Profile], dates: Sequence[Profile]) -> dict[str, str]:
    """An order has one customer and one time; a customer has several orders."""
    named: dict[str, str] = {}
    for column, one in ids.items():
        once = not any(relations.conflicts(one.cells, when.cells) for when in dates)
        others = [other for other in ids if other != column]
        owners = [
            other
            for other in others
            if not relations.conflicts(one.cells, ids[other].cells)
            and ids[other].n_distinct < one.n_distinct
        ]
        if once and owners:
            owner = min(owners, key=lambda other: -ids[other].n_distinct)
            return {"order_id": column, "customer_id": owner}
    repeated = [column for column, one in ids.items() if one.n_distinct < one.n]
    if repeated:
        named["customer_id"] = repeated[0]
    return named


def _ratings(free: Mapping[str, Profile], dates: Sequence[Profile]) -> dict[str, str]:
    stars = [
        column
        for column, one in free.items()
        if one.numbers >= _NEARLY
        and one.n_distinct <= _MOST_STAR_KINDS
        and all(0 <= (relations.number(value) or 0) <= _MOST_STARS for value in one.counts)
    ]
    ids = [column for column in _ids(free) if column not in stars[-1:]]
    if not stars or len(ids) < _TWO or len(free) + len(dates) > _RATING_WIDTH:
        return {}
    return {"rating": stars[-1], "customer_id": ids[0], "item_id": ids[1]}


def _events(free: Mapping[str, Profile], _: Sequence[Profile]) -> dict[str, str]:
    words = [
        column
        for column, one in free.items()
        if one.share(lambda value: value.replace("_", "").isalpha()) >= _NEARLY
        and one.n_distinct <= min(_MOST_WORDS, one.n // _TWO)
    ]
    ids = _ids(free)
    if not words or not ids or any(one.cents >= _SOME for one in free.values()):
        return {}
    rest = {"item_id": ids[1]} if len(ids) > 1 else {}
    return {"event": words[0], "customer_id": ids[0], **rest}


_TABLES = {"order_lines": _order_lines, "ratings": _ratings, "events": _events}
