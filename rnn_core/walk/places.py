"""The places of a walk in their order: every step there, the output, the loss, every step back, the update."""

from __future__ import annotations

from typing import Literal, NamedTuple

from rnn_core.walk.steps import Walk

Part = Literal["forward", "output", "loss", "backward", "update"]


class Place(NamedTuple):
    """One place of a walk."""

    part: Part
    direction: int = 0
    """0: the first word is read first; 1: the last word is"""
    t: int = 0
    """the step, from 1, of a place that has one"""


def places(walk: Walk) -> tuple[Place, ...]:
    """Return all places. A second direction is walked after the first, there and back."""
    there = [Place("forward", k, t) for k, steps in enumerate(walk.steps) for t in range(1, steps.count + 1)]
    back = [Place("backward", k, t) for k, steps in enumerate(walk.steps) for t in range(steps.count, 0, -1)]
    return (*there, Place("output"), Place("loss"), *back, Place("update"))
