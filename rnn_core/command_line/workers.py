"""Who trains the runs of a sweep: this process, processes of this machine, or the workers of a Dask cluster.

Dask's scheduler does what it does for everybody: this file only connects to one, or starts one on this machine. The package
distributed is imported where it is asked for and nowhere else.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import Any, NamedTuple

from rnn_core import prepare
from rnn_core.engine import kernel
from rnn_core.engine.kernel import RunPath
from rnn_core.errors import ConfigError, MissingPackageError
from rnn_core.sweeps.cancelling import Cancellation, Mark
from rnn_core.sweeps.execution import Serial, path_of
from rnn_core.sweeps.sweep import Sweep

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
ASK_SECONDS = 1.0
"""How often a run on a cluster asks the scheduler whether the sweep was cancelled."""


class Workers(NamedTuple):
    """An executor and what run_sweep needs to know of it."""

    executor: Executor
    size: int
    """runs that it trains at the same time"""
    path: RunPath
    cancellation: Cancellation
    renew: Callable[[], Executor] | None = None


@contextmanager
def here(sweep: Sweep, count: int) -> Iterator[Workers]:
    """Give processes of this machine, or for a single one this process. The engine is compiled before they start."""
    path, mark = path_of(sweep), Mark()
    if path == "compiled":
        if not prepare.complete() and sys.stderr.isatty():
            print(
                "rnn_core: compiling the engine, which takes up to a minute (RNN_CORE_COMPILED=0 trains without)", file=sys.stderr
            )
        _prepare(sweep.cells)
    with ExitStack() as stack:
        stack.callback(mark.close)
        if count == 1:
            yield Workers(Serial(), 1, path, mark)
        else:
            yield Workers(stack.enter_context(_processes(count)), count, path, mark, lambda: _processes(count))


def _processes(count: int) -> ProcessPoolExecutor:
    """Return new processes that share nothing with this one, each on one thread; Ctrl-C ends none of them in the middle."""
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")  # they inherit it
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_ignore_interrupts)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _prepare(cells: Sequence[str]) -> None:
    """Compile the training of these cells into the cache of this machine, where it is not there yet."""
    for cell in cells:
        prepare.prepare_stage(cell)


# ---------------------------------------------------------------------- a cluster


@contextmanager
def cluster(sweep: Sweep, address: str | None, local: int) -> Iterator[Workers]:
    """Give the workers of the Dask scheduler at an address or, without one, of a new cluster of so many on this machine.

    The engine is compiled once on each machine, and all runs take the path that every worker can take.
    Raises MissingPackageError without distributed, ConfigError where no scheduler answers or it has no worker with rnn_core.
    """
    if find_spec("distributed") is None:
        raise MissingPackageError("distributed", "requirements-cluster.txt")
    from distributed import Client, LocalCluster

    with ExitStack() as stack:
        if address is None:
            options = {"n_workers": local, "threads_per_worker": 1, "dashboard_address": None}
            address = stack.enter_context(LocalCluster(**options)).scheduler_address
        try:
            client = stack.enter_context(Client(address, timeout="10s"))
        except (OSError, ValueError) as error:
            raise ConfigError("--dask", address, f"the address of a Dask scheduler ({type(error).__name__})") from error
        known = client.scheduler_info(n_workers=-1)["workers"]
        if not known:
            raise ConfigError("--dask", address, "a scheduler with at least one worker")
        path = _path_on(client, sweep)
        if path == "compiled":
            one_of_each = list({about["host"]: worker for worker, about in known.items()}.values())
            client.run(_prepare, sweep.cells, workers=one_of_each)
        yield Workers(client.get_executor(), sum(about["nthreads"] for about in known.values()), path, SchedulerMark(client))


def _path_on(client: Any, sweep: Sweep) -> RunPath:
    """Return the path that all workers can take. Say if their results may differ in the last bit."""
    try:
        machines = set(client.run(_machine).values())
    except ImportError as error:
        raise ConfigError("--dask", str(error), "a cluster whose workers have rnn_core installed") from error
    if len({machine[1:] for machine in machines}) > 1:
        several = "; ".join(sorted(f"{processor} with {versions}" for _, versions, processor in machines))
        print(f"rnn_core: the workers differ, so results may differ in the last bit: {several}", file=sys.stderr)
    return path_of(sweep) if all(compiles for compiles, _, _ in machines) else "plain"


def _machine() -> tuple[bool, str, str]:
    return kernel.COMPILED, kernel.versions(), kernel.processor()


class SchedulerMark:
    """A cancellation for workers on any machine: an event that the scheduler keeps."""

    def __init__(self, client: Any) -> None:
        from distributed import Event

        self._name = f"sweep-{uuid.uuid4()}"
        self._event: Any = Event(self._name, client=client)
        self._set: bool | None = False  # None: not known here, ask
        self._asked = 0.0

    def __getstate__(self) -> dict[str, object]:
        return {"_name": self._name, "_event": None, "_set": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._asked = time.monotonic()

    def cancel(self) -> None:
        """Have every run stop within about a second, and none begin."""
        if not self._set:
            self._set = True
            self._event.set()

    def __call__(self) -> bool:
        if self._set is None and time.monotonic() - self._asked >= ASK_SECONDS:
            from distributed import Event

            self._event = self._event or Event(self._name)
            self._set = True if self._event.is_set() else None
            self._asked = time.monotonic()
        return bool(self._set)
