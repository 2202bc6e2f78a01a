"""The workspace: a folder of Delta tables with versions, and the one way in from Python."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any, Self

import ibis
import pandas as pd

from analytics import schema
from analytics.errors import (
    InvalidSettingError,
    NothingToUndoError,
    NoWorkspaceError,
    UnknownNameError,
)
from analytics.notes import Note
from analytics.progress import Progress, silent
from analytics.settings import ImportSettings, Settings
from analytics.store import engines, importing, lock, manifest, memory, vacuum
from analytics.store.comparison import changed, compare, compare_whole, standing
from analytics.store.importing import Place
from analytics.store.late_refunds import late_refunds
from analytics.store.manifest import Version
from analytics.store.memory import Remembered
from analytics.store.orphans import orphans
from analytics.store.readings import Request
from analytics.store.reporting import ImportReport
from analytics.store.vacuum import Freed

_IDENTITY = "settings.toml"
_WATERFALL = {
    "lines": "order lines",
    "orders": "orders",
    "paid_orders": "paid orders",
    "valid_orders": "valid orders of identified customers",
    "purchases": "purchases",
    "buyers": "customers who bought",
    "repeat_buyers": "customers who bought again",
}


class Workspace:
    """A folder with one shop's data, seen at one version.

    Open it with `open_workspace`. The version is fixed when the object is made and moves only by
    what the object itself does; `refresh` looks for newer ones.
    """

    def __init__(self, path: Path, *, number: int | None = None) -> None:
        self.path = path
        self._place = Place(path)
        identity = tomllib.loads((path / _IDENTITY).read_text("utf-8"))
        self.name: str = identity["name"]
        self.is_sample: bool = identity["is_sample"]
        newest = manifest.newest(self._place.versions)
        self._state = manifest.read(self._place.versions, newest if number is None else number)

    def __repr__(self) -> str:
        return f"Workspace({str(self.path)!r}, version={self.version})"

    @property
    def version(self) -> int:
        """Number of the version this object shows; 0 holds nothing."""
        return self._state.number

    @property
    def created_at(self) -> str:
        """When this version was published, ISO-8601, UTC."""
        return self._state.created_at

    @property
    def settings(self) -> Settings:
        """What was decided about zone, currency, valid orders, weeks and as-of."""
        return self._state.settings

    @property
    def zone(self) -> str:
        """The time zone in which local days are counted."""
        return self.settings.zone

    @property
    def currency(self) -> str:
        """The currency that revenue is counted in; XXX where the files name none."""
        return self._state.currency

    @property
    def as_of(self) -> date | None:
        """Local day of the latest order line, or the day set by hand; null without orders."""
        return self.settings.as_of or self._state.as_of.get("order_lines")

    def reaches(self, name: str) -> date | None:
        """Local day of the latest row of a canonical table, or the day set by hand."""
        return self.settings.as_of or self._state.as_of.get(name)

    @property
    def first_day(self) -> date | None:
        """Local day of the first valid order."""
        return self._state.first_day

    @property
    def headline(self) -> Mapping[str, Any]:
        """Headline counts of this version: lines, orders, valid orders, purchases, buyers …."""
        return self._state.headline

    @property
    def rows_read(self) -> int:
        """Rows that the imported files of orders held, those read again and again included."""
        return sum(told["rows_read"] for told in self.reports() if told["table"] == "order_lines")

    def count(self, name: str) -> int:
        """Rows of a table or mart."""
        return self._state.rows.get(name, 0)

    def folder(self, name: str) -> Path:
        """Return a folder for plain files that live outside versions, made on first use."""
        path = self.path / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def refresh(self) -> Self:
        """Move to the newest published version."""
        places = self._place.versions
        self._state = manifest.read(places, manifest.newest(places))
        return self

    def table(self, name: str) -> ibis.Table:
        """Return a canonical table or a mart of this version as an Ibis table.

        Raises UnknownNameError for a name that the schema does not hold. A table that no file
        filled yet is empty.
        """
        known = [*schema.CANONICAL, *schema.MARTS]
        if name not in known:
            raise UnknownNameError("table", name, known)
        place = blake2b(str(self.path.resolve()).encode(), digest_size=6).hexdigest()
        pinned = self._state.tables.get(name, "empty")
        held = name if name in self._state.tables else schema.BEFORE.get(name, name)
        files = self._place.files(self._state, held)
        token = blake2b("|".join(files).encode(), digest_size=4).hexdigest()
        return engines.table(f"{name}_{place}_{pinned}_{token}", files, schema.columns_of(name))

    def import_file(
        self,
        path: str | Path,
        *,
        table: str | None = None,
        mapping: dict[str, str] | None = None,
        settings: ImportSettings | None = None,
        dry_run: bool = False,
        progress: Progress = silent,
    ) -> ImportReport:
        """Read one export and publish a version that holds it; see `import_files`.

        `table`, `mapping` and `settings` are as in `Request`; `settings` correct encoding,
        delimiter, header line, time zone, currency, date order.
        """
        request = Request(Path(path), table, mapping, settings or ImportSettings())
        return self.import_files([request], dry_run=dry_run, progress=progress)[0]

    def import_files(
        self,
        files: Iterable[str | Path | Request],
        *,
        dry_run: bool = False,
        progress: Progress = silent,
        on_failure: importing.OnFailure | None = None,
    ) -> list[ImportReport]:
        """Read several exports, in any order, and publish one version that holds them all.

        Parameters
        ----------
        files
            Paths, or requests with what was decided about a file. Without a decision, what was
            decided for an earlier file of the same shape (same header names) is taken, and said.
        dry_run
            Count everything, publish nothing, remember nothing.
        progress
            Called with a share from 0 to 1 and a message; may raise CancelledError.
        on_failure
            Called with the path and the error of a file that can't be loaded, which is left out
            whole; without it, or where no file can be loaded, the (first) error is raised and
            nothing changes.

        Returns
        -------
        list of ImportReport
            One for each file loaded, in the order given.

        Raises
        ------
        UnreadableFileError, MissingColumnsError, AmbiguousMappingError, NoCustomersError
            A file can't be loaded as it is; nothing changed, whichever of them it was.
        WorkspaceBusyError
            Another process is importing here.
        """
        requests = [one if isinstance(one, Request) else Request(Path(one)) for one in files]
        with lock.writing(self.path):
            self.refresh()
            self._state, reports = importing.run(
                self.path,
                self._state,
                requests,
                dry_run=dry_run,
                progress=progress,
                on_failure=on_failure,
            )
        return reports

    def remembered(self, signature: str) -> Remembered | None:
        """Return what was decided for files of this `Understanding.signature`, or None."""
        return memory.recall(self.path, signature)

    def change_settings(self, *, progress: Progress = silent, **changes: Any) -> Version:
        """Publish a version with other settings and its marts rebuilt; no change, no version."""
        with lock.writing(self.path):
            self.refresh()
            settings = replace(self.settings, **changes)
            if settings == self.settings:
                return self._state
            changed = ", ".join(f"{name}={value}" for name, value in sorted(changes.items()))
            following = replace(self._state, settings=settings).following("settings", changed)
            if self._state.tables:
                with engines.connect() as con:
                    following = importing.rebuild(con, self._place, following, progress)
            manifest.publish(self._place.versions, following)
            self._state = following
        return following

    def versions(self) -> list[Version]:
        """Return all versions that are kept, newest first."""
        return manifest.history(self._place.versions)

    def size(self) -> int:
        """Bytes on disk of all tables and marts, of all versions."""
        return vacuum.size(self._place)

    def free(
        self,
        *,
        keep: int = vacuum.KEPT_VERSIONS,
        hours: int = vacuum.RETENTION_HOURS,
        dry_run: bool = False,
    ) -> Freed:
        """Remove old versions and files that no version needs; see `analytics.store.vacuum.free`.

        Raises InvalidSettingError for fewer than one version or negative hours.
        """
        if keep < 1:
            raise InvalidSettingError("keep", keep, "keep at least 1 version")
        if hours < 0:
            raise InvalidSettingError("hours", hours, "use 0 or more")
        with lock.writing(self.path):
            return vacuum.free(self._place, keep=keep, hours=hours, dry_run=dry_run)

    def undo(self) -> Version:
        """Publish a version equal to the one before this; undoing again goes further back.

        Raises NothingToUndoError on the empty workspace.
        """
        with lock.writing(self.path):
            self.refresh()
            target = manifest.parent(self._place.versions, self._state)
            if target is None:
                raise NothingToUndoError(str(self.path))
            gone = manifest.last_change(self.versions())
            following = replace(
                target.following("undo", f"{gone.action} {gone.subject}".strip()),
                number=self._state.number + 1,
                parent=target.parent,
            )
            manifest.publish(self._place.versions, following)
            self._state = following
        return following

    def compare(self, older: int, newer: int, *, reasons: bool = True) -> pd.DataFrame:
        """Say what changed in each headline figure from one version to another, and why.

        See `analytics.store.comparison.compare`; reasons take their time where there are millions
        of orders. Raises UnknownNameError for an unknown version; 0 is the empty workspace.
        """
        numbers = [0, *(version.number for version in reversed(self.versions()))]
        for number in sorted({older, newer} - {*numbers}):
            raise UnknownNameError("version", str(number), map(str, numbers))
        states = [manifest.read(self._place.versions, number) for number in (older, newer)]
        ends = [state.settings.as_of or state.as_of.get("order_lines") for state in states]
        with engines.connect() as con:
            if reasons and all(state.headline.get("orders") for state in states):
                return compare(con, *map(self._orders_of, states), as_of=(ends[0], ends[1]))
            before, after = (
                standing(con, state.headline, self._mart_of(state, "purchases"), as_of=end)
                for state, end in zip(states, ends, strict=True)
            )
        return (changed if before["orders"] and after["orders"] else compare_whole)(before, after)

    def _mart_of(self, state: Version, name: str) -> str:
        return engines.scan(self._place.files(state, name), schema.columns_of(name))

    def _orders_of(self, state: Version) -> str:
        return self._mart_of(state, "orders")

    def late_refunds(self) -> list[Note]:
        """Say what refunds of older orders came with the newest file of orders; else nothing.

        They alone change figures whose period or window had closed: see
        `analytics.store.late_refunds.late_refunds`.
        """
        before = self._before_newest_orders()
        if before is None or "orders" not in before.tables:
            return []
        with engines.connect() as con:
            found = late_refunds(con, self._orders_of(before), self._orders_of(self._state))
        if not found.orders:
            return []
        text = (
            "Since version {version}, {orders:,} orders of {first} to {last} were refunded: "
            "{purchases:,} of them no longer count as purchases and revenue is {amount:,.2f} "
            "{currency} less, so figures of complete periods that hold them have changed."
        )
        return [
            Note(
                "late_refunds",
                text,
                version=before.number,
                orders=found.orders,
                purchases=found.lost_purchases,
                amount=found.lost_revenue,
                currency=self.currency,
                first=str(found.first_day),
                last=str(found.last_day),
            )
        ]

    def _before_newest_orders(self) -> Version | None:
        """Find the version before the newest file of orders, along the line of parents."""
        lines = self._state.tables.get("order_lines")
        older: Version | None = self._state
        while older is not None and older.tables.get("order_lines") == lines:
            older = manifest.parent(self._place.versions, older)
        return older

    def orphans(self) -> pd.DataFrame:
        """Return the keys of one table that another should know; see `store.orphans.orphans`."""
        with engines.connect() as con:
            importing.resolved_views(con, self._place, self._state)
            return orphans(con)

    def reports(self) -> list[dict[str, Any]]:
        """Return the import reports that this version rests on, oldest first."""
        return list(self._state.reports)

    def waterfall(self) -> pd.DataFrame:
        """From lines to people who came back: step, label, count.

        Lines become orders; orders are paid or not; paid ones have an identified customer or not;
        orders of a customer on one local day are one purchase.
        """
        rows = [(step, label, self.headline.get(step, 0)) for step, label in _WATERFALL.items()]
        return pd.DataFrame(rows, columns=pd.Index(["step", "label", "count"]))


def open_workspace(
    path: str | Path, *, create: bool = False, name: str | None = None, is_sample: bool = False
) -> Workspace:
    """Open the workspace in this folder at its newest version.

    Parameters
    ----------
    path
        The workspace's folder.
    create
        Make an empty workspace where there is none.
    name, is_sample
        Its name (the folder's by default) and mark, used when it is made.

    Raises
    ------
    NoWorkspaceError
        There is none and `create` is false.
    """
    folder = Path(path)
    if not (folder / _IDENTITY).exists():
        if not create:
            raise NoWorkspaceError(str(folder))
        folder.mkdir(parents=True, exist_ok=True)
        rename(folder, name or folder.resolve().name, is_sample=is_sample)
    return Workspace(folder)


def rename(folder: Path, name: str, *, is_sample: bool = False) -> None:
    """Write a workspace's name and its sample mark."""
    clean = "".join(letter for letter in name if letter.isprintable())
    quoted = clean.replace("\\", "\\\\").replace('"', '\\"')
    draft = folder / f".{_IDENTITY}"
    draft.write_text(f'name = "{quoted}"\nis_sample = {str(is_sample).lower()}\n', "utf-8")
    draft.replace(folder / _IDENTITY)
