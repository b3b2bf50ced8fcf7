"""A run: an experiment, its history and snapshots to go back to, within its bytes."""

from __future__ import annotations

import csv
import io
import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import (
    Change,
    Dataset,
    Experiment,
    GradientStatistics,
    LimitError,
    Limits,
    Model,
    ModelConfig,
    Run,
    Trainer,
    TrainingConfig,
    presets,
)
from rnn_core.config import Optimizer
from rnn_core.training.run import (
    MOST_SNAPSHOTS,
    begun_with,
    check_limits,
    history_bytes,
    snapshot_bytes,
    snapshot_stride,
    whole_bytes,
)
from tests.core.runs import bits, straight

DATA = Dataset.from_pairs(
    [("good", True), ("bad", False), ("not good at all", False), ("not bad at all", True), ("so so good", True)],
    [("not bad", True), ("so bad", False)],
)
EPOCHS, KEPT = 12, (0, 5, 10, 12)
CHANGES = (Change(3, "clip_threshold", 0.2), Change(6, "learning_rate", 0.05), Change(11, "clipping", "none"))


def steered(**settings: Any) -> Experiment:
    """A short run in which something is changed before, at and after the kept epochs, and the rate is cut."""
    training = TrainingConfig(epochs=EPOCHS, learning_rate=0.1, clip_threshold=0.1, rate_every=4, changes=CHANGES, seed=2)
    experiment = Experiment(dataset=DATA, model=ModelConfig(hidden_size=4, init_scale=0.5), training=training)
    return experiment.with_training(**settings)


@cache
def run(optimizer: str = "momentum") -> Run:
    trainer = Trainer(steered(optimizer=optimizer))
    snapshots = [trainer.snapshot()]
    for epoch in KEPT[1:]:
        while trainer.advance(until=epoch):
            pass
        snapshots.append(trainer.snapshot())
    return Run(trainer.experiment, Model.initial(trainer.experiment), trainer.history, tuple(snapshots))


# ---------------------------------------------------------------------- how often a snapshot is kept

OPTIMIZERS: st.SearchStrategy[Optimizer] = st.sampled_from(["sgd", "momentum", "adam"])


def sizes(hidden: int, epochs: int, optimizer: Optimizer) -> Experiment:
    training = TrainingConfig(epochs=epochs, optimizer=optimizer)
    return Experiment(dataset=DATA, model=ModelConfig(hidden_size=hidden), training=training)


def kept_bytes(experiment: Experiment, stride: int) -> int:
    """Of a run at its end: the start, every stride before the end, and the end."""
    snapshots = len(range(0, experiment.training.epochs, stride)) + 1
    return history_bytes(experiment) + snapshots * snapshot_bytes(experiment)


@given(
    hidden=st.integers(1, 300),
    epochs=st.integers(1, 1_000_000),
    optimizer=OPTIMIZERS,
    room=st.integers(0, 10**8) | st.integers(0, 10**5),
)
def test_whatever_is_allowed_snapshots_and_records_of_a_whole_run_fit_into_its_bytes(
    hidden: int, epochs: int, optimizer: Optimizer, room: int
) -> None:
    experiment = sizes(hidden, epochs, optimizer)
    least = history_bytes(experiment) + 2 * snapshot_bytes(experiment)
    limits = Limits(epochs=10**6, run_bytes=least + room)
    check_limits(experiment, limits)
    with pytest.raises(LimitError):
        check_limits(experiment, Limits(epochs=10**6, run_bytes=least - 1))
    stride = snapshot_stride(experiment, limits)
    assert stride >= 1
    assert whole_bytes(experiment, stride) == kept_bytes(experiment, stride) <= limits.run_bytes
    assert epochs // stride <= MOST_SNAPSHOTS


