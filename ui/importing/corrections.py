"""What the reader decided about a waiting file, kept beside it, so that a reload finds it again.

The decisions lie in a hidden file beside the upload and go where it goes. They are void once a file
of the same name has arrived anew: then they are older than it.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from analytics.settings import ImportSettings
from analytics.store.memory import SHAPE_SETTINGS, Remembered
from analytics.store.plan import settings_of


@dataclass(frozen=True)
class Corrections:
    """What was decided about one file; None and absent fields are left to the intake."""

    table: str | None = None
    mapping: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    forgets: bool = False

    def __bool__(self) -> bool:
        return bool(self.table or self.mapping or self.settings or self.forgets)

    def to_settings(self) -> ImportSettings:
        """Give the settings in the form that the intake takes."""
        return settings_of(self.settings)

    def to_record(self) -> dict[str, Any]:
        """Give what a plan of `huitou import` says of the file."""
        return asdict(self)


def remembered(known: Remembered) -> Corrections:
    """Give what was decided for an earlier file of the same shape."""
    told = {name: value for name, value in asdict(known.settings).items() if value is not None}
    words = dict(told.pop("status_words", ()))
    settings = {**told, "status_words": words} if words else told
    return Corrections(known.table, dict(known.mapping), settings)


def of(path: Path) -> Corrections:
    """Give what was decided about this file so far."""
    kept = _read(path)
    return Corrections(
        kept.get("table"),
        kept.get("mapping", {}),
        kept.get("settings", {}),
        kept.get("forgets", False),
    )


def correct(path: Path, part: str, value: Any, name: str | None = None) -> None:
    """Decide the table, the column of a field (`name`) or a setting (`name`) of this file.

    A new table, and what changes the columns' names, makes earlier choices of columns void.
    """
    kept = _read(path)
    if name is None:
        kept[part] = value
    else:
        kept.setdefault(part, {})[name] = value
    if name is None or name in SHAPE_SETTINGS:
        kept.pop("mapping", None)
    kept.pop("began", None)  # what came of it before says nothing of the file as it is read now
    _write(path, kept)


def forget(path: Path) -> None:
    """Leave everything about this file to the intake again."""
    _beside(path).unlink(missing_ok=True)


def start_anew(path: Path) -> None:
    """Read this file as if nothing had been decided about it or an earlier one of its shape."""
    _write(path, {"forgets": True})


def keep(path: Path, decided: Corrections) -> None:
    """Decide all of it at once, as it was for an earlier file."""
    _write(path, decided.to_record())


def begin(path: Path, moment: str) -> None:
    """Note when the import of this file began (ISO-8601, UTC, whole seconds)."""
    _write(path, {**_read(path), "began": moment})


def began(path: Path) -> str | None:
    """Tell when an import of this file began, if one did."""
    return _read(path).get("began")


def move(path: Path, target: Path) -> None:
    """Take the decisions along to the file's new place."""
    if _beside(path).exists():
        _beside(path).replace(_beside(target))


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.json")


def _read(path: Path) -> dict[str, Any]:
    note = _beside(path)
    if not note.exists() or note.stat().st_mtime_ns < path.stat().st_mtime_ns:
        return {}
    return json.loads(note.read_text("utf-8"))


def _write(path: Path, kept: dict[str, Any]) -> None:
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
    draft.replace(_beside(path))
