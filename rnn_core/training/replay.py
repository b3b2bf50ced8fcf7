"""Which update raised the loss: some epochs of a run done again from a snapshot, the whole training split judged after each update.

The largest gradient is a poor guide: most often it is the update that repairs the harm. So the mean training loss is computed
before and after every update, and the one after which it rose most is named, with what moved it: its own gradient, over the clip
threshold or under, or what the optimizer remembers of earlier ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import on
from rnn_core.pauses import pause
from rnn_core.streams import permutation, stream
from rnn_core.training import loop
from rnn_core.training.clipping import BY_GLOBAL_NORM, NONE
from rnn_core.training.encoding import encode, rule_of, weights_of
from rnn_core.training.findings import Finding
from rnn_core.training.history import Columns, GradientStatistics
from rnn_core.training.optimizers import ADAM, BETA1, MOMENTUM
from rnn_core.training.run import Run
from rnn_core.training.snapshot import Snapshot
from rnn_core.training.weights import Rule, views

MOST_PRODUCTS = {"compiled": 5e8, "plain": 2.5e8}
"""Multiplications that a replay may take, by path: one to two seconds."""


class Cause(NamedTuple):
    """The update after which the mean loss of all training sentences rose most."""

    epoch: int
    update: int
    """within the epoch, from 1"""
    rows: tuple[int, ...]
    """rows of the dataset, from 1, that shared the update"""
    before: float
    """mean training loss before it"""
    after: float
    """and after it"""
    norm: float
    """of its gradient, before clipping"""
    clipped: bool
    """whether clipping changed its gradient"""
    halved: float
    """mean training loss after it, had the threshold been half as high; without clipping, had its gradient been half as long"""
    memory: float
    """the share of the step's length that comes from earlier gradients, 0 for plain gradient descent"""


