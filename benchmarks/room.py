"""A room in which everybody does the same assignment at once."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator
from typing import NamedTuple

from benchmarks.__main__ import ROOT, Figure
from benchmarks.server import Server
from benchmarks.visitor import Visitor
from benchmarks.visits import Stay, tour
from rnn_core.lessons import packing
from rnn_core.lessons.library import read_assignments

ASSIGNMENT = "clipping"
"""A ready-made one: 200 epochs a run, and a question at most steps."""
ROOM = ("Hyperparameters", "Training", "Gradients")
"""The pages that it opens."""
BUTTONS = ("Start", "Start over", "Next step", "Back")
ANSWER = "Your answer"


class Learner(NamedTuple):
    """What a learner has met with and done."""

    stay: Stay
    epochs: int
    """the last that they saw"""


async def room(learners: int, seconds: float) -> AsyncIterator[Figure]:
    """So many learners who come by the link of one assignment, click and train, at the limits of a public server."""
    link = packing.encode(read_assignments(ROOT / "lessons", ("en",))["en"][ASSIGNMENT])
    with Server("hosted") as server:
        await tour(server.url, 100)  # loads what is compiled
        ends = time.monotonic() + seconds + 10
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_learn(server.url, link, ends, seed)) for seed in range(learners)]
        found = [task.result() for task in tasks]
        errors = [error for learner in found for error in learner.stay.errors] + server.complaints
    clicks = sorted(click for learner in found for click in learner.stay.clicks)
    late = clicks[min(len(clicks) - 1, int(0.95 * len(clicks)))] if clicks else float("nan")
    middle = statistics.median(clicks) if clicks else float("nan")
    trained = sum(learner.epochs > 0 for learner in found)
    note = f"{len(clicks)} clicks of {learners} learners in {seconds:.0f} s, {trained} trained; median {middle:.2f} s"
    yield Figure("room_click_95th", late, "s", float("inf"), 1.5, note, False)
    yield Figure("room_errors", len(errors), "", 0, None, "; ".join(errors)[:200], False)
    yield Figure("room_disconnected", errors.count("disconnected"), "", 0, None, "", False)


async def _learn(url: str, link: str, ends: float, seed: int) -> Learner:
    """Come within ten seconds, begin, and do one thing after another that the page offers."""
    choose, stay = random.Random(seed), Stay([], [])
    await asyncio.sleep(10 * choose.random())
    visitor = Visitor(url, f"a={link}")
    async with stay.watched(visitor):
        stay.clicks.append(await visitor.press("Begin"))
        while time.monotonic() < ends and not visitor.lost:
            stay.clicks.append(await _act(visitor, choose))
            await asyncio.sleep(choose.uniform(1.5, 4.5))
    return Learner(stay, max((epoch for _, epoch in visitor.epochs), default=0))


async def _act(visitor: Visitor, choose: random.Random) -> float:
    """Answer, press a button, turn a switch, or go to a page; seconds until the answer stands."""
    offered = [label for label in (*BUTTONS, ANSWER, "Log axis") if label in visitor.widgets]
    what = choose.choice([*offered, *ROOM])
    if what in ROOM:
        return await visitor.open(what)
    if what == ANSWER:
        options = len(visitor.widgets[ANSWER].options)
        return await (visitor.choose(ANSWER, choose.randrange(options)) if options else visitor.write(ANSWER, "It grows."))
    return await (visitor.press(what) if what in BUTTONS else visitor.toggle(what))
