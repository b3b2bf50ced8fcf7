"""The processors shared out among visitors: whoever has used the least processor time has the next turn.

A turn is one slice of a run, or of a page's longer work. Nobody stands in a line: every run takes turns from the moment it
starts, so a short run beside long ones is over soon, and a run that is held to a pace costs the others only its own slices.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self
from weakref import WeakKeyDictionary

from rnn_core import LimitError

MOST_PLACES = 8
"""Runs and other work of one visitor at a time. The pages start five at most; more are of a client that is not bound by them."""


class _Account:
    """The turns of one visitor."""

    def __init__(self) -> None:
        self.used = 0.0
        """Processor seconds, on the clock of `Slots`: time in which the visitor asked for no turn is not saved up."""
        self.places = 0
        self.at_work = 0
        """Turns that the visitor has at this moment."""


class Place:
    """One run's right to take turns: `with place:` is a turn. To be given back with `leave`."""

    def __init__(self, slots: Slots, account: _Account) -> None:
        self._slots, self._account = slots, account
        self._gone = self._kept = False
        self._began = 0.0
        self._turn: threading.Lock | None = None  # held until the turn comes

    def __enter__(self) -> Self:
        turn = self._slots._ask(self)
        if turn is not None:
            turn.acquire()  # until another place's turn ends and it is released
        self._began = self._slots._clock()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._slots._end(self, self._slots._clock() - self._began)

    def rest(self) -> None:
        """Ask for no turn for a while, as a run does that is ahead of its pace; the next turn ends the rest."""
        self._slots._rest(self)

    def leave(self) -> None:
        """Take no more turns; a place that was left may be left again."""
        self._slots._leave(self)

    @property
    def wait(self) -> float:
        """About how many seconds it will wait for the turn that it asks for; 0.0 where it asks for none, or has one."""
        return self._slots._wait(self)


class Slots:
    """Turns at the processors, as many at once as there are cores.

    Fair by processor time, in the way of start-time fair queueing: the next turn is that of the visitor who has used the
    least. A newcomer starts at the smallest time of those who wait, so that none of them waits for the newcomer to catch up.
    A visitor with several runs has one turn at a time as long as others wait. Where turns differ in length, whoever has used
    less than all who wait keeps the processor for the next turn, or those with short turns would have no more of them.
    """

    def __init__(self, count: int | None = None, *, clock: Callable[[], float] = time.thread_time) -> None:
        """clock: processor seconds of the thread that calls it."""
        self._cores = self._free = count or os.cpu_count() or 1
        self._clock = clock
        self._lock = threading.Lock()
        self._accounts: WeakKeyDictionary[object, _Account] = WeakKeyDictionary()
        self._places: list[Place] = []
        self._waiting: list[Place] = []  # in the order of asking
        self._least = 0.0
        """What the visitor had used whose turn began last: where a newcomer starts."""
        self._length = 0.0
        """Seconds of a turn, averaged over the latest."""

    def join(self, visitor: object) -> Place:
        """Come to take turns on a visitor's account. Raises LimitError (places) where the visitor has too many places."""
        with self._lock:
            account = self._accounts.setdefault(visitor, _Account())
            if account.places >= MOST_PLACES:
                raise LimitError("places", account.places + 1, MOST_PLACES)
            account.places += 1
            place = Place(self, account)
            self._places.append(place)
            return place

    @property
    def load(self) -> float:
        """Runs a core. Those that rest count too: their pages are drawn all the same."""
        with self._lock:
            return len(self._places) / self._cores

    @property
    def stretch(self) -> float:
        """How many times as long a run takes that begins now, since it shares the cores with those that want turns."""
        return max(1.0, self.load + 1 / self._cores)

    # ------------------------------------------------------------------ what places ask for

    def _leave(self, place: Place) -> None:
        with self._lock:
            if not place._gone:
                place._gone = True
                place._account.places -= 1
                self._places.remove(place)
                self._give_up(place)

    def _rest(self, place: Place) -> None:
        with self._lock:
            self._give_up(place)

    def _give_up(self, place: Place) -> None:
        """Hand a processor on that was kept for this place."""
        if place._kept:
            place._kept = False
            self._hand_on()

    def _ask(self, place: Place) -> threading.Lock | None:
        """Begin a turn now, or return a lock that is held until it begins."""
        with self._lock:
            place._account.used = max(place._account.used, self._least)
            if place._kept:
                place._kept = False
                self._begin(place)
                return None
            if self._free:
                self._free -= 1
                self._begin(place)
                return None
            place._turn = turn = threading.Lock()
            turn.acquire()
            self._waiting.append(place)
            return turn

    def _end(self, place: Place, seconds: float) -> None:
        with self._lock:
            place._account.used += seconds
            place._account.at_work -= 1
            self._length += (seconds - self._length) / 10
            if not place._gone and self._waiting and place._account.used < min(other._account.used for other in self._waiting):
                place._kept = True
            else:
                self._hand_on()

    def _hand_on(self) -> None:
        """Begin the turn of whoever waits and has used the least; of equals, of whoever has waited longest."""
        if not self._waiting:
            self._free += 1
            return
        following = min(self._waiting, key=self._rank)
        self._waiting.remove(following)
        self._begin(following)
        assert following._turn is not None
        following._turn.release()

    def _begin(self, place: Place) -> None:
        place._account.at_work += 1
        self._least = max(self._least, place._account.used)

    @staticmethod
    def _rank(place: Place) -> tuple[bool, float]:
        return place._account.at_work > 0, place._account.used

    def _wait(self, place: Place) -> float:
        with self._lock:
            if place not in self._waiting:
                return 0.0
            rank = self._rank(place)
            before = sum(self._rank(other) < rank for other in self._waiting)
            return (before + 1) * self._length / self._cores
