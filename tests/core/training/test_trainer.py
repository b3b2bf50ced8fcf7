"""An experiment in motion: wherever it is broken off, asked or steered, it is the same run bit for bit."""

from __future__ import annotations

import dataclasses
import threading
import time
from contextlib import suppress
from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnn_core import (
    Change,
    ConfigError,
    Dataset,
    DivergenceError,
    EpochRecord,
    Example,
    Experiment,
    History,
    Model,
    ModelConfig,
    Trainer,
    TrainingConfig,
    presets,
)
from rnn_core.training import loop as epoch_loop
from rnn_core.training.history import Columns
from tests.core.children import python
from tests.core.runs import bits, finished, straight

EPOCHS = 40

SIX = Dataset(
    (
        Example("good", "positive", "train"),
        Example("bad", "negative", "train"),
        Example("not good at all", "negative", "train"),
        Example("not bad", "positive", "test"),
        Example("not bad at all", "positive", "train"),
    )
)
STEERED = Experiment(
    dataset=SIX,
    model=ModelConfig(hidden_size=3, init_scale=0.5),
    training=TrainingConfig(
        epochs=EPOCHS,
        learning_rate=0.2,
        clip_threshold=0.1,
        seed=5,
        changes=(Change(9, "clipping", "none"), Change(17, "learning_rate", 0.05), Change(17, "clipping", "value")),
    ),
)
"""A run with settings that change on the way, so that no slice may be run with the settings of another."""


@cache
def steered() -> tuple[list[EpochRecord], list[bytes]]:
    """The records and weights of STEERED, never broken off."""
    return straight(STEERED)


# ---------------------------------------------------------------------- iterating


def test_records_come_one_an_epoch_counted_from_one_and_stop_by_themselves(small: Experiment) -> None:
    trainer = Trainer(small)
    assert [(record.epoch, trainer.done) for record in trainer] == [(e, e == 40) for e in range(1, 41)]
    assert trainer.done
    assert trainer.epoch == 40
    assert list(trainer) == []
    assert trainer.advance() == 0


def test_the_trainer_stands_where_the_last_record_does(small: Experiment) -> None:
    trainer = Trainer(small)
    for record in trainer:
        assert trainer.epoch == record.epoch
        assert len(trainer.history) == record.epoch
        assert trainer.history[-1] == record


def test_the_model_before_the_first_epoch_is_the_initial_one(small: Experiment) -> None:
    assert Trainer(small).model.vector.tobytes() == Model.initial(small).vector.tobytes()


@pytest.mark.parametrize("epochs", [1, 2, 3, 7, 18, 39])
def test_the_model_at_an_epoch_is_that_of_a_run_of_so_many_epochs(epochs: int, small: Experiment) -> None:
    trainer = Trainer(small)
    for _ in range(epochs):
        next(trainer)
    shorter = finished(small.with_training(epochs=epochs))
    assert trainer.model.vector.tobytes() == shorter.model.vector.tobytes()
    assert bits(trainer.history) == bits(shorter.history)
    next(trainer)
    assert trainer.model.vector.tobytes() != shorter.model.vector.tobytes()


def test_to_advance_runs_some_epochs_but_none_beyond(small: Experiment) -> None:
    trainer = Trainer(small)
    assert trainer.advance(until=1) == 1
    done = 1
    while step := trainer.advance(until=17):
        done += step
        assert trainer.epoch == done <= 17
    assert trainer.epoch == 17
    assert trainer.advance(until=5) == 0
    assert trainer.epoch == 17
    while trainer.advance(until=10**6):
        pass
    assert trainer.epoch == 40


def test_to_advance_until_no_epoch_does_nothing(small: Experiment) -> None:
    """Nought is a number of epochs too, and not a missing one."""
    trainer = Trainer(small)
    assert trainer.advance(until=0) == 0
    assert trainer.epoch == 0


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["iterate", "advance"]), st.integers(1, 15))
    | st.tuples(st.sampled_from(["model", "history", "break"]), st.just(0)),
    max_size=14,
)


