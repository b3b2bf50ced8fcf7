"""Slots: turns at the processors in the order of waiting, and a bounded line of those who wait to take turns at all."""

from __future__ import annotations

import os
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import LimitError
from tests.ui.visitor import wait_until
from ui.server.slots import ADMITTED_PER_CORE, MOST_WAITING, Slots

# ---------------------------------------------------------------------- turns


def test_a_turn_goes_to_whoever_has_waited_for_it_and_not_back_to_whoever_had_it() -> None:
    """Otherwise one run can keep another waiting for seconds, and with it whoever presses Pause there."""
    slots, order = Slots(1), []

    def wait_for_a_turn() -> None:
        with slots:
            order.append("waited")

    waiting = threading.Thread(target=wait_for_a_turn)
    with slots:
        waiting.start()
        wait_until(lambda: bool(slots._turns))
    with slots:
        order.append("had it before")
    waiting.join()
    assert order == ["waited", "had it before"]


def test_turns_are_handed_on_in_the_order_of_waiting() -> None:
    slots, order = Slots(1), []

    def wait_for_a_turn(number: int) -> None:
        with slots:
            order.append(number)

    threads = [threading.Thread(target=wait_for_a_turn, args=(number,)) for number in range(6)]
    with slots:
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            wait_until(lambda waiting=waiting: len(slots._turns) == waiting)  # type: ignore[misc]
    for thread in threads:
        thread.join()
    assert order == list(range(6))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_as_many_turns_are_taken_at_once_as_there_are_slots(count: int) -> None:
    slots, lock, working, most = Slots(count), threading.Lock(), 0, 0

    def take_turns() -> None:
        nonlocal working, most
        for _ in range(5):
            with slots:
                with lock:
                    working += 1
                    most = max(most, working)
                time.sleep(0.001)
                with lock:
                    working -= 1

    threads = [threading.Thread(target=take_turns) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == count


def test_a_fault_in_a_turn_gives_it_back() -> None:
    slots = Slots(1)
    for _ in range(3):
        with pytest.raises(RuntimeError), slots:
            raise RuntimeError
    with slots:
        pass


def test_there_are_as_many_slots_as_cores_and_for_each_so_many_runs_that_take_turns() -> None:
    slots, cores = Slots(), os.cpu_count() or 1
    runs = [object() for _ in range(cores * ADMITTED_PER_CORE + 1)]
    for run in runs:
        slots.join(run)
    assert [slots.place(run) for run in runs] == [0] * (cores * ADMITTED_PER_CORE) + [1]
    for _ in range(cores):
        slots.__enter__()
    assert not slots._turns, "nobody has waited"


# ---------------------------------------------------------------------- the line


def test_whoever_comes_when_all_places_are_taken_stands_in_line_in_the_order_of_coming() -> None:
    slots, runs = Slots(1, admitted=2), [object() for _ in range(5)]
    for run in runs:
        slots.join(run)
    assert [slots.place(run) for run in runs] == [0, 0, 1, 2, 3]


@pytest.mark.parametrize("leaving", [0, 1])
def test_when_one_who_takes_turns_leaves_the_first_in_line_takes_the_place(leaving: int) -> None:
    slots, runs = Slots(1, admitted=2), [object() for _ in range(5)]
    for run in runs:
        slots.join(run)
    slots.leave(runs.pop(leaving))
    assert [slots.place(run) for run in runs] == [0, 0, 1, 2]


def test_one_who_waits_may_leave_the_line() -> None:
    slots, runs = Slots(1, admitted=1), [object() for _ in range(4)]
    for run in runs:
        slots.join(run)
    slots.leave(runs[2])
    assert [slots.place(run) for run in (runs[0], runs[1], runs[3])] == [0, 1, 2]


def test_one_who_leaves_and_comes_again_stands_at_the_end() -> None:
    slots, runs = Slots(1, admitted=1), [object() for _ in range(3)]
    for run in runs:
        slots.join(run)
    slots.leave(runs[0])
    slots.join(runs[0])
    assert [slots.place(run) for run in runs] == [2, 0, 1]


def test_the_line_is_bounded_and_who_is_refused_has_not_come() -> None:
    slots, runs, late = Slots(1, admitted=2, waiting=3), [object() for _ in range(5)], object()
    for run in runs:
        slots.join(run)
    for _ in range(2):
        with pytest.raises(LimitError) as caught:
            slots.join(late)
        assert (caught.value.what, caught.value.value, caught.value.allowed) == ("queue", 4, 3)
        assert slots.place(late) == 0
    slots.leave(runs[4])
    slots.join(late)
    assert slots.place(late) == 3


def test_runs_are_told_apart_though_they_be_equal() -> None:
    class Alike:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = object.__hash__

    slots, runs = Slots(1, admitted=1), [Alike(), Alike(), Alike()]
    for run in runs:
        slots.join(run)
    assert [slots.place(run) for run in runs] == [0, 1, 2]
    slots.leave(runs[1])
    assert [slots.place(run) for run in (runs[0], runs[2])] == [0, 1]


def test_of_very_many_most_are_refused() -> None:
    assert MOST_WAITING <= 100


ACTS = st.lists(st.tuples(st.sampled_from(["join", "leave", "leave again"]), st.integers(0, 30)), max_size=60)


@given(ACTS, st.integers(1, 4), st.integers(0, 4))
def test_whoever_comes_and_goes_places_are_those_of_a_line(acts: list[tuple[str, int]], admitted: int, waiting: int) -> None:
    slots, line, gone = Slots(1, admitted=admitted, waiting=waiting), list[object](), list[object]()
    for act, n in acts:
        if act == "join":
            run = object()
            if len(line) < admitted + waiting:
                slots.join(run)
                line.append(run)
            else:
                with pytest.raises(LimitError):
                    slots.join(run)
                gone.append(run)
        elif act == "leave" and line:
            run = line.pop(n % len(line))
            slots.leave(run)
            gone.append(run)
        elif gone:
            slots.leave(gone[n % len(gone)])
        assert [slots.place(run) for run in line] == [max(0, i - admitted + 1) for i in range(len(line))]
        assert all(slots.place(run) == 0 for run in gone)


def test_the_load_counts_runs_a_core_in_turns_and_in_line() -> None:
    slots, runs = Slots(2, admitted=2), [object() for _ in range(5)]
    assert slots.load == 0
    for run in runs:
        slots.join(run)
    assert slots.load == 2.5
    slots.leave(runs[0])
    assert slots.load == 2
