"""Sweeps in the background: the results of a serial run, by turns, held and ended at the next slice, within the budget."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

import pytest

from rnn_core import ConfigError, Experiment, LimitError, Limits
from rnn_core.pauses import pause
from rnn_core.sweeps.axes import Axis
from rnn_core.sweeps.cancelling import Mark
from rnn_core.sweeps.cluster import Workers, cluster
from rnn_core.sweeps.execution import Serial, run_sweep
from rnn_core.sweeps.sweep import Sweep
from tests.core.children import python
from tests.core.sweeps.test_execution import bits
from tests.ui.visitor import wait_until
from ui.server.elsewhere import Cluster, Elsewhere, named_cluster
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
        sweep: Sweep,
        seconds: float = 1e9,
        presence: Presence | None = None,
        slots: Slots | None = None,
        cluster: Cluster | None = None,
    ) -> BackgroundSweep:
        server = Server(slots=slots or Slots(), cluster=cluster)
        made.append(BackgroundSweep(sweep, presence or Presence(), server, seconds))
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


# ---------------------------------------------------------------------- on a cluster


class Nearby:
    """A cluster of two threads, whose runs are told to stop by a mark of its own."""

    def __init__(self) -> None:
        self.mark, self.handed = Mark(), 0

    @contextmanager
    def __call__(self, sweep: Sweep) -> Iterator[Workers]:
        with ThreadPoolExecutor(2) as threads:
            submit = threads.submit

            def counted(*args: Any, **others: Any) -> Future[Any]:
                self.handed += 1
                return submit(*args, **others)

            threads.submit = counted  # type: ignore[method-assign]
            yield Workers(threads, 2, "plain", self.mark)


def test_a_cluster_trains_the_same_runs_and_takes_no_turns_here(make: Make, short: Sweep) -> None:
    slots, near = Slots(), Nearby()
    made = make(short, slots=slots, cluster=near)
    wait_until(lambda: not made.going)
    assert (made.state, near.handed, slots.load, made.unanswered) == ("done", 6, 0, False)
    assert bits(list(made.results.rows)) == bits(list(run_sweep(short, Serial(), path="plain")))
    assert made.seconds == pytest.approx(sum(row.seconds or 0.0 for row in made.results.rows))
    assert made.seconds > 0


def test_nothing_is_handed_to_a_cluster_during_a_pause_and_it_hears_of_the_end(make: Make, long: Sweep) -> None:
    near = Nearby()
    held = make(long, cluster=near)
    wait_until(lambda: near.handed == 2)
    held.cancel()
    wait_until(lambda: not held.going)
    assert (held.state, near.mark()) == ("cancelled", True)
    paused, other = Nearby(), Presence()
    other.leave()
    resting = make(long, cluster=paused, presence=other)
    wait_until(lambda: resting.state == "running")
    assert paused.handed == 0
    other.seen()
    wait_until(lambda: paused.handed > 0)


def test_the_training_time_on_a_cluster_is_used_up_by_runs_that_have_ended(make: Make, short: Sweep) -> None:
    near = Nearby()
    made = make(short, seconds=1e-6, cluster=near)
    wait_until(lambda: not made.going)
    assert made.state == "spent"
    assert 0 < made.ended < 6


def test_a_cluster_that_does_not_answer_is_told_and_the_runs_are_trained_here(make: Make, short: Sweep) -> None:
    def silent(sweep: Sweep) -> AbstractContextManager[Workers]:
        raise ConfigError("the address of the cluster", "tcp://nobody:1", "that of a Dask scheduler that answers")

    made = make(short, cluster=silent)
    wait_until(lambda: not made.going)
    assert (made.state, made.ended, made.unanswered) == ("done", 6, True)


def test_what_is_sent_to_a_worker_is_the_clusters_own_mark() -> None:
    mark = Mark()
    relay = Elsewhere(Workers(Serial(), 1, "plain", mark), lambda: False, lambda: False).workers.cancellation
    sent = pickle.loads(pickle.dumps(relay))
    assert isinstance(sent, Mark)
    assert not sent()
    relay.cancel()
    assert sent()


@pytest.mark.slow
def test_the_dask_cluster_that_the_environment_names_trains_a_visitors_sweep_bit_for_bit_and_hears_of_its_end() -> None:
    """In a process of its own: a cluster leaves threads, loops and warnings behind."""
    pytest.importorskip("distributed")
    printed = python(
        """
import json, time
from distributed import LocalCluster
from rnn_core import presets
from rnn_core.sweeps.axes import Axis
from rnn_core.sweeps.execution import Serial, run_sweep
from rnn_core.sweeps.sweep import Sweep
from tests.core.sweeps.test_execution import bits
from ui.server.elsewhere import named_cluster
from ui.server.presence import Presence
from ui.server.server import Server
from ui.server.sweeps import BackgroundSweep

def trained(cluster, epochs, then):
    base = presets.better_start().with_training(epochs=epochs)
    made = BackgroundSweep(Sweep(base=base, axes=(Axis.of("learning_rate", (0.02, 0.1)),), seeds=2), Presence(), Server(cluster=cluster), 1e9)
    made.start()
    while made.going:
        time.sleep(0.05)
        then(made)
    return made

def stop(made):
    if made.state == "running" and made._elsewhere is not None:
        made.cancel()

def main():
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local:
        cluster = named_cluster({"UNROLLED_DASK": local.scheduler_address})
        short = trained(cluster, 4, lambda made: None)
        long = trained(cluster, 100_000, stop)
    away = trained(named_cluster({"UNROLLED_DASK": "tcp://127.0.0.1:1"}), 4, lambda made: None)
    same = bits(list(short.results.rows)) == bits(list(run_sweep(short.sweep, Serial())))
    print(json.dumps([same, short.state, short.unanswered, long.state, long.ended, away.state, away.unanswered]))

if __name__ == "__main__":
    main()
"""
    )
    assert json.loads(printed.splitlines()[-1]) == [True, "done", False, "cancelled", 0, "done", True]


def test_only_the_environment_names_a_cluster() -> None:
    assert named_cluster({}) is None
    assert named_cluster({"UNROLLED_DASK": ""}) is None
    named = named_cluster({"UNROLLED_DASK": "tcp://scheduler:8786"})
    assert isinstance(named, partial)
    assert (named.func, named.keywords) == (cluster, {"address": "tcp://scheduler:8786"})


def test_work_waits_for_a_place_where_the_visitor_has_too_many() -> None:
    slots, visitor = Slots(), Presence()
    places = [slots.join(visitor) for _ in range(MOST_PLACES)]
    with TurnThreads(1, slots, visitor, lambda: False, lambda: False) as threads:
        future = threads.submit(pause)
        assert not future.done()
        places[0].leave()
        future.result()
    assert len(slots._places) == MOST_PLACES - 1
