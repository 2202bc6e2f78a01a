"""One import, from bytes to a published version; whatever stops it, the old version stays whole."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from analytics import intake, schema
from analytics.progress import Progress
from analytics.settings import ImportSettings, Settings
from analytics.store import engines, manifest, marts, merging, reporting, tables
from analytics.store.manifest import Version
from analytics.store.reporting import ImportReport

_STAGING = 0.6  # share of the time an import spends until its rows are staged
_MERGED = 0.75


@dataclass(frozen=True)
class Place:
    """Where a workspace keeps its things."""

    root: Path

    @property
    def versions(self) -> Path:
        """Manifests."""
        return self.root / "versions"

    @property
    def rejects(self) -> Path:
        """Rows that could not be loaded, a file an import."""
        return self.root / "rejects"

    def table(self, name: str) -> Path:
        """Delta table of a canonical table or a mart."""
        return self.root / ("marts" if name in schema.MARTS else "tables") / name

    def files(self, version: Version, name: str) -> tuple[str, ...]:
        """Parquet files of a table at this version."""
        return (
            tables.files(self.table(name), version.tables[name]) if name in version.tables else ()
        )


def zone_for(given: ImportSettings, settings: Settings) -> Settings:
    """Return the settings after this import: the first zone ever given becomes the workspace's."""
    if given.timezone and settings.timezone is None:
        return replace(settings, timezone=given.timezone)
    return settings


def canonical_views(con: duckdb.DuckDBPyConnection, place: Place, version: Version) -> None:
    """Give the connection every canonical table of the version as a view of its name."""
    for name in schema.CANONICAL:
        body = engines.scan(place.files(version, name), schema.columns_of(name))
        con.execute(f"CREATE OR REPLACE VIEW {name} AS {body}")


def _merge(con: duckdb.DuckDBPyConnection, place: Place, version: Version, table: str) -> int:
    """Write the staged rows into the canonical table and return its new Delta version."""
    columns = engines.listed(schema.columns_of(table))
    ordered = f"SELECT {columns} FROM staged ORDER BY source_row"
    if table not in version.tables:
        return tables.write(place.table(table), con.sql(ordered))
    replaced = merging.replaced(table)
    (count,) = con.execute(f"SELECT count(*) FROM {table} WHERE {replaced}").fetchone() or (0,)
    if not count:
        return tables.write(place.table(table), con.sql(ordered), append_to=version.tables[table])
    kept = f"SELECT {columns} FROM {table} WHERE NOT {replaced}"
    return tables.write(place.table(table), con.sql(f"{kept} UNION ALL ({ordered})"))


def rebuild(
    con: duckdb.DuckDBPyConnection, place: Place, version: Version, progress: Progress
) -> Version:
    """Return the version with all marts derived anew from its canonical tables."""
    canonical_views(con, place, version)
    written = dict(version.tables)
    rows = dict(version.rows)

    def keep(name: str, mart: duckdb.DuckDBPyRelation) -> None:
        share = (list(schema.MARTS).index(name) + 1) / len(schema.MARTS)
        progress(_MERGED + (1 - _MERGED) * share * 0.95, f"building {name}")
        columns = engines.listed(schema.columns_of(name))
        written[name] = tables.write(place.table(name), mart.project(columns))
        rows[name] = len(mart)

    facts = marts.build(con, version.settings, done=keep)
    for name in schema.CANONICAL:
        rows[name] = len(con.table(name))
    return replace(
        version,
        tables=written,
        rows=rows,
        as_of=facts.as_of,
        first_day=facts.first_day,
        currency=facts.currency,
        headline=facts.headline,
    )


def run(
    root: Path,
    version: Version,
    path: Path,
    *,
    table: str | None,
    mapping: dict[str, str] | None,
    given: ImportSettings,
    dry_run: bool,
    progress: Progress,
) -> tuple[Version, ImportReport]:
    """Import one file upon this version; the caller holds the write lock."""
    place = Place(root)
    settings = zone_for(given, version.settings)
    reading = replace(given, timezone=given.timezone or settings.timezone)
    progress(0.01, "reading the file's shape")
    understanding = intake.understand(path, table=table, mapping=mapping, settings=reading)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huitou-")))
        con = stack.enter_context(engines.connect(spill=scratch / "spill"))
        staged = intake.stage(
            understanding,
            con,
            scratch,
            progress=lambda share, message: progress(share * _STAGING, message),
        )
        following = replace(version, settings=settings).following("import", path.name)
        rejects = _keep_rejects(con, staged, place, following.number)
        number = version.number if dry_run else following.number
        report = reporting.report(
            con, understanding, staged, settings, version=number, rejects_file=rejects
        )
        if dry_run:
            return version, report
        progress(_STAGING, "merging with what is there")
        canonical_views(con, place, version)
        written = _merge(con, place, version, staged.table)
        following = replace(
            following,
            tables={**version.tables, staged.table: written},
            reports=(*version.reports, report.to_record()),
        )
        following = rebuild(con, place, following, progress)
    progress(0.99, "publishing")
    manifest.publish(place.versions, following)
    return following, report


def _keep_rejects(
    con: duckdb.DuckDBPyConnection, staged: "intake.Staged", place: Place, number: int
) -> str | None:
    if not staged.rows_rejected:
        return None
    place.rejects.mkdir(parents=True, exist_ok=True)
    path = place.rejects / f"{number:06d}.csv"
    intake.write_rejects(con, path)
    return str(path)
