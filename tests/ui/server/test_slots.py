"""Slots: turns at the processors, the next one that of the visitor who has used the least processor time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import LimitError
from tests.patience import PATIENCE_SECONDS
from tests.ui.visitor import wait_until
from ui.server.presence import Presence
from ui.server.slots import MOST_PLACES, Place, Slots


class Clock:
    """Processor seconds that a test spends by hand, so that no test depends on how fast the machine is."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def turns(slots: Slots, places: list[Place], lengths: list[float], count: int) -> list[int]:
    """Whose turns come, by number, where each asks for the next as soon as its turn of so many seconds has ended.

    Without threads: there is one slot, and all wait but one.
    """
    order: list[int] = []
    before = slots.join(Presence())
    for place in (before, *places):
        slots._ask(place)
    slots._end(before, 0.0)
    before.leave()
    for _ in range(count):
        (at,) = (i for i, place in enumerate(places) if place not in slots._waiting)
        order.append(at)
        slots._end(places[at], lengths[at])
        slots._ask(places[at])
    return order


# ---------------------------------------------------------------------- turns


def test_a_turn_goes_to_whoever_has_waited_for_it_and_not_back_to_whoever_had_it() -> None:
    """Otherwise one run can keep another waiting for seconds, and with it whoever presses Pause there."""
    slots, order = Slots(1), []
    first, second = slots.join(Presence()), slots.join(Presence())

    def wait_for_a_turn() -> None:
        with second:
            order.append("waited")
        second.leave()

    waiting = threading.Thread(target=wait_for_a_turn)
    with first:
        waiting.start()
        wait_until(lambda: bool(slots._waiting))
    with first:
        order.append("had it before")
    waiting.join()
    assert order == ["waited", "had it before"]


