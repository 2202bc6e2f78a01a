"""Types of what the pages handle.

pandas ships no types that hold (a filtered table may be "a Series or an array" to a checker), so
tables and rows are named here for the reader, not for the checker.
"""

from typing import Any, TypeAlias

Table: TypeAlias = Any
"""A small pandas.DataFrame: a report's table or a part of it."""

Row: TypeAlias = Any
"""One row of it, a pandas.Series by column."""
