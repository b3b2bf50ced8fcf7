"""Pages are drawn one at a time.

Python lets one thread work at a time, so pages that are drawn side by side are finished no sooner. They keep the thread that sends
messages waiting: it needs Python's lock several times for each of a page's many messages, and waits for every drawing each time.
"""

from __future__ import annotations

import threading

PATIENCE_SECONDS = 0.5
"""The longest that a page waits for others. Then it is drawn beside them, so that one long drawing holds nobody up."""


class Drawing:
    """The right to draw, which one thread has at a time."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        """patience: seconds that a thread waits for it before it draws without."""
        self._patience = patience
        self._lock = threading.Lock()
        self._drawer: int | None = None

    def begin(self) -> bool:
        """Wait for the right; return whether this call got it. A part of a page has its page's right already."""
        me = threading.get_ident()
        if self._drawer == me or not self._lock.acquire(timeout=self._patience):
            return False
        self._drawer = me
        return True

    def end(self) -> bool:
        """Give the right up; return whether this thread had it."""
        if self._drawer != threading.get_ident():
            return False
        self._drawer = None
        self._lock.release()
        return True
