"""Snapshots: back to where a run was, and on from there as if nothing had been."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_core import (
    Change,
    ConfigError,
    Dataset,
    DivergenceError,
    EpochRecord,
    Experiment,
    ModelConfig,
    Snapshot,
    Trainer,
    TrainingConfig,
)
from rnn_core.training.optimizers import KINDS
from tests.core.runs import bits, finished, straight

EPOCHS = 30
DATA = Dataset.from_pairs(
    [("good", True), ("bad", False), ("not good at all", False), ("not bad at all", True), ("so so good", True)],
    [("not bad", True), ("so bad", False)],
)


def run(optimizer: str) -> Experiment:
    """Batches of two, steps of the learning rate and a cell with gates, so that nothing may be forgotten."""
    given: dict[str, Any] = {"optimizer": optimizer, "learning_rate": 0.02 if optimizer == "adam" else 0.2}
    return Experiment(
        dataset=DATA,
        model=ModelConfig(cell="gru", hidden_size=3, embedding_size=2, bidirectional=True, initialization="orthogonal"),
        training=TrainingConfig(epochs=EPOCHS, batch_size=2, clipping="norm", clip_threshold=0.5, rate_every=8, seed=3, **given),
    )


@cache
def never_stopped(optimizer: str) -> tuple[list[EpochRecord], list[bytes]]:
    return straight(run(optimizer))


def at(experiment: Experiment, epoch: int) -> Trainer:
    trainer = Trainer(experiment)
    for _ in range(epoch):
        next(trainer)
    return trainer


def same(a: Snapshot, b: Snapshot) -> bool:
    return (a.epoch, a.vector.tobytes(), a.memory.tobytes(), a.steps, a.order) == (
        b.epoch,
        b.vector.tobytes(),
        b.memory.tobytes(),
        b.steps,
        b.order,
    )


@pytest.mark.parametrize(("epoch", "further"), [(0, 4), (0, 30), (1, 1), (6, 0), (6, 9), (13, 17), (29, 1), (30, 0)])
@pytest.mark.parametrize("optimizer", KINDS)
def test_going_on_from_a_snapshot_is_never_having_gone_further_bit_for_bit(optimizer: str, epoch: int, further: int) -> None:
    """Weights, the optimizer's memory, the records and the order of the sentences."""
    records, weights = never_stopped(optimizer)
    trainer = at(run(optimizer), epoch)
    snapshot = trainer.snapshot()
    assert (snapshot.epoch, snapshot.steps) == (epoch, 3 * epoch)
    assert snapshot.vector.tobytes() == weights[epoch]
    assert snapshot.memory.shape == ({"sgd": 0, "momentum": 1, "adam": 2}[optimizer], len(snapshot.vector))
    for _ in range(further):
        next(trainer)
    trainer.restore(snapshot)
    assert trainer.epoch == len(trainer.history) == epoch
    assert list(trainer.history) == records[:epoch]
    assert trainer.model.vector.tobytes() == weights[epoch]
    assert same(trainer.snapshot(), snapshot)
    assert list(trainer) == records[epoch:]
    assert list(trainer.history) == records
    assert trainer.model.vector.tobytes() == weights[EPOCHS]
    assert same(trainer.snapshot(), finished(run(optimizer)).snapshot())


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["iterate", "advance"]), st.integers(1, 9))
    | st.tuples(st.just("snapshot"), st.just(0))
    | st.tuples(st.just("restore"), st.integers(0, 5)),
    max_size=14,
)


@pytest.mark.slow
@given(ACTIONS, st.sampled_from(sorted(KINDS)))
@settings(max_examples=40)
def test_however_going_on_and_going_back_are_mixed_each_epoch_is_itself(actions: list[tuple[str, int]], optimizer: str) -> None:
    """A history given out stays, whatever is done again after it."""
    records, weights = never_stopped(optimizer)
    trainer = Trainer(run(optimizer))
    snapshots = [trainer.snapshot()]
    given_out = []
    for action, n in [*actions, ("iterate", EPOCHS)]:
        if action == "iterate":
            for _ in range(min(n, EPOCHS - trainer.epoch)):
                assert next(trainer) == records[trainer.epoch - 1]
        elif action == "advance":
            trainer.advance(until=trainer.epoch + n)
        elif action == "snapshot":
            snapshots.append(trainer.snapshot())
            given_out.append((trainer.history, bits(trainer.history)))
        else:
            done = [snapshot for snapshot in snapshots if snapshot.epoch <= trainer.epoch]
            trainer.restore(done[n % len(done)])
        assert list(trainer.history) == records[: trainer.epoch]
    assert trainer.model.vector.tobytes() == weights[EPOCHS]
    for snapshot in snapshots:
        assert snapshot.vector.tobytes() == weights[snapshot.epoch]
    assert all(bits(history) == before for history, before in given_out)


