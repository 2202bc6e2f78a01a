"""What the intake suggests for a column, and how sure it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.notes import Note

SURE = 0.5  # above this a header said so; at most this, a guess from values
_SOME = 0.2


@dataclass(frozen=True)
class Proposal:
    """A column proposed for a field, with a confidence from 0 to 1 and the reason."""

    field: str
    column: str
    confidence: float
    reason: Note


def best_of(found: Iterable[Proposal], field: str) -> Proposal | None:
    """Return the surest proposal for a field, None where none is likely."""
    ranked = sorted((one for one in found if one.field == field), key=lambda one: -one.confidence)
    return ranked[0] if ranked and ranked[0].confidence > _SOME else None
