"""Who is here. A visitor has a place while their connection lives; a minute after it has gone, what was theirs is freed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol
from weakref import WeakKeyDictionary

from rnn_core import Limits
from ui.server import process

ROUND_SECONDS = 5.0
"""From one look at who has left to the next."""
COLLECT_SECONDS = 30.0
"""The garbage collector is called no more often than this. It holds Python's lock for some tenths of a second."""

_log = logging.getLogger("unrolled.visitors")


class Connections(Protocol):
    """What the server beneath knows of its connections, each known by an id."""

    def connected(self, connection: str) -> bool:
        """Whether a browser is at its other end now."""

    def close(self, connection: str) -> None:
        """Free what belongs to one that is not connected; one that is closed may be closed again."""


class Permanent:
    """Connections that never end, where no browser is at the other end."""

    def connected(self, connection: str) -> bool:
        return True

    def close(self, connection: str) -> None:
        pass


class Visitors:
    """The visitors' sessions, each with its connection.

    Streamlit lets go of a session that was left when another is left, and what a session holds refers to itself in circles,
    which the garbage collector would find late or never (see process.py). So a thread looks after both while there is
    anybody to look after.
    """

    def __init__(
        self,
        connections: Connections,
        *,
        held_seconds: float,
        collect: Callable[[bool], None] = process.collect,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """held_seconds: how long a session is held for its visitor to come back to."""
        self._connections, self._held = connections, held_seconds
        self._collect, self._clock = collect, clock
        self._lock = threading.Lock()
        self._known: WeakKeyDictionary[object, str] = WeakKeyDictionary()
        self._left: dict[str, float] = {}  # when each connection that is gone was first missed
        self._freed = False
        self._collected = -COLLECT_SECONDS
        self._thread: threading.Thread | None = None

    def check(self, limits: Limits) -> None:
        """Raise LimitError (visitors) where one more would be too many."""
        limits.check(visitors=len(self) + 1)

    def here(self, session: object, connection: str) -> None:
        """Note that a session is being used over a connection."""
        with self._lock:
            for other in [other for other, over in self._known.items() if over == connection and other is not session]:
                del self._known[other]
            self._known[session] = connection
            self._left.pop(connection, None)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="visitors", daemon=True)
                self._thread.start()

    def come_back(self, is_it: Callable[[object], bool], connection: str) -> object | None:
        """Return the session in question, if its connection has gone and it is still held; it is used over this one from now on."""
        with self._lock:
            for session, former in self._known.items():
                if is_it(session) and former != connection and not self._connections.connected(former):
                    break
            else:
                return None
            self._left.pop(former, None)
        self.here(session, connection)
        self._connections.close(former)
        return session

    def __len__(self) -> int:
        """How many are here."""
        with self._lock:
            return sum(map(self._connections.connected, set(self._known.values())))

    def sweep(self) -> bool:
        """Free what was left long enough ago, and collect it where that is due. False when there is nobody to look after."""
        now = self._clock()
        with self._lock:
            connections = set(self._known.values()) | set(self._left)
            gone = {connection for connection in connections if not self._connections.connected(connection)}
            self._left = {connection: self._left.get(connection, now) for connection in gone}
            over = [connection for connection, since in self._left.items() if now - since >= self._held]
            for connection in over:
                del self._left[connection]
            for session in [session for session, connection in self._known.items() if connection in over]:
                del self._known[session]
        # What was closed in an earlier round is garbage by now, what is closed in this one only after the loop's next turn.
        if self._freed and now - self._collected >= COLLECT_SECONDS:
            self._freed, self._collected = False, now
            self._collect(connections == gone)
        for connection in over:
            self._connections.close(connection)
        self._freed = self._freed or bool(over)
        return bool(connections) or self._freed

    def _watch(self) -> None:
        while True:
            time.sleep(ROUND_SECONDS)
            try:
                going = self.sweep()
            except Exception:
                _log.exception("sweeping failed")
                going = True
            with self._lock:
                if not going and not self._known:
                    self._thread = None
                    return
