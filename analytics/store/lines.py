"""What a relation of order lines has in common, so that no work goes into columns that say nothing.

Most exports leave half of the canonical columns empty or say the same in every row. One look tells;
the queries that follow take such columns as constants.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from analytics.quoting import literal
from analytics.schema import columns_of
from analytics.store import footers

PAID = ("sale", "refunded", "partially_refunded")
_TYPES = {column.name: column.dtype for column in columns_of("order_lines")}
_OFTEN_CONSTANT = (
    "source", "source_file", "is_weak", "currency", "status", "kind", "channel", "coupon",
    "item_id", "item_name", "category", "content_type", "quantity", "order_total",
    "refunded_amount", "order_refunded",
)  # fmt: skip
_BEYOND_LINES = ("order_total", "refunded_amount", "order_refunded")
_KEY = """
CASE
    WHEN order_id IS NOT NULL THEN 'o' || order_id
    WHEN customer_id IS NOT NULL THEN 't' || customer_id || ' ' || epoch_us(ordered_at)
    ELSE 'r' || source_file || ' ' || source_row
END
"""


@dataclass(frozen=True)
class Lines:
    """Order lines of a relation.

    `constants` maps columns that hold one value only to that value as text; `has_ids` says that
    every line has an order id, `is_positive` that every line has an amount and none is below 0.
    """

    relation: str
    constants: Mapping[str, str | None]
    has_ids: bool
    is_positive: bool

    def lacks(self, column: str) -> bool:
        """Whether the column is null in every row."""
        return column in self.constants and self.constants[column] is None

    def may_be(self, column: str, value: str) -> bool:
        """Whether a row may hold this value; a constant column holds one only."""
        known = self.constants.get(column, value)
        return known is not None and known.lower() == value

    @property
    def are_sales(self) -> bool:
        """Whether every line is a plain sale, with no word of a refund in its status."""
        return self.constants.get("status", "") in {"sale", None}

    @property
    def are_plain(self) -> bool:
        """Whether every order is worth what its lines are: sold, no totals, nothing went back.

        >>> plain = dict.fromkeys(_BEYOND_LINES) | {"status": "sale"}
        >>> Lines("order_lines", plain, has_ids=True, is_positive=True).are_plain
        True
        """
        return self.are_sales and self.is_positive and all(map(self.lacks, _BEYOND_LINES))

    def constant(self, column: str, default: str | None = None) -> str:
        """SQL of the one value of a column; of a text as a dictionary, which is cheap to write."""
        value, dtype = self.constants[column], _TYPES[column]
        value = default if value is None else value
        if value is None:
            return f"CAST(NULL AS {dtype})"
        text = literal(value)
        return f"CAST({text} AS {f'ENUM({text})' if dtype == 'VARCHAR' else dtype})"

    @property
    def sql(self) -> str:
        """The lines with the key of their order, what they are worth and what went back.

        A line below zero is a refund of its own: `is_return`.
        """
        same = ", ".join(f"{self.constant(column)} AS {column}" for column in self.constants)
        paid = ", ".join(map(literal, PAID))
        gross, back = "greatest(amount, 0)", "greatest(-amount, 0)"
        is_return = "coalesce(amount < 0, false)"
        return (
            f"SELECT *, {'order_id' if self.has_ids else _KEY} AS order_key, "
            f"coalesce(status, 'sale') IN ({paid}) AS is_paid, "
            f"{'amount' if self.is_positive else gross} AS line_gross, "
            f"{'false' if self.is_positive else is_return} AS is_return, "
            f"{0 if self.is_positive else back} AS line_returned, "
            "coalesce(refunded_amount, 0) AS line_refunded "
            f"FROM (SELECT *{f' REPLACE ({same})' if same else ''} FROM {self.relation})"
        )


def look_at(con: duckdb.DuckDBPyConnection, relation: str, *, files: Iterable[str] = ()) -> Lines:
    """Look once at order lines, for what all of them have in common.

    Parameters
    ----------
    con
        On which `relation` is a table or a view.
    relation
        Its name.
    files
        The Parquet files behind it: then their footers tell, as far as they do, and no row is read.
    """
    if told := footers.spans(con, files):
        return _as_told(con, relation, told)
    n, ids, amounts, least = con.execute(
        f"SELECT count(*), count(order_id), count(amount), min(amount) FROM {relation}"
    ).fetchall()[0]
    constants = _seen(con, relation, _OFTEN_CONSTANT)
    return Lines(relation, constants, ids == n, amounts == n and (least is None or least >= 0))


def _as_told(
    con: duckdb.DuckDBPyConnection, relation: str, told: Mapping[str, footers.Span]
) -> Lines:
    rows, amount, order_id = told["source_row"].rows, told["amount"], told["order_id"]
    constants = {
        name: None if name not in told or told[name].is_empty else told[name].low
        for name in _OFTEN_CONSTANT
        if name not in told or (told[name].is_constant and told[name].rows == rows)
    }
    # of long words a footer keeps the beginning only
    unsaid = [name for name in _OFTEN_CONSTANT if name in told and told[name].is_unsaid]
    return Lines(
        relation,
        constants | _seen(con, relation, unsaid),
        has_ids=order_id.nulls == 0 and order_id.rows == rows,
        is_positive=amount.nulls == 0 and amount.least is not None and amount.least >= 0,
    )


def _seen(
    con: duckdb.DuckDBPyConnection, relation: str, names: Sequence[str]
) -> dict[str, str | None]:
    """Columns that hold one value in every row, and that value as text."""
    if not names:
        return {}
    first = con.execute(f"SELECT {', '.join(names)} FROM {relation} LIMIT 1").fetchone()
    suspects = dict(zip(names, first or (None,) * len(names), strict=True))
    differ = ", ".join(
        f"bool_or({name} IS DISTINCT FROM {_valued(name, value)})"
        for name, value in suspects.items()
    )
    varies = con.execute(f"SELECT {differ} FROM {relation}").fetchall()[0]
    return {
        name: None if value is None else str(value)
        for (name, value), varied in zip(suspects.items(), varies, strict=True)
        if not varied
    }


def _valued(name: str, value: object) -> str:
    return f"CAST({'NULL' if value is None else literal(str(value))} AS {_TYPES[name]})"
