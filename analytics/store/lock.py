"""One writer at a time in a workspace; readers never wait."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analytics.errors import WorkspaceBusyError


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the workspace's write lock; the system frees it when the process dies, however it dies.

    Raises WorkspaceBusyError at once where another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkspaceBusyError(str(folder)) from None
        yield
