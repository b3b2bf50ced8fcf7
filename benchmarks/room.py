"""A room in which everybody does the same assignment at once."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator

from benchmarks.__main__ import ROOT, Figure
from benchmarks.visitor import Visitor
from benchmarks.visits import Stay, together
from rnn_core.lessons import packing
from rnn_core.lessons.library import read_assignments

ASSIGNMENT = "clipping"
"""A ready-made one: 200 epochs a run, and a question at most steps."""
ROOM = ("Hyperparameters", "Training", "Gradients")
"""The pages that it opens."""
BUTTONS = ("Start", "Start over", "Next step", "Back")
ANSWER = "Your answer"


async def room(learners: int, seconds: float) -> AsyncIterator[Figure]:
    """So many learners who come by the link of one assignment, click and train, at the limits of a public server."""
    link = packing.encode(read_assignments(ROOT / "lessons", ("en",))["en"][ASSIGNMENT])
    trained: list[int] = []
    met = await together(lambda url, ends: [_learn(url, link, ends, seed, trained) for seed in range(learners)], seconds)
    note = (
        f"{len(met.clicks)} clicks of {learners} learners in {seconds:.0f} s, {len(trained)} trained; median {met.median:.2f} s"
    )
    yield Figure("room_click_95th", met.late, "s", float("inf"), 1.5, note, False)
    for figure in met.said("room"):
        yield figure


async def _learn(url: str, link: str, ends: float, seed: int, trained: list[int]) -> Stay:
    """Come within ten seconds, begin, and do one thing after another that the page offers.

    trained: where the seed of a learner who saw a run's epochs is noted.
    """
    choose, stay = random.Random(seed), Stay([], [])
    await asyncio.sleep(10 * choose.random())
    visitor = Visitor(url, f"a={link}")
    async with stay.watched(visitor):
        stay.clicks.append(await visitor.press("Begin"))
        while time.monotonic() < ends and not visitor.lost:
            stay.clicks.append(await _act(visitor, choose))
            await asyncio.sleep(choose.uniform(1.5, 4.5))
    if any(epoch for _, epoch in visitor.epochs):
        trained.append(seed)
    return stay


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
