"""Comparisons in training: a few runs at a time in the background, of which only the curves are kept."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np

from rnn_core import Experiment, History, LimitError
from rnn_core.data.bounds import Bounds
from rnn_core.sweeps.comparisons import Comparison, Tally
from rnn_core.training.history import Columns
from ui.server.job_status import State
from ui.server.jobs import Job
from ui.server.presence import Presence
from ui.server.server import Server

FAN = 5
"""Seeds of a comparison."""
ABREAST = 2
"""Runs at a time, and no more than two visitors' worth of the machine."""
STEP_SECONDS = 0.05
UNFINISHED = ("running", "waiting", "paused")

_log = logging.getLogger("unrolled.comparisons")


class SweepRun(NamedTuple):
    """One run of one side as it stands."""

    experiment: Experiment
    state: State | Literal["waiting"]
    history: History
    """of a run that has ended, its curves alone"""

    @property
    def over(self) -> bool:
        """Whether it was trained to its end, so that it counts."""
        return self.state in ("done", "diverged")

    @property
    def waiting(self) -> bool:
        return self.state == "waiting"


class SweepRuns:
    """Train every side from every seed, sides of one seed next to each other, while the visitor reads other pages."""

    def __init__(self, comparison: Comparison, presence: Presence, server: Server) -> None:
        self.comparison, self.count = comparison, comparison.sweep.seeds
        self._presence = presence
        # no snapshots but of the start and of where it stands
        self._server = replace(server, limits=replace(server.limits, run_bytes=0))
        self._halt = threading.Event()
        self._lock = threading.Lock()
        self._jobs: dict[tuple[int, int], Job] = {}  # those that are at work, by side and seed
        fans = [comparison.sweep.runs_of(i) for i in range(len(comparison.experiments))]
        none = History((), Columns.empty(0, 0))
        self._runs = {(i, k): SweepRun(one, "waiting", none) for i, fan in enumerate(fans) for k, one in enumerate(fan)}
        self._thread = threading.Thread(target=self._work, name="comparison", daemon=True)

    @property
    def bounds(self) -> Bounds:
        """What the labels allow, the same for all."""
        return self.comparison.experiments[0].dataset.bounds

    @property
    def trainings(self) -> int:
        return len(self._runs)

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    @property
    def ended(self) -> int:
        """How many trainings have ended."""
        return sum(not run.waiting and (place not in self._jobs) for place, run in self._runs.items())

    @property
    def progress(self) -> float:
        """The share of all epochs that are done; a training that has ended counts as all of its epochs."""
        done = 0.0
        for i in range(len(self.comparison.experiments)):
            for run in self.runs(i):
                done += len(run.history) / run.experiment.training.epochs if run.state in UNFINISHED else 1.0
        return done / self.trainings

    def start(self) -> None:
        """Begin; call it once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop what has not ended; results stay."""
        self._halt.set()
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            job.stop()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def runs(self, side: int) -> tuple[SweepRun, ...]:
        """Return the runs of one side by seed, as they stand."""
        with self._lock:
            places = [(side, k) for k in range(self.count)]
            return tuple(self._at_work(place) if place in self._jobs else self._runs[place] for place in places)

    def tally(self, side: int) -> Tally:
        """Count what became of the ended runs of one side."""
        return Tally.of([(run.history, run.state == "diverged") for run in self.runs(side) if run.over], self.bounds)

    # ------------------------------------------------------------------ behind

    def _at_work(self, place: tuple[int, int]) -> SweepRun:
        job = self._jobs[place].status()
        return SweepRun(self._runs[place].experiment, job.state, job.history)

    def _work(self) -> None:
        queue = deque(sorted(self._runs, key=lambda place: place[::-1]))  # seed by seed
        try:
            while (queue or self._jobs) and not self._halt.is_set() and not self._presence.gone:
                self._collect()
                if self._presence.away:
                    self._rest()
                    self._halt.wait(STEP_SECONDS)
                    continue
                self._go_on()
                while queue and len(self._jobs) < ABREAST and self._begin(queue[0]):
                    queue.popleft()
                self._halt.wait(STEP_SECONDS)
        except Exception:
            _log.exception("a comparison failed")
        for job in list(self._jobs.values()):
            job.stop()
        while self._jobs:  # wait for a long slice
            self._collect()
            time.sleep(STEP_SECONDS)

    def _rest(self) -> None:
        """Pause while the owner is away: whoever reloads the page finds it where it was."""
        for job in self._jobs.values():
            if job.running:
                job.pause()

    def _go_on(self) -> None:
        """Go on with what was paused, as far as there is room in the line before the machine."""
        for job in self._jobs.values():
            if job.state == "paused":
                with suppress(LimitError):
                    job.start()

    def _begin(self, place: tuple[int, int]) -> bool:
        """Start one training; False where the line before the machine is full."""
        job = Job(self._runs[place].experiment, self._presence, self._server)
        try:
            job.start()
        except LimitError:
            return False
        with self._lock:
            self._jobs[place] = job
        return True

    def _collect(self) -> None:
        """Keep the curves of ended trainings and drop everything else."""
        for place in [place for place, job in self._jobs.items() if job.ended]:
            run = self._at_work(place)
            with self._lock:
                self._runs[place] = run._replace(history=_curves(run.history))
                del self._jobs[place]


def _curves(history: History) -> History:
    """Return losses and accuracies alone: gradient statistics take most of a history's memory."""
    c = history.columns
    epochs = len(history)
    return History(
        (),
        Columns(
            c.train_loss.copy(),
            c.train_accuracy.copy(),
            c.test_loss.copy(),
            c.test_accuracy.copy(),
            np.broadcast_to(0.0, (epochs, 1, 7)),
            np.broadcast_to(0.0, epochs),
            np.broadcast_to(np.int64(0), epochs),
        ),
    )