def test_of_those_who_have_used_as_much_whoever_has_waited_longest_is_next() -> None:
    slots, order = Slots(1, clock=Clock()), []

    def wait_for_a_turn(number: int) -> None:
        with slots.join(Presence()):
            order.append(number)

    threads = [threading.Thread(target=wait_for_a_turn, args=(number,)) for number in range(6)]
    with slots.join(Presence()):
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            wait_until(lambda waiting=waiting: len(slots._waiting) == waiting)  # type: ignore[misc]
    for thread in threads:
        thread.join()
    assert order == list(range(6))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_as_many_turns_are_taken_at_once_as_there_are_slots(count: int) -> None:
    slots, lock, working, most = Slots(count), threading.Lock(), 0, 0
    all_at_once = threading.Barrier(count)

    def take_turns() -> None:
        nonlocal working, most
        place = slots.join(Presence())
        for turn in range(5):
            with place:
                with lock:
                    working += 1
                    most = max(most, working)
                if turn == 0:
                    all_at_once.wait(PATIENCE_SECONDS)
                with lock:
                    working -= 1
        place.leave()

    threads = [threading.Thread(target=take_turns) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == count


def test_a_fault_in_a_turn_gives_it_back() -> None:
    slots = Slots(1)
    for _ in range(3):
        with pytest.raises(RuntimeError), slots.join(Presence()):
            raise RuntimeError
    with slots.join(Presence()):
        pass


def test_there_are_as_many_slots_as_cores() -> None:
    slots, cores = Slots(), os.cpu_count() or 1
    for _ in range(cores):
        slots.join(Presence()).__enter__()
    assert not slots._waiting, "nobody has waited"


# ---------------------------------------------------------------------- least processor time first


def test_the_next_turn_is_that_of_the_visitor_who_has_used_the_least_processor_time() -> None:
    """One whose turns take three times as long has a third as many."""
    slots = Slots(1)
    order = turns(slots, [slots.join(Presence()) for _ in range(2)], [3.0, 1.0], 40)
    assert order.count(0) == pytest.approx(10, abs=1)


def test_a_newcomer_starts_at_the_smallest_time_of_those_present() -> None:
    """It neither waits for the others to be overtaken, nor keeps them waiting until it has caught up."""
    clock = Clock()
    slots = Slots(1, clock=clock)
    old = slots.join(Presence())
    for _ in range(100):
        with old:
            clock.seconds += 1.0
    order = turns(slots, [old, slots.join(Presence())], [1.0, 1.0], 20)
    assert order.count(0) == pytest.approx(10, abs=1)
    assert set(order[:3]) == {0, 1}


def test_time_in_which_a_visitor_asks_for_no_turn_is_not_saved_up() -> None:
    clock = Clock()
    slots = Slots(1, clock=clock)
    away, busy = slots.join(Presence()), slots.join(Presence())
    with away:
        clock.seconds += 1.0
    for _ in range(100):
        with busy:
            clock.seconds += 1.0
    assert turns(slots, [away, busy], [1.0, 1.0], 20).count(1) == pytest.approx(10, abs=1)


def test_a_visitor_with_several_runs_has_no_more_of_the_machine_than_one_with_one() -> None:
    slots, many = Slots(1), Presence()
    places = [slots.join(Presence()), *(slots.join(many) for _ in range(3))]
    assert turns(slots, places, [1.0] * 4, 40).count(0) == pytest.approx(20, abs=2)


@pytest.mark.parametrize("end", [Place.leave, Place.rest])
def test_a_processor_that_is_kept_for_whoever_has_used_less_is_handed_on_when_no_turn_is_wanted(
    end: Callable[[Place], None],
) -> None:
    slots = Slots(1)
    short, long = slots.join(Presence()), slots.join(Presence())
    turns(slots, [long, short], [5.0, 1.0], 3)
    assert slots._waiting == [long], "the short one has had a second turn"
    slots._end(short, 1.0)
    assert slots._waiting == [long], "and has used less still"
    end(short)
    assert not slots._waiting
    slots._end(long, 5.0)
    with slots.join(Presence()):
        pass


def test_a_visitor_has_one_turn_at_a_time_as_long_as_others_wait_for_theirs() -> None:
    slots, many = Slots(2, clock=Clock()), Presence()
    first, second, other = slots.join(many), slots.join(many), slots.join(Presence())
    begun: list[str] = []

    def wait(place: Place, name: str) -> threading.Thread:
        def take() -> None:
            with place:
                begun.append(name)

        thread = threading.Thread(target=take)
        thread.start()
        return thread

    with first:
        with slots.join(Presence()):
            threads = [wait(second, "second of many")]
            wait_until(lambda: len(slots._waiting) == 1)
            threads.append(wait(other, "other"))
            wait_until(lambda: len(slots._waiting) == 2)
        for thread in threads:
            thread.join()
    assert begun == ["other", "second of many"]


@given(st.lists(st.floats(0.01, 10.0), min_size=2, max_size=6), st.integers(1, 60))
def test_nobody_who_wants_turns_is_ever_further_behind_than_two_of_the_longest(lengths: list[float], count: int) -> None:
    slots = Slots(1)
    order = turns(slots, [slots.join(Presence()) for _ in lengths], lengths, count)
    used = [order.count(i) * length for i, length in enumerate(lengths)]
    assert max(used) - min(used) <= 2 * max(lengths)


# ---------------------------------------------------------------------- places


def test_the_places_of_one_visitor_are_bounded_and_those_of_others_are_not_touched() -> None:
    slots, many = Slots(1), Presence()
    places = [slots.join(many) for _ in range(MOST_PLACES)]
    for _ in range(2):
        with pytest.raises(LimitError) as caught:
            slots.join(many)
        assert (caught.value.what, caught.value.value, caught.value.allowed) == ("places", MOST_PLACES + 1, MOST_PLACES)
    slots.join(Presence())
    places[3].leave()
    places[3].leave()
    slots.join(many)
    with pytest.raises(LimitError):
        slots.join(many)


def test_a_visitor_who_is_gone_is_forgotten() -> None:
    slots = Slots(1)
    slots.join(Presence()).leave()
    assert not slots._accounts
    assert not slots._places


def test_the_load_counts_runs_a_core() -> None:
    slots = Slots(2)
    assert slots.load == 0
    places = [slots.join(Presence()) for _ in range(5)]
    assert slots.load == 2.5
    places[0].leave()
    places[1].rest()
    assert slots.load == 2.0, "the page of a run that rests is drawn too"


# ---------------------------------------------------------------------- who waits sees seconds


def test_who_waits_is_told_about_how_long_by_the_length_of_turns_and_the_number_before() -> None:
    clock = Clock()
    slots = Slots(1, clock=clock)
    one, others = slots.join(Presence()), [slots.join(Presence()) for _ in range(3)]
    for _ in range(200):
        with one:
            clock.seconds += 2.0
    assert one.wait == 0.0
    for place in others:
        slots._ask(one) if place is others[0] else None
        slots._ask(place)
    with slots._lock:
        for number, place in enumerate(others):
            place._account.used += number
    assert [place.wait for place in others] == pytest.approx([2.0, 4.0, 6.0], rel=0.01)
    assert one.wait == 0.0, "it has its turn"


@pytest.mark.parametrize(
    ("cores", "others", "times"), [(1, 0, 1.0), (2, 0, 1.0), (2, 1, 1.0), (2, 2, 1.5), (2, 5, 3.0), (1, 3, 4.0)]
)
def test_a_run_is_expected_to_take_as_many_times_as_long_as_there_are_runs_for_each_core(
    cores: int, others: int, times: float
) -> None:
    slots = Slots(cores)
    for _ in range(others):
        slots.join(Presence())
    assert slots.stretch == times
