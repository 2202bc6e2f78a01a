"""How far the reading of a file is, and how fast it goes."""

import time

from analytics.progress import Progress

_MEGABYTE = 1 << 20


class Pace:
    """Tells a progress callback the share of a file that was read, the lines and the rate."""

    def __init__(self, size: int, progress: Progress | None) -> None:
        self._size, self._progress = max(size, 1), progress
        self._started = time.monotonic()

    def say(self, done: int, n_lines: int) -> None:
        """Report so many bytes and lines as read; what the callback raises passes through."""
        if self._progress:
            rate = done / _MEGABYTE / max(time.monotonic() - self._started, 1e-3)
            self._progress(
                min(done / self._size, 1.0), f"read {n_lines:,} lines at {rate:,.0f} MB/s"
            )
