"""Error bars of points and bars, drawn alike on every chart."""

from collections.abc import Sequence
from typing import Any

from ui import theme


def whiskers(
    values: Sequence[float],
    lower: Sequence[float],
    upper: Sequence[float],
    *,
    width: int = 4,
) -> dict[str, Any]:
    """Give the error bars of points whose intervals need not be symmetric."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - value for high, value in zip(upper, values, strict=True)],
        "arrayminus": [value - low for low, value in zip(lower, values, strict=True)],
        "color": theme.colors().muted,
        "thickness": 1.2,
        "width": width,
    }
