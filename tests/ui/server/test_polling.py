"""Polling: a living page is drawn less often where drawing takes long, and where many runs share the machine."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.server.polling import KEPT_SECONDS, LEAST_SECONDS, MOST_SECONDS, RUNS_A_CORE, SHARE, Polling


def settled(drawing: float, load: float) -> Polling:
    polling = Polling()
    polling.drawn(drawing, load)
    polling.settle(load)
    return polling


def test_a_page_alone_on_a_quick_machine_is_drawn_twice_a_second() -> None:
    assert settled(0.0, 0.0).seconds == settled(0.01, RUNS_A_CORE).seconds == LEAST_SECONDS == 0.5


def test_a_drawing_that_takes_long_comes_less_often() -> None:
    assert settled(0.2, 0.5).seconds == pytest.approx(0.2 / SHARE)


def test_with_many_runs_a_core_pages_are_drawn_less_often() -> None:
    assert settled(0.01, 3 * RUNS_A_CORE).seconds == pytest.approx(3 * LEAST_SECONDS)


@given(st.floats(0, 100), st.floats(0, 100))
def test_no_page_is_drawn_more_often_than_is_seen_or_stands_still(drawing: float, load: float) -> None:
    assert LEAST_SECONDS <= settled(drawing, load).seconds <= MOST_SECONDS


@given(st.floats(0, 1), st.floats(0, 20), st.floats(0, 20))
def test_more_load_never_quickens_it(drawing: float, load: float, more: float) -> None:
    assert settled(drawing, load + more).seconds >= settled(drawing, load).seconds


def test_the_whole_page_is_drawn_for_another_pace_only_when_it_is_quite_another_and_seldom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    polling = settled(0.01, 0.0)
    assert not polling.drawn(0.3, 0.0), "it was settled just now"
    now += KEPT_SECONDS
    assert not polling.drawn(0.09, 0.0), "not even half as often again"
    assert polling.drawn(0.3, 0.0)
    assert polling.seconds == LEAST_SECONDS, "until the page is drawn"
    polling.settle(0.0)
    assert polling.seconds == pytest.approx(3.0)
    now += KEPT_SECONDS
    assert polling.drawn(0.01, 0.0), "and back again when drawing is quick"
