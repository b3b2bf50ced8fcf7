"""The work of a page: short work takes no turns, long work takes them slice by slice and ends when nobody waits for it."""

from __future__ import annotations

import threading

import pytest

from rnn_core import Dataset, LimitError, Model, presets
from rnn_core.explanation import Evaluation
from rnn_core.pauses import at_pauses, pause
from ui.server.drawing import Drawing
from ui.server.page_work import SLICE_SECONDS, PageWork
from ui.server.presence import Presence
from ui.server.slots import MOST_PLACES, Slots


class Stopped(BaseException):
    """What Streamlit raises where a page need not be drawn any more."""


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_work_that_is_over_within_a_slice_takes_no_turn() -> None:
    slots, clock = Slots(1), Clock()
    with slots.join(Presence()), PageWork(slots, Presence(), lambda: None, Drawing(), clock=clock) as work:
        for _ in range(10):
            clock.now += SLICE_SECONDS / 20
            work.pause()  # it would wait for the only slot for ever
        assert slots.load == 1


def test_long_work_has_a_slot_for_each_further_slice_and_gives_it_back() -> None:
    slots, clock = Slots(1), Clock()
    with PageWork(slots, Presence(), lambda: None, Drawing(), clock=clock) as work:
        for _ in range(3):
            clock.now += 2 * SLICE_SECONDS
            work.pause()
            assert (slots.load, slots._free) == (1, 0)
    assert (slots.load, slots._free) == (0, 1)


def test_work_for_which_nobody_waits_ends_and_keeps_no_slot() -> None:
    slots, clock, left = Slots(1), Clock(), [False]

    def stop() -> None:
        if left[0]:
            raise Stopped

    with PageWork(slots, Presence(), stop, Drawing(), clock=clock) as work:
        clock.now += 2 * SLICE_SECONDS
        work.pause()
        left[0] = True
        clock.now += 2 * SLICE_SECONDS
        with pytest.raises(Stopped):
            work.pause()
    assert (slots.load, slots._free) == (0, 1)


def test_a_visitor_with_too_much_at_work_is_told_so() -> None:
    slots, clock, visitor = Slots(1), Clock(), Presence()
    for _ in range(MOST_PLACES):
        slots.join(visitor)
    with PageWork(slots, visitor, lambda: None, Drawing(), clock=clock) as work:
        clock.now += 2 * SLICE_SECONDS
        with pytest.raises(LimitError):
            work.pause()


def test_a_page_is_drawn_at_a_time_and_its_parts_have_its_right() -> None:
    slots, drawing = Slots(1), Drawing(patience=60.0)
    order: list[str] = []
    begun = threading.Event()

    def other() -> None:
        begun.set()
        with PageWork(slots, Presence(), lambda: None, drawing):
            order.append("other")

    thread = threading.Thread(target=other)
    with PageWork(slots, Presence(), lambda: None, drawing):
        thread.start()
        begun.wait()
        with PageWork(slots, Presence(), lambda: None, drawing):
            order.append("part")
        order.append("page")
    thread.join()
    assert order == ["part", "page", "other"]
    assert drawing.begin()
    assert drawing.end()


def test_long_work_lets_other_pages_be_drawn_while_it_waits_for_its_turn() -> None:
    slots, drawing, clock, other = Slots(1), Drawing(patience=60.0), Clock(), Presence()
    place = slots.join(other)
    drawn = threading.Event()

    def short() -> None:
        with PageWork(slots, Presence(), lambda: None, drawing):
            drawn.set()
        place.__exit__(None, None, None)  # only now has the long work its turn
        place.leave()

    place.__enter__()
    thread = threading.Thread(target=short)
    with PageWork(slots, Presence(), lambda: None, drawing, clock=clock) as work:
        thread.start()
        assert not drawn.is_set()
        clock.now += 2 * SLICE_SECONDS
        work.pause()
        assert drawn.is_set()
        assert not drawing.begin(), "it has its right again"
    thread.join()
    assert drawing.begin()


def test_who_has_waited_long_enough_draws_without_the_right_and_leaves_it_to_its_owner() -> None:
    slots, drawing = Slots(1), Drawing(patience=0.0)
    drawn: list[bool] = []

    def other() -> None:
        with PageWork(slots, Presence(), lambda: None, drawing):
            drawn.append(True)

    thread = threading.Thread(target=other)
    with PageWork(slots, Presence(), lambda: None, drawing):
        thread.start()
        thread.join()
        assert drawn
    assert drawing.begin(), "whoever had it has given it up"


def test_a_page_that_breaks_gives_the_right_up() -> None:
    drawing = Drawing(patience=0.0)
    with pytest.raises(Stopped), PageWork(Slots(1), Presence(), lambda: None, drawing):
        raise Stopped
    assert drawing.begin()


def test_the_predictions_of_a_split_can_be_interrupted_at_every_sentence() -> None:
    experiment = presets.guide_corrected()
    model, data = Model.initial(experiment), experiment.dataset
    pauses: list[int] = []
    with at_pauses(lambda: pauses.append(1)):
        found = Evaluation.of(model, data, "train")
    assert len(pauses) == len(found.judged) == 58
    pause()
    assert len(pauses) == 58, "outside the block nothing happens"


def test_splitting_sentences_can_be_interrupted() -> None:
    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped), at_pauses(stop):
        _ = Dataset.from_pairs([("good", 1)]).words
