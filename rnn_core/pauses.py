"""Places in long work where it can be interrupted: whoever has the work done says what happens there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_at_pauses: ContextVar[Callable[[], None] | None] = ContextVar("at_pauses", default=None)


def pause() -> None:
    """Do what is to be done between two pieces of work: nothing, unless `at_pauses` says otherwise. Loops call it once a turn."""
    if (act := _at_pauses.get()) is not None:
        act()


@contextmanager
def at_pauses(act: Callable[[], None]) -> Iterator[None]:
    """Have this done at every pause of the work in this block, in this thread. What it raises ends the work."""
    token = _at_pauses.set(act)
    try:
        yield
    finally:
        _at_pauses.reset(token)