@given(ACTIONS)
@example([("iterate", 3), ("model", 0), ("iterate", 12), ("model", 0), ("advance", 3), ("history", 0), ("iterate", 9)])
def test_breaking_off_and_going_on_is_never_stopping_bit_for_bit(actions: list[tuple[str, int]]) -> None:
    """However iterating, advancing, asking and beginning a new loop are mixed, each record and model is its epoch's."""
    RECORDS, WEIGHTS = steered()
    trainer = Trainer(STEERED)
    given_out: list[tuple[History, tuple[bytes, ...]]] = []
    for action, n in [*actions, ("iterate", EPOCHS)]:
        if action == "iterate":
            for _ in range(min(n, EPOCHS - trainer.epoch)):
                assert next(trainer) == RECORDS[trainer.epoch - 1]
        elif action == "advance":
            before = trainer.epoch
            assert trainer.advance(until=before + n) == trainer.epoch - before <= n
        elif action == "model":
            assert trainer.model.vector.tobytes() == WEIGHTS[trainer.epoch]
        elif action == "history":
            history = trainer.history
            given_out.append((history, bits(history)))
            assert list(history) == RECORDS[: trainer.epoch]
        else:
            for record in trainer:
                assert record == RECORDS[record.epoch - 1]
                break
    assert list(trainer.history) == RECORDS
    assert trainer.model.vector.tobytes() == WEIGHTS[EPOCHS]
    assert all(bits(history) == before for history, before in given_out)


def test_a_history_given_out_stays_while_training_goes_on(small: Experiment) -> None:
    trainer = Trainer(small.with_training(epochs=300))
    given_out = [(trainer.history, bits(trainer.history), record) for record in trainer if record.epoch % 29 == 0]
    assert len(given_out) == 10
    for history, before, record in given_out:
        assert len(history) == record.epoch
        assert history[-1] == record
        assert bits(history) == before


def test_a_history_given_out_is_not_touched_even_while_epochs_are_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """To ask for the model in the middle of a slice does its first part again; another thread may be reading the history."""
    weights = steered()[1]
    real = epoch_loop.run_slice
    slices: list[int] = []
    read_meanwhile: list[tuple[bytes, ...]] = []
    history: History | None = None

    def run_slice(*arguments: object) -> epoch_loop.Progress:
        columns = next(a for a in arguments if isinstance(a, Columns))
        slices.append(len(columns.train_loss))
        if history is not None:
            columns.train_loss[:] = -1.0
            columns.gradients[:] = -1.0
            read_meanwhile.append(bits(history))
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(epoch_loop, "run_slice", run_slice)
    trainer = Trainer(STEERED)
    while not slices or slices[-1] < 3:  # the first epoch of a slice of three or more is done, and the rest computed
        next(trainer)
    history = trainer.history
    before = bits(history)
    assert trainer.model.vector.tobytes() == weights[trainer.epoch]
    assert read_meanwhile == [before]
    assert bits(history) == before


def test_a_history_cannot_be_written_to() -> None:
    trainer = finished(STEERED)
    for column in trainer.history.columns:
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 0
    assert list(trainer.history) == steered()[0]


# ---------------------------------------------------------------------- the same again


def test_the_same_seed_is_the_same_run_bit_for_bit(small: Experiment) -> None:
    a, b, other = finished(small), finished(small), finished(small.with_training(seed=12))
    assert bits(a.history) == bits(b.history)
    assert a.model.vector.tobytes() == b.model.vector.tobytes()
    assert bits(a.history) != bits(other.history)


def test_two_runs_at_once_do_not_mix(small: Experiment) -> None:
    a, b = Trainer(small), Trainer(small.with_training(seed=12))
    for _ in range(40):
        next(a)
        next(b)
    assert a.model.vector.tobytes() == finished(small).model.vector.tobytes()
    assert b.model.vector.tobytes() == finished(small.with_training(seed=12)).model.vector.tobytes()


@pytest.mark.slow
def test_every_process_trains_alike_whatever_its_hash_seed() -> None:
    program = (
        "from rnn_core import Trainer, presets\n"
        "t = Trainer(presets.better_start(1).with_training(epochs=5))\n"
        "print([(r.train, r.test, r.largest_norm_row) for r in t], t.model.vector.tobytes().hex())"
    )
    here = Trainer(presets.better_start(1).with_training(epochs=5))
    said = f"{[(r.train, r.test, r.largest_norm_row) for r in here]} {here.model.vector.tobytes().hex()}\n"
    assert {python(program, PYTHONHASHSEED=seed) for seed in ("1", "2")} == {said}


