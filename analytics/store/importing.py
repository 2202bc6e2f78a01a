"""One import, from bytes to a published version; whatever stops it, the old version stays whole."""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import duckdb

from analytics import intake, schema
from analytics.errors import CancelledError, HuitouError
from analytics.progress import Progress
from analytics.settings import ImportSettings, Settings
from analytics.store import (
    contacts,
    duplicates,
    engines,
    findings,
    manifest,
    marts,
    merging,
    readings,
    reporting,
    tables,
)
from analytics.store.manifest import Version
from analytics.store.merging import Replaced
from analytics.store.readings import Reading, Request
from analytics.store.reporting import ImportReport

OnFailure = Callable[[Path, HuitouError], None]

_MERGED = 0.75  # share of the time an import spends until its rows are merged
_MEMORY_MIB = 900  # for an import, whatever the machine has; beyond that it spills
_STAGED = 0.8  # share of that until they are staged


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


def canonical_views(
    con: duckdb.DuckDBPyConnection, place: Place, version: Version
) -> dict[str, str]:
    """Give the connection every canonical table of the version as a view of its name.

    Returns the SQL behind each view.
    """
    bodies = {
        name: engines.scan(place.files(version, name), schema.columns_of(name))
        for name in schema.CANONICAL
    }
    for name, body in bodies.items():
        con.execute(f"CREATE OR REPLACE VIEW {name} AS {body}")
    return bodies


def resolved_views(con: duckdb.DuckDBPyConnection, place: Place, version: Version) -> None:
    """Do so, with customers known by their contacts named by their ids."""
    contacts.resolve(con, canonical_views(con, place, version))


def _merge(
    con: duckdb.DuckDBPyConnection, place: Place, version: Version, table: str, file: Path
) -> tuple[int, Replaced]:
    """Make the file of staged rows part of the canonical table; return its new Delta version."""
    path, stored = place.table(table), version.tables.get(table)
    columns = schema.columns_of(table)
    if stored is None:
        return tables.commit(con, path, [file], columns=columns), Replaced()
    gone = merging.replaced(con, table, zone=version.settings.zone)
    if gone.where is None:
        return tables.commit(con, path, [file], columns=columns, append_to=stored), gone
    kept = file.with_name("kept.parquet")
    stays = f"WHERE NOT coalesce({gone.where}, false)"
    tables.save(con, f"SELECT {engines.listed(columns)} FROM {table} {stays}", kept)
    return tables.commit(con, path, [kept, file], columns=columns), gone


def rebuild(
    con: duckdb.DuckDBPyConnection, place: Place, version: Version, progress: Progress
) -> Version:
    """Return the version with all marts derived anew from its canonical tables."""
    resolved_views(con, place, version)
    written = dict(version.tables)
    rows = dict(version.rows)

    def keep(name: str, _: duckdb.DuckDBPyRelation) -> None:
        share = (list(schema.MARTS).index(name) + 1) / len(schema.MARTS)
        progress(_MERGED + (1 - _MERGED) * share * 0.95, f"building {name}")
        columns, path = schema.columns_of(name), place.table(name)
        query = f"SELECT {engines.listed(columns)} FROM {name}"
        mart = tables.write(con, path, query, columns=columns)
        written[name], rows[name] = mart.version, mart.rows
        body = engines.scan(tables.files(path, mart.version), columns)
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {body}")

    lines = place.files(version, "order_lines")
    facts = marts.build(con, version.settings, done=keep, files=lines)
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
    requests: Sequence[Request],
    *,
    dry_run: bool,
    progress: Progress,
    on_failure: OnFailure | None = None,
) -> tuple[Version, list[ImportReport]]:
    """Import files upon this version; the caller holds the write lock.

    All or none; with `on_failure`, all that can be loaded, and it is told of the others.
    """
    place = Place(root)
    following = version.following("import", "")
    reports, decided, failed = [], [], []
    # then the orders of the marts are those of the file, and are counted once
    is_alone = len(requests) == 1 and not version.tables and not dry_run
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huitou-")))
        con = stack.enter_context(engines.connect(spill=scratch / "spill", at_most_mib=_MEMORY_MIB))
        for number, request in enumerate(requests):
            say = _part(progress, number, len(requests))
            name = f"{following.number:06d}" + (f"-{number + 1}" if number else "")
            say(0.01, "reading the file's shape")
            load = partial(
                _load,
                con,
                scratch,
                place,
                following,
                rejects=name,
                counts_orders=not is_alone,
                dry_run=dry_run,
                progress=say,
            )
            try:
                reading = readings.understood(root, request, following.settings)
                following, report = load(reading)
            except HuitouError as error:
                if on_failure is None or isinstance(error, CancelledError):
                    raise
                failed.append((request.path, error))
                continue
            reports.append(report)
            decided.append(reading)
        _tell(failed, on_failure, is_all=not reports)
        if dry_run:
            return version, [replace(report, version=version.number) for report in reports]
        following = rebuild(con, place, following, progress)
        if is_alone and reports[0].table == "order_lines":
            reports = [reporting.with_known_orders(con, reports[0], following.headline)]
        reports = findings.added(con, reports, following)
    progress(0.99, "publishing")
    following = replace(
        following,
        subject=", ".join(reading.request.path.name for reading in decided),
        reports=(*version.reports, *(report.to_record() for report in reports)),
    )
    manifest.publish(place.versions, following)
    for reading in decided:
        readings.keep(root, reading, following.settings)
    return following, reports


def _tell(
    failed: Sequence[tuple[Path, HuitouError]],
    on_failure: OnFailure | None,
    *,
    is_all: bool,
) -> None:
    """Tell of the files that can't be loaded; raise the first error where there are no others."""
    for path, error in failed:
        if on_failure:
            on_failure(path, error)
    if failed and is_all:
        raise failed[0][1]


def _part(progress: Progress, number: int, total: int) -> Progress:
    """Progress of one of several files, until all are merged."""

    def say(share: float, message: str) -> None:
        progress((number + share) / total * _MERGED, message)

    return say


def _load(
    con: duckdb.DuckDBPyConnection,
    scratch: Path,
    place: Place,
    version: Version,
    reading: Reading,
    *,
    rejects: str,
    counts_orders: bool,
    dry_run: bool,
    progress: Progress,
) -> tuple[Version, ImportReport]:
    """Stage one file and merge it into the canonical tables of the version in the making."""
    understanding = reading.understanding
    version = replace(version, settings=zone_for(reading.request.settings, version.settings))
    staged = intake.stage(
        understanding,
        con,
        scratch,
        progress=lambda share, message: progress(share * _STAGED, message),
    )
    report = reporting.report(
        con,
        understanding,
        staged,
        version.settings,
        version=version.number,
        rejects_file=_keep_rejects(con, staged, place, rejects),
        counts_orders=counts_orders,
    ).with_notes([*reading.notes, *duplicates.notes(con, staged.table, files=[str(staged.file)])])
    if dry_run:
        return version, report
    progress(_STAGED, "merging with what is there")
    canonical_views(con, place, version)
    written, gone = _merge(con, place, version, staged.table, staged.file)
    return (
        replace(version, tables={**version.tables, staged.table: written}),
        report.with_notes(gone.notes, replaced=gone.counts()),
    )


def _keep_rejects(
    con: duckdb.DuckDBPyConnection, staged: "intake.Staged", place: Place, name: str
) -> str | None:
    if not staged.rows_rejected:
        return None
    place.rejects.mkdir(parents=True, exist_ok=True)
    path = place.rejects / f"{name}.csv"
    intake.write_rejects(con, path)
    return str(path)
