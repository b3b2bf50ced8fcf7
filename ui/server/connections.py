"""Streamlit's connections to browsers, behind the few calls that the server needs."""

from __future__ import annotations

from streamlit import config, runtime
from streamlit.runtime import Runtime

HELD = 0.9
"""How much of Streamlit's own time for those who come back a session that was left is held. Streamlit then only hides it."""


def held_seconds() -> float:
    """Return how long a session is held for its visitor to come back to."""
    return float(HELD * config.get_option("server.disconnectedSessionTTL"))


class StreamlitConnections:
    """Streamlit's sessions. The only place that knows its runtime's event loop, which is the loop to close a session on.

    Where no server runs, as in a test of a page, every connection is there for good.
    """

    def connected(self, connection: str) -> bool:
        server = self._server()
        return server is None or server.is_active_session(connection)

    def close(self, connection: str) -> None:
        if (server := self._server()) is not None:
            server._get_async_objs().eventloop.call_soon_threadsafe(server.close_session, connection)

    @staticmethod
    def _server() -> Runtime | None:
        server = runtime.get_instance() if runtime.exists() else None
        return server if isinstance(server, Runtime) else None
