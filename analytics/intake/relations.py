"""What columns say together: an order has one customer, a line costs its price times its pieces.

Own definitions throughout; they break ties that headers leave and correct headers that mislead.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from analytics.intake.headers import read_header
from analytics.intake.profiles import DAMAGED, Profile

Profiles = Mapping[str, Profile]

_DIGITS = re.compile(r"-?[\d.,]*\d")
_CENT = 0.011
_AGREE, _MOSTLY, _CONFLICT = 0.9, 0.66, 0.3
_LEAST_ROWS = 3
_CHARGES = frozenset({"fee", "commission", "payout"})
_DEALS = frozenset({"deal"})
_SNAPSHOT = (
    frozenset({"orders"}),
    frozenset({"lifetime"}),
    frozenset({"cumulative"}),
)


def number(cell: str | None) -> float | None:
    """Return the number in a cell as far as the marks in it tell, None where there is none.

    >>> number("1.234,50 €"), number("$1,149.00"), number("(5.00)"), number("n/a")
    (1234.5, 1149.0, -5.0, None)
    """
    found = _DIGITS.search((cell or "").replace(" ", "").replace("'", ""))
    if not found:
        return None
    text = found[0]
    comma, point = text.rfind(","), text.rfind(".")
    is_comma = comma > point and (point >= 0 or len(text) - comma - 1 != 3)  # noqa: PLR2004 thousands
    text = text.replace(".", "").replace(",", ".") if is_comma else text.replace(",", "")
    if text.count(".") > 1:
        return None
    value = float(text)
    return -abs(value) if (cell or "").lstrip(" '").startswith(("(", "-", "−")) else value


def conflicts(keys: Sequence[str | None], values: Sequence[str | None]) -> float:
    """Share of the keys that come with a value more than once and then with different ones.

    >>> conflicts(["a", "a", "b", "b"], ["1", "1", "2", "3"])
    0.5
    """
    seen: dict[str, list[str]] = defaultdict(list)
    for key, value in zip(keys, values, strict=True):
        if key is not None and value is not None and not DAMAGED.match(key):
            seen[key].append(value)
    repeated = [found for found in seen.values() if len(found) > 1]
    return sum(len(set(found)) > 1 for found in repeated) / len(repeated) if repeated else 0.0


def is_product(
    total: Profile, price: Profile, quantity: Profile, discount: Profile | None = None
) -> bool:
    """Whether a column is price × quantity (less a discount) in nearly all rows.

    Rows of one piece without discount say nothing against it, but some row must tell the column
    from the price, or the quantity is one everywhere.
    """
    found = [
        (total_n, price_n, pieces, number(discount.cells[row]) or 0.0 if discount else 0.0)
        for row, cells in enumerate(zip(total.cells, price.cells, quantity.cells, strict=True))
        for total_n, price_n, pieces in [tuple(number(cell) for cell in cells)]
        if total_n is not None and price_n is not None and pieces is not None
    ]
    if not found:
        return False
    agree = sum(
        abs(abs(whole) - abs(each * pieces)) < _CENT
        or abs(abs(whole) - abs(each * pieces - off)) < _CENT
        for whole, each, pieces, off in found
    )
    return agree >= _AGREE * len(found)


def is_less(rest: Profile, whole: Profile, part: Profile) -> bool:
    """Whether a column is another less a third (a fee, a tax) in most rows, totals aside."""
    found = [
        (abs(left), abs(all_), abs(part_n or 0.0))
        for left, all_, part_n in (
            tuple(number(cell) for cell in cells)
            for cells in zip(rest.cells, whole.cells, part.cells, strict=True)
        )
        if left and all_ and part_n
    ]
    agree = sum(abs(all_ - part_n - left) < _CENT for left, all_, part_n in found)
    return bool(found) and agree >= _MOSTLY * len(found)


def differs(one: Profile, other: Profile) -> bool:
    """Whether two columns hold different values somewhere."""
    return list(one.cells) != list(other.cells)


def has_charges(profiles: Profiles) -> bool:
    """Whether the file states what the platform kept, so that its net is what was paid out."""
    return any(read_header(column).all & _CHARGES for column in profiles)


def is_about_deals(profiles: Profiles) -> bool:
    """Whether the rows are deals of a sales team, which are sold when they close."""
    return any(read_header(column).all & _DEALS for column in profiles)


def snapshot_columns(columns: Sequence[str]) -> list[str]:
    """Return the columns which sum up a customer's orders: such a file is one of customers."""
    found = []
    for column in columns:
        ideas = read_header(column).all
        has_edge = bool(ideas & {"first", "latest"}) and bool(ideas & {"order", "purchase", "pay"})
        is_sum = any(one <= ideas for one in _SNAPSHOT)
        if (has_edge and "item" not in ideas and "name" not in ideas) or is_sum:
            found.append(column)
    return found


def id_faults(ids: Profile, who: Sequence[Profile], when: Profile | None, *, is_bare: bool) -> bool:
    """Whether a column can't be the order's id since one id has several customers.

    Where the header says little (`is_bare`), one id at several times speaks against it too.
    """
    if any(conflicts(ids.cells, one.cells) > _CONFLICT for one in who):
        return True
    return is_bare and when is not None and conflicts(ids.cells, when.cells) > _CONFLICT


def counts_lines(ids: Profile, who: Profile, when: Profile) -> bool:
    """Whether each row has an id of its own while one customer has several rows at one moment.

    Only times with a clock tell: on one day a customer may order twice.
    """
    if ids.n_distinct < ids.n or when.share(lambda value: ":" in value) < _AGREE:
        return False
    moments = [
        pair for pair in zip(who.cells, when.cells, strict=True) if pair[0] is not None and pair[1]
    ]
    return len(set(moments)) < len(moments)


def is_no_customer(ids: Profile, emails: Profile) -> bool:
    """Whether a column can't be the customer's id since one id has several addresses."""
    return ids.n >= _LEAST_ROWS and conflicts(ids.cells, emails.cells) > _CONFLICT


def is_within(part: Profile, whole: Profile) -> bool:
    """Whether a column's values are values of another."""
    return part.n > 0 and set(part.values) <= set(whole.values)