# ---------------------------------------------------------------------- steering


@pytest.mark.parametrize("at", [0, 1, 5, 8, 16, 39])
@pytest.mark.parametrize(
    ("field", "value"), [("learning_rate", 0.01), ("learning_rate", 1), ("clipping", "none"), ("clip_threshold", 1e-3)]
)
def test_a_change_on_the_way_is_the_same_experiment_from_scratch(field: str, value: float | str, at: int) -> None:
    experiment = dataclasses.replace(STEERED, training=dataclasses.replace(STEERED.training, changes=()))
    trainer = Trainer(experiment)
    for _ in range(at):
        next(trainer)
    trainer.change(field, value)
    assert trainer.experiment == experiment.with_training(changes=((at + 1, field, value),))
    assert trainer.epoch == at
    rest = list(trainer)
    assert [record.epoch for record in rest] == list(range(at + 1, EPOCHS + 1))
    again = finished(trainer.experiment)
    assert list(trainer.history) == list(again.history)
    assert trainer.model.vector.tobytes() == again.model.vector.tobytes()
    if at < 20:  # while there is something left to clip
        assert trainer.model.vector.tobytes() != finished(experiment).model.vector.tobytes()


STEERING = st.lists(
    st.tuples(st.integers(0, 12), st.just("learning_rate"), st.sampled_from([0.01, 0.3]))
    | st.tuples(st.integers(0, 12), st.just("clip_threshold"), st.sampled_from([0.01, 5.0]))
    | st.tuples(st.integers(0, 12), st.just("clipping"), st.sampled_from(["none", "value"])),
    max_size=6,
)


@given(STEERING)
@settings(max_examples=40)
def test_a_run_steered_by_hand_is_replayed_by_its_experiment(changes: list[tuple[int, str, float | str]]) -> None:
    """Several changes, between them some epochs or none, among changes that the experiment had from the start."""
    trainer = Trainer(STEERED)
    for epochs, field, value in changes:
        for _ in range(min(epochs, EPOCHS - 1 - trainer.epoch)):
            next(trainer)
        trainer.change(field, value)
    for _ in trainer:
        pass
    assert Experiment.from_json(trainer.experiment.to_json()) == trainer.experiment
    again = finished(trainer.experiment)
    assert bits(trainer.history) == bits(again.history)
    assert trainer.model.vector.tobytes() == again.model.vector.tobytes()


def test_a_change_of_the_same_setting_before_the_same_epoch_takes_the_place_of_the_first(small: Experiment) -> None:
    trainer = Trainer(small)
    next(trainer)
    for rate in (0.5, 0.4, 0.3):
        trainer.change("learning_rate", rate)
    trainer.change("clipping", "none")
    assert trainer.experiment.training.changes == ((2, "learning_rate", 0.3), (2, "clipping", "none"))


def test_changes_are_kept_in_order_among_those_still_to_come() -> None:
    trainer = Trainer(STEERED)
    for _ in range(11):
        next(trainer)
    trainer.change("learning_rate", 0.01)
    assert trainer.experiment.training.changes == (
        (9, "clipping", "none"),
        (12, "learning_rate", 0.01),
        (17, "learning_rate", 0.05),
        (17, "clipping", "value"),
    )


@pytest.mark.parametrize(
    ("field", "value"), [("seed", 3), ("hidden_size", 3), ("learning_rate", 0.0), ("learning_rate", "fast"), ("clipping", "hard")]
)
def test_a_change_that_cannot_be_made_leaves_the_run_as_it_was(field: str, value: float | str) -> None:
    trainer = Trainer(STEERED)
    for _ in range(6):
        next(trainer)
    with pytest.raises(ConfigError):
        trainer.change(field, value)
    assert trainer.experiment == STEERED
    assert [next(trainer) for _ in range(EPOCHS - 6)] == steered()[0][6:]


