"""Segments that a reader saves: named lists of customers in the workspace, as plain files.

One JSON file a segment in the workspace's folder `segments`: name, created_at, version, members
(customer ids).
"""

import json
import re
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import analytics

_FOLDER = "segments"


def save(workspace: analytics.Workspace, name: str, members: list[str]) -> Path:
    """Keep these customers under this name; a segment of the same name is replaced."""
    path = workspace.folder(_FOLDER) / f"{_stem(name)}.json"
    content = {
        "name": name,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": workspace.version,
        "members": sorted(set(members)),
    }
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    draft.replace(path)
    return path


def saved(workspace: analytics.Workspace) -> list[dict[str, Any]]:
    """List the saved segments by name."""
    files = workspace.folder(_FOLDER).glob("*.json")
    found = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    return sorted(found, key=lambda segment: segment["name"])


def _stem(name: str) -> str:
    readable = re.sub(r"[^\w]+", "-", name).strip("-")[:60]
    return f"{readable}-{blake2b(name.encode(), digest_size=4).hexdigest()}"
