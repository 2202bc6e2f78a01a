"""The questions: Ibis table in, small table out.

The names below are imported on first use, so that errors, settings and jobs stay cheap to import: a
command answers, and the server listens, before pandas and Ibis are there.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics.reports import catalogue, run_report
    from analytics.store.workspace import Workspace, open_workspace

_HOMES = {
    "Workspace": "analytics.store.workspace",
    "catalogue": "analytics.reports",
    "open_workspace": "analytics.store.workspace",
    "run_report": "analytics.reports",
}

__all__ = ["Workspace", "catalogue", "open_workspace", "run_report"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)
