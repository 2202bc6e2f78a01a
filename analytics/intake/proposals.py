"""What the intake suggests for a column, and how sure it is."""

from dataclasses import dataclass

from analytics.notes import Note


@dataclass(frozen=True)
class Proposal:
    """A column proposed for a field, with a confidence from 0 to 1 and the reason."""

    field: str
    column: str
    confidence: float
    reason: Note
