"""The throughput of a sweep: 200 runs of the guide, by a plain loop and on two threads, processes and workers of Dask."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec

from rnn_core import Trainer, presets
from rnn_core.sweeps.axes import Axis
from rnn_core.sweeps.execution import Serial, run_sweep
from rnn_core.sweeps.sweep import Sweep

RUNS, EPOCHS, WORKERS = 200, 500, 2


def guide_sweep(runs: int = RUNS) -> Sweep:
    """As many runs of the guide, from ten rates and the same seeds each."""
    base = presets.guide_corrected().with_training(epochs=EPOCHS)
    return Sweep(base=base, axes=(Axis.logarithmic("learning_rate", 0.005, 0.1, 10),), seeds=runs // 10)


def measure() -> dict[str, float]:
    """Return the seconds of all runs: of the loop, and of each executor once its workers are up and have loaded the engine."""
    sweep = guide_sweep()
    _loop(guide_sweep(10))
    seconds = {"loop": _timed(lambda: _loop(sweep)), "serial": _timed(lambda: _all(sweep, Serial()))}
    pools: dict[str, Callable[[], AbstractContextManager[Executor]]] = {
        "threads": lambda: ThreadPoolExecutor(WORKERS),
        "processes": lambda: ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")),
    }
    if find_spec("distributed") is not None:
        pools["dask"] = _dask
    for name, pool in pools.items():
        with pool() as executor:
            _all(guide_sweep(40), executor)  # starts the workers
            seconds[name] = _timed(lambda executor=executor: _all(sweep, executor))  # type: ignore[misc]
    return seconds


@contextmanager
def _dask():  # type: ignore[no-untyped-def]  # what distributed has no types for
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        yield client.get_executor()


def _all(sweep: Sweep, executor: Executor) -> None:
    ended = sum(result.over for result in run_sweep(sweep, executor))
    if ended != len(sweep):
        raise SystemExit(f"{ended} of {len(sweep)} runs ended")


def _loop(sweep: Sweep) -> None:
    for trial in sweep.trials():
        trainer = Trainer(trial.experiment(sweep.base))
        while trainer.advance():
            pass


def _timed(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
