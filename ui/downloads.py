"""Files to take away: made on the click, in another thread, from values bound beforehand.

Every file name says where its numbers come from: workspace, what it is, version, as-of. A question
over the workspace opens it anew at that version (the page's own cursor may be busy).
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

import analytics
from analytics.csv_export import csv_bytes
from ui import data
from ui.types import Table
from ui.words import t


def table(frame: Table, name: str, *, label: str | None = None, is_main: bool = False) -> None:
    """Offer a table that is on the page as CSV."""
    _button(partial(csv_bytes, frame), name, label or t("download.csv"), is_main=is_main)


def rows(
    question: Callable[..., Table],
    name: str,
    *,
    label: str | None = None,
    is_main: bool = False,
    **parameters: Any,
) -> None:
    """Offer all rows of `question(workspace, **parameters)` as CSV, computed on the click."""
    opened = data.workspace()
    make = partial(_answer, opened.path, opened.version, question, parameters)
    _button(make, name, label or t("download.csv"), is_main=is_main)


def file(path: Path, *, label: str) -> None:
    """Offer a file of the workspace as it lies there."""
    st.download_button(
        label,
        path.read_bytes,
        file_name=file_name(path.stem, path.suffix.removeprefix(".")),
        mime="text/csv",
        key=f"download_{path.name}",
        icon=":material/download:",
        on_click="ignore",
    )


def file_name(name: str, suffix: str = "csv") -> str:
    """Give the name of a file with its provenance: workspace, what, version, as-of."""
    opened = data.workspace()
    as_of = opened.as_of.isoformat() if opened.as_of else "empty"
    return f"{opened.path.resolve().name}-{name}-v{opened.version}-{as_of}.{suffix}"


def _answer(
    path: Path, version: int, question: Callable[..., Table], parameters: dict[str, Any]
) -> bytes:
    return csv_bytes(question(analytics.Workspace(path, number=version), **parameters))


def _button(make: Callable[[], bytes], name: str, label: str, *, is_main: bool) -> None:
    st.download_button(
        label,
        make,
        file_name=file_name(name),
        mime="text/csv",
        key=f"download_{name}",
        icon=":material/download:",
        type="primary" if is_main else "secondary",
        on_click="ignore",
        width="stretch" if is_main else "content",
    )
