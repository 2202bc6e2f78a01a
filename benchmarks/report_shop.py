"""The shop of the race of reports: about 10 million order lines of 1.5 million customers."""

import sys
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[1]
LINES_PER_CUSTOMER = 6.7
SALES = """
COPY (
    WITH shoppers AS (
        SELECT c, hash(c, 'first') % 1000 AS first_day,
            pow((hash(c, 'taste') % 10000 + 1) / 10000.0, 2) AS taste
        FROM range({customers}) AS t(c)
    ), bought AS (
        SELECT c, k, first_day + CAST(k * (8 + hash(c, k, 'wait') % 60) AS INTEGER) AS day
        FROM shoppers, LATERAL (SELECT unnest(range(1 + CAST(floor(taste * 14) AS INTEGER))) AS k)
    ), lines AS (
        SELECT c, k, day, n FROM bought,
            LATERAL (SELECT unnest(range(1 + CAST(hash(c, k, 'lines') % 3 = 0 AS INTEGER))) AS n)
        WHERE day < 1461
    )
    SELECT 'O' || c || '-' || k AS order_id, 'C' || lpad(CAST(c AS VARCHAR), 7, '0') AS customer_id,
        strftime(TIMESTAMP '2021-01-01' + to_days(CAST(day AS INTEGER))
            + to_seconds(CAST(hash(c, k) % 86400 AS BIGINT)), '%Y-%m-%d %H:%M:%S') AS ordered_at,
        'course-' || (hash(c, k, n) % 400) * (hash(c, n) % 5 + 1) // 5 AS item_id,
        'topic-' || hash(c, n) % 12 AS category,
        printf('%.2f', 9 + (hash(c, k, n, 'price') % 20000) / 100.0) AS amount,
        ['web', 'app', 'live', 'partner'][1 + CAST(hash(c, 'channel') % 4 AS INTEGER)] AS channel
    FROM lines
) TO '{path}' (HEADER)
"""


def opened(place: Path, *, create: bool = False) -> Any:
    """Open a workspace."""
    sys.path.insert(0, str(ROOT))
    from analytics import open_workspace

    return open_workspace(place, create=create)


def shop(folder: Path, *, lines: int) -> Any:
    """Return the workspace in a folder, made there on first use with about so many lines."""
    place = folder / f"shop-{lines}"
    if not place.exists():
        export = folder / f"lines-{lines}.csv"
        customers = round(lines / LINES_PER_CUSTOMER)
        with duckdb.connect() as con:
            con.execute(SALES.format(customers=customers, path=export))
        opened(place, create=True).import_file(export)
        export.unlink()
    return opened(place)
