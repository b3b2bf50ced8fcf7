"""Measure a served app under load and print a table: python -m benchmarks.load [training] [visitors] [memory] [sweeps] [room] [--seconds S]

Visitors without browsers come over the websocket of a server of our own, on this machine's loopback address alone. They share
the machine with the server, so what is measured is on the safe side.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator

from benchmarks.__main__ import HEADING, ROOT, Figure, child, machine
from benchmarks.room import room
from benchmarks.server import Server
from benchmarks.visitor import Visitor
from benchmarks.visits import ROOMS, TRAINING_SECONDS, Stay, start, together, tour, trained

SCENES = ("training", "visitors", "memory", "sweeps", "room")
EPOCHS = 3_000
"""Of a run that is measured."""
MOST_EPOCHS = 5_000
"""That a public server allows."""


# ---------------------------------------------------------------------- one and ten who train


async def training() -> AsyncIterator[Figure]:
    """One visitor training against the same run without a page; another widget meanwhile; ten at once."""
    alone = child("guide_epochs")["epochs"]
    with Server("local") as server:
        await tour(server.url, 100)  # loads what is compiled
        async with Visitor(server.url) as visitor:
            await start(visitor, 100_000)
            await asyncio.sleep(12)
            seen = [mark for mark in visitor.epochs if mark[0] > visitor.epochs[0][0] + 2]
            shown = (seen[-1][1] - seen[0][1]) / (seen[-1][0] - seen[0][0])
            clicks = []
            for _ in range(20):
                clicks.append(await visitor.toggle("Log axis"))
                await asyncio.sleep(0.5)
            await visitor.press("Stop")
            alone = (alone + child("guide_epochs")["epochs"]) / 2
            yield Figure("live_share", shown / alone, "x", 0.8, 0.95, f"{shown:.0f} epochs/s drawn, {alone:.0f} without a page")
            yield Figure("live_click", statistics.median(clicks), "s", 0.5, 0.2, "another widget meanwhile, median", False)
            began = time.perf_counter()
            await start(visitor, EPOCHS)
            await trained(visitor, EPOCHS)
            one = EPOCHS / (time.perf_counter() - began)
        errors = list(visitor.errors)
        async with asyncio.TaskGroup() as group:
            began = time.perf_counter()
            runs = [group.create_task(_one_of_many(server.url)) for _ in range(10)]
        together = 10 * EPOCHS / (time.perf_counter() - began)
        errors += [error for run in runs for error in run.result()] + server.complaints
        note = f"ten together {together:.0f} epochs/s, one {one:.0f}, from the first click to the last epoch"
        yield Figure("ten_trainers", together / one, "x", 1.0, 1.6, note)
        yield Figure("training_errors", len(errors), "", 0, None, "; ".join(errors)[:200], False)


async def _one_of_many(url: str) -> list[str]:
    stay = Stay([], [])
    async with stay.watched(Visitor(url)) as visitor:
        await start(visitor, EPOCHS)
        await trained(visitor, EPOCHS)
    return stay.errors


# ---------------------------------------------------------------------- many who click


async def visitors(clicking: int, training: int, seconds: float) -> AsyncIterator[Figure]:
    """So many visitors clicking every few seconds, so many training, at the limits of a public server."""
    met = await together(
        lambda url, ends: [
            *(_click(url, ends, seed) for seed in range(clicking)),
            *(_train(url, ends) for _ in range(training)),
        ],
        seconds,
    )
    note = f"{len(met.clicks)} clicks of {clicking} visitors in {seconds:.0f} s, {training} training; median {met.median:.2f} s"
    yield Figure("click_95th_percentile", met.late, "s", float("inf"), 1.5, note, False)
    for figure in met.said("load"):
        yield figure


# ---------------------------------------------------------------------- some who sweep


async def sweeps(clicking: int, sweeping: int, seconds: float) -> AsyncIterator[Figure]:
    """A page with 500 results; then so many visitors clicking and so many sweeping, at the limits of a public server."""
    with Server("local") as server:
        async with Visitor(server.url) as visitor:
            await visitor.open("Hyperparameters")
            await visitor.fill("Epochs", 20)
            await visitor.open("Sweeps")
            await visitor.fill("Seeds", SWEEP_SEEDS)
            await visitor.press("Train the sweep")
            await _shown(visitor)
            clicks = [await visitor.toggle("Charts as tables too") for _ in range(20)]
            errors = [*visitor.errors, *server.complaints]
    yield Figure("sweep_page_errors", len(errors), "", 0, None, "; ".join(errors)[:200], False)
    note = f"about {7 * SWEEP_SEEDS} results on the page, median of a switch"
    yield Figure("sweep_page_click", statistics.median(clicks), "s", 0.5, None, note, False)
    met = await together(
        lambda url, ends: [
            *(_click(url, ends, seed) for seed in range(clicking)),
            *(_sweep(url, ends) for _ in range(sweeping)),
        ],
        seconds,
    )
    note = f"{len(met.clicks)} clicks of {clicking} visitors, {sweeping} sweeping; median {met.median:.2f} s"
    yield Figure("sweep_click_95th", met.late, "s", float("inf"), None, note, False)
    for figure in met.said("sweep"):
        yield figure


SWEEP_SEEDS = 71
"""Of seven rates each, which the page offers."""


async def _shown(visitor: Visitor) -> None:
    """Wait until a sweep is over and its figures can be chosen."""
    deadline = time.monotonic() + TRAINING_SECONDS
    while "Result to show" not in visitor.widgets:
        if visitor.lost or time.monotonic() > deadline:
            raise TimeoutError("a sweep is not over")
        await asyncio.sleep(0.1)


async def _sweep(url: str, ends: float) -> Stay:
    """Sweep one after another, as far as the limits allow."""
    stay = Stay([], [])
    async with stay.watched(Visitor(url)) as visitor:
        await visitor.open("Sweeps")
        await visitor.press("Train the sweep")
        while time.monotonic() < ends and not visitor.lost:
            await asyncio.sleep(1)
            if "Pause" not in visitor.widgets and "Train the sweep" in visitor.widgets:
                await visitor.press("Train the sweep")
    return stay


async def _click(url: str, ends: float, seed: int) -> Stay:
    """Go about the rooms, and turn a switch now and then."""
    choose, stay = random.Random(seed), Stay([], [])
    await asyncio.sleep(10 * choose.random())
    async with stay.watched(Visitor(url)) as visitor:
        await visitor.press("Train the guide's network")
        while time.monotonic() < ends and not visitor.lost:
            if choose.random() < 0.3:
                stay.clicks.append(await visitor.toggle("Charts as tables too"))
            else:
                stay.clicks.append(await visitor.open(choose.choice(ROOMS)))
            await asyncio.sleep(choose.uniform(1.5, 4.5))
    return stay


async def _train(url: str, ends: float) -> Stay:
    """Train without end, as far as the limits allow: a run that is done is started over."""
    stay = Stay([], [])
    async with stay.watched(Visitor(url)) as visitor:
        await start(visitor, MOST_EPOCHS)
        while time.monotonic() < ends and not visitor.lost:
            await asyncio.sleep(1)
            if "Pause" not in visitor.widgets and "Start over" in visitor.widgets:
                await visitor.press("Start over")
    return stay


# ---------------------------------------------------------------------- what it costs to have them


async def memory(many: int) -> AsyncIterator[Figure]:
    """Megabytes a visitor after a tour at the limits of a public server, and what stays when many have come and gone."""
    with Server("hosted") as server:
        await _come_and_go(server, 10)
        after_ten = server.megabytes
        async with asyncio.TaskGroup() as group:
            leave = asyncio.Event()
            ready = asyncio.Semaphore(0)
            for _ in range(10):
                group.create_task(tour(server.url, MOST_EPOCHS, ready, leave))
            for _ in range(10):
                await ready.acquire()
            stayed = server.megabytes
            leave.set()
        await _come_and_go(server, many - 20)
        after_many = server.megabytes
        errors = server.complaints
    note = f"ten after a tour with {MOST_EPOCHS} epochs: {stayed:.0f} MB, without them {after_ten:.0f} MB"
    yield Figure("visitor_mb", (stayed - after_ten) / 10, "MB", 15, None, note, False)
    note = f"{after_ten:.0f} MB after ten, {after_many:.0f} MB after {many}"
    yield Figure("left_behind_mb", after_many - after_ten, "MB", 60, None, note, False)
    yield Figure("memory_errors", len(errors), "", 0, None, "; ".join(errors)[:200], False)


async def _come_and_go(server: Server, count: int) -> None:
    """So many visitors, five at a time; then a while, until all that was theirs is given up."""
    turns = asyncio.Semaphore(5)

    async def one() -> None:
        async with turns:
            await tour(server.url, 1_000)

    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            group.create_task(one())
    await asyncio.sleep(30)


async def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="*", choices=(*SCENES, []), default=[], help="default: all")
    parser.add_argument("--seconds", type=float, default=60, help="how long visitors click (default: 60)")
    parser.add_argument("--visitors", type=int, default=20, help="how many click (default: 20)")
    parser.add_argument("--training", type=int, default=5, help="how many train or sweep meanwhile (default: 5)")
    parser.add_argument("--learners", type=int, default=30, help="how many do one assignment in a room (default: 30)")
    parser.add_argument("--many", type=int, default=100, help="how many come and go (default: 100)")
    options = parser.parse_args()
    what = options.what or SCENES
    subprocess.run([sys.executable, "-m", "rnn_core", "prepare"], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    print(f"{machine()}\n\n{HEADING}")
    scenes = {
        "training": lambda: training(),
        "visitors": lambda: visitors(options.visitors, options.training, options.seconds),
        "memory": lambda: memory(options.many),
        "sweeps": lambda: sweeps(options.visitors, options.training, options.seconds),
        "room": lambda: room(options.learners, options.seconds),
    }
    for name in what:
        async for figure in scenes[name]():
            print(figure.line, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
