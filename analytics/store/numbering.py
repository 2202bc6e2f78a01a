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
        order = pc.sort_indices(names).to_numpy()
    else:
        codes, distinct = pd.factorize(keys)
        order = np.argsort(distinct)
        places = np.empty(len(distinct), np.int64)
        places[codes] = np.arange(len(codes))
        names = ids.take(pa.array(places))
    ranks = np.empty(len(order), np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    return ranks[codes], names.take(pa.array(order))


def _packed(ids: pa.StringArray) -> np.ndarray | None:
    """Return each id as a whole number, None where eight bytes are too few to tell them apart."""
    if not len(ids):
        return None
    common = _common(*(pc.min_max(ids)[end].as_py().encode() for end in ("min", "max")))
    offsets = np.frombuffer(ids.buffers()[1], np.int32)[ids.offset : ids.offset + len(ids) + 1]
    text = np.frombuffer(ids.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]]
    lengths = np.diff(offsets) - common
    width = int(lengths.max())
    if width > _BYTES or not text.all():  # a zero is the end of a shorter id
        return None
    marks = np.zeros((len(ids), _BYTES), np.uint8)
    if int(lengths.min()) == width:
        marks[:, :width] = text.reshape(len(ids), -1)[:, common:]
    else:
        starts = offsets[:-1] - offsets[0] + common
        for place in range(width):
            reaches = np.flatnonzero(lengths > place)
            marks[reaches, place] = text[starts[reaches] + place]
    return marks.view(">u8").ravel().astype(np.uint64)


def _common(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
