"""The lists of all customers, written to a file a block at a time."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.csv_export import csv_bytes
from analytics.errors import InvalidSettingError
from analytics.progress import Progress, silent
from recsys.limits import Limits, described
from recsys.models.base import Recommender, as_text
from recsys.segments import named
from recsys.take_up import DEPTH, TakeUp

_BLOCK = 20_000  # customers whose lists are held at once
_SCHEMA = pa.schema(
    [
        ("customer_id", pa.string()),
        ("rank", pa.int32()),
        ("item_id", pa.string()),
        ("item_name", pa.string()),
        ("score", pa.float32()),
        ("chance", pa.float64()),
        ("source", pa.string()),
    ]
)
COLUMNS = tuple(_SCHEMA.names)


def write_lists(
    recommender: Recommender,
    path: Path,
    *,
    customers: Any = None,
    k: int = 10,
    items: pd.DataFrame | None = None,
    take_up: TakeUp | None = None,
    progress: Progress = silent,
) -> int:
    """Write the personal list of every customer to a CSV or Parquet file.

    Customers whom the model does not know get what is popular lately, marked `fallback`; whoever
    owns nearly everything gets a shorter list. A file that was begun and not finished leaves no
    trace. Memory: that of the model and of the lists of 20,000 customers.

    Parameters
    ----------
    path : ends in .csv or .parquet.
    customers : ids; None means all that the model knows.
    k : items a customer.
    items : `item_summary`, for the names.
    take_up : adds the chance that the item is bought within the horizon.
    progress : called as progress(fraction, message).

    Returns
    -------
    int, the rows written: customer_id, rank, item_id, item_name, score, chance, source; customers
    in the order of their ids.

    Raises
    ------
    InvalidSettingError
        If the file's name ends otherwise.
    """
    sink = _SINKS.get(path.suffix.lower())
    if sink is None:
        raise InvalidSettingError("the file", path.name, "end its name in .csv or .parquet")
    ids = recommender.known.user_ids if customers is None else np.unique(as_text(customers))
    draft = path.with_name(f".{path.name}.part")
    written = 0
    try:
        with sink(draft) as out:
            for done, block in _blocks(recommender, ids, k, items, take_up):
                progress(done / max(len(ids), 1), "writing lists")
                out.write(block)
                written += len(block)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return written


def listed(
    recommender: Recommender,
    customers: Any,
    *,
    k: int = 10,
    items: pd.DataFrame | None = None,
    take_up: TakeUp | None = None,
    limits: Limits | None = None,
) -> pd.DataFrame:
    """Give the personal lists of these customers, in the columns of `write_lists`.

    The chance of an item is that of its place in the whole list, whatever the limits leave of it.
    """
    if limits is None:
        lists = recommender.recommend(customers, k)
        lists = lists.assign(place=lists["rank"])
    else:
        lists = _within(recommender, customers, limits, k, items)
    table: Any = named(lists, items).rename(columns={"user_id": "customer_id"})
    return table.assign(chance=_chances(recommender, table, take_up))[[*COLUMNS]]


def _within(
    recommender: Recommender, customers: Any, limits: Limits, k: int, items: pd.DataFrame | None
) -> pd.DataFrame:
    """List what the limits allow, pinned items first; `place` is that in the whole list."""
    ids = recommender.known.item_ids
    allowed = ids[limits.allowed(ids, items)]
    depth = k if limits.per_category is None else max(DEPTH, k)
    parts = [recommender.recommend(customers, depth, items=allowed)]
    if limits.pin:
        parts.append(recommender.recommend(customers, len(limits.pin), items=limits.pin))
    found: Any = pd.concat(parts, ignore_index=True).drop_duplicates(["user_id", "item_id"])
    category: Any = pd.Series(described(ids, items)["category"].to_numpy(), index=ids)
    found = found.assign(user=found["user_id"], category=found["item_id"].map(category))
    whole: Any = recommender.recommend(customers, DEPTH)[["user_id", "item_id", "rank"]]
    placed: Any = limits.lists(found, k).merge(
        whole.rename(columns={"rank": "place"}), on=["user_id", "item_id"], how="left"
    )
    return placed.assign(place=placed["place"].fillna(DEPTH + 1).astype(int))


def _chances(recommender: Recommender, table: pd.DataFrame, take_up: TakeUp | None) -> np.ndarray:
    if take_up is None or table.empty:
        return np.full(len(table), np.nan)
    known = recommender.known
    users, code = np.unique(as_text(table["customer_id"]), return_inverse=True)
    rows = known.rows(users)
    rate = take_up.pace(known, rows)[code] * take_up.rate(table["place"].to_numpy())
    chance = -np.expm1(-rate * take_up.item_factors(table["item_id"].to_numpy()))
    return np.where(rows[code] >= 0, chance, np.nan)


def _blocks(
    recommender: Recommender,
    ids: np.ndarray,
    k: int,
    items: pd.DataFrame | None,
    take_up: TakeUp | None,
) -> Iterator[tuple[int, pd.DataFrame]]:
    for start in range(0, max(len(ids), 1), _BLOCK):
        part = ids[start : start + _BLOCK]
        yield start, listed(recommender, part, k=k, items=items, take_up=take_up)


class _Sink(Protocol):
    def __enter__(self) -> Self: ...
    def __exit__(self, *about: object) -> None: ...
    def write(self, block: pd.DataFrame) -> None: ...


class _Csv:
    """A CSV as the house writes it, the head once."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._is_begun = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *about: object) -> None:
        self._file.close()

    def write(self, block: pd.DataFrame) -> None:
        text = csv_bytes(block)
        self._file.write(text if not self._is_begun else _without_head(text))
        self._is_begun = True


class _Parquet:
    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, _SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *about: object) -> None:
        self._writer.close()

    def write(self, block: pd.DataFrame) -> None:
        self._writer.write_table(pa.Table.from_pandas(block, _SCHEMA, preserve_index=False))


def _without_head(text: bytes) -> bytes:
    return text[text.index(b"\r\n") + 2 :]


_SINKS: dict[str, Callable[[Path], _Sink]] = {".csv": _Csv, ".parquet": _Parquet}