def test_a_snapshot_taken_in_the_middle_of_a_slice_is_of_the_very_epoch() -> None:
    trainer = Trainer(run("adam"))
    taken = [trainer.snapshot() for _ in trainer]
    slow = Trainer(run("adam"))
    for snapshot in taken:
        slow.advance(until=slow.epoch + 1)
        assert same(slow.snapshot(), snapshot)
    assert taken[0].nbytes == 3 * 8 * len(taken[0].vector)


def test_a_snapshot_of_the_same_run_serves_another_trainer_that_has_gone_as_far() -> None:
    """But none that has not: it would be without the records of the epochs before."""
    snapshot = at(run("adam"), 9).snapshot()
    for epoch in (0, 8):
        trainer = at(run("adam"), epoch)
        with pytest.raises(ValueError, match="epochs are done"):
            trainer.restore(snapshot)
        assert list(trainer) == never_stopped("adam")[0][epoch:]
    for epoch in (9, 14):
        trainer = at(run("adam"), epoch)
        trainer.restore(snapshot)
        assert trainer.epoch == 9
        assert list(trainer) == never_stopped("adam")[0][9:]
        assert trainer.model.vector.tobytes() == never_stopped("adam")[1][EPOCHS]


@pytest.mark.parametrize(
    "other", [run("sgd"), run("momentum"), run("adam").with_model(hidden_size=4), run("adam").with_model(cell="vanilla")]
)
def test_a_snapshot_of_another_network_or_optimizer_is_a_callers_bug(other: Experiment) -> None:
    trainer = at(run("adam"), 5)
    with pytest.raises(ValueError, match="another network"):
        trainer.restore(at(other, 2).snapshot())
    assert trainer.epoch == 5
    assert list(trainer) == never_stopped("adam")[0][5:]


@pytest.mark.parametrize("optimizer", KINDS)
def test_going_back_and_changing_is_training_from_scratch_with_that_change(optimizer: str) -> None:
    trainer = at(run(optimizer), 7)
    snapshot = trainer.snapshot()
    for _ in range(10):
        next(trainer)
    trainer.restore(snapshot)
    trainer.change("learning_rate", 0.05)
    list(trainer)
    again = finished(run(optimizer).with_training(changes=((8, "learning_rate", 0.05),)))
    assert trainer.experiment == again.experiment
    assert bits(trainer.history) == bits(again.history)
    assert same(trainer.snapshot(), again.snapshot())
    assert trainer.model.vector.tobytes() != never_stopped(optimizer)[1][EPOCHS]


def test_going_back_drops_the_changes_made_after_and_keeps_those_before() -> None:
    trainer = at(run("momentum"), 4)
    trainer.change("clip_threshold", 0.1)
    next(trainer)
    snapshot = trainer.snapshot()
    for _ in range(5):
        next(trainer)
    trainer.change("learning_rate", 0.01)
    trainer.change("clipping", "none")
    list(trainer)
    with pytest.raises(ConfigError):
        trainer.change("learning_rate", 0.01)
    trainer.restore(snapshot)
    assert trainer.experiment.training.changes == (Change(5, "clip_threshold", 0.1),)
    list(trainer)
    again = finished(run("momentum").with_training(changes=((5, "clip_threshold", 0.1),)))
    assert bits(trainer.history) == bits(again.history)
    assert same(trainer.snapshot(), again.snapshot())


def test_a_run_that_diverged_can_go_back_and_take_another_way() -> None:
    trainer = at(run("sgd").with_training(clipping="none"), 6)
    snapshot = trainer.snapshot()
    trainer.change("learning_rate", 1e308)
    for _ in range(2):
        with pytest.raises(DivergenceError):
            list(trainer)
        trainer.restore(snapshot)
        assert trainer.experiment.training.changes == ()
        trainer.change("learning_rate", 1e308)
    trainer.restore(snapshot)
    list(trainer)
    again = finished(run("sgd").with_training(clipping="none"))
    assert bits(trainer.history) == bits(again.history)
    assert np.all(np.isfinite(trainer.model.vector))


def test_records_done_again_under_another_change_leave_a_history_given_out_alone() -> None:
    trainer = at(run("adam"), 3)
    snapshot = trainer.snapshot()
    for _ in range(9):
        next(trainer)
    history, before = trainer.history, bits(trainer.history)
    trainer.restore(snapshot)
    trainer.change("learning_rate", 0.5)
    list(trainer)
    assert bits(history) == before
    assert history[3] != trainer.history[3]