def products(run: Run, first: int, last: int) -> float:
    """About how many multiplications it takes to replay epochs: after every update the whole training split is read again.

    The epochs between the snapshot before and the first are trained once more, at three readings a sentence.
    """
    experiment, layout = run.experiment, run.start.layout
    rows = experiment.dataset.rows("train")
    weights = sum(math.prod(shape) for name, shape in layout.stored.items() if name.startswith("W_hh"))
    updates = -(-len(rows) // experiment.training.batch_size)
    readings = (last - first + 1) * updates + 3 * (last - _before(run, first))
    return float(readings) * sum(len(experiment.dataset.words[i]) for i in rows) * weights


def cause(run: Run, finding: Finding) -> Cause | None:
    """The update behind the highest spike of a run, None where a replay would take more than one or two seconds.

    The loss of an epoch is counted while it trains, so what raised it may be an update of the epoch before.
    """
    if finding.id != "spikes":
        return None
    first = int(finding.figures["first"])
    first, last = first - 1, min(int(finding.figures["epoch"]), first + 1)
    return worst_update(run, first, last) if products(run, first, last) <= MOST_PRODUCTS[run.path] else None


def _before(run: Run, first: int) -> int:
    """The latest epoch of which there is a snapshot from before an epoch."""
    return max(epoch for epoch in run.kept if epoch < first)


def update_of(run: Run, epoch: int, row: int) -> int:
    """Return which update of an epoch learned from a row of the dataset, all counted from 1.

    Only the order of the sentences is drawn again. Raises ValueError for an epoch or a training row that the run does not have.
    """
    experiment = run.experiment
    rows = [i + 1 for i in experiment.dataset.rows("train")]
    if not 1 <= epoch <= len(run.history) or row not in rows:
        raise ValueError(f"row {row} in epoch {epoch} of a run of {len(run.history)}")
    start = _before(run, epoch)
    shuffled = stream(experiment.training.seed, "order")
    shuffled.bit_generator.state = run.at(start).order
    order: list[int] = []
    for _ in range(start, epoch):
        pause()
        order = list(range(len(rows)))
        shuffled.shuffle(order)
    return order.index(rows.index(row)) // experiment.training.batch_size + 1


def worst_update(run: Run, first: int, last: int) -> Cause:
    """Replay the epochs from first to last, counted from 1, and name the update that raised the mean training loss most.

    Raises ValueError for epochs that the run does not have.
    """
    if not 1 <= first <= last <= len(run.history):
        raise ValueError(f"epochs {first} to {last} of a run of {len(run.history)}")
    with on(run.path):
        replay = Replay(run, run.at(_before(run, first)))
        while replay.epoch < first - 1:
            replay.whole_epoch()
        worst = replay.worst_of_epoch()
        while replay.epoch < last:
            worst = max(worst, replay.worst_of_epoch(), key=lambda cause: cause.after - cause.before)
    return worst


class Replay:
    """A run as it stood at a snapshot, moved on by the same code in the same order."""

    def __init__(self, run: Run, start: Snapshot) -> None:
        self._experiment = experiment = run.experiment
        self._sentences = encode(experiment.dataset, "train", run.start)
        self._no_test = encode(experiment.dataset.with_examples(()), "test", run.start)
        self._vocabulary, self._parameters = len(run.start.vocabulary), len(run.start.layout.names)
        self._weights = weights_of(run.start, experiment)
        self._views = views(self._weights, run.start.layout)
        self.restart(start)

    def restart(self, start: Snapshot) -> None:
        """Go to where the run stood at a snapshot."""
        self.epoch = start.epoch
        self._put(start.vector, start.memory, start.steps)
        self._order = stream(self._experiment.training.seed, "order")
        self._order.bit_generator.state = start.order

    def whole_epoch(self) -> None:
        order = self._next_order()
        self._run(order, rule_of(self._experiment, self.epoch))

    def worst_of_epoch(self) -> Cause:
        """Move on by an epoch, and name its update after which the mean loss rose most."""
        order, rule, size = self._next_order(), rule_of(self._experiment, self.epoch), self._experiment.training.batch_size
        worst, batch_of_worst, state_of_worst = None, order, self._state()
        before, state = self._loss(), self._state()
        for first in range(0, len(order), size):
            pause()
            batch = order[first : first + size]
            whole, after, moved = self._run(batch, rule), self._loss(), self._state()
            if worst is None or after - before > worst.after - worst.before:
                worst, batch_of_worst, state_of_worst = (
                    Cause(
                        epoch=self.epoch,
                        update=first // size + 1,
                        rows=tuple(int(self._sentences.rows[i]) for i in batch),
                        before=before,
                        after=after,
                        norm=whole.norm_before,
                        clipped=whole.updates_clipped > 0,
                        halved=after,
                        memory=self._from_memory(state, moved, rule),
                    ),
                    batch,
                    state,
                )
            before, state = after, moved
        assert worst
        halved = self._with_half(batch_of_worst, state_of_worst, rule, worst.norm)
        self._put(*state)
        return worst._replace(halved=halved)

    def updates(self) -> Iterator[tuple[tuple[int, ...], GradientStatistics, tuple[Floats, Floats, int]]]:
        """Move on by an epoch; of each update yield its rows, its statistics, and vector, memory and steps before it."""
        order, rule, size = self._next_order(), rule_of(self._experiment, self.epoch), self._experiment.training.batch_size
        for first in range(0, len(order), size):
            pause()
            batch, state = order[first : first + size], self._state()
            yield tuple(int(self._sentences.rows[i]) for i in batch), self._run(batch, rule), state

    def _next_order(self) -> list[int]:
        self.epoch += 1
        order: list[int] = permutation(self._order, len(self._sentences.targets)).tolist()
        return order

    def _run(self, order: list[int], rule: Rule) -> GradientStatistics:
        """Update by these sentences, batch after batch; the statistics of the whole gradient."""
        columns = Columns.empty(1, self._parameters)
        rates = np.array([self._experiment.training.rate_at(self.epoch)])
        with np.errstate(over="ignore", invalid="ignore"):
            progress = loop.Progress.at_first(self._parameters, self._vocabulary)
            work = loop.epoch_work(self._sentences, self._no_test, 1)
            orders = np.array([order])
            loop.run_slice(
                self._weights, *self._views, self._sentences, self._no_test, orders, rates, rule, progress, work, columns
            )
        return GradientStatistics(*(float(value) for value in columns.gradients[0, -1]))

    def _with_half(self, batch: list[int], state: tuple[Floats, Floats, int], rule: Rule, norm: float) -> float:
        """The mean loss after the same update under half the threshold."""
        self._put(*state)
        if rule.clipping == NONE:
            rule = rule._replace(clipping=BY_GLOBAL_NORM, threshold=norm)
        self._run(batch, rule._replace(threshold=rule.threshold / 2))
        return self._loss()

    def _loss(self) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            cell = rule_of(self._experiment, self.epoch).cell
            return float(loop.mean_loss(cell, self._views[0], self._sentences))

    def _from_memory(self, before: tuple[Floats, Floats, int], after: tuple[Floats, Floats, int], rule: Rule) -> float:
        """The length of what an optimizer's running mean m had before, as a share of that and of what this gradient adds."""
        if rule.optimizer not in (MOMENTUM, ADAM):
            return 0.0
        kept = rule.momentum if rule.optimizer == MOMENTUM else BETA1
        touched = after[0] != before[0]
        old = kept * before[1][0][touched]
        lengths = float(np.linalg.norm(old)), float(np.linalg.norm(after[1][0][touched] - old))
        return lengths[0] / sum(lengths) if sum(lengths) > 0 else 0.0

    def _state(self) -> tuple[Floats, Floats, int]:
        return self._weights.vector.copy(), self._weights.memory.copy(), int(self._weights.steps[0])

    def _put(self, vector: Floats, memory: Floats, steps: int) -> None:
        self._weights.vector[:], self._weights.memory[:], self._weights.steps[0] = vector, memory, steps
        self._weights.gradient[:] = 0.0
