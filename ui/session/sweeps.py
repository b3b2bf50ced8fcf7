"""A visitor's sweeps: the latest one, or a table from a file, and what is left of the server's budget."""

from __future__ import annotations

import hashlib
import math

from rnn_core import RnnCoreError
from rnn_core.data.word_vectors import WordVectors
from rnn_core.errors import AbsentVectorsError
from rnn_core.sweeps import table
from rnn_core.sweeps.summary import Figure
from rnn_core.sweeps.sweep import Sweep
from rnn_core.sweeps.table import Results
from ui.server.presence import Presence
from ui.server.server import Server
from ui.server.sweeps import BackgroundSweep


class Sweeps:
    """At most one sweep goes on; a new one takes its place."""

    def __init__(self, presence: Presence, server: Server) -> None:
        self._presence, self._server = presence, server
        self.latest: BackgroundSweep | None = None
        self.opened: Results | None = None
        """The table from a file, shown instead of the latest sweep until another one is started."""
        self.opened_digest: str | None = None
        """Which file was opened last, so that it is read once."""
        self.problem: RnnCoreError | None = None
        """Why that file cannot be used."""
        self.given: Sweep | None = None
        """The sweep from a file or a link, offered beside the ready-made ones."""
        self.absent: AbsentVectorsError | None = None
        """The word vectors without which the sweep of a link cannot be offered."""
        self.just_given = False
        """Whether it has not been looked at yet."""
        self._read: tuple[str, WordVectors | None] | None = None
        """The token of the link that was read last, with the word vectors that were there."""
        self.figure: Figure = "late_accuracy"
        """Which figure of its runs answers the question of the latest sweep."""
        self.started = 0
        """How many sweeps were started."""
        self.followed = False
        """Whether one of its runs has just been chosen and is being trained."""
        self._seconds = 0.0
        self._runs = 0

    @property
    def shown(self) -> Results | None:
        """The results that the page shows."""
        if self.opened is not None:
            return self.opened
        return None if self.latest is None else self.latest.results

    @property
    def runs_used(self) -> int:
        """How many runs the visitor has had trained in sweeps."""
        return self._runs + (self.latest.ended if self.latest is not None else 0)

    @property
    def seconds_used(self) -> float:
        """How much training time they took."""
        return self._seconds + (self.latest.seconds if self.latest is not None else 0.0)

    def check(self, sweep: Sweep) -> None:
        """Raise LimitError where a sweep is over a limit of the server or over what is left of the visitor's budget."""
        self._server.limits.check(sweep_runs=self.runs_used + len(sweep), sweep_seconds=math.ceil(self.seconds_used))
        sweep.check_limits(self._server.limits)

    def start(self, sweep: Sweep, figure: Figure = "late_accuracy") -> None:
        """Train a sweep in the background, to look at a figure of its runs; the one before is cancelled.

        Raises LimitError as check does.
        """
        self.check(sweep)
        self.stop()
        self._runs, self._seconds = self.runs_used, self.seconds_used
        self.opened, self.figure, self.started = None, figure, self.started + 1
        left = self._server.limits.sweep_seconds - self._seconds
        self.latest = BackgroundSweep(sweep, self._presence, self._server, left)
        self.latest.start()

    def stop(self) -> None:
        """Cancel the sweep that goes on, if there is one."""
        if self.latest is not None:
            self.latest.cancel()

    def open(self, source: bytes | None) -> bool:
        """Take over a file, read once: the results in it are shown, a sweep in it is offered. Return whether anything changed.

        `problem` says what is wrong with it. Without a file, the results of the latest sweep are shown again.
        """
        digest = None if source is None else hashlib.sha256(source).hexdigest()
        if digest == self.opened_digest:
            return False
        self.opened_digest, self.opened, self.problem = digest, None, None
        try:
            if source is not None and source.lstrip()[:1] == b"{":
                self._give(Sweep.load(source, self._server.limits))
            elif source is not None:
                self.opened = table.read(source, self._server.limits.upload_bytes).latest()
        except RnnCoreError as problem:
            self.problem = problem
        return True

    def receive(self, token: str, vectors: WordVectors | None) -> RnnCoreError | None:
        """Take over the token of a link, read once and again with other word vectors: its sweep is offered. Return what is wrong with it."""
        if self._read is None or token != self._read[0] or (self.absent is not None and vectors is not self._read[1]):
            self._read, self.absent = (token, vectors), None
            try:
                self._give(Sweep.from_link(token, self._server.limits, vectors))
            except AbsentVectorsError as problem:
                self.absent = problem
            except RnnCoreError as problem:
                return problem
        return None

    def _give(self, sweep: Sweep) -> None:
        self.given, self.just_given = sweep, True
