"""Training in the background: it goes on while its owner reads another page, and ends when its owner is gone."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Literal

from rnn_core import DivergenceError, Experiment, History, Limits, Model, Trainer
from rnn_core.prepare import Preparation

State = Literal["running", "paused", "stopped", "done", "diverged", "time_limit", "failed"]
ENDED: frozenset[State] = frozenset({"stopped", "done", "diverged", "time_limit", "failed"})

PATIENCE_SECONDS = 1.0
"""How long whoever halts a job waits for it."""

_log = logging.getLogger("unrolled.jobs")


class Presence:
    """Whether the owner is still there.

    A closed tab and a network that stumbles for a moment look the same at first, so an owner who has left gets some
    seconds to come back. A browser that falls silent without leaving is given up after the idle limit.
    """

    GRACE_SECONDS = 20.0
    IDLE_SECONDS = 1800.0

    def __init__(self) -> None:
        self._seen = time.monotonic()
        self._left: float | None = None

    def seen(self) -> None:
        """The owner's browser has just asked for something."""
        self._seen, self._left = time.monotonic(), None

    def leave(self) -> None:
        """The owner's connection is gone."""
        self._left = time.monotonic()

    @property
    def gone(self) -> bool:
        now = time.monotonic()
        return (self._left is not None and now - self._left > self.GRACE_SECONDS) or now - self._seen > self.IDLE_SECONDS


class Slots:
    """Turns at the processors, shared by all visitors: as many at once as there are cores, each for one slice of epochs.

    A turn is handed to whoever has waited longest. A semaphore would often give it back to the thread that has just had it.
    """

    def __init__(self, count: int | None = None) -> None:
        self._free = count or os.cpu_count() or 1
        self._waiting: deque[threading.Lock] = deque()
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()  # until somebody who leaves releases it

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


@dataclass(frozen=True)
class Snapshot:
    """A job as it stands: all of one moment, never half an epoch."""

    experiment: Experiment
    state: State
    history: History
    model: Model
    seconds: float
    """spent training"""
    epochs_per_second: float | None
    """over the last few seconds; None while too little has happened to tell"""
    diverged_epoch: int | None

    @property
    def epoch(self) -> int:
        return len(self.history)

    @property
    def progress(self) -> float:
        """Share of the epochs done."""
        return self.epoch / self.experiment.training.epochs

    @property
    def seconds_left(self) -> float | None:
        """At the present speed."""
        left = self.experiment.training.epochs - self.epoch
        return left / self.epochs_per_second if self.epochs_per_second else None


class Job:
    """One experiment being trained. While it runs a thread of its own works; paused or ended it has none."""

    def __init__(
        self, experiment: Experiment, presence: Presence, slots: Slots, limits: Limits, preparation: Preparation | None = None
    ) -> None:
        self._trainer = Trainer(experiment)
        self._presence, self._slots, self._limits, self._preparation = presence, slots, limits, preparation
        self._halt = threading.Event()
        self._wanted: State = "paused"
        self._thread: threading.Thread | None = None
        self._seconds = 0.0
        self._marks: deque[tuple[float, int]] = deque(maxlen=64)  # (seconds trained, epochs done)
        self._diverged_epoch: int | None = None
        self._lock = threading.Lock()
        self._state: State = "paused"
        self._published = (self._trainer.history, self._trainer.model)

    @property
    def state(self) -> State:
        return self._state

    @property
    def running(self) -> bool:
        return self._state == "running"

    @property
    def ended(self) -> bool:
        return self._state in ENDED

    @property
    def experiment(self) -> Experiment:
        return self._trainer.experiment

    def start(self) -> None:
        """Begin, or go on after a pause. Does nothing to a job that runs or has ended."""
        with self._lock:
            if self._state != "paused":
                return
            self._state = "running"
            self._halt.clear()
            self._marks.clear()
            self._thread = threading.Thread(target=self._work, name="training", daemon=True)
            self._thread.start()

    def pause(self) -> None:
        """Stop after the slice at hand; `start` goes on from there."""
        self._end("paused")

    def stop(self) -> None:
        """End it; what was trained stays."""
        self._end("stopped")

    def snapshot(self) -> Snapshot:
        with self._lock:
            history, model = self._published
            marks = list(self._marks)
            speed = None
            if len(marks) > 1 and marks[-1][0] > marks[0][0]:
                speed = (marks[-1][1] - marks[0][1]) / (marks[-1][0] - marks[0][0])
            return Snapshot(self.experiment, self._state, history, model, self._seconds, speed, self._diverged_epoch)

    # ------------------------------------------------------------------ behind

    def _end(self, state: State) -> None:
        """Halt for this state. A slice that takes long is not waited for: the job is in that state once it is over."""
        with self._lock:
            if self._wanted != "stopped":  # to stop is final
                self._wanted = state
            if self._state == "paused":
                self._state = state
        self._halt.set()
        if self._thread is not None:
            self._thread.join(PATIENCE_SECONDS)

    def _work(self) -> None:
        outcome: State | None
        try:
            outcome = self._train()
        except DivergenceError as error:
            self._diverged_epoch = error.epoch
            outcome = "diverged"
        except Exception:
            # A fault of ours in this run must be seen in the log and must not take anything else with it.
            _log.exception("a run failed at epoch %d", self._trainer.epoch)
            outcome = "failed"
        with self._lock:
            self._state = outcome or self._wanted

    def _train(self) -> State | None:
        """Slices until something ends the job: the state it ends in, or None where whoever halted it says."""
        while self._preparation is not None and not self._halt.is_set() and not self._preparation.wait(0.1):
            pass
        while not self._halt.is_set():
            if self._presence.gone:
                return "stopped"
            if self._seconds > self._limits.seconds:
                return "time_limit"
            with self._slots:
                began = time.perf_counter()
                advanced = self._trainer.advance()
                seconds = time.perf_counter() - began
            if not advanced:
                return "done"
            published = (self._trainer.history, self._trainer.model)
            with self._lock:
                self._published = published
                self._seconds += seconds
                self._marks.append((self._seconds, self._trainer.epoch))
        return None
