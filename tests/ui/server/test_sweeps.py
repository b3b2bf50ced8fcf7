"""Sweeps in the background: the results of a serial run, by turns, held and ended at the next slice, within the budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from rnn_core import Experiment, LimitError, Limits
from rnn_core.pauses import pause
from rnn_core.sweeps.axes import Axis
from rnn_core.sweeps.execution import Serial, run_sweep
from rnn_core.sweeps.sweep import Sweep
from tests.core.sweeps.test_execution import bits
from tests.ui.visitor import wait_until
from ui.server.presence import Presence
from ui.server.server import Server
from ui.server.slots import MOST_PLACES, Slots
from ui.server.sweeps import BackgroundSweep
from ui.server.turns import TurnThreads
from ui.session.sweeps import Sweeps

pytestmark = pytest.mark.usefixtures("engine")
Make = Callable[..., BackgroundSweep]
RATES = Axis.of("learning_rate", (0.05, 0.1, 0.3))


@pytest.fixture
def make() -> Iterator[Make]:
    """Sweeps that end with their test."""
    made: list[BackgroundSweep] = []

    def build(
        sweep: Sweep, seconds: float = 1e9, presence: Presence | None = None, slots: Slots | None = None
    ) -> BackgroundSweep:
        made.append(BackgroundSweep(sweep, presence or Presence(), Server(slots=slots or Slots()), seconds))
        made[-1].start()
        return made[-1]

    yield build
    for one in made:
        one.cancel()
    wait_until(lambda: not any(one.going for one in made))


@pytest.fixture
def short(small: Experiment) -> Sweep:
    return Sweep(base=small.with_training(epochs=5), axes=(RATES,), seeds=2)


@pytest.fixture
def long(small: Experiment) -> Sweep:
    return Sweep(base=small.with_training(epochs=100_000), axes=(RATES,), seeds=2)


def test_the_results_are_those_of_a_serial_run_and_no_place_is_kept(make: Make, short: Sweep) -> None:
    slots = Slots()
    made = make(short, slots=slots)
    wait_until(lambda: not made.going)
    assert made.state == "done"
    assert bits(list(made.results.rows)) == bits(list(run_sweep(short, Serial())))
    assert (made.ended, slots.load) == (6, 0)
    assert made.seconds > 0


def test_it_rests_while_it_is_paused_or_its_visitor_is_away_and_then_goes_on(make: Make, long: Sweep) -> None:
    slots, presence = Slots(), Presence()
    made = make(long, slots=slots, presence=presence)
    wait_until(lambda: made.seconds > 0)
    for hold, release in ((made.pause, made.resume), (presence.leave, presence.seen)):
        hold()
        wait_until(lambda: slots.load == 0)
        assert made.going
        before = made.seconds
        release()
        wait_until(lambda before=before: made.seconds > before)  # type: ignore[misc]
    made.cancel()
    wait_until(lambda: not made.going)
    assert (made.state, made.ended, slots.load) == ("cancelled", 0, 0)


def test_a_paused_one_can_be_cancelled(make: Make, long: Sweep) -> None:
    made = make(long)
    made.pause()
    wait_until(lambda: made.state == "paused")
    made.cancel()
    wait_until(lambda: not made.going)
    assert made.state == "cancelled"


def test_it_ends_when_the_training_time_is_used_up(make: Make, long: Sweep) -> None:
    made = make(long, seconds=1e-3)
    wait_until(lambda: not made.going)
    assert made.state == "spent"


def test_it_ends_when_its_visitor_is_gone(make: Make, long: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Presence, "GRACE_SECONDS", 0.0)
    presence = Presence()
    made = make(long, presence=presence)
    presence.leave()
    wait_until(lambda: not made.going)
    assert made.ended == 0


def test_the_budget_of_runs_and_seconds_is_for_all_sweeps_of_a_visitor(short: Sweep, long: Sweep) -> None:
    sweeps = Sweeps(Presence(), Server(limits=Limits(sweep_runs=10)))
    sweeps.start(short)
    wait_until(lambda: sweeps.latest is not None and not sweeps.latest.going)
    with pytest.raises(LimitError) as caught:
        sweeps.start(short)
    assert (caught.value.what, caught.value.value, caught.value.allowed) == ("sweep_runs", 12, 10)
    assert sweeps.shown is not None
    assert len(sweeps.shown.rows) == 6
    used = sweeps.seconds_used
    poor = Sweeps(Presence(), Server(limits=Limits(sweep_seconds=0)))
    poor._seconds = used
    with pytest.raises(LimitError) as caught:
        poor.start(short)
    assert caught.value.what == "sweep_seconds"
    too_large = Sweeps(Presence(), Server(limits=Limits(epochs=4)))
    with pytest.raises(LimitError):
        too_large.check(short)


def test_a_new_sweep_cancels_the_one_before(long: Sweep) -> None:
    sweeps = Sweeps(Presence(), Server())
    sweeps.start(long)
    first = sweeps.latest
    sweeps.start(long)
    assert first is not None
    wait_until(lambda: not first.going)
    sweeps.stop()
    wait_until(lambda: sweeps.latest is not None and not sweeps.latest.going)


def test_work_waits_for_a_place_where_the_visitor_has_too_many() -> None:
    slots, visitor = Slots(), Presence()
    places = [slots.join(visitor) for _ in range(MOST_PLACES)]
    with TurnThreads(1, slots, visitor, lambda: False, lambda: False) as threads:
        future = threads.submit(pause)
        assert not future.done()
        places[0].leave()
        future.result()
    assert len(slots._places) == MOST_PLACES - 1
