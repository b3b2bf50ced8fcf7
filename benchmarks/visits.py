"""What visitors without browsers do in every scene: they train, see every room, and note what they meet with."""

from __future__ import annotations

import asyncio
import math
import statistics
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from websockets.exceptions import WebSocketException

from benchmarks.__main__ import Figure
from benchmarks.server import Server
from benchmarks.visitor import Visitor

ROOMS = ("Home", "Dataset", "Hyperparameters", "Training", "Gradients", "Predictions")
FULL_SPEED = 1
"""Its place among the paces."""
TRAINING_SECONDS = 240.0
"""The longest that runs are waited for."""


async def start(visitor: Visitor, epochs: int) -> None:
    """Set so many epochs and start the guide's network at full speed."""
    await visitor.open("Hyperparameters")
    await visitor.fill("Epochs", epochs)
    again = bool(visitor.epochs)
    await visitor.open("Training")
    await visitor.choose("Pace", FULL_SPEED)
    visitor.epochs.clear()
    await visitor.press("Start over" if again else "Start")


async def trained(visitor: Visitor, epochs: int) -> None:
    """Wait for the end of the run."""
    deadline = time.monotonic() + TRAINING_SECONDS
    while not visitor.epochs or visitor.epochs[-1][1] < epochs:
        if visitor.lost or time.monotonic() > deadline:
            raise TimeoutError(f"a run is at epoch {visitor.epochs[-1][1] if visitor.epochs else 0} of {epochs}")
        await asyncio.sleep(0.1)


async def tour(url: str, epochs: int, ready: asyncio.Semaphore | None = None, leave: asyncio.Event | None = None) -> None:
    """Train, and see every room; stay until told to leave."""
    async with Visitor(url) as visitor:
        await start(visitor, epochs)
        await trained(visitor, epochs)
        for room in ROOMS:
            await visitor.open(room)
        if ready is not None and leave is not None:
            ready.release()
            await leave.wait()


class Stay(NamedTuple):
    """What one visitor has met with."""

    clicks: list[float]
    errors: list[str]

    @asynccontextmanager
    async def watched(self, visitor: Visitor) -> AsyncIterator[Visitor]:
        """A visitor whose troubles end their stay and are noted."""
        try:
            async with visitor:
                yield visitor
                if visitor.lost:
                    self.errors.append("disconnected")
        except (OSError, TimeoutError, WebSocketException) as error:
            self.errors.append(f"{type(error).__name__}: {error}")
        self.errors.extend(visitor.errors)


class Together(NamedTuple):
    """What many visitors of one server have met with."""

    clicks: list[float]
    """from the fastest to the slowest"""
    errors: list[str]
    """theirs and the server's"""

    @property
    def median(self) -> float:
        return statistics.median(self.clicks) if self.clicks else math.nan

    @property
    def late(self) -> float:
        """The 95th percentile."""
        return self.clicks[min(len(self.clicks) - 1, int(0.95 * len(self.clicks)))] if self.clicks else math.nan

    def said(self, name: str) -> Iterator[Figure]:
        """Errors, and how many visitors lost their connection."""
        yield Figure(f"{name}_errors", len(self.errors), "", 0, None, "; ".join(self.errors)[:200], False)
        yield Figure(f"{name}_disconnected", self.errors.count("disconnected"), "", 0, None, "", False)


async def together(comers: Callable[[str, float], Iterable[Coroutine[object, object, Stay]]], seconds: float) -> Together:
    """Let visitors come to a server with the limits of a public one. comers: its address and when they leave -> their stays."""
    with Server("hosted") as server:
        await tour(server.url, 100)  # loads what is compiled
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(comer) for comer in comers(server.url, time.monotonic() + seconds + 10)]
        stays = [task.result() for task in tasks]
        errors = [error for stay in stays for error in stay.errors] + server.complaints
    return Together(sorted(click for stay in stays for click in stay.clicks), errors)
