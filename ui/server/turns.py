"""Threads whose work takes turns at the processors with everybody else's, and rests when it is told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from rnn_core import LimitError
from rnn_core.pauses import at_pauses
from ui.server.slots import Place, Slots

T = TypeVar("T")
REST_SECONDS = 0.05
"""How often resting work asks whether it may go on."""


class TurnThreads(ThreadPoolExecutor):
    """Threads for work that calls `pause` between its slices: each slice is a turn on one visitor's account.

    resting: whether the work rests now. halted: whether it is to come to its end, without waiting for turns.
    """

    def __init__(
        self, count: int, slots: Slots, visitor: object, resting: Callable[[], bool], halted: Callable[[], bool]
    ) -> None:
        super().__init__(count, thread_name_prefix="sweep")
        self._slots, self._visitor, self._resting, self._halted = slots, visitor, resting, halted
        self._counting = threading.Lock()
        self.seconds = 0.0
        """What all turns together took."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Have the work done by turns."""
        return super().submit(self._by_turns, fn, args, kwargs)

    def _by_turns(self, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        turns = _Turns(self)
        try:
            with at_pauses(turns.next):
                return fn(*args, **kwargs)
        finally:
            turns.end()

    def _count(self, seconds: float) -> None:
        with self._counting:
            self.seconds += seconds

    def _join(self) -> Place | None:
        """Come to take turns once the work need not rest; None where it is to end."""
        while not self._halted():
            if not self._resting():
                try:
                    return self._slots.join(self._visitor)
                except LimitError:  # the visitor has as much at work as one may: until something of it has ended
                    pass
            time.sleep(REST_SECONDS)
        return None


class _Turns:
    """The turns of one thread."""

    def __init__(self, threads: TurnThreads) -> None:
        self._threads = threads
        self._place: Place | None = None
        self._began = 0.0

    def next(self) -> None:
        """End a turn and wait for the next one."""
        place = self._place
        self._end_turn()
        if place is not None and (self._threads._resting() or self._threads._halted()):
            place.leave()
            place = None
        place = place or self._threads._join()
        if place is not None:
            place.__enter__()
            self._place, self._began = place, time.perf_counter()

    def end(self) -> None:
        """Take no more turns."""
        place = self._place
        self._end_turn()
        if place is not None:
            place.leave()

    def _end_turn(self) -> None:
        if self._place is not None:
            self._place.__exit__(None, None, None)
            self._threads._count(time.perf_counter() - self._began)
            self._place = None
