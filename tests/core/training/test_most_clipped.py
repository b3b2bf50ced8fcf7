"""The update that clipping changed most: found among the run's own updates, and the network before it is the run's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnn_core import Experiment, Trainer
from rnn_core.gradients.update import Update, batch_update
from rnn_core.training import most_clipped as module
from rnn_core.training.most_clipped import ClippedUpdate, clipped_epochs, most_clipped
from rnn_core.training.replay import MOST_PRODUCTS
from tests.core.training.test_replay import STEEP, run_of

EXPERIMENTS: dict[str, dict[str, Any]] = {
    "by value": {},
    "by norm, in batches, with momentum": {"clipping": "norm", "clip_threshold": 0.2, "batch_size": 20, "optimizer": "momentum"},
    "by global norm": {"clipping": "global_norm", "clip_threshold": 0.5},
}


def removed(update: Update) -> float:
    parts = [update.raw[name] - update.clipped[name] for name in update.raw]
    return float(np.sqrt(sum((part**2).sum() for part in parts)))


def by_hand(experiment: Experiment, kept: int) -> list[float]:
    """What clipping removed in each update of the epoch after a snapshot, made one at a time."""
    trainer = Trainer(experiment, "plain")
    while trainer.epoch < kept:
        trainer.advance(until=kept)
    state, data, size = trainer.snapshot(), experiment.dataset, experiment.training.batch_size
    noise = np.random.default_rng()
    noise.bit_generator.state = state.order
    order = list(range(len(data.rows("train"))))
    noise.shuffle(order)
    model, memory, steps, found = trainer.model, state.memory, state.steps, []
    for first in range(0, len(order), size):
        examples = [data.examples[data.rows("train")[i]] for i in order[first : first + size]]
        pairs = [(example.text, example.label or "") for example in examples]
        update = batch_update(model, experiment, pairs, epoch=kept + 1, memory=memory, steps=steps)
        found.append(removed(update))
        model, memory, steps = update.model, update.memory, update.steps
    return found


def again(experiment: Experiment, found: ClippedUpdate) -> Update:
    data = experiment.dataset
    pairs = [(data.examples[row - 1].text, data.examples[row - 1].label or "") for row in found.rows]
    model = run_of(experiment).start.with_vector(found.vector)
    return batch_update(model, experiment, pairs, epoch=found.epoch, memory=found.memory, steps=found.steps)


@pytest.mark.parametrize("name", EXPERIMENTS)
@pytest.mark.slow
def test_it_is_the_one_of_all_updates_after_a_snapshot_from_which_clipping_removed_most(name: str) -> None:
    experiment = STEEP.with_training(**EXPERIMENTS[name])
    run = run_of(experiment)
    found = most_clipped(run)
    assert found is not None
    each = {kept + 1: by_hand(experiment, kept) for kept in run.kept if kept < 12}
    best = max(max(parts) for parts in each.values())
    assert found.removed == pytest.approx(best, rel=1e-6)
    assert each[found.epoch][found.update - 1] == pytest.approx(best, rel=1e-6)
    assert removed(again(experiment, found)) == pytest.approx(best, rel=1e-6)
    assert found.searched == found.epochs == len(clipped_epochs(run))


def test_without_an_update_that_clipping_changed_there_is_none() -> None:
    assert most_clipped(run_of(STEEP.with_training(clipping="none"))) is None
    assert most_clipped(run_of(STEEP.with_training(clip_threshold=1e6))) is None


def test_where_only_some_epochs_can_be_replayed_it_says_how_many_and_where_none_can_it_finds_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = run_of(STEEP)
    cost = module._products(run)
    monkeypatch.setitem(MOST_PRODUCTS, "plain", 1.5 * cost)
    few = most_clipped(run)
    assert few is not None
    assert few.epoch == clipped_epochs(run)[0]
    assert few.searched <= few.epochs
    monkeypatch.setitem(MOST_PRODUCTS, "plain", 0.5 * cost)
    assert most_clipped(run) is None
