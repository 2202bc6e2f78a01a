"""The workspace: versions, settings, engines, jobs."""

from analytics.store.workspace import Workspace, open_workspace

__all__ = ["Workspace", "open_workspace"]
