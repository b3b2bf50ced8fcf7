"""A sweep in the background, by turns with everything else, while its visitor reads other pages."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Literal

from rnn_core import RnnCoreError
from rnn_core.engine.kernel import RunPath
from rnn_core.sweeps.cluster import Workers
from rnn_core.sweeps.execution import run_sweep
from rnn_core.sweeps.result import Result
from rnn_core.sweeps.sweep import Sweep
from rnn_core.sweeps.table import Results
from ui.server.elsewhere import Elsewhere
from ui.server.presence import Presence
from ui.server.server import Server
from ui.server.turns import TurnThreads

ABREAST = 2
"""Runs at a time on this machine."""
WAIT_SECONDS = 0.1

State = Literal["waiting", "running", "paused", "done", "cancelled", "spent", "broken"]
"""waiting: for the engine. spent: the visitor's training time was used up."""

_log = logging.getLogger("unrolled.sweeps")


class BackgroundSweep:
    """One sweep of one visitor. It goes on where nobody looks, rests while its visitor is away, and ends when they are gone."""

    def __init__(self, sweep: Sweep, presence: Presence, server: Server, seconds: float) -> None:
        """seconds: how much training time it may use; runs that are not done by then are not trained."""
        self.sweep, self._presence, self._server, self._most = sweep, presence, server, seconds
        self._rows: list[Result] = []
        self._held, self._halt = threading.Event(), threading.Event()
        self._waits = True
        self._broken = self._unanswered = False
        self._threads = TurnThreads(ABREAST, server.slots, presence, self._resting, self)
        self._elsewhere: Elsewhere | None = None
        self._thread = threading.Thread(target=self._work, name="sweep", daemon=True)

    # ------------------------------------------------------------------ how it stands

    @property
    def results(self) -> Results:
        """The runs that have ended, by number."""
        return Results(self.sweep.settings, tuple(sorted(self._rows, key=lambda row: row.number)))

    @property
    def ended(self) -> int:
        """How many runs have ended."""
        return len(self._rows)

    @property
    def seconds(self) -> float:
        """How much training time it has used: elsewhere, by the runs that have ended."""
        return self._threads.seconds if self._elsewhere is None else sum(row.seconds or 0.0 for row in self._rows)

    @property
    def left(self) -> float | None:
        """About how many seconds it still takes, if the runs to come take as long as those so far; None before the first has ended."""
        ended, abreast, waits = self.ended, ABREAST, max(1.0, self._server.slots.load)
        if self._elsewhere is not None:
            abreast, waits = self._elsewhere.size, 1.0
        return self.seconds / ended * (len(self.sweep) - ended) / abreast * waits if ended else None

    @property
    def going(self) -> bool:
        """Whether there will be more results, now or after a pause."""
        return self._thread.is_alive()

    @property
    def state(self) -> State:
        if self.going:
            return "paused" if self._held.is_set() else "waiting" if self._waits else "running"
        if self._broken:
            return "broken"
        if self.ended == len(self.sweep):
            return "done"
        return "spent" if self.seconds >= self._most else "cancelled"

    @property
    def connecting(self) -> bool:
        """Whether it waits for the server's cluster, and not for the engine."""
        return self._waits and self._server.cluster is not None and not self._unanswered

    @property
    def unanswered(self) -> bool:
        """Whether the server's cluster did not answer, so that it is trained here."""
        return self._unanswered

    # ------------------------------------------------------------------ what can be done

    def start(self) -> None:
        """Begin; call it once."""
        self._thread.start()

    def pause(self) -> None:
        """Rest at the next slice."""
        self._held.set()

    def resume(self) -> None:
        """Go on after a pause."""
        self._held.clear()

    def cancel(self) -> None:
        """End at the next slice; results stay."""
        self._halt.set()
        if self._elsewhere is not None:
            self._elsewhere.cancel()

    def __call__(self) -> bool:
        """Whether its runs are to stop: as each of them asks before a slice."""
        return self._halt.is_set() or self._presence.gone or self.seconds >= self._most

    # ------------------------------------------------------------------ behind

    def _resting(self) -> bool:
        return self._held.is_set() or self._presence.away

    def _work(self) -> None:
        try:
            with self._workers() as who:
                self._waits = False
                runs = run_sweep(self.sweep, who.executor, path=who.path, cancellation=who.cancellation, abreast=who.size)
                with closing(runs) as results:
                    self._rows.extend(results)
        except Exception:
            self._broken = True
            _log.exception("a sweep failed")

    @contextmanager
    def _workers(self) -> Iterator[Workers]:
        """Give those of the server's cluster, or threads of this process where there is none or it does not answer."""
        with ExitStack() as stack:
            if self._server.cluster is not None:
                try:
                    there = stack.enter_context(self._server.cluster(self.sweep))
                except (RnnCoreError, OSError):
                    self._unanswered = True
                    _log.exception("the cluster cannot be used, so a sweep is trained here")
                else:
                    self._elsewhere = Elsewhere(there, self._resting, self)
                    yield self._elsewhere.workers
                    return
            stack.enter_context(self._threads)
            yield Workers(self._threads, ABREAST, self._path(), self)

    def _path(self) -> RunPath:
        """Wait for the engine, then return the path that all runs take."""
        while (preparation := self._server.preparation) is not None and not preparation.wait(WAIT_SECONDS) and not self():
            pass
        paths = {self._server.path(cell) for cell in self.sweep.cells}
        return "compiled" if paths == {"compiled"} else "plain"
