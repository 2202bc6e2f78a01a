"""Which column of money is the amount: what price × quantity gives, less discounts, before fees."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analytics.intake import relations
from analytics.intake.fields import EXACT
from analytics.intake.headers import read_header
from analytics.intake.profiles import Profile
from analytics.intake.proposals import SURE, Proposal, best_of
from analytics.notes import Note

_GAIN, _PRODUCT, _PROVED, _FINAL = 0.1, 0.9, 0.97, 0.02
_TOTALS = frozenset({"amount", "order_total"})
_KEPT = frozenset({"fee", "commission", "tax"})
_BEFORE_TAX = frozenset({"exclusive", "net", "subtotal"})
_THREE, _ONE = 3, {"1", "1.0", "1,0"}


def checked(found: Sequence[Proposal], profiles: Mapping[str, Profile]) -> list[Proposal]:
    """Correct what headers say of columns of money by what these are to one another.

    Parameters
    ----------
    found
        Proposals for the table of order lines.
    profiles
        Column to the profile of its first cells.
    """
    found = [_final(one) for one in _with_tax(found)]
    return _amounts_checked(_pieces_checked(found, profiles), profiles)


def _with_tax(found: Sequence[Proposal]) -> list[Proposal]:
    """Drop totals without tax where another column is the same with it."""
    money = [read_header(one.column).all for one in found if one.field in _TOTALS]
    if not any("inclusive" in ideas for ideas in money):
        return list(found)
    return [
        one
        for one in found
        if one.field != "order_total" or "exclusive" not in read_header(one.column).all
    ]


def _final(one: Proposal) -> Proposal:
    """Prefer what was paid in the end to what the items cost."""
    is_final = one.field == "amount" and {"final", "pay"} <= read_header(one.column).all
    return replace(one, confidence=min(one.confidence + _FINAL, EXACT)) if is_final else one


def _pieces_checked(found: Sequence[Proposal], profiles: Mapping[str, Profile]) -> list[Proposal]:
    """Take an amount in whole pieces for the quantity where another column is price × it."""
    prices = [one.column for one in found if one.field == "price"]
    totals = [one.column for one in found if one.field in {"amount", "order_total"}]
    checked = []
    for one in found:
        pieces = profiles[one.column]
        is_several = pieces.integers == 1.0 and not pieces.counts.keys() <= _ONE
        if one.field == "amount" and is_several and one.column not in prices:
            others = [column for column in totals if column != one.column]
            if any(
                relations.differs(profiles[total], profiles[price])
                and relations.is_product(profiles[total], profiles[price], pieces)
                for total in others
                for price in prices
                if price != total
            ):
                why = Note("values_are_pieces", "another column is price × it in every row")
                checked.append(Proposal("quantity", one.column, _PRODUCT, why))
                continue
        checked.append(one)
    return checked


def _amounts_checked(found: Sequence[Proposal], profiles: Mapping[str, Profile]) -> list[Proposal]:
    """Prefer what price × quantity gives, and gross to net where fees lie between them."""
    price, quantity, discount = (
        best_of(found, field) for field in ("price", "quantity", "discount")
    )
    has_fees = relations.has_charges(profiles)
    kept = _kept_back(found, profiles)
    discounted = _discounted(found, profiles, discount)
    orders = best_of(found, "order_id")
    is_line_each = orders is None or (
        profiles[orders.column].n_distinct == profiles[orders.column].n
    )
    has_several = quantity is not None and any(
        value not in _ONE for value in profiles[quantity.column].values
    )
    named = {one.column for one in found if one.field == "amount"}
    checked = []
    for one in found:
        confidence = one.confidence
        ideas = read_header(one.column).all
        if one.field in {"amount", "order_total"}:
            is_line = (
                price is not None
                and quantity is not None
                and one.column not in {price.column, quantity.column}
                and relations.is_product(
                    profiles[one.column],
                    profiles[price.column],
                    profiles[quantity.column],
                    profiles[discount.column] if discount else None,
                )
            )
            if is_line and one.field == "amount" and confidence > SURE:
                is_proof = has_several and not ideas & _BEFORE_TAX
                confidence = max(confidence, _PROVED if is_proof else _PRODUCT)
            elif is_line and "order" not in ideas:
                confidence -= _GAIN
            if (has_fees and "gross" in ideas) or one.column in kept:
                confidence += _GAIN
            if one.column in discounted:
                confidence -= 2 * _GAIN
            if one.column in kept.values() and not (is_line and not ideas & _BEFORE_TAX):
                if is_line_each:
                    continue
                confidence -= 2 * _GAIN
            if is_line and one.field == "order_total" and (one.column not in named):
                why = Note("values_are_products", "it is price × quantity in every row")
                checked.append(Proposal("amount", one.column, _PRODUCT, why))
        checked.append(replace(one, confidence=min(round(confidence, 3), EXACT)))
    return checked


def _kept_back(found: Sequence[Proposal], profiles: Mapping[str, Profile]) -> dict[str, str]:
    """Return columns of money to those that are the same less a fee or a tax, row by row."""
    money = list(
        dict.fromkeys(one.column for one in found if one.field in {"amount", "order_total"})
    )
    plain = {column for column in money if read_header(column).all == {"amount"}}
    off = [column for column in profiles if read_header(column).all & _KEPT]
    return {
        whole: rest
        for rest in money
        if rest not in plain
        for whole in money
        for part in off
        if len({rest, whole, part}) == _THREE
        and relations.is_less(profiles[rest], profiles[whole], profiles[part])
    }


def _discounted(
    found: Sequence[Proposal], profiles: Mapping[str, Profile], discount: Proposal | None
) -> set[str]:
    """Return columns of money before the discount, where another one is the same after it."""
    if discount is None:
        return set()
    money = {one.column for one in found if one.field == "amount"} - {discount.column}
    return {
        whole
        for rest in money
        for whole in money - {rest}
        if relations.is_less(profiles[rest], profiles[whole], profiles[discount.column])
    }
