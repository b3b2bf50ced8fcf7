"""An experiment in motion."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple, Self

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.config import Change
from rnn_core.domains import Whole
from rnn_core.engine.kernel import RunPath, on
from rnn_core.errors import ConfigError, DivergenceError
from rnn_core.experiment import Experiment
from rnn_core.network.cells import path_for
from rnn_core.network.model import Model
from rnn_core.streams import stream
from rnn_core.training import loop
from rnn_core.training.encoding import encode, rule_of, weights_of
from rnn_core.training.history import Columns, EpochRecord, History

SLICE_SECONDS = 0.03
"""Processor time that one call of the epoch loop is meant to take, in epochs of which there is at least one."""


class Snapshot(NamedTuple):
    """Everything the next epoch depends on, and the settings that led here. It never changes."""

    epoch: int
    vector: Floats
    memory: Floats
    """the optimizer's"""
    steps: int
    """updates done"""
    order: dict[str, object]
    """of the random stream that shuffles"""

    @property
    def nbytes(self) -> int:
        return self.vector.nbytes + self.memory.nbytes


class Trainer:
    """Iterates over an experiment: one EpochRecord an epoch, in order, until the last.

    To pause is to stop iterating; to go on is to iterate again. After each record `epoch`, `model` and `history` are as
    of that very epoch, though the work behind is done in slices of several epochs: where somebody asks in the middle of a
    slice, its first part is done again, which gives the same numbers bit for bit. `advance` runs a whole slice at a time.
    One thread iterates; others may ask and `change` meanwhile, and wait for the slice to end: nothing is ever half done.

    Raises DivergenceError when a loss or a weight stops being finite; the records and the model before that epoch stay.
    """

    def __init__(self, experiment: Experiment, path: RunPath | None = None) -> None:
        """path: on which to run, to the end; by default compiled where that is possible. Raises ValueError as path_for does."""
        self._turn = threading.RLock()
        self.path: RunPath = path_for(experiment.model.cell, path)
        self.experiment = experiment
        self.epoch = 0
        """Epochs done."""
        self._start = Model.initial(experiment)
        self._names = self._start.layout.names
        self._train = encode(experiment.dataset, "train", self._start)
        self._test = encode(experiment.dataset, "test", self._start)
        self._order = stream(experiment.training.seed, "order")
        self._columns = Columns.empty(0, len(self._names))
        self._computed = 0  # epochs in the columns: self.epoch, or the end of the slice that it stands in
        self._diverges: int | None = None  # the epoch that cannot be finished, once met
        self._stops: int | None = None  # the epoch at which the accuracy to stop at has held, once met
        self._slice_epochs = 1

        self._weights = weights_of(self._start, experiment)
        self._slice_start = self._state()

    @classmethod
    def at(cls, experiment: Experiment, snapshot: Snapshot, history: History, path: RunPath | None = None) -> Self:
        """A trainer as it stood at a snapshot of a run of the experiment, with the records up to there.

        Later changes are dropped. Raises ValueError as restore does.
        """
        trainer = cls(experiment, path)
        trainer._columns, trainer.epoch = history.columns, len(history)
        trainer.restore(snapshot)
        return trainer

    # ------------------------------------------------------------------ how it stands

    @property
    def model(self) -> Model:
        """A copy of the network as of `epoch`; before the first epoch, the initial one."""
        with self._turn:
            self._settle()
            return self._start.with_vector(self._weights.vector)

    @property
    def history(self) -> History:
        """The records of all epochs done. It does not grow: ask again for a longer one."""
        with self._turn:
            return History(self._names, self._columns).up_to(self.epoch)

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do: the last epoch is reached, or the accuracy to stop at has held."""
        return self.epoch >= self.experiment.training.epochs or self.stopped_early

    @property
    def stopped_early(self) -> bool:
        """Whether the accuracy to stop at has held for as long as it should."""
        return self.epoch == self._stops

    # ------------------------------------------------------------------ moving on

    def __iter__(self) -> Iterator[EpochRecord]:
        return self

    def __next__(self) -> EpochRecord:
        with self._turn:
            if self.epoch == self._computed:
                if self.done:
                    raise StopIteration
                self._run_slice(self.experiment.training.epochs)
            self.epoch += 1
            return History(self._names, self._columns)[self.epoch - 1]

    def advance(self, until: int | None = None) -> int:
        """Run one slice (about 30 ms, at least one epoch, never beyond `until`) and return how many epochs it did.

        0 once the last epoch, or `until`, is reached. Raises DivergenceError as iterating does.
        """
        with self._turn:
            before = self.epoch
            self._settle()
            epochs = self.experiment.training.epochs
            last = epochs if until is None else min(epochs, until)
            if self.epoch < last and not self.done:
                self._run_slice(last)
                self.epoch = self._computed
            return self.epoch - before

    def change(self, field: str, value: float | str) -> None:
        """Change a setting of the training from the next epoch on; it becomes part of `experiment`.

        Raises ConfigError for what cannot be changed, and after the last epoch, be it one at which training stopped early.
        """
        with self._turn:
            training = self.experiment.training
            now = Change(self.epoch + 1, field, value)
            if self.stopped_early:  # there is no epoch left, and the same experiment run again would end here
                raise ConfigError("changes", now.epoch, Whole(1, self.epoch))
            kept = [change for change in training.changes if change[:2] != now[:2]]
            at = sum(change.epoch <= now.epoch for change in kept)
            changed = replace(training, changes=(*kept[:at], now, *kept[at:]))
            self._settle()
            self._diverges = self._stops = None
            self.experiment = replace(self.experiment, training=changed)

    def snapshot(self) -> Snapshot:
        """All that the next epoch depends on, as of `epoch`."""
        with self._turn:
            self._settle()
            return self._state()

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot of this same run; going on from there equals never having gone further, bit for bit.

        Later records and later changes are dropped. Raises ValueError for a snapshot of another network or of epochs to come.
        """
        with self._turn:
            if snapshot.vector.shape != self._weights.vector.shape or snapshot.memory.shape != self._weights.memory.shape:
                raise ValueError("a snapshot of another network")
            if snapshot.epoch > self.epoch:
                raise ValueError(f"a snapshot of epoch {snapshot.epoch}, but only {self.epoch} epochs are done")
            self._diverges = None
            self._restore(snapshot, 0)
            self.epoch, self._slice_start = snapshot.epoch, snapshot
            kept = tuple(change for change in self.experiment.training.changes if change.epoch <= snapshot.epoch)
            self.experiment = self.experiment.with_training(changes=kept)
            self._columns = Columns._make(column[: snapshot.epoch].copy() for column in self._columns)
            self._stops = self._held(snapshot.epoch - 1)

    # ------------------------------------------------------------------ the slices behind

    def _run_slice(self, last: int) -> None:
        """Run the next few epochs, none beyond last and none across a change of settings."""
        if self._diverges is not None:
            raise DivergenceError(self._diverges)
        ends = [last, *(c.epoch - 1 for c in self.experiment.training.changes if c.epoch - 1 > self._computed)]
        wanted = min(self._slice_epochs, min(ends) - self._computed)
        self._slice_start = self._state()
        # Processor time: by the clock, waits for Python's lock would make slices shorter, and so the waits more.
        began = time.thread_time()
        finished = self._run(wanted)
        seconds = (time.thread_time() - began) / wanted
        # Grow by doubling only: the first call may have compiled.
        self._slice_epochs = max(1, min(2 * self._slice_epochs, int(SLICE_SECONDS / max(seconds, 1e-9))))
        held = self._held(self._slice_start.epoch)
        if held is not None:
            self._restore(self._slice_start, held - self._slice_start.epoch)
            self._stops = held
        elif finished < wanted:
            self._diverges = self._computed + 1
            self._restore(self._slice_start, finished)
            if finished == 0:
                raise DivergenceError(self._diverges)

    def _run(self, epochs: int, *, again: bool = False) -> int:
        """Run epochs from where the weights stand; return how many finished. Their records are added to the columns.

        again: they were run before, and others may be reading their records: those stay as they are.
        """
        training, first = self.experiment.training, self._computed + 1
        rule = rule_of(self.experiment, first)
        rates = np.array([training.rate_at(epoch) for epoch in range(first, first + epochs)])
        vocabulary = len(self._start.vocabulary)
        orders = np.stack([self._permutation() for _ in range(epochs)])
        if again:
            rows = Columns.empty(epochs, len(self._names))
        else:
            self._reserve(self._computed + epochs)
            rows = Columns._make(column[self._computed : self._computed + epochs] for column in self._columns)
        # The path is set around each call: another thread, or the same one later, may be on another.
        with on(self.path), np.errstate(over="ignore", invalid="ignore"):  # a run that diverges says so itself
            finished = int(loop.run_epochs(self._weights, self._train, self._test, orders, rates, rule, vocabulary, rows))
        self._computed += finished
        return finished

    def _held(self, start: int) -> int | None:
        """The first epoch computed after this one at which the accuracy to stop at has held for long enough, or None."""
        training = self.experiment.training
        if training.stopping == "never":
            return None
        column = self._columns.train_accuracy if training.stopping == "train" else self._columns.test_accuracy
        needed = training.stop_epochs
        first = max(0, start - needed + 1)
        reached = column[first : self._computed] >= training.stop_accuracy
        run = 0
        for epoch, good in enumerate(reached, start=first + 1):
            run = run + 1 if good else 0
            if run >= needed and epoch > start:
                return epoch
        return None

    def _permutation(self) -> Ints:
        """The next order of the training sentences: the very draws of Generator.permutation, but of a list.

        To shuffle an array, NumPy lets go of Python's lock, which beside a busy thread costs as much as several epochs.
        """
        order = list(range(len(self._train.targets)))
        self._order.shuffle(order)
        return np.array(order)

    def _reserve(self, epochs: int) -> None:
        """Make the columns at least this long. Histories given out keep the old arrays, whose rows never change again."""
        length = len(self._columns.train_loss)
        if epochs > length:
            longer = Columns.empty(min(max(epochs, 2 * length, 64), self.experiment.training.epochs), len(self._names))
            for new, old in zip(longer, self._columns, strict=True):
                new[: self._computed] = old[: self._computed]
            self._columns = longer

    def _settle(self) -> None:
        """Bring the weights from the end of the slice to `epoch`, where iterating stands in its middle."""
        if self.epoch < self._computed:
            self._diverges = None
            self._restore(self._slice_start, self.epoch - self._slice_start.epoch)

    def _state(self) -> Snapshot:
        weights, order = self._weights, dict(self._order.bit_generator.state)
        return Snapshot(self._computed, weights.vector.copy(), weights.memory.copy(), int(weights.steps[0]), order)

    def _restore(self, state: Snapshot, epochs: int) -> None:
        """Go back to a state and run some epochs from there."""
        self._weights.vector[:], self._weights.memory[:], self._weights.steps[0] = state.vector, state.memory, state.steps
        self._weights.gradient[:] = 0.0
        self._order.bit_generator.state = state.order
        self._computed = state.epoch
        if epochs:
            self._run(epochs, again=True)
