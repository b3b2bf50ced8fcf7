"""Running a sweep on any executor: threads, processes or a cluster, with the same results bit for bit."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from typing import Any, TypeVar

from rnn_core.engine.kernel import COMPILED as CAN_COMPILE
from rnn_core.engine.kernel import RunPath
from rnn_core.network.cells import COMPILED, path_for
from rnn_core.sweeps.cancelling import Cancellation, Mark
from rnn_core.sweeps.result import Result, failure, reason_of, train_trial
from rnn_core.sweeps.sweep import Sweep, Trial

T = TypeVar("T")

ABREAST = 2 * (os.cpu_count() or 1)
"""Runs that are handed to an executor at a time, by default: enough that none of this machine's processors waits."""


class Serial(Executor):
    """An executor that does everything at once, in the thread that asks for it."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Call the function and return its result as a future that is done."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def path_of(sweep: Sweep) -> RunPath:
    """Return the path that all runs of a sweep take: compiled, where that is possible for all of its cells."""
    return "compiled" if CAN_COMPILE and COMPILED.issuperset(sweep.cells) else "plain"


def run_sweep(
    sweep: Sweep,
    executor: Executor,
    *,
    path: RunPath | None = None,
    finished: Collection[str] = frozenset(),
    cancellation: Cancellation | None = None,
    renew: Callable[[], Executor] | None = None,
    abreast: int = ABREAST,
    with_curves: bool = False,
) -> Generator[Result, None, None]:
    """Train every run of a sweep and yield what each came to as it ends, in whatever order.

    path: the one that all runs take. finished: the fingerprints of runs that are not trained again. abreast: how many runs are
    handed to the executor at a time.

    A run that raises gives a failed result with its reason. Where the executor breaks because one of its processes dies, renew
    makes another one; the runs that were on their way are tried again, one at a time, and the one that breaks that one too has
    failed. Without renew, all runs that are left have failed.

    After cancellation.cancel() no run begins, those that are running stop at their next slice, and nothing more is yielded of
    them; so it is where the caller stops iterating. Raises ValueError for a path that a cell cannot take.
    """
    path = path or path_of(sweep)
    for cell in sweep.cells:
        path_for(cell, path)
    return _Running(sweep, executor, path, finished, cancellation, renew, abreast, with_curves).results()


class _Running:
    """A sweep on its way: what is left, what was handed to the executor, and what has to be tried again."""

    def __init__(
        self,
        sweep: Sweep,
        executor: Executor,
        path: RunPath,
        finished: Collection[str],
        cancellation: Cancellation | None,
        renew: Callable[[], Executor] | None,
        abreast: int,
        with_curves: bool,
    ) -> None:
        self._sweep, self._executor, self._path = sweep, executor, path
        self._own_mark = Mark() if cancellation is None else None
        self._cancellation: Cancellation = cancellation or self._own_mark  # type: ignore[assignment]  # one of them is there
        self._renew, self._abreast, self._with_curves = renew, max(1, abreast), with_curves
        self._left = iter(trial for trial in sweep.trials() if trial.fingerprint not in finished)
        self._sent: dict[Future[Result | None], Trial] = {}
        self._suspects: deque[Trial] = deque()
        """those that were on their way when an executor broke: each is tried again alone"""
        self._tried: set[int] = set()
        self._renewed: Executor | None = None
        self._broken: str | None = None
        """why nothing can be sent any more"""

    def results(self) -> Generator[Result, None, None]:
        try:
            while True:
                more = self._send_one()
                if more and len(self._sent) < self._abreast and not any(future.done() for future in self._sent):
                    continue
                if not self._sent:
                    if not more:
                        return
                    continue
                done, _ = wait(self._sent, return_when=FIRST_COMPLETED)
                yield from self._collect(done)
                if self._broken is not None:
                    yield from self._fail_the_rest()
                    return
        finally:
            self._end()

    def _send_one(self) -> bool:
        """Send the next run where there is room; return whether there may be another one to send."""
        if self._cancellation():
            self._drop()
            return False
        if self._suspects or self._tried_on_its_way():
            if self._sent:
                return False
            if self._suspects:
                return self._submit(self._suspects.popleft())
        if len(self._sent) >= self._abreast:
            return False
        trial = next(self._left, None)
        return trial is not None and self._submit(trial)

    def _tried_on_its_way(self) -> bool:
        return any(trial.number in self._tried for trial in self._sent.values())

    def _submit(self, trial: Trial) -> bool:
        try:
            future = self._executor.submit(
                train_trial, self._sweep.base, trial, self._path, self._cancellation, self._with_curves
            )
        except (BrokenExecutor, RuntimeError) as error:  # it broke, or was shut down, since the last result
            future = Future()
            future.set_exception(error if isinstance(error, BrokenExecutor) else BrokenExecutor(reason_of(error)))
        self._sent[future] = trial
        return True

    def _collect(self, done: Collection[Future[Result | None]]) -> Iterator[Result]:
        broken: list[tuple[Trial, BaseException]] = []
        for future in done:
            trial = self._sent.pop(future)
            if future.cancelled():
                error: BaseException | None = CancelledError("the executor dropped it")
            else:
                error = future.exception()
            if error is None:
                result = future.result()
                if result is not None:
                    yield result
            elif isinstance(error, BrokenExecutor):
                broken.append((trial, error))
            elif not self._cancellation():
                yield failure(trial, reason_of(error), self._path)
        if broken:
            yield from self._after_a_break(broken)

    def _after_a_break(self, broken: list[tuple[Trial, BaseException]]) -> Iterator[Result]:
        """Take another executor and put what was on its way aside to be tried alone; fail what has been tried alone."""
        if self._cancellation():
            return
        error = broken[0][1]
        wait(self._sent)  # a broken executor ends all that it was given
        others = dict(self._sent)
        self._sent.clear()
        for future, trial in others.items():
            if future.cancelled() or future.exception() is not None:
                broken.append((trial, error))
            elif (result := future.result()) is not None:
                yield result
        for trial, reason in sorted(broken, key=lambda pair: pair[0].number):
            if self._renew is None or trial.number in self._tried:
                yield failure(trial, reason_of(reason), self._path)
            else:
                self._tried.add(trial.number)
                self._suspects.append(trial)
        if self._renew is None:
            self._broken = reason_of(error)
            return
        if self._renewed is not None:
            self._renewed.shutdown(wait=False, cancel_futures=True)
        self._renewed = self._executor = self._renew()

    def _fail_the_rest(self) -> Iterator[Result]:
        for trial in self._left:
            yield failure(trial, self._broken or "", self._path)

    def _drop(self) -> None:
        """Forget the runs that have not begun."""
        for future in [future for future in self._sent if future.cancel()]:
            del self._sent[future]

    def _end(self) -> None:
        """Stop what is on its way, wait for it, and put away what was made here."""
        if self._sent:
            self._cancellation.cancel()
            self._drop()
            wait(self._sent)
        if self._renewed is not None:
            self._renewed.shutdown()
        if self._own_mark is not None:
            self._own_mark.close()
