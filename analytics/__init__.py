"""The questions: Ibis table in, small table out."""

from analytics.catalogue import catalogue, run_report
from analytics.store.workspace import Workspace, open_workspace

__all__ = ["Workspace", "catalogue", "open_workspace", "run_report"]
