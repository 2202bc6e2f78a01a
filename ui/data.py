"""What the pages read: small result tables, cached by workspace, version and parameters.

Nothing here is large and nothing is kept per session: `report` runs an entry of the catalogue,
`rows` runs a query of ours over a table of the workspace. Both are computed once per version,
whoever asks. Only the book of subscriptions is kept whole, for the newest versions asked of: four
reports are read from it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

import analytics
from analytics.reports import ReportResult, report_sql, run_report
from analytics.subscriptions import book
from ui import workspaces

_KEPT = 400
_BOOKS_KEPT = 2
Answer = TypeVar("Answer")


def workspace() -> analytics.Workspace:
    """Open the workspace that the reader looks at."""
    return workspaces.current()


def report(name: str, **options: Any) -> ReportResult:
    """Run a report of the catalogue on the current workspace."""
    return report_of(workspace(), name, **options)


def report_of(opened: analytics.Workspace, name: str, **options: Any) -> ReportResult:
    """Run a report of the catalogue on a workspace at its version."""
    return _report(str(opened.path), opened.version, name, tuple(sorted(options.items())))


def sql(result: ReportResult) -> list[str]:
    """Give the SQL that the report ran on the current workspace; the first to ask runs it again."""
    opened = workspace()
    options = tuple(sorted(result.params.items()))
    return _sql(str(opened.path), opened.version, result.report.name, options)


def rows(question: Callable[..., Answer], **parameters: Any) -> Answer:
    """Run `question(workspace, **parameters)` on the current workspace.

    The question must be a function of a module (its name is part of the cache's key) and its answer
    small.
    """
    opened = workspace()
    key = f"{question.__module__}.{question.__qualname__}"
    values = tuple(sorted(parameters.items()))
    return _rows(str(opened.path), opened.version, key, values, _question=question)


@st.cache_data(show_spinner=False, max_entries=_KEPT)
def _report(
    path: str, version: int, name: str, options: tuple[tuple[str, Any], ...]
) -> ReportResult:
    with book.sharing(_books(path, version)):
        return run_report(analytics.Workspace(Path(path), number=version), name, **dict(options))


@st.cache_resource(show_spinner=False, max_entries=_BOOKS_KEPT)
def _books(path: str, version: int) -> dict[Any, book.Runs]:  # noqa: ARG001 - the cache's key
    return {}


@st.cache_data(show_spinner=False, max_entries=_KEPT)
def _sql(path: str, version: int, name: str, options: tuple[tuple[str, Any], ...]) -> list[str]:
    return report_sql(analytics.Workspace(Path(path), number=version), name, **dict(options))


@st.cache_data(show_spinner=False, max_entries=_KEPT)
def _rows(
    path: str,
    version: int,
    key: str,  # noqa: ARG001 - part of the cache's key
    parameters: tuple[tuple[str, Any], ...],
    *,
    _question: Callable[..., Any],
) -> Any:
    return _question(analytics.Workspace(Path(path), number=version), **dict(parameters))
