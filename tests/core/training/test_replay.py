"""Which update raised the loss: the replay is the run, and the update named is the one that did it."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Change, Dataset, Experiment, Model, ModelConfig, Run, Trainer, TrainingConfig, presets
from rnn_core.engine.kernel import on
from rnn_core.gradients.update import one_update
from rnn_core.training import replay
from rnn_core.training.findings import Finding
from rnn_core.training.replay import MOST_PRODUCTS, cause, products, update_of, worst_update

DATA = presets.guide_dataset()
STEEP = Experiment(
    dataset=DATA,
    model=ModelConfig(hidden_size=8, initialization="glorot"),
    training=TrainingConfig(epochs=12, learning_rate=0.5, clipping="value", clip_threshold=1.0, seed=2),
)


def run_of(experiment: Experiment, stride: int = 5) -> Run:
    """The run with a snapshot every few epochs, on the plain path: what such a steep run does depends on the last bit."""
    trainer = Trainer(experiment, "plain")
    start, snapshots = trainer.model, [trainer.snapshot()]
    while trainer.advance(until=trainer.epoch + stride - trainer.epoch % stride):
        if trainer.epoch % stride == 0 or trainer.done:
            snapshots.append(trainer.snapshot())
    return Run(trainer.experiment, start, trainer.history, tuple(snapshots), trainer.path)


def mean_loss(model: Model, data: Dataset) -> float:
    return float(np.mean([model.loss(data.examples[i].text, data.examples[i].label or "") for i in data.rows("train")]))


def by_hand(experiment: Experiment, epoch: int) -> list[tuple[int, float, float]]:
    """(row, mean loss before, after) of each update of an epoch, made one at a time with one_update; plain gradient descent."""
    trainer = Trainer(experiment, "plain")
    while trainer.advance(until=epoch - 1):
        pass
    model = trainer.model
    order = list(range(len(DATA.rows("train"))))
    state = trainer.snapshot().order
    noise = np.random.default_rng()
    noise.bit_generator.state = state
    noise.shuffle(order)
    found, before = [], mean_loss(model, DATA)
    for i in order:
        row = DATA.rows("train")[i]
        text, label, _ = DATA.examples[row]
        model = one_update(model, experiment, text, label or "", epoch=epoch).model
        after = mean_loss(model, DATA)
        found.append((row + 1, before, after))
        before = after
    return found


@pytest.mark.slow
@pytest.mark.parametrize("epoch", [1, 7])
def test_the_update_named_is_the_one_after_which_the_mean_loss_of_all_training_sentences_rose_most(epoch: int) -> None:
    cause = worst_update(run_of(STEEP), epoch, epoch)
    steps = by_hand(STEEP, epoch)
    worst = max(range(len(steps)), key=lambda i: steps[i][2] - steps[i][1])
    row, before, after = steps[worst]
    assert (cause.epoch, cause.update, cause.rows) == (epoch, worst + 1, (row,))
    assert (cause.before, cause.after) == pytest.approx((before, after), rel=1e-6)


@pytest.mark.slow
def test_of_several_epochs_the_worst_update_of_all_is_named() -> None:
    run = run_of(STEEP)
    alone = [worst_update(run, epoch, epoch) for epoch in (6, 7, 8)]
    assert worst_update(run, 6, 8) == max(alone, key=lambda cause: cause.after - cause.before)


@pytest.mark.parametrize(("optimizer", "batch_size"), [("sgd", 1), ("momentum", 1), ("adam", 7)])
@pytest.mark.slow
def test_the_replay_ends_where_the_run_was_changed_on_the_way_or_not(optimizer: str, batch_size: int) -> None:
    from rnn_core.training import replay

    changed = STEEP.with_training(
        optimizer=optimizer,
        batch_size=batch_size,
        learning_rate=0.01,
        changes=(Change(4, "learning_rate", 0.02), Change(5, "clip_threshold", 0.01)),
    )
    run = run_of(changed, 3)
    with on("plain"):
        again = replay.Replay(run, run.at(3))
        again.worst_of_epoch()
        again.whole_epoch()
        again.worst_of_epoch()
    assert again._weights.vector.tobytes() == run.at(6).vector.tobytes()
    assert again._weights.memory.tobytes() == run.at(6).memory.tobytes()


@pytest.mark.slow
def test_the_largest_gradient_may_be_the_repair() -> None:
    """In some epoch of a steep run the update with the largest gradient is another than the one that raised the loss most."""
    run = run_of(STEEP)
    causes = [worst_update(run, epoch, epoch) for epoch in range(1, 7)]
    assert any(cause.rows != (int(run.history.columns.largest_norm_row[cause.epoch - 1]),) for cause in causes)
    assert all(cause.after > cause.before for cause in causes)


@pytest.mark.slow
def test_a_threshold_half_as_high_is_tried_on_the_very_update() -> None:
    run = run_of(STEEP)
    causes = (worst_update(run, epoch, epoch) for epoch in range(1, STEEP.training.epochs + 1))
    cause = next(cause for cause in causes if cause.clipped)
    at = cause.epoch
    steps = by_hand(STEEP, at)
    trainer = Trainer(STEEP, "plain")
    while trainer.advance(until=at - 1):
        pass
    model = trainer.model
    for row, _, _ in steps[: cause.update - 1]:
        text, label, _ = DATA.examples[row - 1]
        model = one_update(model, STEEP, text, label or "", epoch=at).model
    text, label, _ = DATA.examples[cause.rows[0] - 1]
    halved = one_update(model, STEEP.with_training(clip_threshold=0.5), text, label or "", epoch=at).model
    assert cause.halved == pytest.approx(mean_loss(halved, DATA), rel=1e-6)


@pytest.mark.slow
def test_an_update_under_the_threshold_is_not_laid_to_it() -> None:
    wide = STEEP.with_training(clip_threshold=1e6)
    cause = worst_update(run_of(wide), 3, 3)
    assert not cause.clipped
    assert cause.halved == cause.after
    unclipped = worst_update(run_of(STEEP.with_training(clipping="none")), 3, 3)
    assert not unclipped.clipped
    assert unclipped.halved != unclipped.after  # half its gradient is another step


@pytest.mark.slow
def test_what_an_optimizer_remembers_has_its_share_in_the_step() -> None:
    def share(**training: object) -> float:
        return worst_update(run_of(STEEP.with_training(learning_rate=0.01, **training)), 3, 3).memory

    assert share(optimizer="sgd") == 0.0
    assert share(optimizer="momentum", momentum=0.0) == 0.0
    assert 0.0 < share(optimizer="momentum", momentum=0.9) < 1.0
    assert 0.0 < share(optimizer="adam") < 1.0


def test_a_batch_is_named_with_all_its_rows() -> None:
    cause = worst_update(run_of(STEEP.with_training(batch_size=20)), 2, 2)
    assert cause.update in (1, 2, 3)
    assert len(cause.rows) == (18 if cause.update == 3 else 20)


def test_epochs_that_a_run_does_not_have_cannot_be_replayed() -> None:
    run = run_of(STEEP)
    for first, last in ((0, 3), (5, 4), (12, 13)):
        with pytest.raises(ValueError):
            worst_update(run, first, last)


def test_what_a_replay_costs_is_known_before() -> None:
    run, words = run_of(STEEP), sum(len(DATA.words[i]) for i in DATA.rows("train"))
    assert products(run, 7, 8) == (2 * 58 + 3 * (8 - 5)) * words * 8 * 8
    guide = Trainer(presets.guide_corrected())
    start = Run(guide.experiment, guide.model, guide.history, (guide.snapshot(),))
    assert products(start, 1, 3) < min(MOST_PRODUCTS.values())
    assert products(start, 9_000, 9_002) > max(MOST_PRODUCTS.values())


@pytest.mark.slow
def test_the_highest_spike_has_a_cause_in_its_own_epochs_or_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of(STEEP)
    looked_at: list[tuple[int, int]] = []
    monkeypatch.setattr(replay, "worst_update", lambda run, first, last: looked_at.append((first, last)))
    cause(run, Finding("spikes", {"first": 7, "epoch": 8}))
    cause(run, Finding("spikes", {"first": 4, "epoch": 9}))  # it is the rise that is sought
    assert looked_at == [(6, 8), (3, 5)]
    assert cause(run, Finding("falls", {})) is None
    monkeypatch.setitem(MOST_PRODUCTS, run.path, 1.0)
    cause(run, Finding("spikes", {"first": 7, "epoch": 8}))
    assert len(looked_at) == 2


@pytest.mark.parametrize("epoch", [1, 7])
@pytest.mark.slow
def test_the_update_of_a_row_is_its_place_in_the_order_of_the_epoch(epoch: int) -> None:
    run = run_of(STEEP)
    rows = [row for row, _, _ in by_hand(STEEP, epoch)]
    assert [update_of(run, epoch, row) for row in rows] == list(range(1, len(rows) + 1))
    assert update_of(run.without_snapshots(), epoch, rows[20]) == 21
    batches = run_of(STEEP.with_training(batch_size=8))
    assert update_of(batches, epoch, rows[20]) == 3


@pytest.mark.parametrize(("epoch", "row"), [(0, 1), (13, 1), (1, 10_000)])
def test_there_is_no_update_of_a_row_or_an_epoch_that_was_not_trained(epoch: int, row: int) -> None:
    with pytest.raises(ValueError, match="of a run of 12"):
        update_of(run_of(STEEP), epoch, row)
