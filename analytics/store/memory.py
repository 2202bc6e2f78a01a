"""What was decided about files of one shape, so that next month's file needs no decision."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from analytics.settings import ImportSettings

SHAPE_SETTINGS = frozenset({"encoding", "delimiter", "header_line", "sheet"})
"""Corrections that change which columns a file has."""

_FOLDER = "memory"


@dataclass(frozen=True)
class Remembered:
    """How files of one shape are read.

    `mapping` is field to column, "" for a field that was dropped on purpose; `settings` are the
    corrections to how the file is read; `file` is the one they were decided on.
    """

    table: str | None = None
    mapping: dict[str, str] = field(default_factory=dict)
    settings: ImportSettings = field(default_factory=ImportSettings)
    file: str = ""

    def filled(self, given: ImportSettings) -> ImportSettings:
        """Return the remembered settings, with what is given now on top."""
        return replace(self.settings, **_decided(given))


def is_corrected(
    table: str | None, mapping: Mapping[str, str] | None, settings: ImportSettings
) -> bool:
    """Whether a person decided how this file is read; a zone alone is the workspace's.

    >>> is_corrected(None, None, ImportSettings(timezone="Asia/Shanghai"))
    False
    >>> is_corrected(None, {"amount": "Net"}, ImportSettings())
    True
    """
    return bool(table or mapping or _decided(settings).keys() - {"timezone"})


def is_about_shape(settings: ImportSettings) -> bool:
    """Whether a correction changes which columns the file has.

    >>> is_about_shape(ImportSettings(header_line=3))
    True
    >>> is_about_shape(ImportSettings(currency="EUR"))
    False
    """
    return bool(_decided(settings).keys() & SHAPE_SETTINGS)


def remember(root: Path, signature: str, remembered: Remembered) -> None:
    """Keep how files of this signature are read, in one step that no reader sees half done."""
    path = _file(root, signature)
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {**asdict(remembered), "settings": _decided(remembered.settings)}
    draft = path.with_name(f".{signature}.{os.getpid()}")
    draft.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    draft.replace(path)


def is_used(root: Path) -> bool:
    """Whether anything was ever decided here."""
    return (root / _FOLDER).exists()


def recall(root: Path, signature: str) -> Remembered | None:
    """Return how files of this signature are read, or None where nobody decided it."""
    path = _file(root, signature)
    if not path.exists():
        return None
    told = json.loads(path.read_text("utf-8"))
    return Remembered(**{**told, "settings": _settings(told["settings"])})


def forget(root: Path, signature: str) -> None:
    """Read files of this signature as if nobody had ever decided anything about them."""
    _file(root, signature).unlink(missing_ok=True)


def _file(root: Path, signature: str) -> Path:
    return root / _FOLDER / f"{signature}.json"


def _decided(settings: ImportSettings) -> dict[str, Any]:
    return {name: value for name, value in asdict(settings).items() if value not in (None, ())}


def _settings(told: dict[str, Any]) -> ImportSettings:
    known = {one.name for one in fields(ImportSettings)}
    return ImportSettings(
        **{name: _hashable(value) for name, value in told.items() if name in known}
    )


def _hashable(value: Any) -> Any:
    return tuple(map(_hashable, value)) if isinstance(value, list) else value
