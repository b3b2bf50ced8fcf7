"""What is let in from outside: the addresses that the app has, and no more uploaded bytes than the process has room for."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

import streamlit
from google.protobuf.message import DecodeError
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime import Runtime

STATIC = Path(streamlit.__file__).parent / "static"
OWN = frozenset({"health", "host-config", "stream", "upload_file", "bidi-components"})
"""What of Streamlit's own addresses a browser needs; metrics, and whatever a later version adds, are closed."""
FOLDERS = frozenset({"static", "media", "component"})

SESSION_FILES = 16
SESSION_SIZES = 4
"""How many times the largest file one session may have uploaded in all."""
PROCESS_SIZES = 64
"""How many times the largest file all sessions together may."""

_UPLOAD = re.compile(r"_stcore/upload_file/([^/]+)/([^/]+)")


def _honest(receive: Receive) -> Receive:
    """Hear a browser's messages, and end a connection over which a number comes that no widget sends.

    A whole number that is none would leave its session in error: Streamlit tries to read it again at each drawing.
    """

    async def heard() -> Message:
        message = await receive()
        data = message.get("bytes")
        return {"type": "websocket.disconnect", "code": 1008} if data and not _is_finite(data) else message

    return heard


def _is_finite(data: bytes) -> bool:
    """Return whether all numbers of a browser's message are finite."""
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:  # Streamlit answers it
        return True
    states = message.rerun_script.widget_states.widgets
    numbers = (number for state in states for number in (state.double_value, *state.double_array_value.data))
    return all(map(math.isfinite, numbers))


class Stored(Protocol):
    """A file that was uploaded."""

    @property
    def data(self) -> bytes:
        """Its bytes."""


Files = Mapping[str, Mapping[str, Stored]]
"""The uploaded files by session and by id."""


def streamlit_files() -> Files:
    """Return the files that Streamlit holds; none where it is not running."""
    server = runtime.get_instance() if runtime.exists() else None
    held: Files = getattr(server.uploaded_file_mgr, "file_storage", {}) if isinstance(server, Runtime) else {}
    return held


class Gate:
    """ASGI middleware: answers 404 for what the app has not, and 413 for an upload that there is no room for.

    It also ends a connection over which a number comes that is none.
    """

    def __init__(
        self, app: ASGIApp, pages: Iterable[str], *, size: int | None = None, files: Callable[[], Files] = streamlit_files
    ) -> None:
        """pages: the addresses of the pages but the first. size: bytes of the largest file; None: as Streamlit's config says."""
        self._app, self._files = app, files
        self._size = config.get_option("server.maxUploadSize") * 1024 * 1024 if size is None else size
        self._base = (config.get_option("server.baseUrlPath") or "").strip("/")
        self._exact = {"", *pages, *(path.name for path in STATIC.iterdir() if path.is_file())}
        self._coming: dict[tuple[str, str], int] = {}  # bytes on their way, by session and file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path = self._path(scope["path"])
        if path is None or not self._known(path):
            await self._refuse(404, scope, receive, send)
        elif scope["type"] == "websocket":
            await self._app(scope, _honest(receive), send)
        elif scope["type"] == "http" and scope["method"] == "PUT" and (upload := _UPLOAD.fullmatch(path)):
            await self._upload(upload.group(1), upload.group(2), scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _path(self, path: str) -> str | None:
        """The path beneath the app's own address; None where it is not beneath it."""
        path = path.strip("/")
        if not self._base:
            return path
        return path[len(self._base) :].strip("/") if f"{path}/".startswith(f"{self._base}/") else None

    def _known(self, path: str) -> bool:
        if path in self._exact:
            return True
        first, _, rest = path.partition("/")
        return bool(rest) and (rest.split("/")[0] in OWN if first == "_stcore" else first in FOLDERS)

    async def _upload(self, session: str, file: str, scope: Scope, receive: Receive, send: Send) -> None:
        length = dict(scope["headers"]).get(b"content-length", b"")
        if not re.fullmatch(rb"\d{1,12}", length):
            await self._refuse(411, scope, receive, send)
        elif (session, file) in self._coming or not self._room(session, file, int(length)):
            await self._refuse(413, scope, receive, send)
        else:
            self._coming[session, file] = int(length)
            try:
                await self._app(scope, receive, send)
            finally:
                del self._coming[session, file]

    def _room(self, session: str, file: str, length: int) -> bool:
        """Whether so many bytes more fit; what is on its way counts, a file that is replaced does not."""
        files = {whose: dict(held) for whose, held in list(self._files().items())}
        files.get(session, {}).pop(file, None)
        own = [length, *(len(held.data) for held in files.get(session, {}).values())]
        own += [coming for (whose, _), coming in self._coming.items() if whose == session]
        every = sum(len(held.data) for helds in files.values() for held in helds.values()) + sum(self._coming.values()) + length
        most = self._size + 1024 * 1024  # Streamlit itself allows this much for what stands around a file
        return len(own) <= SESSION_FILES and sum(own) <= SESSION_SIZES * most and every <= PROCESS_SIZES * most

    async def _refuse(self, status: int, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            text = {404: "Not found", 411: "Length required", 413: "Too much has been uploaded"}[status]
            await PlainTextResponse(text, status, headers={"Connection": "close"})(scope, receive, send)
