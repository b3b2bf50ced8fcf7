"""The work of drawing a page: one page at a time; longer work in slices, by turns with all runs, and given up when nobody waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from ui.server.drawing import Drawing
from ui.server.slots import Place, Slots

SLICE_SECONDS = 0.1
"""A page that takes no longer between two pauses takes no turns: it would wait longer than it works."""


class PageWork:
    """The work of one drawing. Have `pause` called often; what it does, it does once a slice."""

    def __init__(
        self,
        slots: Slots,
        visitor: object,
        stop: Callable[[], None],
        drawing: Drawing,
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """stop: raises where the page need not be drawn any more, since its visitor has left or has clicked elsewhere."""
        self._slots, self._visitor, self._stop, self._drawing, self._clock = slots, visitor, stop, drawing, clock
        self._draws = False
        self._place: Place | None = None
        """Where it takes turns, once it has turned out to be long."""
        self._began = 0.0

    def __enter__(self) -> Self:
        self._draws = self._drawing.begin()
        self._began = self._clock()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end_turn(kind, error, trace)
        if self._draws:
            self._drawing.end()

    def pause(self) -> None:
        """Let others have their turns, and wait for the next one of its own. Raises LimitError where the visitor has too many at work."""
        if self._clock() - self._began < SLICE_SECONDS:
            return
        self._end_turn(None, None, None)
        drew = self._drawing.end()
        self._stop()
        place = self._slots.join(self._visitor)
        place.__enter__()
        self._place = place
        if drew:
            self._drawing.begin()
        self._began = self._clock()

    def _end_turn(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """A place is joined for each turn: between two of them whatever else draws the page may fail without a word."""
        if self._place is not None:
            self._place.__exit__(kind, error, trace)
            self._place.leave()
            self._place = None
