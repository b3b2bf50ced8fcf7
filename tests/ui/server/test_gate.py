"""The gate: what the app has not is not found, and uploads are bounded in sum, a session's and all together."""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from typing import NamedTuple

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from ui.server.gate import PROCESS_SIZES, SESSION_FILES, SESSION_SIZES, Gate

SIZE = 1_000
MOST = SIZE + 1024 * 1024


class Stored(NamedTuple):
    data: bytes


class Server:
    """A server that keeps what is put, behind a gate."""

    def __init__(self, size: int = SIZE) -> None:
        self.files: dict[str, dict[str, Stored]] = defaultdict(dict)
        self.meanwhile: int | None = None
        """The answer to an upload of the same session that comes while another is on its way."""
        self.gate = Gate(self._app, ["dataset", "training"], size=size, files=lambda: self.files)

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "PUT":
            _, _, session, file = scope["path"].strip("/").split("/")
            if self.meanwhile is not None:
                nested, self.meanwhile = self.meanwhile, None
                self.meanwhile = await self.answer("PUT", f"/_stcore/upload_file/{session}/nested", nested)
            length = int(dict(scope["headers"])[b"content-length"])
            self.files[session][file] = Stored(bytes(length))
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def answer(self, method: str, path: str, length: int | None = None) -> int:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        headers = [] if length is None else [(b"content-length", str(length).encode())]
        await self.gate({"type": "http", "method": method, "path": path, "headers": headers}, receive, send)
        status: int = sent[0]["status"]
        return status

    def get(self, path: str) -> int:
        return asyncio.run(self.answer("GET", path))

    def put(self, session: str, file: str, length: int | None = 10) -> int:
        return asyncio.run(self.answer("PUT", f"/_stcore/upload_file/{session}/{file}", length))


# ---------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    "path",
    ["/", "/dataset", "/training/", "/index.html", "/static/js/x.js", "/media/x.npz", "/_stcore/health", "/_stcore/host-config"],
)
def test_what_the_app_has_is_let_through(path: str) -> None:
    assert Server().get(path) == 200


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/agent/mcp",
        "/_stcore",
        "/_stcore/",
        "/wp-login.php",
        "/dataset/more",
        "/dataset/_stcore/health",
        "/media",
        "/.env",
        "/staticx/y",
    ],
)
def test_what_the_app_has_not_is_not_found(path: str) -> None:
    assert Server().get(path) == 404


def test_a_websocket_at_an_unknown_address_is_closed() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Server().gate({"type": "websocket", "path": "/_stcore/metrics"}, receive, send))
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_beneath_an_address_of_its_own_the_app_is_found_there_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    monkeypatch.setattr(server.gate, "_base", "apps/unrolled")
    assert [server.get(path) for path in ("/apps/unrolled", "/apps/unrolled/dataset", "/apps/unrolled/_stcore/health")] == [
        200
    ] * 3
    assert [server.get(path) for path in ("/", "/dataset", "/apps/unrolledx", "/apps/unrolled/x")] == [404] * 4


# ---------------------------------------------------------------------- uploads


def test_the_uploads_of_one_session_are_bounded_in_sum_and_another_sessions_are_not_touched() -> None:
    server = Server()
    assert [server.put("a", str(i), MOST) for i in range(SESSION_SIZES)] == [200] * SESSION_SIZES
    assert server.put("a", "more") == 413
    assert server.put("b", "0", MOST) == 200
    del server.files["a"]["0"]
    assert server.put("a", "more") == 200


def test_a_file_that_is_replaced_counts_once() -> None:
    server = Server()
    for _ in range(2):
        assert [server.put("a", str(i), MOST) for i in range(SESSION_SIZES)] == [200] * SESSION_SIZES


def test_the_uploads_of_all_sessions_are_bounded_in_sum() -> None:
    server = Server(size=-1024 * 1024 + 100)
    taken = [server.put(f"session {i}", "0", 100) for i in range(PROCESS_SIZES + 3)]
    assert taken == [200] * PROCESS_SIZES + [413] * 3


def test_empty_files_are_bounded_in_number() -> None:
    server = Server()
    assert [server.put("a", str(i), 0) for i in range(SESSION_FILES + 2)] == [200] * SESSION_FILES + [413] * 2


@pytest.mark.parametrize(("length", "status"), [(MOST * (SESSION_SIZES - 1), 200), (MOST * SESSION_SIZES, 413)])
def test_what_is_on_its_way_counts(length: int, status: int) -> None:
    server = Server()
    server.meanwhile = length
    assert server.put("a", "0", MOST) == 200
    assert server.meanwhile == status
    assert not server.gate._coming


@pytest.mark.parametrize("length", [None, -1])
def test_an_upload_that_does_not_say_how_long_it_is_is_refused(length: int | None) -> None:
    assert Server().put("a", "0", length) == 411


@pytest.mark.parametrize(
    ("number", "heard"), [(1.5, "websocket.receive"), (math.nan, "websocket.disconnect"), (-math.inf, "websocket.disconnect")]
)
@pytest.mark.parametrize("many", [False, True])
def test_a_number_that_is_none_ends_the_connection_over_which_it_comes(number: float, heard: str, many: bool) -> None:
    message = BackMsg()
    state = message.rerun_script.widget_states.widgets.add(id="epochs")
    if many:
        state.double_array_value.data.append(number)
    else:
        state.double_value = number
    assert listened(message.SerializeToString()) == heard


def test_what_is_no_message_at_all_is_left_to_the_app() -> None:
    assert listened(b"\xff\xff") == "websocket.receive"


def listened(data: bytes) -> str:
    """What the app hears when this comes over a connection."""
    heard: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        heard.append(await receive())

    async def receive() -> Message:
        return {"type": "websocket.receive", "bytes": data}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    gate = Gate(app, [], size=SIZE, files=dict)
    asyncio.run(gate({"type": "websocket", "path": "/_stcore/stream"}, receive, send))
    return str(heard[0]["type"])
