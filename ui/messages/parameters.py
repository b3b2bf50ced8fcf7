"""Parameters in words: names, shapes, counts."""

from __future__ import annotations

import math

from rnn_core import Experiment
from rnn_core.network.parameters import Layout
from ui.language import gettext, number
from ui.messages.check import PLACES


def parameter(name: str | None) -> str:
    """A parameter with its place in the equations."""
    return gettext("All parameters") if name is None else f"{name} · {PLACES[name]}"


def parameter_table(experiment: Experiment) -> list[dict[str, str]]:
    """Every matrix with its shape and how many numbers that makes."""
    shapes = Layout.of(experiment).shapes
    rows = []
    for name, shape in shapes.items():
        size = math.prod(shape)
        rows.append({"parameter": parameter(name), "shape": " × ".join(str(n) for n in shape), "numbers": number(size)})
    return rows


def heads() -> dict[str, str]:
    """The heads of the table of parameters, by column."""
    return {"parameter": gettext("Parameter"), "shape": gettext("Shape"), "numbers": gettext("Numbers")}


def size_line(experiment: Experiment) -> str:
    """How large the network is, and what makes it so."""
    data = experiment.dataset
    return gettext(
        "{size} parameters in total. Words in the vocabulary: {words}. Labels: {labels}.",
        size=number(Layout.of(experiment).size),
        words=number(len(data.vocabulary)),
        labels=number(len(data.labels)),
    )
