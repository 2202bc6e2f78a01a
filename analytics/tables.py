"""Where tables leave the engine: one set of types, one set of rate columns, one order of rows."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

import ibis
import numpy as np
import pandas as pd

from analytics.intervals import rate, wilson
from analytics.notes import Note

_LISTENER: ContextVar[list[Any] | None] = ContextVar("listener", default=None)


@contextmanager
def listening() -> Iterator[list[Any]]:
    """Give a list that fills with the expressions which `collect` runs meanwhile."""
    heard: list[Any] = []
    token = _LISTENER.set(heard)
    try:
        yield heard
    finally:
        _LISTENER.reset(token)


def collect(expression: Any) -> pd.DataFrame:
    """Run an Ibis table expression and return it with the types that all engines share.

    Money becomes float64 (after exact decimal sums in the engine), dates `datetime64[ns]`, whole
    numbers int64, or Int64 where some are null.
    """
    schema = expression.schema()
    money = {
        name: expression[name].cast("float64")
        for name, type_ in schema.items()
        if type_.is_decimal()
    }
    if money:
        expression = expression.mutate(**money)
    heard = _LISTENER.get()
    if heard is not None:
        heard.append(expression)
    frame = expression.execute()
    return frame.astype({name: _dtype(frame[name], schema[name]) for name in frame.columns})


@contextmanager
def computed(tables: Iterable[Any]) -> Iterator[list[Any]]:
    """Give these Ibis tables (or None) computed once, where many questions are asked of them.

    They are given as they are while somebody listens, so that the SQL tells where rows come from.
    """
    with ExitStack() as held:
        is_told = _LISTENER.get() is not None
        yield [
            table if table is None or is_told else held.enter_context(table.cache())
            for table in tables
        ]


def _dtype(column: pd.Series, type_: Any) -> Any:
    if type_.is_integer():
        return "Int64" if column.isna().any() else "int64"
    if type_.is_date():
        return "datetime64[ns]"
    if type_.is_decimal() or type_.is_floating():
        return "float64"
    return column.dtype


def among(table: Any, keys: Any) -> Any:
    """Rows of an Ibis table whose columns match a row of `keys`: joined, so there may be many."""
    if keys.empty:
        return table.filter(ibis.literal(False))  # noqa: FBT003 - Ibis' own signature
    return table.semi_join(ibis.memtable(keys.reset_index(drop=True)), list(keys.columns))


def product(one: Any, other: Any) -> Any:
    """Product of two columns of money: a decimal of this size would overflow in some engines."""
    return one.cast("float64") * other.cast("float64")


def with_rate(
    table: pd.DataFrame, numerator: str = "numerator", denominator: str = "denominator"
) -> pd.DataFrame:
    """Add `rate`, `ci_lower`, `ci_upper` (Wilson, 95 %) to a table of counts; null where undefined.

    >>> with_rate(pd.DataFrame({"numerator": [1], "denominator": [2]})).round(3).to_dict("records")
    [{'numerator': 1, 'denominator': 2, 'rate': 0.5, 'ci_lower': 0.095, 'ci_upper': 0.905}]
    """
    hits = table[numerator].to_numpy(dtype=float, na_value=float("nan"))
    total = table[denominator].to_numpy(dtype=float, na_value=float("nan"))
    lower, upper = wilson(hits, total)
    return table.assign(rate=rate(hits, total), ci_lower=lower, ci_upper=upper)


def every_period(counts: pd.DataFrame, newest: int) -> pd.DataFrame:
    """Give every period from the first of these to the newest a row, 0 where nothing happened.

    `counts` has one row per period `number`; without any it stays empty.
    """
    if counts.empty:
        return counts
    every = np.arange(int(counts["number"].min()), newest + 1)
    filled = counts.set_index("number").reindex(every, fill_value=0)
    return filled.rename_axis("number").reset_index()


def finish(table: Any, order: Sequence[str], notes: Iterable[Note] = ()) -> pd.DataFrame:
    """Sort by columns that name a row (nulls last), number the rows anew, attach the notes."""
    present = [column for column in order if column in table.columns]
    result = table.sort_values(present, kind="stable", na_position="last") if present else table
    result = result.reset_index(drop=True)
    result.attrs["notes"] = list(notes)
    return result
