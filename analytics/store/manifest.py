"""Versions: each a small file that names every table's Delta version, published last."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from analytics.settings import Settings


@dataclass(frozen=True)
class Version:
    """One state of a workspace.

    `tables` maps each table or mart to its Delta version; `rows` to its row count; `as_of` each
    table with times to its latest local day; `parent` is the version that undo returns to.
    """

    number: int = 0
    created_at: str = ""
    action: str = "empty"
    subject: str = ""
    parent: int | None = None
    settings: Settings = field(default_factory=Settings)
    tables: Mapping[str, int] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    as_of: Mapping[str, date] = field(default_factory=dict)
    first_day: date | None = None
    currency: str = "XXX"
    headline: Mapping[str, Any] = field(default_factory=dict)
    reports: tuple[dict[str, Any], ...] = ()

    def following(self, action: str, subject: str, **changes: Any) -> "Version":
        """Return the version that comes after this one."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return replace(
            self,
            number=self.number + 1,
            parent=self.number,
            created_at=now,
            action=action,
            subject=subject,
            **changes,
        )


def _encode(version: Version) -> str:
    return json.dumps(asdict(version), default=str, ensure_ascii=False, indent=1)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _decode(text: str) -> Version:
    raw = json.loads(text)
    settings = {**raw["settings"], "as_of": _day(raw["settings"]["as_of"])}
    return Version(
        **{
            **raw,
            "settings": Settings(**settings),
            "as_of": {name: date.fromisoformat(day) for name, day in raw["as_of"].items()},
            "first_day": _day(raw["first_day"]),
            "reports": tuple(raw["reports"]),
        }
    )


def _file(folder: Path, number: int) -> Path:
    return folder / f"{number:06d}.json"


def read(folder: Path, number: int) -> Version:
    """Return the version of this number; 0 is the empty workspace."""
    return _decode(_file(folder, number).read_text("utf-8")) if number else Version()


def newest(folder: Path) -> int:
    """Return the number of the newest published version, 0 where there is none."""
    return max((int(path.stem) for path in folder.glob("[0-9]*.json")), default=0)


def history(folder: Path) -> list[Version]:
    """Return all versions that are kept, newest first."""
    numbers = (int(path.stem) for path in folder.glob("[0-9]*.json"))
    return [read(folder, number) for number in sorted(numbers, reverse=True)]


def parent(folder: Path, version: Version) -> Version | None:
    """Return the version that undo returns to, None where there is none or it is kept no more."""
    number = version.parent
    is_there = number is not None and (number == 0 or _file(folder, number).exists())
    return read(folder, number) if number is not None and is_there else None


def forget(folder: Path, number: int) -> None:
    """Keep a version no more."""
    _file(folder, number).unlink()


def publish(folder: Path, version: Version) -> None:
    """Make the version visible in one atomic step; FileExistsError if its number is taken."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{version.number}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as out:
        out.write(_encode(version))
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, _file(folder, version.number))
    finally:
        draft.unlink()


def last_change(versions: Sequence[Version]) -> Version:
    """Return the version, of these newest first, whose change an undo would take back.

    That is the newest one; after an undo, the one that it went back to.
    """
    newest = versions[0]
    same = (
        version
        for version in versions
        if version.action != "undo"
        and (version.parent, version.tables, version.settings)
        == (newest.parent, newest.tables, newest.settings)
    )
    return next(same, newest) if newest.action == "undo" else newest