def test_nothing_can_be_changed_after_the_last_epoch() -> None:
    trainer = finished(STEERED)
    with pytest.raises(ConfigError):
        trainer.change("learning_rate", 0.1)
    assert trainer.experiment == STEERED


@pytest.mark.slow
def test_changes_on_the_way_are_bounded_in_number(small: Experiment) -> None:
    trainer = Trainer(small.with_training(epochs=200))
    for _ in range(100):
        trainer.change("learning_rate", 0.1)
        next(trainer)
    with pytest.raises(ConfigError):
        trainer.change("learning_rate", 0.1)
    assert len(trainer.experiment.training.changes) == 100
    assert len(list(trainer)) == 100


# ---------------------------------------------------------------------- other threads


@pytest.mark.parametrize("how", ["iterating", "advancing"])
def test_a_model_asked_for_by_another_thread_is_that_of_some_epoch_and_never_torn(how: str) -> None:
    experiment = STEERED.with_training(epochs=300).with_model(hidden_size=16)
    epoch_of = {vector: epoch for epoch, vector in enumerate(straight(experiment)[1])}
    assert len(epoch_of) == 301

    trainer = Trainer(experiment)
    polled: list[bytes] = []
    stop = threading.Event()

    def poll() -> None:
        while not stop.is_set():
            polled.append(trainer.model.vector.tobytes())

    thread = threading.Thread(target=poll)
    thread.start()
    try:
        while not trainer.done:
            for _ in range(min(10, 300 - trainer.epoch)):
                if how == "iterating":
                    next(trainer)
                else:
                    trainer.advance(until=trainer.epoch + 2)
            seen = len(polled)
            while len(polled) < seen + 2:  # the second of these began after the steps above
                time.sleep(0.001)
    finally:
        stop.set()
        thread.join()
    assert set(polled) <= set(epoch_of)
    epochs = [epoch_of[vector] for vector in polled]
    assert epochs == sorted(epochs)
    assert len(set(epochs)) >= 10
    assert trainer.model.vector.tobytes() == straight(experiment)[1][-1]


def test_a_change_by_another_thread_is_recorded_where_it_took_hold() -> None:
    experiment = dataclasses.replace(STEERED, training=dataclasses.replace(STEERED.training, epochs=400, changes=()))
    trainer = Trainer(experiment)
    changed, goal = threading.Event(), 30

    def steer() -> None:
        nonlocal goal
        for rate in (0.1, 0.02, 0.3):
            goal = trainer.epoch + 30
            while trainer.epoch < goal:
                time.sleep(0.0005)
            trainer.change("learning_rate", rate)
        changed.set()

    thread = threading.Thread(target=steer)
    thread.start()
    try:
        while not trainer.done:
            trainer.advance(until=None if changed.is_set() else min(trainer.epoch + 5, goal + 20))
            if not changed.is_set():
                time.sleep(0.0005)
    finally:
        thread.join()
    assert [c.value for c in trainer.experiment.training.changes] == [0.1, 0.02, 0.3]
    again = finished(trainer.experiment)
    assert bits(trainer.history) == bits(again.history)
    assert trainer.model.vector.tobytes() == again.model.vector.tobytes()


# ---------------------------------------------------------------------- divergence


def test_a_hopeless_rate_diverges_in_the_first_epoch_and_leaves_the_initial_model() -> None:
    experiment = presets.guide_corrected().with_training(learning_rate=1e308, clipping="none")
    trainer = Trainer(experiment)
    for _ in range(2):
        with pytest.raises(DivergenceError) as caught:
            next(trainer)
        assert caught.value.epoch == 1
    with pytest.raises(DivergenceError):
        trainer.advance()
    assert trainer.epoch == 0
    assert len(trainer.history) == 0
    assert trainer.model.vector.tobytes() == Model.initial(experiment).vector.tobytes()


