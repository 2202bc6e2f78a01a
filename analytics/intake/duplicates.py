"""Lines that a file holds twice, where an id of the line proves it."""

import duckdb

from analytics.intake.headers import normalise_header
from analytics.intake.understanding import Understanding

_LINE_IDS = frozenset(
    normalise_header(name)
    for name in (
        "Line item ID", "Lineitem ID", "Order item ID", "Order line ID", "Order detail ID",
        "Line ID", "Item line ID", "Sales line ID", "子订单编号", "子订单号", "订单明细编号",
        "明细编号", "明细ID", "订单明细ID", "商品明细ID",
    )
)  # fmt: skip

_REPEATED = """
CREATE OR REPLACE TEMP TABLE repeated AS
SELECT source_row AS repeated_row, c{index} AS id FROM raw WHERE c{index} IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY c{index}, {cells} ORDER BY source_row) > 1
"""
_MARKED = """
SELECT * EXCLUDE (repeated_row, id) REPLACE (
    CASE WHEN fault_reason IS NULL AND id IS NOT NULL THEN 'duplicate_line' ELSE fault_reason END
        AS fault_reason,
    CASE WHEN fault_reason IS NULL AND id IS NOT NULL THEN 'line_id' ELSE fault_field END
        AS fault_field,
    CASE WHEN fault_reason IS NULL AND id IS NOT NULL THEN id ELSE fault_value END AS fault_value)
FROM ({query}) LEFT JOIN repeated ON source_row = repeated_row
"""


def line_id_of(understanding: Understanding) -> int | None:
    """Position of the column that holds ids of order lines, None where the file has none."""
    if understanding.table != "order_lines":
        return None
    headers = [normalise_header(column.name) for column in understanding.columns]
    return next((place for place, header in enumerate(headers) if header in _LINE_IDS), None)


def find(con: duckdb.DuckDBPyConnection, understanding: Understanding) -> bool:
    """Make `repeated`, the rows of `raw` that repeat an earlier row, line id and all.

    Two rows with one line id that differ in any cell both stay: they may be a sale and its refund.

    Parameters
    ----------
    con
        With the view `raw`.
    understanding
        The file.

    Returns
    -------
    bool
        Whether there are any; without a column of line ids nothing is looked at.
    """
    index = line_id_of(understanding)
    if index is None:
        return False
    cells = ", ".join(f"c{place}" for place in range(len(understanding.columns)))
    con.execute(_REPEATED.format(index=index, cells=cells))
    return bool(con.execute("SELECT 1 FROM repeated LIMIT 1").fetchall())


def marked(query: str) -> str:
    """Return a query of typed rows in which those of `repeated` that have no fault are faulty."""
    return _MARKED.format(query=query)
