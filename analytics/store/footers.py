"""What the footers of Parquet files tell of their columns: no row is read for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from analytics.quoting import literal

_TOLD = """
SELECT path_in_schema, min(stats_min_value), max(stats_max_value),
    count(*) = count(stats_min_value) AND bool_and(min_is_exact AND max_is_exact),
    CASE WHEN count(*) = count(stats_null_count) THEN sum(stats_null_count) END,
    sum(row_group_num_rows),
    min(TRY_CAST(stats_min_value AS DECIMAL(18,4)))
FROM parquet_metadata([{files}]) GROUP BY path_in_schema
"""


@dataclass(frozen=True)
class Span:
    """What a column of some files holds: ends as text, null where the footers do not tell them.

    `rows` counts those of the files that have the column, `nulls` is null where nobody counted;
    `least` is the low end as a number.
    """

    low: str | None
    high: str | None
    nulls: int | None
    rows: int
    least: float | None

    @property
    def is_empty(self) -> bool:
        """Whether every row is known to be null."""
        return self.nulls == self.rows

    @property
    def is_unsaid(self) -> bool:
        """Whether there are values, and the footers do not tell their ends."""
        return self.low is None and not self.is_empty

    @property
    def is_constant(self) -> bool:
        """Whether every row is known to hold the same value, or null."""
        return self.is_empty or (self.nulls == 0 and self.low is not None and self.low == self.high)


def spans(con: duckdb.DuckDBPyConnection, files: Iterable[str]) -> Mapping[str, Span]:
    """Return what the footers of some files tell, by the name of the column."""
    listed = ", ".join(map(literal, files))
    if not listed:
        return {}
    found = con.execute(_TOLD.format(files=listed)).fetchall()
    return {
        name: Span(
            low if is_told else None,
            high if is_told else None,
            None if nulls is None else int(nulls),
            int(rows),
            None if least is None or not is_told else float(least),
        )
        for name, low, high, is_told, nulls, rows, least in found
    }