# ---------------------------------------------------------------------- a trainer made at a snapshot

CHANGES = (Change(4, "clip_threshold", 0.2), Change(7, "learning_rate", 0.05), Change(7, "clipping", "none"))
STRIDE = 3


@cache
def steered(optimizer: str) -> tuple[Trainer, list[Snapshot]]:
    """A finished run in which settings were changed on the way, and its snapshots at the start and after every third epoch."""
    trainer = Trainer(run(optimizer))
    snapshots = [trainer.snapshot()]
    for epoch in range(1, EPOCHS + 1):
        for change in CHANGES:
            if change.epoch == epoch:
                trainer.change(change.field, change.value)
        next(trainer)
        if epoch % STRIDE == 0:
            snapshots.append(trainer.snapshot())
    assert trainer.experiment.training.changes == CHANGES
    return trainer, snapshots


@pytest.mark.parametrize("kept", range(EPOCHS // STRIDE + 1))
@pytest.mark.parametrize("optimizer", KINDS)
def test_going_on_from_any_kept_epoch_is_training_from_scratch_with_the_same_changes(optimizer: str, kept: int) -> None:
    """Both as it is, and with another setting from there on: bit for bit, in records, weights and the optimizer's memory."""
    whole, snapshots = steered(optimizer)
    before = bits(whole.history)
    epoch = snapshots[kept].epoch
    for others in [(), (("learning_rate", 0.01), ("clip_threshold", 0.3))]:
        if others and epoch == EPOCHS:
            continue
        trainer = Trainer.at(whole.experiment, snapshots[kept], whole.history)
        assert (trainer.epoch, len(trainer.history)) == (epoch, epoch)
        assert same(trainer.snapshot(), snapshots[kept])
        for field, value in others:
            trainer.change(field, value)
        changes = [change for change in CHANGES if change.epoch <= epoch] + [Change(epoch + 1, *other) for other in others]
        assert trainer.experiment == run(optimizer).with_training(changes=changes)
        again = finished(trainer.experiment)
        list(trainer)
        assert bits(trainer.history) == bits(again.history)
        assert same(trainer.snapshot(), again.snapshot())
    assert bits(whole.history) == before


def test_a_trainer_made_at_a_snapshot_serves_a_slice_at_a_time_and_can_be_left_in_its_middle() -> None:
    whole, snapshots = steered("adam")
    trainer = Trainer.at(whole.experiment, snapshots[4], whole.history)
    assert trainer.advance(until=17) > 0
    assert (
        trainer.model.vector.tobytes() == finished(trainer.experiment.with_training(epochs=trainer.epoch)).model.vector.tobytes()
    )
    trainer.restore(snapshots[4])
    for record in trainer:
        if record.epoch == 14:
            break
    assert trainer.model.vector.tobytes() == finished(trainer.experiment.with_training(epochs=14)).model.vector.tobytes()


def test_records_of_a_run_that_was_gone_back_from_are_no_one_elses_to_change() -> None:
    whole, snapshots = steered("sgd")
    trainer = Trainer.at(whole.experiment, snapshots[2], whole.history)
    list(trainer)
    for mine, theirs in zip(trainer.history.columns, whole.history.columns, strict=True):
        assert not np.shares_memory(mine, theirs)


def test_a_snapshot_without_the_records_before_it_or_of_another_network_makes_no_trainer() -> None:
    whole, snapshots = steered("adam")
    with pytest.raises(ValueError, match="a snapshot of epoch 12, but only 11 epochs are done"):
        Trainer.at(whole.experiment, snapshots[4], whole.history.up_to(11))
    with pytest.raises(ValueError, match="another network"):
        Trainer.at(whole.experiment, steered("sgd")[1][4], whole.history)


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_run_that_stopped_early_stops_at_the_same_epoch_wherever_it_is_gone_on_from(kept: int) -> None:
    """At the epoch at which it stopped there is nowhere to go on to: from scratch, the same experiment ends there too."""
    experiment = run("sgd").with_training(epochs=200, stopping="train", stop_accuracy=0.8, stop_epochs=2)
    whole = Trainer(experiment)
    snapshots = [whole.snapshot()]
    next(whole)
    snapshots.append(whole.snapshot())
    list(whole)
    snapshots.append(whole.snapshot())
    assert 1 < whole.epoch < 200
    trainer = Trainer.at(experiment, snapshots[kept], whole.history)
    list(trainer)
    assert trainer.epoch == whole.epoch
    assert trainer.done
    assert trainer.stopped_early
    assert bits(trainer.history) == bits(whole.history)
    with pytest.raises(ConfigError):
        trainer.change("learning_rate", 0.5)
