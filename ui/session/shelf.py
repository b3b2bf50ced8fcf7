"""The runs of a visit: kept side by side, bounded in number and in bytes, one of them before the visitor's eyes."""

from __future__ import annotations

import itertools

from rnn_core import Limits
from ui.server.jobs import Job, JobStatus

MOST_NAME = 40
"""Characters of a run's name."""


class Shelf:
    """The runs in the order in which they were made; at most one of them, the latest, has not ended."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.chosen = 0
        """Which of them the pages are about."""
        self.overlaid: tuple[str, ...] = ()
        """Names of the runs that are drawn beside the chosen one."""
        self._made = 0

    @property
    def job(self) -> Job | None:
        """The run that the pages are about."""
        return self.jobs[self.chosen] if self.jobs else None

    def next_name(self) -> str:
        """What a run made anew is called."""
        return self._own_name(f"Run {self._made + 1}")

    def name_of_branch(self, run: JobStatus) -> str:
        """What a run is called that goes on from the epoch of another that is looked at."""
        return self._own_name(run.name, f" from {run.viewed}")

    def _own_name(self, name: str, ending: str = "") -> str:
        """The name with its ending, and a number where another run has it already; cut where it grows too long."""
        taken = {job.name for job in self.jobs}
        endings = itertools.chain([ending], (f"{ending} ({n})" for n in itertools.count(2)))
        return next(own for end in endings if (own := name[: MOST_NAME - len(end)].rstrip() + end) not in taken)

    def add(self, job: Job, limits: Limits) -> None:
        """Take a new run in and turn the pages to it: the one that has gone on until now ends, and old ones make room."""
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
        """Keep the runs within the bytes that one visitor may hold, the latest with all that it may come to keep.

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
        """Turn the pages to another run."""
        self.chosen = self.jobs.index(job)

    def rename(self, job: Job, name: str) -> bool:
        """Give a run another name, on one line and cut where it is too long; False where nothing is left or a run has it."""
        name = " ".join(name.split())[:MOST_NAME].rstrip()
        if not name or any(other.name == name for other in self.jobs):
            return False
        self.overlaid = tuple(name if old == job.name else old for old in self.overlaid)
        job.name = name
        return True

    def delete(self, job: Job) -> None:
        """Forget a run; the pages turn to the one before it."""
        job.stop()
        at = self.jobs.index(job)
        del self.jobs[at]
        self.overlaid = tuple(name for name in self.overlaid if name != job.name)
        if self.chosen >= at:
            self.chosen = max(0, self.chosen - 1)
