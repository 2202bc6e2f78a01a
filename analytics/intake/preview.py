"""The first rows of a file as they will be stored."""

import tempfile
from pathlib import Path

import duckdb
import pandas as pd

from analytics.intake.staging import typed_sql
from analytics.intake.understanding import Understanding, open_sample


def preview(understanding: Understanding, n: int = 10) -> pd.DataFrame:
    """Return the first rows as they will be stored, with the reason where a row would be refused.

    Parameters
    ----------
    understanding
        From `understand`.
    n
        Number of rows.

    Returns
    -------
    pandas.DataFrame
        source_row, the canonical columns, `fault_reason` (null where the row will be loaded).
    """
    with tempfile.TemporaryDirectory(prefix="huitou-") as folder, duckdb.connect() as con:
        open_sample(understanding.source, understanding.settings, con, Path(folder))
        query = typed_sql(understanding, understanding.decide(con))
        return con.execute(
            "SELECT source_row, "
            "* EXCLUDE (source, source_file, source_row, fault_field, fault_value) "
            f"FROM ({query}) ORDER BY source_row LIMIT {int(n)}"
        ).df()
