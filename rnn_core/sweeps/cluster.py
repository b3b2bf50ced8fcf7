"""The workers of a Dask cluster, for a sweep.

Dask's scheduler does what it does for everybody: this file only connects to one, at an address that comes from whoever runs this
process. The package distributed is imported where it is asked for and nowhere else.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import Any, NamedTuple

from rnn_core import prepare
from rnn_core.engine import kernel
from rnn_core.engine.kernel import RunPath
from rnn_core.errors import ConfigError, MissingPackageError
from rnn_core.sweeps.cancelling import Cancellation
from rnn_core.sweeps.execution import path_of
from rnn_core.sweeps.sweep import Sweep

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
    machines: tuple[str, ...] = ()
    """where the workers differ, so that results may differ in the last bit: the processors and versions"""


@contextmanager
def cluster(sweep: Sweep, address: str) -> Iterator[Workers]:
    """Give the workers of the Dask scheduler at an address, such as tcp://scheduler:8786.

    The engine is compiled once on each machine, and all runs take the path that every worker can take.
    Raises MissingPackageError without distributed, ConfigError where no scheduler answers or it has no worker with rnn_core.
    """
    require_distributed()
    from distributed import Client

    with ExitStack() as stack:
        try:
            client = stack.enter_context(Client(address, timeout="10s"))
        except (OSError, ValueError) as error:
            raise ConfigError(
                "the address of the cluster", address, f"that of a Dask scheduler that answers ({type(error).__name__})"
            ) from error
        known = client.scheduler_info(n_workers=-1)["workers"]
        if not known:
            raise ConfigError("the address of the cluster", address, "that of a scheduler with at least one worker")
        try:
            machines = set(client.run(_machine).values())
        except ImportError as error:
            raise ConfigError("the cluster", str(error), "one whose workers have rnn_core installed") from error
        path = path_of(sweep) if all(compiles for compiles, _, _ in machines) else "plain"
        if path == "compiled":
            one_of_each = list({about["host"]: worker for worker, about in known.items()}.values())
            client.run(prepare_cells, sweep.cells, workers=one_of_each)
        kinds = sorted({f"{processor} with {versions}" for _, versions, processor in machines})
        size = sum(about["nthreads"] for about in known.values())
        mark = SchedulerMark(client)
        yield Workers(client.get_executor(), size, path, mark, machines=tuple(kinds) if len(kinds) > 1 else ())


def require_distributed() -> None:
    """Raise MissingPackageError without Dask's package."""
    if find_spec("distributed") is None:
        raise MissingPackageError("distributed", "requirements-cluster.txt")


def prepare_cells(cells: Sequence[str]) -> None:
    """Compile the training of these cells into the cache of this machine, where it is not there yet."""
    for cell in cells:
        prepare.prepare_stage(cell)


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
