"""The shapes of a column's values: every digit a 9, so that a million values are a few shapes."""

from dataclasses import dataclass

import duckdb

from analytics.intake.looks import Look
from analytics.quoting import identifier, literal

_MOST = 3_000


@dataclass(frozen=True)
class Shape:
    """How some values of a column look, how many do, and one of them."""

    text: str
    n: int
    example: str


@dataclass(frozen=True)
class Shapes:
    """The shapes of a column's values that are not plain, the commonest first.

    `filled` counts all values, `plain` those that need no look.
    """

    filled: int = 0
    plain: int = 0
    odd: tuple[Shape, ...] = ()


def shapes_of(
    con: duckdb.DuckDBPyConnection, field: str, plain: str, look: Look | None = None
) -> Shapes:
    """Return the shapes of the values of a column of `cells`.

    Parameters
    ----------
    con
        With the table `cells`.
    field
        Name of its column.
    plain
        Pattern of whole values that need no look.
    look
        What is known of all cells of the column; where all are plain, none is asked.
    """
    if look and look.fits(plain):
        return Shapes(look.filled, look.filled)
    column = identifier(field)
    (filled,) = con.execute(f"SELECT count({column}) FROM cells").fetchall()[0]
    found = con.execute(
        f"SELECT shape, count(*) AS n, min(v), sum(count(*)) OVER () FROM "
        f"(SELECT {column} AS v, translate({column}, '012345678', '999999999') AS shape FROM cells "
        f"WHERE NOT regexp_full_match({column}, {literal(plain)})) "
        f"GROUP BY shape ORDER BY n DESC, shape LIMIT {_MOST}"
    ).fetchall()
    odd = tuple(Shape(text, int(n), example) for text, n, example, _ in found)
    return Shapes(filled, filled - int(found[0][3]) if found else filled, odd)
