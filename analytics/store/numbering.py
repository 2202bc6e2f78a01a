"""Dense numbers of customers, in the order of their ids.

Most ids differ in eight bytes at most, behind what all of them begin with. Those are one whole
number each, in the same order, and numbers are told apart sooner than texts.
"""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute

pc: Any = pyarrow.compute  # which makes its functions as it is imported
_BYTES = 8
_BLOCK = 1 << 15  # ids at a time: what is made of them stays near the processor
_SPARSE = 8  # times as many numbers in a range as ids: beyond, telling them apart takes a hash
_ZEROS = np.uint64(0x3030303030303030)  # the digit 0, eight times
_JOINS = {
    8: (np.uint64(10), np.uint64(0x00FF00FF00FF00FF)),
    16: (np.uint64(100), np.uint64(0x0000FFFF0000FFFF)),
    32: (np.uint64(10_000), np.uint64(0xFFFFFFFF)),
}  # bits that part two of them: what the left one counts, and where the right ones stand


def ranked(ids: pa.StringArray) -> tuple[np.ndarray, pa.StringArray]:
    """Return the rank of each id among those that differ, and these in order.

    Ids are ordered by their bytes, as DuckDB orders text; the rank of a null is -1.

    >>> ranks, names = ranked(pa.array(["c2", "c10", None, "c2"]))
    >>> ranks.tolist(), names.to_pylist()
    ([1, 0, -1, 1], ['c10', 'c2'])
    """
    if not ids.null_count:
        return _ranked(ids)
    filled = np.flatnonzero(ids.is_valid().to_numpy(zero_copy_only=False))
    ranks = np.full(len(ids), -1, np.int32)
    ranks[filled], names = _ranked(ids.drop_null())
    return ranks, names


def _ranked(ids: pa.StringArray) -> tuple[np.ndarray, pa.StringArray]:
    keys = _packed(ids)
    if keys is None:
        encoded = ids.dictionary_encode()
        codes, names = encoded.indices.to_numpy(), encoded.dictionary
        order = pc.sort_indices(names)
        return _reordered(codes, order.to_numpy()), names.take(order)
    ranks = _ranks(keys)
    places = np.empty(int(ranks.max()) + 1, np.int64)
    places[ranks] = np.arange(len(ranks))
    return ranks, ids.take(pa.array(places))


def _ranks(keys: np.ndarray) -> np.ndarray:
    """Return the rank of each whole number among those that differ."""
    least = keys.min()
    if keys.max() - least > _SPARSE * len(keys):
        codes, distinct = pd.factorize(keys)
        return _reordered(codes, np.argsort(distinct))
    offsets = (keys - least).astype(np.int64)
    is_there = np.zeros(int(offsets.max()) + 1, bool)
    is_there[offsets] = True
    return (np.cumsum(is_there, dtype=np.int32) - np.int32(1))[offsets]


def _reordered(codes: np.ndarray, order: np.ndarray) -> np.ndarray:
    ranks = np.empty(len(order), np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    return ranks[codes]


def _packed(ids: pa.StringArray) -> np.ndarray | None:
    """Return each id as a whole number, None where eight bytes are too few to tell them apart."""
    if not len(ids):
        return None
    offsets = np.frombuffer(ids.buffers()[1], np.int32)[ids.offset : ids.offset + len(ids) + 1]
    text = np.frombuffer(ids.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]]
    lengths = np.diff(offsets)
    longest = int(lengths.max())
    if not text.all():  # a zero is the end of a shorter id
        return None
    if int(lengths.min()) == longest >= _BYTES:
        return _last_bytes(text.reshape(-1, longest))
    common = _common(*(pc.min_max(ids)[end].as_py().encode() for end in ("min", "max")))
    if longest - common > _BYTES:
        return None
    marks, starts = np.zeros((len(ids), _BYTES), np.uint8), offsets[:-1] - offsets[0] + common
    for place in range(longest - common):
        reaches = np.flatnonzero(lengths > common + place)
        marks[reaches, place] = text[starts[reaches] + place]
    return marks.view(">u8").ravel().astype(np.uint64)


def _last_bytes(text: np.ndarray) -> np.ndarray | None:
    """Return ids of one length as numbers, by their last bytes; digits as what they say."""
    n, length = text.shape
    begins = text[:, : length - _BYTES]
    if (begins != begins[0]).any():
        return None
    last = np.ndarray(n, ">u8", text, length - _BYTES, (length,)).astype(np.uint64)
    differing = int(np.bitwise_or.reduce(last ^ last[0])).bit_length() + 7 & -8
    same = np.uint64((1 << 8 * _BYTES) - (1 << differing))
    numbers = np.empty_like(last)
    for begin in range(0, n, _BLOCK):
        part = slice(begin, begin + _BLOCK)
        digits = (last[part] & ~same) | (_ZEROS & same)
        if not _are_digits(digits):
            return last
        numbers[part] = _read(digits)
    return numbers


def _are_digits(text: np.ndarray) -> bool:
    high, beyond = np.uint64(0xF0F0F0F0F0F0F0F0), np.uint64(0x0606060606060606)
    return bool(((text & high) == _ZEROS).all() and (((text + beyond) & high) == _ZEROS).all())


def _read(digits: np.ndarray) -> np.ndarray:
    """Put eight digits together two, four and eight at a time."""
    numbers = digits - _ZEROS
    for bits, (weight, mask) in _JOINS.items():
        numbers = (numbers >> np.uint64(bits) & mask) * weight + (numbers & mask)
    return numbers


def _common(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
