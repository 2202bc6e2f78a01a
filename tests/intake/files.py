"""Stage a small file and look at the result."""

from dataclasses import dataclass

import duckdb

from analytics import intake, schema
from analytics.settings import ImportSettings


@dataclass
class Result:
    understanding: intake.Understanding
    staged: intake.Staged
    con: duckdb.DuckDBPyConnection

    def rows(self, *columns, table="staged"):
        listed = ", ".join(f'"{column}"' for column in columns)
        query = f"SELECT {listed} FROM {table} ORDER BY source_row"
        found = self.con.execute(query).fetchall()
        return [row[0] for row in found] if len(columns) == 1 else found

    def row(self, *columns):
        (found,) = self.rows(*columns)
        return found

    def notes(self):
        return {note.key: note for note in self.staged.warnings}

    def rejects(self):
        return self.rows("source_row", "reason", "field", "value", table="rejected")


def stage_file(path, folder, *, table=None, mapping=None, progress=None, **settings):
    understanding = intake.understand(
        path, table=table, mapping=mapping, settings=ImportSettings(**settings)
    )
    con = duckdb.connect()
    staged = intake.stage(understanding, con, folder, progress=progress)
    _check(con, staged)
    return Result(understanding, staged, con)


def _check(con, staged):
    """Hold what is true of every file: nothing lost, the canonical columns, nothing left over."""
    assert staged.rows_read == staged.rows_loaded + staged.rows_rejected
    if staged.lines:
        assert staged.lines == staged.rows_read + sum(staged.aside.values())
    assert con.execute("SELECT count(*) FROM staged").fetchone() == (staged.rows_loaded,)
    assert con.execute("SELECT count(*) FROM rejected").fetchone() == (staged.rows_rejected,)
    columns = con.execute("DESCRIBE staged").fetchall()
    expected = schema.columns_of(staged.table)
    assert [(row[0], row[1]) for row in columns] == [(one.name, one.dtype) for one in expected]
    tables = con.execute("SHOW TABLES").fetchall()
    assert sorted(row[0] for row in tables) == ["rejected", "staged"]