@given(epochs=st.integers(1, 1_000_000), room=st.integers(1, 60))
def test_the_stride_is_the_smallest_round_one_that_fits(epochs: int, room: int) -> None:
    """Room for so many snapshots beside the start and the latest."""
    experiment = sizes(9, epochs, "adam")
    limits = Limits(epochs=10**6, run_bytes=history_bytes(experiment) + (room + 2) * snapshot_bytes(experiment))
    stride = snapshot_stride(experiment, limits)
    round_ones = [digit * 10**power for power in range(8) for digit in (1, 2, 5)]
    assert stride == next(one for one in round_ones if one * min(room, MOST_SNAPSHOTS) >= epochs)


def test_without_room_for_one_more_only_the_start_and_the_end_are_kept() -> None:
    experiment = sizes(9, 1000, "sgd")
    for room in (0, snapshot_bytes(experiment) - 1):
        limits = Limits(run_bytes=history_bytes(experiment) + 2 * snapshot_bytes(experiment) + room)
        assert snapshot_stride(experiment, limits) == 1000


@pytest.mark.parametrize(("epochs", "stride"), [(1, 1), (50, 1), (51, 2), (100, 2), (101, 5), (1000, 20), (5000, 100)])
def test_of_the_guides_run_some_tens_of_epochs_are_kept(epochs: int, stride: int) -> None:
    for limits in (Limits.local(), Limits.hosted()):
        assert snapshot_stride(presets.guide_corrected().with_training(epochs=epochs), limits) == stride


# ---------------------------------------------------------------------- back to a kept epoch


def test_a_run_knows_how_far_it_is_and_what_it_can_go_back_to() -> None:
    assert run().epoch == len(run().history) == EPOCHS
    assert run().kept == KEPT


@pytest.mark.parametrize("epoch", KEPT)
def test_the_network_of_a_kept_epoch_is_the_one_that_training_had_then(epoch: int) -> None:
    _, weights = straight(steered(optimizer="momentum"))
    assert run().at(epoch).epoch == epoch
    assert run().model_at(epoch).vector.tobytes() == weights[epoch]
    assert run().model_at(epoch).vocabulary == run().start.vocabulary
    assert run().model.vector.tobytes() == weights[EPOCHS]
    assert run().start.vector.tobytes() == weights[0]


@pytest.mark.parametrize("epoch", [-1, 1, 4, 11, 13])
def test_an_epoch_that_is_not_kept_is_a_callers_bug(epoch: int) -> None:
    for back in (run().at, run().model_at, run().trainer_at):
        with pytest.raises(ValueError, match=f"no snapshot of epoch {epoch}$"):
            back(epoch)


@pytest.mark.parametrize("epoch", KEPT)
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_going_on_from_a_kept_epoch_is_the_run_without_what_came_later(optimizer: str, epoch: int) -> None:
    before = bits(run(optimizer).history)
    trainer = run(optimizer).trainer_at(epoch)
    assert trainer.experiment == steered(optimizer=optimizer, changes=tuple(c for c in CHANGES if c.epoch <= epoch))
    if epoch < EPOCHS:
        trainer.change("learning_rate", 0.3)
    list(trainer)
    records, weights = straight(trainer.experiment)
    assert list(trainer.history) == records
    assert trainer.model.vector.tobytes() == weights[EPOCHS]
    assert bits(run(optimizer).history) == before, "the run that was gone back from stays as it is"


def test_without_its_snapshots_a_run_keeps_its_start_its_end_and_its_records() -> None:
    light = run().without_snapshots()
    assert light.kept == (0, EPOCHS)
    assert light.model.vector.tobytes() == run().model.vector.tobytes()
    assert light.history is run().history
    assert light.experiment is run().experiment
    assert light.nbytes == run().nbytes - 2 * run().at(5).nbytes
    assert light.without_snapshots().kept == light.kept


