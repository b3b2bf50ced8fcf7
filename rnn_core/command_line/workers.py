"""Who trains the runs of a sweep: this process, processes of this machine, or the workers of a cluster."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager

from rnn_core import prepare
from rnn_core.sweeps.cancelling import Mark
from rnn_core.sweeps.cluster import Workers, cluster, prepare_cells, require_distributed
from rnn_core.sweeps.execution import Serial, path_of
from rnn_core.sweeps.sweep import Sweep

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@contextmanager
def here(sweep: Sweep, count: int) -> Iterator[Workers]:
    """Give processes of this machine, or for a single one this process. The engine is compiled before they start."""
    path, mark = path_of(sweep), Mark()
    if path == "compiled":
        if not prepare.complete() and sys.stderr.isatty():
            print(
                "rnn_core: compiling the engine, which takes up to a minute (RNN_CORE_COMPILED=0 trains without)", file=sys.stderr
            )
        prepare_cells(sweep.cells)
    with ExitStack() as stack:
        stack.callback(mark.close)
        if count == 1:
            yield Workers(Serial(), 1, path, mark)
        else:
            yield Workers(stack.enter_context(_processes(count)), count, path, mark, lambda: _processes(count))


@contextmanager
def elsewhere(sweep: Sweep, address: str | None, local: int) -> Iterator[Workers]:
    """Give the workers of the cluster at an address or, without one, of a new Dask cluster of so many on this machine."""
    with ExitStack() as stack:
        if address is None:
            require_distributed()
            from distributed import LocalCluster

            options = {"n_workers": local, "threads_per_worker": 1, "dashboard_address": None}
            address = stack.enter_context(LocalCluster(**options)).scheduler_address
        yield stack.enter_context(cluster(sweep, address))


def _processes(count: int) -> ProcessPoolExecutor:
    """Return new processes that share nothing with this one, each on one thread; Ctrl-C ends none of them in the middle."""
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")  # they inherit it
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_ignore_interrupts)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
