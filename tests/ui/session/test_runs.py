"""A visitor's runs: bounded in number and bytes, chosen, named, deleted, and gone on from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from rnn_core import Change, Experiment, LimitError, Limits, ModelConfig, Trainer, TrainingConfig
from rnn_core.training.run import history_bytes, snapshot_bytes
from tests.ui.session.sentences import one_word
from tests.ui.visitor import serve, wait_until
from ui.server.jobs import Job
from ui.server.slots import MOST_PLACES, Slots
from ui.session.runs import MOST_NAME, Runs
from ui.session.session import Session

pytestmark = pytest.mark.usefixtures("engine")

# ---------------------------------------------------------------------- the runs


def with_runs(experiment: Experiment, count: int, **limits: int) -> Session:
    """A session with so many finished runs."""
    session = Session()
    serve(session, limits=Limits(**limits))
    for _ in range(count):
        finish(session, experiment)
    return session


def finish(session: Session, experiment: Experiment) -> Job:
    session.runs.train(experiment)
    job = session.runs.job
    assert job
    wait_until(lambda: job.ended)
    return job


def names(session: Session) -> list[str]:
    return [job.name for job in session.runs.jobs]


def held(session: Session) -> int:
    """Bytes of every array that the runs keep."""
    return sum(job.status().run.nbytes for job in session.runs.jobs)


def test_runs_are_kept_in_the_order_of_their_start_and_the_latest_is_shown(small: Experiment) -> None:
    session = with_runs(small, 3)
    assert names(session) == ["Run 1", "Run 2", "Run 3"]
    assert session.runs.job is session.runs.jobs[2]


def test_the_oldest_run_makes_room_for_a_new_one(small: Experiment) -> None:
    session = with_runs(small, 3, runs=3)
    finish(session, small)
    assert names(session) == ["Run 2", "Run 3", "Run 4"]
    assert session.runs.job is session.runs.jobs[2]


def test_when_the_bytes_are_used_up_the_oldest_lose_their_snapshots_first_and_then_go(small: Experiment) -> None:
    whole = history_bytes(small) + 41 * snapshot_bytes(small)
    light = history_bytes(small) + 2 * snapshot_bytes(small)
    session = with_runs(small, 3, visitor_bytes=2 * whole + light)
    assert [len(job.status().kept) for job in session.runs.jobs] == [2, 41, 41]
    tight = with_runs(small, 4, visitor_bytes=whole + 2 * light)
    assert names(tight) == ["Run 2", "Run 3", "Run 4"]
    assert [len(job.status().kept) for job in tight.runs.jobs] == [2, 2, 41]


@pytest.mark.parametrize("room", [1.0, 1.5, 2.3, 4.0])
def test_what_a_visitor_holds_stays_within_the_bytes_while_runs_grow_too(small: Experiment, room: float) -> None:
    """Room is made for all that a run may come to keep, before it begins."""
    bound = int(room * (history_bytes(small) + 41 * snapshot_bytes(small)))
    session = Session()
    serve(session, limits=Limits(visitor_bytes=bound))
    for _ in range(6):
        finish(session, small)
        assert held(session) <= bound
    assert len(session.runs.jobs) > (room > 1)


def test_a_run_larger_than_all_that_a_visitor_may_hold_is_kept_alone(small: Experiment) -> None:
    session = with_runs(small, 2, visitor_bytes=1)
    assert names(session) == ["Run 2"]
    assert len(session.runs.jobs[0].status().history) == 40


def test_of_all_runs_at_most_one_can_go_on(endless: Experiment, small: Experiment) -> None:
    """Whichever is being looked at when another begins."""
    session = Session()
    session.runs.train(endless)
    running = session.runs.job
    assert running
    finish_other = session.runs.prepare(small)
    assert running.state == "stopped"
    session.runs.choose(running)
    session.runs.train(endless)
    assert finish_other.state == "stopped"
    going = session.runs.job
    assert going
    session.runs.choose(running)
    session.runs.go_on(running.status())
    wait_until(lambda: not going.running)
    assert [job.ended for job in session.runs.jobs] == [True, True, True, False]


def test_where_all_places_are_taken_a_new_run_has_that_of_the_one_it_replaces(endless: Experiment, small: Experiment) -> None:
    session, slots = with_runs(small, 1), Slots(1)
    serve(session, slots=slots)
    session.runs.train(endless)
    going = session.runs.job
    for _ in range(MOST_PLACES - 1):
        slots.join(session.presence)
    session.runs.train(small)
    assert going
    assert going.state == "stopped"
    assert names(session) == ["Run 1", "Run 2", "Run 3"]


def test_a_run_that_cannot_start_now_ends_and_forgets_nothing(
    endless: Experiment, small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where another tab of the visitor takes the place in that moment."""
    session = with_runs(small, 1)
    session.runs.train(endless)
    going = session.runs.job
    assert going

    def refuse(job: Job, *, until: int | None = None) -> None:
        if job is not going:
            raise LimitError("places", MOST_PLACES + 1, MOST_PLACES)
        start(job, until=until)

    start = Job.start
    monkeypatch.setattr(Job, "start", refuse)
    with pytest.raises(LimitError):
        session.runs.train(small)
    assert session.runs.job is going
    assert going.running
    assert names(session) == ["Run 1", "Run 2"]


