"""Visitors: a place for each as long as their connection lives, and what was theirs freed soon after."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

import pytest

from rnn_core import LimitError, Limits
from ui.server import process
from ui.server.visitors import COLLECT_SECONDS, Visitors

HELD = 60.0


class Session:
    """Something that refers to itself in a circle, as a session does."""

    def __init__(self) -> None:
        self.itself = self


class House:
    """Visitors whose connections a test opens and closes, on a clock that it turns by hand."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.closed: list[str] = []
        self.collected: list[bool] = []
        self.now = 0.0
        self.sessions: dict[str, Session] = {}
        self.visitors = Visitors(self, held_seconds=HELD, collect=self.collected.append, clock=lambda: self.now)
        self.visitors._watch = lambda: None  # type: ignore[method-assign]  # a test sweeps by itself

    def connected(self, connection: str) -> bool:
        return connection in self.open

    def close(self, connection: str) -> None:
        self.closed.append(connection)
        self.sessions.pop(connection, None)

    def come(self, *connections: str, most: int = 1_000) -> None:
        for connection in connections:
            self.visitors.check(Limits(visitors=most))
            self.open.add(connection)
            self.visitors.here(self.sessions.setdefault(connection, Session()), connection)

    def leave(self, *connections: str) -> None:
        self.open.difference_update(connections)

    def after(self, seconds: float) -> bool:
        self.now += seconds
        return self.visitors.sweep()


@pytest.fixture
def house() -> House:
    return House()


def test_a_place_is_free_as_soon_as_its_visitors_connection_has_gone(house: House) -> None:
    """A class of a hundred and fifty leaves, and another comes at once: nobody is refused."""
    first, second = [f"first {i}" for i in range(150)], [f"second {i}" for i in range(150)]
    house.come(*first, most=150)
    with pytest.raises(LimitError) as caught:
        house.come("one more", most=150)
    assert (caught.value.what, caught.value.value) == ("visitors", 151)
    house.leave(*first)
    assert len(house.visitors) == 0
    house.come(*second, most=150)
    assert len(house.visitors) == 150


def test_what_was_left_is_held_for_its_visitor_to_come_back_to_and_then_closed(house: House) -> None:
    house.come("a", "b", "c")
    house.leave("a", "b")
    house.after(0)
    house.after(HELD - 1)
    assert not house.closed
    house.open.add("b")
    house.after(0.5)
    house.after(1)
    assert house.closed == ["a"]
    house.leave("b")
    house.after(0)
    house.after(HELD - 1)
    assert house.closed == ["a"], "time runs anew for one who had come back"
    house.after(1)
    assert house.closed == ["a", "b"]
    assert len(house.visitors) == 1


def test_what_a_visitor_left_behind_is_collected_a_round_later_and_not_often(house: House) -> None:
    house.come("a", "b", "stays")
    house.leave("a")
    house.after(0)
    house.after(HELD)
    assert (house.closed, house.collected) == (["a"], [])
    house.after(5)
    assert house.collected == [False]
    house.leave("b")
    house.after(0)
    house.after(HELD)
    house.after(5)
    assert house.collected == [False, False]
    house.come("c")
    house.leave("c")
    house.visitors._held = 0.0
    house.after(0)
    house.after(5)
    house.after(5)
    assert len(house.collected) == 2, "it has just been called"
    house.after(COLLECT_SECONDS)
    assert len(house.collected) == 3
    house.after(COLLECT_SECONDS)
    assert len(house.collected) == 3, "nobody has left since"


def test_when_all_have_left_what_was_frozen_is_gone_over_too_and_then_there_is_nothing_to_look_after(house: House) -> None:
    house.come("a")
    house.leave("a")
    assert house.after(0)
    assert house.after(HELD)
    house.after(5)
    assert house.collected == [True]
    assert house.after(5) is False


def test_a_connection_that_closes_takes_its_session_with_it(house: House) -> None:
    house.come("a")
    session = weakref.ref(house.sessions["a"])
    house.leave("a")
    house.after(0)
    house.after(HELD)
    process.collect(empty=False)
    assert session() is None


@pytest.fixture
def thawed() -> None:
    gc.unfreeze()


@pytest.mark.parametrize(("empty", "freed"), [(True, True), (False, False)])
@pytest.mark.slow
def test_a_session_that_was_frozen_while_the_engine_was_prepared_is_freed_when_nobody_is_here(
    thawed: Callable[[], None], empty: bool, freed: bool
) -> None:
    session = Session()
    known = weakref.ref(session)
    gc.collect()
    gc.freeze()
    del session
    process.collect(empty)
    assert (known() is None) is freed
    assert (gc.get_freeze_count() > 0) is True
    gc.unfreeze()


# ---------------------------------------------------------------------- after a reload


def test_a_session_is_given_back_once_its_connection_has_gone_and_while_it_is_held(house: House) -> None:
    house.come("before", "after")
    session = house.sessions["before"]
    is_it = lambda other: other is session  # noqa: E731
    assert house.visitors.come_back(is_it, "after") is None, "somebody is at its other end"
    house.leave("before")
    house.after(HELD / 2)
    assert house.visitors.come_back(is_it, "after") is session
    assert house.closed == ["before"]
    assert len(house.visitors) == 1, "the new session that it replaces does not count"
    house.after(10 * HELD)
    house.leave("after")
    house.after(0.0)
    house.after(HELD)
    assert house.visitors.come_back(is_it, "later") is None, "it has been freed"


def test_a_session_that_is_given_back_is_not_freed_with_its_former_connection(house: House) -> None:
    house.come("before", "after")
    session = house.sessions["before"]
    house.leave("before")
    house.after(0.0)
    house.visitors.come_back(lambda other: other is session, "after")
    house.after(HELD)
    assert "after" not in house.closed
    assert len(house.visitors) == 1
