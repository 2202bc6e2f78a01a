"""Groups to compare: only what was known of a customer when the first purchase was made."""

import json
import re
from collections.abc import Callable
from typing import Any

import ibis
import pandas as pd

from analytics.errors import UnknownNameError
from analytics.notes import Note
from analytics.tables import collect

BREAKDOWNS: tuple[str, ...] = (
    "channel",
    "country",
    "city",
    "gender",
    "age",
    "is_weak",
    "first_channel",
    "first_category",
    "first_item_id",
    "first_coupon",
    "first_revenue",
)
"""Columns of `customer_summary` that may follow `--by`. Later facts (revenue, recency) may not:
whoever came back often would be compared with whoever did not, by their coming back. Besides them
`attributes.NAME` names a further column of the customers' file."""

ATTRIBUTE = "attributes."

UNKNOWN, OTHER = "(unknown)", "(other)"
"""What a table calls that of which nothing is known, and the pool of what is too small to name."""

ALL = "all"
"""The group of a curve that is not broken down."""

MAX_CURVES = 20
_ATTRIBUTES_READ = 1000
_PLAIN = re.compile(r"\w+")
_NO_PATH = re.compile(r"[\"'\\]")
_AGE_BANDS = (
    (18, "0-17"),
    (25, "18-24"),
    (35, "25-34"),
    (45, "35-44"),
    (55, "45-54"),
    (65, "55-64"),
)


def _age_band(age: Any) -> Any:
    bands = [(age < limit, name) for limit, name in _AGE_BANDS]
    return ibis.cases(*bands, (age >= _AGE_BANDS[-1][0], "65+"), else_=ibis.null("string"))


_MONEY_BANDS = (
    (10, "0-9"),
    (50, "10-49"),
    (100, "50-99"),
    (500, "100-499"),
    (1000, "500-999"),
)


def _money_band(amount: Any) -> Any:
    value = amount.cast("float64")
    bands = [(value < limit, name) for limit, name in _MONEY_BANDS]
    return ibis.cases(*bands, (value >= _MONEY_BANDS[-1][0], "1000+"), else_=ibis.null("string"))


_DERIVED: dict[str, Callable[[Any], Any]] = {"age": _age_band, "first_revenue": _money_band}


def attribute_names(customers: Any) -> tuple[str, ...]:
    """Further columns of the customers' files, as breakdowns: `attributes.level` and the like.

    Read from the first thousand different sets of attributes; names with quotes can't be asked for.
    """
    sets = customers.filter(customers.attributes.notnull()).select("attributes").distinct()
    rows = collect(sets.order_by("attributes").limit(_ATTRIBUTES_READ))
    names = {name for text in rows["attributes"] for name in json.loads(text)}
    return tuple(sorted(ATTRIBUTE + name for name in names if not _NO_PATH.search(name)))


def _attribute(customers: Any, by: str) -> Any:
    """Text of one attribute; UnknownNameError where no customer has it."""
    name = by.removeprefix(ATTRIBUTE)
    if not name or _NO_PATH.search(name):
        raise UnknownNameError("breakdown", by, (*BREAKDOWNS, *attribute_names(customers)))
    path = name if _PLAIN.fullmatch(name) else f'"{name}"'
    value = customers.attributes.cast("json")[path].str.nullif("")
    if collect(customers.filter(value.notnull()).limit(1).select("attributes")).empty:
        raise UnknownNameError("breakdown", by, (*BREAKDOWNS, *attribute_names(customers)))
    return value


def group_of(customers: Any, by: str) -> Any:
    """Text column of `customer_summary` that names each customer's group; null where unknown.

    Raises
    ------
    UnknownNameError
        If the column is none of `BREAKDOWNS`, and no attribute that some customer has.
    """
    if by.startswith(ATTRIBUTE):
        return _attribute(customers, by)
    if by not in BREAKDOWNS:
        raise UnknownNameError("breakdown", by, BREAKDOWNS)
    return _DERIVED.get(by, lambda column: column.cast("string"))(customers[by])


def with_group(table: Any, customers: Any, by: str | None) -> Any:
    """Add `group` to a table that has `customer_number`; the constant "all" without a breakdown."""
    if by is None:
        return table.mutate(group=ibis.literal(ALL))
    groups = customers.select("customer_number", group=group_of(customers, by))
    return table.left_join(groups, "customer_number").drop("customer_number_right")


def group_column(by: str | None) -> list[str]:
    """Columns that a rate table puts first: `group` with a breakdown, else none.

    >>> group_column(None), group_column("channel")
    ([], ['group'])
    """
    return [] if by is None else ["group"]


def largest_groups(counts: Any, *, limit: int = MAX_CURVES) -> tuple[pd.DataFrame, list[Note]]:
    """Keep the groups with most customers (column `n`), so that curves stay readable."""
    sizes: Any = counts.groupby("group", dropna=False)["n"].sum().reset_index()
    sizes = sizes.sort_values("group", na_position="last").sort_values(
        "n", ascending=False, kind="stable"
    )
    if len(sizes) <= limit:
        return counts, []
    kept = counts.merge(sizes.head(limit)[["group"]], on="group")
    note = Note(
        "groups_left_out",
        "The {shown} largest of {groups} groups are shown.",
        shown=limit,
        groups=len(sizes),
    )
    return kept, [note]


def split(counts: pd.DataFrame) -> list[tuple[str | None, pd.DataFrame]]:
    """Parts of a table by its column `group`, in its order; None names the unknown group, last."""
    parts: Any = counts.groupby("group", dropna=False)
    return [(None if pd.isna(group) else str(group), part) for group, part in parts]