def test_a_prepared_run_waits_to_be_stepped(small: Experiment) -> None:
    session = Session()
    job = session.runs.prepare(small)
    assert session.runs.job is job
    assert (job.state, job.status().epoch) == ("paused", 0)
    job.step()
    wait_until(lambda: not job.running)
    assert (job.state, job.status().epoch) == ("paused", 1)


def test_the_pace_is_kept_for_the_next_run(small: Experiment) -> None:
    session = Session()
    session.runs.pace = 100.0
    assert session.runs.prepare(small).pace == 100.0
    session.runs.train(small)
    assert session.runs.job
    assert session.runs.job.pace == 100.0


# ---------------------------------------------------------------------- choosing, deleting, naming


@pytest.mark.parametrize(
    ("chosen", "deleted", "shown"),
    [(2, 2, 1), (2, 0, 2), (2, 1, 2), (0, 0, 1), (0, 1, 0), (0, 2, 0), (1, 0, 1), (1, 1, 0), (1, 2, 1)],
)
def test_deleting_a_run_shows_the_one_before_it_and_of_another_the_same(
    small: Experiment, chosen: int, deleted: int, shown: int
) -> None:
    session = with_runs(small, 3)
    jobs = list(session.runs.jobs)
    session.runs.choose(jobs[chosen])
    session.runs.delete(jobs[deleted])
    assert session.runs.jobs == [job for job in jobs if job is not jobs[deleted]]
    assert session.runs.job is jobs[shown]


def test_deleting_the_only_run_leaves_none(small: Experiment) -> None:
    session = with_runs(small, 1)
    session.runs.delete(session.runs.jobs[0])
    assert session.runs.job is None
    assert session.runs.shown is None
    finish(session, small)
    assert names(session) == ["Run 2"], "a name is not used again while its curves may be remembered"


def test_deleting_a_run_that_goes_on_ends_it(endless: Experiment, small: Experiment) -> None:
    session = with_runs(small, 1)
    session.runs.train(endless)
    going = session.runs.job
    assert going
    session.runs.delete(going)
    wait_until(lambda: going.ended)
    assert going.state == "stopped"
    assert names(session) == ["Run 1"]


def test_what_is_drawn_beside_follows_a_runs_name_and_its_end(small: Experiment) -> None:
    session = with_runs(small, 3)
    session.runs.overlaid = (2, 1)
    assert session.runs.rename(session.runs.jobs[0], "first")
    assert list(session.runs.overlaid) == [2, 1]
    session.runs.delete(session.runs.jobs[1])
    assert list(session.runs.overlaid) == [1]


@pytest.mark.parametrize(
    ("entered", "name"),
    [
        ("tight", "tight"),
        ("  a \n b\t ", "a b"),
        ("x" * 10_000, "x" * MOST_NAME),
        ("y" * (MOST_NAME - 1) + " z", "y" * (MOST_NAME - 1)),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("很好", "很好"),
    ],
)
def test_a_name_is_one_line_of_bounded_length(small: Experiment, entered: str, name: str) -> None:
    session = with_runs(small, 2)
    assert session.runs.rename(session.runs.jobs[1], entered)
    assert names(session) == ["Run 1", name]


