"""The upload route as the server calls it, in ASGI's own words: no browser, no page."""

import asyncio
import json
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from starlette.applications import Starlette

from ui import uploads

HEADERS = {uploads.HEADER: "1"}


@dataclass
class Answer:
    status_code: int
    body: bytes

    def json(self):
        return json.loads(self.body)


class Client:
    """Speaks to the routes without a network (Starlette's own client needs one more package)."""

    app = Starlette(routes=uploads.ROUTES)

    def put(self, url, content, headers=None, *, is_cut_off=False):
        return asyncio.run(self.ask("PUT", url, content, headers or {}, is_cut_off=is_cut_off))

    def get(self, url):
        return asyncio.run(self.ask("GET", url, b"", {}, is_cut_off=False))

    async def ask(self, method, url, content, headers, *, is_cut_off):
        path, _, query = url.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        chunk = {"type": "http.request", "body": content, "more_body": is_cut_off}
        incoming = [chunk, {"type": "http.disconnect"}]
        sent = []

        async def receive():
            return incoming.pop(0)

        async def send(message):
            sent.append(message)

        await self.app(scope, receive, send)
        return Answer(sent[0]["status"], b"".join(m.get("body", b"") for m in sent[1:]))


@pytest.fixture
def client():
    return Client()


def url(token, name="orders.csv"):
    return f"/huitou/upload/{token}?name={quote(name)}"


def test_a_file_arrives_whole_under_its_own_name(client, tmp_path):
    address = url(uploads.issue(tmp_path), "订单 2024.csv")
    answer = client.put(address, content=b"a,b\n", headers=HEADERS)
    assert answer.status_code == 200
    assert answer.json() == {"name": "订单 2024.csv", "size": 4}
    assert (tmp_path / "订单 2024.csv").read_bytes() == b"a,b\n"
    assert [path.name for path in tmp_path.iterdir()] == ["订单 2024.csv"]


def test_the_folder_is_made_on_first_use(client, tmp_path):
    token = uploads.issue(tmp_path / "uploads")
    assert client.put(url(token), content=b"x", headers=HEADERS).status_code == 200
    assert [path.name for path in uploads.waiting(tmp_path / "uploads")] == ["orders.csv"]


def test_a_token_takes_one_file(client, tmp_path):
    token = uploads.issue(tmp_path)
    assert client.put(url(token), content=b"x", headers=HEADERS).status_code == 200
    assert client.put(url(token), content=b"y", headers=HEADERS).status_code == 403
    assert (tmp_path / "orders.csv").read_bytes() == b"x"


def test_without_the_header_nothing_is_taken_and_the_token_stays(client, tmp_path):
    token = uploads.issue(tmp_path)
    assert client.put(url(token), content=b"x").status_code == 403
    assert client.put(url(token), content=b"x", headers=HEADERS).status_code == 200


def test_an_unknown_token_is_refused(client):
    assert client.put(url("guess"), content=b"x", headers=HEADERS).status_code == 403


def test_an_old_ticket_is_refused(client, tmp_path, monkeypatch):
    token = uploads.issue(tmp_path)
    monkeypatch.setattr(uploads, "_LIFETIME_S", -1)
    assert client.put(url(token), content=b"x", headers=HEADERS).status_code == 403


def test_a_file_over_the_limit_leaves_nothing(client, tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "_LIMIT", 3)
    answer = client.put(url(uploads.issue(tmp_path)), content=b"four", headers=HEADERS)
    assert answer.status_code == 413
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\passwd", "a/b/passwd"])
def test_a_name_never_leaves_the_folder(client, tmp_path, name):
    answer = client.put(url(uploads.issue(tmp_path), name), content=b"x", headers=HEADERS)
    assert answer.json()["name"] == "passwd"
    assert (tmp_path / "passwd").exists()


def test_hidden_and_empty_names_become_visible(client, tmp_path):
    answer = client.put(url(uploads.issue(tmp_path), ".."), content=b"x", headers=HEADERS)
    assert answer.json()["name"] == "file"


def test_the_same_name_replaces_the_earlier_file(client, tmp_path):
    for content in (b"old", b"new"):
        client.put(url(uploads.issue(tmp_path)), content=content, headers=HEADERS)
    assert (tmp_path / "orders.csv").read_bytes() == b"new"


def test_other_methods_are_not_served(client, tmp_path):
    assert client.get(url(uploads.issue(tmp_path))).status_code == 405


def test_a_broken_connection_leaves_nothing(client, tmp_path):
    address = url(uploads.issue(tmp_path))
    answer = client.put(address, content=b"half", headers=HEADERS, is_cut_off=True)
    assert answer.status_code == 400
    assert list(tmp_path.iterdir()) == []
