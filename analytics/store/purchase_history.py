"""Purchases of customers one behind the other, counted on arrays that are sorted once."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

_BITS = 63
_BLOCK = 1 << 18  # keys at a time: what is made of them stays near the processor


@dataclass(frozen=True)
class History:
    """Orders that are purchases, by customer and day: `places` says which ones.

    `has_one` says that a purchase is one order.
    """

    places: np.ndarray
    purchase_number: np.ndarray
    has_one: np.ndarray
    paying: pa.Table
    bought: pa.Table


def money(amount: np.ndarray) -> pa.Array:
    """Return ten-thousandths as money."""
    return pa.Array.from_buffers(pa.decimal64(18, 4), len(amount), [None, pa.py_buffer(amount)])


def dates(days: np.ndarray, mask: np.ndarray | None = None) -> pa.Array:
    """Return days since 1970-01-01 as dates."""
    return pa.array(days, mask=mask).view(pa.date32())


def moments(microseconds: np.ndarray) -> pa.Array:
    """Return microseconds since 1970-01-01 as timestamps."""
    return pa.array(microseconds).view(pa.timestamp("us"))


def _packed(*columns: np.ndarray) -> tuple[np.ndarray, list[int]] | None:
    """Return whole numbers from 0 on side by side in one, and their bits; None where too many."""
    bits = [int(column.max()).bit_length() for column in columns]
    if sum(bits) > _BITS:
        return None
    packed = columns[0].astype(np.int64)
    for column, width in zip(columns[1:], bits[1:], strict=True):
        packed <<= width
        packed |= column
    return packed, bits


def _unpacked(keys: np.ndarray, bits: int) -> np.ndarray:
    """Return the last bits of each; no array of wide numbers is made on the way."""
    found = np.empty(len(keys), np.int32)
    return np.bitwise_and(keys, (1 << bits) - 1, out=found, casting="unsafe")


def by_customer_and_day(
    number: np.ndarray, day: np.ndarray, places: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return orders by customer and day."""
    first = day.min()
    packed = _packed(number, day - first, places)
    if packed is None:
        order = np.lexsort((places, day, number))
        return number[order], day[order], places[order]
    keys, (_, day_bits, place_bits) = packed
    keys.sort()
    places = _unpacked(keys, place_bits)
    keys >>= place_bits
    day = _unpacked(keys, day_bits)
    day += first
    keys >>= day_bits
    return keys.astype(np.int32), day, places


def counted(number: np.ndarray, day: np.ndarray, places: np.ndarray, gross: np.ndarray) -> History:
    """Count the purchases of each customer, whose orders stand together by day."""
    n = len(number)
    is_first, is_last, gap = np.ones(n, bool), np.ones(n, bool), np.zeros(n, np.int32)
    np.not_equal(number[1:], number[:-1], out=is_first[1:])
    is_last[:-1] = is_first[1:]
    np.subtract(day[1:], day[:-1], out=gap[1:])
    next_gap = np.zeros(n, np.int32)
    next_gap[:-1] = gap[1:]
    starts = np.flatnonzero(is_first)
    sizes = np.diff(starts, append=n)
    purchase = np.cumsum(is_first | (gap != 0), dtype=np.int32)
    purchase -= np.repeat(purchase[starts] - np.int32(1), sizes)
    paying = pa.table(
        {
            "customer_number": number,
            "purchase_number": purchase,
            "day": dates(day),
            "first_day": dates(np.repeat(day[starts], sizes)),
            "revenue": money(gross),
            "gap": pa.array(gap, mask=is_first),
            "next_gap": pa.array(next_gap, mask=is_last),
        }
    )
    is_new = is_first | (gap != 0)
    bought = _bought(number, day, purchase, gross, starts=starts, is_new=is_new)
    return History(places, purchase, is_new & (is_last | (next_gap != 0)), paying, bought)


def _bought(
    number: np.ndarray,
    day: np.ndarray,
    purchase: np.ndarray,
    gross: np.ndarray,
    *,
    starts: np.ndarray,
    is_new: np.ndarray,
) -> pa.Table:
    """What the purchases of each customer come to, whose orders begin at `starts`."""
    ends = np.append(starts[1:], len(number))[: len(starts)] - 1
    seconds = np.flatnonzero(is_new & (purchase == 2))  # noqa: PLR2004 the second purchase
    second_day = np.zeros(len(starts), np.int32)
    second_day[np.searchsorted(starts, seconds, "right") - 1] = day[seconds]
    once = purchase[ends] == 1
    news = np.flatnonzero(is_new)
    revenue = np.add.reduceat(gross, news) if len(news) else gross
    return pa.table(
        {
            "customer_number": number[starts],
            "first_day": dates(day[starts]),
            "last_day": dates(day[ends]),
            "purchases": purchase[ends],
            "orders": np.diff(starts, append=len(number)).astype(np.int32),
            "purchase_revenue": money(np.add.reduceat(gross, starts) if len(starts) else gross),
            "second_day": dates(second_day, once),
            "days_to_second": pa.array(second_day - day[starts], mask=once),
            "first_revenue": money(revenue[purchase[news] == 1]),
        }
    )


def bought_again(item: np.ndarray, number: np.ndarray, day: np.ndarray) -> pa.Table | None:
    """Find every purchase of an item but a customer's first of it.

    None where item, customer and day are too many to be one whole number.
    """
    first = day.min()
    packed = _packed(item, number, day - first)
    if packed is None:
        return None
    keys, (_, number_bits, day_bits) = packed
    keys.sort()
    later = _later(keys, day_bits)
    before, keys = keys[later - 1], keys[later]
    days = [_unpacked(those, day_bits) + first for those in (keys, before)]
    keys >>= day_bits
    return pa.table(
        {
            "item_number": (keys >> number_bits).astype(np.int32),
            "customer_number": _unpacked(keys, number_bits),
            "day": dates(days[0]),
            "previous_day": dates(days[1]),
        }
    )


def _later(keys: np.ndarray, day_bits: int) -> np.ndarray:
    """Places of the keys that differ from the one before in the day alone."""
    found = [np.zeros(0, np.int64)]
    for begin in range(1, len(keys), _BLOCK):
        here = keys[begin : begin + _BLOCK]
        differing = here ^ keys[begin - 1 : begin - 1 + len(here)]
        found.append(np.flatnonzero((differing > 0) & (differing < 1 << day_bits)) + begin)
    return np.concatenate(found)
