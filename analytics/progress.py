"""How long work says how far it is: called with a share from 0 to 1 and a message, and details.

A progress callback may raise CancelledError; the work then leaves nothing half-made.
"""

from collections.abc import Callable
from typing import Any

Progress = Callable[..., None]


def silent(_fraction: float, _message: str, **_details: Any) -> None:
    """Report progress to nobody."""
