"""How long work says how far it is: called with a share from 0 to 1 and a message, and details.

A progress callback may raise CancelledError; the work then leaves nothing half-made.
"""

from collections.abc import Callable
from typing import Any

Progress = Callable[..., None]


def silent(_fraction: float, _message: str, **_details: Any) -> None:
    """Report progress to nobody."""


def within(progress: Progress, start: float, end: float) -> Progress:
    """Report a part of the work as from `start` to `end` of the whole.

    >>> within(lambda fraction, message: print(fraction, message), 0.5, 1.0)(0.5, "half of it")
    0.75 half of it
    """

    def scaled(fraction: float, message: str, **details: Any) -> None:
        progress(start + (end - start) * fraction, message, **details)

    return scaled