@pytest.mark.parametrize("how", ["iterating", "advancing", "asking"])
@pytest.mark.parametrize("epoch", [2, 5, 19, 40])
def test_a_run_that_diverges_later_keeps_all_that_went_before(how: str, epoch: int) -> None:
    """The epochs before it are those of the run that never had the fatal change, and going on raises the same again."""
    calm = dataclasses.replace(STEERED, training=dataclasses.replace(STEERED.training, changes=()))
    records, weights = straight(calm)
    trainer = Trainer(calm.with_training(changes=((epoch, "clipping", "none"), (epoch, "learning_rate", 1e308))))

    def go_on() -> None:
        while trainer.advance() if how == "advancing" else next(trainer, None):
            if how == "asking":
                assert trainer.model.vector.tobytes() == weights[trainer.epoch]

    for _ in range(3):
        with pytest.raises(DivergenceError) as caught:
            go_on()
        assert caught.value.epoch == epoch
        assert trainer.epoch == epoch - 1
        assert list(trainer.history) == records[: epoch - 1]
        assert trainer.model.vector.tobytes() == weights[epoch - 1]
        assert np.all(np.isfinite(trainer.model.vector))


def test_a_divergence_that_comes_by_itself_is_met_at_the_same_epoch_however_one_gets_there() -> None:
    """At this rate the weights grow until their length is no number: in the first epoch, in some later one, or not at all."""
    data = Dataset.from_pairs([("good", True), ("bad", False), ("good bad", True), ("bad good", False)], [("good good", True)])
    met = []
    for seed in range(12):
        experiment = Experiment(
            dataset=data,
            model=ModelConfig(hidden_size=32, init_scale=1.0),
            training=TrainingConfig(epochs=60, learning_rate=1e153, seed=seed),
        )
        ends = set()
        for step in (Trainer.advance, lambda trainer: next(trainer, None)):
            trainer = Trainer(experiment)
            epoch = None
            try:
                while step(trainer):
                    pass
            except DivergenceError as error:
                epoch = error.epoch
                assert trainer.epoch == epoch - 1
            assert np.all(np.isfinite(trainer.model.vector))
            ends.add((epoch, trainer.model.vector.tobytes(), bits(trainer.history)))
        assert len(ends) == 1
        met.append(epoch)
    assert any(epoch is not None and epoch > 1 for epoch in met)


def test_a_run_that_diverged_goes_on_after_a_change_that_mends_it() -> None:
    calm = dataclasses.replace(STEERED, training=dataclasses.replace(STEERED.training, changes=()))
    trainer = Trainer(calm.with_training(changes=((5, "learning_rate", 1e308), (5, "clipping", "none"))))
    with pytest.raises(DivergenceError):
        list(trainer)
    trainer.change("learning_rate", 0.2)
    trainer.change("clipping", "value")
    assert len(list(trainer)) == 36
    assert bits(trainer.history) == bits(finished(trainer.experiment).history) == bits(finished(calm).history)


@pytest.mark.parametrize("cell", ["vanilla", "lstm"])
@pytest.mark.parametrize("rate", [1e155, 1e200, 1e306])
def test_weights_too_large_to_be_measured_are_a_divergence(cell: str, rate: float) -> None:
    """Between saturated units every loss and every gradient may still be a finite number."""
    experiment = presets.guide_corrected().with_model(cell=cell, initialization="glorot")
    for clipping, optimizer in (("none", "sgd"), ("value", "momentum")):
        trainer = Trainer(experiment.with_training(learning_rate=rate, clipping=clipping, optimizer=optimizer))
        with pytest.raises(DivergenceError) as caught:
            trainer.advance()
        assert caught.value.epoch == 1


@pytest.mark.parametrize(("hidden_size", "rate"), [(2, 1e153), (32, 1e152)])
def test_a_test_loss_that_is_no_number_is_a_divergence_too(hidden_size: int, rate: float) -> None:
    """Finite weights can be so large that the test split's loss is not; NaN must not pass as "there is no test split"."""
    data = Dataset.from_pairs(
        [("good", True), ("bad", False), ("good bad", True), ("bad good", False)],
        [("good good bad", True), ("bad bad good", False), ("good good", True), ("bad bad", False)],
    )
    for seed in range(6):
        training = TrainingConfig(epochs=20, learning_rate=rate, clipping="none", seed=seed)
        model = ModelConfig(hidden_size=hidden_size, embedding_size=3, init_scale=1.0)
        trainer = Trainer(Experiment(dataset=data, model=model, training=training))
        with suppress(DivergenceError):
            for record in trainer:
                assert record.test.loss is not None
                assert np.isfinite(record.test.loss)
