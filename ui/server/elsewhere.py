"""Runs of a sweep on a cluster, which take no turns at this machine's processors."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, TypeVar

from rnn_core.sweeps.cancelling import Cancellation
from rnn_core.sweeps.cluster import Workers, cluster
from rnn_core.sweeps.sweep import Sweep
from ui.server.turns import REST_SECONDS

T = TypeVar("T")
Cluster = Callable[[Sweep], AbstractContextManager[Workers]]
ADDRESS = "UNROLLED_DASK"
"""The variable with the address of a Dask scheduler. The secrets are not asked: nothing else may name one."""


def named_cluster(environment: Mapping[str, str] = os.environ) -> Cluster | None:
    """Return the cluster that whoever runs the server names in the environment, or None."""
    address = environment.get(ADDRESS)
    return partial(cluster, address=address) if address else None


class Elsewhere(Executor):
    """The workers of a cluster, to whom nothing is handed while the sweep rests; what they have is trained to its end.

    resting: whether the sweep rests now. halted: whether it is to come to its end, which the runs on the cluster are told.
    """

    def __init__(self, there: Workers, resting: Callable[[], bool], halted: Callable[[], bool]) -> None:
        self._there, self._resting, self._halted = there, resting, halted

    @property
    def size(self) -> int:
        """Runs that are trained at the same time."""
        return self._there.size

    @property
    def workers(self) -> Workers:
        """The workers, as run_sweep needs them."""
        return self._there._replace(executor=self, cancellation=_Relay(self._halted, self._there.cancellation))

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Hand over a run once the sweep goes on."""
        while self._resting() and not self._halted():
            time.sleep(REST_SECONDS)
        return self._there.executor.submit(fn, *args, **kwargs)

    def cancel(self) -> None:
        """Tell the runs on the cluster to stop."""
        self._there.cancellation.cancel()


class _Relay:
    """Asked here, whether the sweep is to end; sent to a worker, the cluster's own mark, which then hears of it."""

    def __init__(self, halted: Callable[[], bool], there: Cancellation) -> None:
        self._halted, self._there = halted, there

    def cancel(self) -> None:
        """Have every run stop."""
        self._there.cancel()

    def __call__(self) -> bool:
        if self._halted():
            self._there.cancel()
        return self._there()

    def __reduce__(self) -> tuple[Callable[[Cancellation], Cancellation], tuple[Cancellation]]:
        return _itself, (self._there,)


def _itself(mark: Cancellation) -> Cancellation:
    return mark
