"""What a workspace takes on disk, and the removal of files that no version needs any more.

Every import writes its marts anew, and an undone or replaced version keeps its own. `free` lets go
of versions beyond those that undo can reach and of what a killed import left. A file stays for the
retention period after the last version that needs it was replaced, so that whoever reads at that
moment ends in peace. What an undone version brought goes once the next import has replaced it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deltalake import DeltaTable

from analytics import schema
from analytics.store import manifest
from analytics.store.importing import Place
from analytics.store.manifest import Version

KEPT_VERSIONS = 10
RETENTION_HOURS = 24


@dataclass(frozen=True)
class Freed:
    """What was, or would be, removed.

    `versions` are their numbers, `files` how many files, `freed` and `size` bytes: of those files,
    and of all that stays.
    """

    versions: tuple[int, ...]
    files: int
    freed: int
    size: int


def size(place: Place) -> int:
    """Bytes that the tables and marts of a workspace take, all versions together."""
    return sum(file.stat().st_size for path in _tables(place) for file in path.rglob("*.parquet"))


def free(place: Place, *, keep: int, hours: int, dry_run: bool = False) -> Freed:
    """Remove versions beyond the `keep` newest that undo can reach, and files that none needs.

    The caller holds the write lock. Manifests go first: a removal that is stopped half way leaves
    files that the next one finds.

    Parameters
    ----------
    place
        Of the workspace.
    keep
        How many versions stay, at least 1: the newest and those that undo leads to from it.
    hours
        A version younger than this stays too, as does a file needed until less than this ago.
    dry_run
        Count, remove nothing.
    """
    versions = manifest.history(place.versions)
    kept = _kept(versions, keep=keep, since=datetime.now(UTC) - timedelta(hours=hours))
    gone = tuple(sorted({one.number for one in versions} - {one.number for one in kept}))
    if not dry_run:
        for number in gone:
            manifest.forget(place.versions, number)
    before = size(place)
    removed = [
        file
        for path in _tables(place)
        for file in _vacuumed(path, kept, hours=hours, dry_run=dry_run)
    ]
    freed = sum(n_bytes for _, n_bytes in removed)
    return Freed(gone, len(removed), freed, before - freed)


def _kept(versions: Iterable[Version], *, keep: int, since: datetime) -> list[Version]:
    """List the versions that stay: the line that undo follows, and the young."""
    known = {one.number: one for one in versions}
    line: list[int] = []
    number: int | None = max(known, default=None)
    while number in known and len(line) < keep:
        line.append(number)
        number = known[number].parent
    return [
        one
        for one in known.values()
        if one.number in line or datetime.fromisoformat(one.created_at) >= since
    ]


def _tables(place: Place) -> list[Path]:
    paths = (place.table(name) for name in (*schema.CANONICAL, *schema.MARTS))
    return [path for path in paths if DeltaTable.is_deltatable(str(path))]


def _vacuumed(
    path: Path, kept: Iterable[Version], *, hours: int, dry_run: bool
) -> list[tuple[str, int]]:
    """Remove the files of a table that no kept version needs; return them and their bytes."""
    table, needed = DeltaTable(path), {one.tables.get(path.name) for one in kept}
    options = {
        "retention_hours": hours,
        "enforce_retention_duration": False,
        "full": True,
        "keep_versions": sorted(one for one in needed if one is not None),
    }
    found = [
        (name, (path / name).stat().st_size)
        for name in table.vacuum(dry_run=True, **options)
        if (path / name).exists()
    ]
    if found and not dry_run:
        table.vacuum(dry_run=False, **options)
    return found