def test_a_run_that_has_not_begun_has_one_snapshot_and_keeps_it_once() -> None:
    trainer = Trainer(steered())
    begun = Run(trainer.experiment, trainer.model, trainer.history, (trainer.snapshot(),))
    assert begun.kept == begun.without_snapshots().kept == (0,)
    assert begun.epoch == 0


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_the_bytes_of_a_run_are_those_of_its_arrays(optimizer: str) -> None:
    arrays = [*run(optimizer).history.columns]
    for snapshot in run(optimizer).snapshots:
        arrays += [snapshot.vector, snapshot.memory]
    assert run(optimizer).nbytes == sum(array.nbytes for array in arrays)
    experiment = run(optimizer).experiment
    assert run(optimizer).nbytes == history_bytes(experiment) + len(KEPT) * snapshot_bytes(experiment)


# ---------------------------------------------------------------------- as CSV


def rows(one: Run) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(one.to_csv(), newline="")))


def test_the_csv_is_every_record_bit_for_bit() -> None:
    read = rows(run())
    assert len(read) == EPOCHS
    for record, row in zip(run().history, read, strict=True):
        assert int(row.pop("epoch")) == record.epoch
        assert float(row.pop("learning_rate")) == run().experiment.training.rate_at(record.epoch)
        assert (float(row.pop("train_loss")), float(row.pop("train_accuracy"))) == record.train
        assert (float(row.pop("test_loss")), float(row.pop("test_accuracy"))) == record.test
        assert float(row.pop("largest_norm")) == record.largest_norm
        assert int(row.pop("largest_norm_row")) == record.largest_norm_row
        statistics = record.gradients | {"all": record.whole_gradient}
        for name, values in statistics.items():
            for field in GradientStatistics._fields:
                assert float(row.pop(f"{name}.{field}")) == getattr(values, field)
        assert not row, "nothing is in the file but the record"


def test_the_rate_in_the_csv_is_the_one_that_each_epoch_had() -> None:
    """0.1, cut to its half after every four epochs; from the sixth on the base rate is 0.05."""
    assert [float(row["learning_rate"]) for row in rows(run())] == [0.1] * 4 + [0.05] + [0.025] * 3 + [0.0125] * 4


def test_without_test_sentences_their_figures_are_empty() -> None:
    data = Dataset(tuple(example for example in DATA.examples if example.split == "train"))
    trainer = Trainer(Experiment(dataset=data, model=ModelConfig(hidden_size=2), training=TrainingConfig(epochs=2)))
    list(trainer)
    untested = Run(trainer.experiment, trainer.model, trainer.history, (trainer.snapshot(),))
    assert [(row["test_loss"], row["test_accuracy"]) for row in rows(untested)] == [("", "")] * 2
    assert all(math.isfinite(float(row["train_loss"])) for row in rows(untested))


def test_before_the_first_epoch_the_csv_is_its_header() -> None:
    trainer = Trainer(steered())
    begun = Run(trainer.experiment, trainer.model, trainer.history, (trainer.snapshot(),))
    assert rows(begun) == []
    assert begun.to_csv().startswith("epoch,learning_rate,train_loss,")
    assert begun.to_csv().endswith("all.cosine\r\n")


def test_a_change_is_a_part_of_the_runs_experiment() -> None:
    assert run().experiment.training.changes == CHANGES
    assert np.isfinite(run().history.columns.train_loss).all()


def test_a_run_can_begin_with_weights_that_were_changed_by_hand(small: Experiment) -> None:
    vector = Model.initial(small).vector.copy()
    vector[5] = 0.75
    changed = Model.initial(small).with_vector(vector)
    begun = begun_with(small, changed)
    assert np.array_equal(begun.model_at(0).vector, vector)
    trainer, usual = begun.trainer_at(0), Trainer(small)
    while trainer.advance() and usual.advance():
        pass
    assert not np.array_equal(trainer.model.vector, usual.model.vector)
    same = begun_with(small, Model.initial(small)).trainer_at(0)
    while same.advance():
        pass
    while usual.advance():
        pass
    assert np.array_equal(same.model.vector, usual.model.vector)
    with pytest.raises(ValueError, match="another experiment"):
        begun_with(small.with_model(hidden_size=3), changed)
