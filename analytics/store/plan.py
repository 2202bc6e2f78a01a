"""A plan of imports: files, and what was decided about each, as one JSON file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analytics.settings import ImportSettings
from analytics.store.readings import Request


def read_plan(path: Path) -> list[Request]:
    """Return the requests of a plan, in its order.

    Parameters
    ----------
    path
        A JSON list of objects: `file`, and as far as decided `table`, `mapping` (field to column),
        `settings` (as in `ImportSettings`; `status_words` maps word to status), `remembers`,
        `forgets`.

    Raises
    ------
    InvalidSettingError
        If a setting has a value that means nothing.
    """
    return [_request(told) for told in json.loads(path.read_text("utf-8"))]


def settings_of(told: Mapping[str, Any]) -> ImportSettings:
    """Return import settings as JSON tells them: `status_words` maps word to status."""
    words = told.get("status_words", {})
    return ImportSettings(**{**told, "status_words": tuple(sorted(words.items()))})


def _request(told: dict[str, Any]) -> Request:
    return Request(
        Path(told["file"]),
        table=told.get("table"),
        mapping=told.get("mapping") or None,
        settings=settings_of(told.get("settings", {})),
        remembers=told.get("remembers", False),
        forgets=told.get("forgets", False),
    )