@pytest.mark.parametrize("entered", ["", "  \n ", "Run 1", " Run  1 ", "Run 2"])
def test_a_name_that_is_empty_or_taken_is_refused(small: Experiment, entered: str) -> None:
    session = with_runs(small, 2)
    assert not session.runs.rename(session.runs.jobs[1], entered)
    assert names(session) == ["Run 1", "Run 2"]


def test_a_new_run_takes_no_name_that_another_was_given(small: Experiment) -> None:
    session = with_runs(small, 1)
    session.runs.rename(session.runs.jobs[0], "Run 2")
    finish(session, small)
    assert len(set(names(session))) == 2


ACTS = some.lists(
    some.tuples(
        some.sampled_from(["prepare", "go on", "rename", "delete", "choose"]), some.integers(0, 9), some.text(max_size=50)
    ),
    max_size=25,
)


@given(ACTS)
def test_whatever_is_done_names_are_distinct_and_short_and_runs_bounded(acts: list[tuple[str, int, str]]) -> None:
    experiment = Experiment(dataset=one_word("good"), model=ModelConfig(hidden_size=1), training=TrainingConfig(epochs=3))
    session = Session()
    serve(session, limits=Limits(runs=5))
    for act, n, text in acts:
        job = session.runs.jobs[n % len(session.runs.jobs)] if session.runs.jobs else session.runs.prepare(experiment)
        if act == "prepare":
            session.runs.prepare(experiment)
        elif act == "go on":
            session.runs.go_on(job.status())
        elif act == "rename":
            session.runs.rename(job, text)
        elif act == "delete":
            session.runs.delete(job)
        else:
            session.runs.choose(job)
        assert len(session.runs.jobs) <= 5
        assert len(set(names(session))) == len(session.runs.jobs)
        assert all(0 < len(name) <= MOST_NAME and name == " ".join(name.split()) for name in names(session))
        assert (session.runs.job in session.runs.jobs) == bool(session.runs.jobs)
        assert sum(not job.ended for job in session.runs.jobs) <= 1


# ---------------------------------------------------------------------- on from an epoch


def test_going_on_makes_a_new_run_at_the_epoch_looked_at_and_leaves_the_old_one_alone(small: Experiment) -> None:
    session = with_runs(small, 1)
    old = session.runs.jobs[0]
    before = old.status()
    old.look_at(20)
    session.runs.go_on(old.status())
    new = session.runs.job
    assert new
    assert new is not old
    assert names(session) == ["Run 1", "Run 1 from 20"]
    run = new.status()
    assert (run.state, run.epoch, run.experiment) == ("paused", 20, small)
    assert list(run.history) == list(before.history)[:20]
    assert np.array_equal(run.model.vector, before.model_at(20).vector)
    new.change("learning_rate", 0.3)
    new.start()
    wait_until(lambda: new.ended)
    changed = small.with_training(changes=(Change(21, "learning_rate", 0.3),))
    assert new.experiment == changed
    assert list(new.status().history) == list(Trainer(changed))
    assert list(old.status().history) == list(before.history)


def test_going_on_again_and_again_gives_each_run_a_name_of_its_own(small: Experiment) -> None:
    session = with_runs(small, 1)
    first = session.runs.jobs[0]
    session.runs.rename(first, "x" * MOST_NAME)
    for _ in range(3):
        first.look_at(20)
        session.runs.go_on(first.status())
    assert len(set(names(session))) == 4
    assert all(len(name) <= MOST_NAME for name in names(session))
    assert all(" from 20" in name for name in names(session)[1:])


@pytest.mark.parametrize("act", [Runs.train, Runs.prepare])
def test_a_new_run_begins_at_its_beginning(small: Experiment, act: Callable[[Runs, Experiment], object]) -> None:
    session = with_runs(small, 1)
    session.runs.jobs[0].look_at(20)
    act(session.runs, small)
    assert session.runs.job
    assert session.runs.job.status().kept[0] == 0
    assert session.runs.jobs[0].status().viewed == 20
