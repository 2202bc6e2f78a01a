"""Uploads that stream from the browser to the disk, the drop area, and the files that wait.

Streamlit's own uploader keeps a file twice in memory; this takes none. A page calls
`dropzone(folder)`, which issues a ticket for that folder and draws the component; the browser sends
each file by PUT to the route with the ticket's token in the path and a header that other sites
can't send without a preflight. A file appears under its own name only when all of it is on the
disk. `waiting(folder)` lists what lies there, so a reload finds it again.
"""

import logging
import os
import re
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import streamlit as st
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from ui import components, formats
from ui.words import language, t

HEADER = "x-huitou-upload"
_log = logging.getLogger("huitou.uploads")
_LIMIT = int(os.environ.get("HUITOU_MAX_UPLOAD_BYTES", str(20 * 2**30)))
_LIFETIME_S = 12 * 3600
_FILES_PER_TICKET = 50
_UNSAFE = re.compile(r"[^\w.\-() ]")


class TooLargeError(ValueError):
    """More bytes than one upload may have."""


@dataclass
class Ticket:
    """The right to put files into one folder; each of its tokens takes one file."""

    folder: Path
    issued_at: float = field(default_factory=time.time)

    def is_fresh(self) -> bool:
        """Tell whether the ticket can still be used."""
        return time.time() - self.issued_at < _LIFETIME_S


_tickets: dict[str, Ticket] = {}


def issue(folder: Path) -> str:
    """Give a token that lets the browser put one file into the folder."""
    for token in [token for token, ticket in _tickets.items() if not ticket.is_fresh()]:
        del _tickets[token]
    token = secrets.token_urlsafe(32)
    _tickets[token] = Ticket(folder)
    return token


def safe_name(name: str) -> str:
    r"""Give a file name without path or control characters; Chinese stays.

    >>> safe_name("../../订单 2024.csv"), safe_name("a\x00b/c?.csv"), safe_name("..")
    ('订单 2024.csv', 'c_.csv', 'file')
    """
    last = re.split(r"[\\/]", name)[-1]
    cleaned = _UNSAFE.sub("_", last).strip(" .")
    stem, dot, suffix = cleaned.rpartition(".")
    return f"{stem[-120:]}{dot}{suffix[-20:]}" if stem else cleaned[-120:] or "file"


async def put(request: Request) -> JSONResponse:
    """Take one file: stream it to a part, make it durable, publish it under its name."""
    if request.headers.get(HEADER) != "1":
        return JSONResponse({"error": "not from this page"}, 403)
    ticket = _tickets.pop(request.path_params["token"], None)
    if ticket is None or not ticket.is_fresh():
        return JSONResponse({"error": "unknown or used ticket"}, 403)
    part = ticket.folder / f".{secrets.token_hex(8)}.part"
    try:
        size = await _receive(request, part)
        path = _publish(part, safe_name(request.query_params.get("name", "")))
    except TooLargeError:
        _log.warning("an upload of more than %d bytes was refused", _LIMIT)
        return JSONResponse({"error": "too large"}, 413)
    except ClientDisconnect:
        _log.info("an upload broke off")
        return JSONResponse({"error": "disconnected"}, 400)
    finally:
        part.unlink(missing_ok=True)
    return JSONResponse({"name": path.name, "size": size})


async def _receive(request: Request, part: Path) -> int:
    size = 0
    part.parent.mkdir(parents=True, exist_ok=True)
    async with await anyio.open_file(part, "wb") as out:
        async for chunk in request.stream():
            size += len(chunk)
            if size > _LIMIT:
                raise TooLargeError
            await out.write(chunk)
        await out.flush()
        await anyio.to_thread.run_sync(os.fsync, out.wrapped.fileno())
    return size


def _publish(part: Path, name: str) -> Path:
    path = part.with_name(name)
    os.replace(part, path)  # noqa: PTH105 - the same file sent again replaces the earlier one, atomically
    return path


ROUTES = [Route("/huitou/upload/{token}", put, methods=["PUT"])]


def waiting(folder: Path) -> list[Path]:
    """List the files that lie in the folder, by name."""
    return sorted(path for path in folder.glob("*") if path.is_file() and path.name[0] != ".")


def dropzone(folder: Path, *, key: str = "dropzone") -> None:
    """Draw the area that takes files; the page runs again when all of them have arrived."""
    tokens = st.session_state.setdefault(f"{key}_tokens", [])
    tokens[:] = [
        token for token in tokens if token in _tickets and _tickets[token].folder == folder
    ]
    while len(tokens) < _FILES_PER_TICKET:
        tokens.append(issue(folder))
    components.mounted("dropzone")(
        key=key,
        data={"tokens": list(tokens), "header": HEADER, "limit": _LIMIT, "words": _sayings()},
        on_done_change=_nothing,
        height="content",
    )


def _sayings() -> dict[str, str]:
    names = ("drop", "or", "browse", "formats", "sent", "failed", "too_large", "queued")
    said = {name: t(f"upload.{name}") for name in names}
    return {**said, "left": t("job.left", time="{time}"), **formats.UNITS_OF_WAITING[language()]}


def _nothing() -> None:
    """Let the page run again: the files are on the disk already."""
