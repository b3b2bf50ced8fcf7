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
from rnn_core.streams import permutation, stream
from rnn_core.training import loop
from rnn_core.training.encoding import encode, rule_of, weights_of
from rnn_core.training.history import Columns, EpochRecord, History
from rnn_core.training.snapshot import Snapshot
from rnn_core.training.stopping import held_at
from rnn_core.training.weights import Rule, views

SLICE_SECONDS = 0.03
"""Processor time that one slice is meant to take; it has at least one sentence."""
GROWTH = 8
"""How much more work a slice may have than the one before, which may have been slow because it compiled."""


class _Stretch(NamedTuple):
    """Epochs that were begun together: as many as a slice has room for, or one that takes several slices."""

    orders: Ints
    rates: Floats
    rule: Rule
    rows: Columns
    """to fill, a row an epoch"""
    progress: loop.Progress

    @property
    def over(self) -> bool:
        return self.progress.diverged or self.progress.epochs == len(self.orders)


class Trainer:
    """Iterates over an experiment: one EpochRecord an epoch, in order, until the last.

    To pause is to stop iterating; to go on is to iterate again. After each record `epoch`, `model` and `history` are as
    of that very epoch, though the work behind is done in slices of about 30 ms: several epochs, or a part of a long one.
    Where somebody asks in the middle of several, the first of them are done again, which gives the same numbers bit for bit;
    of a long one, the state before it is kept. `run_slice` runs a slice at a time, `advance` slices until an epoch is done.
    One thread iterates; others may ask and `change` meanwhile, and wait for the slice to end.

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
        self._computed = 0  # epochs in the columns: self.epoch, or the end of the stretch that it stands in
        self._diverges: int | None = None  # the epoch that cannot be finished, once met
        self._stops: int | None = None  # the epoch at which the accuracy to stop at has held, once met
        self._epoch_work = loop.epoch_work(self._train, self._test, experiment.training.batch_size)
        self._slice_work = 1
        self._weights = weights_of(self._start, experiment)
        self._views = views(self._weights, self._start.layout)
        self._stretch: _Stretch | None = None  # begun, and not yet over
        self._stretch_start = self._state()  # before the stretch that was begun last

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
            return self._start.with_vector(self._settled().vector)

    @property
    def progress(self) -> float:
        """Epochs done, counting what is done of the one at hand."""
        with self._turn:
            return self.epoch + (self._stretch.progress.work / self._epoch_work if self._stretch else 0.0)

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
        while True:
            with self._turn:
                if self.epoch < self._computed:
                    self.epoch += 1
                    return History(self._names, self._columns)[self.epoch - 1]
                if self.done:
                    raise StopIteration
                self._run_slice(self.experiment.training.epochs)

    def advance(self, until: int | None = None) -> int:
        """Run slices until an epoch is done, never beyond `until`, and return how many epochs that were.

        0 once the last epoch, or `until`, is reached. Raises DivergenceError as iterating does.
        """
        while True:
            with self._turn:
                epochs = self.run_slice(until)
                if epochs or self.done or self.epoch >= self._last(until):
                    return epochs

    def run_slice(self, until: int | None = None) -> int:
        """Run one slice (about 30 ms, at least one sentence, never beyond epoch `until`); return how many epochs it finished.

        0 in the middle of a long epoch, and once the last epoch, or `until`, is reached. Raises DivergenceError as iterating
        does.
        """
        with self._turn:
            before = self.epoch
            self._settle()
            if self.epoch < self._last(until) and not self.done:
                self._run_slice(self._last(until))
                self.epoch = self._computed
            return self.epoch - before

    def _last(self, until: int | None) -> int:
        """The epoch to end at."""
        epochs = self.experiment.training.epochs
        return epochs if until is None else min(epochs, until)

    def change(self, field: str, value: float | str) -> None:
        """Change a setting of the training from the next epoch on; it becomes part of `experiment`.

        An epoch that is partly done is finished with the settings that it began with. Raises ConfigError for what cannot be
        changed, and after the last epoch, be it one at which training stopped early.
        """
        with self._turn:
            training = self.experiment.training
            now = Change(self.epoch + (2 if self._stretch else 1), field, value)
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
            return self._settled()

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot of this same run; going on from there equals never having gone further, bit for bit.

        Later records and later changes are dropped. Raises ValueError for a snapshot of another network or of epochs to come.
        """
        with self._turn:
            if snapshot.vector.shape != self._weights.vector.shape or snapshot.memory.shape != self._weights.memory.shape:
                raise ValueError("a snapshot of another network")
            if snapshot.epoch > self.epoch:
                raise ValueError(f"a snapshot of epoch {snapshot.epoch}, but only {self.epoch} epochs are done")
            self._restore(snapshot, 0)
            self.epoch, self._stretch_start = snapshot.epoch, snapshot
            kept = tuple(change for change in self.experiment.training.changes if change.epoch <= snapshot.epoch)
            self.experiment = self.experiment.with_training(changes=kept)
            self._columns = Columns._make(column[: snapshot.epoch].copy() for column in self._columns)
            self._diverges, self._stops = None, held_at(self.experiment.training, self._columns, snapshot.epoch - 1)

    # ------------------------------------------------------------------ the slices behind

    def _run_slice(self, last: int) -> None:
        """Run one slice, none beyond the last epoch and none across a change of settings."""
        if self._diverges is not None:
            raise DivergenceError(self._diverges)
        rows = self._stretch.rows if self._stretch else self._begin(last)
        try:
            stretch = self._stretch or self._drawn(rows)
            # Processor time: by the clock, waits for Python's lock would make slices shorter, and so the waits more.
            began, before = time.thread_time(), stretch.progress.work
            stretch = self._stretch = self._run(stretch, self._slice_work)
        except BaseException:  # an interrupt, say, that left the weights in the middle of an update
            self._restore(self._stretch_start, 0)
            raise
        done = stretch.progress.work - before
        fits = int(SLICE_SECONDS / max((time.thread_time() - began) / done, 1e-9))
        self._slice_work = max(1, min(GROWTH * max(done, self._slice_work), fits))
        if stretch.over:
            self._end(stretch.progress)

    def _begin(self, last: int) -> Columns:
        """Keep the state as it is before the epochs that one slice has room for, at least one; return the rows to fill."""
        ends = [last, *(c.epoch - 1 for c in self.experiment.training.changes if c.epoch - 1 > self._computed)]
        epochs = max(1, min(self._slice_work // self._epoch_work, min(ends) - self._computed))
        end, length = self._computed + epochs, len(self._columns.train_loss)
        if end > length:  # histories given out keep the old arrays, whose rows never change again
            self._columns = self._columns.grown(min(max(end, 2 * length, 64), self.experiment.training.epochs))
        self._stretch_start = self._state()
        return self._columns.rows(self._computed, end)

    def _drawn(self, rows: Columns) -> _Stretch:
        """The next epochs, which are to fill these rows, with their settings and the orders of their sentences."""
        training, first, epochs = self.experiment.training, self._computed + 1, len(rows.train_loss)
        return _Stretch(
            orders=np.stack([permutation(self._order, len(self._train.targets)) for _ in range(epochs)]),
            rates=np.array([training.rate_at(epoch) for epoch in range(first, first + epochs)]),
            rule=rule_of(self.experiment, first),
            rows=rows,
            progress=loop.Progress.at_first(len(self._names), len(self._start.vocabulary)),
        )

    def _run(self, stretch: _Stretch, work: int) -> _Stretch:
        """Go on with a stretch until so much work is done."""
        orders, rates, rule, rows, progress = stretch
        # The path is set around each call: another thread, or the same one later, may be on another.
        with on(self.path), np.errstate(over="ignore", invalid="ignore"):  # a run that diverges says so itself
            progress = loop.run_slice(
                self._weights, *self._views, self._train, self._test, orders, rates, rule, progress, work, rows
            )
        return stretch._replace(progress=progress)

    def _end(self, progress: loop.Progress) -> None:
        """Take the records of a stretch that is over, and go back to its last epoch that counts."""
        self._stretch = None
        self._computed += progress.epochs
        start = self._stretch_start
        if (held := held_at(self.experiment.training, self._columns.rows(0, self._computed), start.epoch)) is not None:
            self._restore(start, held - start.epoch)
            self._stops = held
        elif progress.diverged:
            self._diverges = self._computed + 1
            self._restore(start, progress.epochs)
            if progress.epochs == 0:
                raise DivergenceError(self._diverges)

    def _settle(self) -> None:
        """Bring the weights from the end of the stretch to `epoch`, where iterating stands in its middle."""
        if self.epoch < self._computed:
            self._diverges = None
            self._restore(self._stretch_start, self.epoch - self._stretch_start.epoch)

    def _settled(self) -> Snapshot:
        """The state as of `epoch`."""
        self._settle()
        return self._stretch_start if self._stretch else self._state()

    def _state(self) -> Snapshot:
        weights, order = self._weights, dict(self._order.bit_generator.state)
        return Snapshot(self._computed, weights.vector.copy(), weights.memory.copy(), int(weights.steps[0]), order)

    def _restore(self, state: Snapshot, epochs: int) -> None:
        """Go back to a state and run some epochs from there. Others may be reading their records: those stay as they are."""
        self._weights.vector[:], self._weights.memory[:], self._weights.steps[0] = state.vector, state.memory, state.steps
        self._weights.gradient[:] = 0.0
        self._order.bit_generator.state = state.order
        self._computed, self._stretch = state.epoch, None
        if epochs:
            self._run(self._drawn(Columns.empty(epochs, len(self._names))), epochs * self._epoch_work)
            self._computed += epochs
