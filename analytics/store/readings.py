"""How a file is read: as a person decides now, else as decided for one of the same shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from analytics import intake
from analytics.errors import UnreadableFileError
from analytics.notes import Note
from analytics.settings import ImportSettings, Settings
from analytics.store import memory
from analytics.store.memory import Remembered


@dataclass(frozen=True)
class Request:
    """A file to import, and what a person decided about it.

    Attributes
    ----------
    path
        The file.
    table, mapping, settings
        Corrections; without a table or a mapping, what is remembered for files of the same shape is
        taken, with these settings on top.
    remembers
        Keep the reading for files of this shape although nothing was corrected: it was confirmed.
    forgets
        Read the file as if nothing had ever been decided about its shape.
    """

    path: Path
    table: str | None = None
    mapping: Mapping[str, str] | None = None
    settings: ImportSettings = field(default_factory=ImportSettings)
    remembers: bool = False
    forgets: bool = False

    @property
    def is_corrected(self) -> bool:
        """Whether a person decided anything about this file."""
        return memory.is_corrected(self.table, self.mapping, self.settings)


@dataclass(frozen=True)
class Reading:
    """An understood file, with what was decided for it and where that came from."""

    request: Request
    understanding: "intake.Understanding"
    known: Remembered | None = None

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is to be said of it."""
        if self.known is None:
            return ()
        text = "It is read as was decided for {file}, which has the same columns."
        return (Note("remembered", text, file=self.known.file),)


def understood(root: Path, request: Request, settings: Settings) -> Reading:
    """Understand a file as decided now or, without a mapping, as decided for its shape before.

    Times without a zone are in the zone given, else in that remembered, else in the workspace's.
    """
    known = None
    is_told = request.forgets or request.table or request.mapping
    if not is_told and memory.is_used(root):
        known = memory.recall(root, intake.file_signature(request.path, request.settings))
    told = known or Remembered(request.table, dict(request.mapping or {}))
    given = told.filled(request.settings)
    understanding = intake.understand(
        request.path,
        table=told.table,
        mapping=told.mapping or None,
        settings=replace(given, timezone=given.timezone or settings.timezone),
    )
    return Reading(request, understanding, known)


def keep(root: Path, reading: Reading, settings: Settings) -> None:
    """Remember how the file was read, if a person decided or confirmed it.

    The zone is kept only where it is not the workspace's own. A reading whose corrections say where
    the columns are is kept for the shape that the file has without them, too: that is all that is
    known of the next one before it is read.
    """
    request, understanding = reading.request, reading.understanding
    if request.forgets:
        memory.forget(root, understanding.signature)
    if not (request.is_corrected or request.remembers):
        return
    before = reading.known or Remembered()
    is_whole = bool(request.table or request.mapping or request.remembers)
    told = {**before.mapping, **(request.mapping or {})}
    dropped = {name: "" for name, column in told.items() if not column}
    zone = understanding.settings.timezone
    kept = Remembered(
        table=understanding.table if is_whole else before.table,
        mapping={**understanding.mapping, **dropped} if is_whole else before.mapping,
        settings=replace(
            understanding.settings, timezone=None if zone == settings.timezone else zone
        ),
        file=understanding.file,
    )
    for signature in {understanding.signature, *_plain_signature(request)}:
        memory.remember(root, signature, kept)


def _plain_signature(request: Request) -> set[str]:
    if not memory.is_about_shape(request.settings):
        return set()
    try:
        return {intake.file_signature(request.path)}
    except UnreadableFileError:
        return set()  # nothing can be recalled for a file of which no columns are seen
