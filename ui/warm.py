"""What the first page needs is imported while the browser still loads its scripts."""

from importlib import import_module
from threading import Thread

_NEEDED = ("ui.address", "ui.sidebar", "ui.data", "ui.figures.overview")


def _import() -> None:
    for name in _NEEDED:
        import_module(name)
    engines, schema = import_module("analytics.store.engines"), import_module("analytics.schema")
    engines.table("warm", (), schema.MARTS["purchases"]).count().execute()  # loads the backend


_thread = Thread(target=_import, name="warm", daemon=True)


def start() -> None:
    """Begin to import in the background, once."""
    if not _thread.is_alive() and _thread.ident is None:
        _thread.start()


def wait() -> None:
    """Return when what was begun is there; at once where nothing was."""
    if _thread.is_alive():
        _thread.join()
