"""The machine shared out: who may train now, whose turn it is, and who waits in line."""

from __future__ import annotations

import os
import threading
from collections import deque

from rnn_core import LimitError

ADMITTED_PER_CORE = 8
"""Runs that take turns at once; with more, each turn would be long in coming."""
MOST_WAITING = 64


class Slots:
    """Turns at the processors, shared by all visitors: as many at once as there are cores, each for one slice of epochs.

    A turn is handed to whoever has waited longest. A semaphore would often give it back to the thread that has just had it.
    Only so many runs take turns; those that come later stand in a line of bounded length until one of these leaves.
    """

    def __init__(self, count: int | None = None, *, admitted: int | None = None, waiting: int = MOST_WAITING) -> None:
        self._cores = self._free = count or os.cpu_count() or 1
        self._most = self._cores * ADMITTED_PER_CORE if admitted is None else admitted
        self._most_waiting = waiting
        self._turns: deque[threading.Lock] = deque()
        self._runs: list[object] = []  # in the order of their coming: those admitted, then the line
        self._lock = threading.Lock()

    def join(self, run: object) -> None:
        """Come to take turns. Raises LimitError (queue) where the line is full."""
        with self._lock:
            if len(self._runs) >= self._most + self._most_waiting:
                raise LimitError("queue", len(self._runs) - self._most + 1, self._most_waiting)
            self._runs.append(run)

    def leave(self, run: object) -> None:
        """Make room; one who has left already may leave again."""
        with self._lock:
            self._runs = [other for other in self._runs if other is not run]

    def place(self, run: object) -> int:
        """The place in the line, from 1; 0 for one who takes turns or has never come."""
        with self._lock:
            at = next((i for i, other in enumerate(self._runs) if other is run), 0)
            return max(0, at - self._most + 1)

    @property
    def load(self) -> float:
        """Runs a core that take turns or wait in the line."""
        return len(self._runs) / self._cores

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._turns.append(turn)
        turn.acquire()  # until somebody who leaves releases it

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._turns:
                self._turns.popleft().release()
            else:
                self._free += 1
