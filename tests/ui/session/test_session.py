"""The session: what a visitor has, and how it is put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some
from streamlit import config
from streamlit.runtime.secrets import Secrets

from rnn_core import (
    Change,
    Dataset,
    DatasetError,
    Example,
    Experiment,
    LimitError,
    Limits,
    ModelConfig,
    Trainer,
    TrainingConfig,
    presets,
)
from rnn_core.training.run import history_bytes, snapshot_bytes
from tests.ui.visitor import Visitor, serve, wait_until
from ui.server.jobs import Job
from ui.server.slots import MOST_PLACES, Slots
from ui.session import session as sessions
from ui.session.runs import MOST_NAME, Runs
from ui.session.session import Session
from ui.session.workspace import MOST_UNDO

pytestmark = pytest.mark.usefixtures("engine")


def one_word(word: str) -> Dataset:
    return Dataset.from_pairs([(word, 1), (f"not {word}", 0)])


def test_a_visitor_begins_with_the_corrected_guide() -> None:
    session = Session()
    assert session.workspace.experiment() == presets.guide_corrected()
    assert session.workspace.preset == "guide_corrected"
    assert session.runs.shown is None


@pytest.mark.parametrize(
    ("change", "value", "preset"),
    [
        ("dataset", one_word("a"), "guide_corrected"),
        ("dataset", presets.long_memory_dataset(), None),
        ("model", ModelConfig(hidden_size=3), None),
        ("training", TrainingConfig(epochs=3), None),
    ],
)
def test_only_beside_sentences_of_the_visitors_own_a_preset_stays_chosen_after_a_change(
    change: str, value: object, preset: str | None
) -> None:
    session = Session()
    setattr(session.workspace, change, value)
    assert session.workspace.preset == preset


@pytest.mark.parametrize("name", presets.EXPERIMENTS)
def test_a_preset_is_known_again_whatever_the_seed(name: str) -> None:
    session = Session()
    for seed in (0, 7):
        session.workspace.training = replace(session.workspace.training, seed=seed)
        session.workspace.use_preset(name)
        assert session.workspace.preset == name
        assert session.workspace.experiment() == presets.EXPERIMENTS[name](seed)


def test_a_preset_keeps_sentences_of_the_visitors_own_and_replaces_those_of_another_preset() -> None:
    session = Session()
    session.workspace.use_preset("long_memory")
    assert session.workspace.dataset == presets.long_memory_dataset()
    session.workspace.use_preset("gru")
    assert session.workspace.dataset == presets.guide_dataset()
    session.workspace.undo()
    assert session.workspace.dataset == presets.long_memory_dataset()

    session.workspace.replace_dataset(one_word("a"))
    for name in presets.EXPERIMENTS:
        session.workspace.use_preset(name)
        assert session.workspace.dataset == one_word("a")
        assert session.workspace.preset == name, "its settings are set; the sentences are the visitor's"
    session.workspace.use_preset("long_memory", sentences=True)
    assert session.workspace.dataset == presets.long_memory_dataset()
    session.workspace.undo()
    assert session.workspace.dataset == one_word("a")


def test_only_a_preset_about_its_sentences_asks_before_it_replaces_the_visitors_own() -> None:
    workspace = Session().workspace
    assert not [name for name in presets.EXPERIMENTS if workspace.asks(name)]
    workspace.replace_dataset(one_word("a"))
    assert [name for name in presets.EXPERIMENTS if workspace.asks(name)] == ["long_memory", "emotions", "word_vectors"]


def test_after_a_preset_the_cell_alone_can_be_changed_and_all_else_is_as_it_was() -> None:
    workspace = Session().workspace
    model, training = ModelConfig(hidden_size=9, recurrent_gradient="printed"), TrainingConfig(epochs=7)
    workspace.use_settings(model, training)
    workspace.use_preset("gru")
    assert workspace.only_cell == (replace(model, cell="gru", recurrent_gradient="exact"), training)
    workspace.use_preset("gru")
    assert workspace.only_cell == (replace(model, cell="gru", recurrent_gradient="exact"), training), "pressed twice"
    alone = workspace.only_cell
    assert alone is not None
    workspace.use_settings(*alone)
    assert workspace.only_cell is None, "no preset is set any more"


def test_a_preset_of_the_same_cell_offers_no_change_of_the_cell_alone() -> None:
    workspace = Session().workspace
    workspace.use_preset("better_start")
    assert workspace.only_cell is None


def test_a_preset_on_the_sentences_that_are_there_leaves_nothing_to_bring_back() -> None:
    session = Session()
    session.workspace.use_preset("gru")
    session.workspace.use_preset("long_memory")
    session.workspace.use_preset("long_memory")
    assert (len(session.workspace.past), session.workspace.revision) == (1, 1)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Experiment]:
    """A stand-in for the trial that an estimate needs, 0.25 s an epoch: the experiments it was made with."""
    trials: list[Experiment] = []

    def trial(experiment: Experiment) -> float:
        trials.append(experiment)
        return 0.25

    monkeypatch.setattr("ui.session.runs.seconds_per_epoch", trial)
    return trials


def test_an_estimate_is_the_seconds_of_an_epoch_times_the_epochs(tried: list[Experiment], small: Experiment) -> None:
    session = Session()
    assert session.runs.estimate(small) == 10.0
    assert session.runs.estimate(small.with_training(epochs=100_000)) == 25_000.0
    assert tried == [small]


@pytest.mark.parametrize("setting", [{"epochs": 7}, {"seed": 12}, {"changes": (Change(3, "learning_rate", 0.5),)}])
def test_what_does_not_change_an_epochs_length_is_not_tried_anew(
    tried: list[Experiment], small: Experiment, setting: dict[str, Any]
) -> None:
    session = Session()
    session.runs.estimate(small)
    session.runs.estimate(small.with_training(**setting))
    assert len(tried) == 1


def test_what_may_change_an_epochs_length_is_tried_anew(tried: list[Experiment], small: Experiment) -> None:
    session = Session()
    others = (
        small,
        small.with_model(hidden_size=8),
        small.with_model(cell="gru"),
        small.with_training(optimizer="adam"),
        small.with_training(batch_size=2),
        replace(small, dataset=one_word("a")),
    )
    for other in others:
        session.runs.estimate(other)
    assert tried == list(others)


def test_replaced_sentences_come_back_in_reverse_order() -> None:
    session = Session()
    session.workspace.replace_dataset(one_word("a"))
    session.workspace.replace_dataset(one_word("b"))
    assert session.workspace.dataset == one_word("b")
    session.workspace.undo()
    assert session.workspace.dataset == one_word("a")
    session.workspace.undo()
    assert session.workspace.dataset == presets.guide_dataset()
    assert session.workspace.past == []


def test_each_replacement_makes_the_table_begin_anew() -> None:
    session = Session()
    session.workspace.replace_dataset(one_word("a"))
    session.workspace.undo()
    assert session.workspace.revision == 2


def test_what_can_be_brought_back_is_bounded() -> None:
    session = Session()
    for n in range(MOST_UNDO + 5):
        session.workspace.replace_dataset(one_word(f"w{n}"))
    assert len(session.workspace.past) == MOST_UNDO
    assert session.workspace.past[0] == one_word("w4")
    assert session.workspace.past[-1] == one_word(f"w{MOST_UNDO + 3}")


def test_what_can_be_brought_back_is_bounded_in_sentences_too_but_the_last_always_can(six: Dataset) -> None:
    session = Session()
    serve(session, limits=Limits(rows=10))
    for _ in range(4):
        session.workspace.replace_dataset(six)
    assert [len(data.examples) for data in session.workspace.past] == [9, 9]
    session.workspace.dataset = presets.guide_dataset()
    session.workspace.edited(six)
    assert session.workspace.past == [presets.guide_dataset()]


def test_what_can_be_brought_back_is_bounded_in_letters_as_well() -> None:
    session = Session()
    serve(session, limits=Limits(upload_bytes=1_000))
    for word in "abcde":
        session.workspace.edited(Dataset((Example(500 * word, "positive", "train"),)))
    assert [data.examples[0].text[0] for data in session.workspace.past] == list("abcd")
    session.workspace.edited(one_word("f"))
    assert [data.examples[0].text[0] for data in session.workspace.past] == list("bcde")


def test_edits_come_back_one_by_one_and_then_what_was_replaced_before() -> None:
    session = Session()
    session.workspace.replace_dataset(one_word("a"))
    for word in "bc":
        session.workspace.edited(one_word(word))
    assert session.workspace.revision == 1, "the table goes on with its edits"
    for word in "ba":
        session.workspace.undo()
        assert session.workspace.dataset == one_word(word)
    assert session.workspace.revision == 3, "the table begins anew"
    session.workspace.undo()
    assert session.workspace.dataset == presets.guide_dataset()


def test_what_can_be_brought_back_holds_nothing_that_it_has_worked_out() -> None:
    session = Session()
    assert session.workspace.dataset.words
    assert session.workspace.dataset.faults is not None
    session.workspace.edited(one_word("a"))
    assert set(vars(session.workspace.past[0])) == {"examples", "rules", "vectors"}


def test_settings_that_are_taken_over_make_the_fields_begin_anew() -> None:
    session = Session()
    session.workspace.use_settings(ModelConfig(hidden_size=3), TrainingConfig(epochs=2))
    assert session.workspace.settings_revision == 1
    assert session.workspace.experiment() == presets.guide_corrected().with_model(hidden_size=3).with_training(epochs=2)


def test_what_cannot_be_trained_is_told_and_not_raised() -> None:
    session = Session()
    session.workspace.dataset = Dataset.from_pairs([("good", 1)])
    experiment, problem = session.workspace.ready()
    assert experiment is None
    assert isinstance(problem, DatasetError)
    assert problem.reason == "one_class"

    session = Session()
    serve(session, limits=Limits(epochs=10))
    assert isinstance(session.workspace.ready()[1], LimitError)


def test_a_new_run_stops_the_one_before(endless: Experiment, small: Experiment) -> None:
    session = Session()
    session.runs.train(endless)
    first = session.runs.job
    assert first
    session.runs.train(small)
    assert first.state == "stopped"
    assert session.runs.job is not first


@pytest.mark.parametrize(
    ("environment", "limits"),
    [
        ({}, Limits.local()),
        ({"UNROLLED_PROFILE": "local"}, Limits.local()),
        ({"UNROLLED_PROFILE": "hosted"}, Limits.hosted()),
        ({"UNROLLED_PROFILE": ""}, Limits.local()),
        ({"UNROLLED_PROFILE": "Hosted"}, Limits.hosted()),
        ({"UNROLLED_PROFILE": "public"}, Limits.hosted()),
    ],
)
def test_the_profile_of_the_process_sets_the_limits(environment: dict[str, str], limits: Limits) -> None:
    assert sessions.profile_limits(environment) == limits


@pytest.mark.parametrize(
    ("secrets", "environment", "limits"),
    [
        ('UNROLLED_PROFILE = "hosted"', {}, Limits.hosted()),
        ('UNROLLED_PROFILE = "local"', {"UNROLLED_PROFILE": "hosted"}, Limits.hosted()),
        ('UNROLLED_PROFILE = "Hosted"', {}, Limits.hosted()),
        ("[UNROLLED_PROFILE]", {}, Limits.hosted()),
        ('PASSWORD = "x"', {}, Limits.local()),
        ("no toml", {}, Limits.local()),
        (None, {}, Limits.local()),
    ],
)
def test_the_secrets_file_may_say_hosted_too(
    secrets: str | None, environment: dict[str, str], limits: Limits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNROLLED_PROFILE", "to be restored, as Streamlit copies secrets into the environment")
    file = tmp_path / "secrets.toml"
    if secrets is not None:
        file.write_text(secrets)
    monkeypatch.setattr(st, "secrets", Secrets())
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(file)])
    try:
        assert sessions.profile_limits(environment) == limits
    finally:
        config.set_option("secrets.files", before)


def test_two_visitors_share_nothing_but_the_slots(known_router: None) -> None:
    first, second = Visitor(), Visitor()
    first.open("dataset").edit(cells={0: {"text": "great"}})
    first.settings(epochs=2).train()
    assert second.open("home").session.workspace.experiment() == presets.guide_corrected()
    assert second.session.runs.job is None
    assert first.session.server.slots is second.session.server.slots


def test_a_connection_that_closes_starts_the_grace_and_one_that_comes_back_ends_it(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    presence = visitor.session.presence
    monkeypatch.setattr(type(presence), "GRACE_SECONDS", -1.0)
    gone = []
    for happening in (st.cache_resource.clear, visitor.app.run, st.cache_resource.clear, visitor.app.run):
        happening()
        gone.append(presence.gone)
    assert gone[1:] == [False, True, False]


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
