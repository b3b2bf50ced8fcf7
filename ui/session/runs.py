"""A visitor's runs, kept side by side and bounded in number and bytes; the pages show one of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

from rnn_core import Experiment, Model, Run
from rnn_core.engine.kernel import current_path
from rnn_core.sweeps.comparisons import Comparison
from rnn_core.training.estimate import seconds_per_epoch
from rnn_core.training.run import begun_with
from ui.server.comparisons import SweepRuns
from ui.server.job_status import JobStatus
from ui.server.jobs import Job
from ui.server.pace import Pace
from ui.server.presence import Presence
from ui.server.server import Server

MOST_NAME = 40
"""The most characters of a run's name."""


class Runs:
    """The runs in the order they were made; at most one, the latest, has not ended. And the latest comparison."""

    FIRST_PACE: Pace = "watched"

    def __init__(self, presence: Presence, server: Server) -> None:
        self.presence, self.server = presence, server
        self.jobs: list[Job] = []
        self.chosen = 0
        """The place of the run that the pages show."""
        self.overlaid: tuple[int, ...] = ()
        """Numbers of the runs drawn beside the shown one."""
        self.pace: Pace = self.FIRST_PACE
        """Of new runs."""
        self.opened: Model | None = None
        """A network from a file, used instead of a run's until something else is trained or chosen."""
        self.opened_name = ""
        """The name of its file."""
        self.held: Callable[[Experiment], Experiment] = lambda experiment: experiment
        """Puts back what is locked in an experiment, before it is trained."""
        self.comparison: SweepRuns | None = None
        """The latest comparison, running or over."""
        self._made = 0
        self._estimate: tuple[tuple[str, str], float] | None = None
        """The fingerprint of what is set, and the seconds of one epoch."""

    @property
    def job(self) -> Job | None:
        """The run that the pages show."""
        return self.jobs[self.chosen] if self.jobs else None

    @property
    def shown(self) -> JobStatus | None:
        """How the run that the pages show stands, if there is one."""
        return self.job.status() if self.job is not None else None

    # ------------------------------------------------------------------ making runs

    def train(self, experiment: Experiment, *, until: int | None = None) -> None:
        """Start a run in the place of the present one, which stops. until: the epoch at which it pauses.

        Raises LimitError if the visitor has too many at work.
        """
        job = self._job(experiment, self.next_name())
        present = next((other for other in self.jobs if other.running), None)
        if present is not None:
            present.pause()  # its place is free then
        try:
            job.start(until=until)
        except Exception:
            if present is not None:
                present.start()
            raise
        self._add(job)

    def prepare(self, experiment: Experiment) -> Job:
        """Make a run that waits to be started or stepped; the present one is stopped."""
        return self._add(self._job(experiment, self.next_name()))

    def go_on(self, run: JobStatus) -> None:
        """Make a new run that continues from the epoch looked at; it waits to be started."""
        job = self._job(run.experiment, self.name_of_branch(run), after=(run.run, run.viewed))
        job.by_hand = run.by_hand
        self._add(job)

    def go_on_by_hand(self, experiment: Experiment, model: Model) -> None:
        """Make a new run of an experiment that begins with a network whose weights were changed by hand; it waits to be started.

        Raises ValueError as begun_with does.
        """
        begun = begun_with(experiment, model, self.server.path(experiment.model.cell))
        job = self._job(experiment, self.next_name(), after=(begun, 0))
        job.by_hand = True
        self._add(job)

    def compare(self, comparison: Comparison) -> None:
        """Train a comparison; an earlier one is stopped."""
        if self.comparison is not None:
            self.comparison.stop()
        self.comparison = SweepRuns(comparison, self.presence, self.server)
        self.comparison.start()

    def estimate(self, experiment: Experiment) -> float:
        """Return about how many seconds the experiment will train, measured again only after a change that matters."""
        key = (
            replace(experiment, training=replace(experiment.training, epochs=1, seed=0, changes=())).fingerprint,
            current_path(),
        )
        if self._estimate is None or self._estimate[0] != key:
            self._estimate = (key, seconds_per_epoch(experiment))
        return self._estimate[1] * experiment.training.epochs

    def _job(self, experiment: Experiment, name: str, *, after: tuple[Run, int] | None = None) -> Job:
        if after is None:  # one that goes on has the experiment that it goes on with
            experiment = self.held(experiment)
        job = Job(experiment, self.presence, self.server, number=self._made + 1, name=name, after=after)
        job.pace = self.pace
        return job

    def _add(self, job: Job) -> Job:
        """Add a new run and show it alone: the one that has not ended stops, and old ones make room."""
        for other in self.jobs:
            if not other.ended:
                other.stop()
        self._made += 1
        self.overlaid = ()
        self.jobs.append(job)
        self.choose(job)
        while len(self.jobs) > self.server.limits.runs:
            self.delete(self.jobs[0])
        self._make_room()
        return job

    def _make_room(self) -> None:
        """Keep the runs within one visitor's bytes; the latest counts with all that it may come to keep.

        The oldest lose their snapshots first, then go.
        """
        most = self.server.limits.visitor_bytes
        for job in self.jobs[:-1]:
            if self._nbytes > most:
                job.forget_snapshots()
        while len(self.jobs) > 1 and self._nbytes > most:
            self.delete(self.jobs[0])

    @property
    def _nbytes(self) -> int:
        return sum(job.nbytes for job in self.jobs)

    # ------------------------------------------------------------------ names

    def next_name(self) -> str:
        """Return the name for a new run."""
        return self._own_name(f"Run {self._made + 1}")

    def name_of_branch(self, run: JobStatus) -> str:
        """Return the name for a run that continues another from the epoch looked at."""
        return self._own_name(run.name, f" from {run.viewed}")

    def _own_name(self, name: str, ending: str = "") -> str:
        """Return the name with its ending, numbered if another run has it, and cut if it is too long."""
        taken = {job.name for job in self.jobs}
        endings = itertools.chain([ending], (f"{ending} ({n})" for n in itertools.count(2)))
        return next(own for end in endings if (own := name[: MOST_NAME - len(end)].rstrip() + end) not in taken)

    def rename(self, job: Job, name: str) -> bool:
        """Rename a run, on one line and cut if too long; return False if nothing is left or another run has the name."""
        name = " ".join(name.split())[:MOST_NAME].rstrip()
        if not name or any(other.name == name for other in self.jobs):
            return False
        job.name = name
        return True

    # ------------------------------------------------------------------ choosing among them

    def choose(self, job: Job) -> None:
        """Show another run on the pages."""
        self.opened = None
        self.chosen = self.jobs.index(job)

    def delete(self, job: Job) -> None:
        """Delete a run; the pages show the one before it."""
        job.stop()
        at = self.jobs.index(job)
        del self.jobs[at]
        self.overlaid = tuple(number for number in self.overlaid if number != job.number)
        if self.chosen >= at:
            self.chosen = max(0, self.chosen - 1)
