"""Parameters in words: names, shapes, counts."""

from __future__ import annotations

import math

from rnn_core import Experiment
from rnn_core.network.parameters import Layout
from ui.messages.check import PLACES
from ui.messages.formatting import number


def parameter(name: str | None) -> str:
    """A parameter with its place in the equations."""
    return "All parameters together" if name is None else f"{name} · {PLACES[name]}"


def parameter_table(experiment: Experiment) -> list[dict[str, str]]:
    """Every matrix with its shape and how many numbers that makes."""
    shapes = Layout.of(experiment).shapes
    rows = []
    for name, shape in shapes.items():
        size = math.prod(shape)
        rows.append({"parameter": parameter(name), "shape": " × ".join(str(n) for n in shape), "numbers": number(size)})
    return rows


def size_line(experiment: Experiment) -> str:
    """How large the network is, and what makes it so."""
    data = experiment.dataset
    return f"{number(Layout.of(experiment).size)} numbers to learn, for {number(len(data.vocabulary))} words and {len(data.labels)} labels."
