"""Whether a visitor is still there: closed tabs, short network failures, silent browsers."""

from __future__ import annotations

import time


class Presence:
    """The owner of some runs.

    A closed tab and a short network failure look the same at first, so an owner who has left gets some
    seconds to come back. A browser that stays connected but silent is given up after the idle limit.
    """

    GRACE_SECONDS = 20.0
    IDLE_SECONDS = 1800.0

    def __init__(self) -> None:
        self._seen = time.monotonic()
        self._left: float | None = None

    def seen(self) -> None:
        """The owner's browser has just asked for something."""
        self._seen, self._left = time.monotonic(), None

    def leave(self) -> None:
        """The owner's connection is gone."""
        self._left = time.monotonic()

    @property
    def away(self) -> bool:
        """Whether the owner's connection is gone, for some seconds or for good."""
        return self._left is not None

    @property
    def gone(self) -> bool:
        now = time.monotonic()
        return (self._left is not None and now - self._left > self.GRACE_SECONDS) or now - self._seen > self.IDLE_SECONDS
