"""A visitor's runs, kept side by side and bounded in number and bytes; the pages show one of them."""

from __future__ import annotations

import itertools

from rnn_core import Limits
from ui.server.jobs import Job, JobStatus

MOST_NAME = 40
"""The most characters of a run's name."""


class Shelf:
    """The runs in the order they were made; at most one, the latest, has not ended."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.chosen = 0
        """The place of the run that the pages show."""
        self.overlaid: tuple[str, ...] = ()
        """Names of the runs drawn beside the shown one."""
        self._made = 0

    @property
    def job(self) -> Job | None:
        """The run that the pages show."""
        return self.jobs[self.chosen] if self.jobs else None

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

    def add(self, job: Job, limits: Limits) -> None:
        """Add a new run and show it: the running one stops, and old ones make room."""
        for other in self.jobs:
            if not other.ended:
                other.stop()
        self._made += 1
        self.jobs.append(job)
        self.choose(job)
        while len(self.jobs) > limits.runs:
            self.delete(self.jobs[0])
        self.make_room(limits)

    def make_room(self, limits: Limits) -> None:
        """Keep the runs within one visitor's bytes; the latest counts with all that it may come to keep.

        The oldest lose their snapshots first, then go.
        """
        for job in self.jobs[:-1]:
            if self._nbytes > limits.visitor_bytes:
                job.forget_snapshots()
        while len(self.jobs) > 1 and self._nbytes > limits.visitor_bytes:
            self.delete(self.jobs[0])

    @property
    def _nbytes(self) -> int:
        return sum(job.nbytes for job in self.jobs)

    def choose(self, job: Job) -> None:
        """Show another run on the pages."""
        self.chosen = self.jobs.index(job)

    def rename(self, job: Job, name: str) -> bool:
        """Rename a run, on one line and cut if too long; return False if nothing is left or another run has the name."""
        name = " ".join(name.split())[:MOST_NAME].rstrip()
        if not name or any(other.name == name for other in self.jobs):
            return False
        self.overlaid = tuple(name if old == job.name else old for old in self.overlaid)
        job.name = name
        return True

    def delete(self, job: Job) -> None:
        """Delete a run; the pages show the one before it."""
        job.stop()
        at = self.jobs.index(job)
        del self.jobs[at]
        self.overlaid = tuple(name for name in self.overlaid if name != job.name)
        if self.chosen >= at:
            self.chosen = max(0, self.chosen - 1)
