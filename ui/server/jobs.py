"""Training in the background: it goes on while its owner reads another page, and ends when its owner is gone."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import replace

from rnn_core import DivergenceError, Experiment, Model, Run, Trainer
from rnn_core.training.run import snapshot_stride, whole_bytes
from ui.server import log
from ui.server.job_status import ENDED, JobStatus, State
from ui.server.pace import Pace, Viewer, watched
from ui.server.presence import Presence
from ui.server.server import Server
from ui.server.slots import Place

HALT_SECONDS = 0.15
"""How long whoever halts a job waits for the slice at hand."""
PATIENCE_SECONDS = 1.0
"""How long whoever asks for one epoch waits for it."""
SPEED_SECONDS = 3.0
"""Over how long the present speed is measured."""
STEP_SECONDS = 0.1
"""How soon a change of pace is heeded."""

_log = logging.getLogger("unrolled.jobs")


class Job:
    """One experiment being trained. While it runs a thread of its own works.

    Paused or ended it has none, but for one that may be finishing its slice: on a busy machine, or in one very long sentence,
    that can take most of a second. Nothing of it is shown, and the next thread waits for it.
    """

    def __init__(
        self,
        experiment: Experiment,
        presence: Presence,
        server: Server,
        *,
        number: int = 0,
        name: str = "",
        after: tuple[Run, int] | None = None,
    ) -> None:
        """Make a job that waits to be started, on the path that the server has ready now.

        after: a run and a kept epoch of it to go on from, on its path, in the place of the experiment's beginning.
        """
        self.number = number
        """It never changes, and no other run of its owner has it."""
        self.name = name
        self.pace: Pace = None
        self.viewer = Viewer()
        self.viewed: int | None = None
        """The epoch that was gone back to; None: the latest."""
        self.forgetful = self.by_hand = False
        """Whether snapshots that it had were given up to save room; whether it began with weights that were changed by hand."""
        self._presence, self._server = presence, server
        self._halt = threading.Event()
        self._log_id: str | None = None
        """What the log calls it, once it has begun."""
        self._wanted: State = "paused"
        self._thread: threading.Thread | None = None
        self._place: Place | None = None  # where it takes turns, while it runs
        self._seconds = 0.0
        self._marks: deque[tuple[float, float]] = deque()  # (clock, epochs done)
        self._diverged_epoch: int | None = None
        self._lock = threading.Lock()
        self._state: State = "paused"
        self._stride = snapshot_stride(experiment, server.limits)
        trainer = after[0].trainer_at(after[1]) if after else Trainer(experiment, server.path(experiment.model.cell))
        past = tuple(old for old in after[0].snapshots if old.epoch <= after[1]) if after else (trainer.snapshot(),)
        self._run = Run(trainer.experiment, Model.initial(experiment), trainer.history, past, trainer.path)
        self._trainer: Trainer | None = trainer
        """None once the job has ended: it takes more room than what is kept."""

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
        return self._run.experiment

    @property
    def nbytes(self) -> int:
        """What is kept of it; of one that has not ended, all that may come to be kept."""
        return self._run.nbytes if self.ended else whole_bytes(self.experiment, self._stride)

    def start(self, *, until: int | None = None) -> None:
        """Begin, or go on after a pause, to an epoch, where it pauses, or to the last. Does nothing to a job that runs or has ended.

        Whoever lets it go on looks at where it stands again. Raises LimitError where its owner has too many runs at work.
        """
        with self._lock:
            if self._state != "paused":
                return
            self._place = self._server.slots.join(self._presence)
            self._wanted, self.viewed = "paused", None
            self._marks.clear()
            if self._halt.is_set():  # the thread before may not have looked yet
                self._halt = threading.Event()
            work = (self._trainer, self._place, self._halt, until, self._thread)
            thread = threading.Thread(target=self._work, args=work, name="training", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # the system has no more threads
                self._place.leave()
                raise
            self._state, self._thread = "running", thread
            self._log_id = self._log_id or log.run_started(self._run.experiment)

    def step(self) -> None:
        """One epoch, then pause."""
        if not self.running:
            self.start(until=self._run.epoch + 1)
            if self._thread is not None:
                self._thread.join(PATIENCE_SECONDS)

    def pause(self) -> None:
        """Halt; `start` goes on from there, also in the middle of an epoch."""
        self._end("paused")

    def stop(self) -> None:
        """End it; the epochs that were finished stay."""
        self._end("stopped")

    def change(self, field: str, value: float | str) -> None:
        """Change a setting from the next epoch on, running or paused; raises ConfigError as Trainer.change does."""
        trainer = self._trainer
        if trainer is not None and not self.ended:
            trainer.change(field, value)
            with self._lock:
                self._run = replace(self._run, experiment=trainer.experiment)

    def look_at(self, epoch: int | None) -> None:
        """Go back to a kept epoch, or with None to where the run stands: what is read and explained is of that epoch."""
        self.viewed = None if epoch is None or epoch == self._run.epoch else epoch

    def forget_snapshots(self) -> None:
        """Keep no more than the start and the end, to save room."""
        with self._lock:
            bare = self._run.without_snapshots()
            self.forgetful = self.forgetful or len(bare.kept) < len(self._run.kept)
            self._run = bare

    def status(self) -> JobStatus:
        """Return how the job stands now."""
        with self._lock:
            run, marks = self._run, list(self._marks)
            speed = None
            if len(marks) > 1 and marks[-1][0] > marks[0][0]:
                speed = (marks[-1][1] - marks[0][1]) / (marks[-1][0] - marks[0][0])
            viewed = run.epoch if self.viewed is None or self.viewed not in run.kept else self.viewed
            wait = self._place.wait if self._place is not None and self._state == "running" else 0.0
            stands = (run, self._state, wait, self._seconds, speed, self._diverged_epoch, viewed, self.by_hand)
            return JobStatus(self.number, self.name, *stands)

    # ------------------------------------------------------------------ behind

    def _publish(self, trainer: Trainer, by: threading.Thread | None = None) -> None:
        """Show how far the trainer is. Of the snapshots shown before, those at whole strides stay.

        by: a thread that may do so only while it is the one at work.
        """
        now, history = trainer.snapshot(), trainer.history
        with self._lock:
            if not self.ended and (by is None or (self.running and self._thread is by)):
                kept = [old for old in self._run.snapshots if old.epoch % self._stride == 0 and old.epoch < now.epoch]
                # Its experiment as of this moment: the owner may have changed it since the line before.
                self._run = Run(trainer.experiment, self._run.start, history, (*kept, now), trainer.path)

    def _end(self, state: State) -> None:
        """Halt for this state. A sentence that takes long is not waited for."""
        with self._lock:
            thread = self._thread
            if self._wanted != "stopped":  # to stop is final
                self._wanted = state
            self._halt.set()
        if thread is not None:
            thread.join(HALT_SECONDS)
        with self._lock:
            if not self.ended and self._thread is thread:
                self._become(self._wanted)
                if self._place is not None:  # at once, though the last sentence of its slice may not be over
                    self._place.leave()

    def _become(self, state: State) -> None:
        """Run no more; once it has ended, note it in the log and keep no more than what is looked at. With the lock."""
        self._state = state
        if self.ended and self._trainer is not None:
            self._trainer = None
            if self._log_id is not None:
                log.run_ended(self._log_id, self._state, self._run.epoch, self._seconds)

    def _work(
        self, trainer: Trainer, place: Place, halt: threading.Event, until: int | None, before: threading.Thread | None
    ) -> None:
        """Train until something ends it, after the thread before has finished its sentence."""
        outcome: State | None = "failed"
        diverged_epoch: int | None = None
        try:
            if before is not None:
                before.join()
                trainer = self._caught_up(trainer)
            outcome = self._train(trainer, place, halt, until)
        except DivergenceError as error:
            outcome, diverged_epoch = "diverged", error.epoch
        except Exception:
            # A fault of ours in this run must be seen in the log and must not take anything else with it.
            _log.exception("a run failed at epoch %d", self._run.epoch)
        finally:
            place.leave()
            with self._lock:
                if self.running and self._thread is threading.current_thread():
                    self._diverged_epoch = diverged_epoch
                    self._become(outcome or self._wanted)

    def _caught_up(self, trainer: Trainer) -> Trainer:
        """Return the trainer at the epoch that is shown, or at the next, which is then shown too.

        A slice that ended after a pause may have gone beyond it. One epoch may have taken long and is not trained again;
        several took less than a slice.
        """
        with self._lock:
            ahead = trainer.epoch - self._run.epoch
            if ahead > 1 and self._trainer is trainer:
                trainer = self._trainer = self._run.trainer_at(self._run.epoch)
        if ahead == 1:
            self._publish(trainer)
        return trainer

    def _train(self, trainer: Trainer, place: Place, halt: threading.Event, until: int | None) -> State | None:
        """Slices until something ends the job: the state it ends in, or None where whoever halted it says."""
        pace, due = self.pace, time.monotonic()
        while not halt.is_set():
            if trainer.done:
                return "done"
            if self._presence.gone:
                return "stopped"
            if self._seconds > self._server.limits.seconds:
                return "time_limit"
            if until is not None and trainer.epoch >= until:
                return None
            if pace != self.pace:  # what was due at another pace is due now
                pace, due = self.pace, time.monotonic()
            rate = self._watched(trainer) if pace == "watched" else pace
            unseen = pace == "watched" and self.viewer.awaited(trainer.epoch, self.experiment.training.epochs)
            if unseen or (rate is not None and due > time.monotonic()):
                place.rest()
                halt.wait(STEP_SECONDS if unseen else min(max(0.0, due - time.monotonic()), STEP_SECONDS))
                continue
            with place:
                if halt.is_set():  # while it waited for its turn
                    return None
                began = time.perf_counter()
                finished = trainer.run_slice(self._next_stop(trainer.epoch, rate, until))
                seconds = time.perf_counter() - began
            if rate is not None:
                due = max(due, time.monotonic() - STEP_SECONDS) + finished / rate
            if finished:
                self._publish(trainer, by=threading.current_thread())
            self._mark(trainer.progress, seconds)
        return None

    @staticmethod
    def _watched(trainer: Trainer) -> float:
        experiment = trainer.experiment
        return watched(trainer.history.columns.train_loss, experiment.training.epochs, experiment.dataset.bounds.chance_loss)

    def _next_stop(self, epoch: int, rate: float | None, until: int | None) -> int:
        """No slice goes beyond: where a snapshot is due, where the owner wants to stop, as far as the pace allows."""
        stops = [(epoch // self._stride + 1) * self._stride]
        if until is not None:
            stops.append(until)
        if rate is not None:
            stops.append(epoch + max(1, round(rate * STEP_SECONDS)))
        return min(stops)

    def _mark(self, epochs: float, seconds: float) -> None:
        now = time.monotonic()
        with self._lock:
            if self.ended:
                return
            self._seconds += seconds
            self._marks.append((now, epochs))
            while len(self._marks) > 2 and now - self._marks[0][0] > SPEED_SECONDS:
                self._marks.popleft()
