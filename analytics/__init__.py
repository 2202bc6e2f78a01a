"""The questions: Ibis table in, small table out."""

from analytics.store.workspace import Workspace, open_workspace

__all__ = ["Workspace", "open_workspace"]
